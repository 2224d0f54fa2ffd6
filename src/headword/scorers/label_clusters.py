"""Balanced clusters of labels, by the documents that have them."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from headword.core.parallel import run_chunks
from headword.scorers.cluster_kernels import split_in_two, sum_documents
from headword.text.words import csr

_CHUNK_LABELS = 1024
_MOST_FEATURES = 300
_ROUNDS = 10
_TASKS = 64


def label_features(
    documents: sp.csr_matrix,
    targets: sp.csr_matrix,
    rows: np.ndarray,
    *,
    most: int = _MOST_FEATURES,
    n_threads: int | None = None,
) -> sp.csr_matrix:
    """Return CSR (n_labels, n_features): the sum of each label's documents, cut to its strongest entries, of length 1.

    Parameters
    ----------
    documents
        (n_docs, n_features).
    targets
        (n_docs, n_labels). A label without a document has an empty row.
    rows
        int64, the documents that count.
    most
        Entries of a label at most.
    """
    by_label = targets[rows].tocsc()
    bounds, holders = by_label.indptr.astype(np.int64), rows[by_label.indices].astype(np.int32)
    n_labels, n_features = targets.shape[1], documents.shape[1]

    def work(first: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        last = min(first + _CHUNK_LABELS, n_labels)
        return sum_documents(  # type: ignore[no-any-return]
            documents.indptr, documents.indices, documents.data, bounds, holders, first, last, n_features, most
        )

    parts = run_chunks(work, range(0, n_labels, _CHUNK_LABELS), n_threads)
    counts, columns, values = (np.concatenate([part[i] for part in parts]) for i in range(3))
    return csr(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), columns, values, n_features)


def cluster_labels(
    features: sp.csr_matrix, labels: np.ndarray, n_clusters: int, *, seed: int = 0, n_threads: int | None = None
) -> np.ndarray:
    """Return `labels` reordered so that those of one cluster, from `cluster_bounds`, are alike, and so are neighbours.

    The clusters are cut in two, each half in two, and so on, each time by balanced 2-means of their labels.

    Parameters
    ----------
    features
        CSR, one row a label, of length 1.
    labels
        int32, different rows of `features`.
    n_clusters
        From 1 to the number of labels.
    """
    order = labels.astype(np.int32)
    bounds = cluster_bounds(len(order), n_clusters)

    def split(spans: Sequence[tuple[int, int]]) -> None:
        axis = np.zeros(features.shape[1], dtype=np.float32)
        for begin, end in spans:
            first, middle, last = bounds[begin], bounds[(begin + end) // 2], bounds[end]
            own_seed = (seed + begin * n_clusters + end) & 0x7FFFFFFF
            split_in_two(
                features.indptr, features.indices, features.data, order[first:last], middle - first, _ROUNDS,
                own_seed, axis,
            )  # fmt: skip

    spans = [(0, n_clusters)] if n_clusters > 1 else []
    while spans:
        size = -(-len(spans) // _TASKS)
        run_chunks(split, [spans[at : at + size] for at in range(0, len(spans), size)], n_threads)
        halves = [half for a, b in spans for half in ((a, (a + b) // 2), ((a + b) // 2, b))]
        spans = [(begin, end) for begin, end in halves if end - begin > 1]
    return order


def cluster_bounds(n_labels: int, n_clusters: int) -> np.ndarray:
    """Return int64 (n_clusters + 1,): where each part of `n_labels` begins; no two differ in size by more than 1.

    Examples
    --------
    >>> cluster_bounds(7, 3).tolist()
    [0, 2, 4, 7]
    """
    return np.arange(n_clusters + 1, dtype=np.int64) * n_labels // n_clusters
