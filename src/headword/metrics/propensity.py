"""Propensity-scored precision: hits on rare labels count more, as rare labels are missing more often from the truth.

References
----------
Jain, Prabhu and Varma, "Extreme multi-label loss functions for recommendation, tagging, ranking and other missing label
applications", KDD 2016.
"""

import numpy as np
import scipy.sparse as sp

from headword.core.errors import DataError
from headword.metrics.additive import Ratio
from headword.metrics.inputs import rows_of
from headword.metrics.ranked import Ranking
from headword.metrics.ranking import at_least_one

JAIN_A = 0.55
JAIN_B = 1.5


def inverse_propensities(support: np.ndarray, n_train: int, *, a: float = JAIN_A, b: float = JAIN_B) -> np.ndarray:
    """Return 1/p of each label; float64 (n_labels,), at least 1, falling with the label's support.

    p = 1 / (1 + C exp(-a ln(N_l + b))) with C = (ln N - 1)(b + 1)^a. For fewer than three training documents, where C
    would be negative, C is 0 and every label weighs 1.

    Parameters
    ----------
    support
        Training documents of each label (n_labels,), >= 0; N_l.
    n_train
        Training documents; N.
    a, b
        The constants of the paper: 0.55 and 1.5 unless a data set has its own (Wikipedia 0.5 and 0.4, Amazon 0.6 and
        2.6).

    Raises
    ------
    DataError
        If `n_train` < 1, `b` <= 0 or a support is negative.
    """
    counts = np.asarray(support, dtype=np.float64)
    if n_train < 1 or b <= 0 or (counts < 0).any():
        raise DataError(f"propensities need n_train >= 1, b > 0 and support >= 0, found n_train={n_train}, b={b}")
    c = max(np.log(n_train) - 1.0, 0.0) * (b + 1.0) ** a
    return np.asarray(1.0 + c * (counts + b) ** -a)


def psp_at_k(y_true: sp.csr_matrix, y_score: sp.csr_matrix, inverse_propensity: np.ndarray, k: int = 5) -> float:
    """Return the propensity weight of the hits among the `k` best, over the weight a perfect ranking would collect.

    Both are summed over the documents before dividing (documents without labels add nothing); NaN if no document has a
    label. Rank ties as in `precision_at_k`.

    Parameters
    ----------
    y_true, y_score
        As `precision_at_k`.
    inverse_propensity
        (n_labels,), from `inverse_propensities`.
    """
    return psp_ratio(Ranking.of(y_true, y_score), np.asarray(inverse_propensity, dtype=np.float64), k).value


def psp_ratio(ranking: Ranking, inverse_propensity: np.ndarray, k: int) -> Ratio:
    """Return collected and collectable propensity weight, document by document."""
    if inverse_propensity.shape != (ranking.n_labels,):
        raise DataError(f"{ranking.n_labels} labels need as many propensities, found shape {inverse_propensity.shape}")
    entries = ranking.hits_within(at_least_one(k))
    gain = ranking.sum_by_doc(entries, inverse_propensity[ranking.columns[entries]])
    truth = ranking.y_true
    docs, weights = rows_of(truth), inverse_propensity[truth.indices]
    by_weight = np.lexsort((-weights, docs))
    rank = np.arange(truth.nnz) - truth.indptr[docs]
    best = by_weight[rank < k]
    return Ratio(gain, np.bincount(docs[best], weights=weights[best], minlength=ranking.n_docs))
