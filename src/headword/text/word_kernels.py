"""Compiled counting of words, title words and word pairs.

A feature is a 64-bit key: the token number for a word, `TITLE | token` for a word of the title, and
`PAIR | first << 31 | second` for two neighbouring tokens of one field. Keys are exact: two terms never share one.
"""

import numpy as np
from numba import njit

from headword.text.table_kernels import EMPTY, grown, slot_of

TITLE = np.uint64(1 << 62)
PAIR = np.uint64(1 << 63)
UNKNOWN = -1
_FIRST = np.uint64(31)


@njit(cache=True, nogil=True)
def document_keys(ids, start, middle, stop, title_words, pairs, out):  # type: ignore[no-untyped-def]
    """Write the keys of one document (title ids[start:middle], abstract ids[middle:stop]) to `out`; return how many.

    A token below 0 has no key and parts its neighbours.
    """
    n = 0
    previous = -1
    for at in range(start, stop):
        if at == middle:
            previous = -1
        token = ids[at]
        if token >= 0:
            out[n] = np.uint64(token)
            n += 1
            if title_words and at < middle:
                out[n] = TITLE | np.uint64(token)
                n += 1
            if pairs and previous >= 0:
                out[n] = PAIR | (np.uint64(previous) << _FIRST) | np.uint64(token)
                n += 1
        previous = token
    return n


@njit(cache=True, nogil=True)
def document_frequencies(ids, bounds, title_words, pairs):  # type: ignore[no-untyped-def]
    """Return (keys, frequencies): each distinct key, and in how many documents it stands; in order of appearance.

    `bounds` int64 (2 * n_docs + 1,): title and abstract of each document in `ids`.
    """
    n_docs = (len(bounds) - 1) // 2
    slots = np.full(1 << 12, EMPTY, dtype=np.uint64)
    numbers = np.empty(1 << 12, dtype=np.int32)
    keys = np.empty(1 << 12, dtype=np.uint64)
    frequency = np.empty(1 << 12, dtype=np.int32)
    last = np.empty(1 << 12, dtype=np.int32)
    longest = 0
    for doc in range(n_docs):
        longest = max(longest, bounds[2 * doc + 2] - bounds[2 * doc])
    found = np.empty(3 * longest, dtype=np.uint64)
    n_keys = 0
    for doc in range(n_docs):
        n = document_keys(ids, bounds[2 * doc], bounds[2 * doc + 1], bounds[2 * doc + 2], title_words, pairs, found)
        for i in range(n):
            slot = slot_of(slots, found[i])
            if slots[slot] == EMPTY:
                slots[slot] = found[i]
                numbers[slot] = n_keys
                if n_keys == len(keys):
                    keys = np.concatenate((keys, np.empty_like(keys)))
                    frequency = np.concatenate((frequency, np.empty_like(frequency)))
                    last = np.concatenate((last, np.empty_like(last)))
                keys[n_keys] = found[i]
                frequency[n_keys] = 1
                last[n_keys] = doc
                n_keys += 1
                if 2 * n_keys > len(slots):
                    slots, numbers = grown(slots, numbers)
            else:
                number = numbers[slot]
                if last[number] != doc:
                    last[number] = doc
                    frequency[number] += 1
    return keys[:n_keys].copy(), frequency[:n_keys].copy()


@njit(cache=True, nogil=True)
def count_words(ids, bounds, title_words, pairs, slots, numbers, n_features):  # type: ignore[no-untyped-def]
    """Return CSR (indptr int64, indices int32 ascending, counts float32) of the known keys of each document."""
    n_docs = (len(bounds) - 1) // 2
    longest = 0
    for doc in range(n_docs):
        longest = max(longest, bounds[2 * doc + 2] - bounds[2 * doc])
    found = np.empty(3 * longest, dtype=np.uint64)
    indptr = np.zeros(n_docs + 1, dtype=np.int64)
    indices = np.empty(3 * (bounds[-1] - bounds[0]), dtype=np.int32)
    counts = np.empty(len(indices), dtype=np.float32)
    tally = np.zeros(n_features, dtype=np.int32)
    at = 0
    for doc in range(n_docs):
        n = document_keys(ids, bounds[2 * doc], bounds[2 * doc + 1], bounds[2 * doc + 2], title_words, pairs, found)
        first = at
        for i in range(n):
            slot = slot_of(slots, found[i])
            if slots[slot] != EMPTY:
                feature = numbers[slot]
                if tally[feature] == 0:
                    indices[at] = feature
                    at += 1
                tally[feature] += 1
        indices[first:at].sort()
        for i in range(first, at):
            counts[i] = tally[indices[i]]
            tally[indices[i]] = 0
        indptr[doc + 1] = at
    return indptr, indices[:at].copy(), counts[:at].copy()
