"""Compiled search for names in one document: at which places each stands, as a whole, near, far apart or in part."""

import numpy as np
from numba import njit

# Words that may stand between those of a name.
SLACK = 6
# Of a name that stands there in part, the least share of its words' weight; and the most such names of a document.
LEAST_COVERED = 0.5
MOST_PARTS = 12
# How a name stands there, the best first.
WHOLE, NEAR, SCATTERED, PART = 3, 2, 1, 0
_FAR = 1 << 30
_ROUNDING = 1e-6


@njit(cache=True, nogil=True)
def _nearest(head, following, word, at, first, last):  # type: ignore[no-untyped-def]
    """Return the place of `word` nearest to `at` within first : last, the earlier one of two; -1 for none."""
    best, place = -1, head[word]
    while place >= 0:
        if first <= place < last and (best < 0 or abs(place - at) < abs(best - at)):
            best = place
        place = following[place]
    return best


@njit(cache=True, nogil=True)
def grown(array):  # type: ignore[no-untyped-def]
    """Return a copy of a matrix with twice its rows."""
    out = np.empty((2 * len(array), array.shape[1]), dtype=array.dtype)
    out[: len(array)] = array
    return out


@njit(cache=True, nogil=True)
def _span(place, words, head, following, first, last):  # type: ignore[no-untyped-def]
    """Return the first and last place of a name's words nearest to its rarest one at `place`, within first : last.

    The last place is far away where a word is missing.
    """
    low, high = place, place
    for j in range(1, len(words)):
        other = _nearest(head, following, words[j], place, first, last)
        if other < 0:
            return low, low + _FAR
        low, high = min(low, other), max(high, other)
    return low, high


@njit(cache=True, nogil=True)
def occurrences(n_words, n_title, present, keyed, patterns, head, following, found, parts):  # type: ignore[no-untyped-def]
    """Write (name, first place, last place, how) of each occurrence in a document to `found`; return it and the count.

    A name is looked for at each place of its rarest word: the nearest of each of its other words counts, in the same
    field. A name whose words stand too far apart everywhere has one row with the places -1. A name of which words are
    missing goes to `parts`: (name, its rarest word there, share of its weight there), float64; returned with its count.
    """
    n, n_parts = 0, 0
    starts, words, lengths, shares, _ = patterns
    for key in present:
        for name in keyed[1][keyed[0][key] : keyed[0][key + 1]]:
            own = words[starts[name] : starts[name + 1]]
            share = covered(own, shares[starts[name] : starts[name + 1]], key, head)
            if share == 1:
                found, n = _placed(name, own, lengths[name], n_words, n_title, head, following, found, n)
            elif share > 0:
                parts = grown(parts) if n_parts == len(parts) else parts
                parts[n_parts, 0], parts[n_parts, 1], parts[n_parts, 2] = name, key, share
                n_parts += 1
    return found, n, parts, n_parts


@njit(cache=True, nogil=True)
def _placed(name, words, length, n_words, n_title, head, following, found, n):  # type: ignore[no-untyped-def]
    """Write the occurrences of a name whose words are all there behind the first `n` rows; return rows and count."""
    before, place = n, head[words[0]]
    while place >= 0:
        first, last = (0, n_title) if place < n_title else (n_title, n_words)
        low, high = _span(place, words, head, following, first, last)
        if high - low < length + SLACK:
            found = grown(found) if n == len(found) else found
            found[n, 0], found[n, 1], found[n, 2] = name, low, high
            found[n, 3] = WHOLE if high - low < length else NEAR
            n += 1
        place = following[place]
    if n == before:
        found = grown(found) if n == len(found) else found
        found[n, 0], found[n, 1], found[n, 2], found[n, 3] = name, -1, -1, SCATTERED
        n += 1
    return found, n


@njit(cache=True, nogil=True)
def covered(words, shares, key, head):  # type: ignore[no-untyped-def]
    """Return which share of a name is there; 0 if it is less than half, or a word rarer than `key` is there.

    A name is met at each of its words that are there, and counts at the rarest.
    """
    missing, rarer = np.float32(0), True
    for j in range(len(words)):
        rarer &= words[j] != key
        if head[words[j]] < 0:
            missing += shares[j]
            if missing > 1 - LEAST_COVERED + _ROUNDING:
                return np.float32(0)
        elif rarer:
            return np.float32(0)
    return np.float32(1) - missing


@njit(cache=True, nogil=True)
def partly(parts, totals, named, slots, head, following, found):  # type: ignore[no-untyped-def]
    """Write the best names that are there in part, of labels not yet found, to `found`; return it and the count.

    Each place of the rarest word that is there has a row. The best are those of the most weight, times the square of
    the share of it that is there; the first of equal ones.
    """
    best, value, n_best = np.empty(MOST_PARTS, dtype=np.int64), np.empty(MOST_PARTS), 0
    for i in range(len(parts)):
        name = int(parts[i, 0])
        own = totals[name] * parts[i, 2] ** 2
        if (n_best == MOST_PARTS and own <= value[-1]) or not _new(named, name, slots):
            continue
        at = min(n_best, MOST_PARTS - 1)
        n_best = at + 1
        while at > 0 and value[at - 1] < own:
            best[at], value[at] = best[at - 1], value[at - 1]
            at -= 1
        best[at], value[at] = i, own
    n = 0
    for i in best[:n_best]:
        place = head[int(parts[i, 1])]
        while place >= 0:
            found = grown(found) if n == len(found) else found
            found[n, 0], found[n, 1], found[n, 2], found[n, 3] = int(parts[i, 0]), place, place, PART
            n += 1
            place = following[place]
    return found, n


@njit(cache=True, nogil=True)
def _new(named, name, slots):  # type: ignore[no-untyped-def]
    """Tell whether a name may mean a label that is not found yet."""
    for j in range(named[0][name], named[0][name + 1]):  # noqa: SIM110
        if slots[named[1][j]] < 0:
            return True
    return False
