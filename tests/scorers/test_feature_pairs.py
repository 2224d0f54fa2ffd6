from collections import Counter
from itertools import combinations

import numpy as np
import pytest
import scipy.sparse as sp

from headword.core.errors import DataError
from headword.scorers.feature_pair_kernels import count_pairs, strongest
from headword.scorers.feature_pairs import FeaturePairs
from headword.text.rows import csr

from .conftest import Problem


def documents_of(dense: object) -> sp.csr_matrix:
    matrix = sp.csr_matrix(np.asarray(dense, dtype=np.float32))
    return csr(matrix.indptr, matrix.indices.astype(np.int32), matrix.data, matrix.shape[1])


def pairs_of(documents: sp.csr_matrix, per_document: int = 60, **limits: int) -> FeaturePairs:
    return FeaturePairs.of(
        documents, per_document, **{"min_df": 2, "most_features": 100, "max_features": 1000, **limits}
    )


def plainly_paired(row: np.ndarray, most: int) -> list[int]:
    """The features of the largest size, ties by the lower one."""
    present = [int(feature) for feature in np.flatnonzero(row)]
    return sorted(sorted(present, key=lambda feature: (-abs(row[feature]), feature))[:most])


def plain_counts(dense: np.ndarray, most: int) -> Counter[tuple[int, int]]:
    return Counter(pair for row in dense for pair in combinations(plainly_paired(row, most), 2))


def named(pairs: FeaturePairs) -> list[tuple[int, int]]:
    return [(pairs.first(pair), int(pairs.seconds[pair])) for pair in range(len(pairs))]


@pytest.mark.parametrize("most", [2, 4, 60])
@pytest.mark.parametrize("min_df", [1, 2, 7])
def test_pairs_are_those_that_enough_documents_have(problem: Problem, most: int, min_df: int) -> None:
    documents = problem.features["words"]
    counts = plain_counts(documents.toarray(), most)
    found = named(pairs_of(documents, most, min_df=min_df, max_features=100_000))
    assert found == sorted(pair for pair, count in counts.items() if count >= min_df)


