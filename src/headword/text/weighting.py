"""Counts to weights: inverse document frequency, unit length.

A count becomes (1 + ln count) * idf (see `row_kernels`), where idf is (ln((1 + n_docs) / (1 + frequency)) + 1) to some
power.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError
from headword.text.row_kernels import scale_rows


def inverse_document_frequency(frequency: np.ndarray, n_docs: int, *, power: float = 1.0) -> np.ndarray:
    """Return (ln((1 + n_docs) / (1 + frequency)) + 1) ** power as float32, never below 1.

    References
    ----------
    Spärck Jones, A statistical interpretation of term specificity, Journal of Documentation 28 (1972).
    """
    return ((np.log((1 + n_docs) / (1 + frequency)) + 1) ** power).astype(np.float32)


def idf_of_falling(frequency: np.ndarray, n_docs: int, power: float) -> np.ndarray:
    """Return the same for frequencies in falling order: each value is computed once."""
    firsts = np.flatnonzero(np.diff(frequency, prepend=-1))
    with np.errstate(over="ignore"):
        values = inverse_document_frequency(frequency[firsts], n_docs, power=power)
    return np.repeat(values, np.diff(firsts, append=len(frequency)))


def power_of(state: Mapping[str, Any]) -> float:
    """Return the number `idf_power` of a block's state."""
    power = float(stored.array(state, "idf_power", np.float64, (1,))[0])
    if not np.isfinite(power):
        raise DataError(f"tensor 'idf_power' must be finite, found {power}")
    return power


def unit_rows(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """Scale each row to Euclidean length 1, in place; an empty row stays empty."""
    scale_rows(matrix.indptr.astype(np.int64, copy=False), matrix.data)
    return matrix
