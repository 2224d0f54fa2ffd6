"""The inverted index that neighbours are found by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError
from headword.core.parallel import run_chunks
from headword.scorers.neighbor_build_kernels import (
    N_CODES,
    code_weights,
    common_rows,
    count_postings,
    pack,
    place_postings,
    restored,
)
from headword.scorers.neighbor_kernels import nearest

# Documents are told by 24 bits.
MOST_DOCS = (1 << 24) - 1
_LARGEST_WEIGHT = 1 << 16
# How a search goes: a feature is common in more than one document of so many; and the part hoped for of what the common
# features could add. Chosen on 7,000 to 1,000,000 articles. An exact search with half as many documents to a common
# feature leaves ten times the documents to complete; with twice as many it has twice the postings to sum up.
_EXACT = 14
SEARCHES = {"exact": (_EXACT, 1.0), "approximate": (64, 0.25)}
# Entries that are indexed at a time, by a thread; and from which the weights of codes are learnt.
_PART, _MOST_PARTS, _SAMPLE = 1 << 20, 4, 1 << 19


@dataclass(frozen=True, eq=False)
class InvertedIndex:
    """The documents that have each feature, with weights kept in a byte, and rows of the common features.

    Attributes
    ----------
    bounds
        int64 (n_features + 1,), of each feature's postings.
    postings
        uint32, document << 8 | code of the weight; documents ascending within a feature.
    weights
        int32 (256,), the weight of each code, 2^15 for 1.
    common, cut
        int32, the features with more than `cut` postings, ascending; none where they would be most of the index.
    near_bounds, near
        int64 (n_docs + 1,) and uint32, the common features of each document: place in `common` << 8 | code.
    rest
        float32 (n_docs + 64,), the lengths of those rows, rounded up; then zeros.
    hope
        A document is left out whose rare features, and this part of what its common features could add at most, do
        not bring it among the nearest. 1: the search is exact.
    """

    bounds: np.ndarray
    postings: np.ndarray
    weights: np.ndarray
    common: np.ndarray
    cut: int
    near_bounds: np.ndarray
    near: np.ndarray
    rest: np.ndarray
    hope: np.float32

    @classmethod
    def of(
        cls, documents: sp.csr_matrix, rows: np.ndarray, search: str = "exact", *, n_threads: int | None = None
    ) -> "InvertedIndex":
        """Index the documents at `rows` (int64), numbered in that order; their rows have length 1.

        `search` is one of `SEARCHES`.

        Raises
        ------
        DataError
            If there are more than 16,777,215 of them.
        """
        if len(rows) > MOST_DOCS:
            raise DataError(f"neighbors are found among at most {MOST_DOCS:,} documents, found {len(rows):,}")
        indptr, indices, bits = documents.indptr, documents.indices, documents.data.view(np.int32)
        n_parts = min(_MOST_PARTS, 1 + len(indices) // _PART)
        parts = np.array_split(rows, n_parts)
        counted = run_chunks(
            lambda part: count_postings(indptr, indices, bits, part, documents.shape[1]), parts, n_threads
        )
        low, high = min(low for _, low, _, _ in counted), max(high for _, _, high, _ in counted)
        sample = np.ascontiguousarray(rows[:: 1 + len(indices) // _SAMPLE])
        signed = any(bool(signed) for *_, signed in counted)
        weights, base, factor, negative = code_weights(indptr, bits, documents.data, sample, low, high, signed)
        bounds = np.concatenate([[0], np.cumsum(sum(counts for counts, *_ in counted))])
        postings, filled, firsts = np.empty(bounds[-1], dtype=np.uint32), bounds[:-1], np.cumsum([0, *map(len, parts)])
        for counts, *_ in counted:  # from here on they say where the first posting of each part goes
            behind = filled + counts
            counts[:], filled = filled, behind

        def place(number: int) -> None:
            place_postings(
                indptr, indices, bits, parts[number], firsts[number], base, factor, negative,
                counted[number][0], postings,
            )  # fmt: skip

        run_chunks(place, range(n_parts), n_threads)
        share, hope = SEARCHES[search]
        common, cut, near_bounds, near, rest = common_rows(bounds, postings, weights, len(rows), share, _EXACT)
        return cls(bounds, postings, weights, common, cut, near_bounds, near, rest, np.float32(hope))

    def __len__(self) -> int:
        return len(self.near_bounds) - 1

    @property
    def n_features(self) -> int:
        """Number of features."""
        return len(self.bounds) - 1

    def nearest(self, queries: sp.csr_matrix, start: int, similar: np.ndarray, best: np.ndarray) -> None:
        """Find the neighbours of the queries from `start` on, as many as the results have rows.

        Parameters
        ----------
        similar, best
            float32 and int32 (n, k), written: cosines above 0 in falling order, ties by lower number, and the
            documents; 0 and -1 beyond the last.

        Raises
        ------
        DataError
            If the queries have another number of features.
        """
        if queries.shape[1] != self.n_features:
            raise DataError(f"the documents have {queries.shape[1]:,} features, the index {self.n_features:,}")
        nearest(
            queries.indptr, queries.indices, queries.data, start, self.bounds, self.postings, self.weights,
            self.common, self.cut, self.near_bounds, self.near, self.rest, self.hope, similar, best,
        )  # fmt: skip

    def products(self, query: sp.csr_matrix, documents: np.ndarray) -> np.ndarray:
        """Return what each feature of one query adds to its cosine with each of `documents`.

        float64 (len(documents), features of the query); row sums are what `nearest` finds.
        """
        out = np.zeros((len(documents), query.nnz))
        wanted = documents.astype(np.uint32) * np.uint32(N_CODES)
        values = np.rint(query.data * np.float32(1 << 15)).astype(np.float64)
        for at, (feature, value) in enumerate(zip(query.indices.tolist(), values.tolist(), strict=True)):
            postings = self.postings[self.bounds[feature] : self.bounds[feature + 1]]
            place = np.minimum(np.searchsorted(postings, wanted), len(postings) - 1)
            if len(postings):
                held = postings[place] // N_CODES == documents
                out[:, at] = value * held * self.weights[postings[place] % N_CODES]
        return out / (1 << 30)  # type: ignore[no-any-return]

    def decoded(self) -> sp.csr_matrix:
        """Return the documents as they are remembered: CSR (n_docs, n_features) float32, near to what was indexed."""
        values = (self.weights[self.postings & (N_CODES - 1)] / np.float32(1 << 15)).astype(np.float32)
        documents = (self.postings // N_CODES).astype(np.int32)
        return sp.csc_matrix((values, documents, self.bounds), shape=(len(self), self.n_features)).tocsr()

    def state(self) -> dict[str, np.ndarray]:
        """Return the arrays that `from_state` needs: about 2.6 bytes a posting."""
        sizes, gaps, codes = pack(self.bounds, self.postings)
        shape = np.array([len(self), self.n_features], dtype=np.int64)
        return {"shape": shape, "sizes": sizes, "gaps": gaps, "codes": codes, "weights": self.weights}

    @classmethod
    def from_state(
        cls, state: Mapping[str, Any], n_docs: int, n_features: int | None, search: str = "exact"
    ) -> "InvertedIndex":
        """Rebuild an index of `n_docs` documents with `n_features` features (None: any).

        Raises
        ------
        DataError
            If an array is missing, of a wrong type or size, or names documents that are not there.
        """
        shape = stored.indices(state, "shape", 1 << 31, size=2, dtype=np.int64)
        packed = stored.array(state, "sizes", np.uint8, (None,))
        wanted = (n_docs, int(shape[1]) if n_features is None else n_features)
        if tuple(shape) != wanted or n_docs > MOST_DOCS or wanted[1] > len(packed):
            raise DataError(f"tensor 'shape' is {shape[0]} x {shape[1]}, expected {n_docs} x {n_features or 'any'}")
        gaps = np.concatenate([stored.array(state, "gaps", np.uint8, (None,)), np.zeros(4, np.uint8)])
        codes = stored.array(state, "codes", np.uint8, (None,))
        weights = stored.array(state, "weights", np.int32, (N_CODES,))
        if int(weights.max()) > _LARGEST_WEIGHT or int(weights.min()) < -_LARGEST_WEIGHT:
            raise DataError(f"tensor 'weights' must lie between -{_LARGEST_WEIGHT} and {_LARGEST_WEIGHT}")
        share, hope = SEARCHES[search]
        fits, bounds, postings, common, cut, near_bounds, near, rest = restored(
            packed, gaps, codes, weights, wanted[1], n_docs, share, _EXACT
        )
        if not fits:
            raise DataError("tensors 'sizes', 'gaps' and 'codes' are not the postings of one index")
        return cls(bounds, postings, weights, common, cut, near_bounds, near, rest, np.float32(hope))
