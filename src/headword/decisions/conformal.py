"""Thresholds with a guarantee, from scored documents that no model learnt from.

References
----------
Angelopoulos, Bates, Fisch, Lei and Schuster, Conformal risk control, ICLR 2024. Angelopoulos, Bates, Candes, Jordan and
Lei, Learn then test, Annals of Applied Statistics 19 (2025). Bates, Angelopoulos, Lei, Malik and Jordan,
Distribution-free, risk-controlling prediction sets, JACM 68 (2021): the Hoeffding-Bentkus bound.
"""

from dataclasses import dataclass
from math import ceil, log

import numpy as np

NEVER = 2.0  # a threshold that no probability reaches
_GRID = (1 / (1 + np.exp(-np.linspace(7, -3, 201)))).astype(np.float32)


def expected_gain(documents: np.ndarray, probabilities: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Return how much recall a label is expected to add to its document, float32 (n_pairs,): the score of recall sets.

    A right label counts 1 / (number of right labels): one is worth more where few are expected. If the number of
    the others is about Poisson with their expected number m, the gain is p (1 - e^-m) / m. Within a document the order
    is that of the probabilities. Probabilities below 0 stay.

    Parameters
    ----------
    documents, probabilities
        (n_pairs,): document and probability of each label.
    totals
        float64 (n_docs,): the sum of the probabilities of all labels of each document.
    """
    p = probabilities.astype(np.float64)
    others = np.maximum(totals[documents] - p, 1e-9)
    return np.where(p >= 0, p * -np.expm1(-others) / others, p).astype(np.float32)


@dataclass(frozen=True, eq=False)
class RecallThreshold:
    """A threshold with its promise.

    Attributes
    ----------
    threshold
        Labels of at least this score go into the set; None if no threshold keeps the promise.
    reachable
        The highest recall that could be promised, with all candidates in the set; below 0 with too few documents.
    """

    threshold: float | None
    reachable: float


def recall_threshold(documents: np.ndarray, scores: np.ndarray, n_true: np.ndarray, level: float) -> RecallThreshold:
    """Return the highest threshold for which the expected share of a document's labels in its set is at least `level`.

    Conformal risk control of the share missed: the largest threshold t at which (sum of the documents' shares missed
    + 1) / (n_docs + 1) <= 1 - level. The sets {label: score >= t} are nested, and a document without labels
    misses nothing.

    Parameters
    ----------
    documents, scores
        (n_assignments,): document and score of each true label, a probability or whatever else is at least 0; below 0
        for one that is no candidate, which every threshold misses.
    n_true
        int (n_docs,), true labels of each document.
    """
    alpha, n_docs = 1.0 - level, len(n_true)
    weights = 1.0 / n_true[documents]
    order = np.argsort(scores, kind="stable")
    values, lost = scores[order], np.concatenate([[0.0], np.cumsum(weights[order])])
    missing = lost[np.searchsorted(values, 0.0, side="left")]
    reachable = 1.0 - (missing + 1.0) / (n_docs + 1.0)
    # At the threshold values[i], what stands strictly below it is lost.
    starts = np.searchsorted(values, values, side="left")
    fits = (lost[starts] + 1.0) / (n_docs + 1.0) <= alpha + 1e-12
    fits &= values >= 0
    if fits.any():
        return RecallThreshold(float(values[np.flatnonzero(fits)[-1]]), reachable)
    return RecallThreshold(0.0 if reachable >= level - 1e-12 else None, reachable)


@dataclass(frozen=True, eq=False)
class PrecisionThreshold:
    """A threshold with its promise.

    Attributes
    ----------
    threshold
        The lowest certified one; None if none is.
    n_docs
        Documents with a label at that threshold (or at the most promising one if none is certified).
    precision
        Their mean precision as observed.
    """

    threshold: float | None
    n_docs: int
    precision: float


def precision_threshold(
    documents: np.ndarray,
    probabilities: np.ndarray,
    right: np.ndarray,
    level: float,
    *,
    delta: float = 0.05,
    binary: bool = False,
) -> PrecisionThreshold:
    """Return the lowest threshold whose sets have a mean precision of at least `level`, but for a chance of `delta`.

    The risk at a threshold is the expected share of wrong labels in the set of a document whose set is not empty
    (empty sets would flatter). Learn then test: going down a fixed list of thresholds, each is kept as long as the
    Hoeffding-Bentkus p-value of "the risk is above 1 - level" stays small enough. The walk starts at several
    thresholds, where 1, 2, 4, ... times the fewest documents that could convince have a label, and `delta` is shared
    among the starts; which documents have a label is known without looking at the truth.

    Parameters
    ----------
    documents, probabilities, right
        (n_pairs,): document, probability and 0/1 truth of each candidate pair.
    binary
        Every set has one label at most: the exact binomial p-value is used.
    """
    alpha = 1.0 - level
    kept = np.flatnonzero(probabilities >= _GRID[-1])
    _, documents = np.unique(documents[kept], return_inverse=True)
    p, wrong = probabilities[kept], 1.0 - right[kept]
    sizes, risks = _risks(documents, p, wrong)
    starts = _starts(sizes, alpha, delta)
    best, found = None, len(_GRID)
    for start in starts:
        for at in range(start, len(_GRID)):
            if p_value(float(risks[at]), int(sizes[at]), alpha, binary=binary) > delta / len(starts):
                break
            best, found = (at, at) if best is None or at > best else (best, found)
    if best is None:
        likely = int(np.argmin(np.where(sizes > 0, risks, 2.0)))
        return PrecisionThreshold(None, int(sizes[likely]), 1.0 - float(risks[likely]))
    return PrecisionThreshold(float(_GRID[best]), int(sizes[best]), 1.0 - float(risks[best]))


def fewest_documents(level: float, delta: float) -> int:
    """Return how many documents without any error it takes to be convinced of a precision of `level`."""
    return ceil(log(delta) / log(level))


def p_value(risk: float, n: int, alpha: float, *, binary: bool = False) -> float:
    """Return the Hoeffding-Bentkus p-value of "the mean is above `alpha`" for `n` values in [0, 1] of mean `risk`.

    With `binary`, values are 0 or 1 and the exact binomial one is returned.
    """
    from scipy.special import bdtr

    if n == 0 or risk >= alpha:
        return 1.0
    if binary:
        return float(bdtr(round(n * risk), n, alpha))
    hoeffding = np.exp(-n * _divergence(risk, alpha))
    bentkus = np.e * float(bdtr(ceil(n * risk - 1e-9), n, alpha))
    return float(min(1.0, hoeffding, bentkus))


def _divergence(a: float, b: float) -> float:
    """Return the Kullback-Leibler divergence of two coins."""
    left = a * np.log(a / b) if a > 0 else 0.0
    return float(left + ((1 - a) * np.log((1 - a) / (1 - b)) if a < 1 else 0.0))


def _risks(documents: np.ndarray, p: np.ndarray, wrong: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each threshold of the grid, the documents with a label and their mean share of wrong ones."""
    n_docs = int(documents.max(initial=-1)) + 1
    chosen, errors = np.zeros(n_docs), np.zeros(n_docs)
    order = np.argsort(-p, kind="stable")
    falling = -p[order]
    sizes, risks = np.zeros(len(_GRID), dtype=np.int64), np.ones(len(_GRID))
    stops = np.searchsorted(falling, -_GRID, side="right")
    total, filled, done = 0.0, 0, 0
    for at, stop in enumerate(stops.tolist()):
        some = order[done:stop]
        done = stop
        if len(some):
            touched = np.unique(documents[some])
            known = touched[chosen[touched] > 0]
            total -= float((errors[known] / chosen[known]).sum())
            np.add.at(chosen, documents[some], 1.0)
            np.add.at(errors, documents[some], wrong[some])
            total += float((errors[touched] / chosen[touched]).sum())
            filled += len(touched) - len(known)
        if filled:
            sizes[at], risks[at] = filled, min(max(total / filled, 0.0), 1.0)
    return sizes, risks


def _starts(sizes: np.ndarray, alpha: float, delta: float) -> list[int]:
    """Return the places of the grid from which it is tested downwards."""
    most, starts = int(sizes[-1]), []
    wanted = fewest_documents(1 - alpha, delta / 8)
    while wanted <= most:
        starts.append(int(np.searchsorted(sizes, wanted)))
        wanted *= 2
    return sorted(set(starts))
