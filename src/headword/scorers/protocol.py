"""What a scorer is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeGuard

import numpy as np
import scipy.sparse as sp

from headword.text.features import Features


class Scorer(Protocol):
    """Anything that turns documents into one score a label.

    A scorer is built with its parameters only, is fitted once, and never changes afterwards. It declares the feature
    block it reads as `block`.
    """

    block: str

    def fit(
        self,
        features: Features,
        targets: sp.csr_matrix,
        rows: np.ndarray | None = None,
        *,
        seed: int = 0,
        n_threads: int | None = None,
    ) -> Self:
        """Learn from the documents at `rows` (int64; None: all) of `features` and `targets` (n_docs, n_labels)."""
        ...

    def score(self, features: Features, *, n_threads: int | None = None) -> np.ndarray:
        """Return float32 (n_docs, n_labels), higher is better. The caller bounds n_docs: the result is dense."""
        ...

    def state(self) -> Mapping[str, Any]:
        """Return the arrays that `restore` needs."""
        ...

    def restore(self, state: Mapping[str, Any], *, n_features: int | None = None, n_labels: int | None = None) -> Self:
        """Become the fitted scorer whose `state()` was kept.

        The state may come from anybody: read it by `headword.core.stored`, so that no array reaches a kernel that does
        not fit `n_features`, `n_labels` (None: any) and the other arrays.
        """
        ...


@dataclass(frozen=True, eq=False)
class Listed:
    """Scores of the few labels that a scorer has something to say on.

    Attributes
    ----------
    indptr, columns, values
        int64 (n_docs + 1,), int32 and float32 (n_entries,): labels, each once a document, in any order.
    absent
        The score of all other labels; none listed is lower.
    """

    indptr: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    absent: float

    @classmethod
    def concatenate(cls, parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]], absent: float) -> "Listed":
        """Put the documents of several parts, each (labels a document, columns, values), one after the other."""
        counts = np.concatenate([np.zeros(1, np.int64), *(part[0] for part in parts)])
        columns = np.concatenate([np.zeros(0, np.int32), *(part[1] for part in parts)])
        values = np.concatenate([np.zeros(0, np.float32), *(part[2] for part in parts)])
        return cls(np.cumsum(counts), columns, values, absent)

    def dense(self, n_labels: int) -> np.ndarray:
        """Return float32 (n_docs, n_labels)."""
        out = np.full((len(self.indptr) - 1, n_labels), self.absent, dtype=np.float32)
        out[np.repeat(np.arange(len(out)), np.diff(self.indptr)), self.columns] = self.values
        return out


class ListingScorer(Scorer, Protocol):
    """A scorer that need not look at every label: with hundreds of thousands of them this is what counts."""

    def listed(self, features: Features, *, n_threads: int | None = None) -> Listed:
        """Return what `score` returns, without its array of all labels."""
        ...


def lists_labels(scorer: Scorer) -> TypeGuard[ListingScorer]:
    """Tell whether it is a `ListingScorer`; `isinstance` with a protocol would take as long as scoring a document."""
    return hasattr(scorer, "listed")
