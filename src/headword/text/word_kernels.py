"""Compiled rows of words, title words and word pairs."""

import numpy as np
from numba import njit

from headword.text.row_kernels import clear_bits, write_row
from headword.text.table_kernels import HALF, MULTIPLIER, table_shift

_ONE = np.uint64(1)
# Where feature f is marked: bit f & 63 of group f >> 6, bit f >> 6 & 63 of block f >> 12 of groups.
_GROUP, _BLOCK, _INSIDE = np.uint64(6), np.uint64(12), np.uint64(63)


@njit(cache=True, nogil=True)
def find_words(ids, indptr, first, last, numbers, starts, seconds, slots, known, pairs):  # type: ignore[no-untyped-def]
    """Look up the tokens of texts first:last, and the pairs that begin with each.

    Parameters
    ----------
    ids, indptr : int32 (n_positions,) and int64 (n_texts + 1,)
    numbers : int32, the number of each token in a vocabulary, or -1
    starts, seconds, slots : the pairs known, and their table (see `table_kernels.pair_table`)
    known : int32 (n_positions,), written: the token's number in the vocabulary, or -1
    pairs : int32 (n_positions,), written: the pair's number from the first with the same first token, or -1
    """
    mask = np.uint64(len(slots) - 1)
    shift = table_shift(len(slots))
    for text in range(first, last):
        token = -1
        for at in range(indptr[text], indptr[text + 1]):
            second = numbers[ids[at]]
            known[at] = second
            pairs[at] = -1
            if token >= 0 and second >= 0:
                slot = ((np.uint64(token) << HALF | np.uint64(second)) * MULTIPLIER) >> shift
                pair = slots[slot]
                while pair >= 0:
                    if seconds[pair] == second and starts[token] <= pair < starts[token + 1]:
                        pairs[at - 1] = pair - starts[token]
                        break
                    slot = (slot + _ONE) & mask
                    pair = slots[slot]
            token = second


@njit(cache=True, nogil=True)
def count_words(ids, pairs, indptr, first, last, words, titles, starts, joined, bits, summary, counts):  # type: ignore[no-untyped-def]
    """Write to counts[doc] how many distinct features documents first:last have, and to `pairs` their features.

    Parameters
    ----------
    ids, pairs : int32 (n_positions,), see `find_words`; a token below 0 or from len(words) on is unknown
    indptr : int64 (2 * n_docs + 1,), title and abstract of each document in turn
    words, titles : int32 (n_tokens,), the feature of each token, and that of the token in a title (-1: none)
    starts, joined : int64 (n_tokens + 1,) and int32, the feature of each pair
    bits, summary : see `row_kernels`
    """
    for doc in range(first, last):
        middle = indptr[2 * doc + 1]
        for at in range(indptr[2 * doc], indptr[2 * doc + 2]):
            if ids[at] < 0 or ids[at] >= len(words):
                continue
            token = np.uint64(ids[at])
            feature = np.uint64(words[token])
            bits[feature >> _GROUP] |= _ONE << (feature & _INSIDE)
            summary[feature >> _BLOCK] |= _ONE << (feature >> _GROUP & _INSIDE)
            if at < middle and titles[token] >= 0:
                feature = np.uint64(titles[token])
                bits[feature >> _GROUP] |= _ONE << (feature & _INSIDE)
                summary[feature >> _BLOCK] |= _ONE << (feature >> _GROUP & _INSIDE)
            if pairs[at] >= 0:
                pairs[at] = joined[np.uint64(starts[token] + pairs[at])]
                feature = np.uint64(pairs[at])
                bits[feature >> _GROUP] |= _ONE << (feature & _INSIDE)
                summary[feature >> _BLOCK] |= _ONE << (feature >> _GROUP & _INSIDE)
        counts[doc] = clear_bits(bits, summary)


@njit(cache=True, nogil=True)
def write_words(  # type: ignore[no-untyped-def]
    ids, pairs, indptr, first, last, words, titles, tally, bits, summary, idf, logs, bounds, indices, data
):
    """Write the rows of documents first:last; `pairs` are features, as `count_words` leaves them.

    Parameters
    ----------
    ids, indptr, words, titles : see `count_words`
    tally, bits, summary, idf, logs : see `row_kernels.write_row`
    bounds, indices, data : CSR; row d is written from bounds[d] on
    """
    for doc in range(first, last):
        middle = indptr[2 * doc + 1]
        for at in range(indptr[2 * doc], indptr[2 * doc + 2]):
            if ids[at] < 0 or ids[at] >= len(words):
                continue
            token = np.uint64(ids[at])
            feature = np.uint64(words[token])
            tally[feature] += 1
            bits[feature >> _GROUP] |= _ONE << (feature & _INSIDE)
            summary[feature >> _BLOCK] |= _ONE << (feature >> _GROUP & _INSIDE)
            if at < middle and titles[token] >= 0:
                feature = np.uint64(titles[token])
                tally[feature] += 1
                bits[feature >> _GROUP] |= _ONE << (feature & _INSIDE)
                summary[feature >> _BLOCK] |= _ONE << (feature >> _GROUP & _INSIDE)
            if pairs[at] >= 0:
                feature = np.uint64(pairs[at])
                tally[feature] += 1
                bits[feature >> _GROUP] |= _ONE << (feature & _INSIDE)
                summary[feature >> _BLOCK] |= _ONE << (feature >> _GROUP & _INSIDE)
        write_row(tally, bits, summary, idf, logs, indices, data, bounds[doc])
