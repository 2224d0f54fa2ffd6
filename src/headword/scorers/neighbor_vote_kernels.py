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
def vote(similar, best, y_indptr, y_indices, power, out):  # type: ignore[no-untyped-def]
    """Write ln(share of the votes + 0.001) of every label to `out` float32 (n_queries, n_labels)."""
    votes, voted = np.zeros(out.shape[1], dtype=np.float32), np.empty(_most_votes(best, y_indptr), dtype=np.int32)
    out[:] = np.log(FLOOR)
    for query in range(len(best)):
        n, total = _count(similar[query], best[query], y_indptr, y_indices, power, votes, voted)
        for label in voted[:n]:
            out[query, label] = np.log(votes[label] / total + FLOOR)
            votes[label] = 0


@njit(cache=True, nogil=True)
def vote_best(similar, best, y_indptr, y_indices, power, n_labels, columns, values):  # type: ignore[no-untyped-def]
    """Write the labels with most votes of each query, best first, ties by lower column; -1 beyond the last.

    Parameters
    ----------
    columns, values : int32 and float32 (n_queries, most); a value is ln(share + 0.001), without a label ln 0.001
    """
    votes, voted = np.zeros(n_labels, dtype=np.float32), np.empty(_most_votes(best, y_indptr), dtype=np.int32)
    most = columns.shape[1]
    columns[:] = -1
    values[:] = np.log(FLOOR)
    for query in range(len(best)):
        n, total = _count(similar[query], best[query], y_indptr, y_indices, power, votes, voted)
        kept, column, value = 0, columns[query], values[query]
        for label in voted[:n]:
            share = votes[label] / total
            place = min(kept, most)
            while place > 0 and (value[place - 1] < share or (value[place - 1] == share and column[place - 1] > label)):
                place -= 1
            if place < most:
                for i in range(min(kept, most - 1), place, -1):
                    value[i], column[i] = value[i - 1], column[i - 1]
                value[place], column[place] = share, label
                kept = min(kept + 1, most)
            votes[label] = 0
        for i in range(kept):
            value[i] = np.log(value[i] + FLOOR)
