"""Precision, recall and normalised discounted cumulative gain of the k best labels.

Rank ties are broken by column order, so that the same scores always give the same figure. A label without a score is
never among the best, even where fewer than k labels have one.

References
----------
Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20 (2002).
Bhatia et al., "The extreme classification repository: multi-label datasets and code" (2016).
"""

import numpy as np
import scipy.sparse as sp

from headword.core.errors import DataError
from headword.metrics.additive import Ratio
from headword.metrics.ranked import Ranking


def precision_at_k(y_true: sp.csr_matrix, y_score: sp.csr_matrix, k: int = 5) -> float:
    """Return the mean share of the `k` best labels that apply.

    The mean runs over all documents, also those without labels, and divides by `k` even where fewer labels are scored
    or apply, as is usual in extreme classification. NaN without documents.

    Parameters
    ----------
    y_true
        CSR (n_docs, n_labels) of ones.
    y_score
        CSR (n_docs, n_labels); absent entries mean -inf, explicit zeros are scores.

    Examples
    --------
    >>> y_true = sp.csr_matrix([[1, 0, 1]])
    >>> precision_at_k(y_true, sp.csr_matrix([[0.9, 0.5, 0.1]]), k=2)
    0.5
    """
    return precision_ratio(Ranking.of(y_true, y_score), k).value


def recall_at_k(y_true: sp.csr_matrix, y_score: sp.csr_matrix, k: int = 5) -> float:
    """Return the mean share of a document's labels that stand among the `k` best; parameters as `precision_at_k`.

    Documents without labels are left out of the mean; NaN if there are no others.
    """
    return recall_ratio(Ranking.of(y_true, y_score), k).value


def ndcg_at_k(y_true: sp.csr_matrix, y_score: sp.csr_matrix, k: int = 5) -> float:
    """Return the mean discounted gain of the `k` best labels over that of a perfect ranking.

    Gain 1, discount 1/log2(1 + rank). Documents without labels are left out of the mean; NaN if there are no others.
    Unlike scikit-learn's, ties are not averaged over but broken by column. Parameters as `precision_at_k`.
    """
    return ndcg_ratio(Ranking.of(y_true, y_score), k).value


def precision_ratio(ranking: Ranking, k: int) -> Ratio:
    """Return P@k document by document."""
    hits = ranking.sum_by_doc(ranking.hits_within(at_least_one(k)))
    return Ratio(hits / k, np.ones(ranking.n_docs))


def recall_ratio(ranking: Ranking, k: int) -> Ratio:
    """Return R@k document by document."""
    hits = ranking.sum_by_doc(ranking.hits_within(at_least_one(k)))
    return Ratio(hits / np.maximum(ranking.n_true, 1), (ranking.n_true > 0).astype(np.float64))


def ndcg_ratio(ranking: Ranking, k: int) -> Ratio:
    """Return nDCG@k document by document."""
    entries = ranking.hits_within(at_least_one(k))
    discount = 1.0 / np.log2(np.arange(k) + 2.0)
    gain = ranking.sum_by_doc(entries, discount[ranking.ranks[entries]])
    best = np.concatenate([[1.0], np.cumsum(discount)])[np.minimum(ranking.n_true, k)]
    return Ratio(gain / best, (ranking.n_true > 0).astype(np.float64))


def at_least_one(k: int) -> int:
    """Return `k`; a DataError unless it is at least 1."""
    if k < 1:
        raise DataError(f"k must be at least 1, found {k}")
    return k
