"""Prior: the log odds of each label, whatever the document says. A baseline, and the floor of every fusion."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import NotFittedError
from headword.scorers.contributions import Contributions
from headword.text.features import Features


def label_log_odds(targets: sp.csr_matrix) -> np.ndarray:
    """Return ln((n_l + 1/2) / (n - n_l + 1/2)) of each label, float32 (n_labels,); `targets` (n, n_labels)."""
    support = np.bincount(targets.indices, minlength=targets.shape[1])
    return np.log((support + 0.5) / (targets.shape[0] - support + 0.5)).astype(np.float32)  # type: ignore[no-any-return]


@dataclass(eq=False)
class Prior:
    """Score every document alike, with ln((n_l + 1/2) / (n - n_l + 1/2)) for a label of n_l of n documents."""

    block: str = "words"
    log_odds: np.ndarray | None = None

    def fit(
        self,
        features: Features,
        targets: sp.csr_matrix,
        rows: np.ndarray | None = None,
        *,
        seed: int = 0,
        n_threads: int | None = None,
    ) -> Self:
        """Count the labels."""
        chosen = targets if rows is None else targets[rows]
        self.log_odds = label_log_odds(chosen)
        return self

    def score(self, features: Features, *, n_threads: int | None = None) -> np.ndarray:
        """Return float32 (n_docs, n_labels), all rows equal."""
        if self.log_odds is None:
            raise NotFittedError("call fit before score")
        return np.tile(self.log_odds, (len(features), 1))

    def contributions(self, features: Features, columns: np.ndarray) -> Contributions:
        """Return the log odds of `columns`, to which no feature adds anything."""
        if self.log_odds is None:
            raise NotFittedError("call fit before contributions")
        base = self.log_odds[columns].astype(np.float64)
        return Contributions(base, np.zeros((features[self.block].nnz, len(columns))))

    def state(self) -> Mapping[str, Any]:
        """Return the log odds."""
        if self.log_odds is None:
            raise NotFittedError("call fit before state")
        return {"log_odds": self.log_odds}

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
        self.log_odds = stored.finite(state, "log_odds", (n_labels,))
        return self
