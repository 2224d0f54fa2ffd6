"""Compiled sums of logistic regression."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, fastmath=True)
def newton_terms(x, y, counts, solution):  # type: ignore[no-untyped-def]
    """Return gradient and curvature, float64 (n,) and (n, n), of the summed log loss of a logistic regression.

    Written out in place of matrix products: those start threads of their own, which stand in one another's way where
    several models are fitted at once, and their sums depend on how many there are.

    Parameters
    ----------
    x : float32 (n_pairs, n); y, counts : float32 (n_pairs,); solution : float64 (n,)
    """
    n_pairs, n = x.shape
    gradient = np.zeros(n)
    curvature = np.zeros((n, n))
    for pair in range(n_pairs):
        row = x[pair]
        total = 0.0
        for i in range(n):
            total += row[i] * solution[i]
        p = 1 / (1 + np.exp(-min(max(total, -30.0), 30.0)))
        error = counts[pair] * (p - y[pair])
        bend = counts[pair] * max(p * (1 - p), 1e-6)
        for i in range(n):
            gradient[i] += error * row[i]
            value = bend * row[i]
            for j in range(i + 1):
                curvature[i, j] += value * row[j]
    for i in range(n):
        for j in range(i):
            curvature[j, i] = curvature[i, j]
    return gradient, curvature


@njit(cache=True, nogil=True)
def summed_log_loss(x, y, counts, solution):  # type: ignore[no-untyped-def]
    """Return the summed log loss of the same logistic regression."""
    loss = 0.0
    for pair in range(len(x)):
        total = 0.0
        for i in range(len(solution)):
            total += x[pair, i] * solution[i]
        loss += counts[pair] * (max(total, 0.0) - y[pair] * total + np.log1p(np.exp(-abs(total))))
    return loss
