"""Neighbors: the labels of the most similar training documents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError, NotFittedError, RecipeError
from headword.core.parallel import run_chunks
from headword.core.stored import smallest_type
from headword.scorers.contributions import Compared, Contributions
from headword.scorers.neighbor_index import SEARCHES, InvertedIndex
from headword.scorers.neighbor_vote_kernels import FLOOR, vote
from headword.scorers.protocol import Listed
from headword.text.features import Features
from headword.text.words import csr

_CHUNK_DOCS = 64
_LIMIT = 1 << 31
Found = TypeVar("Found")


@dataclass(eq=False)
class Neighbors:
    """Cosine nearest neighbours; each votes for its labels with its similarity to the power `power`.

    The score of a label is ln(share of the votes + 0.001): -6.9 for a label that no neighbour has, 0 for one that all
    have. Weights of the training documents are kept in a byte, which moves a cosine by about 0.3 %.

    Parameters
    ----------
    block
        The feature block to read.
    k
        Neighbours at most.
    power
        Above 1, near ones count for more.
    search
        `exact`, or `approximate`: finds about 99 of 100 neighbours, and takes half the time among 200,000 documents, a
        third among a million; below 50,000 it saves nothing.
    """

    block: str = "words"
    k: int = 50
    power: float = 2.0
    search: str = "exact"
    index: InvertedIndex | None = None
    targets: sp.csr_matrix | None = None
    rows: np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.k < 1:
            raise RecipeError(f"neighbors need k >= 1, found {self.k}")
        if self.search not in SEARCHES:
            raise RecipeError(f"the search for neighbors is one of {', '.join(SEARCHES)}, found {self.search!r}")

    def fit(
        self,
        features: Features,
        targets: sp.csr_matrix,
        rows: np.ndarray | None = None,
        *,
        seed: int = 0,
        n_threads: int | None = None,
    ) -> Self:
        """Index the documents."""
        documents = features[self.block]
        self.rows = np.arange(documents.shape[0]) if rows is None else rows.astype(np.int64)
        self.index = InvertedIndex.of(documents, self.rows, self.search, n_threads=n_threads)
        chosen = targets if rows is None else targets[rows]
        self.targets = csr(chosen.indptr, chosen.indices.astype(np.int32), chosen.data, targets.shape[1])
        return self

    def neighbors(self, features: Features, *, n_threads: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return (documents int64, cosines float32), both (n_docs, k), nearest first.

        Documents are numbered as in the corpus given to `fit`; -1 and 0 where there are fewer than k neighbours.
        """

        def keep(similar: np.ndarray, best: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return np.where(best >= 0, self.rows[best], -1), similar  # type: ignore[index]

        parts = self._search(features, keep, n_threads, "neighbors")
        documents = [np.empty((0, self.k), np.int64), *(part[0] for part in parts)]
        return np.concatenate(documents), np.concatenate([np.empty((0, self.k), np.float32), *(p[1] for p in parts)])

    def _search(
        self, features: Features, use: Callable[[np.ndarray, np.ndarray], Found], n_threads: int | None, verb: str
    ) -> list[Found]:
        """Return what `use` makes of the cosines and the neighbours of some documents at a time, by threads."""
        if self.index is None:
            raise NotFittedError(f"call fit before {verb}")
        queries, index = features[self.block], self.index

        def search(start: int) -> Found:
            n = min(_CHUNK_DOCS, queries.shape[0] - start)
            similar, best = np.empty((n, self.k), np.float32), np.empty((n, self.k), np.int32)
            index.nearest(queries, start, similar, best)
            return use(similar, best)

        return run_chunks(search, range(0, queries.shape[0], _CHUNK_DOCS), n_threads)

    def score(self, features: Features, *, n_threads: int | None = None) -> np.ndarray:
        """Return ln(vote share + 0.001), float32 (n_docs, n_labels)."""
        return self.listed(features, n_threads=n_threads).dense(0 if self.targets is None else self.targets.shape[1])

    def listed(self, features: Features, *, n_threads: int | None = None) -> Listed:
        """Return the labels that have votes with their scores; all others have ln 0.001."""

        def count(similar: np.ndarray, best: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            of, power = self.targets, np.float32(self.power)
            return vote(similar, best, of.indptr, of.indices, power, of.shape[1])  # type: ignore[union-attr, no-any-return]

        return Listed.concatenate(self._search(features, count, n_threads, "score"), float(np.log(FLOOR)))

    def compared(self, features: Features, columns: np.ndarray) -> Compared:
        """Return the neighbours of one document, and what each of its features adds to their cosines."""
        if self.index is None or self.targets is None or self.rows is None:
            raise NotFittedError("call fit before compared")
        (similar, best), *_ = self._search(features, lambda *found: found, 1, "compared")
        found = best[0][best[0] >= 0]
        shared = self.index.products(features[self.block], found)
        carries = self.targets[found][:, columns].toarray() > 0
        return Compared(self.rows[found], similar[0][: len(found)].astype(np.float64), shared, carries)

    def contributions(self, features: Features, columns: np.ndarray) -> Contributions:
        """Return the score of each label were its votes as frequent as its documents, and what moved it from there.

        A neighbour's vote s^power comes apart into s^(power - 1) times what each feature adds to its cosine s (the
        Aumann-Shapley values of a power of a sum). What a feature does to a label's share of the votes is what it
        gives to those that have the label, less the label's frequency times what it gives to all: it speaks for the
        labels of the documents that it made near. In units of the score all are scaled alike.
        """
        near, targets = self.compared(features, columns), self.targets
        support = np.bincount(targets.indices, minlength=targets.shape[1])  # type: ignore[union-attr]
        frequency = support[columns] / targets.shape[0]  # type: ignore[union-attr]
        base = np.log(frequency + FLOOR)
        given = near.cosines ** (self.power - 1)
        votes = near.shared * given[:, None]
        total = float((near.cosines**self.power).sum())
        if not total > 0:
            return Contributions(
                np.full(len(columns), np.log(FLOOR), np.float64), np.zeros((votes.shape[1], len(base)))
            )
        moved = (votes.T @ near.carries - votes.sum(axis=0)[:, None] * frequency) / total
        share = moved.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = np.where(share != 0, np.log1p(share / (frequency + FLOOR)) / share, 1 / (frequency + FLOOR))
        return Contributions(base, moved * slope)

    def state(self) -> Mapping[str, Any]:
        """Return the index and the targets; `rows` is empty where the documents are the first ones in their order."""
        if self.index is None or self.targets is None or self.rows is None:
            raise NotFittedError("call fit before state")
        n_labels = self.targets.shape[1]
        first = np.array_equal(self.rows, np.arange(len(self.rows)))
        return self.index.state() | {
            "target_counts": np.diff(self.targets.indptr).astype(smallest_type(n_labels + 1)),
            "target_labels": self.targets.indices.astype(smallest_type(n_labels)),
            "n_labels": np.array([n_labels], dtype=np.int64),
            "rows": (self.rows[:0] if first else self.rows).astype(np.uint32),
        }

    def restore(self, state: Mapping[str, Any], *, n_features: int | None = None, n_labels: int | None = None) -> Self:
        """Become the fitted scorer whose state this is.

        Parameters
        ----------
        n_features, n_labels
            The sizes it must have; None: any, as long as its arrays fit one another.

        Raises
        ------
        DataError
            If an array is missing, or of a wrong type, size or content.
        """
        found = stored.number(state, "n_labels", *((1, _LIMIT) if n_labels is None else (n_labels, n_labels)))
        labels = stored.indices(state, "target_labels", found, dtype=smallest_type(found))
        counts = stored.array(state, "target_counts", smallest_type(found + 1), (None,))
        bounds = stored.bounds_of(counts, len(labels), "target_counts")
        rows = stored.indices(state, "rows", _LIMIT, dtype=np.uint32)
        if len(rows) not in (0, len(counts)):
            raise DataError(f"tensor 'rows' has {len(rows)} numbers, expected none or {len(counts)}")
        self.index = InvertedIndex.from_state(state, len(counts), n_features, self.search)
        self.targets = csr(bounds, labels.astype(np.int32), np.ones(len(labels), np.float32), found)
        self.rows = rows.astype(np.int64) if len(rows) else np.arange(len(counts))
        return self
