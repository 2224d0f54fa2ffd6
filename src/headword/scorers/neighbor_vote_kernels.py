"""Compiled votes: each neighbour gives its labels a share, its similarity to a power."""

import numpy as np
from numba import njit

FLOOR = np.float32(1e-3)


@njit(cache=True, nogil=True)
def _count(similar, best, y_indptr, y_indices, power, votes, voted):  # type: ignore[no-untyped-def]
    """Add up the votes of one query's neighbours in `votes` (n_labels,), which held zeros.

    Returns how many labels have votes, and the sum of what the neighbours give; writes the labels to `voted`.
    """
    n, total = 0, np.float32(0)
    for i in range(len(best)):
        if best[i] < 0:
            break
        weight = similar[i] * similar[i] if power == 2 else similar[i] ** power
        if weight <= 0:
            continue
        total += weight
        for at in range(y_indptr[best[i]], y_indptr[best[i] + 1]):
            label = y_indices[at]
            if votes[label] == 0:
                voted[n] = label
                n += 1
            votes[label] += weight
    return n, total


@njit(cache=True, nogil=True)
def _most_votes(best, y_indptr):  # type: ignore[no-untyped-def]
    """Return how many labels the neighbours of a query have at most, one by one."""
    most = 0
    for query in range(len(best)):
        n = 0
        for doc in best[query]:
            if doc >= 0:
                n += y_indptr[doc + 1] - y_indptr[doc]
        most = max(most, n)
    return most


@njit(cache=True, nogil=True)
def vote(similar, best, y_indptr, y_indices, power, n_labels):  # type: ignore[no-untyped-def]
    """Return (labels a query, columns, values): the labels with votes, and ln(share of the votes + 0.001)."""
    votes, voted = np.zeros(n_labels, dtype=np.float32), np.empty(_most_votes(best, y_indptr), dtype=np.int32)
    counts = np.zeros(len(best), dtype=np.int64)
    columns, values = np.empty(len(best) * len(voted), np.int32), np.empty(len(best) * len(voted), np.float32)
    at = 0
    for query in range(len(best)):
        n, total = _count(similar[query], best[query], y_indptr, y_indices, power, votes, voted)
        counts[query] = n
        for label in voted[:n]:
            columns[at] = label
            values[at] = np.log(votes[label] / total + FLOOR)
            votes[label] = 0
            at += 1
    return counts, columns[:at].copy(), values[:at].copy()
