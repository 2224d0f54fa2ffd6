"""Compiled products of a sparse matrix and a dense one, in registers."""

import numpy as np
from numba import njit

from headword.core.lanes import GROUP, LANES, gather_rows


@njit(cache=True, nogil=True)
def _multiply_row(indices, data, first, last, dense, n_columns, sums):  # type: ignore[no-untyped-def]
    """Write the product of one row, whose columns ascend, and `dense` to `sums`; columns from n_columns on are left."""
    while last > first and indices[last - 1] >= n_columns:
        last -= 1
    sums[:] = 0
    whole = len(sums) - len(sums) % LANES
    if 0 < whole < len(sums):
        # The last sixteen columns give the rest; those among them that follow below begin anew.
        gather_rows(indices, data, first, last, dense, len(sums) - LANES, 1, sums)
        sums[len(sums) - LANES : whole] = 0
    lane = 0
    while lane < whole:
        gather_rows(indices, data, first, last, dense, lane, min(GROUP, (whole - lane) // LANES), sums)
        lane += GROUP * LANES
    if whole == 0:
        for at in range(first, last):
            for column in range(len(sums)):
                sums[column] += data[at] * dense[indices[at], column]


@njit(cache=True, nogil=True)
def multiply_rows(indptr, indices, data, dense, n_columns, start, out):  # type: ignore[no-untyped-def]
    """Write rows start : start + len(out) of (CSR @ dense) to `out`, using only columns below `n_columns`.

    Columns ascend within a row; `dense` float32 (n_columns, width), `out` float32 (n_rows, width).
    """
    for row in range(len(out)):
        _multiply_row(indices, data, indptr[start + row], indptr[start + row + 1], dense, n_columns, out[row])


@njit(cache=True, nogil=True)
def project_rows(indptr, indices, data, dense, first, last, columns, values):  # type: ignore[no-untyped-def]
    """Write rows first:last of (CSR @ dense), scaled to length 1.

    `dense` float32 (n_columns, dim); row d is written to columns[d * dim : (d + 1) * dim], int32, and `values`.
    """
    dim = dense.shape[1]
    sums = np.empty(dim, dtype=np.float32)
    for row in range(first, last):
        _multiply_row(indices, data, indptr[row], indptr[row + 1], dense, len(dense), sums)
        squares = np.float32(0)
        for i in range(dim):
            squares += sums[i] * sums[i]
        length = np.sqrt(squares) if squares > 0 else np.float32(1)
        for i in range(dim):
            columns[row * dim + i] = i
            values[row * dim + i] = sums[i] / length


@njit(cache=True, nogil=True)
def turn(indptr, indices, data, n_columns):  # type: ignore[no-untyped-def]
    """Return the first `n_columns` columns of a CSR matrix as rows: (indptr int64, indices int32, data float32)."""
    starts = np.zeros(n_columns + 1, dtype=np.int64)
    for at in range(len(indices)):
        if indices[at] < n_columns:
            starts[indices[at] + 1] += 1
    for column in range(n_columns):
        starts[column + 1] += starts[column]
    place = starts[:-1].copy()
    rows = np.empty(starts[-1], dtype=np.int32)
    values = np.empty(starts[-1], dtype=np.float32)
    for row in range(len(indptr) - 1):
        for at in range(indptr[row], indptr[row + 1]):
            column = indices[at]
            if column < n_columns:
                rows[place[column]] = row
                values[place[column]] = data[at]
                place[column] += 1
    return starts, rows, values
