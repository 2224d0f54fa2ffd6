"""Compiled inputs of the label stack."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def stack_inputs(indptr, columns, values, slopes, intercepts, n_labels, least):  # type: ignore[no-untyped-def]
    """Return CSR rows of length 1: what each member believes of each candidate, member after member.

    Parameters
    ----------
    indptr, columns, values : candidates, float32 (n_entries, n_members)
    slopes, intercepts : float32 (n_members,), a score's probability is sigmoid(slope * score + intercept)
    least : probabilities up to this are left out

    Returns
    -------
    indptr : int64; columns : int32, member * n_labels + label, ascending; probabilities : float32
    """
    n_entries, n_members = values.shape
    bounds = np.zeros(len(indptr), dtype=np.int64)
    inputs = np.empty(n_entries * n_members, dtype=np.int32)
    believed = np.empty(n_entries * n_members, dtype=np.float32)
    at = 0
    for doc in range(len(indptr) - 1):
        first = at
        square = np.float32(0)
        for member in range(n_members):
            for entry in range(indptr[doc], indptr[doc + 1]):
                score = slopes[member] * values[entry, member] + intercepts[member]
                p = np.float32(1) / (np.float32(1) + np.exp(-min(max(score, np.float32(-30)), np.float32(30))))
                if p > least:
                    inputs[at] = member * n_labels + columns[entry]
                    believed[at] = p
                    square += p * p
                    at += 1
        for i in range(first, at):
            believed[i] /= np.sqrt(square)
        bounds[doc + 1] = at
    return bounds, inputs[:at].copy(), believed[:at].copy()


@njit(cache=True, nogil=True)
def at_candidates(scores, indptr, columns, start, out):  # type: ignore[no-untyped-def]
    """Write the dense scores (n, n_labels) of the documents from `start` on to the entries of their candidates."""
    for i in range(len(scores)):
        for entry in range(indptr[start + i], indptr[start + i + 1]):
            out[entry] = scores[i, columns[entry]]
