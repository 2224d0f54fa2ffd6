"""Compiled drawing of synthetic documents: each from its own number, so that no order and no chunk matters.

Randomness is splitmix64 on integers (Steele, Lea and Flood, OOPSLA 2014), so that a corpus is the same bytes with every
version of numpy. Weighted draws are by alias tables (Walker, ACM TOMS 3, 1977).
"""

# mypy: disable-error-code="no-untyped-def"
from typing import NamedTuple

import numpy as np
from numba import njit

MOST_LABELS = 12  # true labels of a document
MOST_MENTIONS = MOST_LABELS + 3  # with those that its text names and that do not apply
ONCE = -1  # the kind of a word that hardly any other document has

_GOLDEN, _MIX_1, _MIX_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_R30, _R27, _R31, _R11, _R32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11), np.uint64(32)
_UNIT = 1.0 / 9007199254740992.0
_BLANK, _STOP, _CAPITAL, _LETTER_A = np.uint8(32), np.uint8(46), np.uint8(32), np.uint8(97)
_TRIES = 150


class Topics(NamedTuple):
    """Which labels belong together: alias tables over topics and each one's members; label counts to draw from."""

    stays: np.ndarray
    alias: np.ndarray
    bounds: np.ndarray
    members: np.ndarray
    member_stays: np.ndarray
    member_alias: np.ndarray
    topic_of: np.ndarray
    counts: np.ndarray


class Words(NamedTuple):
    """Stems and endings as bytes with their bounds, and the endings to draw from."""

    letters: np.ndarray
    bounds: np.ndarray
    endings: np.ndarray
    ending_bounds: np.ndarray
    ending_of: np.ndarray


class Profiles(NamedTuple):
    """Stems of the background (by rank), of each topic and of each label, with alias tables over the columns."""

    background_stays: np.ndarray
    background_alias: np.ndarray
    of_topic: np.ndarray
    topic_stays: np.ndarray
    topic_alias: np.ndarray
    of_label: np.ndarray
    label_stays: np.ndarray
    label_alias: np.ndarray


class Style(NamedTuple):
    """Shares of words that are of labels, of topics, and in no other document; chances of what makes a label hard.

    `plain`: a background word has no ending; `hidden`: a label's own stems are avoided; `missed`, `mistaken`: an
    indexer leaves a label out, or takes a sibling for it.
    """

    label: float
    topic: float
    once: float
    plain: float
    hidden: float
    missed: float
    mistaken: float


@njit(cache=True, nogil=True)
def mixed(value):
    """Return a uint64 whose bits all depend on all bits of `value`."""
    value = (value ^ (value >> _R30)) * _MIX_1
    value = (value ^ (value >> _R27)) * _MIX_2
    return value ^ (value >> _R31)


@njit(cache=True, nogil=True)
def chance(state):
    """Return a float64 in [0, 1)."""
    state[0] += _GOLDEN
    return np.float64(mixed(state[0]) >> _R11) * _UNIT


@njit(cache=True, nogil=True)
def uniform(n, seed, purpose):
    """Return float64 (n,) in [0, 1), each from its own number."""
    out = np.empty(n, dtype=np.float64)
    start = mixed(mixed(np.uint64(seed)) + np.uint64(purpose))
    for i in range(n):
        out[i] = np.float64(mixed(start + np.uint64(i)) >> _R11) * _UNIT
    return out


@njit(cache=True, nogil=True)
def below(state, n):
    """Return an int64 from 0 to n - 1; n < 2^32."""
    state[0] += _GOLDEN
    return np.int64(((mixed(state[0]) >> _R32) * np.uint64(n)) >> _R32)


@njit(cache=True, nogil=True)
def drawn(state, stays, alias, start, stop):
    """Return a position of the alias table that stands at [start, stop)."""
    at = start + below(state, stop - start)
    return at if chance(state) < stays[at] else start + np.int64(alias[at])


@njit(cache=True, nogil=True)
def alias_table(weights):
    """Return (stays float64, alias int32): position i is drawn itself with chance stays[i], else alias[i]."""
    n = len(weights)
    stays, alias = np.ones(n, dtype=np.float64), np.arange(n).astype(np.int32)
    share = weights * (n / weights.sum())
    small, large = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    n_small = n_large = 0
    for i in range(n):
        if share[i] < 1.0:
            small[n_small] = i
            n_small += 1
        else:
            large[n_large] = i
            n_large += 1
    while n_small and n_large:
        n_small -= 1
        i, j = small[n_small], large[n_large - 1]
        stays[i], alias[i] = share[i], j
        share[j] -= 1.0 - share[i]
        if share[j] < 1.0:
            n_large -= 1
            small[n_small] = j
            n_small += 1
    return stays, alias


