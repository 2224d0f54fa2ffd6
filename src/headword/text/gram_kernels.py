"""Compiled counting of character n-grams inside words.

A word is padded with a blank on both sides. A 3-gram's key is its three code points; a longer n-gram's key is the
number of the n-gram one shorter and its last code point. So keys of 64 bits are exact, and since an n-gram never
stands in fewer documents than a longer one that it begins, dropping rare n-grams never cuts a chain.
"""

import numpy as np
from numba import njit

from headword.text.row_kernels import clear_bits, write_row
from headword.text.table_kernels import MULTIPLIER, fill_table, table_shift

LONGER = np.uint64(1 << 63)
BLANK = np.uint64(32)
SHORTEST = 3
_BITS = np.uint64(21)
_ONE = np.uint64(1)
_FIRST_SIZE = 1 << 13
# Where feature f is marked: bit f & 63 of group f >> 6, bit f >> 6 & 63 of block f >> 12 of groups.
_GROUP, _BLOCK, _INSIDE = np.uint64(6), np.uint64(12), np.uint64(63)


@njit(cache=True, nogil=True)
def _padded(codes, first, last, padded):  # type: ignore[no-untyped-def]
    """Write the word codes[first:last] between two blanks to `padded`, uint64; return how long it is."""
    padded[0] = BLANK
    for i in range(first, last):
        padded[1 + i - first] = codes[i]
    padded[1 + last - first] = BLANK
    return 2 + last - first


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
    if n_words == 0:
        return np.empty(0, dtype=np.uint64), np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int32)
    slots = np.full(_FIRST_SIZE, -1, dtype=np.int32)
    keys = np.empty(_FIRST_SIZE // 2, dtype=np.uint64)
    indptr = np.zeros(n_words + 1, dtype=np.int64)
    grams = np.empty((longest - SHORTEST + 1) * len(codes), dtype=np.int32)
    word, n_keys = _number_some(codes, bounds, longest, 0, 0, slots, keys, indptr, grams)
    while word < n_words:
        slots = np.full(2 * len(slots), -1, dtype=np.int32)
        fill_table(keys, n_keys, slots)
        keys = np.concatenate((keys, np.empty_like(keys)))
        word, n_keys = _number_some(codes, bounds, longest, word, n_keys, slots, keys, indptr, grams)
    return keys[:n_keys].copy(), indptr, grams[: indptr[-1]].copy()


@njit(cache=True, nogil=True)
def _number_some(codes, bounds, longest, word, n_keys, slots, keys, indptr, grams):  # type: ignore[no-untyped-def]
    """Number the n-grams of words from `word` on, until there may be no room; return the next word and `n_keys`."""
    n_words = len(bounds) - 1
    mask = np.uint64(len(slots) - 1)
    shift = table_shift(len(slots))
    padded = np.empty((bounds[1:] - bounds[:-1]).max() + 2, dtype=np.uint64)
    while word < n_words:
        length = _padded(codes, bounds[word], bounds[word + 1], padded)
        if n_keys + (longest - SHORTEST + 1) * length > len(keys):
            break
        out = indptr[word]
        for at in range(length - 2):
            key = (padded[at] << (_BITS + _BITS)) | (padded[at + 1] << _BITS) | padded[at + 2]
            end = min(at + longest, length)
            last = at + SHORTEST
            while True:
                slot = (key * MULTIPLIER) >> shift
                number = slots[slot]
                while number >= 0 and keys[np.uint64(number)] != key:
                    slot = (slot + _ONE) & mask
                    number = slots[slot]
                if number < 0:
                    number = np.int32(n_keys)
                    slots[slot] = number
                    keys[n_keys] = key
                    n_keys += 1
                grams[out] = number
                out += 1
                if last >= end:
                    break
                key = LONGER | (np.uint64(number) << _BITS) | padded[last]
                last += 1
        word += 1
        indptr[word] = out
    return word, n_keys


@njit(cache=True, nogil=True)
def known_grams(codes, bounds, longest, slots, keys, features):  # type: ignore[no-untyped-def]
    """Return (indptr, features): as `number_grams` does, for the n-grams among `keys` that are features.

    `keys` uint64 (n_grams,), `slots` its table, `features` int32 (n_grams,), -1 for an n-gram that is none.
    """
    n_words = len(bounds) - 1
    mask = np.uint64(len(slots) - 1)
    shift = table_shift(len(slots))
    indptr = np.zeros(n_words + 1, dtype=np.int64)
    grams = np.empty((longest - SHORTEST + 1) * (bounds[-1] - bounds[0]), dtype=np.int32)
    if n_words == 0:
        return indptr, grams
    padded = np.empty((bounds[1:] - bounds[:-1]).max() + 2, dtype=np.uint64)
    out = 0
    for word in range(n_words):
        length = _padded(codes, bounds[word], bounds[word + 1], padded)
        for at in range(length - 2):
            key = (padded[at] << (_BITS + _BITS)) | (padded[at + 1] << _BITS) | padded[at + 2]
            end = min(at + longest, length)
            last = at + SHORTEST
            while True:
                slot = (key * MULTIPLIER) >> shift
                number = slots[slot]
                while number >= 0 and keys[np.uint64(number)] != key:
                    slot = (slot + _ONE) & mask
                    number = slots[slot]
                if number < 0:
                    break
                # Written in any case, kept if it is a feature.
                grams[out] = features[np.uint64(number)]
                out += grams[out] >= 0
                if last >= end:
                    break
                key = LONGER | (np.uint64(number) << _BITS) | padded[last]
                last += 1
        indptr[word + 1] = out
    return indptr, grams[:out].copy()


@njit(cache=True, nogil=True)
def gram_frequencies(ids, bounds, first, last, indptr, grams, n_grams):  # type: ignore[no-untyped-def]
    """Return int32 (n_grams,): in how many of the documents first:last each n-gram stands.

    Document d is ids[bounds[d] : bounds[d + 1]].
    """
    frequency = np.zeros(n_grams, dtype=np.int32)
    mark = np.full(n_grams, -1, dtype=np.int32)
    seen = np.full(len(indptr) - 1, -1, dtype=np.int32)
    for doc in range(first, last):
        for at in range(bounds[doc], bounds[doc + 1]):
            word = np.uint64(ids[at])
            if seen[word] == doc:
                continue
            seen[word] = doc
            for g in range(np.uint64(indptr[word]), np.uint64(indptr[word + _ONE])):
                gram = np.uint64(grams[g])
                frequency[gram] += mark[gram] != doc
                mark[gram] = doc
    return frequency


@njit(cache=True, nogil=True)
def count_grams(ids, bounds, first, last, indptr, grams, bits, summary, counts):  # type: ignore[no-untyped-def]
    """Write to counts[doc] how many distinct n-grams documents first:last have; parameters as in `write_grams`."""
    for doc in range(first, last):
        for at in range(bounds[doc], bounds[doc + 1]):
            word = np.uint64(ids[at])
            for g in range(np.uint64(indptr[word]), np.uint64(indptr[word + _ONE])):
                gram = np.uint64(grams[g])
                bits[gram >> _GROUP] |= _ONE << (gram & _INSIDE)
                summary[gram >> _BLOCK] |= _ONE << (gram >> _GROUP & _INSIDE)
        counts[doc] = clear_bits(bits, summary)


@njit(cache=True, nogil=True)
def write_grams(  # type: ignore[no-untyped-def]
    ids, bounds, first, last, indptr, grams, tally, bits, summary, idf, logs, rows, indices, data
):  # fmt: skip
    """Write the rows of documents first:last.

    Parameters
    ----------
    ids, bounds : int32 and int64 (n_docs + 1,), the words of each document
    indptr, grams : int64 (n_words + 1,) and int32, the features of each word
    tally, bits, summary, idf, logs : see `row_kernels.write_row`
    rows, indices, data : CSR; row d is written from rows[d] on
    """
    for doc in range(first, last):
        for at in range(bounds[doc], bounds[doc + 1]):
            word = np.uint64(ids[at])
            for g in range(np.uint64(indptr[word]), np.uint64(indptr[word + _ONE])):
                gram = np.uint64(grams[g])
                tally[gram] += 1
                bits[gram >> _GROUP] |= _ONE << (gram & _INSIDE)
                summary[gram >> _BLOCK] |= _ONE << (gram >> _GROUP & _INSIDE)
        write_row(tally, bits, summary, idf, logs, indices, data, rows[doc])
