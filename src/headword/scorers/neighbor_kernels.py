"""Compiled search for the nearest documents by an inverted index.

Cosines are whole numbers while they are summed, 2^30 for a cosine of 1: sums do not depend on their order, so that
documents may be left out and taken up again without a trace in the result.

For one query, block of documents after block:

1. The postings of its rare features are summed up, document by document.
2. The documents that have most so far get what the common features add, from rows of their own that hold the common
   features only. So it is known what the k nearest have at least.
3. By Cauchy and Schwarz the common features can add the product of two lengths at most. Documents that cannot come
   among the k nearest even so are done with; mostly a hundred remain, which are completed as well.

Where too many documents remain, the postings of the common features are summed up instead. A search that may miss some
neighbours counts more features as common, and hopes for a part only of what they could add.

References
----------
Turtle and Flood, Query evaluation: strategies and optimizations, Information Processing & Management 31 (1995): what
cannot reach the top is not scored. Anastasiu and Karypis, L2AP: fast cosine similarity search with prefix L-2 norm
bounds, ICDE 2014.
"""

import numpy as np
from numba import njit

from headword.scorers.neighbor_lanes import GROUP, fetch
from headword.scorers.neighbor_settling_kernels import CODE, SHIFT, hopeful, keep, key_of, settle, write_nearest

# A weight, or a query's value, of 1.
SCALE = np.float32(1 << 15)
# The sums of a block lie in the second cache.
_BLOCK_DOCS = 1 << 16
_BUCKETS = 256
# What it costs to settle a document, in postings, and how many are settled before that is asked.
_SETTLING, _FEW = 30, 200
# How many times k documents are settled first, to learn what the k nearest have; and at most, where it may be wrong.
_TRIED, _MOST_TRIED = 2, 4


@njit(cache=True, nogil=True)
def _terms(indices, data, first, last, bounds, postings, common, cut, at, end, value, number, query):  # type: ignore[no-untyped-def]
    """Find the postings of each feature of a query: rare ones from the left, common ones from the right.

    Returns how many are rare, how many postings the common ones have, their length in the query, 2^30 for 1, and
    whether a value is negative. Writes `number` of the common ones and their values into `query`.
    """
    n_rare, left, n_postings, squares, lowest = 0, last - first, 0, np.float32(0), np.int32(0)
    for entry in range(first, last):
        feature = np.uint32(indices[np.uint64(entry)])
        whole = np.int32(np.rint(data[np.uint64(entry)] * SCALE))
        lowest = min(lowest, whole)
        begin, stop = bounds[feature], bounds[feature + np.uint32(1)]
        if stop - begin <= cut:
            place = n_rare
            n_rare += 1
            fetch(postings, begin)
        else:
            left -= 1
            place = left
            row = np.searchsorted(common, np.int32(feature))
            number[place] = row
            query[row] = whole
            squares += np.float32(whole) ** 2
            n_postings += stop - begin
        at[place], end[place], value[place] = begin, stop, whole
    return n_rare, n_postings, np.sqrt(squares) * SCALE, lowest < 0


@njit(cache=True, nogil=True)
def _add(sums, postings, weights, at, end, value, first, last, base, stop, is_last):  # type: ignore[no-untyped-def]
    """Add the postings of the documents base : stop, for the features first : last; `at` moves behind them."""
    limit = np.uint32(stop) << SHIFT
    for term in range(first, last):
        term_ = np.uint64(term)
        begin, behind, factor = at[term_], end[term_], value[term_]
        if begin >= behind:
            continue
        if is_last or postings[np.uint64(behind - 1)] < limit:
            for entry in range(begin, behind):
                posting = postings[np.uint64(entry)]
                sums[(posting >> SHIFT) - base] += factor * weights[posting & CODE]
            at[term_] = behind
        else:
            entry_ = np.uint64(begin)
            posting = postings[entry_]
            while posting < limit:
                sums[(posting >> SHIFT) - base] += factor * weights[posting & CODE]
                entry_ += np.uint64(1)
                posting = postings[entry_]
            at[term_] = np.int64(entry_)


@njit(cache=True, nogil=True)
def _seek(postings, at, end, first, last, base):  # type: ignore[no-untyped-def]
    """Move `at` of the features first : last to their first posting of a document from `base` on."""
    limit = np.uint32(base) << SHIFT
    for term in range(first, last):
        low, high = at[term], end[term]
        while low < high:
            middle = (low + high) >> 1
            if postings[np.uint64(middle)] < limit:
                low = middle + 1
            else:
                high = middle
        at[term] = low


