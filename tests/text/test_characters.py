from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from headword.text import rows
from headword.text.characters import CharacterFeatures
from headword.text.tokens import TokenStream

from .conftest import invented, stream_of
from .references import as_dicts, frequencies, gram_counts, idf_of, same_matrix, tf_idf

Documents = list[tuple[str, str]]


def fitted(stream: TokenStream, **options: object) -> CharacterFeatures:
    return CharacterFeatures.fit(stream, **{"shortest": 3, "longest": 5, "max_df": 1.0, **options})


def terms(block: CharacterFeatures) -> list[str]:
    return [block.term(i) for i in range(len(block))]


@pytest.mark.parametrize("longest", [3, 4, 5, 7])
@pytest.mark.parametrize("min_df", [1, 4])
def test_features_are_those_of_plain_python(
    documents: Documents, stream: TokenStream, longest: int, min_df: int
) -> None:
    block = fitted(stream, longest=longest, min_df=min_df, idf_power=1.5)
    counts = [gram_counts(pair, longest) for pair in documents]
    frequency = {term: n for term, n in frequencies(counts).items() if n >= min_df}
    assert sorted(terms(block)) == sorted(frequency)
    assert [frequency[t] for t in terms(block)] == sorted(frequency.values(), reverse=True)
    idf = idf_of(frequency, len(documents), 1.5)
    found = as_dicts(block.transform(stream), terms(block))
    assert found == [pytest.approx(tf_idf(count, idf), rel=1e-5) for count in counts]


def test_new_documents_are_read_like_those_of_training(stream: TokenStream) -> None:
    block = fitted(stream, min_df=3)
    idf = dict(zip(terms(block), block.idf.tolist(), strict=True))
    new = [*invented(20, seed=9, n_words=600), ("", "уклад")]
    expected = [tf_idf(gram_counts(pair, 5), idf) for pair in new]
    assert as_dicts(block.transform(stream_of(new)), terms(block)) == [pytest.approx(e, rel=1e-5) for e in expected]


def test_agrees_with_scikit_learn(documents: Documents) -> None:
    texts = [abstract for _, abstract in documents[:80]]  # letters, digits and blanks only
    peer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=3, sublinear_tf=True)
    expected = peer.fit_transform(texts)
    stream = stream_of([("", text) for text in texts])
    block = fitted(stream, min_df=3, idf_power=1.0)
    column = {term: i for i, term in enumerate(terms(block))}
    assert set(column) == set(peer.get_feature_names_out())
    order = [column[term] for term in peer.get_feature_names_out()]
    assert abs(block.transform(stream)[:, order] - expected).max() < 1e-6


@pytest.mark.parametrize("most", [1, 10, 200])
def test_the_most_frequent_are_kept_and_counted_as_ever(stream: TokenStream, most: int) -> None:
    whole = fitted(stream, min_df=1)
    best = fitted(stream, min_df=1, max_features=most)
    assert terms(best) == terms(whole)[:most]
    assert np.array_equal(best.idf, whole.idf[:most])
    # what is left out must not hide what is kept
    kept = whole.transform(stream)[:, :most]
    assert np.array_equal((best.transform(stream) > 0).toarray(), (kept > 0).toarray())


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text("ab1é中𝒳́ ", max_size=20), min_size=1, max_size=6), st.integers(3, 6))
def test_distinct_n_grams_never_share_a_key(texts: list[str], longest: int) -> None:
    block = fitted(stream_of([("", text) for text in texts]), longest=longest)
    assert sorted(terms(block)) == sorted(frequencies(gram_counts([text], longest) for text in texts))


def test_short_words_have_their_blanks() -> None:
    assert set(terms(fitted(stream_of([("a", "ab")])))) == {" a ", " ab", "ab ", " ab "}


def test_the_longest_code_points_fit_their_keys() -> None:
    word = "\U000e01ef" * 5  # no letters, so nothing comes of them
    assert len(fitted(stream_of([(word, "")]))) == 0
    word = "\U0001e943" * 6
    assert set(terms(fitted(stream_of([(word, "")])))) == set(gram_counts([word], 5))


@pytest.mark.parametrize("chunk", [1, 7, 1024])
@pytest.mark.parametrize("n_threads", [1, 2])
def test_threads_and_chunks_change_nothing(
    stream: TokenStream, monkeypatch: pytest.MonkeyPatch, chunk: int, n_threads: int
) -> None:
    block = fitted(stream)
    whole = block.transform(stream, n_threads=1)
    monkeypatch.setattr(rows, "CHUNK_DOCS", chunk)
    assert same_matrix(block.transform(stream, n_threads=n_threads), whole)


def test_state_rebuilds_the_block(stream: TokenStream) -> None:
    block = fitted(stream)
    again = CharacterFeatures.from_state(block.state())
    assert terms(again) == terms(block)
    assert same_matrix(again.transform(stream), block.transform(stream))


def test_matrices_have_the_types_that_kernels_take(stream: TokenStream) -> None:
    matrix = fitted(stream).transform(stream)
    assert (matrix.indptr.dtype, matrix.indices.dtype, matrix.data.dtype) == (np.int64, np.int32, np.float32)
    assert all((np.diff(matrix.indices[a:b]) > 0).all() for a, b in zip(matrix.indptr, matrix.indptr[1:], strict=False))


@pytest.mark.parametrize(("shortest", "longest"), [(4, 4), (4, 6), (5, 5)])
@pytest.mark.parametrize("max_df", [0.3, 1.0])
def test_neither_short_nor_frequent_n_grams_are_features(
    documents: Documents, stream: TokenStream, shortest: int, longest: int, max_df: float
) -> None:
    block = fitted(stream, shortest=shortest, longest=longest, min_df=2, max_df=max_df, idf_power=1.5)
    counts = [
        Counter({term: n for term, n in gram_counts(pair, longest).items() if len(term) >= shortest})
        for pair in documents
    ]
    most = int(max_df * len(documents))
    frequency = {term: n for term, n in frequencies(counts).items() if 2 <= n <= most}
    assert sorted(terms(block)) == sorted(frequency)
    idf = idf_of(frequency, len(documents), 1.5)
    again = CharacterFeatures.from_state(block.state())
    for one in (block, again):
        found = as_dicts(one.transform(stream), terms(one))
        assert found == [pytest.approx(tf_idf(count, idf), rel=1e-5) for count in counts]
    best = fitted(stream, shortest=shortest, longest=longest, min_df=2, max_df=max_df, max_features=30)
    assert terms(best) == terms(block)[:30]
