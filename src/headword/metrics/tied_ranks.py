"""Label ranking average precision and coverage error: how deep the true labels stand in the full ranking.

Tied labels all take the worst rank of their tie, as in scikit-learn; the labels without a score tie at the bottom. So a
true label without a score has rank n_labels.

References
----------
Tsoumakas, Katakis and Vlahavas, "Mining multi-label data", Data Mining and Knowledge Discovery Handbook (2010).
"""

import numpy as np
import scipy.sparse as sp

from headword.metrics.additive import Ratio
from headword.metrics.ranked import Ranking


def lrap(y_true: sp.csr_matrix, y_score: sp.csr_matrix) -> float:
    """Return label ranking average precision: over true labels, the share of true ones among those ranked no lower.

    Mean over a document's labels, then over documents; a document to which no label or every label applies counts 1.
    In (0, 1]; NaN without documents.

    Parameters
    ----------
    y_true
        CSR (n_docs, n_labels) of ones.
    y_score
        CSR (n_docs, n_labels); absent entries mean -inf, explicit zeros are scores.
    """
    return lrap_ratio(Ranking.of(y_true, y_score)).value


def coverage_error(y_true: sp.csr_matrix, y_score: sp.csr_matrix) -> float:
    """Return how many labels must be read, on average, to meet all true ones; in [0, n_labels].

    A document without labels counts 0; NaN without documents. Parameters as `lrap`.
    """
    return coverage_ratio(Ranking.of(y_true, y_score)).value


def lrap_ratio(ranking: Ranking) -> Ratio:
    """Return label ranking average precision document by document."""
    hits = np.flatnonzero(ranking.hits)
    last = _last_of_tie(ranking)[hits]
    seen = np.concatenate([[0], np.cumsum(ranking.hits)])
    start = ranking.indptr[ranking.docs[hits]]
    true_above = seen[last + 1] - seen[start]
    listed = ranking.sum_by_doc(hits, true_above / (last + 1 - start))
    n_true, n_missing = ranking.n_true, ranking.n_true - ranking.sum_by_doc(hits)
    total = listed + n_missing * n_true / max(ranking.n_labels, 1)
    trivial = (n_true == 0) | (n_true == ranking.n_labels)
    return Ratio(np.where(trivial, 1.0, total / np.maximum(n_true, 1)), np.ones(ranking.n_docs))


def coverage_ratio(ranking: Ranking) -> Ratio:
    """Return the worst rank of a true label, document by document."""
    hits = np.flatnonzero(ranking.hits)
    depth = np.zeros(ranking.n_docs)
    rank = _last_of_tie(ranking)[hits] + 1 - ranking.indptr[ranking.docs[hits]]
    np.maximum.at(depth, ranking.docs[hits], rank)
    depth[ranking.sum_by_doc(hits) < ranking.n_true] = ranking.n_labels
    return Ratio(depth, np.ones(ranking.n_docs))


def _last_of_tie(ranking: Ranking) -> np.ndarray:
    """Return for each entry the index of the last entry of its document with the same score."""
    if len(ranking.docs) == 0:
        return np.zeros(0, dtype=np.int64)
    changes = (np.diff(ranking.docs) != 0) | (ranking.scores[1:] != ranking.scores[:-1])
    ends = np.concatenate([np.flatnonzero(changes), [len(ranking.docs) - 1]])
    return np.asarray(ends[np.concatenate([[0], np.cumsum(changes)])])
