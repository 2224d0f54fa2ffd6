"""What every metric accepts, and what it says about the rest."""

import numpy as np
import scipy.sparse as sp

from headword.core.errors import DataError


def binary(matrix: sp.csr_matrix, *, name: str = "y_true") -> sp.csr_matrix:
    """Return `matrix` as a CSR matrix of float64 ones with sorted indices and no explicit zeros; never dense.

    Raises
    ------
    DataError
        If an entry is neither 0 nor 1 (a position stored twice counts as their sum).
    """
    out = values(matrix, name=name, dtype=np.float64)
    if (out.data == 0).any():
        out = out.copy()
        out.eliminate_zeros()
    if (out.data != 1).any():
        found = out.data[out.data != 1][0]
        raise DataError(f"{name} must hold ones only (1: the label applies), found {found:g}")
    return out


def values(matrix: sp.csr_matrix, *, name: str, dtype: type | None = None) -> sp.csr_matrix:
    """Return `matrix` as CSR of floats (of `dtype` if given) with sorted indices; explicit zeros stay.

    Raises
    ------
    DataError
        If it is not sparse, an entry is NaN, or one position is stored twice.
    """
    if not sp.issparse(matrix):
        raise DataError(f"{name} must be a scipy sparse matrix, found {type(matrix).__name__}; wrap it in csr_matrix")
    kind = np.float64 if dtype is None and not np.issubdtype(matrix.dtype, np.floating) else dtype
    out = sp.csr_matrix(matrix, dtype=kind)
    if not out.has_sorted_indices:
        out = out.sorted_indices()
    if not out.has_canonical_format:
        raise DataError(f"{name} stores a (document, label) position twice; sum or drop the duplicates first")
    if np.isnan(out.data).any():
        raise DataError(f"{name} holds NaN; a missing score is an absent entry")
    return out


def same_shape(y_true: sp.csr_matrix, other: sp.csr_matrix, *, name: str) -> None:
    """Raise a DataError unless both matrices are (n_docs, n_labels) of the same sizes."""
    if y_true.shape != other.shape:
        raise DataError(f"y_true is {y_true.shape} but {name} is {other.shape}; both must be (n_docs, n_labels)")


def rows_of(matrix: sp.csr_matrix) -> np.ndarray:
    """Return the row of each stored entry; int64 (nnz,)."""
    return np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))


def at_true(y_true: sp.csr_matrix, other: sp.csr_matrix) -> np.ndarray:
    """Return for each stored entry of `other` whether `y_true` holds a one there; bool (other.nnz,).

    Both must have sorted indices (`binary` and `values` see to that).
    """
    if y_true.nnz == 0 or other.nnz == 0:
        return np.zeros(other.nnz, dtype=bool)
    n_labels = y_true.shape[1]
    true_keys = rows_of(y_true) * n_labels + y_true.indices
    keys = rows_of(other) * n_labels + other.indices
    place = np.searchsorted(true_keys, keys)
    return np.asarray(true_keys[np.minimum(place, len(true_keys) - 1)] == keys)
