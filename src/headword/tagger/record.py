"""What cross-fitting found out about a tagger: its figures, those of doing without it, and each label's counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError
from headword.tagger.held_out import HeldOut

_BESIDE = ("p@1", "p@3", "p@5", "r@5", "ndcg@5", "psp@5", "micro_f1", "macro_f1", "samples_f1", "ece")
_FEW = 2000
_COUNTS = ("true", "chosen", "hits")
_PREFIX = "judged."


@dataclass(frozen=True, eq=False)
class Record:
    """Figures on held-out documents.

    Attributes
    ----------
    quality
        `n_docs`, and the metrics by name; what is undefined is left out.
    baselines
        Some of the same metrics for each baseline, which reads no document: on 2,000 of the documents at most, evenly
        spaced, since there may be millions.
    reliability
        Of each bin of probability: its mean, the share that was right, and the number of suggestions.
    counts
        "true", "chosen" and "hits" of each label, int64 (n_labels,) each; None for taggers that were fitted before
        these were kept.
    """

    quality: Mapping[str, Any]
    baselines: Mapping[str, Mapping[str, float]]
    reliability: list[list[float]]
    counts: Mapping[str, np.ndarray] | None

    @classmethod
    def of(cls, held: HeldOut, support: np.ndarray, n_train: int) -> Self:
        """Measure the suggestions for held-out documents.

        Parameters
        ----------
        support
            int64 (n_labels,): training documents of each label.
        """
        from headword.evaluation.align import align
        from headword.evaluation.baselines import baselines
        from headword.evaluation.measure import measurements, values
        from headword.metrics.propensity import inverse_propensities

        aligned = align(held.suggestions, held.corpus, train_support=support, n_train=n_train)
        weights = inverse_propensities(aligned.train_support, aligned.n_train)
        own = values(measurements(aligned.y_true, aligned.predictions, weights))
        few = np.unique(np.linspace(0, len(held.corpus) - 1, _FEW).astype(np.int64))
        some = replace(aligned, y_true=aligned.y_true[few])
        beside = {
            name: _finite(values(measurements(some.y_true, found, weights)), _BESIDE)
            for name, found in baselines(some).items()
        }
        chosen, n_labels = aligned.predictions.y_pred, len(support)
        counts = {
            name: np.bincount(matrix.indices, minlength=n_labels).astype(np.int64)
            for name, matrix in zip(
                _COUNTS, (aligned.y_true, chosen, chosen.multiply(aligned.y_true).tocsr()), strict=True
            )
        }
        quality = {"n_docs": len(held.corpus), **_finite(own, own)}
        return cls(quality, beside, _reliability(aligned.y_true, aligned.predictions.y_prob), counts)

    def manifest(self) -> dict[str, Any]:
        """Return what the manifest says of it."""
        said: dict[str, Any] = {"quality": dict(self.quality)}
        if self.counts is not None:
            said["crossfit"] = {"baselines": dict(self.baselines), "reliability": self.reliability}
        return said

    def state(self) -> dict[str, np.ndarray]:
        """Return the counts of the labels by name."""
        return {_PREFIX + name: array for name, array in (self.counts or {}).items()}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], manifest: Mapping[str, Any], n_labels: int, n_docs: int) -> Self:
        """Rebuild from `state()` and `manifest()`, which may come from anybody, or from before there were records.

        Raises
        ------
        DataError
            If the counts are missing, do not fit the labels, or cannot be.
        """
        quality = stored.entry(manifest, "quality", dict)
        if "crossfit" not in manifest:
            return cls(quality, {}, [], None)
        crossfit = stored.entry(manifest, "crossfit", dict)
        counts = {
            name: stored.indices(state, _PREFIX + name, n_docs + 1, size=n_labels, dtype=np.int64) for name in _COUNTS
        }
        if (counts["hits"] > np.minimum(counts["true"], counts["chosen"])).any():
            raise DataError("a label was right more often than it was chosen, or than it applies")
        beside = stored.entry(crossfit, "baselines", dict)
        return cls(quality, beside, _bins(crossfit.get("reliability")), counts)


def _finite(found: Mapping[str, float], names: Any) -> dict[str, float]:
    return {name: float(found[name]) for name in names if name in found and np.isfinite(found[name])}


def _bins(found: Any) -> list[list[float]]:
    """Return bins of three numbers each; a DataError if `found` is something else."""
    whole = isinstance(found, list) and all(isinstance(one, list) and len(one) == 3 for one in found)
    if not whole or not all(type(number) in (int, float) for one in found for number in one):
        raise DataError("entry 'reliability' of the manifest must hold lists of three numbers")
    return [list(one) for one in found]


def _reliability(y_true: sp.csr_matrix, y_prob: sp.csr_matrix) -> list[list[float]]:
    """Return mean probability, share right and number of suggestions of bins of equal mass, as `ece` bins them."""
    from headword.metrics.calibration import N_BINS, TOP, equal_mass_bins
    from headword.metrics.ranked import Ranking

    ranking = Ranking.of(y_true, y_prob)
    kept = ranking.ranks < TOP
    p, hit = ranking.scores[kept].astype(np.float64), ranking.hits[kept].astype(np.float64)
    at = equal_mass_bins(p, N_BINS)
    n = np.bincount(at, minlength=N_BINS)
    sums = [np.bincount(at, weights=weights, minlength=N_BINS) for weights in (p, hit)]
    return [[float(sums[0][i] / n[i]), float(sums[1][i] / n[i]), int(n[i])] for i in np.flatnonzero(n).tolist()]
