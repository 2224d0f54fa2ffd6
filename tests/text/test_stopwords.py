import numpy as np
import pytest
import scipy.sparse as sp

from headword.core.corpus import Corpus, Document
from headword.text.features import FeatureExtractor
from headword.text.stopwords import stop_words
from headword.text.tokens import TokenStream

from .conftest import stream_of
from .references import tokens_of


@pytest.fixture(scope="module")
def targets(documents: list[tuple[str, str]]) -> sp.csr_matrix:
    """Labels that follow from frequent words, the last of no document."""
    texts = [tokens_of(" ".join(pair)) for pair in documents]
    return sp.csr_matrix(
        np.array([["ka" in t, "mi" in t and "lo" in t, "su" not in t, False] for t in texts], np.float32)
    )


@pytest.mark.parametrize("max_df", [0.0, 0.1, 0.3, 1.0])
@pytest.mark.parametrize("telling", [0.1, 0.4, 1.1])
def test_stop_words_are_those_of_plain_numpy(
    documents: list[tuple[str, str]], stream: TokenStream, targets: sp.csr_matrix, max_df: float, telling: float
) -> None:
    sets = [set(tokens_of(" ".join(pair))) for pair in documents]
    true = targets.toarray()
    expected = set()
    for token in set().union(*sets):
        present = np.array([token in one for one in sets], dtype=float)
        if present.sum() <= max(max_df * len(sets), 4):
            continue
        varying = [y for y in true.T if y.std() > 0 and present.std() > 0]
        if all(abs(np.corrcoef(present, y)[0, 1]) < telling for y in varying):
            expected.add(token)
    found = stop_words(stream, targets, max_df=max_df, telling=telling)
    assert found == tuple(sorted(expected))


def test_neighbours_of_what_is_left_out_meet() -> None:
    stream = stream_of([("rise of the sea", "the tide"), ("", "of the")])
    without = stream.without({"of", "the"})
    assert [without.tokens[i] for i in without.ids] == ["rise", "sea", "tide"]
    assert without.indptr.tolist() == [0, 2, 3, 3, 3]
    assert without.indptr.dtype == np.int64
    assert without.ids.dtype == np.int32
    assert stream.without({"unknown"}) is stream
    assert len(stream.ids) == 8


def test_stop_words_hold_for_new_documents() -> None:
    corpus = Corpus.from_documents(
        Document(str(i), "the sea" if i % 2 else "the rock", f"level{i} the rise", ("sea",) if i % 2 else ("rock",))
        for i in range(60)
    )
    extractor, _ = FeatureExtractor.fit(corpus, {"words": {}}, {"max_df": 0.2, "telling": 0.4})
    assert extractor.stop_words == {"the", "rise"}
    block = extractor.blocks["words"]
    assert {block.term(i) for i in range(len(block))} == {"sea", "rock", "title: sea", "title: rock"}
    new = Corpus.from_documents([Document("1", "", "the sea of the rock"), Document("2", "", "the rise")])
    assert np.diff(extractor.transform(new)["words"].indptr).tolist() == [2, 0]
