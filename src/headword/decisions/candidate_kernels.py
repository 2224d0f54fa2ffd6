"""Compiled selection of candidate labels and the features of (document, label) pairs."""

import numpy as np
from numba import njit

MEMBER_FEATURES = 6


@njit(cache=True, nogil=True)
def _keep_best(scores, most, best, place):  # type: ignore[no-untyped-def]
    """Write the columns of the `most` highest scores to `best`, best first, ties by lower column; return how many."""
    found = 0
    for column in range(len(scores)):
        value = scores[column]
        if found == most and not value > place[found - 1]:
            continue
        at = min(found, most - 1)
        found = min(found + 1, most)
        while at > 0 and place[at - 1] < value:
            place[at] = place[at - 1]
            best[at] = best[at - 1]
            at -= 1
        place[at] = value
        best[at] = column
    return found


@njit(cache=True, nogil=True)
def select_candidates(scores, most):  # type: ignore[no-untyped-def]
    """Return the union over members of each document's `most` best labels, with all members' scores.

    Parameters
    ----------
    scores : float32 (n_members, n_docs, n_labels)

    Returns
    -------
    indptr : int64 (n_docs + 1,); columns : int32 ascending within a document; values : float32 (n_entries, n_members)
    """
    n_members, n_docs, n_labels = scores.shape
    most = min(most, n_labels)
    flags = np.zeros(n_labels, dtype=np.uint8)
    best = np.empty(most, dtype=np.int32)
    place = np.empty(most, dtype=np.float32)
    indptr = np.zeros(n_docs + 1, dtype=np.int64)
    columns = np.empty(min(n_members * most, n_labels) * n_docs, dtype=np.int32)
    at = 0
    for doc in range(n_docs):
        first = at
        for member in range(n_members):
            for i in range(_keep_best(scores[member, doc], most, best, place)):
                if not flags[best[i]]:
                    flags[best[i]] = 1
                    columns[at] = best[i]
                    at += 1
        columns[first:at].sort()
        for i in range(first, at):
            flags[columns[i]] = 0
        indptr[doc + 1] = at
    values = np.empty((at, n_members), dtype=np.float32)
    for doc in range(n_docs):
        for i in range(indptr[doc], indptr[doc + 1]):
            for member in range(n_members):
                values[i, member] = scores[member, doc, columns[i]]
    return indptr, columns[:at].copy(), values


@njit(cache=True, nogil=True)
def nominated(indptr, values, members, most):  # type: ignore[no-untyped-def]
    """Return bool (n_entries,): which candidates are among the `most` best of one of `members`, int64.

    Ties are won by the lower column. A lowest score that several candidates of a document share is that of labels the
    member does not list: it nominates none of them.
    """
    out = np.zeros(len(values), dtype=np.bool_)
    best = np.empty(most, dtype=np.int32)
    place = np.empty(most, dtype=np.float32)
    for doc in range(len(indptr) - 1):
        first, last = indptr[doc], indptr[doc + 1]
        for member in members:
            scores = values[first:last, member]
            lowest, shared = np.float32(np.inf), 0
            for score in scores:
                if score < lowest:
                    lowest, shared = score, 1
                elif score == lowest:
                    shared += 1
            for i in range(_keep_best(scores, most, best, place)):
                if shared == 1 or scores[best[i]] > lowest:
                    out[first + best[i]] = True
    return out


@njit(cache=True, nogil=True)
def _best_listed(columns, values, most, best):  # type: ignore[no-untyped-def]
    """Write the places of the `most` highest values to `best`, best first, ties by lower column; return how many."""
    found = 0
    for i in range(len(values)):
        at = found
        while at > 0 and (
            values[best[at - 1]] < values[i]
            or (values[best[at - 1]] == values[i] and columns[best[at - 1]] > columns[i])
        ):
            if at < most:
                best[at] = best[at - 1]
            at -= 1
        if at < most:
            best[at] = i
            found = min(found + 1, most)
    return found


