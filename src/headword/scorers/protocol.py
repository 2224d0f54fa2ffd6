"""What a scorer is."""

from collections.abc import Mapping
from typing import Any, Protocol, Self

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
