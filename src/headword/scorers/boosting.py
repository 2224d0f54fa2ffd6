"""BoostedTrees: a sum of small regression trees, fitted to the log loss of 0/1 targets."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from headword.core import stored
from headword.core.errors import DataError
from headword.core.parallel import run_chunks
from headword.scorers.boosting_kernels import bin_rows, explain_trees, grow_trees, read_trees

_MOST_BINS = 48
_MOST_NODES = 1 << 13
_CHUNK_ROWS = 1 << 13


@dataclass(frozen=True, eq=False)
class BoostedTrees:
    """Log odds = intercept + one leaf's value of each tree.

    Attributes
    ----------
    features, thresholds
        int32 and float32 (n_trees, 2**depth - 1): node i sends rows whose feature exceeds the threshold to node
        2 i + 2, others to 2 i + 1.
    values
        float32 (n_trees, 2**(depth + 1) - 1): of each node, as if it were a leaf.
    intercept
        The log odds of the mean.

    References
    ----------
    Friedman, Greedy function approximation: a gradient boosting machine, Annals of Statistics 29 (2001). Chen and
    Guestrin, XGBoost, KDD 2016 (the gain of a split).
    """

    features: np.ndarray
    thresholds: np.ndarray
    values: np.ndarray
    intercept: float

    @property
    def depth(self) -> int:
        """Splits on the way to a leaf."""
        return int(self.features.shape[1]).bit_length()

    def scaled(self, factor: float) -> "BoostedTrees":
        """Return trees whose log odds are `factor` times these."""
        return replace(self, values=(self.values * np.float32(factor)), intercept=self.intercept * factor)

    def plus(self, other: "BoostedTrees") -> "BoostedTrees":
        """Return trees whose log odds are the sum of both, as deep as the deeper ones."""
        deep = max(self.depth, other.depth)
        parts = [one._deepened(deep) for one in (self, other)]
        features, thresholds, values = (
            np.concatenate([getattr(one, name) for one in parts]) for name in ("features", "thresholds", "values")
        )
        return BoostedTrees(features, thresholds, values, self.intercept + other.intercept)

    def _deepened(self, depth: int) -> "BoostedTrees":
        """Return the same trees of a larger depth: leaves become nodes that send all rows left, to a leaf like them."""
        n_inner, n_trees, old = 2**depth - 1, len(self.values), self.values.shape[1]
        features = np.zeros((n_trees, n_inner), dtype=np.int32)
        thresholds = np.full((n_trees, n_inner), np.finfo(np.float32).max, dtype=np.float32)
        values = np.zeros((n_trees, 2 * n_inner + 1), dtype=np.float32)
        features[:, : self.features.shape[1]] = self.features
        thresholds[:, : self.features.shape[1]] = self.thresholds
        values[:, :old] = self.values
        for node in range(old, values.shape[1]):
            values[:, node] = values[:, (node - 1) // 2]
        return BoostedTrees(features, thresholds, values, self.intercept)

    def logits(self, rows: np.ndarray, *, n_threads: int | None = 1) -> np.ndarray:
        """Return float32 (n_rows,) log odds; `rows` float32 (n_rows, n_features)."""
        out = np.empty(len(rows), dtype=np.float32)
        arrays = (self.features, self.thresholds, self.values, np.float32(self.intercept))

        def read(first: int) -> None:
            last = first + _CHUNK_ROWS
            read_trees(rows[first:last], *arrays, out[first:last])

        run_chunks(read, range(0, len(rows), _CHUNK_ROWS), n_threads)
        return out

    def contributions(self, rows: np.ndarray) -> np.ndarray:
        """Return float64 (n_rows, n_features + 1): what each feature adds, and what all rows have, in the last column.

        Row sums are the log odds, up to rounding. On the way through a tree, the change of value at a split belongs to
        the feature that splits (Saabas, Interpreting random forests, 2014).
        """
        out = np.empty((len(rows), rows.shape[1] + 1))
        explain_trees(rows, self.features, self.thresholds, self.values, out)
        out[:, -1] += self.intercept
        return out

    def state(self) -> Mapping[str, Any]:
        """Return the arrays that `from_state` needs."""
        intercept = np.array([self.intercept], dtype=np.float32)
        return {
            "features": self.features,
            "thresholds": self.thresholds,
            "values": self.values,
            "intercept": intercept,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any], n_features: int) -> "BoostedTrees":
        """Rebuild trees; a DataError if the arrays do not fit one another and `n_features`."""
        values = stored.finite(state, "values", (None, None))
        n_nodes = values.shape[1]
        if n_nodes & (n_nodes + 1) or not 1 <= n_nodes < _MOST_NODES:
            raise DataError(f"tensor 'values' has {n_nodes} nodes a tree, expected one less than a power of two")
        shape = (len(values), n_nodes // 2)
        thresholds = stored.finite(state, "thresholds", shape)
        features = stored.array(state, "features", np.int32, shape)
        stored.indices({"features": features.ravel()}, "features", n_features)
        return cls(features, thresholds, values, float(stored.finite(state, "intercept", (1,))[0]))


def fit_trees(
    rows: np.ndarray,
    targets: np.ndarray,
    weights: np.ndarray,
    base: np.ndarray | None = None,
    *,
    n_trees: int = 60,
    depth: int = 4,
    rate: float = 0.12,
    penalty: float = 3.0,
    least: float = 1.5,
) -> BoostedTrees:
    """Grow trees one after the other.

    Parameters
    ----------
    rows
        float32 (n_rows, n_features), finite.
    targets, weights
        float32 (n_rows,): 0 or 1, and how much each row counts.
    base
        float32 (n_rows,): log odds that the trees are added to, and whose intercept is then 0; None: those of the mean.
    rate
        Share of each tree's values that is added.
    penalty, least
        Added to the second derivatives of a leaf; the least sum of them on each side of a split.
    """
    intercept = 0.0
    if base is None:
        mean = (float(weights @ targets) + 0.5) / (float(weights.sum()) + 1.0)
        intercept = float(np.float32(np.log(mean / (1 - mean))))  # as it is kept
        base = np.full(len(rows), intercept, dtype=np.float32)
    edges = [_edges(rows[:, feature]) for feature in range(rows.shape[1])]
    bounds = np.concatenate([[0], np.cumsum([len(some) for some in edges])]).astype(np.int64)
    codes = np.empty(rows.shape, dtype=np.uint8)
    bin_rows(rows, np.concatenate([*edges, np.zeros(0, np.float32)]), bounds, codes)
    n_bins = np.diff(bounds) + 1
    features, bins, values = grow_trees(
        codes, targets.astype(np.float32), weights.astype(np.float32), n_bins, base, n_trees, depth, rate,
        penalty, least,
    )  # fmt: skip
    thresholds = np.full(features.shape, np.finfo(np.float32).max, dtype=np.float32)
    for feature, some in enumerate(edges):
        split = (features == feature) & (bins < len(some))
        thresholds[split] = some[bins[split]]
    return BoostedTrees(features, thresholds, values, intercept)


def _edges(column: np.ndarray) -> np.ndarray:
    """Return float32 thresholds between the values of a feature, ascending: all if few, else at even shares of rows."""
    distinct = np.unique(column)
    if len(distinct) > _MOST_BINS:
        ranked = np.sort(column)
        places = np.linspace(0, len(ranked) - 1, _MOST_BINS + 1).astype(np.int64)
        distinct = np.unique(ranked[places])
    return ((distinct[:-1] + distinct[1:]) / 2).astype(np.float32)  # type: ignore[no-any-return]
