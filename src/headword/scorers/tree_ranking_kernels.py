"""Compiled weights of the clusters of a label tree: packing, looking up, and scores of shortlisted clusters."""

import numpy as np
from numba import njit

from headword.scorers.linear_kernels import LEVELS, SIGN

# The share in its label's largest weight of a weight that is kept in a byte, as `linear_kernels.decoded` tells it.
SHARES = ((np.arange(2 * SIGN) % SIGN) ** 2 / LEVELS**2 * np.where(np.arange(2 * SIGN) < SIGN, 1, -1)).astype(
    np.float32
)


@njit(cache=True, nogil=True)
def table_size(n_rows):  # type: ignore[no-untyped-def]
    """Return the number of places of a table of `n_rows` features: a power of two, at least as many."""
    size = 1
    while size < n_rows:
        size *= 2
    return size


@njit(cache=True, nogil=True)
def _order_rows(features, counts):  # type: ignore[no-untyped-def]
    """Return int64: the rows with entries, in the order of their features' places."""
    n_kept = np.count_nonzero(counts)
    mask = table_size(n_kept) - 1
    ends = np.zeros(mask + 2, dtype=np.int64)
    for row in range(len(features)):
        ends[(features[row] & mask) + 1] += counts[row] > 0
    ends = np.cumsum(ends)
    order = np.empty(n_kept, dtype=np.int64)
    for row in range(len(features)):
        if counts[row]:
            order[ends[features[row] & mask]] = row
            ends[features[row] & mask] += 1
    return order


@njit(cache=True, nogil=True)
def pack(weights, features, n_columns, least):  # type: ignore[no-untyped-def]
    """Return the weights of the first `n_columns` columns whose absolute value is above `least`; zero `weights`.

    Returns
    -------
    features, counts : int32 and uint8, one a row with entries. Rows are in the order of their features' places, which
        are features modulo the size of the table: so those of the first features, as frequent ones often are, lie side
        by side
    columns, codes : uint8, one an entry, row after row; codes are those of `linear_kernels.decoded`
    scale : float32 (n_columns,), the largest absolute value of each column, 0 where there is no entry
    """
    counts = np.zeros(len(features), dtype=np.uint8)
    scale = np.zeros(n_columns, dtype=np.float32)
    n_entries = 0
    for row in range(len(features)):
        for column in range(n_columns):
            size = abs(weights[row, column])
            if size > least:
                counts[row] += 1
                scale[column] = max(scale[column], size)
        n_entries += counts[row]
    order = _order_rows(features, counts)
    columns = np.empty(n_entries, dtype=np.uint8)
    codes = np.empty(n_entries, dtype=np.uint8)
    to = 0
    for row in order:
        for column in range(n_columns):
            value = weights[row, column]
            if abs(value) > least:
                columns[to] = column
                root = np.float32(LEVELS) * np.sqrt(abs(value) / scale[column])
                codes[to] = (1 if root < 1 else np.int64(root + np.float32(0.5))) + (0 if value > 0 else SIGN)
                to += 1
    weights[:] = 0
    return features[order], counts[order], columns, codes, scale


@njit(cache=True, nogil=True)
def make_tables(bounds, features):  # type: ignore[no-untyped-def]
    """Return bounds int64 (n_clusters + 1,) and tables int32: which of a cluster's rows is the first of each place."""
    n = len(bounds) - 1
    table_bounds = np.zeros(n + 1, dtype=np.int64)
    for cluster in range(n):
        size = table_size(bounds[cluster + 1] - bounds[cluster])
        table_bounds[cluster + 1] = table_bounds[cluster] + size + 1
    tables = np.zeros(table_bounds[n], dtype=np.int32)
    for cluster in range(n):
        table = tables[table_bounds[cluster] : table_bounds[cluster + 1]]
        mask = len(table) - 2
        for row in range(bounds[cluster], bounds[cluster + 1]):
            table[(features[row] & mask) + 1] += 1
        for place in range(1, len(table)):
            table[place] += table[place - 1]
    return table_bounds, tables


