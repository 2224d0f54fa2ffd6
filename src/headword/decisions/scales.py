"""Scales: what a score of each member is worth by itself, as log odds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from headword.core import stored
from headword.decisions.network_kernels import consensus
from headword.decisions.pair_network import fit_logistic, ridge_for

_ENOUGH = 60_000


@dataclass(frozen=True, eq=False)
class Scales:
    """Each member's log odds, slope * score + intercept, by a logistic regression on its scores alone.

    Attributes
    ----------
    slopes, intercepts
        float32 (n_members,).
    """

    slopes: np.ndarray
    intercepts: np.ndarray

    @classmethod
    def fit(cls, values: np.ndarray, y: np.ndarray) -> "Scales":
        """Fit on pairs.

        Parameters
        ----------
        values, y
            float32 (n_pairs, n_members), scores; (n_pairs,), 1 where the pair is right. 60,000 pairs are enough.
        """
        some = slice(None, None, -(-len(y) // _ENOUGH))
        ridge = ridge_for(y)
        models = [fit_logistic(values[some, m : m + 1], y[some], ridge=ridge) for m in range(values.shape[1])]
        slopes = np.array([model.linear[0] * model.scale[0] for model in models], dtype=np.float32)
        means = np.array([model.mean[0] for model in models], dtype=np.float32)
        intercepts = np.array([model.intercept for model in models], dtype=np.float32) - slopes * means
        return cls(slopes, intercepts)

    def __len__(self) -> int:
        return len(self.slopes)

    def of(self, members: Sequence[int]) -> "Scales":
        """Return those of some members."""
        return Scales(self.slopes[list(members)], self.intercepts[list(members)])

    def consensus(self, values: np.ndarray) -> np.ndarray:
        """Return what all members think of pairs together, float32 (n_pairs, 2): the log odds of the mean of their
        probabilities, and the mean of their log odds. `values` are their scores, float32 (n_pairs, n_members).
        """
        return consensus(values, self.slopes, self.intercepts)  # type: ignore[no-any-return]

    def state(self) -> Mapping[str, Any]:
        """Return the arrays that `from_state` needs."""
        return {"slopes": self.slopes, "intercepts": self.intercepts}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], *, n_members: int | None = None) -> "Scales":
        """Rebuild; a DataError if the arrays do not fit one another and `n_members` (None: any)."""
        slopes = stored.finite(state, "slopes", (n_members,))
        return cls(slopes, stored.finite(state, "intercepts", (len(slopes),)))