@njit(cache=True, nogil=True)
def member(state, topics, topic):
    """Return a label of the topic."""
    at = drawn(state, topics.member_stays, topics.member_alias, topics.bounds[topic], topics.bounds[topic + 1])
    return topics.members[at]


@njit(cache=True, nogil=True)
def draw_mentions(state, topics, mentions):
    """Fill `mentions` with distinct labels, the true ones first; return their number, that of all, and two topics."""
    first = drawn(state, topics.stays, topics.alias, 0, len(topics.stays))
    second = drawn(state, topics.stays, topics.alias, 0, len(topics.stays)) if chance(state) < 0.5 else first
    n_true = topics.counts[below(state, len(topics.counts))]
    n_all = n_true + below(state, MOST_MENTIONS - MOST_LABELS + 1)
    found = 0
    for _ in range(_TRIES):
        if found == n_all:
            break
        label = member(state, topics, first if chance(state) < 0.75 else second)
        known = False
        for i in range(found):
            known = known or mentions[i] == label
        if not known:
            mentions[found] = label
            found += 1
    return min(n_true, found), found, first, second


@njit(cache=True, nogil=True)
def annotate(state, topics, style, mentions, n_true, given):
    """Fill `given`, ascending, with what an indexer notes: some labels are missed, some taken for a sibling."""
    n_given = 0
    for i in range(n_true):
        label, fate = mentions[i], chance(state)
        if fate < style.missed and (n_given or i + 1 < n_true):
            continue
        if fate > 1.0 - style.mistaken:
            label = member(state, topics, topics.topic_of[label])
        at = n_given
        while at > 0 and given[at - 1] > label:
            at -= 1
        if at > 0 and given[at - 1] == label:
            continue
        for j in range(n_given, at, -1):
            given[j] = given[j - 1]
        given[at] = label
        n_given += 1
    return n_given


@njit(cache=True, nogil=True)
def put(out, at, source, start, stop):
    """Copy bytes; return where they end."""
    for i in range(start, stop):
        out[at + i - start] = source[i]
    return at + stop - start


@njit(cache=True, nogil=True)
def put_word(state, out, at, words, stem, plain, kinds, n_kinds):
    """Write a stem, with chance `plain` without ending, and a blank; note which word it is; return where they end."""
    ending = 0 if chance(state) < plain else words.ending_of[below(state, len(words.ending_of))]
    at = put(out, at, words.letters, words.bounds[stem], words.bounds[stem + 1])
    at = put(out, at, words.endings, words.ending_bounds[ending], words.ending_bounds[ending + 1])
    out[at] = _BLANK
    kinds[n_kinds] = stem * (len(words.ending_bounds) - 1) + ending
    return at + 1


@njit(cache=True, nogil=True)
def put_once(state, out, at, kinds, n_kinds):
    """Write twelve letters of no meaning and a blank; return where they end."""
    for _ in range(12):
        out[at] = _LETTER_A + np.uint8(below(state, 26))
        at += 1
    out[at] = _BLANK
    kinds[n_kinds] = ONCE
    return at + 1


@njit(cache=True, nogil=True)
def put_text(state, out, at, n_words, style, mentions, weights, hidden, first, second, words, profiles, kinds, n_kinds):
    """Write sentences of about `n_words` words; return where they end and how many words are noted."""
    left, begins = 8 + below(state, 20), at
    for _ in range(n_words):
        kind, start = chance(state), at
        if kind < style.label:
            place, i = chance(state) * weights[-1], 0
            while weights[i] <= place:
                i += 1
            part = drawn(state, profiles.label_stays, profiles.label_alias, 0, len(profiles.label_stays))
            if hidden[i] and part < 2:
                part = 2 + below(state, profiles.of_label.shape[1] - 2)
            at = put_word(state, out, at, words, profiles.of_label[mentions[i], part], 0.0, kinds, n_kinds)
            if part == 0 and chance(state) < 0.5:
                n_kinds += 1
                at = put_word(state, out, at, words, profiles.of_label[mentions[i], 1], 0.0, kinds, n_kinds)
        elif kind < style.label + style.topic:
            topic = first if chance(state) < 0.7 else second
            rank = drawn(state, profiles.topic_stays, profiles.topic_alias, 0, len(profiles.topic_stays))
            at = put_word(state, out, at, words, profiles.of_topic[topic, rank], 0.0, kinds, n_kinds)
        elif kind > 1.0 - style.once:
            at = put_once(state, out, at, kinds, n_kinds)
        else:
            stem = drawn(state, profiles.background_stays, profiles.background_alias, 0, len(profiles.background_stays))
            at = put_word(state, out, at, words, stem, style.plain, kinds, n_kinds)
        n_kinds += 1
        if start == begins:
            out[start] -= _CAPITAL
        left -= 1
        if left == 0:
            out[at - 1], out[at] = _STOP, _BLANK
            at += 1
            left, begins = 8 + below(state, 20), at
    return at - 1, n_kinds
