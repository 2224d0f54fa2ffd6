"""Compiled features of labels and balanced splits of labels in two."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _take_strongest(total, touched, most, columns, values):  # type: ignore[no-untyped-def]
    """Write the `most` entries of `total` of largest absolute value as a row of length 1; return how many; clear it."""
    least = np.float32(0)
    if len(touched) > most:
        least = np.partition(np.abs(total[touched]), len(touched) - most)[len(touched) - most]
    kept = 0
    square = np.float32(0)
    for ties in range(2):  # what is above the least one kept, then what equals it, as far as there is room
        for feature in touched:
            value = total[feature]
            if (abs(value) == least if ties else abs(value) > least) and value != 0 and kept < most:
                columns[kept] = feature
                values[kept] = value
                square += value * value
                kept += 1
    for feature in touched:
        total[feature] = 0
    if kept:
        values[:kept] /= np.sqrt(square)
    return kept


@njit(cache=True, nogil=True)
def sum_documents(indptr, indices, data, l_indptr, l_rows, first, last, n_features, most):  # type: ignore[no-untyped-def]
    """Return counts, columns, values: the features of the labels first : last, rows of length 1.

    Parameters
    ----------
    indptr, indices, data : CSR documents (int64, int32, float32)
    l_indptr, l_rows : the documents of each label (int64, int32)
    most : features of a label at most, the strongest
    """
    total = np.zeros(n_features, dtype=np.float32)
    seen = np.zeros(n_features, dtype=np.uint8)
    touched = np.empty(n_features, dtype=np.int32)
    counts = np.zeros(last - first, dtype=np.int64)
    columns = np.empty((last - first) * min(most, n_features), dtype=np.int32)
    values = np.empty((last - first) * min(most, n_features), dtype=np.float32)
    at = 0
    for label in range(first, last):
        n_touched = 0
        for d in range(l_indptr[label], l_indptr[label + 1]):
            for i in range(indptr[l_rows[d]], indptr[l_rows[d] + 1]):
                feature = indices[i]
                if not seen[feature]:
                    seen[feature] = 1
                    touched[n_touched] = feature
                    n_touched += 1
                total[feature] += data[i]
        for i in range(n_touched):
            seen[touched[i]] = 0
        counts[label - first] = _take_strongest(total, touched[:n_touched], most, columns[at:], values[at:])
        at += counts[label - first]
    return counts, columns[:at].copy(), values[:at].copy()


@njit(cache=True, nogil=True)
def _add(indices, data, first, last, times, axis):  # type: ignore[no-untyped-def]
    """Add `times` a sparse row to the dense `axis`; set it to zero there if `times` is 0."""
    for at in range(first, last):
        axis[indices[at]] = axis[indices[at]] + times * data[at] if times != 0 else np.float32(0)


@njit(cache=True, nogil=True)
def _project(indices, data, first, last, axis):  # type: ignore[no-untyped-def]
    """Return the product of a sparse row and the dense `axis`."""
    total = np.float32(0)
    for at in range(first, last):
        total += axis[indices[at]] * data[at]
    return total


@njit(cache=True, nogil=True)
def split_in_two(indptr, indices, data, members, n_left, rounds, seed, axis):  # type: ignore[no-untyped-def]
    """Reorder `members` so that its first `n_left` and the others are the two clusters of balanced 2-means.

    Where the sizes are given, the best clusters for two means are told by the rows' projections on the difference of
    the means: those with the `n_left` largest are one cluster. It begins with two rows in place of means.

    Parameters
    ----------
    indptr, indices, data : CSR rows to cluster
    members : int32, numbers of different rows, reordered; within a cluster the order is kept
    n_left : from 1 to len(members) - 1
    rounds : new means at most; it ends when no row changes sides
    axis : float32 (n_features,), zeros, and zeros again at the end

    References
    ----------
    Prabhu et al., Parabel, WWW 2018 (balanced 2-means of labels).
    """
    n = len(members)
    np.random.seed(seed)  # noqa: NPY002  (numba's own generator, one a thread)
    one = np.random.randint(0, n)  # noqa: NPY002
    other = (one + 1 + np.random.randint(0, n - 1)) % n  # noqa: NPY002
    _add(indices, data, indptr[members[one]], indptr[members[one] + 1], np.float32(1), axis)
    _add(indices, data, indptr[members[other]], indptr[members[other] + 1], np.float32(-1), axis)
    weight = np.array([-1 / (n - n_left), 0, 1 / n_left], dtype=np.float32)  # right, nowhere, left
    side = np.ones(n, dtype=np.int8)
    projection = np.empty(n, dtype=np.float32)
    for turn in range(rounds):
        for i in range(n):
            projection[i] = -_project(indices, data, indptr[members[i]], indptr[members[i] + 1], axis)
        order = np.argsort(projection, kind="mergesort")
        if turn == 0:
            for i in (one, other):
                _add(indices, data, indptr[members[i]], indptr[members[i] + 1], np.float32(0), axis)
        changed = False
        for place in range(n):
            i = order[place]
            new = 2 if place < n_left else 0
            if new != side[i]:
                times = weight[new] - weight[side[i]]
                _add(indices, data, indptr[members[i]], indptr[members[i] + 1], times, axis)
                side[i] = new
                changed = True
        if not changed:
            break
    for i in range(n):
        _add(indices, data, indptr[members[i]], indptr[members[i] + 1], np.float32(0), axis)
    left = members[side == 2]
    members[n_left:] = members[side == 0]
    members[:n_left] = left
