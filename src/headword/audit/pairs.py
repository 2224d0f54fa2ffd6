"""The (document, label) pairs that may be errors, and what is known of each."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from headword.audit.pair_kernels import FEATURES, describe_pairs
from headword.core.errors import DataError
from headword.core.parallel import run_chunks

_CHUNK_DOCS = 512
_FLOOR = 1e-4
_SHRINK = 5.0


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of documents and labels: what the models suggest, what the documents carry, and what was drawn by lot.

    Attributes
    ----------
    indptr, columns
        int64 (n_docs + 1,) and int32 (n_pairs,), ascending within a document.
    probabilities
        float32 (n_pairs,), by models that did not learn from the document; at least 0.0001.
    assigned, chosen, drawn
        bool (n_pairs,): the document carries the label; the decision chose it; it was drawn by lot.
    n_labels
        Number of labels.
    """

    indptr: np.ndarray
    columns: np.ndarray
    probabilities: np.ndarray
    assigned: np.ndarray
    chosen: np.ndarray
    drawn: np.ndarray
    n_labels: int

    @classmethod
    def of(
        cls, probabilities: sp.csr_matrix, targets: sp.csr_matrix, chosen: sp.csr_matrix, drawn: sp.csr_matrix
    ) -> "Pairs":
        """Join four CSR matrices (n_docs, n_labels); what has no probability gets 0.0001.

        Raises
        ------
        DataError
            If the shapes differ, or a probability is not in [0, 1].
        """
        for name, matrix in (("targets", targets), ("decisions", chosen), ("drawn labels", drawn)):
            if matrix.shape != probabilities.shape:
                raise DataError(f"probabilities of shape {probabilities.shape} have {name} of shape {matrix.shape}")
        if not ((probabilities.data >= 0) & (probabilities.data <= 1)).all():
            raise DataError("probabilities must lie in [0, 1]")
        union = sp.csr_matrix(sum(_pattern(m) for m in (probabilities, targets, chosen, drawn)))
        union.sort_indices()
        found = _at(union, probabilities)
        return cls(
            union.indptr.astype(np.int64),
            union.indices.astype(np.int32),
            np.maximum(found, np.float32(_FLOOR)),
            _at(union, targets) > 0,
            _at(union, chosen) > 0,
            _at(union, drawn) > 0,
            union.shape[1],
        )

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def n_docs(self) -> int:
        """Number of documents."""
        return len(self.indptr) - 1

    @cached_property
    def documents(self) -> np.ndarray:
        """The document of each pair, int64 (n_pairs,)."""
        return np.repeat(np.arange(self.n_docs), np.diff(self.indptr))

    @cached_property
    def logits(self) -> np.ndarray:
        """Log odds of the probabilities, float32 (n_pairs,)."""
        p = np.clip(self.probabilities.astype(np.float64), _FLOOR, 1 - _FLOOR)
        return np.log(p / (1 - p)).astype(np.float32)

    @cached_property
    def support(self) -> np.ndarray:
        """Documents that carry each label, int64 (n_labels,)."""
        return np.bincount(self.columns[self.assigned], minlength=self.n_labels).astype(np.int64)

    @cached_property
    def other_support(self) -> np.ndarray:
        """Other documents that carry the pair's label, int64 (n_pairs,)."""
        return self.support[self.columns] - self.assigned  # type: ignore[no-any-return]

    @cached_property
    def together(self) -> sp.csr_matrix:
        """CSR (n_labels, n_labels), float32: documents that carry both labels."""
        ones = np.ones(int(self.assigned.sum()), np.float32)
        bounds = np.concatenate([[0], np.cumsum(self.assigned)])[self.indptr]
        targets = sp.csr_matrix((ones, self.columns[self.assigned], bounds), shape=(self.n_docs, self.n_labels))
        together = sp.csr_matrix(targets.T @ targets)
        together.sort_indices()
        return together

    def features(self, assigned: np.ndarray | None = None, *, n_threads: int | None = None) -> np.ndarray:
        """Return float32 (n_pairs, 16), see `describe_pairs`; none tells whether the pair itself is assigned.

        `assigned` bool (n_pairs,) are labels to be taken for those of the documents; None: their own.
        """
        shown = self.assigned if assigned is None else assigned
        out = np.empty((len(self), FEATURES), dtype=np.float32)
        own_mean, counts = self._label_means(), self.together
        counted = counts.indptr.astype(np.int64), counts.indices.astype(np.int32), counts.data.astype(np.float32)

        def describe(start: int) -> None:
            stop = min(start + _CHUNK_DOCS, self.n_docs)
            describe_pairs(
                self.indptr, self.columns, self.logits, shown, self.assigned, own_mean, self.support, *counted,
                start, stop, out,
            )  # fmt: skip

        run_chunks(describe, range(0, self.n_docs, _CHUNK_DOCS), n_threads)
        return out

    def _label_means(self) -> np.ndarray:
        """Return each label's mean log odds where it is assigned, shrunk to that of all, the pair itself left out."""
        own = np.where(self.assigned, self.logits, 0).astype(np.float64)
        sums = np.bincount(self.columns, weights=own, minlength=self.n_labels)
        overall = own.sum() / max(self.assigned.sum(), 1)
        means = (sums[self.columns] - own + _SHRINK * overall) / (self.other_support + _SHRINK)
        return means.astype(np.float32)  # type: ignore[no-any-return]


def _pattern(matrix: sp.csr_matrix) -> sp.csr_matrix:
    return sp.csr_matrix((np.ones(matrix.nnz, np.float32), matrix.indices, matrix.indptr), shape=matrix.shape)


def _at(union: sp.csr_matrix, matrix: sp.csr_matrix) -> np.ndarray:
    """Return the entries of `matrix` at the places of `union`, 0 where it has none, float32."""
    width = np.int64(union.shape[1])
    places = np.repeat(np.arange(union.shape[0]), np.diff(union.indptr)) * width + union.indices
    own = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)) * width + matrix.indices
    out = np.zeros(union.nnz, dtype=np.float32)
    out[np.searchsorted(places, own)] = matrix.data
    return out
