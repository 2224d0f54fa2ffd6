from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse as sp

from headword.scorers.cluster_kernels import split_in_two
from headword.scorers.label_clusters import cluster_bounds, cluster_labels, label_features
from headword.text.words import csr

from .conftest import Problem, make_problem


def rows_of(dense: np.ndarray) -> sp.csr_matrix:
    matrix = sp.csr_matrix(np.asarray(dense, dtype=np.float32))
    return csr(matrix.indptr, matrix.indices, matrix.data, matrix.shape[1])


def planted(n_clusters: int, size: int, seed: int = 0) -> tuple[sp.csr_matrix, np.ndarray]:
    """Labels of `n_clusters` groups, each with words of its own and a few of anybody's, in any order."""
    rng = np.random.default_rng(seed)
    group = rng.permutation(np.repeat(np.arange(n_clusters), size))
    dense = np.zeros((len(group), 10 * n_clusters + 20))
    for label, own in enumerate(group):
        dense[label, 10 * own : 10 * own + 10] = rng.random(10) + 0.5
        dense[label, 10 * n_clusters + rng.integers(20, size=3)] = 0.3
    return rows_of(dense / np.linalg.norm(dense, axis=1, keepdims=True)), group


def parts(order: np.ndarray, n_clusters: int) -> Iterable[np.ndarray]:
    bounds = cluster_bounds(len(order), n_clusters)
    return (order[first:last] for first, last in pairwise(bounds))


def test_features_of_a_label_are_the_direction_of_its_documents_sum(problem: Problem) -> None:
    rows = np.arange(0, 150, 2)
    found = label_features(problem.features["words"], problem.targets, rows).toarray()
    total = problem.targets[rows].toarray().T @ problem.x.toarray()[rows]
    length = np.linalg.norm(total, axis=1, keepdims=True)
    assert found == pytest.approx(total / np.where(length, length, 1), abs=1e-6)
    assert not found[-2].any()


def test_the_strongest_features_of_a_label_are_kept(problem: Problem) -> None:
    every = np.arange(150)
    whole = label_features(problem.features["words"], problem.targets, every).toarray()
    found = label_features(problem.features["words"], problem.targets, every, most=7).toarray()
    for label in range(12):
        kept = np.sort(np.argsort(-whole[label], kind="stable")[:7]) if whole[label].any() else []
        assert np.flatnonzero(found[label]).tolist() == list(kept)
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.where(whole.any(axis=1), 1, 0), abs=1e-6)


def test_among_equals_as_many_are_kept_as_there_is_room_for() -> None:
    found = label_features(rows_of([[3, -1, 1, 1, 1]]), rows_of([[1]]), np.arange(1), most=3).toarray()
    assert np.count_nonzero(found) == 3
    assert found[0, 0] == pytest.approx(3 / np.sqrt(11))


@pytest.mark.parametrize(("n_labels", "n_clusters"), [(7, 3), (64, 1), (130, 4), (5, 5), (1000, 17)])
def test_clusters_differ_in_size_by_one_at_most(n_labels: int, n_clusters: int) -> None:
    bounds = cluster_bounds(n_labels, n_clusters)
    assert bounds[0] == 0
    assert bounds[-1] == n_labels
    assert set(np.diff(bounds).tolist()) <= {n_labels // n_clusters, -(-n_labels // n_clusters)}


@pytest.mark.parametrize("n_clusters", [2, 3, 5, 8])
def test_planted_clusters_are_found(n_clusters: int) -> None:
    features, group = planted(n_clusters, size=24)
    order = cluster_labels(features, np.arange(len(group), dtype=np.int32), n_clusters)
    assert sorted(order.tolist()) == list(range(len(group)))
    pure = [np.bincount(group[part]).max() / len(part) for part in parts(order, n_clusters)]
    assert np.mean(pure) > 0.8  # at random about 1 / n_clusters


def test_the_given_labels_are_clustered_and_no_others() -> None:
    features, _ = planted(4, size=10)
    labels = np.array([39, 3, 7, 21, 22, 30, 1], dtype=np.int32)
    order = cluster_labels(features, labels, 3)
    assert sorted(order.tolist()) == sorted(labels.tolist())
    assert labels.tolist() == [39, 3, 7, 21, 22, 30, 1], "the labels given are left as they are"


def test_each_label_by_itself_and_all_in_one() -> None:
    features, _ = planted(2, size=5)
    every = np.arange(10, dtype=np.int32)
    assert sorted(cluster_labels(features, every, 10).tolist()) == every.tolist()
    assert cluster_labels(features, every, 1).tolist() == every.tolist()
    assert cluster_labels(features, every[:1], 1).tolist() == [0]


def test_threads_change_nothing_and_seeds_do() -> None:
    wide = make_problem(n_docs=300, n_labels=150, seed=2)
    features = label_features(wide.features["words"], wide.targets, np.arange(300), n_threads=1)
    again = label_features(wide.features["words"], wide.targets, np.arange(300), n_threads=2)
    assert features.data.tobytes() == again.data.tobytes()
    assert features.indices.tobytes() == again.indices.tobytes()
    labels = np.delete(np.arange(150, dtype=np.int32), 148)
    one = cluster_labels(features, labels, 13, seed=3, n_threads=1)
    assert np.array_equal(one, cluster_labels(features, labels, 13, seed=3, n_threads=2))
    assert not np.array_equal(one, cluster_labels(features, labels, 13, seed=4))


@pytest.mark.parametrize("n_left", [1, 20, 39])
def test_a_split_is_a_fixed_point_of_balanced_2_means(n_left: int) -> None:
    features, _ = planted(3, size=14)
    members = np.random.default_rng(1).permutation(42).astype(np.int32)[:40]
    before = members.copy()
    axis = np.zeros(features.shape[1], dtype=np.float32)
    split_in_two(features.indptr, features.indices, features.data, members, n_left, 100, 5, axis)
    assert not axis.any()
    assert sorted(members.tolist()) == sorted(before.tolist())
    dense = features.toarray()
    left, right = dense[members[:n_left]], dense[members[n_left:]]
    along = left.mean(axis=0) - right.mean(axis=0)
    assert (left @ along).min() >= (right @ along).max() - 1e-5
