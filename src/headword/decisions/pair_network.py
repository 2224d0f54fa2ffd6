"""A small network on the features of (document, label) pairs, and the logistic regression it refines."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

_CLIP = 5.0
_BETAS = (0.9, 0.999)
_NEWTON_STEPS = 25


@dataclass(frozen=True, eq=False)
class PairModel:
    """logit = linear part + tanh layer, on standardised features.

    Attributes
    ----------
    mean, scale
        float32 (n_features,): the standardisation, after which features are clipped to ±5.
    linear, intercept
        float32 (n_features,) and float: the logistic regression.
    hidden, hidden_bias, output
        float32 (n_features, width), (width,), (width,): the refinement, width 0 for none.
    """

    mean: np.ndarray
    scale: np.ndarray
    linear: np.ndarray
    intercept: float
    hidden: np.ndarray
    hidden_bias: np.ndarray
    output: np.ndarray

    def logits(self, features: np.ndarray) -> np.ndarray:
        """Return float32 (n_pairs,) log odds."""
        x = standardised(features, self.mean, self.scale)
        out = x @ self.linear + np.float32(self.intercept)
        if self.hidden.shape[1]:
            out += np.tanh(x @ self.hidden + self.hidden_bias) @ self.output
        return out  # type: ignore[no-any-return]

    def state(self) -> Mapping[str, Any]:
        """Return the arrays of the model."""
        return {**vars(self), "intercept": np.array([self.intercept], dtype=np.float32)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "PairModel":
        """Rebuild a model."""
        return cls(**{**state, "intercept": float(state["intercept"][0])})


def standardised(features: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return (features - mean) * scale clipped to ±5."""
    return np.clip((features - mean) * scale, -_CLIP, _CLIP)  # type: ignore[no-any-return]


def fit_logistic(features: np.ndarray, targets: np.ndarray, *, ridge: float) -> PairModel:
    """Fit an L2-regularised logistic regression by Newton's method.

    Parameters
    ----------
    features, targets
        float32 (n_pairs, n_features) and (n_pairs,) of 0 and 1.
    ridge
        Penalty ridge / 2 |w|^2 beside the summed log loss, on standardised features.
    """
    mean = features.mean(axis=0, dtype=np.float64).astype(np.float32)
    spread = features.std(axis=0, dtype=np.float64)
    scale = np.where(spread > 1e-6, 1 / np.maximum(spread, 1e-6), 0).astype(np.float32)
    x = standardised(features, mean, scale)
    x = np.column_stack([x, np.ones(len(x), np.float32)])
    penalty = np.full(x.shape[1], ridge)
    penalty[-1] = 1e-6
    weights = np.zeros(x.shape[1])
    rate = np.clip(targets.mean(), 1e-6, 1 - 1e-6)
    weights[-1] = np.log(rate / (1 - rate))
    for _ in range(_NEWTON_STEPS):
        p = sigmoid(x @ weights.astype(np.float32))
        gradient = x.T @ (p - targets) + penalty * weights
        curvature = (x * np.maximum(p * (1 - p), 1e-6)[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(curvature.astype(np.float64), gradient.astype(np.float64))
        step *= min(1.0, 4.0 / max(float(np.abs(step).max()), 1e-9))
        weights -= step
        if np.abs(step).max() < 1e-4:
            break
    n = features.shape[1]
    empty = np.zeros((n, 0), np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32)
    return PairModel(mean, scale, weights[:-1].astype(np.float32), float(weights[-1]), *empty)


def refine(
    model: PairModel,
    features: np.ndarray,
    targets: np.ndarray,
    weights: np.ndarray,
    *,
    width: int = 24,
    epochs: int = 6,
    batch: int = 512,
    rate: float = 3e-3,
    decay: float = 1e-4,
    seed: int = 0,
) -> PairModel:
    """Train a tanh layer beside the logistic regression, from which it starts, on the log loss with Adam.

    `weights` float32 (n_pairs,) say how much each pair counts. The learning rate falls linearly to zero; the
    refinement's output starts at zero, so that what is learnt from few pairs stays close to the logistic regression.

    References
    ----------
    Kingma and Ba, Adam, ICLR 2015.
    """
    rng = np.random.default_rng(seed)
    x = standardised(features, model.mean, model.scale)
    n, n_features = x.shape
    spread = np.sqrt(2 / (n_features + width))
    parameters = [
        model.linear.copy(),
        np.array([model.intercept], dtype=np.float32),
        rng.normal(0, spread, (n_features, width)).astype(np.float32),
        np.zeros(width, dtype=np.float32),
        np.zeros(width, dtype=np.float32),
    ]
    moments = [(np.zeros_like(p), np.zeros_like(p)) for p in parameters]
    total, step = epochs * -(-n // batch), 0
    for _ in range(epochs):
        order = rng.permutation(n)
        for start in range(0, n, batch):
            rows = order[start : start + batch]
            gradients = _gradients(parameters, x[rows], targets[rows], weights[rows], decay)
            step += 1
            _adam(parameters, gradients, moments, step, rate * (1 - (step - 1) / total))
    linear, intercept, hidden, hidden_bias, output = parameters
    return PairModel(model.mean, model.scale, linear, float(intercept[0]), hidden, hidden_bias, output)


def _gradients(
    p: list[np.ndarray], x: np.ndarray, y: np.ndarray, weights: np.ndarray, decay: float
) -> list[np.ndarray]:
    linear, intercept, hidden, hidden_bias, output = p
    h = np.tanh(x @ hidden + hidden_bias)
    error = (sigmoid(x @ linear + intercept + h @ output) - y) * weights / weights.sum()
    back = error[:, None] * output * (1 - h * h)
    return [
        x.T @ error,
        np.array([error.sum()], dtype=np.float32),
        x.T @ back + decay * hidden,
        back.sum(axis=0),
        h.T @ error + decay * output,
    ]


def _adam(
    parameters: list[np.ndarray],
    gradients: list[np.ndarray],
    moments: list[tuple[np.ndarray, np.ndarray]],
    step: int,
    rate: float,
) -> None:
    first, second = _BETAS
    scale = rate * np.sqrt(1 - second**step) / (1 - first**step)
    for parameter, gradient, (mean, square) in zip(parameters, gradients, moments, strict=True):
        np.add(mean, (1 - first) * (gradient - mean), out=mean)
        np.add(square, (1 - second) * (gradient * gradient - square), out=square)
        np.subtract(parameter, (scale * mean / (np.sqrt(square) + 1e-8)).astype(np.float32), out=parameter)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + e^-logits), without overflow."""
    return 1 / (1 + np.exp(-np.clip(logits, -30, 30)))  # type: ignore[no-any-return]
