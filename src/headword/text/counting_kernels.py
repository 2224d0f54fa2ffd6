"""Compiled counting of documents, of tokens and of pairs of neighbouring tokens."""

import numpy as np
from numba import njit

# Indices without a sign spare numba the question whether they count from the end.
_FEW = np.uint64(5)
_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def document_frequencies(ids, starts, stops, n_tokens):  # type: ignore[no-untyped-def]
    """Return int32 (n_tokens,): in how many documents, ids[starts[d] : stops[d]] each, every token stands."""
    frequency = np.zeros(n_tokens, dtype=np.int32)
    last = np.full(n_tokens, -1, dtype=np.int32)
    for doc in range(len(starts)):
        for at in range(starts[doc], stops[doc]):
            if ids[at] < n_tokens:
                token = np.uint64(ids[at])
                frequency[token] += last[token] != doc
                last[token] = doc
    return frequency


@njit(cache=True, nogil=True)
def pair_counts(ids, indptr, first, last, counts):  # type: ignore[no-untyped-def]
    """Add to counts[token], int64, how many pairs of texts first:last begin with it; those from len(counts) on part."""
    n_tokens = len(counts)
    for text in range(first, last):
        for at in range(indptr[text], indptr[text + 1] - 1):
            if ids[at] < n_tokens and ids[at + 1] < n_tokens:
                counts[ids[at]] += 1


@njit(cache=True, nogil=True)
def place_pairs(ids, indptr, first, last, place, positions):  # type: ignore[no-untyped-def]
    """Write where the pairs of texts first:last begin to `positions`, grouped by their first token.

    place[token], int64, is where the next pair that begins with the token goes; it moves on.
    """
    n_tokens = len(place)
    for text in range(first, last):
        for at in range(indptr[text], indptr[text + 1] - 1):
            token = ids[at]
            if token < n_tokens and ids[at + 1] < n_tokens:
                positions[place[token]] = at
                place[token] += 1


@njit(cache=True, nogil=True)
def documents_at(bounds, step, n):  # type: ignore[no-untyped-def]
    """Return int32 (n,): the document, bounds[d] : bounds[d + 1], in which each `step`-th position lies."""
    found = np.empty(n, dtype=np.int32)
    doc = 0
    for i in range(n):
        while bounds[doc + 1] <= i * step:
            doc += 1
        found[i] = doc
    return found


@njit(cache=True, nogil=True)
def frequent_pairs(ids, documents, at_step, positions, starts, first, last, least, numbers):  # type: ignore[no-untyped-def]
    """Count the pairs that begin with tokens first:last, one token after the other.

    Parameters
    ----------
    ids : int32, token numbers
    documents, at_step : int64 (n_docs + 1,), where each document begins, and the document of each 32nd position
    positions, starts : where pairs begin: those of token t are positions[starts[t] : starts[t + 1]], ascending
    least : pairs in fewer documents are left out
    numbers : int32, written at each position: the number of the pair that begins there among those kept that have the
        same first token; left alone (-1) for others

    Returns
    -------
    kept : int64 (last - first,), how many pairs of each token are kept
    seconds, frequency : int32, their second tokens, ascending for each first one, and document frequencies
    """
    n_tokens = len(starts) - 1
    count = np.zeros(n_tokens, dtype=np.int32)
    mark = np.zeros(n_tokens, dtype=np.int32)
    found = np.empty(n_tokens, dtype=np.int32)
    follow = np.empty((starts[first + 1 : last + 1] - starts[first:last]).max(), dtype=np.int32)
    kept = np.zeros(last - first, dtype=np.int64)
    size = (starts[last] - starts[first]) // least
    seconds = np.empty(size, dtype=np.int32)
    frequency = np.empty(size, dtype=np.int32)
    out = 0
    for token in range(first, last):
        n = 0
        begin = out
        here = positions[starts[token] : starts[token + 1]]
        if len(here) < least:
            continue
        for i in range(len(here)):
            at = np.uint64(here[i])
            second = np.uint64(ids[at + _ONE])
            follow[i] = second
            doc = np.uint64(at_step[at >> _FEW])
            while np.uint64(documents[doc + _ONE]) <= at:
                doc += _ONE
            times = count[second]
            if times == 0:
                found[n] = second
                n += 1
            elif mark[second] == np.int32(doc):
                continue
            mark[second] = doc
            count[second] = times + 1
            if times + 1 == least:
                seconds[out] = second
                out += 1
        if out > begin:
            seconds[begin:out].sort()
            for i in range(n):
                mark[np.uint64(found[i])] = -1
            for i in range(begin, out):
                mark[np.uint64(seconds[i])] = i - begin
                frequency[i] = count[np.uint64(seconds[i])]
            for i in range(len(here)):
                numbers[np.uint64(here[i])] = mark[np.uint64(follow[i])]
        for i in range(n):
            count[np.uint64(found[i])] = 0
        kept[token - first] = out - begin
    return kept, seconds[:out].copy(), frequency[:out].copy()
