"""Rows of weights from marks: what the kernels of every counted block need, and the matrix they fill."""

import copy
import threading
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import scipy.sparse as sp

from headword.core.parallel import run_chunks

CHUNK_DOCS = 1024
LOGS = np.log(np.arange(1, 256, dtype=np.float32)) + np.float32(1)
LOGS = np.concatenate([np.zeros(1, np.float32), LOGS])

Marks = tuple[np.ndarray, np.ndarray, np.ndarray]
_threads = threading.local()


def marks(n_features: int) -> Marks:
    """Return this thread's counts, bits and summary (see `row_kernels`) for `n_features` or more, all clear."""
    found: Marks | None = getattr(_threads, "marks", None)
    if found is None or len(found[0]) < n_features:
        n_groups = -(-n_features // 64)
        found = (
            np.zeros(n_features, dtype=np.int32),
            np.zeros(n_groups, dtype=np.uint64),
            np.zeros(-(-n_groups // 64), dtype=np.uint64),
        )
        _threads.marks = found
    return found


def rows_of(
    n_docs: int,
    n_features: int,
    count: Callable[[int, int, np.ndarray], None],
    write: Callable[[int, int, np.ndarray, np.ndarray, np.ndarray], None],
    n_threads: int | None = None,
) -> sp.csr_matrix:
    """Return CSR (n_docs, n_features), whose rows are first measured and then written where they belong.

    Parameters
    ----------
    count
        Writes how many features the documents from the first to the second number (exclusive) have.
    write
        Writes their rows, given the bounds of all rows, the indices and the data.
    """

    def chunk(start: int) -> tuple[int, int]:
        return start, min(start + CHUNK_DOCS, n_docs)

    indptr = np.zeros(n_docs + 1, dtype=np.int64)
    starts = range(0, n_docs, CHUNK_DOCS)
    run_chunks(lambda start: count(*chunk(start), indptr[1:]), starts, n_threads)
    np.cumsum(indptr, out=indptr)
    indices, data = np.empty(indptr[-1], dtype=np.int32), np.empty(indptr[-1], dtype=np.float32)
    run_chunks(lambda start: write(*chunk(start), indptr, indices, data), starts, n_threads)
    return csr(indptr, indices, data, n_features)


def csr(indptr: np.ndarray, indices: np.ndarray, data: np.ndarray, n_columns: int) -> sp.csr_matrix:
    """Wrap arrays as CSR without scipy's checks and casts: int64 bounds, int32 columns, as the kernels take them."""
    matrix = copy.copy(_empty(len(indptr) - 1, n_columns))
    matrix.indptr, matrix.indices, matrix.data = indptr.astype(np.int64, copy=False), indices, data
    return matrix


@lru_cache(maxsize=64)
def _empty(n_rows: int, n_columns: int) -> sp.csr_matrix:
    """Return a matrix without arrays of its own; scipy takes longer to make one than a document is worth."""
    matrix = sp.csr_matrix((n_rows, n_columns), dtype=np.float32)
    matrix.indptr = matrix.indices
    matrix.has_sorted_indices = True
    return matrix
