"""Compiled kernel of iterative stratification: weighted units into parts of given size."""

import numpy as np
from numba import njit

FREE = -1


@njit(cache=True, nogil=True)
def _push(heap: np.ndarray, size: int, value: int) -> int:
    """Put `value` on the binary min-heap heap[:size]; return the new size."""
    at = size
    while at > 0:
        up = (at - 1) >> 1
        if heap[up] <= value:
            break
        heap[at] = heap[up]
        at = up
    heap[at] = value
    return size + 1


@njit(cache=True, nogil=True)
def _pop(heap: np.ndarray, size: int) -> int:
    """Remove the least value of heap[:size], which the caller has read as heap[0]; return the new size."""
    size -= 1
    value = heap[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[at] = heap[child]
        at = child
    if size > 0:
        heap[at] = value
    return size


@njit(cache=True, nogil=True)
def _shares(indices: np.ndarray, counts: np.ndarray, n_labels: int, sizes: np.ndarray) -> np.ndarray:
    """Return how many documents of each label each part shall have, float64 (n_labels, n_parts)."""
    total = np.zeros(n_labels, dtype=np.float64)
    for entry in range(len(indices)):
        total[indices[entry]] += counts[entry]
    shares: np.ndarray = total.reshape(-1, 1) * (sizes / sizes.sum()).reshape(1, -1)
    return shares


@njit(cache=True, nogil=True)
def _choose(wanted: np.ndarray, room: np.ndarray, weight: int, offset: int) -> int:
    """Return the part for one unit.

    Among the parts with room for `weight`: the one that wants the label most, then the one with most room, then the
    first from `offset` on. Without such a part: the one with most room.
    """
    n_parts = len(room)
    best = -1
    for step in range(n_parts):
        part = (offset + step) % n_parts
        if room[part] < weight:
            continue
        if best < 0 or wanted[part] > wanted[best] or (wanted[part] == wanted[best] and room[part] > room[best]):
            best = part
    if best >= 0:
        return best
    best = offset % n_parts
    for step in range(1, n_parts):
        part = (offset + step) % n_parts
        if room[part] > room[best]:
            best = part
    return best


@njit(cache=True, nogil=True)
def distribute(
    indptr: np.ndarray,
    indices: np.ndarray,
    counts: np.ndarray,
    label_indptr: np.ndarray,
    label_units: np.ndarray,
    weights: np.ndarray,
    sizes: np.ndarray,
    priority: np.ndarray,
    offsets: np.ndarray,
) -> np.ndarray:
    """Return the part of each unit, int32 (n_units,).

    Labels are taken in the order of how few units that carry them are still free (ties by `priority`), and each one's
    free units are dealt out, in the order of `label_units`, by how far each part is from its share of the label.

    Parameters
    ----------
    indptr, indices, counts
        CSR (n_units, n_labels): how many documents of a unit carry a label; int64, int32, float64.
    label_indptr, label_units
        The same by label, without counts; int64, int32. The order within a label is the order of dealing.
    weights
        int64 (n_units,), documents a unit; 1 without groups.
    sizes
        int64 (n_parts,), documents a part shall have.
    priority
        int64 (n_labels,), a permutation.
    offsets
        int64 (n_units,), where to begin among parts that are equal in all.
    """
    n_units, n_labels = len(weights), len(label_indptr) - 1
    part = np.full(n_units, FREE, dtype=np.int32)
    room = sizes.copy()
    wanted = _shares(indices, counts, n_labels, sizes)
    free = np.empty(n_labels, dtype=np.int64)
    label_at = np.empty(n_labels, dtype=np.int64)
    heap = np.empty(n_labels + len(indices), dtype=np.int64)
    size = 0
    for label in range(n_labels):
        label_at[priority[label]] = label
        free[label] = label_indptr[label + 1] - label_indptr[label]
        if free[label] > 0:
            size = _push(heap, size, free[label] * n_labels + priority[label])
    touched = np.empty(n_labels, dtype=np.int64)
    is_touched = np.zeros(n_labels, dtype=np.bool_)
    while size > 0:
        label = label_at[heap[0] % n_labels]
        stale = free[label] != heap[0] // n_labels
        size = _pop(heap, size)
        if stale:
            continue
        n_touched = 0
        for place in range(label_indptr[label], label_indptr[label + 1]):
            unit = label_units[place]
            if part[unit] != FREE:
                continue
            chosen = _choose(wanted[label], room, weights[unit], offsets[unit])
            part[unit] = chosen
            room[chosen] -= weights[unit]
            for entry in range(indptr[unit], indptr[unit + 1]):
                other = indices[entry]
                wanted[other, chosen] -= counts[entry]
                free[other] -= 1
                if not is_touched[other]:
                    is_touched[other] = True
                    touched[n_touched] = other
                    n_touched += 1
        for place in range(n_touched):
            other = touched[place]
            is_touched[other] = False
            if free[other] > 0:
                size = _push(heap, size, free[other] * n_labels + priority[other])
    return part
