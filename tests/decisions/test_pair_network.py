import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from headword.decisions.fusion import log_loss
from headword.decisions.network_kernels import add_gradient, train_network
from headword.decisions.pair_network import PairModel, fit_logistic, refine, sigmoid, standardised


def pairs(n: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    features = (rng.standard_normal((n, 4)) * [1, 10, 0.1, 1] + [0, 5, -3, 0]).astype(np.float32)
    log_odds = features[:, 0] + 0.2 * (features[:, 1] - 5) - 1
    return features, (rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(np.float32)


@pytest.mark.parametrize("ridge", [0.1, 1.0, 50.0])
@pytest.mark.parametrize("weighted", [False, True])
def test_fit_logistic_agrees_with_scikit_learn(ridge: float, weighted: bool) -> None:
    features, y = pairs()
    weights = np.random.default_rng(1).choice([0.0, 1.0, 10.0], len(y)).astype(np.float32) if weighted else None
    model = fit_logistic(features, y, weights, ridge=ridge)
    x = standardised(features, model.mean, model.scale)
    peer = LogisticRegression(C=1 / ridge, tol=1e-8, max_iter=1000).fit(x, y, sample_weight=weights)
    assert model.linear == pytest.approx(peer.coef_[0], abs=2e-3)
    assert model.intercept == pytest.approx(peer.intercept_[0], abs=2e-3)
    assert model.logits(features) == pytest.approx(peer.decision_function(x), abs=1e-2)


def test_fit_logistic_reaches_the_minimum_where_full_steps_overshoot() -> None:
    rng = np.random.default_rng(1)
    y = (np.arange(2000) < 60).astype(np.float32)  # few are right, and nearly separable
    features = (1.5 * y[:, None] + rng.standard_normal((2000, 16))).astype(np.float32)
    model = fit_logistic(features, y, ridge=0.5)
    peer = LogisticRegression(C=2, tol=1e-10, max_iter=10_000)
    peer.fit(standardised(features, model.mean, model.scale), y)
    assert model.linear == pytest.approx(peer.coef_[0], abs=2e-3)


def test_standardisation_by_hand_and_its_clip() -> None:
    features = np.array([[0, 7], [2, 7], [4, 7], [6, 7]], dtype=np.float32)
    model = fit_logistic(features, np.array([0, 1, 0, 1], dtype=np.float32), ridge=1.0)
    assert model.mean == pytest.approx([3, 7])
    assert model.scale == pytest.approx([1 / np.sqrt(5), 0])  # what never varies says nothing
    far = np.array([[1e9, 1e9], [-1e9, 0]], dtype=np.float32)
    assert standardised(far, model.mean, model.scale)[:, 0].tolist() == [5, -5]
    assert np.isfinite(model.logits(far)).all()


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_targets_that_are_all_alike_stay_finite(value: float) -> None:
    features, y = pairs(50)
    logits = fit_logistic(features, np.full_like(y, value), ridge=1.0).logits(features)
    assert np.isfinite(logits).all()
    assert ((logits > 0) == (value == 1)).all()


def test_separable_targets_stay_finite() -> None:
    features, _ = pairs()
    y = (features[:, 0] > 0).astype(np.float32)
    model = fit_logistic(features, y, ridge=1e-3)
    assert ((model.logits(features) > 0) == (y == 1)).mean() > 0.99


def loss(parameters: np.ndarray, x: np.ndarray, y: np.ndarray, weights: np.ndarray, width: int) -> float:
    """The weighted log loss in float64, written down plainly."""
    n = x.shape[1]
    linear, intercept, hidden, bias, output = np.split(parameters, np.cumsum([n, 1, n * width, width]))
    logits = x @ linear + intercept + np.maximum(x @ hidden.reshape(n, width) + bias, 0) @ output
    return float((weights * (np.logaddexp(0, logits) - y * logits)).sum())


def test_the_gradient_is_that_of_finite_differences() -> None:
    rng = np.random.default_rng(2)
    n, width = 5, 32
    x = rng.standard_normal((20, n)).astype(np.float32)
    y = (rng.random(20) < 0.5).astype(np.float32)
    weights = rng.choice([1.0, 10.0], 20).astype(np.float32)
    parameters = (0.7 * rng.standard_normal(n + 1 + n * width + 2 * width)).astype(np.float32)
    found = np.zeros_like(parameters)
    each = np.arange(n, dtype=np.int32)
    inside = found[n + 1 : n + 1 + n * width].reshape(n, width)
    linear, intercept, hidden, bias, output = np.split(parameters, np.cumsum([n, 1, n * width, width]))
    for pair in range(20):
        add_gradient(x[pair], each, y[pair], weights[pair], linear, intercept[0], hidden.reshape(n, width).copy(), bias,
                     output, np.empty(width, np.float32), found, inside)  # fmt: skip
    steps = 1e-5 * np.eye(len(parameters))
    at = parameters.astype(np.float64)
    expected = [
        (loss(at + step, x, y, weights, width) - loss(at - step, x, y, weights, width)) / 2e-5 for step in steps
    ]
    assert found == pytest.approx(expected, rel=1e-3, abs=1e-3)


def curved(n: int = 1500) -> tuple[np.ndarray, np.ndarray]:
    """Right where both features have the same sign, which no linear part can tell."""
    rng = np.random.default_rng(3)
    features = rng.standard_normal((n, 2)).astype(np.float32)
    return features, (features[:, 0] * features[:, 1] > 0).astype(np.float32)


def test_refining_lowers_the_loss_and_sees_what_a_line_cannot() -> None:
    features, y = curved()
    ones = np.ones_like(y)
    plain = fit_logistic(features, y, ridge=1.0)
    refined = refine(plain, features, y, ones, epochs=30, batch=64)
    assert log_loss(plain.logits(features), y) == pytest.approx(np.log(2), abs=0.01)
    assert log_loss(refined.logits(features), y) < 0.3
    assert np.array_equal(refined.mean, plain.mean)


def test_refining_starts_where_the_logistic_regression_ends() -> None:
    features, y = curved(200)
    plain = fit_logistic(features, y, ridge=1.0)
    still = refine(plain, features, y, np.ones_like(y), rate=0.0)
    assert still.logits(features) == pytest.approx(plain.logits(features), abs=1e-5)


def test_the_seed_decides() -> None:
    features, y = curved(300)
    plain = fit_logistic(features, y, ridge=1.0)
    one, same, other = (refine(plain, features, y, np.ones_like(y), seed=seed).logits(features) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_weights_count_as_repetition() -> None:
    features, y = pairs(60)
    weights = np.where(np.arange(60) % 3 == 0, 3, 1).astype(np.float32)
    model = fit_logistic(features, y, weights, ridge=1.0)
    repeated = np.repeat(np.arange(60), weights.astype(int))
    twin = fit_logistic(features[repeated], y[repeated], ridge=1.0)
    assert model.logits(features) == pytest.approx(twin.logits(features), abs=1e-2)


def test_state_rebuilds_the_model() -> None:
    features, y = curved(200)
    model = refine(fit_logistic(features, y, ridge=1.0), features, y, np.ones_like(y))
    again = PairModel.from_state(model.state())
    assert np.array_equal(again.logits(features), model.logits(features))


def test_sigmoid_does_not_overflow() -> None:
    assert sigmoid(np.array([-1e9, 0, 1e9])) == pytest.approx([0, 0.5, 1])


def test_training_leaves_its_input_alone() -> None:
    features, y = curved(100)
    x, weights, parameters = features.copy(), np.ones_like(y), np.zeros(2 + 1 + 2 * 16 + 32, np.float32)
    train_network(x, y.copy(), weights, parameters, 16, 2, 16, np.float32(0.01), np.float32(0))
    assert np.array_equal(x, features)
    assert (weights == 1).all()
