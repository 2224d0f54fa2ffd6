import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression
from sklearn.calibration import _SigmoidCalibration
from sklearn.linear_model import LogisticRegression

from headword.core.errors import DataError, RecipeError
from headword.decisions.calibration import METHODS, Calibration, CalibrationOptions
from headword.decisions.calibration_fit import fit_calibration
from headword.decisions.calibration_kernels import fit_labels, pool_adjacent
from headword.decisions.fusion import log_loss

N_DOCS, N_LABELS = 900, 12


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def world(truth, *, n_docs: int = N_DOCS, seed: int = 0):  # type: ignore[no-untyped-def]
    """Pairs (columns, logits, y, documents) with true log odds `truth(z, column)`."""
    rng = np.random.default_rng(seed)
    columns = np.tile(np.arange(N_LABELS, dtype=np.int32), n_docs)
    logits = (2.5 * rng.standard_normal(len(columns)) - 1).astype(np.float32)
    y = (rng.random(len(columns)) < sigmoid(truth(logits, columns))).astype(np.float32)
    return columns, logits, y, np.repeat(np.arange(n_docs), N_LABELS)


def fitted(truth, method: str = "auto", per_label: bool = False, **kwargs):  # type: ignore[no-untyped-def]
    pairs = world(truth, **kwargs)
    found, held = fit_calibration(*pairs, N_LABELS, CalibrationOptions(method, per_label))
    return found, held, pairs


