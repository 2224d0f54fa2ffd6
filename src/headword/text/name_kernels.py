"""Compiled search for names in documents: which labels' names stand in a document, where, and how surely."""

import numpy as np
from numba import njit

# The columns of evidence, see `NameFeatures`.
(
    TITLE, BODY, TITLE_NEAR, BODY_NEAR, SCATTERED, FIRST, SPREAD, WORDS, AMBIGUITY, KIND, FREE, BROADER, NARROWER,
    RELATED, SIBLINGS, NAMES, LENGTH, OTHERS, NAME,
) = range(19)  # fmt: skip
N_EVIDENCE = 19
# Words that may stand between those of a name.
SLACK = 6
_WHOLE, _NEAR, _SCATTERED = 3, 2, 1
_FAR = 1 << 30


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
def _grown(array):  # type: ignore[no-untyped-def]
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
def _occurrences(n_words, n_title, present, keyed, patterns, head, following, found):  # type: ignore[no-untyped-def]
    """Write (name, first place, last place, how) of each occurrence in a document to `found`; return it and the count.

    A name is looked for at each place of its rarest word: the nearest of each of its other words counts, in the same
    field. A name whose words stand too far apart everywhere has one row with the places -1.
    """
    n = 0
    starts, words, lengths = patterns
    for key in present:
        for name in keyed[1][keyed[0][key] : keyed[0][key + 1]]:
            own = words[starts[name] : starts[name + 1]]
            if not _all_there(own, head):
                continue
            before, place = n, head[key]
            while place >= 0:
                first, last = (0, n_title) if place < n_title else (n_title, n_words)
                low, high = _span(place, own, head, following, first, last)
                if high - low < lengths[name] + SLACK:
                    found = _grown(found) if n + 1 >= len(found) else found
                    found[n, 0], found[n, 1], found[n, 2] = name, low, high
                    found[n, 3] = _WHOLE if high - low < lengths[name] else _NEAR
                    n += 1
                place = following[place]
            if n == before:
                found = _grown(found) if n + 1 >= len(found) else found
                found[n, 0], found[n, 1], found[n, 2], found[n, 3] = name, -1, -1, _SCATTERED
                n += 1
    return found, n


@njit(cache=True, nogil=True)
def _all_there(words, head):  # type: ignore[no-untyped-def]
    for word in words:  # noqa: SIM110
        if head[word] < 0:
            return False
    return True


@njit(cache=True, nogil=True)
def _inside_longer(occurrence, lengths, longest):  # type: ignore[no-untyped-def]
    """Tell whether each place of a whole occurrence lies in a whole occurrence of a longer name."""
    if occurrence[3] != _WHOLE:
        return False
    for place in range(occurrence[1], occurrence[2] + 1):  # noqa: SIM110
        if longest[place] <= lengths[occurrence[0]]:
            return False
    return True


@njit(cache=True, nogil=True)
def _longest(found, lengths, n_words):  # type: ignore[no-untyped-def]
    """Return int32 (n_words,): the length of the longest whole name over each place."""
    longest = np.zeros(n_words, dtype=np.int32)
    for i in range(len(found)):
        if found[i, 3] == _WHOLE:
            for place in range(found[i, 1], found[i, 2] + 1):
                longest[place] = max(longest[place], lengths[found[i, 0]])
    return longest


@njit(cache=True, nogil=True)
def _count(row, how, low, n_title, covered):  # type: ignore[no-untyped-def]
    """Add one occurrence to the evidence of a label."""
    if how == _SCATTERED:
        row[SCATTERED] += 1
        return
    if how == _WHOLE:
        row[TITLE if low < n_title else BODY] += 1
        row[FREE] += not covered
    else:
        row[TITLE_NEAR if low < n_title else BODY_NEAR] += 1
    row[FIRST] = min(row[FIRST], low)
    row[SPREAD] = max(row[SPREAD], low)


@njit(cache=True, nogil=True)
def _gather(found, n_words, n_title, starts, lengths, named, slots, out, start):  # type: ignore[no-untyped-def]
    """Write the evidence of each label meant by the names `found` to `out`, from row `start` on; return it and the end.

    `out` is labels int32 (n, 1), evidence float32 (n, N_EVIDENCE) and the rank of each label's best name (n, 1).
    """
    labels, evidence, rank = out
    longest = _longest(found, lengths, n_words)
    total, previous = start, -1
    for i in range(len(found)):
        name, low, how = found[i, 0], found[i, 1], found[i, 3]
        covered = _inside_longer(found[i], lengths, longest)
        n_distinct = starts[name + 1] - starts[name]
        for j in range(named[0][name], named[0][name + 1]):
            label, kind = named[1][j], named[2][j]
            at = slots[label]
            if at < 0:
                if total + 1 >= len(labels):
                    labels, evidence, rank = _grown(labels), _grown(evidence), _grown(rank)
                at = total
                slots[label] = at
                total += 1
                labels[at, 0] = label
                evidence[at] = 0
                evidence[at, FIRST] = n_words
                rank[at, 0] = -1
            row = evidence[at]
            _count(row, how, low, n_title, covered)
            row[NAMES] += name != previous
            value = 1000 * how + 4 * min(n_distinct, 99) + 2 - kind
            if value > rank[at, 0] or (value == rank[at, 0] and name < row[NAME]):
                rank[at, 0] = value
                row[NAME], row[KIND] = name, kind
                row[WORDS], row[AMBIGUITY] = n_distinct, named[0][name + 1] - named[0][name]
        previous = name
    return (labels, evidence, rank), total


