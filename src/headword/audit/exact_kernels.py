"""Compiled tails of the hypergeometric distribution."""

import math

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1.0) - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)


@numba.njit(cache=True, nogil=True)
def _mass(x: int, drawn: int, marked: int, total: int) -> float:
    log = _log_choose(marked, x) + _log_choose(total - marked, drawn - x) - _log_choose(total, drawn)
    return math.exp(log)


@numba.njit(cache=True, nogil=True)
def _two_sided(x: int, drawn: int, marked: int, total: int) -> float:
    """Return twice the smaller tail, both with `x` in them, at most 1."""
    low, high = max(0, drawn + marked - total), min(drawn, marked)
    here = _mass(x, drawn, marked, total)
    tail, mass, i = here, here, x
    if x * total <= drawn * marked:
        while i > low and mass > tail * 1e-17:
            mass *= i * (total - marked - drawn + i) / ((marked - i + 1.0) * (drawn - i + 1.0))
            tail += mass
            i -= 1
    else:
        while i < high and mass > tail * 1e-17:
            mass *= (marked - i) * (drawn - i) / ((i + 1.0) * (total - marked - drawn + i + 1.0))
            tail += mass
            i += 1
    return min(1.0, 2.0 * min(tail, 1.0 - tail + here))


@numba.njit(cache=True, nogil=True)
def two_sided(found: np.ndarray, drawn: int, marked: np.ndarray, total: int, p: np.ndarray, least: np.ndarray) -> None:
    """Write, for each item, its two-sided p-value and the smallest one that any outcome could have.

    Parameters
    ----------
    found, marked
        int64 (n_items,): documents with the item among the `drawn`, and among all `total`.
    p, least
        float64 (n_items,), written.
    """
    for i in range(len(found)):
        p[i] = _two_sided(found[i], drawn, marked[i], total)
        low, high = max(0, drawn + marked[i] - total), min(drawn, marked[i])
        ends = min(_mass(low, drawn, marked[i], total), _mass(high, drawn, marked[i], total))
        least[i] = min(1.0, 2.0 * ends)
