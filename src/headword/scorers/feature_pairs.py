"""Pairs of features that documents have together, as features of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.parallel import run_chunks
from headword.scorers.feature_pair_kernels import count_pairs, pair_rows
from headword.text.narrow import narrow, whole_numbers
from headword.text.rows import csr

_CHUNK_DOCS = 256
_LIMIT = 1 << 31


@dataclass(frozen=True, eq=False)
class FeaturePairs:
    """Pairs of features, each of which has the value sqrt(2) x_i x_j in a document.

    The inner product of two documents' pairs is then that of the kernel (x · z)², but for its squares.

    Attributes
    ----------
    bounds, seconds
        int64 (n_features + 1,) and int32 (n_pairs,): the pairs as CSR from the lower feature to the higher ones,
        ascending. Pair p is column n_features + p.
    per_document
        Features of a document that are paired at most: of those that have a part in a pair, the largest in size.
    """

    bounds: np.ndarray
    seconds: np.ndarray
    per_document: int

    @classmethod
    def of(
        cls, documents: sp.csr_matrix, per_document: int, *, min_df: int, most_features: int, max_features: int
    ) -> "FeaturePairs":
        """Return the pairs that at least `min_df` documents have.

        Parameters
        ----------
        documents
            CSR (n_docs, n_features).
        most_features
            Features that are paired at most, the most frequent ones; takes 2 most_features² bytes.
        max_features
            Pairs at most, the most frequent ones; of equals those whose higher feature is lower.
        """
        n_features = documents.shape[1]
        frequency = np.bincount(documents.indices, minlength=n_features)
        frequent = np.sort(np.argsort(-frequency, kind="stable")[:most_features])
        place = np.full(n_features, -1, dtype=np.int32)
        place[frequent] = np.arange(len(frequent), dtype=np.int32)
        counts = count_pairs(documents.indptr, documents.indices, documents.data, place, per_document)
        kept = np.flatnonzero(counts >= min_df)
        if len(kept) > max_features:
            kept = kept[np.argsort(-counts[kept], kind="stable")[:max_features]]
        # The pair of places a < b is counted at b (b - 1) / 2 + a.
        begun = np.arange(len(frequent), dtype=np.int64) * np.arange(-1, len(frequent) - 1) // 2
        b = np.searchsorted(begun[1:], kept, side="right")
        first, second = frequent[kept - begun[b]], frequent[b]
        order = np.lexsort((second, first))
        bounds = np.searchsorted(first[order], np.arange(n_features + 1)).astype(np.int64)
        return cls(bounds, second[order].astype(np.int32), per_document)

    def __len__(self) -> int:
        return len(self.seconds)

    @property
    def n_features(self) -> int:
        """Features, without their pairs."""
        return len(self.bounds) - 1

    @cached_property
    def _paired(self) -> np.ndarray:
        """bool (n_features,): which features have a part in a pair."""
        found = np.diff(self.bounds) > 0
        found[self.seconds] = True
        return found

    def first(self, pair: int) -> int:
        """Return the lower feature of pair `pair`; `seconds` has the higher one."""
        return int(np.searchsorted(self.bounds, pair, side="right")) - 1

    def rows(self, documents: sp.csr_matrix, *, n_threads: int | None = None) -> sp.csr_matrix:
        """Return CSR (n_docs, n_features + n_pairs): each document's features, and behind them its pairs."""

        def work(start: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            stop = min(start + _CHUNK_DOCS, documents.shape[0])
            return pair_rows(  # type: ignore[no-any-return]
                documents.indptr, documents.indices, documents.data, start, stop, self.bounds, self.seconds,
                self._paired, self.per_document,
            )  # fmt: skip

        parts = run_chunks(work, range(0, max(documents.shape[0], 1), _CHUNK_DOCS), n_threads)
        lengths, columns, values = (np.concatenate([part[i] for part in parts]) for i in range(3))
        indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        return csr(indptr, columns, values, self.n_features + len(self))

    def state(self) -> Mapping[str, Any]:
        """Return how many pairs each feature has as the lower one, and the higher ones."""
        return {"pairs": narrow(np.diff(self.bounds)), "seconds": narrow(self.seconds)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], per_document: int, *, n_features: int | None) -> "FeaturePairs":
        """Rebuild the pairs of `n_features` features (None: any number); a DataError if the arrays do not fit."""
        counts = whole_numbers(state, "pairs", _LIMIT, n_features)
        seconds = whole_numbers(state, "seconds", max(len(counts), 1))
        return cls(stored.bounds_of(counts, len(seconds), "pairs"), seconds, per_document)
