"""The latent block against full and truncated singular value decompositions by numpy and scikit-learn."""

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.decomposition import TruncatedSVD

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, RecipeError
from headword.recipes.reader import parse_recipe
from headword.text import latent
from headword.text.features import FeatureExtractor, Features
from headword.text.latent import LatentFeatures
from headword.text.latent_kernels import multiply_rows, turn
from headword.text.weighting import unit_rows
from headword.text.words import csr

RANK = 6


def low_rank(n_docs: int = 120, n_columns: int = 80, noise: float = 0.02) -> sp.csr_matrix:
    """Sparse unit rows of six topics, each with words of its own, and a little of everything."""
    rng = np.random.default_rng(1)
    topics = np.kron(np.eye(RANK), np.ones(n_columns // RANK + 1))[:, :n_columns] * rng.random((RANK, n_columns))
    strength = np.sort(rng.random((n_docs, RANK)), axis=1) ** 3 * np.linspace(1, 3, RANK)
    dense = (strength @ topics * (rng.random((n_docs, n_columns)) < 0.9)).astype(np.float32)
    dense += noise * rng.random(dense.shape).astype(np.float32) * (rng.random(dense.shape) < 0.3)
    found = sp.csr_matrix(dense)
    return unit_rows(csr(found.indptr, found.indices, found.data, n_columns))


@pytest.fixture(scope="module")
def words() -> sp.csr_matrix:
    return low_rank()


def projector(columns: np.ndarray) -> np.ndarray:
    basis, _ = np.linalg.qr(columns.astype(np.float64))
    return np.asarray(basis @ basis.T)


def test_directions_span_what_numpy_and_scikit_learn_find(words: sp.csr_matrix) -> None:
    found = LatentFeatures.fit(words, dim=RANK).components
    _, _, turned = np.linalg.svd(words.toarray().astype(np.float64), full_matrices=False)
    assert found.shape == (80, RANK)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.T @ found, np.eye(RANK), atol=1e-2)
    np.testing.assert_allclose(projector(found), projector(turned[:RANK].T), atol=0.02)
    peer = TruncatedSVD(RANK, algorithm="arpack", random_state=0).fit(sp.csr_matrix(words.toarray()))
    np.testing.assert_allclose(projector(found), projector(peer.components_.T), atol=0.02)


def test_it_keeps_as_much_as_the_best_projection_can(words: sp.csr_matrix) -> None:
    dense = words.toarray().astype(np.float64)
    values = np.linalg.svd(dense, compute_uv=False)
    for dim in (1, 3, RANK, 15):
        kept = np.square(dense @ LatentFeatures.fit(words, dim=dim).components).sum()
        best = np.square(values[:dim]).sum()
        assert 0.99 * best <= kept <= 1.005 * best


def test_each_direction_is_a_singular_vector_with_a_settled_sign(words: sp.csr_matrix) -> None:
    found = LatentFeatures.fit(words, dim=3).components
    _, _, turned = np.linalg.svd(words.toarray().astype(np.float64), full_matrices=False)
    assert (np.abs(np.einsum("fd,df->d", found, turned[:3])) > 0.99).all()
    assert (found.sum(axis=0) > -1e-2).all()


def test_rows_are_the_projections_in_length_one(words: sp.csr_matrix) -> None:
    block = LatentFeatures.fit(words, dim=RANK)
    empty = csr(np.array([0, 0, 2]), np.array([0, 5], np.int32), np.array([0.6, 0.8], np.float32), 80)
    for matrix in (words, empty):
        rows = block.transform(matrix)
        assert rows.shape == (matrix.shape[0], len(block))
        assert (rows.indptr.dtype, rows.indices.dtype, rows.data.dtype) == (np.int64, np.int32, np.float32)
        assert np.array_equal(rows.indptr, np.arange(matrix.shape[0] + 1) * RANK)
        expected = matrix.toarray() @ block.components
        lengths = np.linalg.norm(expected, axis=1, keepdims=True)
        np.testing.assert_allclose(rows.toarray(), expected / np.where(lengths > 0, lengths, 1), atol=1e-5)
    assert not block.transform(empty).toarray()[0].any()
    assert len(block.transform(words[:0]).data) == 0


def test_words_of_like_company_come_close() -> None:
    # "sea" and "ocean" never meet, but both stand with "tide" and "ship".
    sets = [
        ("sea", "tide"),
        ("sea", "ship"),
        ("ocean", "tide"),
        ("ocean", "ship"),
        ("rock", "magma"),
        ("basalt", "magma"),
        ("lava", "magma"),
    ]
    names = sorted({word for pair in sets for word in pair})
    dense = np.array([[word in pair for word in names] for pair in sets * 4], dtype=np.float32)
    found = sp.csr_matrix(dense)
    block = LatentFeatures.fit(unit_rows(csr(found.indptr, found.indices, found.data, len(names))), dim=2)
    alone = sp.csr_matrix(np.eye(len(names), dtype=np.float32))
    rows = block.transform(csr(alone.indptr, alone.indices, alone.data, len(names))).toarray()
    cosine = dict(zip(names, rows @ rows[names.index("sea")], strict=True))
    assert cosine["ocean"] > 0.95
    assert abs(cosine["magma"]) < 0.2


def test_only_the_most_frequent_columns_are_read(words: sp.csr_matrix) -> None:
    block = LatentFeatures.fit(words, dim=4, most_features=40)
    assert block.components.shape == (40, 4)
    cut = words.toarray()
    cut[:, 40:] = 0
    less = sp.csr_matrix(cut)
    same = csr(less.indptr, less.indices, less.data, 80)
    np.testing.assert_array_equal(block.transform(words).data, block.transform(same).data)
    np.testing.assert_array_equal(LatentFeatures.fit(same, dim=4, most_features=40).components, block.components)


@pytest.mark.parametrize(
    ("n_docs", "n_columns", "dim", "expected"),
    [(120, 80, 200, 20), (40, 80, 200, 10), (120, 80, 5, 5), (3, 80, 200, 1), (120, 2, 200, 1)],
)
def test_there_are_never_more_directions_than_documents_bear(
    n_docs: int, n_columns: int, dim: int, expected: int
) -> None:
    some = low_rank(n_docs, 80)[:, :n_columns]
    matrix = csr(some.indptr, some.indices, some.data, n_columns)
    assert len(LatentFeatures.fit(matrix, dim=dim)) == expected


def test_threads_change_nothing_and_the_seed_little() -> None:
    many = low_rank(2500, 60)
    one, four = (LatentFeatures.fit(many, dim=RANK, n_threads=n) for n in (1, 4))
    np.testing.assert_array_equal(one.components, four.components)
    np.testing.assert_array_equal(one.transform(many, n_threads=1).data, four.transform(many, n_threads=4).data)
    other = LatentFeatures.fit(many, dim=RANK, seed=7)
    np.testing.assert_allclose(projector(one.components), projector(other.components), atol=0.02)


def test_fitting_leaves_the_words_as_they_were(words: sp.csr_matrix) -> None:
    before = words.copy()
    LatentFeatures.fit(words, dim=3, most_features=50).transform(words)
    for name in ("indptr", "indices", "data"):
        np.testing.assert_array_equal(getattr(words, name), getattr(before, name))


def test_state_rebuilds_the_block_exactly(words: sp.csr_matrix) -> None:
    block = LatentFeatures.fit(words, of="given", dim=RANK)
    state = block.state()
    assert (state["components"].dtype, state["exponents"].dtype) == (np.int8, np.int8)
    again = LatentFeatures.from_state(state)
    assert again.of == "given"
    np.testing.assert_array_equal(again.components, block.components)
    np.testing.assert_array_equal(again.transform(words).data, block.transform(words).data)
    assert block.term(2) == "direction 2"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"components": None}, "'components' is missing"),
        ({"components": np.ones((4, 2), np.float32)}, "'components' is float32"),
        ({"components": np.ones(4, np.int8)}, "expected int8 of size any x any"),
        ({"components": np.ones((0, 2), np.int8)}, "is empty"),
        ({"exponents": np.zeros(3, np.int8)}, "expected int8 of size 4"),
        ({"exponents": np.array([0, 1, 0, 0], np.int8)}, "holds numbers above 0"),
        ({"of": []}, "made of one other block, found 0"),
        ({"of": None}, "'of' is missing"),
    ],
)
def test_state_that_is_no_state_is_refused(change: dict[str, object], message: str) -> None:
    good: dict[str, object] = {
        "components": np.ones((4, 2), np.int8),
        "exponents": np.zeros(4, np.int8),
        "of": ["words"],
    }
    assert len(LatentFeatures.from_state(good)) == 2
    with pytest.raises(DataError, match=message):
        LatentFeatures.from_state({**good, **change})