@njit(cache=True, nogil=True)
def _linked(bounds, targets, label, slots):  # type: ignore[no-untyped-def]
    """Return how many labels that `label` leads to stand as a whole in the document."""
    n = 0
    for i in range(bounds[label], bounds[label + 1]):
        n += slots[targets[i]] >= 0
    return n


@njit(cache=True, nogil=True)
def find_names(ids, indptr, first, last, keyed, patterns, named, broader, narrower, related):  # type: ignore[no-untyped-def]
    """Find the names in the documents first : last.

    Parameters
    ----------
    ids, indptr
        Stems of titles and abstracts in turns, -1 for words of no name; int32 and int64 (2 n_docs + 1,).
    keyed
        int64 bounds and int32 numbers: the names whose rarest word is each stem.
    patterns
        int64 bounds and int32 stems of each name, the rarest first; int32 lengths in words.
    named
        int64 bounds, int32 labels and int8 kinds: the labels that each name may mean.
    broader, narrower, related
        int64 bounds and int32 labels: links between labels.

    Returns
    -------
    counts : int64 (last - first,), labels found in each document
    labels : int32 (n_found,), ascending within a document
    evidence : float32 (n_found, N_EVIDENCE)
    """
    n_stems, n_labels = len(keyed[0]) - 1, len(broader[0]) - 1
    head, slots = np.full(n_stems, -1, dtype=np.int32), np.full(n_labels, -1, dtype=np.int32)
    below = np.zeros(n_labels, dtype=np.int32)
    found = np.empty((256, 4), dtype=np.int32)
    counts = np.zeros(last - first, dtype=np.int64)
    labels, evidence = np.empty((256, 1), dtype=np.int32), np.empty((256, N_EVIDENCE), dtype=np.float32)
    out, total = (labels, evidence, np.empty((256, 1), dtype=np.float32)), 0
    for doc in range(first, last):
        text, n_title = ids[indptr[2 * doc] : indptr[2 * doc + 2]], indptr[2 * doc + 1] - indptr[2 * doc]
        n_words = len(text)
        following, present, n_present = np.empty(n_words, dtype=np.int32), np.empty(n_words, dtype=np.int32), 0
        for place in range(n_words - 1, -1, -1):
            if text[place] >= 0:
                if head[text[place]] < 0:
                    present[n_present] = text[place]
                    n_present += 1
                following[place] = head[text[place]]
                head[text[place]] = place
        found, n = _occurrences(n_words, n_title, present[:n_present], keyed, patterns, head, following, found)
        for stem in present[:n_present]:
            head[stem] = -1
        start = total
        out, total = _gather(found[:n], n_words, n_title, patterns[0], patterns[2], named, slots, out, start)
        counts[doc - first] = total - start
        _describe(out[0], out[1], start, total, n_words, slots, below, broader, narrower, related)
    return counts, out[0][:total, 0].copy(), out[1][:total].copy()


@njit(cache=True, nogil=True)
def _describe(labels, evidence, start, total, n_words, slots, below, broader, narrower, related):  # type: ignore[no-untyped-def]
    """Add what depends on the whole document to the rows start : total, sort them by label, and clear `slots`."""
    for at in range(start, total):
        label = labels[at, 0]
        whole = evidence[at, TITLE] + evidence[at, BODY] > 0
        slots[label] = at if whole else -1
        if whole:
            for i in range(broader[0][label], broader[0][label + 1]):
                below[broader[1][i]] += 1
    for at in range(start, total):
        label, row = labels[at, 0], evidence[at]
        row[BROADER] = np.log1p(np.float32(_linked(broader[0], broader[1], label, slots)))
        row[NARROWER] = np.log1p(np.float32(_linked(narrower[0], narrower[1], label, slots)))
        row[RELATED] = np.log1p(np.float32(_linked(related[0], related[1], label, slots)))
        siblings = 0
        for i in range(broader[0][label], broader[0][label + 1]):
            siblings = max(siblings, below[broader[1][i]] - (slots[label] >= 0))
        row[SIBLINGS] = np.log1p(np.float32(siblings))
        whole = row[TITLE] + row[BODY]
        row[FREE] = row[FREE] / max(whole, np.float32(1))
        if row[FIRST] < n_words:
            row[SPREAD] = (row[SPREAD] - row[FIRST]) / n_words
        for column in (TITLE, BODY, TITLE_NEAR, BODY_NEAR, SCATTERED, FIRST, NAMES, AMBIGUITY):
            row[column] = np.log1p(row[column])
        row[LENGTH] = np.log1p(np.float32(n_words))
        row[OTHERS] = np.log1p(np.float32(total - start))
    for at in range(start, total):
        slots[labels[at, 0]] = -1
        for i in range(broader[0][labels[at, 0]], broader[0][labels[at, 0] + 1]):
            below[broader[1][i]] = 0
    order = np.argsort(labels[start:total, 0])
    labels[start:total] = labels[start:total][order]
    evidence[start:total] = evidence[start:total][order]
