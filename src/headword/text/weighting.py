"""Counts to weights: sublinear term frequency, inverse document frequency, unit length."""

import numpy as np
import scipy.sparse as sp


def inverse_document_frequency(frequency: np.ndarray, n_docs: int, *, power: float = 1.0) -> np.ndarray:
    """Return (ln((1 + n_docs) / (1 + frequency)) + 1) ** power as float32, never below 1.

    References
    ----------
    Spärck Jones, A statistical interpretation of term specificity, Journal of Documentation 28 (1972).
    """
    return ((np.log((1 + n_docs) / (1 + frequency)) + 1) ** power).astype(np.float32)


def weighted(counts: sp.csr_matrix, idf: np.ndarray) -> sp.csr_matrix:
    """Return tf-idf rows, (1 + ln count) * idf, of Euclidean length 1 (an empty row stays empty); `counts` is used up.

    Parameters
    ----------
    counts
        CSR (n_docs, n_features) float32, positive.
    idf
        float32 (n_features,).
    """
    values = counts.data
    np.log(values, out=values)
    values += 1
    values *= idf[counts.indices]
    counts.data = values
    return unit_rows(counts)


def unit_rows(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """Scale each row to Euclidean length 1, in place; an empty row stays empty."""
    lengths = np.diff(matrix.indptr)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    squares = np.bincount(rows, weights=np.square(matrix.data, dtype=np.float64), minlength=len(lengths))
    norms = np.sqrt(squares)
    norms[norms == 0] = 1
    matrix.data /= norms.astype(np.float32)[rows]
    return matrix
