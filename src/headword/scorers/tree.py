"""Tree: a shortlist of label clusters, and the linear classifiers of the labels in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError, NotFittedError, RecipeError
from headword.core.parallel import run_chunks
from headword.scorers.contributions import Contributions
from headword.scorers.label_clusters import cluster_bounds, cluster_labels, label_features
from headword.scorers.linear import Linear
from headword.scorers.protocol import Listed
from headword.scorers.tree_kernels import cluster_documents, move_targets
from headword.scorers.tree_ranker import Ranker
from headword.scorers.tree_ranking_kernels import shortlist
from headword.scorers.tree_router import Router
from headword.text.features import Features
from headword.text.words import csr

_CHUNK_DOCS = 1024
_MOST_LEAF = 64
_LIMIT = 1 << 31
# What a label off the shortlist gets, and what one on it gets at least.
FLOORS: Mapping[str, float] = {"squared-hinge": -2.0, "logistic": -12.0}


@dataclass(eq=False)
class Tree:
    """Layers of linear classifiers: the router finds the clusters of labels, the ranker scores the labels in them.

    Labels of similar documents are put in one cluster. Each label learns from the documents that have a label of its
    cluster, and from those that the router takes for such, so that its score means the same in all documents: it is
    the signed distance that `linear` gives. A document costs as much as n / leaf + beam * leaf labels in place of n;
    beyond 256 clusters groups of 16 of them are found first, so that it is n / (16 leaf) + beam * (16 + leaf).

    Parameters
    ----------
    block
        The feature block to read.
    loss
        `squared-hinge` or `logistic`.
    C
        Weight of the losses against the regulariser; larger fits closer.
    leaf
        Labels of a cluster at most, up to 64.
    beam
        Clusters of each document whose labels are scored, and learn from it.
    passes
        Visits of each document at most.
    tolerance
        Changes of a dual variable up to this are not made.
    prune
        Weights of at most this size are dropped.

    References
    ----------
    Prabhu et al., Parabel, WWW 2018 (balanced clusters of labels, by their documents). Khandagale, Xiao and Babbar,
    Bonsai, Machine Learning 109 (2020) (shallow trees). Yu et al., PECOS, JMLR 23 (2022) (matcher-aware negatives).
    """

    block: str = "words"
    loss: str = "squared-hinge"
    C: float = 1.0
    leaf: int = 64
    beam: int = 10
    passes: int = 6
    tolerance: float = 0.03
    prune: float = 0.05
    labels: np.ndarray | None = field(default=None, init=False, repr=False)
    n_labels: int | None = field(default=None, init=False, repr=False)
    router: Router | None = field(default=None, init=False, repr=False)
    ranker: Ranker | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self._unfitted()
        if not 1 <= self.leaf <= _MOST_LEAF or self.beam < 1:
            raise RecipeError(
                f"a tree needs leaf from 1 to {_MOST_LEAF} and beam >= 1, found leaf={self.leaf}, beam={self.beam}"
            )

    def _unfitted(self) -> Linear:
        return Linear(self.block, self.loss, self.C, self.passes, self.tolerance, self.prune)

    def fit(
        self,
        features: Features,
        targets: sp.csr_matrix,
        rows: np.ndarray | None = None,
        *,
        seed: int = 0,
        n_threads: int | None = None,
    ) -> Self:
        """Cluster the labels that have a document among `rows`, then train the router, then the ranker."""
        documents = features[self.block]
        rows = np.arange(documents.shape[0]) if rows is None else rows.astype(np.int64)
        self.n_labels = targets.shape[1]
        self.labels, bounds = _clustered(documents, targets, rows, self.leaf, seed=seed, n_threads=n_threads)
        place = np.full(self.n_labels, -1, dtype=np.int32)
        place[self.labels] = np.arange(len(self.labels))
        cluster = np.full(self.n_labels, -1, dtype=np.int32)
        cluster[self.labels] = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))

        y_indptr, y_indices = targets.indptr.astype(np.int64), targets.indices.astype(np.int32)
        c_indptr, c_indices = move_targets(y_indptr, y_indices, cluster)
        of_clusters = csr(c_indptr, c_indices, np.ones(len(c_indices), np.float32), len(bounds) - 1)
        settings = self._unfitted()
        self.router = Router.fit(documents, of_clusters, rows, settings, self.beam, seed=seed, n_threads=n_threads)
        beams = self.router.of_rows(documents, rows, n_threads=n_threads)
        members = cluster_documents(rows, c_indptr, c_indices, beams, len(bounds) - 1)
        self.ranker = Ranker.fit(
            documents, move_targets(y_indptr, y_indices, place), bounds, members, settings,
            seed=seed, n_threads=n_threads,
        )  # fmt: skip
        return self

    def score(self, features: Features, *, n_threads: int | None = None) -> np.ndarray:
        """Return float32 (n_docs, n_labels): signed distances, and `FLOORS` for labels off the shortlist."""
        return self.listed(features, n_threads=n_threads).dense(self.n_labels or 0)

    def listed(self, features: Features, *, n_threads: int | None = None) -> Listed:
        """Return the labels of each document's shortlist with their signed distances, none below `FLOORS`."""
        documents = features[self.block]
        if self.ranker is None or self.router is None or self.labels is None:
            raise NotFittedError("call fit before score")
        router, ranker, labels, floor = self.router, self.ranker, self.labels, FLOORS[self.loss]

        def list_chunk(first: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            part = _window(documents, first, first + _CHUNK_DOCS)
            beams = router.beams(part)
            found: tuple[np.ndarray, np.ndarray, np.ndarray] = shortlist(
                ranker.score(part, beams), beams, ranker.label_bounds, labels, np.float32(floor)
            )
            return found

        return Listed.concatenate(run_chunks(list_chunk, range(0, documents.shape[0], _CHUNK_DOCS), n_threads), floor)

    def contributions(self, features: Features, columns: np.ndarray) -> Contributions:
        """Return bias, and feature value times weight, as the ranker adds them up for the labels at `columns`.

        A label off the document's shortlist, or at the floor, has that floor for a base and no contributions.
        """
        if self.ranker is None or self.router is None or self.labels is None:
            raise NotFittedError("call fit before contributions")
        row, floor, bounds = features[self.block], FLOORS[self.loss], self.ranker.label_bounds
        beam, places = self.router.beams(row)[0], self._places(columns)
        base, values = np.full(len(columns), floor), np.zeros((row.nnz, len(columns)))
        for at, label in enumerate(places.tolist()):
            if label < 0 or (cluster := int(np.searchsorted(bounds, label, side="right")) - 1) not in beam:
                continue
            added, bias = self.ranker.products(row, cluster, label), float(self.ranker.bias[label])
            if bias + added.sum() > floor:
                base[at], values[:, at] = bias, added
        return Contributions(base, values)

    def routes(self, features: Features, columns: np.ndarray) -> tuple[Contributions, ...]:
        """Return how the router's scores of the clusters of `columns`, and of their groups, came about."""
        if self.ranker is None or self.router is None:
            raise NotFittedError("call fit before routes")
        places = self._places(columns)
        clusters = np.searchsorted(self.ranker.label_bounds, np.maximum(places, 0), side="right") - 1
        steps = self.router.contributions(features[self.block], clusters)
        return tuple(Contributions(np.where(places < 0, np.nan, step.base), step.values) for step in steps)

    def _places(self, columns: np.ndarray) -> np.ndarray:
        """Return the place of each label in the order of clusters, int64; -1 for labels without documents."""
        place = np.full(int(self.n_labels or 0), -1, dtype=np.int64)
        place[self.labels] = np.arange(0 if self.labels is None else len(self.labels))
        return place[columns]  # type: ignore[no-any-return]

    def state(self) -> Mapping[str, Any]:
        """Return the clusters, and the states of router and ranker."""
        if self.ranker is None or self.router is None:
            raise NotFittedError("call fit before state")
        return {
            "labels": self.labels,
            "n_labels": np.array([self.n_labels], dtype=np.int64),
            **self.router.state(),
            **{f"ranker.{name}": array for name, array in self.ranker.state().items()},
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
        labels = stored.indices(state, "labels", found)
        if len(np.unique(labels)) < len(labels):
            raise DataError("tensor 'labels' names a label twice")
        router = Router.from_state(state, self._unfitted(), self.beam, n_features)
        n_clusters, n_features = router.n_clusters, router.matcher.weights.shape[0]  # type: ignore[union-attr]
        if not 1 <= n_clusters <= len(labels) <= n_clusters * _MOST_LEAF:
            raise DataError(f"{n_clusters} clusters of 1 to {_MOST_LEAF} labels do not fit {len(labels)} labels")
        with stored.part("ranker"):
            self.ranker = Ranker.from_state(
                stored.inside(state, "ranker."), cluster_bounds(len(labels), n_clusters), n_features
            )
        self.labels, self.n_labels, self.router = labels.copy(), found, router
        return self


def _clustered(
    documents: sp.csr_matrix,
    targets: sp.csr_matrix,
    rows: np.ndarray,
    leaf: int,
    *,
    seed: int,
    n_threads: int | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return int32, the labels with a document, cluster by cluster, and int64, where each cluster begins."""
    labels = np.unique(targets[rows].indices).astype(np.int32)
    if not len(labels):
        labels = np.zeros(1, dtype=np.int32)  # so that there is something to train where nothing is labelled
    n_clusters = -(-len(labels) // leaf)
    of_labels = label_features(documents, targets, rows, n_threads=n_threads)
    order = cluster_labels(of_labels, labels, n_clusters, seed=seed, n_threads=n_threads)
    return order, cluster_bounds(len(order), n_clusters)


def _window(documents: sp.csr_matrix, first: int, last: int) -> sp.csr_matrix:
    """Return the documents first : last without a copy: the bounds do not begin at 0."""
    return csr(documents.indptr[first : last + 1], documents.indices, documents.data, documents.shape[1])
