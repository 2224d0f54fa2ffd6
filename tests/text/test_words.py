from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from headword.core.errors import DataError
from headword.text import counting, rows, words
from headword.text.tokens import TokenStream
from headword.text.words import WordFeatures

from .conftest import invented, stream_of
from .references import as_dicts, frequencies, idf_of, same_matrix, tf_idf, tokens_of, word_counts

Documents = list[tuple[str, str]]


def terms(block: WordFeatures) -> list[str]:
    return [block.term(i) for i in range(len(block))]


@pytest.mark.parametrize("min_df", [1, 2, 5])
def test_features_are_those_of_plain_python(documents: Documents, stream: TokenStream, min_df: int) -> None:
    block = WordFeatures.fit(stream, min_df=min_df, idf_power=1.5)
    counts = [word_counts(*pair) for pair in documents]
    frequency = {term: n for term, n in frequencies(counts).items() if n >= min_df}
    assert set(terms(block)) == set(frequency)
    assert [frequency[t] for t in terms(block)] == sorted(frequency.values(), reverse=True)
    idf = idf_of(frequency, len(documents), 1.5)
    assert block.idf == pytest.approx([idf[t] for t in terms(block)], rel=1e-6)
    found = as_dicts(block.transform(stream), terms(block))
    assert found == [pytest.approx(tf_idf(count, idf), rel=1e-5) for count in counts]


def test_new_documents_are_read_like_those_of_training(stream: TokenStream) -> None:
    block = WordFeatures.fit(stream, min_df=3)
    idf = dict(zip(terms(block), block.idf.tolist(), strict=True))
    new = [*invented(20, seed=9, n_words=600), ("", "nothing of this is known")]
    expected = [tf_idf(word_counts(*pair, known=block.tokens), idf) for pair in new]
    assert as_dicts(block.transform(stream_of(new)), terms(block)) == [pytest.approx(e, rel=1e-5) for e in expected]


def corpus_around(text: str) -> TokenStream:
    """100 documents of words of their own, and `text` in two."""
    return stream_of([("", f"word{i}") for i in range(98)] + [("", text)] * 2)


def test_unknown_words_part_their_neighbours() -> None:
    block = WordFeatures.fit(corpus_around("rise sea"))
    assert set(terms(block)) == {"rise", "sea", "rise sea"}
    new = stream_of([("", "rise unknown sea"), ("rise", "sea"), ("", "rise, sea")])
    found = as_dicts(block.transform(new), terms(block))
    assert set(found[0]) == {"rise", "sea"}
    assert set(found[1]) == {"rise", "sea"}  # neither does a pair straddle title and abstract
    assert set(found[2]) == {"rise", "sea", "rise sea"}


def test_title_words_and_pairs_can_be_left_out(stream: TokenStream) -> None:
    plain = WordFeatures.fit(stream, title_words=False, pairs=False)
    assert not [t for t in terms(plain) if " " in t]
    titled = WordFeatures.fit(stream, title_words=True, pairs=False)
    assert {t for t in terms(titled) if t.startswith("title: ")}
    assert set(terms(titled)) - {t for t in terms(titled) if ":" in t} == set(terms(plain))


def test_a_small_corpus_keeps_rare_words() -> None:
    assert len(WordFeatures.fit(stream_of([("", f"only{i}") for i in range(49)]), min_df=2)) == 49
    assert len(WordFeatures.fit(stream_of([("", f"only{i}") for i in range(50)]), min_df=2)) == 0


@pytest.mark.parametrize("n", [1, 2])
def test_agrees_with_scikit_learn(documents: Documents, n: int) -> None:
    texts = [abstract for _, abstract in documents]
    peer = TfidfVectorizer(tokenizer=tokens_of, token_pattern=None, ngram_range=(1, n), min_df=2, sublinear_tf=True)
    expected = peer.fit_transform(texts)
    stream = stream_of([("", text) for text in texts])
    block = WordFeatures.fit(stream, title_words=False, pairs=n == 2, idf_power=1.0)
    order = [terms(block).index(term) for term in peer.get_feature_names_out()]
    assert len(order) == len(block)
    assert abs(block.transform(stream)[:, order] - expected).max() < 1e-6


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.text("ab1é中 ", max_size=8), st.text("ab1é中 ", max_size=16)), min_size=1, max_size=6))
def test_distinct_terms_never_share_a_key(documents: Documents) -> None:
    block = WordFeatures.fit(stream_of(documents))
    expected = frequencies(word_counts(*pair) for pair in documents)
    assert sorted(terms(block)) == sorted(expected)


