"""Compiled products of a sparse matrix and a dense one."""

from numba import njit


@njit(cache=True, nogil=True, fastmath=True)
def multiply_rows(indptr, indices, data, dense, n_columns, start, out):  # type: ignore[no-untyped-def]
    """Write rows start : start + len(out) of (CSR @ dense) to `out`, using only columns below `n_columns`.

    Columns ascend within a row; `dense` float32 (n_columns, width), `out` float32 (n_rows, width).
    """
    for row in range(len(out)):
        sums = out[row]
        sums[:] = 0
        for at in range(indptr[start + row], indptr[start + row + 1]):
            if indices[at] >= n_columns:
                break
            value = data[at]
            line = dense[indices[at]]
            for column in range(len(sums)):
                sums[column] += value * line[column]
