"""Reliability: what was stated beside what came true, overall and for head, torso and tail."""

from dataclasses import dataclass

import numpy as np

from headword.evaluation.align import Aligned
from headword.evaluation.frequency import frequency_groups
from headword.metrics.additive import Ratio, Ratios
from headword.metrics.calibration import N_BINS, TOP, equal_width_bins, probabilities
from headword.metrics.intervals import bootstrap_intervals
from headword.metrics.ranked import Ranking


@dataclass(frozen=True)
class ReliabilityBin:
    """Suggestions of about one probability.

    Attributes
    ----------
    stated
        Their mean probability.
    came_true
        The share of them that apply, with its interval from resampled documents (`low`, `high`; NaN for none).
    n
        How many they are.
    """

    stated: float
    came_true: float
    low: float
    high: float
    n: int


def reliability(
    aligned: Aligned, bounds: tuple[int, int], *, n_bootstrap: int, seed: int, confidence: float
) -> dict[str, tuple[ReliabilityBin, ...]]:
    """Return the bins of `all`, `head`, `torso` and `tail`, by rising probability.

    Each document's ten best suggestions, as for the expected calibration error, but in 15 bins of equal width: most
    suggestions are improbable, and bins of equal mass would crowd at 0 and show little else. Empty bins are left out.
    """
    ranking = Ranking.of(aligned.y_true, aligned.predictions.y_score)
    kept = np.flatnonzero(ranking.ranks < TOP)
    p = probabilities(aligned.predictions.y_prob).data[ranking.order][kept]
    docs, hits, columns = ranking.docs[kept], ranking.hits[kept], ranking.columns[kept]
    out = {}
    groups = {"all": np.arange(len(aligned.label_space)), **frequency_groups(aligned.train_support, bounds)}
    for name, members in groups.items():
        here = np.isin(columns, members)
        out[name] = _bins(p[here], hits[here], docs[here], ranking.n_docs, n_bootstrap, seed, confidence)
    return out


def _bins(
    p: np.ndarray, hits: np.ndarray, docs: np.ndarray, n_docs: int, n_bootstrap: int, seed: int, confidence: float
) -> tuple[ReliabilityBin, ...]:
    if not len(p):
        return ()
    _, bin_of = np.unique(equal_width_bins(p, N_BINS), return_inverse=True)
    ratios = {}
    for number in range(bin_of.max() + 1):
        inside = bin_of == number
        found = np.bincount(docs[inside], weights=hits[inside], minlength=n_docs)
        ratios[str(number)] = Ratio(found, np.bincount(docs[inside], minlength=n_docs).astype(np.float64))
    ends = bootstrap_intervals([Ratios(ratios)], n_bootstrap=n_bootstrap, seed=seed, confidence=confidence)
    none = (float("nan"), float("nan"))
    return tuple(
        ReliabilityBin(
            float(p[bin_of == int(name)].mean()), ratio.value, *ends.get(name, none), int(ratio.denominator.sum())
        )
        for name, ratio in ratios.items()
    )
