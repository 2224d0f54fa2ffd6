"""The ranking that all ranking metrics read: each document's scored labels, best first, with their hits."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from headword.metrics.inputs import at_true, binary, rows_of, same_shape, values


@dataclass(frozen=True, eq=False)
class Ranking:
    """Scored labels of n_docs documents, best first within a document; equal scores stand in column order.

    Attributes
    ----------
    y_true
        CSR (n_docs, n_labels) of ones.
    docs, columns
        int64 (n_entries,), document and label of each scored pair.
    scores
        (n_entries,), falling within a document.
    hits
        bool (n_entries,), whether the label applies.
    order
        int64 (n_entries,), the position of each entry among the stored entries of the score matrix.
    indptr
        int64 (n_docs + 1,), the entries of document i are indptr[i]:indptr[i+1].
    """

    y_true: sp.csr_matrix
    docs: np.ndarray
    columns: np.ndarray
    scores: np.ndarray
    hits: np.ndarray
    order: np.ndarray
    indptr: np.ndarray

    @classmethod
    def of(cls, y_true: sp.csr_matrix, y_score: sp.csr_matrix) -> "Ranking":
        """Rank the stored entries of `y_score`; absent ones, and stored -inf, are never ranked.

        Raises
        ------
        DataError
            If the shapes differ, `y_true` is not binary or `y_score` holds NaN.
        """
        truth, score = binary(y_true), values(y_score, name="y_score")
        same_shape(truth, score, name="y_score")
        docs = rows_of(score)
        order = np.lexsort((-score.data, docs))
        order = order[score.data[order] != -np.inf]
        n_scored = np.bincount(docs[order], minlength=truth.shape[0])
        return cls(
            y_true=truth,
            docs=docs[order],
            columns=score.indices[order].astype(np.int64),
            scores=score.data[order],
            hits=at_true(truth, score)[order],
            order=order,
            indptr=np.concatenate([[0], np.cumsum(n_scored)]).astype(np.int64),
        )

    @property
    def n_docs(self) -> int:
        """Number of documents."""
        return int(self.y_true.shape[0])

    @property
    def n_labels(self) -> int:
        """Number of labels."""
        return int(self.y_true.shape[1])

    @cached_property
    def n_true(self) -> np.ndarray:
        """Labels that apply to each document; int64 (n_docs,)."""
        return np.asarray(np.diff(self.y_true.indptr), dtype=np.int64)

    @cached_property
    def ranks(self) -> np.ndarray:
        """0-based rank of each entry within its document; int64 (n_entries,)."""
        return np.asarray(np.arange(len(self.docs), dtype=np.int64) - self.indptr[self.docs])

    def hits_within(self, k: int) -> np.ndarray:
        """Return the indices of the entries that are hits among their document's `k` best."""
        return np.flatnonzero(self.hits & (self.ranks < k))

    def sum_by_doc(self, entries: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        """Return the sum of `weights` (of ones when None) of `entries` per document; float64 (n_docs,)."""
        return np.bincount(self.docs[entries], weights=weights, minlength=self.n_docs).astype(np.float64)
