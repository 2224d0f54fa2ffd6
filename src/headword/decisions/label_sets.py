"""Whole label sets with a guarantee: label-powerset inductive conformal prediction, without trying all sets.

References
----------
Papadopoulos, A cross-conformal predictor for multi-label classification, AIAI 2014. Maltoudoglou, Paisios, Lenc,
Martinek, Kral and Papadopoulos, Well-calibrated confidence measures for multi-label text classification with a large
number of labels, Pattern Recognition 122 (2022).
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

MOST_SETS = 64
_FLOOR = 1e-4
_OUTSIDE = float(np.log((1 - _FLOOR) / _FLOOR))


@dataclass(frozen=True)
class LabelSets:
    """The label sets that cannot be ruled out for one document.

    Attributes
    ----------
    certain
        Columns that are in every one of them.
    possible
        Columns of candidates that are in some but not in all.
    sets
        The sets themselves as sorted columns, the most conforming first; at most as many as asked for.
    complete
        Whether these are all.
    others
        How many labels outside the candidates a set may have beside those of `sets`: they are not listed.
    """

    certain: tuple[int, ...]
    possible: tuple[int, ...]
    sets: tuple[tuple[int, ...], ...]
    complete: bool
    others: int


def nonconformity(probabilities: np.ndarray, right: np.ndarray, n_outside: int) -> float:
    """Return how unlikely a label set is: minus the logarithm of its probability, were labels independent.

    A sum over labels, like the distance sum |y - p| of Maltoudoglou et al., which makes rare labels too cheap: with
    calibrated probabilities, regions by likelihood are far smaller. Probabilities are cut to [0.0001, 0.9999], so that
    no label is impossible; each label outside the candidates costs as much as one of 0.0001 does.
    """
    p = np.clip(probabilities.astype(np.float64), _FLOOR, 1 - _FLOOR)
    return float(-np.log(np.where(right > 0, p, 1 - p)).sum()) + n_outside * _OUTSIDE


def budget(scores: np.ndarray, level: float) -> float | None:
    """Return the largest nonconformity of a set that is kept at confidence `level`; None with too few documents.

    A set is kept if more than 1 - level of the calibration scores, itself included, are at least as large: its
    nonconformity is at most the m-th largest score, m = floor((1 - level) (n + 1)).
    """
    m = int(np.floor((1.0 - level) * (len(scores) + 1) + 1e-9))
    return None if m < 1 or m > len(scores) else float(np.sort(scores)[len(scores) - m])


def kept_sets(columns: np.ndarray, probabilities: np.ndarray, most: float, *, limit: int = MOST_SETS) -> LabelSets:
    """Return the label sets of nonconformity up to `most` for a document.

    The most likely set takes every label of at least one half. Any other is made by flipping labels, each at the cost
    |ln p - ln(1 - p)|; flips are enumerated by rising total cost until what is left of `most` is used up. A label whose
    own cost is more than that is decided: it is certain, or ruled out, without any set being tried.

    Parameters
    ----------
    columns, probabilities
        (n_candidates,), those of the document.
    limit
        Sets at most; the enumeration ends there.
    """
    p = np.clip(probabilities.astype(np.float64), _FLOOR, 1 - _FLOOR)
    base = p >= 0.5
    # Budgets are kept in single precision.
    left = most * (1 + 1e-6) + np.log(np.maximum(p, 1 - p)).sum() + 1e-9
    if left < 0:
        return LabelSets((), (), (), True, 0)
    costs = np.abs(np.log(p) - np.log1p(-p))
    free = np.flatnonzero(costs <= left)
    free = free[np.argsort(costs[free], kind="stable")]
    sets: list[tuple[int, ...]] = []
    complete = True
    for flips in _cheapest(costs[free], left):
        if len(sets) == limit:
            complete = False
            break
        inside = base.copy()
        inside[free[list(flips)]] ^= True
        sets.append(tuple(sorted(columns[inside].tolist())))
    decided = np.ones(len(p), dtype=bool)
    decided[free] = False
    certain = tuple(sorted(columns[base & decided].tolist()))
    return LabelSets(certain, tuple(sorted(columns[free].tolist())), tuple(sets), complete, int(left / _OUTSIDE))


def _cheapest(costs: np.ndarray, most: float) -> Iterator[tuple[int, ...]]:
    """Yield the subsets of rising `costs` by rising sum, up to `most`, each once.

    Every subset but the empty one comes from a cheaper one: by adding the next item to its last, or by moving its last
    item on by one.
    """
    yield ()
    heap: list[tuple[float, tuple[int, ...]]] = []
    if len(costs) and costs[0] <= most:
        heap.append((float(costs[0]), (0,)))
    while heap:
        total, items = heapq.heappop(heap)
        yield items
        after = items[-1] + 1
        if after == len(costs):
            continue
        for cost, grown in (
            (total + float(costs[after]), (*items, after)),
            (total - float(costs[items[-1]]) + float(costs[after]), (*items[:-1], after)),
        ):
            if cost <= most:
                heapq.heappush(heap, (cost, grown))
