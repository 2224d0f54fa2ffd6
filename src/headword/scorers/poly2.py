"""Poly2: linear classifiers over the features and the products of their pairs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import NotFittedError, RecipeError
from headword.scorers.contributions import Contributions
from headword.scorers.feature_pairs import FeaturePairs
from headword.scorers.linear import Linear
from headword.text.features import Features

_MOST_FEATURES = 20_000
_BLOCK = "paired"
_INSIDE = "linear."


@dataclass(eq=False)
class Poly2:
    """One-vs-rest linear classifiers over features and products of two: what they mean together, beyond each alone.

    It pays where features are few and general, so that a document is told by their combination. Only pairs that
    documents have cost anything, in time and in memory.

    Parameters
    ----------
    block
        The feature block to read.
    per_document
        Features of a document that are paired at most, those of the largest size.
    min_df
        Training documents that have both features of a pair, at least.
    most_features
        Features that are paired at most, the most frequent ones, 2 to 20,000.
    max_features
        Pairs at most, the most frequent ones.
    loss, C, passes, tolerance, prune
        As of `Linear`.

    References
    ----------
    Chang et al., Training and testing low-degree polynomial data mappings via linear SVM, JMLR 11 (2010).
    """

    block: str = "words"
    per_document: int = 60
    min_df: int = 3
    most_features: int = 4000
    max_features: int = 300_000
    loss: str = "squared-hinge"
    C: float = 0.3
    passes: int = 6
    tolerance: float = 0.03
    prune: float = 0.03
    pairs: FeaturePairs | None = None
    linear: Linear | None = None

    def __post_init__(self) -> None:
        if self.per_document < 2 or self.min_df < 1 or self.max_features < 1:
            raise RecipeError(
                "poly2 needs per_document >= 2, min_df >= 1 and max_features >= 1, found "
                f"per_document={self.per_document}, min_df={self.min_df}, max_features={self.max_features}"
            )
        if not 2 <= self.most_features <= _MOST_FEATURES:
            raise RecipeError(f"poly2 pairs 2 to {_MOST_FEATURES:,} features, found most_features={self.most_features}")
        self._unfitted()  # to check its settings

    def _unfitted(self) -> Linear:
        return Linear(_BLOCK, self.loss, self.C, self.passes, self.tolerance, self.prune)

    def fit(
        self,
        features: Features,
        targets: sp.csr_matrix,
        rows: np.ndarray | None = None,
        *,
        seed: int = 0,
        n_threads: int | None = None,
    ) -> Self:
        """Choose the pairs, then train all labels; labels without a document among `rows` get only a bias."""
        chosen = Features({self.block: features[self.block]})
        if rows is not None:
            chosen, targets = chosen.rows(rows), targets[rows]
        self.pairs = FeaturePairs.of(
            chosen[self.block], self.per_document,
            min_df=self.min_df, most_features=self.most_features, max_features=self.max_features,
        )  # fmt: skip
        paired = self.paired(chosen, n_threads=n_threads)
        self.linear = self._unfitted().fit(paired, targets, seed=seed, n_threads=n_threads)
        return self

    def paired(self, features: Features, *, n_threads: int | None = None) -> Features:
        """Return what `linear` reads: one block of the documents' features and, behind them, their pairs."""
        if self.pairs is None:
            raise NotFittedError("call fit before score")
        return Features({_BLOCK: self.pairs.rows(features[self.block], n_threads=n_threads)})

    def score(self, features: Features, *, n_threads: int | None = None) -> np.ndarray:
        """Return the signed distances float32 (n_docs, n_labels), bias included."""
        if self.linear is None:
            raise NotFittedError("call fit before score")
        return self.linear.score(self.paired(features, n_threads=n_threads), n_threads=n_threads)

    def contributions(self, features: Features, columns: np.ndarray) -> Contributions:
        """Return bias, and what each feature added: its own product, and half of each pair's that it is part of.

        A pair's product is gone when either feature is: the halves are its Shapley values.
        """
        if self.linear is None or self.pairs is None:
            raise NotFittedError("call fit before contributions")
        found, row = self.linear.contributions(paired := self.paired(features), columns), features[self.block]
        values = found.values[: row.nnz].copy()
        numbers = paired[_BLOCK].indices[row.nnz :] - self.pairs.n_features
        firsts = np.searchsorted(self.pairs.bounds, numbers, side="right") - 1
        for ends in (firsts, self.pairs.seconds[numbers]):
            np.add.at(values, np.searchsorted(row.indices, ends), found.values[row.nnz :] / 2)
        return Contributions(found.base, values)

    def state(self) -> Mapping[str, Any]:
        """Return the pairs, and what the linear classifiers keep."""
        if self.pairs is None or self.linear is None:
            raise NotFittedError("call fit before state")
        linear = {_INSIDE + name: array for name, array in self.linear.state().items()}
        return {**self.pairs.state(), **linear}

    def restore(self, state: Mapping[str, Any], *, n_features: int | None = None, n_labels: int | None = None) -> Self:
        """Become the fitted scorer whose state this is.

        Parameters
        ----------
        n_features, n_labels
            The sizes it must have; None: any, as long as its arrays fit one another.

        Raises
        ------
        DataError
            If an array is missing, or of a wrong type, size or content.
        """
        self.pairs = FeaturePairs.from_state(state, self.per_document, n_features=n_features)
        linear = stored.inside(state, _INSIDE)
        n_columns = self.pairs.n_features + len(self.pairs)
        with stored.part("linear"):
            self.linear = self._unfitted().restore(linear, n_features=n_columns, n_labels=n_labels)
        return self