@njit(cache=True, nogil=True)
def select_listed(bounds, columns, values, absent, most, n_labels):  # type: ignore[no-untyped-def]
    """Return what `select_candidates` does, of labels that at least one member lists.

    Parameters
    ----------
    bounds : int64 (n_members, n_docs + 1), where each document's entries of each member begin
    columns, values : int32 and float32, all members' entries
    absent : float32 (n_members,), the score of what a member does not list
    """
    n_members, n_docs = len(bounds), bounds.shape[1] - 1
    place = np.zeros(n_labels, dtype=np.int32)
    best = np.empty(most, dtype=np.int64)
    indptr = np.zeros(n_docs + 1, dtype=np.int64)
    chosen = np.empty(n_members * most * n_docs, dtype=np.int32)
    scores = np.empty((len(chosen), n_members), dtype=np.float32)
    at = 0
    for doc in range(n_docs):
        first = at
        for member in range(n_members):
            a, b = bounds[member, doc], bounds[member, doc + 1]
            for i in range(_best_listed(columns[a:b], values[a:b], most, best)):
                column = columns[a + best[i]]
                if not place[column]:
                    place[column] = 1
                    chosen[at] = column
                    at += 1
        chosen[first:at].sort()
        for i in range(first, at):
            place[chosen[i]] = i + 1
        for member in range(n_members):
            scores[first:at, member] = absent[member]
            for i in range(bounds[member, doc], bounds[member, doc + 1]):
                if place[columns[i]]:
                    scores[place[columns[i]] - 1, member] = values[i]
        for i in range(first, at):
            place[chosen[i]] = 0
        indptr[doc + 1] = at
    return indptr, chosen[:at].copy(), scores[:at].copy()


@njit(cache=True, nogil=True)
def _falling(scores, order):  # type: ignore[no-untyped-def]
    """Write the places of `scores` from the highest to the lowest to `order`; equal ones keep their order."""
    for i in range(len(scores)):
        at = i
        while at > 0 and scores[order[at - 1]] < scores[i]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = i


@njit(cache=True, nogil=True)
def pair_features(indptr, columns, values, log_prior, start, stop, out):  # type: ignore[no-untyped-def]
    """Write what is known of each (document, label) pair of the documents start : stop to their rows of `out`.

    `out` float32 (n_entries, 6 n_members + 4). For each member: score; score minus the document's best; lead over the
    best other label; ln(1 + rank); best and second-best score of the document. Then the label's log prior, and
    ln(number of candidates). The last two columns are left as they are.
    """
    n_members = values.shape[1]
    longest = 0
    for doc in range(start, stop):
        longest = max(longest, indptr[doc + 1] - indptr[doc])
    order = np.empty(longest, dtype=np.int64)
    for doc in range(start, stop):
        first, last = indptr[doc], indptr[doc + 1]
        if first == last:
            continue
        for member in range(n_members):
            scores = values[first:last, member]
            _falling(scores, order)
            top = scores[order[0]]
            second = scores[order[min(1, last - first - 1)]]
            base = MEMBER_FEATURES * member
            for rank in range(last - first):
                entry = first + order[rank]
                score = values[entry, member]
                out[entry, base] = score
                out[entry, base + 1] = score - top
                out[entry, base + 2] = score - (second if rank == 0 else top)
                out[entry, base + 3] = np.log(np.float32(1 + rank))
                out[entry, base + 4] = top
                out[entry, base + 5] = second
        for entry in range(first, last):
            out[entry, MEMBER_FEATURES * n_members] = log_prior[columns[entry]]
            out[entry, MEMBER_FEATURES * n_members + 1] = np.log(np.float32(last - first))


@njit(cache=True, nogil=True)
def sort_candidates(indptr, columns, logits):  # type: ignore[no-untyped-def]
    """Return (columns, logits), each document's candidates by falling log odds, ties by lower column."""
    ordered, falling = np.empty_like(columns), np.empty_like(logits)
    longest = 0
    for doc in range(len(indptr) - 1):
        longest = max(longest, indptr[doc + 1] - indptr[doc])
    order = np.empty(longest, dtype=np.int64)
    for doc in range(len(indptr) - 1):
        first, last = indptr[doc], indptr[doc + 1]
        _falling(logits[first:last], order)
        for rank in range(last - first):
            ordered[first + rank] = columns[first + order[rank]]
            falling[first + rank] = logits[first + order[rank]]
    return ordered, falling


@njit(cache=True, nogil=True)
def pair_targets(indptr, columns, y_indptr, y_indices):  # type: ignore[no-untyped-def]
    """Return float32 (n_entries,): 1 where the document has the label, else 0; all indices ascend in a row."""
    out = np.zeros(len(columns), dtype=np.float32)
    for doc in range(len(indptr) - 1):
        at = y_indptr[doc]
        for entry in range(indptr[doc], indptr[doc + 1]):
            while at < y_indptr[doc + 1] and y_indices[at] < columns[entry]:
                at += 1
            if at < y_indptr[doc + 1] and y_indices[at] == columns[entry]:
                out[entry] = 1
    return out
