import numpy as np
import pytest
import scipy.sparse as sp

from headword.scorers import tree_kernels as kernels
from headword.scorers import tree_ranking_kernels as ranking
from headword.scorers.linear_kernels import decoded

from .conftest import Problem


def test_moved_targets_are_each_there_once() -> None:
    # three documents with labels 0 1 3, none, 2 4; labels 1 and 3 share a place, label 4 has none
    indptr, indices = np.array([0, 3, 3, 5]), np.array([0, 1, 3, 2, 4], dtype=np.int32)
    found = kernels.move_targets(indptr, indices, np.array([5, 2, 7, 2, -1], dtype=np.int32))
    assert found[0].tolist() == [0, 2, 2, 3]
    assert found[1].tolist() == [5, 2, 7]


@pytest.mark.parametrize("width", [0, 1, 3])
def test_documents_of_clusters_have_a_target_or_a_beam_there(width: int) -> None:
    rng = np.random.default_rng(0)
    targets = sp.random(40, 6, 0.15, format="csr", random_state=rng)
    rows = np.sort(rng.permutation(40)[:25])
    beams = np.array([rng.permutation(6)[:width] for _ in rows], dtype=np.int32).reshape(25, width)
    bounds, documents = kernels.cluster_documents(
        rows, targets.indptr.astype(np.int64), targets.indices.astype(np.int32), beams, 6
    )
    own = targets.toarray() > 0
    for cluster in range(6):
        expected = [row for row, beam in zip(rows, beams, strict=True) if own[row, cluster] or cluster in beam]
        assert documents[bounds[cluster] : bounds[cluster + 1]].tolist() == expected


def test_gathered_documents_are_those_over_the_features_of_the_labelled_ones(problem: Problem) -> None:
    words, targets = problem.features["words"], problem.targets
    documents = np.array([3, 4, 9, 20, 21, 22, 80], dtype=np.int32)  # 3 has no features, 4 no labels
    y = (targets.indptr.astype(np.int64), targets.indices.astype(np.int32))
    t_indptr, t_indices = kernels.gather_targets(documents, *y, 2, 5)
    here = sp.csr_matrix((np.ones(len(t_indices)), t_indices, t_indptr), shape=(7, 5)).toarray()
    assert np.array_equal(here, targets[documents].toarray()[:, 2:7])
    number = np.full(60, -1, dtype=np.int32)
    indptr, indices, data, features = kernels.gather_features(
        words.indptr, words.indices, words.data, documents, t_indptr, number
    )
    assert (number == -1).all()
    dense = problem.x.toarray()[documents]
    assert sorted(features.tolist()) == np.flatnonzero(dense[here.any(axis=1)].any(axis=0)).tolist()
    found = sp.csr_matrix((data, indices, indptr), shape=(7, len(features))).toarray()
    assert np.array_equal(found, dense[:, features])


def test_nothing_is_gathered_where_no_document_is_labelled(problem: Problem) -> None:
    words = problem.features["words"]
    indptr, indices, _, features = kernels.gather_features(
        words.indptr, words.indices, words.data, np.array([1, 2], np.int32), np.zeros(3, np.int64),
        np.full(60, -1, dtype=np.int32),
    )  # fmt: skip
    assert indptr.tolist() == [0, 0, 0]
    assert len(indices) == len(features) == 0


