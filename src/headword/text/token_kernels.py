"""Compiled scanner: bytes to token numbers.

Text is UTF-8, its tokens' bytes are never 0, and at least 64 bytes of 0 stand behind it: bytes are read eight and
sixty-four at a time. Helpers take no arrays inside a loop, since numba would count references to them in every round.
"""

import numpy as np
from numba import njit

from headword.text.byte_lanes import BLOCK, fold_block, load_word, lowest_bit, word_bits

PADDING = BLOCK
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_SHIFT = np.uint64(32)
_ZERO, _ONE = np.uint64(0), np.uint64(1)
_SMALLEST, _USUAL = 1 << 8, 1 << 12


@njit(cache=True, nogil=True)
def _split(text, start, stop, classes, starts, lengths, n):  # type: ignore[no-untyped-def]
    """Write the tokens of the bytes start:stop, which are not all ASCII; return how many there are then."""
    first = -1
    at = start
    while at < stop:
        byte = np.int64(text[at])
        if byte < 0x80:
            code, size = byte, 1
        elif byte < 0xE0:
            code, size = (byte & 0x1F) << 6 | (text[at + 1] & 0x3F), 2
        elif byte < 0xF0:
            code, size = (byte & 0x0F) << 12 | (text[at + 1] & 0x3F) << 6 | (text[at + 2] & 0x3F), 3
        else:
            code = (
                (byte & 0x07) << 18 | (text[at + 1] & 0x3F) << 12 | (text[at + 2] & 0x3F) << 6 | (text[at + 3] & 0x3F)
            )
            size = 4
        kind = classes[code]
        if kind != 1 and first >= 0:
            starts[n], lengths[n] = first, at - first
            n += 1
            first = -1
        if kind == 2:
            starts[n], lengths[n] = at, size
            n += 1
        elif kind == 1 and first < 0:
            first = at
        at += size
    if first >= 0:
        starts[n], lengths[n] = first, stop - first
        n += 1
    return n


@njit(cache=True, nogil=True)
def _spans(text, n_bytes, fields, classes, starts, lengths, indptr):  # type: ignore[no-untyped-def]
    """Fold the case of ASCII in `text`, write where its tokens are, and return how many there are."""
    n = 0
    field = 0
    start = 0
    inside = _ZERO
    base = 0
    while base <= n_bytes:
        fold_block(text, base)
        bits = word_bits(text, base)
        edges = bits ^ ((bits << _ONE) | inside)
        while edges != _ZERO:
            at = base + lowest_bit(edges)
            edges &= edges - _ONE
            inside ^= _ONE
            if inside != _ZERO:
                start = at
                continue
            while field < len(fields) and start >= fields[field]:
                indptr[field] = n
                field += 1
            plain = len(classes) == 0
            if not plain:
                high = start
                while high < at and text[high] < 0x80:
                    high += 1
                plain = high == at
            if plain:
                starts[n], lengths[n] = start, at - start
                n += 1
            else:
                n = _split(text, start, at, classes, starts, lengths, n)
        base += BLOCK
    indptr[field:] = n
    return n


@njit(cache=True, nogil=True)
def _number(text, starts, lengths, at, n, words, numbers, tokens, bounds, ids, add):  # type: ignore[no-untyped-def]  # noqa: PLR0912
    """Number spans from `at` on; return the next one, and how many distinct tokens there are then.

    Where `add`, a new token is added, and the work stops when the table is half full; else it gets -1. A slot holds
    the first eight bytes of its token, 0 if it is empty: up to seven letters are their own proof.
    """
    mask = np.uint64(len(words) - 1)
    shift = np.uint64(64 - lowest_bit(np.uint64(len(words))))
    room = len(words) // 2 if add else len(words)
    while at < len(starts) and n < room:
        start = starts[at]
        length = lengths[at]
        word = load_word(text, start)
        if length < 8:
            word &= _ALL >> np.uint64(64 - 8 * length)
        mixed = word * _MULTIPLIER
        i = 8
        while i < length:
            more = load_word(text, start + i)
            if length - i < 8:
                more &= _ALL >> np.uint64(64 - 8 * (length - i))
            mixed = ((mixed ^ (mixed >> _SHIFT)) + more) * _MULTIPLIER
            i += 8
        slot = mixed >> shift
        while words[slot] != _ZERO:
            if words[slot] == word:
                if length < 8:
                    break
                first = bounds[numbers[slot]]
                if bounds[numbers[slot] + 1] - first == length:
                    i = 8
                    while i + 8 <= length and load_word(text, start + i) == load_word(tokens, first + i):
                        i += 8
                    # The bytes beyond the end are shifted out.
                    rest = np.uint64(8 * (i + 8 - length))
                    if i == length or (
                        i + 8 > length
                        and (load_word(text, start + i) << rest) == (load_word(tokens, first + i) << rest)
                    ):
                        break
            slot = (slot + _ONE) & mask
        if words[slot] != _ZERO:
            ids[at] = numbers[slot]
        elif add:
            words[slot] = word
            numbers[slot] = n
            ids[at] = n
            first = bounds[n]
            for i in range(length):
                tokens[first + i] = text[start + i]
            bounds[n + 1] = first + length
            n += 1
        else:
            ids[at] = -1
        at += 1
    return at, n


