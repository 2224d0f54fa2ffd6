"""Logistic regression by Newton's method, with steps that always go downhill."""

import numpy as np

from headword.scorers.logistic_kernels import newton_terms, summed_log_loss

_STEPS = 50
_SHORTEST = 2.0**-20
_ROUNDING = 1 + 1e-12


def fit_newton(
    x: np.ndarray, y: np.ndarray, counts: np.ndarray, penalty: np.ndarray, start: np.ndarray, centre: np.ndarray
) -> np.ndarray:
    """Return the weights w, float64 (n,), that minimise sum(counts · log loss) + sum(penalty · (w - centre)²) / 2.

    A full step may overshoot where pairs are few or nearly separable: it is halved until the sum falls.

    Parameters
    ----------
    x
        float32 (n_pairs, n), C-contiguous; a column of ones for an intercept.
    y, counts
        float32 (n_pairs,): 0 or 1, and how much each pair counts.
    penalty, start, centre
        float64 (n,): > 0 where a column may be empty or repeat another; where to begin; what weights are drawn to.
    """

    def height(weights: np.ndarray) -> float:
        return float(summed_log_loss(x, y, counts, weights)) + float(penalty @ np.square(weights - centre)) / 2

    weights, lowest = start, height(start)
    for _ in range(_STEPS):
        gradient, curvature = newton_terms(x, y, counts, weights)
        step = np.linalg.solve(curvature + np.diag(penalty), gradient + penalty * (weights - centre))
        share = 1.0
        while (reached := height(weights - share * step)) > lowest * _ROUNDING and share > _SHORTEST:
            share /= 2
        weights, lowest = weights - share * step, reached
        if np.abs(share * step).max() < 1e-4:
            break
    return weights
