import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from headword.core.errors import DataError
from headword.metrics.propensity import inverse_propensities, psp_at_k
from headword.metrics.ranking import recall_at_k


def test_inverse_propensity_by_the_paper() -> None:
    # N = e^2 makes ln N - 1 = 1; with A = 1, B = 1 then C = 2, and 1/p = 1 + 2 / (N_l + 1).
    got = inverse_propensities(np.array([0, 1, 3]), round(np.exp(2)), a=1.0, b=1.0)
    scale = np.log(round(np.exp(2))) - 1
    assert got == pytest.approx(1 + scale * np.array([2.0, 1.0, 0.5]))


@given(st.integers(1, 10**6), st.lists(st.integers(0, 10**6), min_size=2))
def test_rarer_labels_weigh_no_less_and_none_less_than_one(n_train, support) -> None:
    weights = inverse_propensities(np.sort(support), n_train)
    assert (np.diff(weights) <= 0).all()
    assert (weights >= 1).all()


@pytest.mark.parametrize("k", [1, 3, 5])
def test_by_its_definition(build_world, k) -> None:
    world = build_world(seed=1, ties=False)
    weights = inverse_propensities(world.true.sum(axis=0), len(world.true))
    gained = possible = 0.0
    for truth, score in zip(world.true, world.score, strict=True):
        best = [c for c in np.argsort(-score, kind="stable")[:k] if score[c] > -np.inf]
        gained += sum(weights[c] for c in best if truth[c])
        possible += sum(sorted(weights[truth > 0])[::-1][:k])
    assert psp_at_k(world.y_true, world.y_score, weights, k) == pytest.approx(gained / possible, abs=1e-12)


def test_equal_weights_and_one_label_each_make_it_recall() -> None:
    rng = np.random.default_rng(0)
    y_true = sp.csr_matrix(np.eye(8)[rng.integers(0, 8, 50)])
    y_score = sp.csr_matrix(rng.random((50, 8)))
    assert psp_at_k(y_true, y_score, np.full(8, 2.5), 3) == pytest.approx(recall_at_k(y_true, y_score, 3))


def test_a_rare_hit_is_worth_more_than_a_frequent_one() -> None:
    y_true, weights = sp.csr_matrix([[1, 1]]), np.array([1.0, 3.0])
    assert psp_at_k(y_true, sp.csr_matrix([[2.0, 1.0]]), weights, 1) == pytest.approx(1 / 3)
    assert psp_at_k(y_true, sp.csr_matrix([[1.0, 2.0]]), weights, 1) == 1.0


def test_undefined_without_truth() -> None:
    assert np.isnan(psp_at_k(sp.csr_matrix((1, 2)), sp.csr_matrix([[1.0, 2.0]]), np.ones(2), 1))


def test_bad_parameters_are_named() -> None:
    with pytest.raises(DataError, match="n_train >= 1, b > 0 and support >= 0, found n_train=0"):
        inverse_propensities(np.array([1]), 0)
    with pytest.raises(DataError, match="2 labels need as many propensities"):
        psp_at_k(sp.csr_matrix((1, 2)), sp.csr_matrix((1, 2)), np.ones(3), 1)
