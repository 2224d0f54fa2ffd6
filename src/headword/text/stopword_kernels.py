"""Compiled correlation of words with labels."""

import numpy as np
from numba import njit

from headword.text.byte_lanes import lowest_bit

_ZERO, _ONE = np.uint64(0), np.uint64(1)


@njit(cache=True, nogil=True)
def mark_presence(ids, bounds, first, last, place, presence):  # type: ignore[no-untyped-def]
    """Set bit d & 63 of presence[place[token], d >> 6] for the tokens of documents first:last that have a place.

    `presence` uint64 (n_words, n_docs / 64, rounded up); `first` is a multiple of 64, so that threads do not meet.
    """
    for doc in range(first, last):
        bit = _ONE << np.uint64(doc & 63)
        for at in range(bounds[doc], bounds[doc + 1]):
            word = place[ids[at]]
            if word >= 0:
                presence[word, doc >> 6] |= bit


@njit(cache=True, nogil=True)
def strongest_correlation(presence, indptr, labels, support, n_docs):  # type: ignore[no-untyped-def]
    """Return float64 (n_words,): the largest absolute phi of each word's presence and a label's, 0 if none varies.

    Parameters
    ----------
    presence : see `mark_presence`
    indptr, labels : int64 (n_docs + 1,) and int32, the labels of each document
    support : int64 (n_labels,), documents of each label
    """
    strongest = np.zeros(len(presence))
    together = np.zeros(len(support), dtype=np.int64)
    for word in range(len(presence)):
        frequency = 0
        together[:] = 0
        for group in range(presence.shape[1]):
            bits = presence[word, group]
            while bits != _ZERO:
                doc = 64 * group + lowest_bit(bits)
                bits &= bits - _ONE
                frequency += 1
                for at in range(indptr[doc], indptr[doc + 1]):
                    together[labels[at]] += 1
        varying = np.float64(frequency) * np.float64(n_docs - frequency)
        for label in range(len(support)):
            spread = varying * np.float64(support[label]) * np.float64(n_docs - support[label])
            if spread > 0:
                covariance = np.float64(n_docs * together[label] - frequency * support[label])
                strongest[word] = max(strongest[word], abs(covariance) / np.sqrt(spread))
    return strongest
