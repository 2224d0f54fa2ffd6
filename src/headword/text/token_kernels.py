"""Compiled scanner: code points to token numbers."""

import numpy as np
from numba import njit

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


@njit(cache=True, nogil=True)
def _same_span(codes, a, b, length):  # type: ignore[no-untyped-def]
    for i in range(length):  # noqa: SIM110  (numba compiles the loop to a plain comparison)
        if codes[a + i] != codes[b + i]:
            return False
    return True


@njit(cache=True, nogil=True)
def _grown(table, hashes, n_distinct):  # type: ignore[no-untyped-def]
    """Double the open-addressing table and put the distinct tokens back by their hashes."""
    size = len(table) * 2
    larger = np.full(size, -1, dtype=np.int32)
    mask = np.uint64(size - 1)
    for token in range(n_distinct):
        slot = hashes[token] & mask
        while larger[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        larger[slot] = token
    more = np.empty(size, dtype=np.uint64)
    more[:n_distinct] = hashes[:n_distinct]
    return larger, more


@njit(cache=True, nogil=True, inline="always")
def _token_end(codes, at, stop, classes):  # type: ignore[no-untyped-def]
    """Return where the token that begins at `at` ends, and its hash."""
    kind = classes[codes[at]]
    key = np.uint64(codes[at]) * _MULTIPLIER
    at += 1
    while kind == 1 and at < stop and classes[codes[at]] == 1:
        key = ((key ^ (key >> _SHIFT)) + np.uint64(codes[at])) * _MULTIPLIER
        at += 1
    return at, key ^ (key >> _SHIFT)


@njit(cache=True, nogil=True, inline="always")
def _token_slot(codes, start, length, key, table, hashes, spans):  # type: ignore[no-untyped-def]
    """Return the table slot of the token codes[start:start+length], or the empty one where it belongs."""
    mask = np.uint64(len(table) - 1)
    slot = key & mask
    while table[slot] >= 0:
        token = table[slot]
        first = spans[token, 0]
        same = hashes[token] == key and spans[token, 1] - first == length
        if same and _same_span(codes, first, start, length):
            break
        slot = (slot + np.uint64(1)) & mask
    return slot


@njit(cache=True, nogil=True)
def scan_tokens(codes, bounds, classes):  # type: ignore[no-untyped-def]
    """Find and number the tokens of several texts.

    Parameters
    ----------
    codes : uint32 (n_codes,), the texts' code points, one after the other
    bounds : int64 (n_texts + 1,), where each text begins
    classes : uint8 (0x110000,), 0 between tokens, 1 inside a token, 2 a token by itself

    Returns
    -------
    ids : int32 (n_tokens,), numbers by first appearance here
    counts : int64 (n_texts,), tokens of each text
    spans : int64 (n_distinct, 2), where each distinct token first stands in `codes`
    """
    n_texts = len(bounds) - 1
    ids = np.empty(len(codes), dtype=np.int32)
    counts = np.zeros(n_texts, dtype=np.int64)
    table = np.full(1 << 12, -1, dtype=np.int32)
    hashes = np.empty(1 << 12, dtype=np.uint64)
    spans = np.empty((len(codes), 2), dtype=np.int64)
    n_distinct = 0
    n_tokens = 0
    for text in range(n_texts):
        at = bounds[text]
        while at < bounds[text + 1]:
            if classes[codes[at]] == 0:
                at += 1
                continue
            start = at
            at, key = _token_end(codes, at, bounds[text + 1], classes)
            slot = _token_slot(codes, start, at - start, key, table, hashes, spans)
            token = table[slot]
            if token < 0:
                token = n_distinct
                table[slot] = token
                hashes[token] = key
                spans[token, 0] = start
                spans[token, 1] = at
                n_distinct += 1
                if 2 * n_distinct > len(table):
                    table, hashes = _grown(table, hashes, n_distinct)
            ids[n_tokens] = token
            n_tokens += 1
            counts[text] += 1
    return ids[:n_tokens].copy(), counts, spans[:n_distinct].copy()
