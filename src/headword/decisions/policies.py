"""Decision policies: which of a document's ranked probabilities become labels.

A policy is built with its parameters, fitted on out-of-fold probabilities, and then chooses. Probabilities of one
document stand together; `indptr` tells where each begins.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, Self

import numpy as np

from headword.core import stored
from headword.core.errors import RecipeError
from headword.decisions.thresholds import banded_thresholds, label_thresholds


class Policy(Protocol):
    """What a decision policy is."""

    def fit(self, columns: np.ndarray, probabilities: np.ndarray, y: np.ndarray, support: np.ndarray) -> Self:
        """Learn from out-of-fold pairs: label column, probability, 1 where right; `support` (n_labels,) documents."""
        ...

    def choose(self, indptr: np.ndarray, columns: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
        """Return bool (n_entries,): the chosen pairs."""
        ...

    def state(self) -> Mapping[str, np.ndarray]:
        """Return what was learnt."""
        ...

    def restore(self, state: Mapping[str, np.ndarray], *, n_labels: int | None = None) -> Self:
        """Become the fitted policy whose state this is; a DataError if it does not fit `n_labels` (None: any)."""
        ...


Rule = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]


@dataclass(eq=False)
class ByThreshold:
    """Choose the pairs whose probability reaches the threshold of their label.

    Parameters
    ----------
    rule
        (columns, probabilities, y, support) -> float32 (n_labels,): how the thresholds are found.
    """

    rule: Rule
    thresholds: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))

    def fit(self, columns: np.ndarray, probabilities: np.ndarray, y: np.ndarray, support: np.ndarray) -> Self:
        """Find the thresholds."""
        self.thresholds = self.rule(columns, probabilities, y, support)
        return self

    def choose(self, indptr: np.ndarray, columns: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
        """Return bool (n_entries,)."""
        return probabilities >= self.thresholds[columns]  # type: ignore[no-any-return]

    def state(self) -> Mapping[str, np.ndarray]:
        """Return the thresholds, float32 (n_labels,)."""
        return {"thresholds": self.thresholds}

    def restore(self, state: Mapping[str, np.ndarray], *, n_labels: int | None = None) -> Self:
        """Become the fitted policy whose state this is; a DataError if it does not fit `n_labels` (None: any)."""
        self.thresholds = stored.finite(state, "thresholds", (n_labels,))
        return self


def micro_f1(slack: float = 0.0005) -> ByThreshold:
    """The best micro-F1, and among decisions equally good within `slack`, the best macro-F1.

    Labels of like support share a threshold. With a slack of 0 no micro-F1 is given up for macro-F1.
    """
    if not 0 <= slack < 1:
        raise RecipeError(f"the slack of micro-f1 lies in [0, 1), found {slack}")
    return ByThreshold(partial(banded_thresholds, slack=slack))


def per_label(strength: float = 20.0) -> ByThreshold:
    """Each label's own best threshold for F1, shrunk towards the global one where the label has few documents.

    A label with `strength` right pairs stands half-way between its own and the global threshold.
    """
    if not strength >= 0:
        raise RecipeError(f"the strength of per-label shrinkage is at least 0, found {strength}")
    return ByThreshold(partial(label_thresholds, strength=strength))


def fixed(threshold: float = 0.5) -> ByThreshold:
    """One threshold for all labels, given by the user."""
    if not 0 <= threshold <= 1:
        raise RecipeError(f"a fixed threshold lies in [0, 1], found {threshold}")
    return ByThreshold(partial(_constant, threshold))


def _constant(
    threshold: float, columns: np.ndarray, probabilities: np.ndarray, y: np.ndarray, support: np.ndarray
) -> np.ndarray:
    return np.full(len(support), threshold, dtype=np.float32)


@dataclass(eq=False)
class TopK:
    """The k most probable labels of every document."""

    k: int = 5

    def __post_init__(self) -> None:
        if self.k < 1:
            raise RecipeError(f"top-k needs k >= 1, found {self.k}")

    def fit(self, columns: np.ndarray, probabilities: np.ndarray, y: np.ndarray, support: np.ndarray) -> Self:
        """Nothing is learnt."""
        return self

    def choose(self, indptr: np.ndarray, columns: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
        """Choose the k most probable; ties by lower column."""
        return _ranks(indptr, columns, probabilities) < self.k  # type: ignore[no-any-return]

    def state(self) -> Mapping[str, np.ndarray]:
        """Nothing was learnt."""
        return {}

    def restore(self, state: Mapping[str, np.ndarray], *, n_labels: int | None = None) -> Self:
        """Nothing was learnt."""
        return self


@dataclass(eq=False)
class ExpectedF1:
    """For each document the number of most probable labels with the highest expected F1.

    With independent labels, the expected F1 of the m most probable is about 2 sum(top m) / (m + sum of all).

    References
    ----------
    Jansche, A maximum expected utility framework for binary sequence labeling, ACL 2007 (the exact form).
    """

    def fit(self, columns: np.ndarray, probabilities: np.ndarray, y: np.ndarray, support: np.ndarray) -> Self:
        """Nothing is learnt: calibrated probabilities are all it needs."""
        return self

    def choose(self, indptr: np.ndarray, columns: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
        """Choose for each document; at least one label where there is a candidate."""
        rank = _ranks(indptr, columns, probabilities)
        document = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
        order = np.lexsort((rank, document))
        total = np.cumsum(probabilities[order].astype(np.float64))
        before = np.concatenate([[0.0], total])[indptr[:-1]][document]
        expected = np.bincount(document, weights=probabilities, minlength=len(indptr) - 1)[document]
        value = 2 * (total - before) / (rank[order] + 1 + expected)
        best = np.lexsort((rank[order], -value, document))
        size = np.zeros(len(indptr) - 1, dtype=np.int64)
        filled = np.flatnonzero(np.diff(indptr))
        size[filled] = rank[order][best[indptr[:-1][filled]]] + 1
        return rank < size[document]  # type: ignore[no-any-return]

    def state(self) -> Mapping[str, np.ndarray]:
        """Nothing was learnt."""
        return {}

    def restore(self, state: Mapping[str, np.ndarray], *, n_labels: int | None = None) -> Self:
        """Nothing was learnt."""
        return self


def _ranks(indptr: np.ndarray, columns: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Return the rank of each pair within its document, 0 the most probable; ties by lower column."""
    document = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    order = np.lexsort((columns, -probabilities, document))
    rank = np.empty(len(columns), dtype=np.int64)
    rank[order] = np.arange(len(columns)) - indptr[:-1][document]
    return rank
