"""Head, torso and tail: how well frequent and rare labels are found; and the labels that training never saw."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from headword.core.errors import DataError
from headword.evaluation.align import Aligned
from headword.metrics.counts import Decisions
from headword.metrics.macro import precision_recall_f1
from headword.metrics.ranked import Ranking

FREQUENCY_BOUNDS = (50, 500)
_DEPTH = 5
_SHOWN = 10


def frequency_groups(train_support: np.ndarray, bounds: tuple[int, int] = FREQUENCY_BOUNDS) -> dict[str, np.ndarray]:
    """Return the columns of head (support > upper bound), torso (within the bounds) and tail (below, at least 1).

    Labels without training documents are in none of them.

    Raises
    ------
    DataError
        If the bounds are not 1 <= lower <= upper.
    """
    low, high = bounds
    if not 1 <= low <= high:
        raise DataError(f"the bounds of head and tail must be 1 <= lower <= upper, found {low} and {high}")
    return {
        "head": np.flatnonzero(train_support > high),
        "torso": np.flatnonzero((train_support >= low) & (train_support <= high)),
        "tail": np.flatnonzero((train_support >= 1) & (train_support < low)),
    }


def by_frequency(aligned: Aligned, bounds: tuple[int, int] = FREQUENCY_BOUNDS) -> dict[str, Mapping[str, Any]]:
    """Return the figures of head, torso and tail by name.

    Sizes; precision, recall and F1 of the group's pooled decisions; mean F1 over its labels; and the share of its
    assignments that stand among their document's five best. NaN where a group has nothing to average over.
    """
    ranking = Ranking.of(aligned.y_true, aligned.predictions.y_score)
    listed = ranking.columns[ranking.hits_within(_DEPTH)]
    found = np.bincount(listed, minlength=len(aligned.label_space))
    counts = Decisions.of(aligned.y_true, aligned.predictions.y_pred).label_counts()
    groups = frequency_groups(aligned.train_support, bounds)
    return {name: _summary(columns, *counts, found) for name, columns in groups.items()}


def unseen_labels(aligned: Aligned) -> dict[str, Any]:
    """Return number and share of evaluated labels without training documents; unless chosen they count as missed."""
    test = aligned.test_support
    unseen = (aligned.train_support == 0) & (test > 0)
    columns = np.flatnonzero(unseen)
    most = columns[np.argsort(-test[columns], kind="stable")][:_SHOWN]
    return {
        "n_labels": len(columns),
        "share_of_labels": _share(len(columns), int((test > 0).sum())),
        "n_assignments": int(test[columns].sum()),
        "share_of_assignments": _share(int(test[columns].sum()), int(test.sum())),
        "n_documents": int((aligned.y_true @ unseen.astype(np.float64) > 0).sum()),
        "examples": [aligned.label_space.names[c] for c in most.tolist()],
    }


def _summary(
    columns: np.ndarray, tp: np.ndarray, pred: np.ndarray, true: np.ndarray, found: np.ndarray
) -> dict[str, Any]:
    hits, chosen, assigned = (int(counts[columns].sum()) for counts in (tp, pred, true))
    f1 = precision_recall_f1(tp[columns], pred[columns], true[columns])[2]
    n_tested = int((true[columns] > 0).sum())
    return {
        "n_labels": len(columns),
        "n_test_labels": n_tested,
        "n_assignments": assigned,
        "n_chosen": chosen,
        "micro_precision": _share(hits, chosen),
        "micro_recall": _share(hits, assigned),
        "micro_f1": _share(2 * hits, chosen + assigned),
        "macro_f1": _share(float(f1.sum()), n_tested),
        "macro_f1_all": _share(float(f1.sum()), len(columns)),
        "found_in_top_5": _share(int(found[columns].sum()), assigned),
    }


def _share(part: float, whole: int) -> float:
    return part / whole if whole else float("nan")