def random_weights(n_rows: int, n_columns: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Weights with rows of nothing, and 16 columns of which only `n_columns` are somebody's; features up to 499."""
    rng = np.random.default_rng(seed)
    weights = rng.standard_normal((n_rows, 16)) * (rng.random((n_rows, 16)) < 0.2)
    weights[rng.random(n_rows) < 0.3] = 0
    return weights.astype(np.float32), rng.permutation(500)[:n_rows].astype(np.int32)


@pytest.mark.parametrize("n_rows", [0, 1, 2, 100])
@pytest.mark.parametrize("least", [0.0, 0.5])
def test_packed_weights_are_those_above_the_least(n_rows: int, least: float) -> None:
    weights, features = random_weights(n_rows, 11)
    plain = np.zeros((500, 11), dtype=np.float32)
    plain[features] = np.where(np.abs(weights[:, :11]) > least, weights[:, :11], 0)
    found, counts, columns, codes, scale = ranking.pack(weights, features, 11, np.float32(least))
    assert not weights.any()
    assert scale == pytest.approx(np.abs(plain).max(axis=0))
    assert (counts > 0).all()
    place = found & (ranking.table_size(len(found)) - 1)
    assert (np.diff(place) >= 0).all()
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    values = np.empty(len(codes), dtype=np.float32)
    decoded(indptr, columns.astype(np.int32), codes, scale, 0, values, np.zeros((0, 16), np.float32))
    again = np.zeros_like(plain)
    again[np.repeat(found, counts), columns] = values
    # a byte keeps the root of a share to within half a step of 127
    assert np.sqrt(np.abs(again) / np.where(scale, scale, 1)) == pytest.approx(
        np.sqrt(np.abs(plain) / np.where(scale, scale, 1)), abs=0.51 / 127 + 1e-6
    )
    assert np.array_equal(np.sign(again), np.sign(plain))


@pytest.mark.parametrize("n_docs", [1, 30])
def test_ranking_is_the_plain_product(n_docs: int) -> None:
    sizes = (11, 11, 10)
    packed = [
        ranking.pack(*random_weights(n_rows, size, seed=n_rows), size, np.float32(0.1))
        for n_rows, size in zip((100, 0, 7), sizes, strict=True)
    ]
    features, counts, columns, codes = (np.concatenate([part[i] for part in packed]) for i in range(4))
    bounds = np.concatenate([[0], np.cumsum([len(part[0]) for part in packed])]).astype(np.int64)
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    scale, bias = np.zeros((3, 11), np.float32), np.full((3, 11), -np.inf, np.float32)
    plain = np.zeros((3, 500, 11))
    share = (np.arange(256) % 128 / 127) ** 2 * np.where(np.arange(256) < 128, 1, -1)
    for cluster, size in enumerate(sizes):
        scale[cluster, :size] = packed[cluster][4]
        bias[cluster, :size] = np.linspace(-1, 1, size)
        rows = np.arange(bounds[cluster], bounds[cluster + 1])
        entries = slice(indptr[bounds[cluster]], indptr[bounds[cluster + 1]])
        at = np.repeat(features[rows], counts[rows]), columns[entries]
        plain[cluster][at] = share[codes[entries]] * scale[cluster, columns[entries]]

    rng = np.random.default_rng(1)
    x = sp.random(n_docs + 5, 600, 0.3, format="csr", dtype=np.float32, random_state=rng)[5:]  # 100 unseen features
    x.data[x.indptr[0] : x.indptr[1]] = 0
    beams = np.array([rng.permutation(3)[:2] for _ in range(n_docs)], dtype=np.int32)
    out = np.empty((n_docs, 2, 11), dtype=np.float32)
    ranking.rank(
        x.indptr.astype(np.int64), x.indices.astype(np.int32), x.data, beams, bounds,
        *ranking.make_tables(bounds, features), features, indptr, columns, codes, scale, bias, out,
    )  # fmt: skip
    dense = x.toarray()[:, :500]
    for doc in range(n_docs):
        for turn, cluster in enumerate(beams[doc]):
            assert out[doc, turn] == pytest.approx(dense[doc] @ plain[cluster] + bias[cluster], abs=1e-4)


@pytest.mark.parametrize("most", [1, 4, 20])
def test_the_best_are_those_of_a_stable_sort(most: int) -> None:
    rng = np.random.default_rng(0)
    scores = rng.integers(0, 5, (30, 9)).astype(np.float32)
    scores[rng.random((30, 9)) < 0.3] = -np.inf
    scores[0] = -np.inf
    columns, values = np.empty((30, most), np.int32), np.empty((30, most), np.float32)
    ranking.keep_best(scores, columns, values)
    for row, found, kept in zip(scores, columns, values, strict=True):
        order = [i for i in np.argsort(-row, kind="stable")[:most] if row[i] > -np.inf]
        assert found.tolist() == order + [-1] * (most - len(order))
        assert kept.tolist() == row[order].tolist() + [-np.inf] * (most - len(order))


def test_a_shortlist_by_hand() -> None:
    scores = np.array([[[1, -9], [3, -np.inf]], [[5, 6], [7, 8]]], dtype=np.float32)
    labels = np.array([4, 0, 5, 2, 1], dtype=np.int32)
    beams = np.array([[0, 1], [2, 0]], dtype=np.int32)
    counts, columns, values = ranking.shortlist(scores, beams, np.array([0, 2, 3, 5]), labels, np.float32(-2))
    assert counts.tolist() == [3, 4]
    assert columns.tolist() == [4, 0, 5, 2, 1, 4, 0]
    assert values.tolist() == [1, -2, 3, 5, 6, 7, 8]


def test_tables_hold_all_rows() -> None:
    assert [ranking.table_size(n) for n in (0, 1, 2, 3, 64, 65)] == [1, 1, 2, 4, 64, 128]
