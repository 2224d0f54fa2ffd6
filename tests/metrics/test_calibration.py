from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from headword.core.errors import DataError
from headword.metrics.calibration import (
    brier,
    equal_mass_bins,
    equal_width_bins,
    expected_calibration_error,
)


def test_brier_agrees_with_scikit_learn_over_all_pairs(world) -> None:
    want = brier_score_loss(world.true.ravel(), world.prob.ravel())
    assert brier(world.y_true, world.y_prob) == pytest.approx(want, abs=1e-12)


def test_brier_of_no_probabilities_is_the_share_of_true_pairs() -> None:
    assert brier(sp.csr_matrix([[1, 0], [0, 0]]), sp.csr_matrix((2, 2))) == 0.25


def test_one_bin_is_mean_probability_less_hit_rate() -> None:
    y_true, y_prob = sp.csr_matrix([[1, 0, 0]]), sp.csr_matrix([[0.9, 0.6, 0.3]])
    got = expected_calibration_error(y_true, y_prob, n_bins=1)
    assert got == pytest.approx(0.6 - 1 / 3)


def test_two_bins_of_equal_mass_by_hand() -> None:
    y_true, y_prob = sp.csr_matrix([[1, 1, 0, 0]]), sp.csr_matrix([[0.9, 0.7, 0.4, 0.2]])
    # {.2, .4} with no hits and {.7, .9} with two: gaps .6 and .4 over four suggestions.
    assert expected_calibration_error(y_true, y_prob, n_bins=2) == pytest.approx(0.25)


@pytest.mark.parametrize("bins", ["equal-mass", "equal-width"])
def test_by_its_definition(build_world, bins) -> None:
    world = build_world(seed=8, listed=1.0, ties=False)
    p, hit = [], []
    for truth, prob, score in zip(world.true, world.prob, world.score, strict=True):
        for c in [c for c in np.argsort(-prob, kind="stable")[:10] if score[c] > -np.inf]:
            p.append(prob[c])
            hit.append(truth[c])
    order = np.argsort(p)
    p, hit = np.array(p)[order], np.array(hit)[order]
    if bins == "equal-mass":
        starts = np.arange(16) * len(p) // 15
    else:
        starts = np.searchsorted(p, np.arange(16) / 15)
        starts[-1] = len(p)
    gaps = [abs((p[a:b] - hit[a:b]).sum()) for a, b in pairwise(starts)]
    got = expected_calibration_error(world.y_true, world.y_prob, bins=bins)
    assert got == pytest.approx(sum(gaps) / len(p), abs=1e-12)


def test_honest_probabilities_have_a_small_error_and_boastful_ones_the_boast() -> None:
    rng = np.random.default_rng(0)
    p = rng.random((4000, 10)) * 0.5
    y_true = sp.csr_matrix((rng.random(p.shape) < p).astype(float))
    assert expected_calibration_error(y_true, sp.csr_matrix(p)) < 0.01
    assert expected_calibration_error(y_true, sp.csr_matrix(p + 0.3)) == pytest.approx(0.3, abs=0.01)


def test_only_the_best_of_each_document_are_judged() -> None:
    y_true, y_prob = sp.csr_matrix([[1, 0]]), sp.csr_matrix([[1.0, 0.5]])
    assert expected_calibration_error(y_true, y_prob, top=1) == 0.0
    assert expected_calibration_error(y_true, y_prob, top=2) == pytest.approx(0.25)


@given(st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.5, 1.0]), min_size=1), st.integers(1, 20))
def test_equal_probabilities_share_a_bin_and_larger_ones_never_a_lower_one(values, n_bins) -> None:
    p = np.sort(np.array(values))
    for lay in (equal_mass_bins, equal_width_bins):
        bins = lay(p, n_bins)
        assert (np.diff(bins) >= 0).all()
        assert (np.diff(bins)[np.diff(p) == 0] == 0).all()
        assert set(bins) <= set(range(n_bins))


def test_bins_of_equal_mass_are_of_equal_mass() -> None:
    bins = equal_mass_bins(np.random.default_rng(0).random(150), 15)
    assert np.bincount(bins).tolist() == [10] * 15


def test_undefined_where_nothing_has_a_probability() -> None:
    assert np.isnan(expected_calibration_error(sp.csr_matrix([[1]]), sp.csr_matrix((1, 1))))


def test_bad_input_is_named() -> None:
    with pytest.raises(DataError, match=r"must be in \[0, 1\], found 1.5"):
        brier(sp.csr_matrix([[1]]), sp.csr_matrix([[1.5]]))
    with pytest.raises(DataError, match="bins must be one of equal-mass, equal-width, found 'round'"):
        expected_calibration_error(sp.csr_matrix([[1]]), sp.csr_matrix([[0.5]]), bins="round")