def test_the_extractor_builds_it_last_and_keeps_what_it_is_made_of() -> None:
    topics = {"sea": "tide ship wave salt", "rock": "magma basalt crust ore"}
    corpus = Corpus.from_documents(
        Document(f"{label}{i}", label, " ".join(np.roll(text.split(), i)[: 2 + i % 3]), (label,))
        for i in range(12)
        for label, text in topics.items()
    )
    extractor, features = FeatureExtractor.fit(corpus, {"latent": {"dim": 2}, "words": {}, "characters": {}})
    assert list(extractor.blocks) == ["words", "characters", "latent"]
    assert isinstance(features, Features)
    np.testing.assert_allclose(np.linalg.norm(features["latent"].toarray(), axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(extractor.transform(corpus)["latent"].data, features["latent"].data)
    assert list(extractor.only({"latent"}).blocks) == ["words", "latent"]


def test_a_recipe_must_have_the_block_it_is_made_of() -> None:
    scorers = {"one": {"kind": "linear", "block": "latent"}}
    assert parse_recipe({"features": {"latent": {}, "words": {}}, "scorers": scorers}).features["latent"] == {}
    with pytest.raises(RecipeError, match="made of block 'words', which"):
        parse_recipe({"features": {"latent": {}}, "scorers": scorers})


@pytest.mark.parametrize("width", [1, 16, 17, 64, 200])
def test_products_are_those_of_numpy(width: int) -> None:
    rng = np.random.default_rng(width)
    dense = rng.standard_normal((30, width)).astype(np.float32)
    sparse = sp.csr_matrix(
        (rng.random((50, 40)) * (rng.random((50, 40)) < rng.random((50, 1)) ** 4)).astype(np.float32)
    )
    matrix = csr(sparse.indptr, sparse.indices, sparse.data, 40)
    expected = sparse.toarray()[:, :30] @ dense
    out = np.full((20, width), 7, np.float32)
    multiply_rows(matrix.indptr, matrix.indices, matrix.data, dense, 30, 5, out)
    np.testing.assert_allclose(out, expected[5:25], atol=1e-5)
    turned = csr(*turn(matrix.indptr, matrix.indices, matrix.data, 30), 50)
    np.testing.assert_array_equal(turned.toarray(), sparse.toarray()[:, :30].T)


def test_codes_give_themselves_back() -> None:
    rng = np.random.default_rng(2)
    components = (rng.standard_normal((50, 9)) * 10.0 ** rng.integers(-8, 0, (50, 1))).astype(np.float32)
    components[3] = 0
    codes, exponents = latent._packed(components)
    rounded = latent._unpacked(codes, exponents)
    assert (np.abs(rounded - components) <= np.abs(components).max(axis=1, keepdims=True) / 120).all()
    again = latent._packed(rounded)
    assert np.array_equal(again[0], codes)
    assert np.array_equal(latent._unpacked(*again), rounded)
