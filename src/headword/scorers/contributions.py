"""What each feature of one document did to a scorer's scores: one form for every scorer that can tell."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import scipy.sparse as sp

from headword.scorers.protocol import Scorer
from headword.text.features import Features


@dataclass(frozen=True, eq=False)
class Contributions:
    """One document's scores of some labels as sums over its features.

    Attributes
    ----------
    base
        float64 (k,): the scores as they would be if no feature said anything.
    values
        float64 (n_features of the document in the scorer's block, k), in the order of the document's row. Column sums
        plus `base` are the scores, up to rounding.
    """

    base: np.ndarray
    values: np.ndarray


@runtime_checkable
class ExplainingScorer(Scorer, Protocol):
    """A scorer whose scores come apart into what each feature did."""

    def contributions(self, features: Features, columns: np.ndarray) -> Contributions:
        """Return how the scores of the labels at `columns` (int (k,)) of the one document in `features` came about."""
        ...


@runtime_checkable
class RoutingScorer(Scorer, Protocol):
    """A scorer that scores only the labels that it finds the way to."""

    def routes(self, features: Features, columns: np.ndarray) -> tuple[Contributions, ...]:
        """Return how the score of each choice on the way to `columns` came about, the first choice first.

        NaN for a label that no way leads to.
        """
        ...


@dataclass(frozen=True, eq=False)
class Compared:
    """The training documents that one document was compared with, nearest first.

    Attributes
    ----------
    rows
        int64 (n,), numbered as in the corpus given to `fit`.
    cosines
        float64 (n,), in (0, 1].
    shared
        float64 (n, n_features of the document in the scorer's block): the part of each cosine that each feature makes;
        row sums are `cosines`.
    carries
        bool (n, k): which of them has which label.
    """

    rows: np.ndarray
    cosines: np.ndarray
    shared: np.ndarray
    carries: np.ndarray


@runtime_checkable
class ComparingScorer(Scorer, Protocol):
    """A scorer that goes by similar training documents, and can name them."""

    def compared(self, features: Features, columns: np.ndarray) -> Compared:
        """Return whom the one document in `features` was compared with, and which of `columns` (int (k,)) they have."""
        ...


def products(row: sp.csr_matrix, weights: sp.csr_matrix, columns: np.ndarray) -> np.ndarray:
    """Return feature value times weight, float64 (features of `row`, k); `weights` (n_features, n_labels)."""
    chosen = weights[row.indices][:, columns].toarray()
    return row.data.astype(np.float64)[:, None] * chosen  # type: ignore[no-any-return]
