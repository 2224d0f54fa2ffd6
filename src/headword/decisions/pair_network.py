"""A small network on the features of (document, label) pairs, and the logistic regression it refines."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from headword.core import stored
from headword.core.errors import DataError
from headword.core.lanes import LANES
from headword.decisions.network_kernels import pair_logits, train_network
from headword.scorers.logistic import fit_newton

CLIP = 5.0


@dataclass(frozen=True, eq=False)
class PairModel:
    """logit = linear part + rectified layer, on standardised features.

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

    @classmethod
    def plain(cls, mean: np.ndarray, scale: np.ndarray, linear: np.ndarray, intercept: float) -> "PairModel":
        """Return a logistic regression without refinement."""
        empty = np.zeros((len(linear), 0), np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32)
        return cls(mean, scale, linear, intercept, *empty)

    def logits(self, features: np.ndarray) -> np.ndarray:
        """Return float32 (n_pairs,) log odds; `features` float32 (n_pairs, n_features)."""
        return pair_logits(  # type: ignore[no-any-return]
            features, self.mean, self.scale, np.float32(CLIP), self.linear, np.float32(self.intercept),
            self.hidden, self.hidden_bias, self.output,
        )  # fmt: skip

    def state(self) -> Mapping[str, Any]:
        """Return the arrays of the model."""
        return {**vars(self), "intercept": np.array([self.intercept], dtype=np.float32)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], *, n_features: int | None = None) -> "PairModel":
        """Rebuild a model; a DataError if its arrays do not fit `n_features` (None: any) and one another."""
        mean = stored.finite(state, "mean", (n_features,))
        output = stored.finite(state, "output", (None,))
        n, width = len(mean), len(output)
        if width % LANES:
            raise DataError(f"tensor 'output' has {width} units, expected a multiple of {LANES}")
        return cls(
            mean=mean,
            scale=stored.finite(state, "scale", (n,)),
            linear=stored.finite(state, "linear", (n,)),
            intercept=float(stored.finite(state, "intercept", (1,))[0]),
            hidden=stored.finite(state, "hidden", (n, width)),
            hidden_bias=stored.finite(state, "hidden_bias", (width,)),
            output=output,
        )


def standardised(features: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return (features - mean) * scale clipped to ±5."""
    return np.clip((features - mean) * scale, -CLIP, CLIP)  # type: ignore[no-any-return]


def fit_logistic(
    features: np.ndarray, targets: np.ndarray, weights: np.ndarray | None = None, *, ridge: float | np.ndarray
) -> PairModel:
    """Fit an L2-regularised logistic regression by Newton's method.

    Parameters
    ----------
    features, targets
        float32 (n_pairs, n_features) and (n_pairs,) of 0 and 1.
    weights
        float32 (n_pairs,), how much each pair counts; None: all alike.
    ridge
        Penalty ridge / 2 |w|^2 beside the summed log loss, on standardised features; one number, or (n_features,).
    """
    y = targets.astype(np.float32, copy=False)
    counts = np.ones(len(y), np.float32) if weights is None else weights
    mean = np.average(features, axis=0, weights=counts).astype(np.float32)
    spread = np.sqrt(np.average(np.square(features - mean), axis=0, weights=counts))
    scale = np.where(spread > 1e-6, 1 / np.maximum(spread, 1e-6), 0).astype(np.float32)
    x = np.column_stack([standardised(features, mean, scale), np.ones(len(features), np.float32)])
    penalty = np.append(np.broadcast_to(ridge, features.shape[1]), 1e-6)
    solution = np.zeros(x.shape[1])
    rate = np.clip(np.average(y, weights=counts), 1e-6, 1 - 1e-6)
    solution[-1] = np.log(rate / (1 - rate))
    solution = fit_newton(x, y, counts, penalty, solution, np.zeros(len(solution)))
    weights_found = solution[:-1].astype(np.float32)
    return PairModel.plain(mean, scale, weights_found, float(solution[-1]))


def ridge_for(y: np.ndarray) -> float:
    """Return the ridge for pairs `y`: the fewer right ones, the stronger the pull to the mean."""
    return 1.0 + 1000.0 / max(float(y.sum()), 1.0)


def refine(
    model: PairModel,
    features: np.ndarray,
    targets: np.ndarray,
    weights: np.ndarray,
    *,
    width: int = 16,
    epochs: int = 6,
    batch: int = 512,
    rate: float = 3e-3,
    decay: float = 1e-4,
    seed: int = 0,
) -> PairModel:
    """Train a layer of rectified units beside the logistic regression, from which it starts, on the log loss with Adam.

    `weights` float32 (n_pairs,) say how much each pair counts; `width` is a multiple of 16. The learning rate falls
    linearly to zero; the refinement's output starts at zero, so that what is learnt from few pairs stays close to the
    logistic regression.

    References
    ----------
    Kingma and Ba, Adam, ICLR 2015.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(features))  # shuffled once: pairs that follow one another are read much faster
    x = standardised(features[order], model.mean, model.scale)
    n_features = x.shape[1]
    hidden = rng.normal(0, np.sqrt(2 / n_features), (n_features, width)).astype(np.float32)
    parameters = np.concatenate(
        [model.linear, np.array([model.intercept], np.float32), hidden.ravel(), np.zeros(2 * width, np.float32)]
    ).astype(np.float32)
    train_network(
        x, targets[order], weights[order], parameters, width, epochs, batch, np.float32(rate), np.float32(decay)
    )
    bounds = np.cumsum([n_features, 1, n_features * width, width])
    linear, intercept, hidden, hidden_bias, output = np.split(parameters, bounds)
    hidden = hidden.reshape(n_features, width)
    return PairModel(model.mean, model.scale, linear, float(intercept[0]), hidden, hidden_bias, output)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + e^-logits), without overflow."""
    return 1 / (1 + np.exp(-np.clip(logits, -30, 30)))  # type: ignore[no-any-return]
