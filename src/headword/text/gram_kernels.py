"""Compiled counting of character n-grams inside words.

A word is padded with a blank on both sides. A 3-gram's key is its three code points; a longer n-gram's key is the
number of the n-gram one shorter and its last code point. So keys of 64 bits are exact, and since an n-gram never
stands in fewer documents than a longer one that it begins, dropping rare n-grams never cuts a chain.
"""

import numpy as np
from numba import njit

from headword.text.table_kernels import EMPTY, grown, slot_of

LONGER = np.uint64(1 << 63)
BLANK = np.uint64(32)
_BITS = np.uint64(21)
SHORTEST = 3


@njit(cache=True, nogil=True, inline="always")
def _code(codes, first, last, at):  # type: ignore[no-untyped-def]
    return BLANK if at < first or at >= last else np.uint64(codes[at])


@njit(cache=True, nogil=True, inline="always")
def _key(codes, first, last, at, n, shorter):  # type: ignore[no-untyped-def]
    """Return the key of the n-gram at `at` of the word codes[first:last]; `shorter` numbers the one it extends."""
    if n > SHORTEST:
        return LONGER | (np.uint64(shorter) << _BITS) | _code(codes, first, last, at + n - 1)
    return (
        (_code(codes, first, last, at) << (_BITS + _BITS))
        | (_code(codes, first, last, at + 1) << _BITS)
        | _code(codes, first, last, at + 2)
    )


@njit(cache=True, nogil=True)
def number_grams(codes, bounds, longest):  # type: ignore[no-untyped-def]
    """Number all n-grams (3 to `longest`) of the distinct words.

    Parameters
    ----------
    codes : uint32, code points of the words, one after the other
    bounds : int64 (n_words + 1,)

    Returns
    -------
    keys : uint64 (n_grams,), by number
    indptr, grams : int64 (n_words + 1,) and int32, the n-grams of each word, repeated where they recur
    """
    n_words = len(bounds) - 1
    slots = np.full(1 << 12, EMPTY, dtype=np.uint64)
    numbers = np.empty(1 << 12, dtype=np.int32)
    keys = np.empty(1 << 12, dtype=np.uint64)
    indptr = np.zeros(n_words + 1, dtype=np.int64)
    grams = np.empty((longest - SHORTEST + 1) * len(codes), dtype=np.int32)
    n_keys = 0
    out = 0
    for word in range(n_words):
        first = bounds[word]
        last = bounds[word + 1]
        for at in range(first - 1, last - 1):
            number = np.int32(0)
            for n in range(SHORTEST, longest + 1):
                if at + n > last + 1:
                    break
                key = _key(codes, first, last, at, n, number)
                slot = slot_of(slots, key)
                if slots[slot] == EMPTY:
                    slots[slot] = key
                    numbers[slot] = n_keys
                    if n_keys == len(keys):
                        keys = np.concatenate((keys, np.empty_like(keys)))
                    keys[n_keys] = key
                    number = np.int32(n_keys)
                    n_keys += 1
                    if 2 * n_keys > len(slots):
                        slots, numbers = grown(slots, numbers)
                else:
                    number = numbers[slot]
                grams[out] = number
                out += 1
        indptr[word + 1] = out
    return keys[:n_keys].copy(), indptr, grams[:out].copy()


@njit(cache=True, nogil=True)
def known_grams(codes, bounds, longest, slots, numbers):  # type: ignore[no-untyped-def]
    """Return (indptr, grams) as `number_grams` does, for the n-grams that the table knows."""
    n_words = len(bounds) - 1
    indptr = np.zeros(n_words + 1, dtype=np.int64)
    grams = np.empty((longest - SHORTEST + 1) * len(codes), dtype=np.int32)
    out = 0
    for word in range(n_words):
        first = bounds[word]
        last = bounds[word + 1]
        for at in range(first - 1, last - 1):
            number = np.int32(0)
            for n in range(SHORTEST, longest + 1):
                if at + n > last + 1:
                    break
                slot = slot_of(slots, _key(codes, first, last, at, n, number))
                if slots[slot] == EMPTY:
                    break
                number = numbers[slot]
                grams[out] = number
                out += 1
        indptr[word + 1] = out
    return indptr, grams[:out].copy()


@njit(cache=True, nogil=True)
def gram_frequencies(ids, bounds, indptr, grams, n_grams):  # type: ignore[no-untyped-def]
    """Return int32 (n_grams,): in how many documents (ids[bounds[d]:bounds[d + 1]]) each n-gram stands."""
    frequency = np.zeros(n_grams, dtype=np.int32)
    last = np.full(n_grams, -1, dtype=np.int32)
    seen = np.full(len(indptr) - 1, -1, dtype=np.int32)
    for doc in range(len(bounds) - 1):
        for at in range(bounds[doc], bounds[doc + 1]):
            word = ids[at]
            if seen[word] == doc:
                continue
            seen[word] = doc
            for g in range(indptr[word], indptr[word + 1]):
                if last[grams[g]] != doc:
                    last[grams[g]] = doc
                    frequency[grams[g]] += 1
    return frequency


@njit(cache=True, nogil=True)
def count_grams(ids, bounds, indptr, grams, n_grams):  # type: ignore[no-untyped-def]
    """Return CSR (indptr, indices ascending, counts) of the n-grams of each document."""
    n_docs = len(bounds) - 1
    out = np.zeros(n_docs + 1, dtype=np.int64)
    size = 0
    for at in range(bounds[0], bounds[n_docs]):
        size += indptr[ids[at] + 1] - indptr[ids[at]]
    indices = np.empty(size, dtype=np.int32)
    counts = np.empty(size, dtype=np.float32)
    tally = np.zeros(n_grams, dtype=np.int32)
    n = 0
    for doc in range(n_docs):
        first = n
        for at in range(bounds[doc], bounds[doc + 1]):
            for g in range(indptr[ids[at]], indptr[ids[at] + 1]):
                gram = grams[g]
                if tally[gram] == 0:
                    indices[n] = gram
                    n += 1
                tally[gram] += 1
        indices[first:n].sort()
        for i in range(first, n):
            counts[i] = tally[indices[i]]
            tally[indices[i]] = 0
        out[doc + 1] = n
    return out, indices[:n].copy(), counts[:n].copy()
