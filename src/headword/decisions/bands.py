"""Bands: which suggestions to accept unseen, which to review, which to reject; and which documents need nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from headword.core import stored
from headword.core.errors import DataError, RecipeError
from headword.core.scores import BANDS, Suggestions
from headword.decisions.conformal import NEVER, precision_threshold, recall_threshold
from headword.decisions.guarantee import DELTA, SPLITS
from headword.decisions.judged import Judged

REJECT, REVIEW, ACCEPT = range(len(BANDS))


@dataclass(frozen=True)
class Bands:
    """Thresholds of three bands of suggestions, and of documents that need no human.

    Attributes
    ----------
    precision
        Of a document's accepted labels, at least this share is right on average, but for a chance of `delta`; the same
        of the chosen labels of automatic documents, again but for `delta`.
    recall
        At least this share of a document's right labels is not rejected, on average.
    accept, reject
        Probabilities: accepted from the one on, rejected below the other. An `accept` of 2 accepts nothing.
    automatic
        A document whose chosen labels have at least this mean probability is automatic; 2: none is.
    split, n_docs, delta
        As of a `Guarantee`.
    """

    precision: float
    recall: float
    accept: float
    reject: float
    automatic: float
    split: str
    n_docs: int
    delta: float = DELTA

    def mark(self, suggestions: Suggestions) -> tuple[np.ndarray, np.ndarray]:
        """Return the band of each pair, int8 (n_pairs,) into BANDS, and bool (n_docs,), the automatic documents."""
        p = suggestions.probabilities
        bands = np.where(p >= np.float32(self.accept), ACCEPT, np.where(p < np.float32(self.reject), REJECT, REVIEW))
        sure = confidence(suggestions.indptr, p, suggestions.chosen)
        return bands.astype(np.int8), sure >= np.float32(self.automatic)

    def manifest(self) -> dict[str, Any]:
        """Return it as plain data."""
        return dict(vars(self))

    @classmethod
    def from_manifest(cls, found: Mapping[str, Any]) -> "Bands":
        """Rebuild from `manifest()`; a DataError if it is none."""
        numbers = {
            name: stored.entry(found, name, float)
            for name in ("precision", "recall", "accept", "reject", "automatic", "delta")
        }
        wrong = [name for name, value in numbers.items() if not 0 <= value <= NEVER]
        split = stored.entry(found, "split", str)
        if wrong or split not in SPLITS or numbers["reject"] > numbers["accept"]:
            raise DataError(f"the bands of the manifest are none: {dict(found)!r:.200}")
        return cls(**numbers, split=split, n_docs=stored.entry(found, "n_docs", int))


def fit_bands(
    judged: Judged, *, precision: float = 0.95, recall: float = 0.95, split: str, delta: float = DELTA
) -> Bands:
    """Find the widest bands that keep their promises; a promise that cannot be kept leaves its band empty.

    Accepting is certified by learn then test, rejecting by conformal risk control, see `decisions.conformal`.

    Raises
    ------
    RecipeError
        If a level is not in (0, 1).
    """
    if not (0 < precision < 1 and 0 < recall < 1):
        raise RecipeError(f"bands need a precision and a recall in (0, 1), found {precision}, {recall}")
    accept = precision_threshold(judged.documents, judged.probabilities, judged.right, precision, delta=delta)
    n_true = np.bincount(judged.true_documents, minlength=len(judged))
    kept = recall_threshold(judged.true_documents, judged.true_probabilities, n_true, recall)
    sure, right = document_figures(judged)
    decided = sure > 0
    automatic = precision_threshold(
        np.flatnonzero(decided), sure[decided], right[decided], precision, delta=delta
    ).threshold
    above = NEVER if accept.threshold is None else accept.threshold
    below = 0.0 if kept.threshold is None else min(kept.threshold, above)
    return Bands(precision, recall, above, below, NEVER if automatic is None else automatic, split, len(judged), delta)


def confidence(indptr: np.ndarray, probabilities: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Return the mean probability of each document's chosen labels, float32 (n_docs,): its expected precision.

    0 where nothing is chosen.
    """
    documents = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    size = np.bincount(documents, weights=chosen, minlength=len(indptr) - 1)
    total = np.bincount(documents, weights=np.where(chosen, probabilities, 0.0), minlength=len(indptr) - 1)
    return (total / np.maximum(size, 1)).astype(np.float32)


def document_figures(judged: Judged) -> tuple[np.ndarray, np.ndarray]:
    """Return confidence and precision of each document's chosen labels, (n_docs,) each; 0 and 0 where none is."""
    documents, n = judged.documents, len(judged)
    size = np.bincount(documents, weights=judged.chosen, minlength=n)
    hits = np.bincount(documents, weights=judged.chosen * judged.right, minlength=n)
    return confidence(judged.indptr, judged.probabilities, judged.chosen), hits / np.maximum(size, 1)
