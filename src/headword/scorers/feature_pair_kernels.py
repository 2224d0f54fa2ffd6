"""Compiled pairs of the features of a document: counting them, and writing the products of those that are kept."""

import numpy as np
from numba import njit

_SCALE = np.float32(np.sqrt(2))


@njit(cache=True, nogil=True)
def strongest(indices, data, first, last, paired, most):  # type: ignore[no-untyped-def]
    """Return the entries of a row whose features are paired, int64, by ascending feature.

    Where there are more than `most`, those of the largest size, ties by the earlier entry; zeros are never paired.

    Parameters
    ----------
    indices, data : of a CSR matrix, whose row lies at `first` to `last` - 1
    paired : bool (n_features,)
    """
    found = np.empty(last - first, dtype=np.int64)
    n_found = 0
    for at in range(first, last):
        if paired[indices[at]] and data[at] != 0:
            found[n_found] = at
            n_found += 1
    found = found[:n_found]
    if n_found > most:
        found = found[np.argsort(-np.abs(data[found]), kind="mergesort")[:most]]
    return found[np.argsort(indices[found], kind="mergesort")]


@njit(cache=True, nogil=True)
def count_pairs(indptr, indices, data, place, most):  # type: ignore[no-untyped-def]
    """Count the documents that have both features of a pair.

    Parameters
    ----------
    indptr, indices, data : CSR documents
    place : int32 (n_features,), the places 0 to n - 1 of the features that are paired, which rise with the feature; -1

    Returns
    -------
    int32 (n (n - 1) / 2,): that of places a < b at b (b - 1) / 2 + a
    """
    paired = place >= 0
    n = np.int64(place.max()) + 1 if len(place) else 0
    counts = np.zeros(n * (n - 1) // 2, dtype=np.int32)
    for doc in range(len(indptr) - 1):
        entries = strongest(indices, data, indptr[doc], indptr[doc + 1], paired, most)
        for second in range(len(entries)):
            b = np.int64(place[indices[entries[second]]])
            for first in range(second):
                counts[b * (b - 1) // 2 + place[indices[entries[first]]]] += 1
    return counts


@njit(cache=True, nogil=True)
def pair_rows(indptr, indices, data, start, stop, bounds, seconds, paired, most):  # type: ignore[no-untyped-def]
    """Return the features of documents and, behind them, the products of their pairs times the square root of 2.

    Parameters
    ----------
    indptr, indices, data : CSR documents, of which `start` to `stop` - 1 are read
    bounds, seconds : int64 (n_features + 1,) and int32: the pairs that are kept, as CSR from the lower feature to the
        higher ones, ascending; pair p is column n_features + p
    paired, most : as in `strongest`

    Returns
    -------
    lengths : int64 (stop - start,); columns : int32; values : float32
    """
    n_features = len(bounds) - 1
    room = 0
    for doc in range(start, stop):
        length = indptr[doc + 1] - indptr[doc]
        n_paired = min(length, most)
        room += length + n_paired * (n_paired - 1) // 2
    lengths = np.empty(stop - start, dtype=np.int64)
    columns = np.empty(room, dtype=np.int32)
    values = np.empty(room, dtype=np.float32)
    at = 0
    for doc in range(start, stop):
        begun = at
        for entry in range(indptr[doc], indptr[doc + 1]):
            columns[at], values[at] = indices[entry], data[entry]
            at += 1
        entries = strongest(indices, data, indptr[doc], indptr[doc + 1], paired, most)
        for i in range(len(entries)):
            feature = indices[entries[i]]
            low, end = bounds[feature], bounds[feature + 1]
            value = _SCALE * data[entries[i]]
            for j in range(i + 1, len(entries)):
                # Second features rise, so that each search begins where the last one ended.
                wanted, high = indices[entries[j]], end
                while low < high:
                    middle = (low + high) // 2
                    if seconds[middle] < wanted:
                        low = middle + 1
                    else:
                        high = middle
                if low < end and seconds[low] == wanted:
                    columns[at], values[at] = n_features + low, value * data[entries[j]]
                    at += 1
        lengths[doc - start] = at - begun
    return lengths, columns[:at].copy(), values[:at].copy()
