import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from headword.decisions.thresholds import banded_thresholds, best_threshold, label_thresholds

PAIRS = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.7, 1.0]), st.booleans()), min_size=1, max_size=12)


def f1(chosen: np.ndarray, y: np.ndarray, n_right: float) -> float:
    return float(2 * y[chosen].sum() / (chosen.sum() + n_right))


@given(PAIRS, st.integers(0, 4))
def test_best_threshold_is_that_of_brute_force(pairs: list[tuple[float, bool]], beyond: int) -> None:
    probabilities = np.array([p for p, _ in pairs], dtype=np.float32)
    y = np.array([right for _, right in pairs], dtype=np.float32)
    n_right = float(y.sum()) + beyond
    threshold, found = best_threshold(probabilities, y, n_right)
    if not n_right:
        assert (threshold, found) == (1.0, 0.0)
        return
    assert found == pytest.approx(max(f1(probabilities >= t, y, n_right) for t in probabilities))
    assert f1(probabilities >= np.float32(threshold), y, n_right) == pytest.approx(found)


def test_best_threshold_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    y = rng.random(500) < 0.2
    probabilities = (0.5 * rng.random(500) + 0.3 * y).astype(np.float32)
    threshold, found = best_threshold(probabilities, y.astype(np.float32), float(y.sum()))
    assert found == pytest.approx(f1_score(y, probabilities >= threshold))
    assert all(f1_score(y, probabilities >= t) <= found + 1e-9 for t in np.linspace(0.01, 0.7, 50))


def test_the_threshold_stands_between_the_last_kept_and_the_first_left_out() -> None:
    assert best_threshold(np.array([0.8, 0.4]), np.array([1.0, 0.0]), 1.0) == (pytest.approx(0.6), 1.0)
    assert best_threshold(np.array([0.8, 0.4]), np.array([1.0, 1.0]), 2.0) == (pytest.approx(0.4), 1.0)
    assert best_threshold(np.zeros(0), np.zeros(0), 5.0) == (1.0, 0.0)


def labelled(seed: int = 0, n_docs: int = 600, n_labels: int = 30) -> tuple[np.ndarray, ...]:
    """Columns, probabilities, y and support of labels with 1 to 300 documents; the last has none."""
    rng = np.random.default_rng(seed)
    support = np.geomspace(1, 300, n_labels).astype(int)
    support[-1] = 0
    truth = np.zeros((n_docs, n_labels))
    for label, n in enumerate(support):
        truth[rng.permutation(n_docs)[:n], label] = 1
    noise = rng.standard_normal(truth.shape)
    probabilities = 1 / (1 + np.exp(-(3 * truth + np.log((support + 0.5) / (n_docs - support + 0.5)) + noise)))
    columns = np.tile(np.arange(n_labels, dtype=np.int32), n_docs)
    return columns, probabilities.ravel().astype(np.float32), truth.ravel().astype(np.float32), support


def test_shrinkage_goes_from_the_labels_own_threshold_to_the_global_one() -> None:
    columns, probabilities, y, support = labelled()
    overall, _ = best_threshold(probabilities, y, float(support.sum()))
    own = label_thresholds(columns, probabilities, y, support, strength=0.0)
    assert own.dtype == np.float32
    for label in (0, 9, 28):
        mine = columns == label
        assert own[label] == pytest.approx(best_threshold(probabilities[mine], y[mine], float(support[label]))[0])
    assert own[-1] == pytest.approx(overall)
    shared = label_thresholds(columns, probabilities, y, support, strength=1e12)
    assert shared == pytest.approx(np.full(30, overall))
    half = label_thresholds(columns, probabilities, y, support, strength=float(support[9]))
    assert half[9] == pytest.approx((own[9] + overall) / 2, rel=1e-5)


@pytest.mark.parametrize("slack", [0.0, 0.002, 0.02])
@pytest.mark.parametrize("seed", range(4))
def test_banded_thresholds_give_up_no_more_micro_f1_than_allowed(slack: float, seed: int) -> None:
    columns, probabilities, y, support = labelled(seed)
    n_right = float(support.sum())
    overall, best = best_threshold(probabilities, y, n_right)
    thresholds = banded_thresholds(columns, probabilities, y, support, slack=slack)
    assert thresholds.shape == support.shape
    assert thresholds.dtype == np.float32
    assert f1(probabilities >= thresholds[columns], y, n_right) >= best - slack - 1e-6

    def macro(limits: np.ndarray) -> float:
        chosen = probabilities >= limits[columns]
        return float(np.mean([f1(chosen[columns == c], y[columns == c], support[c]) for c in range(29)]))

    assert macro(thresholds) >= macro(np.full(30, overall)) - 1e-6


def test_more_slack_never_lowers_macro_f1() -> None:
    columns, probabilities, y, support = labelled()
    values = []
    for slack in (0.0, 0.01, 0.5):
        chosen = probabilities >= banded_thresholds(columns, probabilities, y, support, slack=slack)[columns]
        values.append(np.mean([f1(chosen[columns == c], y[columns == c], support[c]) for c in range(29)]))
    assert values == sorted(values)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(0, 30), st.integers(1, 6))
def test_thresholds_of_any_pairs_are_finite(seed: int, n_pairs: int, n_labels: int) -> None:
    rng = np.random.default_rng(seed)
    columns = rng.integers(0, n_labels, n_pairs).astype(np.int32)
    probabilities = rng.choice([0, 0.5, 1.0], n_pairs).astype(np.float32)
    y = (rng.random(n_pairs) < 0.5).astype(np.float32)
    support = np.bincount(columns, weights=y, minlength=n_labels).astype(int) + rng.integers(0, 2, n_labels)
    for found in (
        banded_thresholds(columns, probabilities, y, support, slack=0.01),
        label_thresholds(columns, probabilities, y, support, strength=5.0),
    ):
        assert found.shape == (n_labels,)
        assert ((found >= 0) & (found <= 1)).all()