def test_keys_stay_exact_where_the_table_grows() -> None:
    documents = [("", " ".join(f"w{i}" for i in range(40 * d, 40 * d + 80))) for d in range(400)]
    block = WordFeatures.fit(stream_of(documents), min_df=1)
    assert len(block) == len(set(terms(block))) == len(frequencies(word_counts(*pair) for pair in documents))
    matrix = block.transform(stream_of(documents))
    assert np.diff(matrix.indptr).tolist() == [80 + 79] * 400


@pytest.mark.parametrize("chunk", [1, 7, 2048])
@pytest.mark.parametrize("n_threads", [1, 2])
def test_threads_and_chunks_change_nothing(
    stream: TokenStream, monkeypatch: pytest.MonkeyPatch, chunk: int, n_threads: int
) -> None:
    block = WordFeatures.fit(stream)
    whole = block.transform(stream, n_threads=1)
    monkeypatch.setattr(rows, "CHUNK_DOCS", chunk)
    monkeypatch.setattr(words, "CHUNK_DOCS", chunk)
    assert same_matrix(block.transform(stream, n_threads=n_threads), whole)


def test_state_rebuilds_the_block(stream: TokenStream) -> None:
    block = WordFeatures.fit(stream)
    again = WordFeatures.from_state(block.state())
    assert terms(again) == terms(block)
    assert same_matrix(again.transform(stream), block.transform(stream))


def test_rows_are_of_length_one_or_empty(documents: Documents, stream: TokenStream) -> None:
    matrix = WordFeatures.fit(stream).transform(stream)
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    assert length == pytest.approx((np.diff(matrix.indptr) > 0).astype(float), abs=1e-6)
    assert (length[-2:] == 0).all()
    assert (matrix.indptr.dtype, matrix.indices.dtype, matrix.data.dtype) == (np.int64, np.int32, np.float32)
    assert all((np.diff(matrix.indices[a:b]) > 0).all() for a, b in zip(matrix.indptr, matrix.indptr[1:], strict=False))


@pytest.mark.parametrize("worth", [1, 1 << 16])
@pytest.mark.parametrize("chunk", [1, 7, 2048])
@pytest.mark.parametrize("n_threads", [1, 2])
def test_fitting_counts_what_transforming_does(
    stream: TokenStream, monkeypatch: pytest.MonkeyPatch, worth: int, chunk: int, n_threads: int
) -> None:
    whole = WordFeatures.fit(stream, min_df=3)
    expected = whole.transform(stream, n_threads=1)
    monkeypatch.setattr(counting, "_WORTH_IT", worth)
    monkeypatch.setattr(rows, "CHUNK_DOCS", chunk)
    block, found = WordFeatures.fit_rows(stream, min_df=3, n_threads=n_threads)
    assert same_matrix(found, expected)
    assert terms(block) == terms(whole)
    assert all(np.array_equal(array, whole.state()[name]) for name, array in block.state().items())


def test_threads_that_transform_at_once_do_not_meet(documents: Documents, stream: TokenStream) -> None:
    block = WordFeatures.fit(stream)
    alone = [block.transform(stream_of([document]), n_threads=1) for document in documents]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda d: block.transform(stream_of([d]), n_threads=1), documents * 5))
    assert all(same_matrix(one, alone[i % len(alone)]) for i, one in enumerate(found))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("tokens", None, "'tokens' is missing"),
        ("tokens", np.frombuffer(bytearray(b"a\na\n"), np.uint8), "there twice"),
        ("frequency", np.array([1, 2, 3, 4], np.uint8), "expected uint8 of size 3"),
        ("frequency", np.array([1, 2, 9], np.uint8), "must lie between 0 and 2"),
        ("title_frequency", np.array([1, 2, 1], np.float32), "is float32"),
        ("pair_counts", np.array([1, 0, 9], np.uint8), "must lie between 0 and 3"),
        ("pair_counts", np.array([1, 0, 1], np.uint8), "'pair_seconds' is"),
        ("pair_seconds", np.array([3], np.uint8), "must lie between 0 and 2"),
        ("pair_frequency", np.array([1, 1], np.uint8), "expected uint8 of size 1"),
        ("n_docs", np.array([-1]), "must lie between 0"),
        ("idf_power", np.array([np.nan]), "must be finite"),
        ("idf_power", np.array([1e308]), "not finite"),
    ],
)
def test_state_that_is_no_state_is_refused(name: str, value: np.ndarray | None, message: str) -> None:
    good = WordFeatures.fit(stream_of([("a", "a b c"), ("", "a b")]), min_df=2).state()
    good |= {"pair_counts": np.array([1, 0, 0], np.uint8), "pair_seconds": np.array([1], np.uint8)}
    good |= {"pair_frequency": np.array([2], np.uint8)}
    assert len(WordFeatures.from_state(good)) == 5
    with pytest.raises(DataError, match=message):
        WordFeatures.from_state({**good, name: value})
