"""Suggestions: ranked labels of each document, with score, probability and decision."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from headword.core.errors import DataError
from headword.core.labels import LabelSpace


@dataclass(frozen=True)
class Suggestion:
    """One label for one document: unbounded score, calibrated probability in [0, 1], and whether it was chosen."""

    label: str
    probability: float
    score: float
    chosen: bool


@dataclass(frozen=True, eq=False)
class Suggestions:
    """Ranked suggestions for n_docs documents; what is not listed counts as score -inf and probability 0.

    Attributes
    ----------
    ids
        One string a document.
    label_space
        The names of the columns.
    indptr
        int64 (n_docs + 1,); document i owns entries indptr[i]:indptr[i+1] of the arrays below, best first.
    columns
        int32 (n_entries,), label columns.
    scores, probabilities
        float32 (n_entries,); both fall (or stay equal) within a document.
    chosen
        bool (n_entries,).
    """

    ids: tuple[str, ...]
    label_space: LabelSpace
    indptr: np.ndarray
    columns: np.ndarray
    scores: np.ndarray
    probabilities: np.ndarray
    chosen: np.ndarray

    def __post_init__(self) -> None:
        if len(self.indptr) != len(self.ids) + 1:
            raise DataError(f"{len(self.ids)} documents need {len(self.ids) + 1} row bounds, found {len(self.indptr)}")
        for name in ("columns", "scores", "probabilities", "chosen"):
            if len(getattr(self, name)) != self.indptr[-1]:
                raise DataError(f"{self.indptr[-1]} entries need as many {name}, found {len(getattr(self, name))}")

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[list[Suggestion]]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, i: int) -> list[Suggestion]:
        """Return the suggestions of document `i`, best first."""
        i = range(len(self))[i]
        return [
            Suggestion(
                self.label_space.names[self.columns[e]],
                float(self.probabilities[e]),
                float(self.scores[e]),
                bool(self.chosen[e]),
            )
            for e in range(self.indptr[i], self.indptr[i + 1])
        ]

    @property
    def shape(self) -> tuple[int, int]:
        """(n_docs, n_labels)."""
        return len(self.ids), len(self.label_space)

    def top(self, k: int) -> "Suggestions":
        """Return the `k` best of each document, and any chosen ones beyond them."""
        rank = np.arange(self.indptr[-1]) - np.repeat(self.indptr[:-1], np.diff(self.indptr))
        keep = (rank < k) | self.chosen
        kept = np.concatenate([[0], np.cumsum(keep)])
        return replace(
            self,
            indptr=kept[self.indptr].astype(np.int64),
            columns=self.columns[keep],
            scores=self.scores[keep],
            probabilities=self.probabilities[keep],
            chosen=self.chosen[keep],
        )

    def score_matrix(self) -> sp.csr_matrix:
        """CSR (n_docs, n_labels) of scores; absent entries mean -inf, explicit zeros are scores."""
        return self._matrix(self.scores)

    def probability_matrix(self) -> sp.csr_matrix:
        """CSR (n_docs, n_labels) of probabilities; absent entries mean 0."""
        return self._matrix(self.probabilities)

    def chosen_matrix(self) -> sp.csr_matrix:
        """CSR (n_docs, n_labels) of float32 ones where a label was chosen."""
        chosen = self._matrix(self.chosen.astype(np.float32))
        chosen.eliminate_zeros()
        return chosen

    def _matrix(self, data: np.ndarray) -> sp.csr_matrix:
        matrix = sp.csr_matrix((data, self.columns, self.indptr), shape=self.shape, copy=True)
        matrix.sort_indices()
        return matrix
