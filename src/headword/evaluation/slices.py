"""Slices: the same figures for the documents of one year, provider, language or length."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from headword.core.errors import DataError
from headword.evaluation.align import Aligned
from headword.metrics.additive import Ratio, Ratios
from headword.metrics.counts import Decisions
from headword.metrics.intervals import bootstrap_intervals
from headword.metrics.micro import micro_ratios
from headword.metrics.ranked import Ranking
from headword.metrics.ranking import ndcg_ratio, precision_ratio, recall_ratio

SLICE_METRICS = ("p@1", "r@5", "ndcg@5", "micro_f1")
SMALL = 50
"""A slice of fewer documents says little."""
_MOST, _LEAST_SHARE = 12, 0.005
UNTOLD = "not given"


@dataclass(frozen=True)
class Slice:
    """The documents that share a value of one property.

    Attributes
    ----------
    by, value
        The property, and its value.
    n_docs
        Evaluated documents with it.
    small
        Whether they are too few (fewer than 50) to say much.
    metrics, intervals
        The figures of SLICE_METRICS and their intervals (empty without resamples); NaN where undefined.
    """

    by: str
    value: str
    n_docs: int
    small: bool
    metrics: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]


def slices(
    aligned: Aligned,
    properties: Mapping[str, Sequence[str | None]],
    *,
    n_bootstrap: int,
    seed: int,
    confidence: float,
) -> tuple[Slice, ...]:
    """Return a slice for each value of each property that takes at least two values.

    Parameters
    ----------
    properties
        By name, a value for each document of `aligned`; None where it has none. Of many values the 11 most frequent
        (of numbers: the highest) stand alone, the rest together, as do kinds of fewer than one document in 200.

    Raises
    ------
    DataError
        If a property does not have as many values as there are documents.
    """
    ratios = _ratios(aligned)
    found = []
    for by, values in properties.items():
        if len(values) != len(aligned.ids):
            raise DataError(f"property {by!r} has {len(values)} values for {len(aligned.ids)} evaluated documents")
        named, order = _named(values)
        kinds = np.array(named)
        for value in order if len(order) > 1 else ():
            inside = np.flatnonzero(kinds == value)
            here = [Ratios({n: Ratio(r.numerator[inside], r.denominator[inside], r.empty) for n, r in ratios.items()})]
            ends = bootstrap_intervals(here, n_bootstrap=n_bootstrap, seed=seed, confidence=confidence)
            metrics = {name: ratio.value for name, ratio in here[0].members.items()}
            found.append(Slice(by, value, len(inside), len(inside) < SMALL, metrics, ends))
    return tuple(found)


def lengths(texts: Sequence[str]) -> list[str | None]:
    """Return the quarter of the corpus that each text's number of words falls into, such as "81 to 150 words"."""
    words = np.array([len(text.split()) for text in texts], dtype=np.int64)
    if not len(words):
        return []
    ends = np.unique(np.quantile(words, [0.25, 0.5, 0.75, 1.0], method="inverted_cdf").astype(np.int64))
    starts = np.append(words.min(), ends[:-1] + 1)
    names = [f"{a:,} to {b:,} words" if a < b else f"{b:,} words" for a, b in zip(starts, ends, strict=True)]
    return [names[i] for i in np.searchsorted(ends, words).tolist()]


def _ratios(aligned: Aligned) -> dict[str, Ratio]:
    ranking = Ranking.of(aligned.y_true, aligned.predictions.y_score)
    every = {
        "p@1": precision_ratio(ranking, 1),
        "r@5": recall_ratio(ranking, 5),
        "ndcg@5": ndcg_ratio(ranking, 5),
        **micro_ratios(Decisions.of(aligned.y_true, aligned.predictions.y_pred)),
    }
    return {name: every[name] for name in SLICE_METRICS}


def _named(values: Sequence[str | None]) -> tuple[list[str], list[str]]:
    """Return the name of each document's slice, and the slices in the order to show them."""
    counts = Counter(value for value in values if value is not None)
    numbers = bool(counts) and all(value.lstrip("-").isdigit() for value in counts)
    ordered = sorted(counts, key=int, reverse=True) if numbers else [value for value, _ in counts.most_common()]
    if not numbers and all(value.endswith(" words") for value in counts):
        ordered.sort(key=lambda value: int(value.split()[0].replace(",", "")))
    kept = ordered if len(ordered) <= _MOST else ordered[: _MOST - 1]
    if not numbers:
        kept = [value for value in kept if counts[value] >= _LEAST_SHARE * len(values)]
    alone = set(kept)
    rest = f"{len(ordered) - len(kept):,} {'earlier' if numbers else 'others'}"
    named = [UNTOLD if value is None else value if value in alone else rest for value in values]
    tail = [name for name in (rest, UNTOLD) if name in set(named)]
    return named, kept + tail
