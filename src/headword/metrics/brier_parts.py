"""What a Brier score is made of: how honest probabilities are, how much they tell, and how hard the question is.

References
----------
Murphy, "A new vector partition of the probability score", Journal of Applied Meteorology 12 (1973). Stephenson, Coelho
and Jolliffe, "Two extra components in the Brier score decomposition", Weather and Forecasting 23 (2008).
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from headword.metrics.calibration import N_BINS, TOP, equal_mass_bins, probabilities
from headword.metrics.ranked import Ranking


@dataclass(frozen=True)
class BrierParts:
    """A Brier score over each document's best suggestions: brier = reliability - resolution + uncertainty + within.

    Attributes
    ----------
    brier
        Mean squared distance of probability and truth over the suggestions judged.
    reliability
        Mean squared distance of stated probability and hit rate of a bin; 0 for honest probabilities.
    resolution
        Mean squared distance of a bin's hit rate from that of all; the higher, the more is told apart.
    uncertainty
        r (1 - r) with r the hit rate of all: what saying r of everything would score.
    within
        What bins hide: variance of the probabilities inside bins, less twice their covariance with the hits.
    """

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float


def brier_parts(y_true: sp.csr_matrix, y_prob: sp.csr_matrix, *, top: int = TOP, n_bins: int = N_BINS) -> BrierParts:
    """Take the Brier score of each document's `top` most probable labels apart, over bins of equal mass.

    Parameters
    ----------
    y_true
        CSR (n_docs, n_labels) of ones.
    y_prob
        CSR (n_docs, n_labels), in [0, 1]; absent entries are not judged. All parts are NaN if there is none.

    Raises
    ------
    DataError
        If a probability is outside [0, 1].
    """
    probabilities(y_prob)
    ranking = Ranking.of(y_true, y_prob)
    kept = ranking.ranks < top
    p, hit = ranking.scores[kept].astype(np.float64), ranking.hits[kept].astype(np.float64)
    if not len(p):
        return BrierParts(*(float("nan"),) * 5)
    bin_of = equal_mass_bins(p, n_bins)
    mass = np.bincount(bin_of)
    used = mass > 0
    stated, rate = (np.bincount(bin_of, weights=x)[used] / mass[used] for x in (p, hit))
    share, overall = mass[used] / len(p), hit.mean()
    place = np.cumsum(used)[bin_of] - 1
    off, right = p - stated[place], hit - rate[place]
    return BrierParts(
        brier=float(np.mean((p - hit) ** 2)),
        reliability=float(share @ (stated - rate) ** 2),
        resolution=float(share @ (rate - overall) ** 2),
        uncertainty=float(overall * (1 - overall)),
        within=float(np.mean(off**2) - 2 * np.mean(off * right)),
    )