@njit(cache=True, nogil=True)
def _by_cluster(beams, n_clusters):  # type: ignore[no-untyped-def]
    """Return bounds int64 (n_clusters + 1,) and the places int64 of each cluster in `beams`, read row by row."""
    bounds = np.zeros(n_clusters + 1, dtype=np.int64)
    for cluster in beams.ravel():
        bounds[cluster + 1] += 1
    bounds = np.cumsum(bounds)
    ends = bounds.copy()
    places = np.empty(beams.size, dtype=np.int64)
    for place in range(beams.size):
        cluster = beams[place // beams.shape[1], place % beams.shape[1]]
        places[ends[cluster]] = place
        ends[cluster] += 1
    return bounds, places


@njit(cache=True, nogil=True, fastmath=True)
def _add_weights(indices, data, first, last, base, table, features, indptr, columns, codes, scores):  # type: ignore[no-untyped-def]
    """Add a document's weights in one cluster to `scores`, as shares in each label's largest one."""
    mask = len(table) - 2
    for at in range(first, last):
        feature = indices[at]
        place = feature & mask
        for row in range(base + table[place], base + table[place + 1]):
            if features[row] == feature:
                value = data[at]
                for entry in range(indptr[row], indptr[row + 1]):
                    scores[columns[entry]] += value * SHARES[codes[entry]]


@njit(cache=True, nogil=True)
def rank(  # type: ignore[no-untyped-def]
    x_indptr, x_indices, x_data, beams, bounds, table_bounds, tables, features, indptr, columns, codes, scale, bias, out
):
    """Write the scores of each document in each of its clusters to `out` (n, width, n_columns).

    Clusters are worked off one after the other, so that the weights of one stay near.

    Parameters
    ----------
    x_indptr, x_indices, x_data : CSR documents (n)
    beams : int32 (n, width), clusters
    bounds, features : the rows of each cluster in the order of `pack`; table_bounds, tables : of `make_tables`
    indptr, columns, codes : the entries of each row
    scale, bias : float32 (n_clusters, n_columns)
    """
    width = beams.shape[1]
    pair_bounds, pairs = _by_cluster(beams, len(bounds) - 1)
    for cluster in range(len(bounds) - 1):
        table = tables[table_bounds[cluster] : table_bounds[cluster + 1]]
        for pair in pairs[pair_bounds[cluster] : pair_bounds[cluster + 1]]:
            doc = pair // width
            scores = out[doc, pair % width]
            scores[:] = 0
            _add_weights(
                x_indices, x_data, x_indptr[doc], x_indptr[doc + 1], bounds[cluster], table,
                features, indptr, columns, codes, scores,
            )  # fmt: skip
            for column in range(len(scores)):
                scores[column] = bias[cluster, column] + scale[cluster, column] * scores[column]


@njit(cache=True, nogil=True)
def keep_best(scores, columns, values):  # type: ignore[no-untyped-def]
    """Write the best columns of each row of `scores` (n, m), best first, ties by lower column, and their scores.

    columns, values : int32 and float32 (n, most), written; -1 and -inf beyond what there is: -inf is no score
    """
    most = columns.shape[1]
    for i in range(len(scores)):
        found = 0
        least = np.float32(-np.inf)
        for column in range(scores.shape[1]):
            value = scores[i, column]
            if not value > least:
                continue
            at = min(found, most - 1)
            found = min(found + 1, most)
            while at > 0 and values[i, at - 1] < value:
                values[i, at] = values[i, at - 1]
                columns[i, at] = columns[i, at - 1]
                at -= 1
            values[i, at] = value
            columns[i, at] = column
            if found == most:
                least = values[i, most - 1]
        columns[i, found:] = -1
        values[i, found:] = -np.inf


@njit(cache=True, nogil=True)
def shortlist(scores, beams, label_bounds, labels, floor):  # type: ignore[no-untyped-def]
    """Return (labels a document, columns, values) of each document's clusters, no value below `floor`.

    scores : float32 (n, width, n_columns), of the clusters `beams` int32 (n, width)
    """
    counts = np.zeros(len(beams), dtype=np.int64)
    for i in range(len(beams)):
        for cluster in beams[i]:
            counts[i] += label_bounds[cluster + 1] - label_bounds[cluster]
    columns, values = np.empty(counts.sum(), dtype=np.int32), np.empty(counts.sum(), dtype=np.float32)
    at = 0
    for i in range(len(beams)):
        for b in range(beams.shape[1]):
            first = label_bounds[beams[i, b]]
            for column in range(label_bounds[beams[i, b] + 1] - first):
                columns[at] = labels[first + column]
                values[at] = max(scores[i, b, column], floor)
                at += 1
    return counts, columns, values
