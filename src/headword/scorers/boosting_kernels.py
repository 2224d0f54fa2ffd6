"""Compiled growing and reading of small regression trees on binned features."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def bin_rows(rows, edges, bounds, out):  # type: ignore[no-untyped-def]
    """Write to `out` uint8 how many of its feature's edges each value of `rows` float32 exceeds."""
    for i in range(rows.shape[0]):
        for feature in range(rows.shape[1]):
            low, high = bounds[feature], bounds[feature + 1]
            value = rows[i, feature]
            while low < high:
                middle = (low + high) // 2
                if value > edges[middle]:
                    low = middle + 1
                else:
                    high = middle
            out[i, feature] = low - bounds[feature]


@njit(cache=True, nogil=True)
def _best_split(sums, n_bins, penalty, least):  # type: ignore[no-untyped-def]
    """Return (feature, bin, gain) of the best split of a node; rows up to the bin go left. Gain 0 for none."""
    best_feature, best_bin, best_gain = 0, 0, 0.0
    for feature in range(sums.shape[0]):
        total_g, total_h = 0.0, 0.0
        for b in range(n_bins[feature]):
            total_g += sums[feature, b, 0]
            total_h += sums[feature, b, 1]
        whole = total_g * total_g / (total_h + penalty)
        g, h = 0.0, 0.0
        for b in range(n_bins[feature] - 1):
            g += sums[feature, b, 0]
            h += sums[feature, b, 1]
            if h < least or total_h - h < least:
                continue
            gain = g * g / (h + penalty) + (total_g - g) ** 2 / (total_h - h + penalty) - whole
            if gain > best_gain * (1 + 1e-9) + 1e-12:
                best_feature, best_bin, best_gain = feature, b, gain
    return best_feature, best_bin, best_gain


@njit(cache=True, nogil=True)
def grow_trees(codes, targets, weights, n_bins, base, n_trees, depth, rate, penalty, least):  # type: ignore[no-untyped-def]
    """Fit trees to the log loss, each to the gradient that those before it leave.

    Parameters
    ----------
    codes
        uint8 (n_rows, n_features).
    targets, weights, base
        float32 (n_rows,); `base` is the log odds that the first tree starts from.
    least
        Second derivative that each side of a split must have.

    Returns
    -------
    features, bins : int32 (n_trees, 2**depth - 1); a node without a split has bin 255, so that all rows go left
    values : float32 (n_trees, 2**(depth + 1) - 1), of each node, as if it were a leaf; 0 where no row comes
    """
    n_rows, n_features = codes.shape
    n_inner, widest = 2**depth - 1, n_bins.max()
    features, bins = np.zeros((n_trees, n_inner), dtype=np.int32), np.full((n_trees, n_inner), 255, dtype=np.int32)
    values = np.zeros((n_trees, 2 * n_inner + 1), dtype=np.float32)
    logits = base.astype(np.float64)
    slopes, node = np.empty((n_rows, 2)), np.empty(n_rows, dtype=np.int32)
    for tree in range(n_trees):
        for i in range(n_rows):
            p = 1 / (1 + np.exp(-logits[i]))
            slopes[i, 0] = weights[i] * (targets[i] - p)
            slopes[i, 1] = weights[i] * p * (1 - p)
            node[i] = 0
        for level in range(depth + 1):
            first, width = 2**level - 1, 2**level
            sums = np.zeros((width, n_features, widest, 2))
            whole = np.zeros((width, 2))
            for i in range(n_rows):
                at = node[i] - first
                g, h = slopes[i, 0], slopes[i, 1]
                whole[at, 0] += g
                whole[at, 1] += h
                if level < depth:
                    for feature in range(n_features):
                        cell = sums[at, feature, codes[i, feature]]
                        cell[0] += g
                        cell[1] += h
            for at in range(width):
                values[tree, first + at] = rate * whole[at, 0] / (whole[at, 1] + penalty)
                if level < depth:
                    feature, b, gain = _best_split(sums[at], n_bins, penalty, least)
                    if gain > 0:
                        features[tree, first + at], bins[tree, first + at] = feature, b
            if level < depth:
                for i in range(n_rows):
                    at = node[i]
                    node[i] = 2 * at + 1 + (codes[i, features[tree, at]] > bins[tree, at])
        for i in range(n_rows):
            logits[i] += values[tree, node[i]]
    return features, bins, values


@njit(cache=True, nogil=True)
def read_trees(rows, features, thresholds, values, intercept, out):  # type: ignore[no-untyped-def]
    """Write to `out` float32 (n_rows,) the intercept and the values of the leaves that `rows` float32 reach.

    Nodes and features are unsigned, which spares a look at each whether it counts from the end.
    """
    n_trees, n_inner = features.shape[0], np.uint64(features.shape[1])
    for i in range(len(rows)):
        row, total = rows[i], np.float32(intercept)
        for tree in range(n_trees):
            at = np.uint64(0)
            while at < n_inner:
                right = row[np.uint32(features[tree, at])] > thresholds[tree, at]
                at = np.uint64(2) * at + np.uint64(1) + np.uint64(right)
            total += values[tree, at]
        out[i] = total


@njit(cache=True, nogil=True)
def explain_trees(rows, features, thresholds, values, out):  # type: ignore[no-untyped-def]
    """Write to `out` float64 (n_rows, n_features + 1) what each feature adds by the splits on it, the roots last."""
    n_trees, n_inner = features.shape
    out[:] = 0
    for i in range(len(rows)):
        for tree in range(n_trees):
            at = 0
            out[i, -1] += values[tree, 0]
            while at < n_inner:
                feature = features[tree, at]
                below = 2 * at + 1 + (rows[i, feature] > thresholds[tree, at])
                out[i, feature] += values[tree, below] - values[tree, at]
                at = below
