"""The router of the label tree: which clusters of labels a document is likely to have labels of."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError, NotFittedError
from headword.core.parallel import run_chunks
from headword.scorers.contributions import Contributions
from headword.scorers.linear import Linear
from headword.scorers.tree_kernels import cluster_documents, move_targets
from headword.scorers.tree_ranker import Ranker
from headword.scorers.tree_ranking_kernels import keep_best
from headword.text.features import Features
from headword.text.words import csr

# Up to so many clusters, each is scored for every document; beyond, only those of the best groups of at most 16.
_MOST_FLAT = 256
_GROUP = 16
_CHUNK_DOCS = 1024


@dataclass(frozen=True, eq=False)
class Router:
    """A linear classifier of each cluster, or, where clusters are many, of each group of them and then of its clusters.

    Attributes
    ----------
    matcher
        Scores the clusters, or their groups.
    middle
        Scores the clusters of each group; None where they are few.
    beam
        Clusters, and groups, of each document at most.
    """

    matcher: Linear
    middle: Ranker | None
    beam: int

    @classmethod
    def fit(
        cls,
        documents: sp.csr_matrix,
        targets: sp.csr_matrix,
        rows: np.ndarray,
        settings: Linear,
        beam: int,
        *,
        seed: int = 0,
        n_threads: int | None = None,
    ) -> "Router":
        """Train on the documents at `rows` (int64); columns of `targets` are clusters, those alike being neighbours.

        `settings` is an unfitted classifier, and becomes the matcher.
        """
        features, n_clusters = Features({settings.block: documents}), targets.shape[1]
        if n_clusters <= _MOST_FLAT:
            return cls(settings.fit(features, targets, rows, seed=seed, n_threads=n_threads), None, beam)
        bounds = group_bounds(n_clusters)
        group = np.repeat(np.arange(len(bounds) - 1, dtype=np.int32), np.diff(bounds))
        g_indptr, g_indices = move_targets(targets.indptr, targets.indices, group)
        of_groups = csr(g_indptr, g_indices, np.ones(len(g_indices), np.float32), len(bounds) - 1)
        top = cls(settings.fit(features, of_groups, rows, seed=seed, n_threads=n_threads), None, beam)
        beams = top.of_rows(documents, rows, n_threads=n_threads)
        members = cluster_documents(rows, g_indptr, g_indices, beams, len(bounds) - 1)
        middle = Ranker.fit(
            documents, (targets.indptr, targets.indices), bounds, members, settings, seed=seed, n_threads=n_threads
        )
        return cls(top.matcher, middle, beam)

    @property
    def n_clusters(self) -> int:
        """Clusters there are."""
        if self.middle is not None:
            return int(self.middle.label_bounds[-1])
        if self.matcher.bias is None:
            raise NotFittedError("call fit before score")
        return len(self.matcher.bias)

    def of_rows(self, documents: sp.csr_matrix, rows: np.ndarray, *, n_threads: int | None = None) -> np.ndarray:
        """Return the beams of the documents at `rows`, by threads."""

        def beams(some: np.ndarray) -> np.ndarray:
            part = documents[some]
            return self.beams(csr(part.indptr, part.indices, part.data, part.shape[1]))

        chunks = [rows[first : first + _CHUNK_DOCS] for first in range(0, len(rows), _CHUNK_DOCS)]
        return np.concatenate(run_chunks(beams, chunks, n_threads))

    def beams(self, documents: sp.csr_matrix) -> np.ndarray:
        """Return int32 (n_docs, beam or all): the best clusters of each document, the best first."""
        found = _best(self.matcher.score(Features({self.matcher.block: documents}), n_threads=1), self.beam)
        if self.middle is None:
            return found
        scores = self.middle.score(documents, found)
        places = _best(scores.reshape(len(scores), -1), min(self.beam, self.n_clusters))
        turn, inside = np.divmod(places, scores.shape[2])
        groups = np.take_along_axis(found, turn, axis=1)
        return (self.middle.label_bounds[groups] + inside).astype(np.int32)  # type: ignore[no-any-return]

    def contributions(self, documents: sp.csr_matrix, clusters: np.ndarray) -> tuple[Contributions, ...]:
        """Return how one document's scores of the groups of `clusters`, if there are any, and of these came about."""
        features = Features({self.matcher.block: documents})
        if self.middle is None:
            return (self.matcher.contributions(features, clusters),)
        groups = np.searchsorted(self.middle.label_bounds, clusters, side="right") - 1
        values = np.zeros((documents.nnz, len(clusters)))
        for at, (group, cluster) in enumerate(zip(groups.tolist(), clusters.tolist(), strict=True)):
            values[:, at] = self.middle.products(documents, group, cluster)
        own = Contributions(self.middle.bias[clusters].astype(np.float64), values)
        return self.matcher.contributions(features, groups), own

    def state(self) -> dict[str, np.ndarray]:
        """Return the arrays of matcher and middle."""
        parts = {"matcher": self.matcher.state(), "middle": {} if self.middle is None else self.middle.state()}
        return {f"{part}.{name}": array for part, arrays in parts.items() for name, array in arrays.items()}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], unfitted: Linear, beam: int, n_features: int | None) -> "Router":
        """Rebuild from `state()`; a DataError if an array is missing or does not fit the others."""
        with stored.part("matcher"):
            matcher = unfitted.restore(stored.inside(state, "matcher."), n_features=n_features)
        if matcher.weights is None or matcher.bias is None:
            raise DataError("there is no matcher")
        of_middle = stored.inside(state, "middle.")
        if not of_middle:
            return cls(matcher, None, beam)
        with stored.part("middle"):
            n_clusters = len(stored.array(of_middle, "bias", np.float32, (None,)))
            bounds = group_bounds(n_clusters)
            if len(bounds) - 1 != len(matcher.bias):
                raise DataError(f"{n_clusters} clusters do not fit {len(matcher.bias)} groups")
            middle = Ranker.from_state(of_middle, bounds, matcher.weights.shape[0])
        return cls(matcher, middle, beam)


def group_bounds(n_clusters: int) -> np.ndarray:
    """Return int64 (n_groups + 1,): where each group begins, cut as the labels were: in two, and each half in two.

    Examples
    --------
    >>> group_bounds(40).tolist()
    [0, 10, 20, 30, 40]
    """
    bounds = [0, n_clusters]
    while max(b - a for a, b in itertools.pairwise(bounds)) > _GROUP:
        bounds = sorted({*bounds, *((a + b) // 2 for a, b in itertools.pairwise(bounds) if b - a > _GROUP)})
    return np.array(bounds, dtype=np.int64)


def _best(scores: np.ndarray, most: int) -> np.ndarray:
    best = np.empty((len(scores), min(most, scores.shape[1])), dtype=np.int32)
    keep_best(scores, best, np.empty(best.shape, dtype=np.float32))
    return best
