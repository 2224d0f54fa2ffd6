"""Hits, decisions and true labels: per document and, kept apart by label, per pair."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from headword.metrics.inputs import at_true, binary, same_shape


@dataclass(frozen=True, eq=False)
class Decisions:
    """Chosen labels beside the true ones.

    Attributes
    ----------
    y_true, y_pred, both
        CSR (n_docs, n_labels) of float64 ones: what applies, what was chosen, and the pairs in both.
    """

    y_true: sp.csr_matrix
    y_pred: sp.csr_matrix
    both: sp.csr_matrix

    @classmethod
    def of(cls, y_true: sp.csr_matrix, y_pred: sp.csr_matrix) -> "Decisions":
        """Check and join both matrices.

        Raises
        ------
        DataError
            If the shapes differ or a matrix is not binary.
        """
        truth, chosen = binary(y_true), binary(y_pred, name="y_pred")
        same_shape(truth, chosen, name="y_pred")
        hits = chosen.copy()
        hits.data = at_true(truth, chosen).astype(np.float64)
        hits.eliminate_zeros()
        return cls(truth, chosen, hits)

    @property
    def shape(self) -> tuple[int, int]:
        """(n_docs, n_labels)."""
        n_docs, n_labels = self.y_true.shape
        return int(n_docs), int(n_labels)

    @cached_property
    def doc_tp(self) -> np.ndarray:
        """Chosen labels that apply, per document; float64 (n_docs,)."""
        return np.asarray(np.diff(self.both.indptr), dtype=np.float64)

    @cached_property
    def doc_pred(self) -> np.ndarray:
        """Chosen labels per document; float64 (n_docs,)."""
        return np.asarray(np.diff(self.y_pred.indptr), dtype=np.float64)

    @cached_property
    def doc_true(self) -> np.ndarray:
        """Labels that apply, per document; float64 (n_docs,)."""
        return np.asarray(np.diff(self.y_true.indptr), dtype=np.float64)

    def label_counts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return hits, decisions and true documents of each label; three int64 arrays (n_labels,)."""
        n_labels = self.shape[1]
        tp, pred, true = (np.bincount(m.indices, minlength=n_labels) for m in (self.both, self.y_pred, self.y_true))
        return tp, pred, true
