"""All metrics of one system on one set of documents."""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import scipy.sparse as sp

from headword.evaluation.align import Predictions
from headword.metrics.additive import Additive, Ratio, Ratios, point_values
from headword.metrics.calibration import CalibrationBins, brier_ratio, probabilities
from headword.metrics.counts import Decisions
from headword.metrics.inputs import binary
from headword.metrics.intervals import bootstrap_intervals
from headword.metrics.macro import LabelAverages
from headword.metrics.micro import micro_ratios
from headword.metrics.propensity import psp_ratio
from headword.metrics.ranked import Ranking
from headword.metrics.ranking import ndcg_ratio, precision_ratio, recall_ratio
from headword.metrics.samples import samples_ratios
from headword.metrics.tied_ranks import coverage_ratio, lrap_ratio

Value = TypeVar("Value")

DEPTHS = (1, 3, 5, 10)
PROPENSITY_DEPTHS = (1, 3, 5)
METRIC_NAMES = (
    *(f"p@{k}" for k in DEPTHS),
    *(f"r@{k}" for k in DEPTHS),
    *(f"ndcg@{k}" for k in DEPTHS),
    *(f"psp@{k}" for k in PROPENSITY_DEPTHS),
    "lrap",
    "coverage_error",
    *(f"{average}_{part}" for average in ("micro", "macro") for part in ("precision", "recall", "f1")),
    "macro_f1_all",
    *(f"{average}_{part}" for average in ("weighted", "samples") for part in ("precision", "recall", "f1")),
    "jaccard",
    "hamming",
    "subset_accuracy",
    "ece",
    "brier",
)


def measurements(y_true: sp.csr_matrix, predictions: Predictions, inverse_propensity: np.ndarray) -> list[Additive]:
    """Return every metric of METRIC_NAMES, in the form from which values and intervals are computed.

    Parameters
    ----------
    y_true
        CSR (n_docs, n_labels) of ones.
    inverse_propensity
        (n_labels,), from `metrics.propensity.inverse_propensities`.
    """
    ranking = Ranking.of(y_true, predictions.y_score)
    decisions = Decisions.of(y_true, predictions.y_pred)
    y_prob = probabilities(predictions.y_prob)
    ratios = {
        **_ranking_ratios(ranking, inverse_propensity),
        **micro_ratios(decisions),
        **samples_ratios(decisions),
        "brier": brier_ratio(binary(y_true), y_prob),
    }
    # Scores and probabilities store the same positions, so the order of one is the order of the other.
    bins = CalibrationBins.of(ranking, y_prob.data[ranking.order])
    return [Ratios(ratios), LabelAverages.of(decisions), bins]


def values(groups: list[Additive]) -> dict[str, float]:
    """Return the metrics in the order of METRIC_NAMES; NaN where undefined."""
    return _ordered(point_values(groups))


def intervals(
    groups: list[Additive], *, n_labels: int, n_bootstrap: int, seed: int, confidence: float
) -> dict[str, tuple[float, float]]:
    """Return the bootstrap interval of each metric; empty for no resamples."""
    found = bootstrap_intervals(
        groups, n_bootstrap=n_bootstrap, seed=seed, confidence=confidence, upper={"coverage_error": float(n_labels)}
    )
    return _ordered(found)


def _ranking_ratios(ranking: Ranking, inverse_propensity: np.ndarray) -> dict[str, Ratio]:
    return {
        **{f"p@{k}": precision_ratio(ranking, k) for k in DEPTHS},
        **{f"r@{k}": recall_ratio(ranking, k) for k in DEPTHS},
        **{f"ndcg@{k}": ndcg_ratio(ranking, k) for k in DEPTHS},
        **{f"psp@{k}": psp_ratio(ranking, inverse_propensity, k) for k in PROPENSITY_DEPTHS},
        "lrap": lrap_ratio(ranking),
        "coverage_error": coverage_ratio(ranking),
    }


def _ordered(found: Mapping[str, Value]) -> dict[str, Value]:
    return {name: found[name] for name in METRIC_NAMES if name in found}