@njit(cache=True, nogil=True)
def _certain(sums, peaks, k, counts):  # type: ignore[no-untyped-def]
    """Return a number that at least k of `sums` reach, not far below the k-th largest; 0 where there is none above 0.

    Each of `peaks` is the largest of some sums; of these only the buckets are counted.
    """
    n = len(peaks)
    for i in range(n):
        peaks[np.uint64(i)] = sums[np.uint64(i)]
    for row in range(1, len(sums) // n):
        for i in range(n):
            peaks[np.uint64(i)] = max(peaks[np.uint64(i)], sums[np.uint64(row * n + i)])
    top = np.int32(0)
    for i in range(n):
        top = max(top, peaks[np.uint64(i)])
    if top == 0:
        return np.int32(0)
    counts[:] = 0
    width = np.float32(_BUCKETS - 1) / np.float32(top)
    for i in range(n):
        counts[np.uint32(np.int32(np.float32(max(peaks[np.uint64(i)], np.int32(0))) * width))] += 1
    reached, bucket = np.int32(0), _BUCKETS
    while bucket > 1 and reached < k:
        bucket -= 1
        reached += counts[np.uint32(bucket)]
    # Below the edge of the bucket by more than the rounding of the lines above.
    return np.int32(np.float32(bucket) / width * np.float32(0.9999)) if reached >= k else np.int32(0)


@njit(cache=True, nogil=True)
def _search_block(  # type: ignore[no-untyped-def]
    base, size, n_docs, found, threshold, terms, index, sums, left, peaks, counts, query, heap
):
    """Go through the documents base : base + size; returns how many are kept, and what a further one must have."""
    at, end, value, n_rare, n_terms, n_common, length, negative = terms
    postings, weights, near_bounds, near, rest, hope = index
    k, width, length = len(heap), min(n_docs - base, size), length * hope
    base_, stop, is_last = np.uint32(base), base + width, base + width == n_docs
    sums[:] = 0
    _add(sums, postings, weights, at, end, value, 0, n_rare, base_, stop, is_last)
    n, whole = 0, n_common == 0
    if not whole and not negative:
        least = _certain(sums, peaks, _TRIED * k, counts) if found < k else np.int32(0)
        if least > 0:
            n = hopeful(sums, base_, width, rest, np.float32(0), key_of(least), near_bounds, left)
            found, threshold = settle(
                sums, base_, left, n, rest, np.float32(0), near_bounds, near, weights, query, heap, found, threshold
            )
        n = hopeful(sums, base_, width, rest, length, threshold, near_bounds, left)
        if hope < 1 and n > _MOST_TRIED * k:
            least = _certain(sums, peaks, _MOST_TRIED * k, counts)
            if least > 0:
                n = hopeful(sums, base_, width, rest, np.float32(0), key_of(least), near_bounds, left)
    if not whole and (negative or (n > _FEW and n * _SETTLING > n_common * (width / n_docs))):
        _seek(postings, at, end, n_rare, n_terms, base_)
        _add(sums, postings, weights, at, end, value, n_rare, n_terms, base_, stop, is_last)
        whole = True
    if whole:
        if found < k:
            threshold = max(threshold, key_of(_certain(sums, peaks, k, counts)))
        n = hopeful(sums, base_, width, rest, np.float32(0), threshold, near_bounds, left)
        return keep(sums, base_, left, n, heap, found, threshold)
    return settle(sums, base_, left, n, rest, length, near_bounds, near, weights, query, heap, found, threshold)


@njit(cache=True, nogil=True)
def _sizes(indptr, start, n_queries, k, n_docs):  # type: ignore[no-untyped-def]
    """Return the documents of a block, the peaks of a block, and the terms of the longest query."""
    n_blocks = max((n_docs + _BLOCK_DOCS - 1) // _BLOCK_DOCS, 1)
    size = max((n_docs + n_blocks - 1) // n_blocks, 1)
    n_peaks = min(max(8 * k, size // GROUP), size)
    n_peaks += -n_peaks % GROUP
    n_terms = 1
    for query in range(start, start + n_queries):
        n_terms = max(n_terms, indptr[query + 1] - indptr[query])
    return size + -size % n_peaks, n_peaks, n_terms


@njit(cache=True, nogil=True)
def nearest(  # type: ignore[no-untyped-def]
    indptr, indices, data, start, bounds, postings, weights, common, cut, near_bounds, near, rest, hope, similar, best
):
    """Find the nearest documents of the queries start : start + len(best).

    Parameters
    ----------
    indptr, indices, data : CSR queries, unit rows
    bounds, postings, weights, common, cut, near_bounds, near, rest, hope : see `neighbor_index.InvertedIndex`
    similar, best : float32 and int32 (n_queries, k), written: cosines > 0 in falling order, ties by lower number,
        and the documents; 0 and -1 beyond the last
    """
    k, n_docs = best.shape[1], len(near_bounds) - 1
    size, n_peaks, n_terms = _sizes(indptr, start, len(best), k, n_docs)
    sums, left = np.zeros(size, dtype=np.int32), np.empty(size, dtype=np.uint32)
    peaks, counts = np.empty(n_peaks, dtype=np.int32), np.empty(_BUCKETS, dtype=np.int32)
    query, heap = np.zeros(max(len(common), 1), dtype=np.int32), np.empty(k, dtype=np.int64)
    at, end = np.empty(n_terms, dtype=np.int64), np.empty(n_terms, dtype=np.int64)
    value, number = np.empty(n_terms, dtype=np.int32), np.empty(n_terms, dtype=np.int32)
    index = (postings, weights, near_bounds, near, rest, hope)
    for i in range(len(best)):
        first, last = indptr[start + i], indptr[start + i + 1]
        n_rare, n_common, length, negative = _terms(
            indices, data, first, last, bounds, postings, common, cut, at, end, value, number, query
        )
        terms = (at, end, value, n_rare, last - first, n_common, length, negative)
        found, threshold = 0, np.int64(0)
        for base in range(0, n_docs, size):
            found, threshold = _search_block(
                base, size, n_docs, found, threshold, terms, index, sums, left, peaks, counts, query, heap
            )
        for term in range(n_rare, last - first):
            query[number[term]] = 0
        write_nearest(heap, found, similar[i], best[i])
