"""Compiled settling of the documents that may come among the k nearest of a query, and the k best so far."""

import numpy as np
from numba import njit

from headword.scorers.neighbor_lanes import GROUP, fetch, lowest_bit, reaching

# A posting is a document and, in the lowest byte, the code of its weight; so is an entry of a row of common features.
CODE_BITS = 8
SHIFT, CODE = np.uint32(CODE_BITS), np.uint32((1 << CODE_BITS) - 1)
# Half of a key; a sum; a cosine.
_HALF = np.int64(32)
_LAST_DOC = np.int64((1 << 31) - 1)
# No sum that is added to this comes above 0.
_DONE = np.int32(-(1 << 31))
_COSINE = np.float32(1 / (1 << 30))
_A_LITTLE_LESS = np.float32(0.9999)


@njit(cache=True, nogil=True)
def key_of(total):  # type: ignore[no-untyped-def]
    """Return the least key of a sum: in its lower half a key has the document, the first one highest."""
    return np.int64(total) << _HALF


@njit(cache=True, nogil=True)
def _bar(threshold):  # type: ignore[no-untyped-def]
    """Return what a sum, as float32, must reach for the key `threshold`: lower by more than a rounding, above 0."""
    return np.float32(max(threshold >> _HALF, np.int64(1))) * _A_LITTLE_LESS


@njit(cache=True, nogil=True)
def hopeful(sums, base, width, rest, length, threshold, near_bounds, left):  # type: ignore[no-untyped-def]
    """Write the documents of a block that may still come among the nearest to `left`; return how many."""
    n, bar = 0, _bar(threshold)
    for group in range(0, width, GROUP):
        bits = reaching(sums, group, rest, base + group, length, bar)
        while bits:
            left[np.uint64(n)] = np.uint32(group) + np.uint32(lowest_bit(bits))
            bits &= bits - np.uint64(1)
            n += 1
    for i in range(n):
        fetch(near_bounds, base + left[np.uint64(i)])
    return n


@njit(cache=True, nogil=True)
def _replace(heap, n, key):  # type: ignore[no-untyped-def]
    """Put `key` in place of the least of the n keys of `heap`."""
    place = 0
    while True:
        child = 2 * place + 1
        if child >= n:
            break
        if child + 1 < n and heap[np.uint64(child + 1)] < heap[np.uint64(child)]:
            child += 1
        if heap[np.uint64(child)] >= key:
            break
        heap[np.uint64(place)] = heap[np.uint64(child)]
        place = child
    heap[np.uint64(place)] = key


@njit(cache=True, nogil=True)
def _append(heap, n, key):  # type: ignore[no-untyped-def]
    """Add `key` to the n keys of `heap`, the least of which comes first."""
    place = n
    while place > 0:
        parent = (place - 1) >> 1
        if heap[np.uint64(parent)] <= key:
            break
        heap[np.uint64(place)] = heap[np.uint64(parent)]
        place = parent
    heap[np.uint64(place)] = key


@njit(cache=True, nogil=True)
def _kept(total, doc, heap, found, threshold):  # type: ignore[no-untyped-def]
    """Keep a document if it is among the best; return how many are kept, and the key a further one must have."""
    key = key_of(total) | (_LAST_DOC - np.int64(doc))
    if total <= 0 or key < threshold:
        return found, threshold
    if found < len(heap):
        _append(heap, found, key)
        found += 1
    elif key > heap[0]:
        _replace(heap, found, key)
    return found, max(threshold, heap[0]) if found == len(heap) else threshold


@njit(cache=True, nogil=True)
def keep(sums, base, left, n, heap, found, threshold):  # type: ignore[no-untyped-def]
    """Keep the best of the documents `left`, whose sums are complete."""
    for i in range(n):
        inside = left[np.uint64(i)]
        found, threshold = _kept(sums[inside], base + inside, heap, found, threshold)
    return found, threshold


@njit(cache=True, nogil=True)
def settle(  # type: ignore[no-untyped-def]
    sums, base, left, n, rest, length, near_bounds, near, weights, query, heap, found, threshold
):
    """Complete the sums of the documents `left`, keep the best, and mark them all as done with.

    Those are spared whose sum, with `length` times the length of their row, does not reach the threshold any more.
    """
    for i in range(n):
        fetch(near, near_bounds[np.uint64(base + left[np.uint64(i)])])
    for i in range(n):
        inside = left[np.uint64(i)]
        total, doc = sums[inside], np.uint64(base + inside)
        sums[inside] = _DONE
        if length > 0 and np.float32(total) + length * rest[doc] < _bar(threshold):
            continue
        for at in range(near_bounds[doc], near_bounds[doc + np.uint64(1)]):
            entry = near[np.uint64(at)]
            total += query[entry >> SHIFT] * weights[entry & CODE]
        found, threshold = _kept(total, doc, heap, found, threshold)
    return found, threshold


@njit(cache=True, nogil=True)
def write_nearest(heap, found, similar, best):  # type: ignore[no-untyped-def]
    """Write the cosines and documents of the keys in falling order."""
    keys = np.sort(heap[:found])
    for i in range(found):
        key = keys[found - 1 - i]
        best[i] = _LAST_DOC - (key & _LAST_DOC)
        similar[i] = min(np.float32(key >> _HALF) * _COSINE, np.float32(1))
    best[found:] = -1
    similar[found:] = 0
