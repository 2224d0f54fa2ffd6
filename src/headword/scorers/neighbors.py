"""Neighbors: the labels of the most similar training documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError, NotFittedError, RecipeError
from headword.core.parallel import run_chunks
from headword.scorers.neighbor_kernels import nearest, vote
from headword.text.features import Features
from headword.text.words import csr

_CHUNK_DOCS = 128
_FLOOR = 1e-3
_LIMIT = 1 << 31


@dataclass(eq=False)
class Neighbors:
    """Cosine nearest neighbours, exact; each votes for its labels with its similarity to the power `power`.

    The score of a label is ln(share of the votes + 0.001): -6.9 for a label that no neighbour has, 0 for one that all
    have.

    Parameters
    ----------
    block
        The feature block to read.
    k
        Neighbours at most.
    power
        Above 1, near ones count for more.
    """

    block: str = "words"
    k: int = 50
    power: float = 2.0
    index: sp.csc_matrix | None = None
    targets: sp.csr_matrix | None = None
    rows: np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.k < 1:
            raise RecipeError(f"neighbors need k >= 1, found {self.k}")

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
        chosen = documents if rows is None else documents[rows]
        self._set(chosen.tocsc(), targets if rows is None else targets[rows])
        return self

    def _set(self, index: sp.csc_matrix, targets: sp.csr_matrix) -> None:
        index.indptr = index.indptr.astype(np.int64, copy=False)
        index.indices = index.indices.astype(np.int32, copy=False)
        self.index = index
        self.targets = csr(targets.indptr, targets.indices.astype(np.int32), targets.data, targets.shape[1])

    def neighbors(self, features: Features, *, n_threads: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return (documents int64, cosines float32), both (n_docs, k), nearest first.

        Documents are numbered as in the corpus given to `fit`; -1 and 0 where there are fewer than k neighbours.
        """
        best, similar = self._nearest(features, n_threads)
        if self.rows is None:
            raise NotFittedError("call fit before neighbors")
        return np.where(best >= 0, self.rows[best], -1), similar

    def _nearest(self, features: Features, n_threads: int | None) -> tuple[np.ndarray, np.ndarray]:
        if self.index is None:
            raise NotFittedError("call fit before score")
        queries, index = features[self.block], self.index
        best = np.empty((queries.shape[0], self.k), dtype=np.int32)
        similar = np.empty((queries.shape[0], self.k), dtype=np.float32)

        def search(start: int) -> None:
            stop = start + _CHUNK_DOCS
            nearest(
                queries.indptr, queries.indices, queries.data, start, index.indptr, index.indices, index.data,
                similar[start:stop], best[start:stop], index.shape[0],
            )  # fmt: skip

        run_chunks(search, range(0, len(best), _CHUNK_DOCS), n_threads)
        return best, similar

    def score(self, features: Features, *, n_threads: int | None = None) -> np.ndarray:
        """Return ln(vote share + 0.001), float32 (n_docs, n_labels)."""
        best, similar = self._nearest(features, n_threads)
        targets = self.targets
        out = np.zeros((len(best), targets.shape[1]), dtype=np.float32)  # type: ignore[union-attr]
        vote(similar, best, targets.indptr, targets.indices, np.float32(self.power), out)  # type: ignore[union-attr]
        out += np.float32(_FLOOR)
        return np.log(out, out=out)

    def state(self) -> Mapping[str, Any]:
        """Return the index and the targets."""
        if self.index is None or self.targets is None:
            raise NotFittedError("call fit before state")
        return {
            "indptr": self.index.indptr,
            "documents": self.index.indices,
            "values": self.index.data,
            "shape": np.array(self.index.shape, dtype=np.int64),
            "target_indptr": self.targets.indptr,
            "target_labels": self.targets.indices,
            "n_labels": np.array([self.targets.shape[1]], dtype=np.int64),
            "rows": self.rows,
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
        shape = stored.indices(state, "shape", _LIMIT, size=2, dtype=np.int64)
        values = stored.finite(state, "values", (None,))
        documents = stored.indices(state, "documents", int(shape[0]), size=len(values))
        indptr = stored.bounds(state, "indptr", n_features, len(values))
        found = stored.number(state, "n_labels", *((1, _LIMIT) if n_labels is None else (n_labels, n_labels)))
        labels = stored.indices(state, "target_labels", found)
        target_indptr = stored.bounds(state, "target_indptr", int(shape[0]), len(labels))
        if len(indptr) != shape[1] + 1:
            raise DataError(f"tensor 'indptr' has {len(indptr)} bounds, expected {shape[1] + 1}")
        index = sp.csc_matrix((int(shape[0]), int(shape[1])), dtype=np.float32)
        index.indptr, index.indices, index.data = indptr, documents, values
        targets = csr(target_indptr, labels, np.ones(len(labels), np.float32), found)
        self.rows = stored.indices(state, "rows", _LIMIT, size=int(shape[0]), dtype=np.int64)
        self._set(index, targets)
        return self
