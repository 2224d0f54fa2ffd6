import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve

from headword.metrics.curves import PrecisionRecall


def drawn(seed: int, n_docs: int = 30, n_labels: int = 7) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y_true = (rng.random((n_docs, n_labels)) < 0.2).astype(float)
    p = np.round(rng.random((n_docs, n_labels)) * 0.6 + 0.4 * y_true * rng.random((n_docs, n_labels)), 2)
    p[rng.random(p.shape) < 0.5] = 0.0
    return y_true, p


@pytest.mark.parametrize("seed", range(8))
def test_points_are_those_of_scikit_learn(seed: int) -> None:
    y_true, p = drawn(seed)
    ours = PrecisionRecall.of(sp.csr_matrix(y_true), sp.csr_matrix(p))
    precision, recall, thresholds = precision_recall_curve(y_true.ravel(), p.ravel())
    above = thresholds > 0  # scikit-learn's last threshold chooses everything, also what has no probability
    np.testing.assert_allclose(ours.thresholds, thresholds[above][::-1])
    np.testing.assert_allclose(ours.precision, precision[:-1][above][::-1])
    np.testing.assert_allclose(ours.recall, recall[:-1][above][::-1])
    for threshold, f1 in zip(ours.thresholds, ours.f1, strict=True):
        assert f1 == pytest.approx(f1_score(y_true.ravel(), p.ravel() >= threshold, zero_division=0))


def test_average_precision_is_that_of_scikit_learn_where_all_have_a_probability() -> None:
    y_true, p = drawn(3)
    p = p + 0.01
    ours = PrecisionRecall.of(sp.csr_matrix(y_true), sp.csr_matrix(p)).average_precision
    assert ours == pytest.approx(average_precision_score(y_true.ravel(), p.ravel()))


@given(st.integers(0, 1000), st.floats(0.001, 1))
def test_a_threshold_chooses_what_is_at_least_as_probable(seed: int, threshold: float) -> None:
    y_true, p = drawn(seed, 6, 4)
    precision, recall, _, chosen = PrecisionRecall.of(sp.csr_matrix(y_true), sp.csr_matrix(p)).at(threshold)
    picked = p >= threshold
    assert chosen == picked.sum()
    assert precision == pytest.approx(y_true[picked].mean() if chosen else 0.0)
    assert recall == pytest.approx((y_true * picked).sum() / y_true.sum() if y_true.sum() else 0.0)


def test_fewer_points_keep_the_ends() -> None:
    y_true, p = drawn(1, 300, 20)
    curve = PrecisionRecall.of(sp.csr_matrix(y_true), sp.csr_matrix(np.minimum(1, p + np.arange(20) / 1e4 * (p > 0))))
    points = curve.points(50)
    assert len(points) <= 50 < len(curve.thresholds)
    assert points[0][2] == curve.thresholds[0] and points[-1][2] == curve.thresholds[-1]
    assert [r for r, _, _ in points] == sorted(r for r, _, _ in points)


def test_nothing_probable_and_nothing_true() -> None:
    empty = sp.csr_matrix((2, 3))
    curve = PrecisionRecall.of(empty, empty)
    assert curve.points() == [] and curve.at(0.5) == (0.0, 0.0, 0.0, 0)
    assert np.isnan(curve.average_precision)
    untrue = PrecisionRecall.of(empty, sp.csr_matrix([[0.5, 0, 0], [0, 0, 0]]))
    assert untrue.recall.tolist() == [0.0] and untrue.precision.tolist() == [0.0]
