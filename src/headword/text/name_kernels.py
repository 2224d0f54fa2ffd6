"""Compiled search for names in documents: which labels' names stand in a document, where, and how surely."""

import numpy as np
from numba import njit

from headword.text.name_search_kernels import NEAR, PART, WHOLE, covered, grown, occurrences, partly

# The columns of evidence, see `NameFeatures`.
(
    TITLE, BODY, TITLE_NEAR, BODY_NEAR, SCATTERED, FIRST, SPREAD, WORDS, AMBIGUITY, KIND, FREE, BROADER, NARROWER,
    RELATED, SIBLINGS, NAMES, LENGTH, OTHERS, TITLE_PART, BODY_PART, COVERED, RARE, NAME,
) = range(23)  # fmt: skip
N_EVIDENCE = 23
# Columns of whole numbers, of which ln(1 + n) is kept.
_COUNTED = (TITLE, BODY, TITLE_NEAR, BODY_NEAR, SCATTERED, FIRST, NAMES, AMBIGUITY, TITLE_PART, BODY_PART)
_LOGS = np.log1p(np.arange(64, dtype=np.float32))


@njit(cache=True, nogil=True)
def _inside_longer(occurrence, lengths, longest):  # type: ignore[no-untyped-def]
    """Tell whether each place of a whole occurrence lies in a whole occurrence of a longer name."""
    if occurrence[3] != WHOLE:
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
        if found[i, 3] == WHOLE:
            for place in range(found[i, 1], found[i, 2] + 1):
                longest[place] = max(longest[place], lengths[found[i, 0]])
    return longest


@njit(cache=True, nogil=True)
def _count(row, how, low, n_title, inside):  # type: ignore[no-untyped-def]
    """Add one occurrence to the evidence of a label."""
    if how == WHOLE:
        row[TITLE if low < n_title else BODY] += 1
        row[FREE] += not inside
    elif how == NEAR:
        row[TITLE_NEAR if low < n_title else BODY_NEAR] += 1
    elif how == PART:
        row[TITLE_PART if low < n_title else BODY_PART] += 1
    else:
        row[SCATTERED] += 1
        return
    row[FIRST] = min(row[FIRST], low)
    row[SPREAD] = max(row[SPREAD], low)


@njit(cache=True, nogil=True)
def _is_full(row):  # type: ignore[no-untyped-def]
    """Tell whether the label is named by more than parts of names."""
    return row[COVERED] == 1


@njit(cache=True, nogil=True)
def _gather(found, text, n_title, patterns, named, head, slots, out, total):  # type: ignore[no-untyped-def]
    """Write the evidence of each label meant by the names `found` to `out`, from row `total` on; return it and the end.

    `out` is labels int32 (n, 1), evidence float32 (n, N_EVIDENCE) and the rank of each label's best name (n, 1).
    """
    labels, evidence, rank = out
    starts, words, lengths, shares, totals = patterns
    longest = _longest(found, lengths, len(text) if len(found) and found[0, 3] != PART else 0)
    previous, share = -1, np.float32(1)
    for i in range(len(found)):
        name, low, how = found[i, 0], found[i, 1], found[i, 3]
        inside = _inside_longer(found[i], lengths, longest)
        n_distinct = starts[name + 1] - starts[name]
        if how == PART and name != previous:
            own = slice(starts[name], starts[name + 1])
            share = covered(words[own], shares[own], text[low], head)
        for j in range(named[0][name], named[0][name + 1]):
            label, kind = named[1][j], named[2][j]
            at = slots[label]
            if how == PART and at >= 0 and _is_full(evidence[at]):
                continue
            if at < 0:
                if total + 1 >= len(labels):
                    labels, evidence, rank = grown(labels), grown(evidence), grown(rank)
                at = total
                slots[label] = at
                total += 1
                labels[at, 0] = label
                evidence[at] = 0
                evidence[at, FIRST] = len(text)
                rank[at, 0] = -1
            row = evidence[at]
            _count(row, how, low, n_title, inside)
            row[NAMES] += name != previous
            value = 400 * share if how == PART else 1000 * how + 4 * min(n_distinct, 99) + 3 - kind
            if value > rank[at, 0] or (value == rank[at, 0] and name < row[NAME]):
                rank[at, 0] = value
                row[NAME], row[KIND] = name, kind
                row[COVERED], row[RARE] = share, totals[name] / n_distinct
                row[WORDS], row[AMBIGUITY] = n_distinct, named[0][name + 1] - named[0][name]
        previous = name
    return (labels, evidence, rank), total


