"""Candidates: the labels worth a second look for each document, with every member's score."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from headword.core.parallel import run_chunks
from headword.decisions.candidate_kernels import (
    MEMBER_FEATURES,
    nominated,
    pair_features,
    pair_targets,
    select_candidates,
    select_listed,
)
from headword.decisions.scales import Scales
from headword.scorers.protocol import Listed

_CHUNK_DOCS = 512


def n_pair_features(n_members: int) -> int:
    """Return how many features a (document, label) pair has."""
    return MEMBER_FEATURES * n_members + 4


@dataclass(frozen=True, eq=False)
class Candidates:
    """Sparse rows of candidate labels.

    Attributes
    ----------
    indptr, columns
        int64 (n_docs + 1,) and int32 (n_entries,), ascending within a document.
    values
        float32 (n_entries, n_members): the score of each member.
    n_labels
        Number of labels.
    """

    indptr: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    n_labels: int

    @classmethod
    def select(cls, scores: np.ndarray, most: int) -> "Candidates":
        """Take the union of each member's `most` best labels; `scores` float32 (n_members, n_docs, n_labels)."""
        indptr, columns, values = select_candidates(scores, most)
        return cls(indptr, columns, values, scores.shape[2])

    @classmethod
    def of_lists(cls, lists: Sequence[Listed], most: int, n_labels: int) -> "Candidates":
        """Take the union of each member's `most` best labels among those it lists."""
        starts = np.cumsum([0, *(len(one.columns) for one in lists)])
        bounds = np.stack([one.indptr + start for one, start in zip(lists, starts, strict=False)])
        columns, values = (np.concatenate([getattr(one, name) for one in lists]) for name in ("columns", "values"))
        absent = np.array([one.absent for one in lists], dtype=np.float32)
        indptr, chosen, scores = select_listed(bounds, columns, values, absent, min(most, n_labels), n_labels)
        return cls(indptr, chosen, scores, n_labels)

    @classmethod
    def concatenate(cls, parts: Sequence["Candidates"]) -> "Candidates":
        """Put the documents of several parts one after the other."""
        starts = np.cumsum([0, *(part.indptr[-1] for part in parts)])
        indptr = np.concatenate([[0], *(part.indptr[1:] + start for part, start in zip(parts, starts, strict=False))])
        return cls(
            indptr.astype(np.int64),
            np.concatenate([part.columns for part in parts]),
            np.concatenate([part.values for part in parts]),
            parts[0].n_labels,
        )

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @property
    def documents(self) -> np.ndarray:
        """The document of each entry, int64 (n_entries,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.indptr))

    def rows(self, rows: np.ndarray) -> "Candidates":
        """Return the candidates of the documents at `rows` (int64), in that order."""
        lengths = np.diff(self.indptr)[rows]
        indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        entries = np.repeat(self.indptr[:-1][rows] - indptr[:-1], lengths) + np.arange(indptr[-1])
        return Candidates(indptr, self.columns[entries], self.values[entries], self.n_labels)

    def entries(self, kept: np.ndarray) -> "Candidates":
        """Return the candidates at `kept`, bool (n_entries,), of all documents."""
        indptr = np.concatenate([[0], np.cumsum(kept)])[self.indptr].astype(np.int64)
        return Candidates(indptr, self.columns[kept], self.values[kept], self.n_labels)

    def nominated(self, members: Sequence[int], most: int) -> np.ndarray:
        """Return bool (n_entries,): which candidates would be there if only `members` nominated, their `most` best."""
        return nominated(self.indptr, self.values, np.array(members), most)  # type: ignore[no-any-return]

    def nominated_by(self, members: Sequence[int], most: int) -> "Candidates":
        """Return those, with the scores of `members`; all of them where `members` are all, or nominate none at all."""
        if len(members) == self.values.shape[1]:
            return self.of_members(members)
        there = self.nominated(members, most)
        return (self.entries(there) if there.any() else self).of_members(members)

    def of_members(self, members: Sequence[int]) -> "Candidates":
        """Return the same candidates with the scores of some members only."""
        return replace(self, values=np.ascontiguousarray(self.values[:, list(members)]))

    def with_member(self, scores: np.ndarray) -> "Candidates":
        """Return the same candidates with one more member's scores, (n_entries,)."""
        return replace(self, values=np.column_stack([self.values, scores]).astype(np.float32))

    def targets(self, y: sp.csr_matrix) -> np.ndarray:
        """Return float32 (n_entries,): 1 where the document has the label."""
        return pair_targets(  # type: ignore[no-any-return]
            self.indptr, self.columns, y.indptr.astype(np.int64), y.indices.astype(np.int32)
        )

    def features(self, log_prior: np.ndarray, scales: Scales, *, n_threads: int | None = None) -> np.ndarray:
        """Return the pair features float32 (n_entries, 6 n_members + 4), see `pair_features` and `Scales.consensus`."""
        out = np.empty((len(self.columns), n_pair_features(self.values.shape[1])), dtype=np.float32)

        def describe(start: int) -> None:
            stop = min(start + _CHUNK_DOCS, len(self))
            pair_features(self.indptr, self.columns, self.values, log_prior, start, stop, out)
            entries = slice(self.indptr[start], self.indptr[stop])
            out[entries, -2:] = scales.consensus(self.values[entries])

        run_chunks(describe, range(0, len(self), _CHUNK_DOCS), n_threads)
        return out
