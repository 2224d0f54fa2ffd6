import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.metrics import coverage_error as sklearn_coverage_error
from sklearn.metrics import label_ranking_average_precision_score

from headword.metrics.tied_ranks import coverage_error, lrap


def test_lrap_agrees_with_scikit_learn_at_any_sparsity_and_with_ties(world) -> None:
    want = label_ranking_average_precision_score(world.true, world.finite)
    assert lrap(world.y_true, world.y_score) == pytest.approx(want, abs=1e-12)


def test_coverage_error_agrees_with_scikit_learn_at_any_sparsity_and_with_ties(world) -> None:
    want = sklearn_coverage_error(world.true, world.finite)
    assert coverage_error(world.y_true, world.y_score) == pytest.approx(want, abs=1e-12)


def test_ties_take_the_worst_rank() -> None:
    y_true, y_score = sp.csr_matrix([[1, 0, 0]]), sp.csr_matrix([[0.5, 0.5, 0.1]])
    assert lrap(y_true, y_score) == 0.5
    assert coverage_error(y_true, y_score) == 2.0


def test_an_unscored_true_label_ranks_last() -> None:
    y_true, y_score = sp.csr_matrix([[1, 0, 0, 0]]), sp.csr_matrix([[0.0, 0.4, 0.0, 0.0]])
    assert lrap(y_true, y_score) == 0.25
    assert coverage_error(y_true, y_score) == 4.0


def test_no_label_or_every_label_is_trivially_ranked() -> None:
    y_true, y_score = sp.csr_matrix([[0, 0], [1, 1]]), sp.csr_matrix([[0.1, 0.2], [0.1, 0.2]])
    assert lrap(y_true, y_score) == 1.0
    assert coverage_error(y_true, y_score) == 1.0  # 0 and 2


def test_no_scores_at_all() -> None:
    assert lrap(sp.csr_matrix([[1, 0]]), sp.csr_matrix((1, 2))) == 0.5
    assert np.isnan(lrap(sp.csr_matrix((0, 2)), sp.csr_matrix((0, 2))))
