"""Compiled gathering of what the clusters of a label tree learn from: their documents, features and targets."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def move_targets(y_indptr, y_indices, place):  # type: ignore[no-untyped-def]
    """Return the CSR targets in columns place[column], each once a document; columns of place -1 are left out."""
    n = len(y_indptr) - 1
    indptr = np.zeros(n + 1, dtype=np.int64)
    indices = np.empty(len(y_indices), dtype=np.int32)
    at = 0
    for doc in range(n):
        first = at
        for i in range(y_indptr[doc], y_indptr[doc + 1]):
            new = place[y_indices[i]]
            known = new < 0
            for j in range(first, at):
                known = known or indices[j] == new
            if not known:
                indices[at] = new
                at += 1
        indptr[doc + 1] = at
    return indptr, indices[:at].copy()


@njit(cache=True, nogil=True)
def cluster_documents(rows, y_indptr, y_indices, beams, n_clusters):  # type: ignore[no-untyped-def]
    """Return bounds int64 (n_clusters + 1,) and documents int32: those with a target in, or a beam to, each cluster.

    Parameters
    ----------
    rows : int64, the documents
    y_indptr, y_indices : CSR targets, columns are clusters
    beams : int32 (len(rows), width), clusters
    """
    bounds = np.zeros(n_clusters + 1, dtype=np.int64)
    seen = np.empty(n_clusters, dtype=np.int64)
    documents = np.empty(0, dtype=np.int32)
    ends = bounds
    for fill in range(2):
        if fill:
            bounds = np.cumsum(bounds)
            ends = bounds.copy()
            documents = np.empty(bounds[n_clusters], dtype=np.int32)
        seen[:] = -1
        for i in range(len(rows)):
            first = y_indptr[rows[i]]
            n_own = y_indptr[rows[i] + 1] - first
            for at in range(n_own + beams.shape[1]):
                cluster = y_indices[first + at] if at < n_own else beams[i, at - n_own]
                if seen[cluster] == i:
                    continue
                seen[cluster] = i
                if fill:
                    documents[ends[cluster]] = rows[i]
                    ends[cluster] += 1
                else:
                    bounds[cluster + 1] += 1
    return bounds, documents


@njit(cache=True, nogil=True)
def gather_targets(documents, y_indptr, y_indices, first_column, n_columns):  # type: ignore[no-untyped-def]
    """Return the CSR targets of some documents in some columns, numbered from 0."""
    indptr = np.zeros(len(documents) + 1, dtype=np.int64)
    for i in range(len(documents)):
        indptr[i + 1] = indptr[i]
        for at in range(y_indptr[documents[i]], y_indptr[documents[i] + 1]):
            indptr[i + 1] += first_column <= y_indices[at] < first_column + n_columns
    indices = np.empty(indptr[-1], dtype=np.int32)
    to = 0
    for i in range(len(documents)):
        for at in range(y_indptr[documents[i]], y_indptr[documents[i] + 1]):
            if first_column <= y_indices[at] < first_column + n_columns:
                indices[to] = y_indices[at] - first_column
                to += 1
    return indptr, indices


@njit(cache=True, nogil=True)
def gather_features(indptr, indices, data, documents, t_indptr, number):  # type: ignore[no-untyped-def]
    """Return the CSR of some documents over the features of those with a target, and these features (int32).

    Parameters
    ----------
    indptr, indices, data : CSR documents (int64, int32, float32)
    documents : int32, the ones to gather; t_indptr : bounds of their targets
    number : int32 (n_features,), -1 everywhere, and again at the end
    """
    n = len(documents)
    size = 0
    for i in range(n):
        size += indptr[documents[i] + 1] - indptr[documents[i]]
    features = np.empty(min(size, len(number)), dtype=np.int32)
    n_features = 0
    for i in range(n):
        if t_indptr[i + 1] > t_indptr[i]:
            for at in range(indptr[documents[i]], indptr[documents[i] + 1]):
                feature = indices[at]
                if number[feature] < 0:
                    number[feature] = n_features
                    features[n_features] = feature
                    n_features += 1
    local_indptr = np.zeros(n + 1, dtype=np.int64)
    local_indices = np.empty(size, dtype=np.int32)
    local_data = np.empty(size, dtype=np.float32)
    to = 0
    for i in range(n):
        for at in range(indptr[documents[i]], indptr[documents[i] + 1]):
            if number[indices[at]] >= 0:
                local_indices[to] = number[indices[at]]
                local_data[to] = data[at]
                to += 1
        local_indptr[i + 1] = to
    for i in range(n_features):
        number[features[i]] = -1
    return local_indptr, local_indices[:to], local_data[:to], features[:n_features].copy()
