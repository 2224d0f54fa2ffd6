import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.metrics import ndcg_score

from headword.core.errors import DataError
from headword.metrics.ranking import ndcg_at_k, precision_at_k, recall_at_k


def by_hand(world, k):
    """Hits among the k best of each document, by sorting whole dense rows; columns break ties."""
    order = np.argsort(-world.score, axis=1, kind="stable")[:, :k]
    listed = np.take_along_axis(world.score, order, axis=1) > -np.inf
    return np.take_along_axis(world.true, order, axis=1) * listed


@pytest.mark.parametrize("k", [1, 3, 5, 30])
def test_precision_and_recall_by_their_definitions(world, k) -> None:
    hits, n_true = by_hand(world, k).sum(axis=1), world.true.sum(axis=1)
    has = n_true > 0
    assert precision_at_k(world.y_true, world.y_score, k) == pytest.approx((hits / k).mean(), abs=1e-12)
    assert recall_at_k(world.y_true, world.y_score, k) == pytest.approx((hits[has] / n_true[has]).mean(), abs=1e-12)


@pytest.mark.parametrize("k", [1, 3, 5, 30])
def test_ndcg_agrees_with_scikit_learn_where_nothing_ties(build_world, k) -> None:
    world = build_world(seed=5, listed=1.0, ties=False)
    rows = np.setdiff1d(np.flatnonzero(world.true.sum(axis=1)), [6])  # 6 has no suggestions: all would tie
    want = ndcg_score(world.true[rows], world.score[rows], k=k)
    got = ndcg_at_k(world.y_true[rows], world.y_score[rows], k)
    assert got == pytest.approx(want, abs=1e-12)


def test_ndcg_of_a_worked_example() -> None:
    # Hits at ranks 2 and 3 of two true labels: (1/log2 3 + 1/log2 4) / (1 + 1/log2 3).
    got = ndcg_at_k(sp.csr_matrix([[0, 1, 1, 0]]), sp.csr_matrix([[0.9, 0.8, 0.7, 0.6]]), 3)
    assert got == pytest.approx((1 / np.log2(3) + 0.5) / (1 + 1 / np.log2(3)))


def test_documents_without_labels_count_in_precision_only() -> None:
    y_true, y_score = sp.csr_matrix([[1, 0], [0, 0]]), sp.csr_matrix([[1.0, 0.5], [1.0, 0.5]])
    assert precision_at_k(y_true, y_score, 1) == 0.5
    assert recall_at_k(y_true, y_score, 1) == 1.0
    assert ndcg_at_k(y_true, y_score, 1) == 1.0


def test_no_labels_at_all_is_undefined_but_no_hits_is_zero() -> None:
    nothing, score = sp.csr_matrix((2, 2)), sp.csr_matrix(np.ones((2, 2)))
    assert precision_at_k(nothing, score, 1) == 0.0
    assert np.isnan(recall_at_k(nothing, score, 1))
    assert np.isnan(ndcg_at_k(nothing, score, 1))
    assert recall_at_k(score, nothing, 1) == 0.0


def test_an_unscored_label_is_never_a_hit() -> None:
    assert precision_at_k(sp.csr_matrix([[1, 1]]), sp.csr_matrix([[0.3, 0.0]]), 2) == 0.5


def test_recall_never_falls_with_k(world) -> None:
    recalls = [recall_at_k(world.y_true, world.y_score, k) for k in range(1, 26)]
    assert recalls == sorted(recalls)


@pytest.mark.parametrize("metric", [precision_at_k, recall_at_k, ndcg_at_k])
def test_k_must_be_positive(world, metric) -> None:
    with pytest.raises(DataError, match="k must be at least 1, found 0"):
        metric(world.y_true, world.y_score, 0)
