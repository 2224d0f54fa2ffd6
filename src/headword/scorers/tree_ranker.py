"""The ranker of the label tree: the linear classifiers of each cluster of labels, and the scores of shortlists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.lanes import padded
from headword.core.parallel import run_chunks
from headword.scorers.linear import Linear
from headword.scorers.linear_kernels import train_block
from headword.scorers.tree_kernels import gather_features, gather_targets
from headword.scorers.tree_ranking_kernels import SHARES, make_tables, pack, rank

# Of one cluster: features and counts of its rows, columns and codes of their entries, scale and bias of its labels.
_Packed = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
_STORED = ("bounds", "features", "counts", "columns", "codes", "scale", "bias")


@dataclass(frozen=True, eq=False)
class Ranker:
    """The weights of the labels of each cluster, a row for each feature that any of them has a weight for.

    Attributes
    ----------
    label_bounds
        int64 (n_clusters + 1,): which labels, in the order of clusters, are a cluster's.
    bounds
        int64 (n_clusters + 1,): which rows are a cluster's.
    features, counts
        int32 and uint8, one a row: its feature and its number of entries. Within a cluster the rows are in the order
        of `tree_ranking_kernels.pack`.
    columns, codes
        uint8, one an entry: which of the cluster's labels, and its weight as a share of that label's largest.
    scale, bias
        float32 (n_labels,): the largest absolute weight, and the bias.
    """

    label_bounds: np.ndarray
    bounds: np.ndarray
    features: np.ndarray
    counts: np.ndarray
    columns: np.ndarray
    codes: np.ndarray
    scale: np.ndarray
    bias: np.ndarray
    indptr: np.ndarray = field(init=False)
    tables: tuple[np.ndarray, np.ndarray] = field(init=False)
    of_columns: tuple[np.ndarray, np.ndarray] = field(init=False)

    def __post_init__(self) -> None:
        sizes = np.diff(self.label_bounds)
        inside = np.arange(sizes.max()) < sizes[:, None]
        scale, bias = np.zeros(inside.shape, np.float32), np.full(inside.shape, -np.inf, np.float32)
        scale[inside], bias[inside] = self.scale, self.bias
        for name in _STORED:  # read-only, as in a mapped bundle, so that kernels are compiled for one kind of array
            array = getattr(self, name).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        object.__setattr__(self, "indptr", stored.bounds_of(self.counts, len(self.codes), "counts"))
        object.__setattr__(self, "tables", make_tables(self.bounds, self.features))
        object.__setattr__(self, "of_columns", (scale, bias))

    @classmethod
    def fit(
        cls,
        documents: sp.csr_matrix,
        targets: tuple[np.ndarray, np.ndarray],
        label_bounds: np.ndarray,
        members: tuple[np.ndarray, np.ndarray],
        settings: Linear,
        *,
        seed: int = 0,
        n_threads: int | None = None,
    ) -> "Ranker":
        """Train the classifiers of each cluster on its documents, over the features of those that have its labels.

        A feature that is only in documents without a label of the cluster could but lower all scores: leaving it out
        saves half of the work, and ranks slightly better.

        Parameters
        ----------
        documents
            CSR (n_docs, n_features).
        targets
            CSR bounds and columns; the columns are labels in the order of clusters.
        label_bounds
            int64 (n_clusters + 1,), at most 64 labels a cluster.
        members
            int64 (n_clusters + 1,) and int32: the documents of each cluster.
        settings
            Loss, C, passes, tolerance and prune.
        """
        spare: list[_Scratch] = []

        def train(cluster: np.integer[Any]) -> _Packed:
            try:
                scratch = spare.pop()
            except IndexError:
                scratch = _Scratch(documents.shape[1])
            first, last = label_bounds[cluster], label_bounds[cluster + 1]
            inside = members[1][members[0][cluster] : members[0][cluster + 1]]
            trained = _train_cluster(documents, targets, int(first), int(last - first), inside, settings, seed, scratch)
            spare.append(scratch)
            return trained

        by_size = np.argsort(-np.diff(members[0]), kind="stable")
        found = dict(zip(by_size.tolist(), run_chunks(train, by_size, n_threads), strict=True))
        parts = [found[cluster] for cluster in range(len(label_bounds) - 1)]
        bounds = np.concatenate([[0], np.cumsum([len(part[0]) for part in parts])]).astype(np.int64)
        return cls(label_bounds, bounds, *(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))

    def score(self, documents: sp.csr_matrix, beams: np.ndarray) -> np.ndarray:
        """Return the scores float32 (n, width, most labels of a cluster) of the documents.

        Parameters
        ----------
        beams
            int32 (n, width), the clusters of each document. Where a cluster has fewer labels, scores are -inf.
        """
        out = np.empty((*beams.shape, self.of_columns[0].shape[1]), dtype=np.float32)
        rank(
            documents.indptr, documents.indices, documents.data, beams, self.bounds, *self.tables,
            self.features, self.indptr, self.columns, self.codes, *self.of_columns, out,
        )  # fmt: skip
        return out

    def products(self, row: sp.csr_matrix, cluster: int, label: int) -> np.ndarray:
        """Return feature value times weight float64 (features of `row`,) for a label, in the order of clusters."""
        first, last = self.bounds[cluster], self.bounds[cluster + 1]
        entries = slice(self.indptr[first], self.indptr[last])
        features = np.repeat(self.features[first:last], self.counts[first:last])
        of_label = self.columns[entries] == label - self.label_bounds[cluster]
        shares = dict(zip(features[of_label].tolist(), SHARES[self.codes[entries][of_label]].tolist(), strict=True))
        weights = np.array([shares.get(feature, 0.0) for feature in row.indices.tolist()])
        return row.data.astype(np.float64) * weights * float(self.scale[label])  # type: ignore[no-any-return]

    def state(self) -> dict[str, np.ndarray]:
        """Return all but the bounds of labels."""
        return {name: getattr(self, name) for name in _STORED}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], label_bounds: np.ndarray, n_features: int) -> "Ranker":
        """Rebuild from `state()`; a DataError if an array is missing or does not fit the others."""
        n_labels, n_clusters = int(label_bounds[-1]), len(label_bounds) - 1
        features = stored.indices(state, "features", n_features)
        codes = stored.array(state, "codes", np.uint8, (None,))
        return cls(
            label_bounds,
            stored.bounds(state, "bounds", n_clusters, len(features)),
            features,
            stored.array(state, "counts", np.uint8, (len(features),)),
            stored.indices(state, "columns", int(np.diff(label_bounds).max()), size=len(codes), dtype=np.uint8),
            codes,
            stored.finite(state, "scale", (n_labels,)),
            stored.finite(state, "bias", (n_labels,)),
        )


class _Scratch:
    """Memory that is handed from cluster to cluster: fresh memory is dear."""

    def __init__(self, n_features: int) -> None:
        self.number = np.full(n_features, -1, dtype=np.int32)
        self._weights = np.zeros(0, dtype=np.float32)

    def weights(self, n_rows: int, width: int) -> np.ndarray:
        """Return zeros float32 (n_rows, width), which are to be zeros again when given back."""
        if len(self._weights) < n_rows * width:
            self._weights = np.zeros(n_rows * width, dtype=np.float32)
        return self._weights[: n_rows * width].reshape(n_rows, width)


def _train_cluster(
    documents: sp.csr_matrix,
    targets: tuple[np.ndarray, np.ndarray],
    first_label: int,
    n_labels: int,
    members: np.ndarray,
    settings: Linear,
    seed: int,
    scratch: _Scratch,
) -> _Packed:
    t_indptr, t_indices = gather_targets(members, *targets, first_label, n_labels)
    indptr, indices, data, features = gather_features(
        documents.indptr, documents.indices, documents.data, members, t_indptr, scratch.number
    )
    weights = scratch.weights(len(features), padded(n_labels))
    bias = np.empty(padded(n_labels), dtype=np.float32)
    train_block(
        indptr, indices, data, t_indptr, t_indices, np.arange(len(members)), 0, weights, bias,
        np.float32(settings.C), settings.loss == "logistic", settings.passes, np.float32(settings.tolerance), seed,
    )  # fmt: skip
    return (*pack(weights, features, n_labels, np.float32(settings.prune)), bias[:n_labels])
