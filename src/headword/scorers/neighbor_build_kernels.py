"""Compiled building of the inverted index: postings with coded weights, rows of common features, and their packing."""

import numpy as np
from numba import njit

from headword.scorers.neighbor_kernels import SCALE
from headword.scorers.neighbor_lanes import GROUP
from headword.scorers.neighbor_settling_kernels import CODE, CODE_BITS, SHIFT

N_CODES = 1 << CODE_BITS
# Of the squared length of the documents, that much may be that of common features.
_MOST_COMMON = 0.25
# Weights below the largest by more than so many powers of 2 share a code.
_OCTAVES = 8
_MANTISSA = 23
_MAGNITUDE = np.int32((1 << 31) - 1)


@njit(cache=True, nogil=True)
def count_postings(indptr, indices, bits, rows, n_features):  # type: ignore[no-untyped-def]
    """Return what is to be known of some rows before they are indexed; entries of 0 do not count.

    Returns
    -------
    counts
        int64 (n_features,), entries of each feature.
    low, high
        The least and the largest magnitude, as the bits of a float32.
    signed
        Whether one is negative.
    """
    counts, low, high, signs = np.zeros(n_features, dtype=np.int64), _MAGNITUDE, np.int32(0), np.int32(0)
    for i in range(len(rows)):
        doc = np.uint64(rows[i])
        for at in range(indptr[doc], indptr[doc + np.uint64(1)]):
            number = bits[np.uint64(at)]
            magnitude = number & _MAGNITUDE
            counts[np.uint32(indices[np.uint64(at)])] += magnitude != 0
            low, high = min(low, magnitude if magnitude else low), max(high, magnitude)
            signs |= number if magnitude else np.int32(0)
    return counts, low, high, signs < 0


@njit(cache=True, nogil=True)
def _code(number, low, factor, negative):  # type: ignore[no-untyped-def]
    """Return the code of a weight other than 0, given as bits; that of a negative one is higher by `negative`."""
    magnitude = np.int64(number & _MAGNITUDE)
    code = (max(magnitude - low, np.int64(0)) * factor) >> np.int64(32)
    return np.uint32(code + negative if number < 0 else code)


