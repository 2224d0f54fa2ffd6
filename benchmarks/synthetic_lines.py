"""Compiled writing of synthetic documents as JSON lines and as lines of numbers."""

# mypy: disable-error-code="no-untyped-def"
import numpy as np
from numba import njit

from benchmarks.synthetic_kernels import (
    MOST_MENTIONS,
    annotate,
    below,
    chance,
    draw_mentions,
    mixed,
    put,
    put_text,
)

MOST_BYTES, MOST_WORDS = 16_384, 800  # of one document
_ZERO, _QUOTE, _COMMA, _COLON, _BLANK, _NEWLINE = (np.uint8(ord(one)) for one in '0",: \n')
_DIGITS = 12


def _bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode(), dtype=np.uint8).copy()


ID, TITLE, ABSTRACT, LABELS, SPLIT, END = (
    _bytes(text)
    for text in ('{"id": "', '", "title": "', '", "abstract": "', '", "labels": [', '], "split": "', '"}\n')
)


@njit(cache=True, nogil=True)
def put_all(out, at, source):
    """Write all of `source`; return where it ends."""
    return put(out, at, source, 0, len(source))


@njit(cache=True, nogil=True)
def put_number(out, at, number, width):
    """Write a number with at least `width` digits; return where it ends."""
    n_digits, rest = 1, number // 10
    while rest:
        n_digits, rest = n_digits + 1, rest // 10
    n_digits = max(n_digits, width)
    for i in range(n_digits):
        out[at + n_digits - 1 - i] = _ZERO + np.uint8(number % 10)
        number //= 10
    return at + n_digits


@njit(cache=True, nogil=True)
def write_documents(
    first, n_docs, seed, part, topics, words, profiles, in_title, in_abstract, lengths, names, name_bounds,
    out, texts, given, given_bounds, kinds, kind_bounds,
):  # fmt: skip
    """Write documents `first` to `first + n_docs - 1`; return the bytes written.

    Parameters
    ----------
    part, names, name_bounds
        The bytes of the split's name, and of all labels' names.
    in_title, in_abstract, lengths
        Style of each field, and abstract lengths to draw from.
    out
        uint8, at least n_docs * MOST_BYTES.
    texts
        int64 (n_docs, 6): where the id, title and abstract of each document start and end in `out`.
    given, given_bounds, kinds, kind_bounds
        The labels of each document, and its words as numbers (ONCE for words of no meaning).
    """
    state = np.empty(1, dtype=np.uint64)
    mentions = np.empty(MOST_MENTIONS, dtype=np.int64)
    at = n_given = n_kinds = 0
    for i in range(n_docs):
        state[0] = mixed(mixed(np.uint64(seed) + np.uint64(1)) + np.uint64(first + i))
        n_true, n_all, one, other = draw_mentions(state, topics, mentions)
        weights, hidden = np.empty(n_all), np.empty(n_all, dtype=np.bool_)
        total = 0.0
        for j in range(n_all):
            total += 0.4 + chance(state) if j < n_true else 0.25
            weights[j] = total
            hidden[j] = j < n_true and chance(state) < in_abstract.hidden
        found = annotate(state, topics, in_abstract, mentions, n_true, given[n_given:])
        at = put_all(out, at, ID)
        texts[i, 0] = at
        at = put_number(out, put_all(out, at, part), first + i, _DIGITS)
        texts[i, 1] = at
        texts[i, 2] = at = put_all(out, at, TITLE)
        at, n_kinds = put_text(
            state, out, at, 5 + below(state, 9), in_title, mentions, weights, hidden, one, other, words, profiles,
            kinds, n_kinds,
        )  # fmt: skip
        texts[i, 3] = at
        texts[i, 4] = at = put_all(out, at, ABSTRACT)
        at, n_kinds = put_text(
            state, out, at, lengths[below(state, len(lengths))], in_abstract, mentions, weights, hidden, one, other,
            words, profiles, kinds, n_kinds,
        )  # fmt: skip
        texts[i, 5] = at
        at = put_all(out, at, LABELS)
        for j in range(n_given, n_given + found):
            if j > n_given:
                out[at], out[at + 1] = _COMMA, _BLANK
                at += 2
            out[at] = _QUOTE
            at = put(out, at + 1, names, name_bounds[given[j]], name_bounds[given[j] + 1])
            out[at] = _QUOTE
            at += 1
        at = put_all(out, put_all(out, put_all(out, at, SPLIT), part), END)
        n_given += found
        given_bounds[i + 1], kind_bounds[i + 1] = n_given, n_kinds
    return at


@njit(cache=True, nogil=True)
def write_numbers(given, given_bounds, kinds, kind_bounds, out):
    """Write `label,label word:count word:count` lines, labels and words ascending; return the bytes written."""
    at = 0
    for i in range(len(given_bounds) - 1):
        for j in range(given_bounds[i], given_bounds[i + 1]):
            if j > given_bounds[i]:
                out[at] = _COMMA
                at += 1
            at = put_number(out, at, given[j], 1)
        ordered = np.sort(kinds[kind_bounds[i] : kind_bounds[i + 1]])
        j = int(np.searchsorted(ordered, 0))
        while j < len(ordered):
            same = j
            while j < len(ordered) and ordered[j] == ordered[same]:
                j += 1
            out[at] = _BLANK
            at = put_number(out, at + 1, ordered[same], 1)
            out[at] = _COLON
            at = put_number(out, at + 1, j - same, 1)
        out[at] = _NEWLINE
        at += 1
    return at
