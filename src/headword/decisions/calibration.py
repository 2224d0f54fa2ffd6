"""Calibration: the last correction of fused log odds, so that a stated probability is the share that turns out right.

References
----------
Guo, Pleiss, Sun and Weinberger, On calibration of modern neural networks, ICML 2017 (temperature). Platt, Probabilistic
outputs for support vector machines, 1999. Kull, Silva Filho and Flach, Beta calibration, AISTATS 2017. Zadrozny and
Elkan, Transforming classifier scores into accurate multiclass probability estimates, KDD 2002 (isotonic). Oron and
Flournoy, Centered isotonic regression, Statistics in Biopharmaceutical Research 9 (2017).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from headword.core import stored
from headword.core.errors import DataError, RecipeError

METHODS = ("none", "temperature", "platt", "beta", "isotonic")
AUTO = "auto"
_IDENTITY = np.array([1.0, 1.0, 0.0], dtype=np.float32)


@dataclass(frozen=True)
class CalibrationOptions:
    """How probabilities are calibrated.

    Attributes
    ----------
    method
        One of METHODS for all labels together, or "auto": the one with the lowest cross-fitted log loss, a more
        complicated one only if it is better by more than one standard error.
    per_label
        Let each label with documents enough have a shift and a slope of its own; with "auto" only if that pays too.
    strength
        How strongly labels are drawn to the common curve, in right or wrong pairs near a probability of one half.
    """

    method: str = AUTO
    per_label: bool = True
    strength: int = 20

    def __post_init__(self) -> None:
        if self.method not in (AUTO, *METHODS):
            raise RecipeError(f"method in [calibration] is one of auto, {', '.join(METHODS)}, found {self.method!r}")
        if self.strength < 1:
            raise RecipeError(f"strength in [calibration] is at least 1, found {self.strength}")


@dataclass(frozen=True, eq=False)
class Calibration:
    """One rising curve for all labels, then a shift and a slope for each.

    The curve takes log odds z of probability p to a ln p - b ln(1 - p) + c: with a = b = 1, c = 0 it changes nothing,
    with a = b it is temperature (c = 0) or Platt scaling, else beta calibration. If there are knots, the curve goes
    through them instead (isotonic). Every curve rises strictly: the order of documents under one label never
    changes. The order of labels of one document changes only where labels have shifts and slopes of their own.

    Attributes
    ----------
    parameters
        float32 (3,): a, b, c.
    knots
        float32 (n_knots, 2): log odds before and after, both rising; no row unless isotonic. Beyond the outer knots
        the curve goes on with slope 1.
    labels
        float32 (n_labels, 2): shift and change of slope of each label, or no row.
    """

    parameters: np.ndarray = field(default_factory=_IDENTITY.copy)
    knots: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.float32))
    labels: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.float32))

    @property
    def name(self) -> str:
        """The method, and whether labels have their own curves."""
        a, b, c = self.parameters.tolist()
        if len(self.knots):
            method = "isotonic"
        elif a != b:
            method = "beta"
        elif c != 0:
            method = "platt"
        else:
            method = "none" if a == 1 else "temperature"
        return f"{method}, per label" if len(self.labels) else method

    @cached_property
    def _unchanged(self) -> bool:
        return np.array_equal(self.parameters, _IDENTITY)

    def logits(self, columns: np.ndarray, logits: np.ndarray) -> np.ndarray:
        """Return calibrated log odds, float32 (n_pairs,), of pairs with label `columns` and log odds `logits`."""
        if len(self.knots):
            found = _through(self.knots, logits)
        elif self._unchanged:
            found = logits.astype(np.float32, copy=False)
        else:
            found = (curve_terms(logits) @ self.parameters).astype(np.float32)
        if len(self.labels):
            own = self.labels[columns]
            found = found + own[:, 0] + own[:, 1] * found
        return found

    def state(self) -> Mapping[str, np.ndarray]:
        """Return the arrays that `from_state` needs."""
        return {"parameters": self.parameters, "knots": self.knots, "labels": self.labels}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], *, n_labels: int | None = None) -> "Calibration":
        """Rebuild; no arrays at all mean that nothing is changed. A DataError if an array does not fit."""
        if not state:
            return cls()
        parameters = stored.finite(state, "parameters", (3,))
        knots, labels = (stored.finite(state, name, (None, 2)) for name in ("knots", "labels"))
        if n_labels is not None and len(labels) not in (0, n_labels):
            raise DataError(f"tensor 'labels' has {len(labels)} rows, expected {n_labels} or none")
        if (parameters[:2] < 0).any() or parameters[:2].sum() <= 0:
            raise DataError("tensor 'parameters' does not make a rising curve")
        if len(knots) == 1 or (np.diff(knots, axis=0) <= 0).any():
            raise DataError("tensor 'knots' does not rise")
        if (labels[:, 1] <= -1).any():
            raise DataError("tensor 'labels' holds a slope that does not rise")
        return cls(parameters, knots, labels)


def curve_terms(logits: np.ndarray) -> np.ndarray:
    """Return float64 (n_pairs, 3): ln p, -ln(1 - p), 1."""
    out = np.ones((len(logits), 3))
    np.logaddexp(0, logits, out=out[:, 1], dtype=np.float64)
    np.subtract(logits, out[:, 1], out=out[:, 0])
    return out


def _through(knots: np.ndarray, logits: np.ndarray) -> np.ndarray:
    before, after = knots.astype(np.float64).T
    z = logits.astype(np.float64)
    beyond = np.minimum(z - before[0], 0) + np.maximum(z - before[-1], 0)
    return np.asarray(np.interp(z, before, after) + beyond, dtype=np.float32)