def boastful(z: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return 0.6 * z - 0.7


def lopsided(z: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return 1.6 * -np.logaddexp(0, -z) + 0.5 * np.logaddexp(0, z) + 0.3


def by_label(z: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return z + np.where(columns % 2, 1.2, -1.2)


def test_platt_is_logistic_regression() -> None:
    found, _, (_, z, y, _) = fitted(boastful, "platt")
    model = LogisticRegression(C=1e8, tol=1e-8).fit(z[:, None], y)
    slope, _, intercept = found.parameters.tolist()
    assert slope == pytest.approx(float(model.coef_[0, 0]), abs=0.02)
    assert intercept == pytest.approx(float(model.intercept_[0]), abs=0.02)
    assert found.name == "platt"


def test_platt_agrees_with_scikit_learns() -> None:
    found, _, (columns, z, y, _) = fitted(boastful, "platt")
    theirs = _SigmoidCalibration().fit(z, y).predict(z)
    assert sigmoid(found.logits(columns, z)) == pytest.approx(theirs, abs=0.01)


def test_temperature_has_no_shift() -> None:
    found, _, _ = fitted(lambda z, c: 0.5 * z, "temperature")
    assert found.parameters.tolist() == [pytest.approx(0.5, abs=0.03), found.parameters[0], 0]


def test_beta_finds_the_truth_it_can_express() -> None:
    found, _, _ = fitted(lopsided, "beta", n_docs=4000)
    assert found.parameters == pytest.approx([1.6, 0.5, 0.3], abs=0.12)


def test_isotonic_follows_steps_and_stays_near_scikit_learns() -> None:
    from sklearn.isotonic import IsotonicRegression

    found, _, (columns, z, y, _) = fitted(lambda z, c: np.where(z > 0, 2.0, -2.0), "isotonic", n_docs=3000)
    ours = sigmoid(found.logits(columns, z))
    theirs = IsotonicRegression(out_of_bounds="clip").fit(z, y).predict(z)
    assert np.abs(ours - theirs).mean() < 0.02
    assert sigmoid(found.logits(np.zeros(2, int), np.array([-3, 3], np.float32))) == pytest.approx(
        sigmoid(np.array([-2.0, 2.0])), abs=0.05
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("per_label", [False, True])
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), n_docs=st.integers(3, 60), rate=st.sampled_from([-6.0, -1.0, 4.0]))
def test_every_curve_rises_strictly(method: str, per_label: bool, seed: int, n_docs: int, rate: float) -> None:
    found, held, _ = fitted(lambda z, c: z + rate, method, per_label, n_docs=n_docs, seed=seed)
    assert np.isfinite(held).all()
    assert held.dtype == np.float32
    grid = np.linspace(-12, 12, 400, dtype=np.float32)
    for column in range(N_LABELS):
        out = found.logits(np.full(len(grid), column), grid)
        assert np.isfinite(out).all()
        assert (np.diff(out) >= 0).all()
        assert out[-1] > out[0]


def test_auto_leaves_alone_what_is_calibrated() -> None:
    found, held, (columns, z, _, _) = fitted(lambda z, c: z, per_label=True)
    assert found.name == "none"
    assert np.array_equal(held, z)
    assert np.array_equal(found.logits(columns, z), z)


@pytest.mark.parametrize(("truth", "name"), [(boastful, "platt"), (lopsided, "beta")])
def test_auto_finds_what_is_needed(truth, name: str) -> None:  # type: ignore[no-untyped-def]
    found, held, (_, z, y, _) = fitted(truth, n_docs=3000)
    assert found.name == name
    assert log_loss(held, y) < log_loss(z, y) - 0.005


def test_labels_get_curves_of_their_own_where_they_differ() -> None:
    found, held, (_, z, y, _) = fitted(by_label, per_label=True, n_docs=2000)
    assert found.name.endswith("per label")
    new_columns, new_z, new_y, _ = world(by_label, seed=5)
    assert log_loss(found.logits(new_columns, new_z), new_y) < log_loss(new_z, new_y) - 0.05
    assert log_loss(held, y) < log_loss(z, y) - 0.05
    assert found.labels[:, 0] == pytest.approx(np.where(np.arange(N_LABELS) % 2, 1.2, -1.2), abs=0.5)


def test_a_label_with_few_pairs_stays_near_the_common_curve() -> None:
    columns, z, y, documents = world(lambda z, c: z, n_docs=600)
    rare = np.flatnonzero(columns == 3)[:4]
    kept = np.sort(np.concatenate([np.flatnonzero(columns != 3), rare]))
    y[rare] = 1
    found, _ = fit_calibration(columns[kept], z[kept], y[kept], documents[kept], N_LABELS, CalibrationOptions("none"))
    assert abs(found.labels[3, 0]) < 0.2


def reference_label(z: np.ndarray, y: np.ndarray, strength: float) -> np.ndarray:
    """The penalised optimum by scipy."""
    from scipy.optimize import minimize

    def loss(theta: np.ndarray) -> float:
        total = (1 + theta[1]) * z + theta[0]
        penalty = strength / 2 * (theta[0] ** 2 + 4 * theta[1] ** 2)
        return float(np.sum(np.logaddexp(0, total) - y * total) + penalty)

    return np.asarray(minimize(loss, np.zeros(2), bounds=[(None, None), (-0.9, None)]).x)


def test_the_kernel_finds_each_labels_optimum_and_leaves_empty_labels_alone() -> None:
    rng = np.random.default_rng(3)
    sizes = [40, 0, 5, 200]
    bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    z = (2 * rng.standard_normal(sum(sizes))).astype(np.float32)
    y = (rng.random(len(z)) < sigmoid(0.7 * z - 1)).astype(np.float32)
    out = np.full((4, 2), 9, dtype=np.float32)
    fit_labels(bounds, z, y, 10.0, out)
    assert out[1].tolist() == [9, 9]
    for label in (0, 2, 3):
        inside = slice(bounds[label], bounds[label + 1])
        want = reference_label(z[inside].astype(float), y[inside].astype(float), 10.0)
        assert out[label] == pytest.approx(want, abs=2e-3)


@pytest.mark.parametrize("method", METHODS)
def test_state_rebuilds_it(method: str) -> None:
    found, _, (columns, z, _, _) = fitted(by_label, method, True)
    again = Calibration.from_state(found.state(), n_labels=N_LABELS)
    assert np.array_equal(again.logits(columns, z), found.logits(columns, z))
    assert again.name == found.name


def test_a_bundle_from_before_calibration_changes_nothing() -> None:
    z = np.array([-1.5, 2.0], np.float32)
    assert np.array_equal(Calibration.from_state({}, n_labels=3).logits(np.zeros(2, int), z), z)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"parameters": np.array([-1, 1, 0], np.float32)}, "rising curve"),
        ({"parameters": np.zeros(3, np.float32)}, "rising curve"),
        ({"parameters": np.array([1, np.nan, 0], np.float32)}, "not finite"),
        ({"knots": np.array([[0, 1], [1, 0]], np.float32)}, "'knots' does not rise"),
        ({"knots": np.ones((1, 2), np.float32)}, "'knots' does not rise"),
        ({"labels": np.zeros((5, 2), np.float32)}, "'labels' has 5 rows, expected 12"),
        ({"labels": np.full((12, 2), -1, np.float32)}, "does not rise"),
        ({"labels": None}, "'labels' is missing"),
    ],
)
def test_damaged_state_is_refused(change: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(DataError, match=message):
        Calibration.from_state({**Calibration().state(), **change}, n_labels=N_LABELS)


def test_unknown_methods_and_weak_strengths_are_refused() -> None:
    with pytest.raises(RecipeError, match="is one of auto, none, temperature, platt, beta, isotonic, found 'spline'"):
        CalibrationOptions("spline")
    with pytest.raises(RecipeError, match="strength in \\[calibration\\] is at least 1"):
        CalibrationOptions(strength=0)


def test_two_documents_are_too_few_to_calibrate() -> None:
    found, held, (_, z, _, _) = fitted(boastful, per_label=True, n_docs=2)
    assert found.name == "none"
    assert np.array_equal(held, z)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-4, 4), st.integers(1, 5)), min_size=1, max_size=40))
def test_steps_are_those_of_scipy(points: list[tuple[int, int]]) -> None:
    values, weights = np.array(points, dtype=np.float64).T.copy()
    expected = isotonic_regression(values, weights=weights)
    starts = pool_adjacent(values, weights)
    sums, sizes = np.add.reduceat(values * weights, starts), np.add.reduceat(weights, starts)
    assert np.repeat(sums / sizes, np.diff(np.append(starts, len(values)))) == pytest.approx(expected.x)
    assert (np.diff(sums / sizes) > 0).all()


def test_nothing_has_no_steps() -> None:
    assert len(pool_adjacent(np.zeros(0), np.zeros(0))) == 0
