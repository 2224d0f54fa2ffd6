import numpy as np
import pytest
import scipy.sparse as sp
from scipy.stats import binomtest, false_discovery_control, kstest

from headword.core.errors import DataError
from headword.metrics.additive import Ratio, Ratios
from headword.metrics.counts import Decisions
from headword.metrics.macro import LabelAverages
from headword.metrics.micro import micro_ratios
from headword.metrics.paired import false_discovery, holm, mcnemar, paired_differences


def system(y_true: np.ndarray, quality: float, rng: np.random.Generator) -> list[object]:
    """Decisions that agree with the truth with probability `quality` each."""
    y_pred = np.where(rng.random(y_true.shape) < quality, y_true, 1 - y_true)
    decisions = Decisions.of(sp.csr_matrix(y_true), sp.csr_matrix(y_pred))
    everything = np.arange(y_true.shape[1])
    return [Ratios(micro_ratios(decisions)), LabelAverages.of(decisions, everything)]


def truth(n_docs: int, rng: np.random.Generator) -> np.ndarray:
    return (rng.random((n_docs, 8)) < 0.3).astype(float)


def test_a_system_does_not_differ_from_itself() -> None:
    rng = np.random.default_rng(0)
    one = system(truth(50, rng), 0.8, rng)
    for found in paired_differences(one, one, n_resamples=50).values():
        assert (found.difference, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_exchanging_every_document_of_a_tiny_case_by_hand() -> None:
    """Two documents, A right on none and B on both: of four exchanges, two give a difference as large."""
    a, b = ([Ratios({"hit": Ratio(np.array(v), np.ones(2))})] for v in ([0.0, 0.0], [1.0, 1.0]))
    found = paired_differences(a, b, n_resamples=20000)["hit"]
    assert (found.a, found.b, found.difference) == (0, 1, 1)
    assert found.p == pytest.approx(0.5, abs=0.02)
    assert (found.low, found.high) == (1, 1)


def test_p_values_of_equal_systems_are_uniform() -> None:
    rng = np.random.default_rng(1)
    p = {"micro_f1": [], "macro_f1": []}  # type: ignore[var-annotated]
    for number in range(200):
        y_true = truth(60, rng)
        found = paired_differences(system(y_true, 0.8, rng), system(y_true, 0.8, rng), n_resamples=199, seed=number)
        for name, values in p.items():
            values.append(found[name].p)
    for values in p.values():
        assert kstest(values, "uniform").pvalue > 0.001
        assert np.mean(np.array(values) <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)


def test_intervals_hold_the_difference_as_often_as_they_say() -> None:
    rng = np.random.default_rng(2)
    held = 0
    for number in range(200):
        y_true = truth(150, rng)
        right = [(rng.random(150) < q).astype(float) for q in (0.6, 0.7)]
        a, b = ([Ratios({"right": Ratio(r, np.ones(len(y_true)))})] for r in right)
        found = paired_differences(a, b, n_resamples=199, seed=number, confidence=0.9)["right"]
        held += found.low <= 0.1 <= found.high
    assert abs(held / 200 - 0.9) <= 3 * np.sqrt(0.9 * 0.1 / 200)


def test_a_better_system_is_found_and_signs_turn_with_the_order() -> None:
    rng = np.random.default_rng(3)
    y_true = truth(200, rng)
    worse, better = system(y_true, 0.75, rng), system(y_true, 0.9, rng)
    there, back = paired_differences(worse, better), paired_differences(better, worse)
    for name, found in there.items():
        assert found.p < 0.01 and found.low > 0, name
        assert back[name].difference == -found.difference
        assert (back[name].low, back[name].high) == pytest.approx((-found.high, -found.low))


def test_a_metric_that_is_undefined_has_no_p() -> None:
    empty = [Ratios({"x": Ratio(np.zeros(3), np.zeros(3))})]
    found = paired_differences(empty, empty, n_resamples=10)["x"]
    assert np.isnan([found.a, found.difference, found.low, found.p]).all()


def test_what_does_not_match_is_refused() -> None:
    three, two = ([Ratios({"x": Ratio(np.zeros(n), np.ones(n))})] for n in (3, 2))
    with pytest.raises(DataError, match="over the same documents"):
        paired_differences(three, two)
    with pytest.raises(DataError, match="0 < confidence < 1"):
        paired_differences(three, three, confidence=1.0)


def test_mcnemar_is_the_exact_binomial_test() -> None:
    only_a, only_b = np.array([0, 1, 7, 0, 30, 4]), np.array([0, 0, 2, 12, 11, 4])
    p, least = mcnemar(only_a, only_b)
    for i, (a, b) in enumerate(zip(only_a.tolist(), only_b.tolist(), strict=True)):
        assert p[i] == pytest.approx(binomtest(a, a + b).pvalue if a + b else 1.0)
        assert least[i] <= p[i]


def test_corrections() -> None:
    rng = np.random.default_rng(4)
    p = rng.random(40) ** 3
    assert false_discovery(p, np.ones(40, bool)) == pytest.approx(false_discovery_control(p))
    assert (holm(p) >= p).all() and holm(p).min() == pytest.approx(40 * p.min())
    assert np.isnan(holm(np.array([np.nan, 0.01]))[0]) and holm(np.array([np.nan, 0.01]))[1] == 0.01
    tested = p < 0.5
    assert (false_discovery(p, tested)[~tested] == 1).all()
    assert false_discovery(p, tested)[tested] == pytest.approx(false_discovery_control(p[tested]))
