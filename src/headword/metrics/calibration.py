"""How far probabilities can be believed: expected calibration error and Brier score.

References
----------
Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.
Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950).
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from headword.core.errors import DataError
from headword.metrics.additive import Ratio, divide, point_values
from headword.metrics.inputs import at_true, binary, same_shape, values
from headword.metrics.ranked import Ranking

TOP = 10
N_BINS = 15
BINNINGS = ("equal-mass", "equal-width")


def expected_calibration_error(
    y_true: sp.csr_matrix, y_prob: sp.csr_matrix, *, top: int = TOP, n_bins: int = N_BINS, bins: str = "equal-mass"
) -> float:
    """Return the mean distance of stated probability and hit rate over bins of probability, weighted by their mass.

    Only each document's `top` most probable labels are judged: over all pairs, the many certain zeros would flatter
    everyone. Lower is better, in [0, 1]; NaN if nothing has a probability.

    Parameters
    ----------
    y_true
        CSR (n_docs, n_labels) of ones.
    y_prob
        CSR (n_docs, n_labels), in [0, 1]; absent entries mean 0 and are not judged.
    bins
        "equal-mass" (bins of as many suggestions each; equal probabilities stay in one bin) or "equal-width".

    Raises
    ------
    DataError
        If a probability is outside [0, 1] or `bins` is neither.
    """
    probabilities(y_prob)
    ranking = Ranking.of(y_true, y_prob)
    return point_values([CalibrationBins.of(ranking, ranking.scores, top=top, n_bins=n_bins, bins=bins)])["ece"]


def brier(y_true: sp.csr_matrix, y_prob: sp.csr_matrix) -> float:
    """Return the mean squared distance of probability and truth over all n_docs * n_labels pairs; lower is better.

    Parameters as `expected_calibration_error`; NaN without documents or labels.
    """
    truth = binary(y_true)
    return brier_ratio(truth, probabilities(y_prob)).value


def brier_ratio(y_true: sp.csr_matrix, y_prob: sp.csr_matrix) -> Ratio:
    """Return squared distances document by document; `y_true` from `binary`, `y_prob` from `probabilities`."""
    same_shape(y_true, y_prob, name="y_prob")
    n_docs, n_labels = y_true.shape
    p, hit = y_prob.data, at_true(y_true, y_prob)
    # A true label costs 1, unless it has a probability: then (1 - p)^2 = 1 + p^2 - 2p.
    cost = p * p - 2.0 * p * hit
    totals = np.bincount(np.repeat(np.arange(n_docs), np.diff(y_prob.indptr)), weights=cost, minlength=n_docs)
    return Ratio(totals + np.diff(y_true.indptr), np.full(n_docs, float(n_labels)))


def probabilities(y_prob: sp.csr_matrix) -> sp.csr_matrix:
    """Return `y_prob` as a checked CSR matrix of float64.

    Raises
    ------
    DataError
        If an entry is outside [0, 1].
    """
    out = values(y_prob, name="y_prob", dtype=np.float64)
    outside = (out.data < 0) | (out.data > 1)
    if outside.any():
        raise DataError(
            f"probabilities must be in [0, 1], found {out.data[outside][0]:g}; scores must be calibrated first"
        )
    return out


@dataclass(frozen=True, eq=False)
class CalibrationBins:
    """Expected calibration error as an Additive: gap and mass of each bin.

    The bins are laid once, over all documents; a bootstrap resample reweighs what is in them.

    Attributes
    ----------
    quantities
        CSR (2 * n_bins, n_docs): probability minus hits, then the number of suggestions, of each bin.
    """

    quantities: sp.csr_matrix

    @classmethod
    def of(
        cls,
        ranking: Ranking,
        probability: np.ndarray,
        *,
        top: int = TOP,
        n_bins: int = N_BINS,
        bins: str = "equal-mass",
    ) -> "CalibrationBins":
        """Bin the `top` best of each document; `probability` (n_entries,) goes with the entries of `ranking`."""
        if bins not in BINNINGS:
            raise DataError(f"bins must be one of {', '.join(BINNINGS)}, found {bins!r}")
        kept = np.flatnonzero(ranking.ranks < top)
        p = probability[kept].astype(np.float64)
        lay = equal_mass_bins if bins == "equal-mass" else equal_width_bins
        bin_of, docs = lay(p, n_bins), ranking.docs[kept]
        shape = (n_bins, ranking.n_docs)
        gap = sp.csr_matrix((p - ranking.hits[kept], (bin_of, docs)), shape=shape)
        mass = sp.csr_matrix((np.ones(len(p)), (bin_of, docs)), shape=shape)
        return cls(sp.vstack([gap, mass], format="csr"))

    def compute(self, totals: np.ndarray) -> dict[str, np.ndarray]:
        """Return {"ece": (n_resamples,)}."""
        n = totals.shape[0] // 2
        return {"ece": divide(np.abs(totals[:n]).sum(axis=0), totals[n:].sum(axis=0), np.nan)}


def equal_mass_bins(p: np.ndarray, n_bins: int) -> np.ndarray:
    """Return the bin of each probability; bins hold len(p) / n_bins each, but equal values never part."""
    if len(p) == 0:
        return np.zeros(0, dtype=np.int64)
    edges = np.sort(p)[np.arange(1, n_bins) * len(p) // n_bins]
    return np.searchsorted(edges, p, side="right")


def equal_width_bins(p: np.ndarray, n_bins: int) -> np.ndarray:
    """Return the bin of each probability; bin b holds [b / n_bins, (b + 1) / n_bins), the last one 1 too."""
    return np.minimum((p * n_bins).astype(np.int64), n_bins - 1)
