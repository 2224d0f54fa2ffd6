"""Compiled description of (document, label) pairs by everything but whether the document carries the label."""

import numpy as np
from numba import njit

FEATURES = 16
# What stands for a probability that no assigned or unassigned other label has.
_NONE = -8.0


@njit(cache=True, nogil=True)
def _count(indptr, indices, counts, row, column):  # type: ignore[no-untyped-def]
    """Return the entry of a CSR matrix with ascending columns, 0 where there is none."""
    low, high = indptr[row], indptr[row + 1]
    while low < high:
        middle = (low + high) // 2
        if indices[middle] < column:
            low = middle + 1
        else:
            high = middle
    if low < indptr[row + 1] and indices[low] == column:
        return counts[low]
    return np.float32(0)


@njit(cache=True, nogil=True)
def _pull(both, other, rate):  # type: ignore[no-untyped-def]
    """Return how much likelier than by its `rate` a label is where another one is, as log odds drawn to 0."""
    return np.log((both + 3 * rate) / (other + 3) / rate)


@njit(cache=True, nogil=True)
def describe_pairs(  # type: ignore[no-untyped-def]  # noqa: PLR0915
    indptr, columns, logits, assigned, counted, own_mean, support, together_indptr, together_indices, together,
    start, stop, out,
):  # fmt: skip
    """Write 16 features of each pair of the documents start : stop to their rows of `out`.

    Nothing tells whether the pair itself is assigned: it is left out of every count and mean.

    Parameters
    ----------
    indptr, columns, logits, assigned
        int64 (n_docs + 1,), int32, float32 and bool (n_pairs,): the pairs of each document, columns ascending.
    counted
        bool (n_pairs,): the pair is among those that `own_mean`, `support` and `together` were counted from.
    own_mean
        float32 (n_pairs,): mean log odds of the label where it is assigned, this document left out.
    support
        int64 (n_labels,): documents of each label.
    together_indptr, together_indices, together
        CSR (n_labels, n_labels), float32: documents that carry both labels.
    out
        float32 (n_pairs, 16).
    """
    n_docs = len(indptr) - 1
    for doc in range(start, stop):
        first, last = indptr[doc], indptr[doc + 1]
        n_assigned = 0
        total = np.float64(0)
        for i in range(first, last):
            total += 1 / (1 + np.exp(-np.float64(logits[i])))
            if assigned[i]:
                n_assigned += 1
        for i in range(first, last):
            z = logits[i]
            label = columns[i]
            best_free = np.float32(_NONE)
            best_held = np.float32(_NONE)
            least_held = np.float32(30)
            held_sum = np.float64(0)
            rank = 0
            strongest = np.float64(-3)
            weakest = np.float64(6)
            pull_sum = np.float64(0)
            mine = max(support[label] - counted[i], 1)
            rate = mine / n_docs
            for j in range(first, last):
                if j == i:
                    continue
                if logits[j] > z:
                    rank += 1
                if not assigned[j]:
                    best_free = max(best_free, logits[j])
                    continue
                best_held = max(best_held, logits[j])
                least_held = min(least_held, logits[j])
                held_sum += logits[j]
                in_both = counted[i] and counted[j]
                together_here = _count(together_indptr, together_indices, together, columns[j], label) - in_both
                pull = _pull(together_here, support[columns[j]] - counted[j], rate)
                strongest = max(strongest, pull)
                weakest = min(weakest, pull)
                pull_sum += pull
            others = n_assigned - assigned[i]
            if others == 0:
                least_held, strongest, weakest = np.float32(_NONE), np.float64(0), np.float64(0)
            row = out[i]
            row[0] = z
            row[1] = z - own_mean[i]
            row[2] = np.log(mine)
            row[3] = np.log(1.0 + rank)
            row[4] = best_free
            row[5] = z - best_free
            row[6] = best_held
            row[7] = least_held
            row[8] = held_sum / max(others, 1)
            row[9] = np.log(1.0 + others)
            row[10] = 1.0 if others == 0 else 0.0
            row[11] = np.log(1 + total - 1 / (1 + np.exp(-np.float64(z)))) - np.log(1.0 + others)
            row[12] = strongest
            row[13] = weakest
            row[14] = pull_sum / max(others, 1)
            row[15] = rank - others
