"""The block of a corpus that comes as numbers: its own features, weighted."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError
from headword.text.rows import csr
from headword.text.weighting import inverse_document_frequency, unit_rows


@dataclass(frozen=True, eq=False)
class GivenFeatures:
    """Features as the corpus gives them, times their inverse document frequency, rows scaled to length 1.

    Attributes
    ----------
    idf
        float32 (n_features,).
    """

    idf: np.ndarray

    @classmethod
    def fit(cls, features: sp.csr_matrix, *, idf_power: float = 1.0) -> "GivenFeatures":
        """Weigh the features of a corpus."""
        frequency = np.bincount(features.indices[features.data != 0], minlength=features.shape[1])
        return cls(inverse_document_frequency(frequency, features.shape[0], power=idf_power))

    def __len__(self) -> int:
        return len(self.idf)

    def transform(self, features: sp.csr_matrix) -> sp.csr_matrix:
        """Return CSR (n_docs, n_features) float32 with rows of length 1.

        Raises
        ------
        DataError
            If there are more feature columns than were fitted.
        """
        if features.shape[1] > len(self):
            raise DataError(f"documents of {features.shape[1]} features do not fit a model of {len(self)} features")
        sorted_rows = features.sorted_indices()
        data = sorted_rows.data.astype(np.float32) * self.idf[sorted_rows.indices]
        return unit_rows(csr(sorted_rows.indptr, sorted_rows.indices.astype(np.int32), data, len(self)))

    def term(self, feature: int) -> str:
        """Return the feature's number as text."""
        return f"feature {feature}"

    def state(self) -> dict[str, Any]:
        """Return arrays from which `from_state` rebuilds this block."""
        return {"idf": self.idf}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "GivenFeatures":
        """Rebuild a block; a DataError if the weights are missing or not finite."""
        return cls(stored.finite(state, "idf", (None,)))
