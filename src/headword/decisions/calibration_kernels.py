"""Compiled calibration: of single labels, and by a rising step function."""

import numpy as np
from numba import njit

_STEPS = 20
_LEAST_SLOPE = -0.9


@njit(cache=True, nogil=True)
def fit_labels(bounds, logits, y, strength, out):  # type: ignore[no-untyped-def]
    """Fit for each label a shift a and a change of slope b: log odds (1 + b) z + a, drawn towards a = b = 0.

    Newton's method on the summed log loss plus strength / 2 (a^2 + 4 b^2); b stays above -0.9, so that the order of
    a label's documents never changes.

    Parameters
    ----------
    bounds : int64 (n_labels + 1,), the pairs of each label stand together
    logits, y : float32 (n_pairs,)
    out : float32 (n_labels, 2), written: a and b of each label with a pair; others are left alone
    """
    for label in range(len(bounds) - 1):
        first, last = bounds[label], bounds[label + 1]
        if first == last:
            continue
        shift, slope = 0.0, 0.0
        for _ in range(_STEPS):
            g0, g1 = strength * shift, 4 * strength * slope
            h00, h01, h11 = strength, 0.0, 4 * strength
            for pair in range(first, last):
                z = np.float64(logits[pair])
                total = min(max(shift + (1 + slope) * z, -30.0), 30.0)
                p = 1 / (1 + np.exp(-total))
                error, bend = p - y[pair], p * (1 - p)
                g0 += error
                g1 += error * z
                h00 += bend
                h01 += bend * z
                h11 += bend * z * z
            determinant = h00 * h11 - h01 * h01
            d0 = (h11 * g0 - h01 * g1) / determinant
            d1 = (h00 * g1 - h01 * g0) / determinant
            # Steps are cut, since far from the solution the loss is hardly curved.
            most = max(abs(d0), abs(d1), 1e-12)
            cut = min(1.0, 1.0 / most)
            shift -= cut * d0
            slope = max(slope - cut * d1, _LEAST_SLOPE)
            if most < 1e-4:
                break
        out[label, 0] = shift
        out[label, 1] = slope


@njit(cache=True, nogil=True)
def pool_adjacent(values, weights):  # type: ignore[no-untyped-def]
    """Return int64, where each step of the best rising step function begins; equal neighbours are one step.

    values, weights : float64 (n,), in order; weights above 0

    References
    ----------
    Ayer et al., An empirical distribution function for sampling with incomplete information, 1955.
    """
    starts = np.empty(len(values), dtype=np.int64)
    total, weight = np.empty(len(values)), np.empty(len(values))
    n = 0
    for i in range(len(values)):
        starts[n], total[n], weight[n] = i, values[i] * weights[i], weights[i]
        n += 1
        while n > 1 and total[n - 2] * weight[n - 1] >= total[n - 1] * weight[n - 2]:
            total[n - 2] += total[n - 1]
            weight[n - 2] += weight[n - 1]
            n -= 1
    return starts[:n].copy()
