"""Suggestions: ranked labels of each document, with score, probability and decision."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from headword.core.errors import DataError
from headword.core.labels import LabelSpace

BANDS = ("reject", "review", "accept")
# What may be beside every suggestion, and beside every document.
_OF_ENTRIES, _OF_DOCUMENTS = ("in_set", "bands"), ("holds", "automatic")


@dataclass(frozen=True)
class Suggestion:
    """One label for one document: unbounded score, calibrated probability in [0, 1], and whether it was chosen.

    `in_set`: whether it is in the document's set, if the tagger gives a guarantee. `band`: accept, review or reject, if
    the tagger has bands. `name`: what people call the label, "" where it goes by its own name.
    """

    label: str
    probability: float
    score: float
    chosen: bool
    in_set: bool | None = None
    band: str | None = None
    name: str = ""

    @property
    def shown(self) -> str:
        """The label as people read it."""
        return f"{self.name} ({self.label})" if self.name else self.label


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
    in_set, holds
        bool (n_entries,), the labels in their document's guaranteed set, and bool (n_docs,), where the guarantee holds;
        None without a guarantee.
    bands, automatic
        int8 (n_entries,) into BANDS, and bool (n_docs,), the documents that need no human; None without bands.
    """

    ids: tuple[str, ...]
    label_space: LabelSpace
    indptr: np.ndarray
    columns: np.ndarray
    scores: np.ndarray
    probabilities: np.ndarray
    chosen: np.ndarray
    in_set: np.ndarray | None = None
    holds: np.ndarray | None = None
    bands: np.ndarray | None = None
    automatic: np.ndarray | None = None

    def __post_init__(self) -> None:
        if len(self.indptr) != len(self.ids) + 1:
            raise DataError(f"{len(self.ids)} documents need {len(self.ids) + 1} row bounds, found {len(self.indptr)}")
        for name in ("columns", "scores", "probabilities", "chosen"):
            if len(getattr(self, name)) != self.indptr[-1]:
                raise DataError(f"{self.indptr[-1]} entries need as many {name}, found {len(getattr(self, name))}")
        for names, wanted in ((_OF_ENTRIES, int(self.indptr[-1])), (_OF_DOCUMENTS, len(self.ids))):
            for name in names:
                found = getattr(self, name)
                if found is not None and len(found) != wanted:
                    raise DataError(f"expected {wanted} values of {name}, found {len(found)}")

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[list[Suggestion]]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, i: int) -> list[Suggestion]:
        """Return the suggestions of document `i`, best first."""
        i, readable = range(len(self))[i], self.label_space.readable
        return [
            Suggestion(
                self.label_space.names[self.columns[e]],
                float(self.probabilities[e]),
                float(self.scores[e]),
                bool(self.chosen[e]),
                None if self.in_set is None else bool(self.in_set[e]),
                None if self.bands is None else BANDS[self.bands[e]],
                readable[self.columns[e]] if readable else "",
            )
            for e in range(self.indptr[i], self.indptr[i + 1])
        ]

    @property
    def shape(self) -> tuple[int, int]:
        """(n_docs, n_labels)."""
        return len(self.ids), len(self.label_space)

    def top(self, k: int) -> "Suggestions":
        """Return the `k` best of each document, and beyond them what is chosen or in the guaranteed set."""
        rank = np.arange(self.indptr[-1]) - np.repeat(self.indptr[:-1], np.diff(self.indptr))
        keep = (rank < k) | self.chosen
        if self.in_set is not None:
            keep |= self.in_set
        kept = np.concatenate([[0], np.cumsum(keep)])
        return replace(
            self,
            indptr=kept[self.indptr].astype(np.int64),
            columns=self.columns[keep],
            scores=self.scores[keep],
            probabilities=self.probabilities[keep],
            chosen=self.chosen[keep],
            in_set=None if self.in_set is None else self.in_set[keep],
            bands=None if self.bands is None else self.bands[keep],
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