def test_counts_are_those_of_a_plain_loop(problem: Problem) -> None:
    documents = problem.features["words"]
    n = documents.shape[1]
    place = np.arange(n, dtype=np.int32)
    counts = count_pairs(documents.indptr, documents.indices, documents.data, place, 60)
    plain = plain_counts(documents.toarray(), 60)
    assert [counts[b * (b - 1) // 2 + a] for b in range(n) for a in range(b)] == [
        plain[a, b] for b in range(n) for a in range(b)
    ]


def test_the_most_frequent_features_and_pairs_are_kept() -> None:
    # features 0, 1, 2 are in 4, 4 and 3 documents, feature 3 in 2
    documents = documents_of([[1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 0, 1], [1, 0, 1, 1], [0, 1, 0, 0]])
    assert named(pairs_of(documents)) == [(0, 1), (0, 2), (0, 3), (1, 2)]
    assert named(pairs_of(documents, most_features=3)) == [(0, 1), (0, 2), (1, 2)]
    assert named(pairs_of(documents, most_features=2)) == [(0, 1)]
    assert named(pairs_of(documents, max_features=2)) == [(0, 1), (0, 2)]
    assert named(pairs_of(documents, max_features=3)) == [(0, 1), (0, 2), (1, 2)]  # as frequent as 0 and 3
    assert named(pairs_of(documents, min_df=9)) == []


@pytest.mark.parametrize("most", [3, 60])
def test_rows_are_features_and_their_products(problem: Problem, most: int) -> None:
    documents = problem.features["words"]
    pairs = pairs_of(documents, most)
    dense = documents.toarray()
    products = np.zeros((len(dense), len(pairs)))
    has_part = np.isin(np.arange(60), named(pairs))
    for doc, row in enumerate(dense):
        paired = plainly_paired(row * has_part, most)
        for column, (first, second) in enumerate(named(pairs)):
            if first in paired and second in paired:
                products[doc, column] = np.sqrt(2) * row[first] * row[second]
    assert len(pairs) > 50
    found = pairs.rows(documents)
    assert found.shape == (150, 60 + len(pairs))
    assert found.indptr[4] - found.indptr[3] == 0  # the document without features
    assert np.allclose(found.toarray(), np.hstack([dense, products]), atol=1e-6)


def test_the_inner_product_is_that_of_the_kernel() -> None:
    x = documents_of(np.random.default_rng(0).random((6, 5)))
    pairs = pairs_of(x, min_df=1).rows(x)[:, 5:].toarray()
    dense = x.toarray()
    squares = np.square(dense) @ np.square(dense).T
    assert np.allclose(pairs @ pairs.T, np.square(dense @ dense.T) - squares, atol=1e-5)


def test_threads_windows_and_the_order_of_entries_change_nothing(problem: Problem) -> None:
    documents = problem.features["words"]
    many = documents_of(np.tile(documents.toarray(), (5, 1)))
    pairs = pairs_of(documents, 5)
    whole = pairs.rows(many, n_threads=1)
    other = pairs.rows(many, n_threads=2)
    assert all(np.array_equal(getattr(whole, part), getattr(other, part)) for part in ("indptr", "indices", "data"))
    window = csr(many.indptr[300:311], many.indices, many.data, 60)
    assert np.array_equal(pairs.rows(window).toarray(), whole[300:310].toarray())
    turned = csr(many.indptr, many.indices.copy(), many.data.copy(), 60)
    for first, last in zip(many.indptr[:-1], many.indptr[1:], strict=True):
        turned.indices[first:last] = many.indices[first:last][::-1]
        turned.data[first:last] = many.data[first:last][::-1]
    assert np.array_equal(pairs.rows(turned).toarray(), whole.toarray())


def test_zeros_are_not_paired() -> None:
    data = np.array([1, 0, -3, 2], dtype=np.float32)
    indices = np.array([0, 1, 2, 3], dtype=np.int32)
    paired = np.array([True, True, True, True])
    assert strongest(indices, data, 0, 4, paired, 9).tolist() == [0, 2, 3]
    assert strongest(indices, data, 0, 4, paired, 2).tolist() == [2, 3]
    assert strongest(indices, data, 0, 4, np.array([True, True, False, True]), 2).tolist() == [0, 3]
    assert strongest(indices, data, 2, 2, paired, 2).tolist() == []


@pytest.mark.parametrize("shape", [(0, 4), (3, 1), (3, 0), (5, 4)])
def test_nothing_to_pair(shape: tuple[int, int]) -> None:
    documents = documents_of(np.zeros(shape))
    pairs = pairs_of(documents)
    assert len(pairs) == 0
    assert pairs.rows(documents).shape == shape


def test_a_kept_state_gives_the_same_rows(problem: Problem) -> None:
    documents = problem.features["words"]
    pairs = pairs_of(documents)
    again = FeaturePairs.from_state(pairs.state(), 60, n_features=60)
    assert named(again) == named(pairs)
    assert np.array_equal(again.rows(documents).toarray(), pairs.rows(documents).toarray())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seconds": np.array([60], np.uint8)}, "'seconds' must lie between 0 and 59"),
        ({"seconds": np.zeros(3, np.uint8)}, "'pairs' adds up to .*, expected 3"),
        ({"seconds": np.zeros(3, np.float32)}, "'seconds' is float32"),
        ({"pairs": np.zeros(59, np.uint8)}, r"'pairs' is uint8 \(59,\)"),
        ({"pairs": np.full(60, 2**31, np.uint32)}, "'pairs' must lie between 0 and"),
        ({"pairs": np.zeros(60, np.int64)}, "'pairs' is int64"),
        ({"pairs": None}, "'pairs' is missing"),
    ],
)
def test_a_hostile_state_is_refused(problem: Problem, change: dict[str, object], message: str) -> None:
    state = {**pairs_of(problem.features["words"]).state(), **change}
    with pytest.raises(DataError, match=message):
        FeaturePairs.from_state(state, 60, n_features=60)
