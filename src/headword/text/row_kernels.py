"""Compiled rows: the features marked in a document, counted, weighted and written in ascending order.

Marks are kept as counts and as bits, and a summary has one bit for every 64 bits. So a row comes out in order without
sorting. What is marked is always cleared again, so that the same arrays serve document after document.
"""

import numpy as np
from numba import njit

from headword.text.byte_lanes import count_bits, lowest_bit

_ZERO, _ONE, _BITS = np.uint64(0), np.uint64(1), np.uint64(64)


@njit(cache=True, nogil=True)
def clear_bits(bits, summary):  # type: ignore[no-untyped-def]
    """Clear all marks, and return how many there were; their counts are left alone."""
    n = 0
    for block in range(len(summary)):
        groups = summary[block]
        summary[block] = _ZERO
        while groups != _ZERO:
            group = np.uint64(64 * block + lowest_bit(groups))
            groups &= groups - _ONE
            n += count_bits(bits[group])
            bits[group] = _ZERO
    return n


@njit(cache=True, nogil=True)
def write_row(tally, bits, summary, idf, logs, indices, data, at):  # type: ignore[no-untyped-def]
    """Write one row of weights, (1 + ln count) * idf at length 1, to `indices` and `data` from `at` on; return its end.

    Clears the marks and their counts. `logs` float32 has 1 + ln n for small n.
    """
    first = at
    n_logs = np.uint64(len(logs))
    squares = 0.0
    for block in range(len(summary)):
        groups = summary[block]
        summary[block] = _ZERO
        while groups != _ZERO:
            group = np.uint64(64 * block + lowest_bit(groups))
            groups &= groups - _ONE
            found = bits[group]
            bits[group] = _ZERO
            while found != _ZERO:
                feature = _BITS * group + np.uint64(lowest_bit(found))
                found &= found - _ONE
                count = np.uint64(tally[feature])
                tally[feature] = 0
                log = logs[count] if count < n_logs else np.log(np.float32(count)) + np.float32(1)
                value = log * idf[feature]
                indices[at] = feature
                data[at] = value
                squares += np.float64(value) * np.float64(value)
                at += 1
    length = np.float32(np.sqrt(squares))
    if length > 0:
        for i in range(first, at):
            data[i] /= length
    return at


@njit(cache=True, nogil=True)
def scale_rows(indptr, data):  # type: ignore[no-untyped-def]
    """Scale each row of a CSR matrix, float32 `data`, to length 1; a row of zeros stays as it is."""
    for row in range(len(indptr) - 1):
        squares = 0.0
        for at in range(indptr[row], indptr[row + 1]):
            squares += np.float64(data[at]) * np.float64(data[at])
        length = np.float32(np.sqrt(squares))
        if length > 0:
            for at in range(indptr[row], indptr[row + 1]):
                data[at] /= length