@njit(cache=True, nogil=True)
def code_weights(indptr, bits, data, rows, low, high, signed):  # type: ignore[no-untyped-def]
    """Divide the weights between magnitudes `low` and `high` among 256 codes, in even steps of their bits.

    So steps are relative: 1 to 2 % where the largest weight is a hundred times the smallest. Weights below the largest
    by more than 8 powers of 2 share a code; with negative weights, half of the codes are theirs.

    Returns
    -------
    weights
        int32 (256,), the mean of the weights of each code in `rows`, 2^15 for 1.
    low, factor, negative
        What `place_postings` needs to know.
    """
    low = np.int64(max(low, high - np.int32(_OCTAVES << _MANTISSA)))
    negative = np.int64(N_CODES >> 1 if signed else 0)
    levels = np.int64(N_CODES) - negative
    factor = (levels << np.int64(32)) // (max(np.int64(high) - low, np.int64(0)) + 1)
    totals, counts = np.zeros(N_CODES, dtype=np.float64), np.zeros(N_CODES, dtype=np.int64)
    for doc in rows:
        for at in range(indptr[doc], indptr[doc + 1]):
            if data[at] != 0:
                code = _code(bits[at], low, factor, negative)
                totals[code] += data[at]
                counts[code] += 1
    weights, middle = np.zeros(N_CODES, dtype=np.int32), np.empty(1, dtype=np.float32)
    for code in range(N_CODES):
        step = 2 * np.int64(code % levels) + 1
        middle.view(np.int32)[0] = low + ((step << np.int64(31)) // factor)
        value = totals[code] / counts[code] if counts[code] else middle[0] * (1 if code < levels else -1)
        weights[code] = np.rint(value * SCALE)
    return weights, low, factor, negative


@njit(cache=True, nogil=True)
def place_postings(indptr, indices, bits, rows, first, low, factor, negative, filled, postings):  # type: ignore[no-untyped-def]
    """Write the postings of the documents `rows`, numbered from `first` on, to where `filled` (n_features,) says."""
    for i in range(len(rows)):
        doc, number = np.uint64(rows[i]), np.uint32(first + i) << SHIFT
        for at in range(indptr[doc], indptr[doc + np.uint64(1)]):
            entry = np.uint64(at)
            if bits[entry] & _MAGNITUDE:
                feature = np.uint32(indices[entry])
                place = filled[feature]
                filled[feature] = place + 1
                postings[np.uint64(place)] = number | _code(bits[entry], low, factor, negative)


@njit(cache=True, nogil=True)
def _rows_of(bounds, postings, weights, n_docs, share):  # type: ignore[no-untyped-def]
    """Gather for each document its features that more than one document of `share` has, and the mean of its square."""
    cut, n_common, n_near = max(n_docs // share, 1), 0, 0
    for feature in range(len(bounds) - 1):
        size = bounds[feature + 1] - bounds[feature]
        n_common += size > cut
        n_near += size if size > cut else 0
    if 3 * n_near > 2 * len(postings) or weights.min() < 0:
        n_common, cut = 0, n_docs
    common, near_bounds = np.empty(n_common, dtype=np.int32), np.zeros(n_docs + 1, dtype=np.int64)
    n_common = 0
    for feature in range(len(bounds) - 1):
        if bounds[feature + 1] - bounds[feature] > cut:
            common[n_common] = feature
            n_common += 1
            for at in range(bounds[feature], bounds[feature + 1]):
                near_bounds[(postings[at] >> SHIFT) + np.uint32(1)] += 1
    for doc in range(n_docs):
        near_bounds[doc + 1] += near_bounds[doc]
    filled, near = near_bounds[:-1].copy(), np.empty(near_bounds[-1], dtype=np.uint32)
    squares = np.zeros(n_docs + GROUP, dtype=np.float64)
    for number in range(n_common):
        for at in range(bounds[common[number]], bounds[common[number] + 1]):
            doc, code = postings[at] >> SHIFT, postings[at] & CODE
            near[filled[doc]] = (np.uint32(number) << SHIFT) | code
            filled[doc] += 1
            squares[doc] += (weights[code] / SCALE) ** 2
    rest = (np.sqrt(squares) * (1 + 1e-6)).astype(np.float32)
    return common, cut, near_bounds, near, rest, squares.sum() / max(n_docs, 1)


@njit(cache=True, nogil=True)
def common_rows(bounds, postings, weights, n_docs, share, least_share):  # type: ignore[no-untyped-def]
    """Gather for each document its features that more than one document of `share` has: see `InvertedIndex`.

    There are none where they would be most of the index, or a weight is negative: what is left out is bounded by
    lengths, which pays while it is a small part, and needs weights of one sign. Where they would hold too much of the
    documents' weight, `share` is lower, `least_share` at least.

    Returns
    -------
    common, cut, near_bounds, near, rest
    """
    while True:
        common, cut, near_bounds, near, rest, weight = _rows_of(bounds, postings, weights, n_docs, share)
        if share <= least_share or weight <= _MOST_COMMON:
            return common, cut, near_bounds, near, rest
        share = max(share // 2, least_share)


@njit(cache=True, nogil=True)
def _width(number):  # type: ignore[no-untyped-def]
    """Return how many bytes `_put` writes."""
    return 1 + (number >= 1 << 7) + (number >= 1 << 14) + (number >= 1 << 21)


@njit(cache=True, nogil=True)
def _put(out, at, number):  # type: ignore[no-untyped-def]
    """Write seven bits a byte, the lowest first, with the eighth bit set where more follow; return the end."""
    while number >= 128:
        out[at] = (number & 127) | 128
        number >>= 7
        at += 1
    out[at] = number
    return at + 1


@njit(cache=True, nogil=True)
def pack(bounds, postings):  # type: ignore[no-untyped-def]
    """Return (sizes, gaps, codes), uint8: of each feature how many postings, steps between documents, and codes."""
    n_sizes, n_gaps = 0, 0
    for feature in range(len(bounds) - 1):
        n_sizes += _width(bounds[feature + 1] - bounds[feature])
        before = np.int64(-1)
        for at in range(bounds[feature], bounds[feature + 1]):
            doc = np.int64(postings[at] >> SHIFT)
            n_gaps += _width(doc - before - 1)
            before = doc
    sizes, gaps = np.empty(n_sizes, dtype=np.uint8), np.empty(n_gaps, dtype=np.uint8)
    codes, at_size, at_gap = np.empty(len(postings), dtype=np.uint8), 0, 0
    for feature in range(len(bounds) - 1):
        at_size = _put(sizes, at_size, bounds[feature + 1] - bounds[feature])
        before = np.int64(-1)
        for at in range(bounds[feature], bounds[feature + 1]):
            doc = np.int64(postings[at] >> SHIFT)
            at_gap = _put(gaps, at_gap, doc - before - 1)
            codes[at] = postings[at] & CODE
            before = doc
    return sizes, gaps, codes


@njit(cache=True, nogil=True)
def unpack_numbers(packed, n):  # type: ignore[no-untyped-def]
    """Return the n numbers that `packed` is made of, int32, and whether these are as many, below 2^28."""
    out, at = np.empty(n, dtype=np.int32), 0
    for i in range(n):
        number = np.int64(0)
        for shift in range(0, 35, 7):
            if at >= len(packed) or shift == 28:
                return out, False
            byte = np.int64(packed[np.uint64(at)])
            number |= (byte & 127) << shift
            at += 1
            if byte < 128:
                break
        out[np.uint64(i)] = number
    return out, at == len(packed)


@njit(cache=True, nogil=True)
def unpack(sizes, gaps, codes, n_docs):  # type: ignore[no-untyped-def]
    """Undo `pack`; return bounds, postings, and whether all of it fits together, which is found out on the way.

    `gaps` must be followed by four zeros.
    """
    bounds, postings = np.zeros(len(sizes) + 1, dtype=np.int64), np.empty(len(codes), dtype=np.uint32)
    at, n, end = np.int64(0), np.int64(0), np.int64(len(gaps) - 4)
    for feature in range(len(sizes)):
        if sizes[feature] > len(codes) - n:
            return bounds, postings, False
        before = np.int64(-1)
        for i in range(n, n + sizes[feature]):
            if at >= end:
                return bounds, postings, False
            gap = np.int64(gaps[np.uint64(at)])
            at += 1
            # Four times the same, for as long as the eighth bit is set: a loop here takes six times as long.
            if gap >= 1 << 7:
                gap += (np.int64(gaps[np.uint64(at)]) << 7) - (1 << 7)
                at += 1
                if gap >= 1 << 14:
                    gap += (np.int64(gaps[np.uint64(at)]) << 14) - (1 << 14)
                    at += 1
                    if gap >= 1 << 21:
                        gap += (np.int64(gaps[np.uint64(at)]) << 21) - (1 << 21)
                        at += 1
            before += gap + 1
            if before >= n_docs:
                return bounds, postings, False
            postings[np.uint64(i)] = (np.uint32(before) << SHIFT) | np.uint32(codes[np.uint64(i)])
        n += sizes[feature]
        bounds[feature + 1] = n
    return bounds, postings, n == len(codes) and at == end


@njit(cache=True, nogil=True)
def restored(packed, gaps, codes, weights, n_features, n_docs, share, least_share):  # type: ignore[no-untyped-def]
    """Return whether `packed`, `gaps` and `codes` are the postings of one index, and all parts of it.

    One function, since a program that starts up waits for each that it loads.
    """
    sizes, whole = unpack_numbers(packed, n_features)
    bounds, postings, fits = unpack(sizes, gaps, codes, n_docs)
    if not (whole and fits):
        bounds, postings, n_docs = np.zeros(1, dtype=np.int64), postings[:0], 0
    common, cut, near_bounds, near, rest = common_rows(bounds, postings, weights, n_docs, share, least_share)
    return whole and fits, bounds, postings, common, cut, near_bounds, near, rest