@njit(cache=True, nogil=True)
def _grown(words, numbers, tokens, bounds, n):  # type: ignore[no-untyped-def]
    """Return a table of twice the size with the same `n` tokens, and bounds that have room for as many."""
    size = 2 * len(words)
    larger = np.zeros(size, dtype=np.uint64)
    values = np.empty(size, dtype=np.int32)
    more = np.zeros(size // 2 + 1, dtype=np.int64)
    copied = np.empty(len(tokens), dtype=np.uint8)
    _number(
        tokens, bounds[:n], bounds[1 : n + 1] - bounds[:n], 0, 0, larger, values, copied, more,
        np.empty(n, dtype=np.int32), True,
    )  # fmt: skip
    return larger, values, more


@njit(cache=True, nogil=True)
def _numbered(text, starts, lengths, size):  # type: ignore[no-untyped-def]
    """Return (ids, words, numbers, tokens, bounds) of spans, in order of first appearance; `tokens` is padded."""
    words = np.zeros(size, dtype=np.uint64)
    numbers = np.empty(size, dtype=np.int32)
    tokens = np.empty(lengths.sum() + BLOCK, dtype=np.uint8)
    bounds = np.zeros(size // 2 + 1, dtype=np.int64)
    ids = np.empty(len(starts), dtype=np.int32)
    at, n = _number(text, starts, lengths, 0, 0, words, numbers, tokens, bounds, ids, True)
    while at < len(starts):
        words, numbers, bounds = _grown(words, numbers, tokens, bounds, n)
        at, n = _number(text, starts, lengths, at, n, words, numbers, tokens, bounds, ids, True)
    end = bounds[n]
    tokens[end : end + BLOCK] = 0
    return ids, words, numbers, tokens[: end + BLOCK].copy(), bounds[: n + 1].copy()


@njit(cache=True, nogil=True)
def number_tokens(text, bounds):  # type: ignore[no-untyped-def]
    """Number tokens that are already apart: token i is text[bounds[i] : bounds[i + 1]], none is empty.

    Returns
    -------
    ids : int32 (n,), numbers by first appearance
    words, numbers : uint64 and int32, the table that `find_tokens` reads
    tokens, bounds : uint8 (padded) and int64 (n_distinct + 1,), the distinct tokens by number
    """
    size = _SMALLEST
    while 2 * size < len(bounds):
        size *= 2
    return _numbered(text, bounds[:-1], bounds[1:] - bounds[:-1], size)


@njit(cache=True, nogil=True)
def find_tokens(text, text_bounds, words, numbers, tokens, bounds):  # type: ignore[no-untyped-def]
    """Return the number of each token text[text_bounds[i] : text_bounds[i + 1]] in a table; -1 if it is not there."""
    ids = np.empty(len(text_bounds) - 1, dtype=np.int32)
    lengths = text_bounds[1:] - text_bounds[:-1]
    _number(text, text_bounds[:-1], lengths, 0, 0, words, numbers, tokens, bounds, ids, False)
    return ids


@njit(cache=True, nogil=True)
def renumber_tokens(ids, indptr, numbers):  # type: ignore[no-untyped-def]
    """Return (ids, indptr) with `numbers` in place of the ids, without those that become negative.

    `ids` int32 (n_tokens,), `indptr` int64 (n_texts + 1,), `numbers` int32, one for each id.
    """
    bounds = np.zeros(len(indptr), dtype=np.int64)
    n = 0
    for text in range(len(indptr) - 1):
        for at in range(indptr[text], indptr[text + 1]):
            n += numbers[np.uint64(ids[at])] >= 0
        bounds[text + 1] = n
    # Written in any case, overwritten by the next if it is not to stay: there is nothing to guess for the processor.
    kept = np.empty(n + 1, dtype=np.int32)
    n = 0
    for at in range(indptr[0], indptr[-1]):
        kept[n] = numbers[np.uint64(ids[at])]
        n += kept[n] >= 0
    return kept[:n], bounds


@njit(cache=True, nogil=True)
def scan_tokens(text, n_bytes, fields, classes, words, numbers, stop, stop_bounds):  # type: ignore[no-untyped-def]
    """Find and number the tokens of several texts.

    Parameters
    ----------
    text : uint8 (n_bytes + 64 or more,), the texts in UTF-8, parted by blanks, then zeros; ASCII letters become small
    fields : int64 (n_texts,), where each text begins
    classes : uint8, by code point: 0 between tokens, 1 inside a token, 2 a token by itself; empty if all is ASCII
    words, numbers, stop, stop_bounds : table of tokens to leave out

    Returns
    -------
    ids : int32 (n_tokens,), numbers by first appearance here
    indptr : int64 (n_texts + 1,), text i owns ids[indptr[i] : indptr[i + 1]]
    tokens, bounds : uint8 (padded) and int64 (n_distinct + 1,), the distinct tokens by number, left out or not
    """
    # A token and what parts it from the next take two bytes.
    starts = np.empty(n_bytes // 2 + 1, dtype=np.int64)
    lengths = np.empty(n_bytes // 2 + 1, dtype=np.int64)
    indptr = np.zeros(len(fields) + 1, dtype=np.int64)
    n = _spans(text, n_bytes, fields, classes, starts, lengths, indptr)
    ids, _, _, tokens, bounds = _numbered(text, starts[:n], lengths[:n], _SMALLEST if n < _SMALLEST else _USUAL)
    if len(stop_bounds) > 1:
        dropped = find_tokens(tokens, bounds, words, numbers, stop, stop_bounds)
        for token in range(len(dropped)):
            dropped[token] = -1 if dropped[token] >= 0 else token
        ids, indptr = renumber_tokens(ids, indptr, dropped)
    return ids, indptr, tokens, bounds
