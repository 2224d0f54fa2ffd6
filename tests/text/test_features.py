import numpy as np
import pytest
import scipy.sparse as sp

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError
from headword.text.features import BLOCKS, FeatureExtractor, Features
from headword.text.given import GivenFeatures

from .conftest import invented
from .references import same_matrix

OPTIONS = {"words": {"min_df": 2}, "characters": {"longest": 4}}


def corpus_of(documents: list[tuple[str, str]]) -> Corpus:
    return Corpus.from_documents(Document(str(i), title, text) for i, (title, text) in enumerate(documents))


@pytest.fixture(scope="module")
def fitted(documents: list[tuple[str, str]]) -> tuple[FeatureExtractor, Features]:
    return FeatureExtractor.fit(corpus_of(documents), OPTIONS)


def test_training_documents_are_read_alike_in_fit_and_transform(
    documents: list[tuple[str, str]], fitted: tuple[FeatureExtractor, Features]
) -> None:
    extractor, features = fitted
    again = extractor.transform(corpus_of(documents))
    assert list(again.blocks) == ["words", "characters"]
    assert len(features) == len(documents)
    assert all(same_matrix(again[name], features[name]) for name in again.blocks)


def test_one_by_one_is_all_at_once(fitted: tuple[FeatureExtractor, Features]) -> None:
    extractor, _ = fitted
    documents = [*invented(12, seed=4), ("", "")]
    whole = extractor.transform(corpus_of(documents))
    for i, document in enumerate(documents):
        alone = extractor.transform(corpus_of([document]))
        assert all(same_matrix(alone[name], whole[name][i]) for name in whole.blocks)


@pytest.mark.parametrize("n_threads", [1, 2])
def test_threads_change_nothing(
    documents: list[tuple[str, str]], fitted: tuple[FeatureExtractor, Features], n_threads: int
) -> None:
    _, features = FeatureExtractor.fit(corpus_of(documents), OPTIONS, n_threads=n_threads)
    assert all(same_matrix(features[name], fitted[1][name]) for name in OPTIONS)


@pytest.mark.parametrize(
    "rows",
    [slice(3, 9), slice(70, 999), slice(9, 3), slice(None, None, 3), np.array([5, 1, 5]), np.zeros(0, dtype=np.int64)],
)
def test_some_rows_in_the_types_that_kernels_take(
    fitted: tuple[FeatureExtractor, Features], rows: slice | np.ndarray
) -> None:
    some = fitted[1].rows(rows)
    for name, block in some.blocks.items():
        whole = fitted[1][name]
        assert (block.indptr.dtype, block.indices.dtype, block.data.dtype) == (np.int64, np.int32, np.float32)
        assert np.array_equal(block.toarray(), whole.toarray()[rows])


def test_no_documents(fitted: tuple[FeatureExtractor, Features]) -> None:
    assert len(fitted[0].transform(corpus_of([]))) == 0


@pytest.mark.parametrize("name", ["words", "characters"])
def test_texts_without_letters_are_told(name: str) -> None:
    with pytest.raises(DataError, match=f"the 7 documents have no {name} to learn from: titles and abstracts"):
        FeatureExtractor.fit(corpus_of([("?", "")] * 7), {name: {}})


def numbers(n_docs: int = 6, n_features: int = 5) -> Corpus:
    rng = np.random.default_rng(0)
    dense = rng.integers(0, 4, (n_docs, n_features)).astype(np.float32)
    dense[1] = 0
    return Corpus.from_documents((Document(str(i)) for i in range(n_docs)), features=sp.csr_matrix(dense))


def test_given_features_are_weighted_by_hand() -> None:
    corpus = numbers()
    assert corpus.features is not None
    dense = corpus.features.toarray()
    expected = dense * (np.log(7 / (1 + (dense > 0).sum(axis=0))) + 1)
    length = np.linalg.norm(expected, axis=1, keepdims=True)
    extractor, features = FeatureExtractor.fit(corpus, {"given": {}})
    assert features["given"].toarray() == pytest.approx(expected / np.where(length > 0, length, 1), rel=1e-5)
    assert extractor.blocks["given"].term(3) == "feature 3"
    assert (corpus.features.toarray() == dense).all()


def test_given_features_with_fewer_columns_are_completed_and_more_refused() -> None:
    extractor, _ = FeatureExtractor.fit(numbers(), {"given": {}})
    assert extractor.transform(numbers(n_features=3))["given"].shape == (6, 5)
    with pytest.raises(DataError, match="documents of 7 features do not fit a model of 5 features"):
        extractor.transform(numbers(n_features=7))
    with pytest.raises(DataError, match=r"documents that come as numbers .* found text"):
        extractor.transform(corpus_of([("a", "b")]))


def test_given_state_and_unsorted_rows() -> None:
    features = sp.csr_matrix((np.array([1, 2], dtype=np.float32), [3, 1], [0, 2]), shape=(1, 4))
    block = GivenFeatures.from_state(GivenFeatures.fit(features).state())
    found = block.transform(features)
    assert found.indices.tolist() == [1, 3]
    assert features.indices.tolist() == [3, 1]


def test_blocks_are_those_a_recipe_can_name() -> None:
    assert set(BLOCKS) >= {"words", "characters", "given"}
