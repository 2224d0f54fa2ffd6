import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.metrics import f1_score

from headword.core.errors import DataError
from headword.metrics.additive import Ratio, Ratios, point_values
from headword.metrics.counts import Decisions
from headword.metrics.intervals import bootstrap_intervals, centred_interval, resample_weights
from headword.metrics.macro import LabelAverages


def mean_of(values) -> Ratios:
    return Ratios({"mean": Ratio(np.asarray(values, dtype=float), np.ones(len(values)))})


def test_interval_of_a_share_is_that_of_the_normal_approximation() -> None:
    hits = np.arange(2000) < 600
    low, high = bootstrap_intervals([mean_of(hits)], n_bootstrap=4000)["mean"]
    half = 1.96 * np.sqrt(0.3 * 0.7 / 2000)
    assert (low, high) == pytest.approx((0.3 - half, 0.3 + half), abs=0.002)


def test_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    covered = 0
    for trial in range(200):
        low, high = bootstrap_intervals([mean_of(rng.random(100) < 0.4)], n_bootstrap=300, seed=trial)["mean"]
        covered += low <= 0.4 <= high
    assert 0.90 <= covered / 200 <= 0.99


def test_a_resample_is_the_metric_of_the_repeated_documents(build_world) -> None:
    world = build_world(n_docs=40)
    averages = LabelAverages.of(Decisions.of(world.y_true, world.y_pred))
    weights = next(resample_weights(40, 5, seed=3))
    got = averages.compute(np.asarray(averages.quantities @ weights))
    for draw, w in enumerate(weights.T.astype(int)):
        true, pred = np.repeat(world.true, w, axis=0), np.repeat(world.pred, w, axis=0)
        has = true.sum(axis=0) > 0
        per_label = f1_score(true, pred, average=None, zero_division=0)
        assert got["macro_f1"][draw] == pytest.approx(per_label[has].mean(), abs=1e-12)
        assert got["macro_f1_all"][draw] == pytest.approx(per_label.mean(), abs=1e-12)
        want = f1_score(true, pred, average="weighted", zero_division=0)
        assert got["weighted_f1"][draw] == pytest.approx(want, abs=1e-12)


def test_every_resample_draws_as_many_documents_as_there_are() -> None:
    blocks = list(resample_weights(30, 300, seed=0))
    joined = np.concatenate(blocks, axis=1)
    assert joined.shape == (30, 300)
    assert (joined.sum(axis=0) == 30).all()
    # A document is drawn once on average, with the variance of a binomial.
    assert joined.mean() == 1.0
    assert joined.var() == pytest.approx(1 - 1 / 30, abs=0.05)


def test_contains_the_value_even_where_resamples_lose_rare_labels() -> None:
    y_true = sp.csr_matrix(np.eye(60))  # a label a document: a resample loses a third of them
    y_pred = sp.csr_matrix(np.diag(np.arange(60) % 2))
    groups = [LabelAverages.of(Decisions.of(y_true, y_pred))]
    value = point_values(groups)["macro_f1_all"]
    low, high = bootstrap_intervals(groups)["macro_f1_all"]
    assert value == 0.5
    assert low < 0.5 < high
    assert high - low < 0.3


def test_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    groups = [mean_of(np.random.default_rng(0).random(50))]
    assert bootstrap_intervals(groups, seed=1) == bootstrap_intervals(groups, seed=1)
    assert bootstrap_intervals(groups, seed=1) != bootstrap_intervals(groups, seed=2)


def test_more_confidence_is_a_wider_interval() -> None:
    groups = [mean_of(np.random.default_rng(0).random(50))]
    wide, narrow = (bootstrap_intervals(groups, confidence=c)["mean"] for c in (0.99, 0.8))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_stays_within_the_range_of_the_metric() -> None:
    assert centred_interval(0.99, np.array([0.5, 1.0]), 0.9) == (pytest.approx(0.765), 1.0)
    assert centred_interval(3.0, np.array([1.0, 5.0]), 0.9, high=4.0)[1] == 4.0


def test_one_document_has_no_spread() -> None:
    assert bootstrap_intervals([mean_of([0.3])])["mean"] == pytest.approx((0.3, 0.3))


def test_undefined_stays_undefined_and_resamples_without_a_value_are_left_out() -> None:
    low, high = centred_interval(float("nan"), np.array([0.5]), 0.9)
    assert np.isnan(low) and np.isnan(high)
    assert centred_interval(0.5, np.array([np.nan, 0.5]), 0.9) == (0.5, 0.5)


def test_no_resamples_no_intervals() -> None:
    assert bootstrap_intervals([mean_of([0.1])], n_bootstrap=0) == {}


@pytest.mark.parametrize(("confidence", "n"), [(0.0, 10), (1.0, 10), (95, 10), (0.9, -1)])
def test_bad_parameters_are_named(confidence, n) -> None:
    with pytest.raises(DataError, match=r"0 < confidence < 1 and n_bootstrap >= 0, found"):
        bootstrap_intervals([mean_of([0.1])], confidence=confidence, n_bootstrap=n)


def test_needs_documents() -> None:
    with pytest.raises(DataError, match="no documents to resample"):
        bootstrap_intervals([mean_of([])])