@njit(cache=True, nogil=True)
def _log(n):  # type: ignore[no-untyped-def]
    """Return ln(1 + n) of a whole number."""
    return _LOGS[int(n)] if n < len(_LOGS) else np.log1p(np.float32(n))


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
        int64 bounds and int32 numbers: the names that are looked for where a stem stands.
    patterns
        int64 bounds and int32 stems of each name, the rarest first; int32 lengths in words; float32 shares of the
        stems in its weight, and this weight.
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
    found, parts = np.empty((256, 4), dtype=np.int32), np.empty((256, 3))
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
        found, n, parts, n_parts = occurrences(
            n_words, n_title, present[:n_present], keyed, patterns, head, following, found, parts
        )
        start = total
        out, total = _gather(found[:n], text, n_title, patterns, named, head, slots, out, start)
        found, n = partly(parts[:n_parts], patterns[4], named, slots, head, following, found)
        out, total = _gather(found[:n], text, n_title, patterns, named, head, slots, out, total)
        for stem in present[:n_present]:
            head[stem] = -1
        counts[doc - first] = total - start
        _describe(out[0], out[1], start, total, n_words, slots, below, broader, narrower, related)
    return counts, out[0][:total, 0].copy(), out[1][:total].copy()


@njit(cache=True, nogil=True)
def _describe(labels, evidence, start, total, n_words, slots, below, broader, narrower, related):  # type: ignore[no-untyped-def]
    """Add what depends on the whole document to the rows start : total, sort them by label, and clear `slots`."""
    n_full = 0
    for at in range(start, total):
        label = labels[at, 0]
        n_full += _is_full(evidence[at])
        whole = evidence[at, TITLE] + evidence[at, BODY] > 0
        slots[label] = at if whole else -1
        if whole:
            for i in range(broader[0][label], broader[0][label + 1]):
                below[broader[1][i]] += 1
    length, others = _log(n_words), _log(n_full)
    for at in range(start, total):
        label, row = labels[at, 0], evidence[at]
        row[BROADER] = _log(_linked(broader[0], broader[1], label, slots))
        row[NARROWER] = _log(_linked(narrower[0], narrower[1], label, slots))
        row[RELATED] = _log(_linked(related[0], related[1], label, slots))
        siblings = 0
        for i in range(broader[0][label], broader[0][label + 1]):
            siblings = max(siblings, below[broader[1][i]] - (slots[label] >= 0))
        row[SIBLINGS] = _log(siblings)
        whole = row[TITLE] + row[BODY]
        row[FREE] = row[FREE] / max(whole, np.float32(1))
        if row[FIRST] < n_words:
            row[SPREAD] = (row[SPREAD] - row[FIRST]) / n_words
        for column in _COUNTED:
            row[column] = _log(row[column])
        row[LENGTH], row[OTHERS] = length, others
    for at in range(start, total):
        slots[labels[at, 0]] = -1
        for i in range(broader[0][labels[at, 0]], broader[0][labels[at, 0] + 1]):
            below[broader[1][i]] = 0
    order = np.argsort(labels[start:total, 0])
    labels[start:total, 0] = labels[start:total, 0][order]
    before = evidence[start:total].copy()
    for at in range(len(order)):
        evidence[start + at] = before[order[at]]
