"""Every metric as a function of sums over documents.

A metric that only needs totals (hits and chances, true positives per label, mass per bin) can be computed for a
bootstrap resample by adding up the same per-document quantities with other weights. So value and interval share one
formula.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import scipy.sparse as sp


class Additive(Protocol):
    """Metrics that depend on the documents only through sums of per-document quantities."""

    @property
    def quantities(self) -> sp.csr_matrix:
        """CSR (n_quantities, n_docs), float64."""

    def compute(self, totals: np.ndarray) -> dict[str, np.ndarray]:
        """Turn totals (n_quantities, n_resamples) into the metrics by name, each (n_resamples,); NaN if undefined."""


@dataclass(frozen=True, eq=False)
class Ratio:
    """A sum over documents divided by another sum over documents.

    Attributes
    ----------
    numerator, denominator
        float64 (n_docs,). For a mean over documents the denominator is 1, or 0 for those left out.
    empty
        The value when the denominator sums to 0.
    """

    numerator: np.ndarray
    denominator: np.ndarray
    empty: float = np.nan

    @property
    def value(self) -> float:
        """The ratio over all documents."""
        return float(divide(self.numerator.sum(), self.denominator.sum(), self.empty))


@dataclass(frozen=True, eq=False)
class Ratios:
    """Named ratios of sums over the same documents, as one Additive."""

    members: Mapping[str, Ratio]

    @cached_property
    def quantities(self) -> sp.csr_matrix:
        """Numerators, then denominators; CSR (2 * n_ratios, n_docs)."""
        rows = [r.numerator for r in self.members.values()] + [r.denominator for r in self.members.values()]
        return sp.csr_matrix(np.vstack(rows).astype(np.float64))

    def compute(self, totals: np.ndarray) -> dict[str, np.ndarray]:
        """Return numerator total / denominator total by name."""
        n = len(self.members)
        return {
            name: divide(totals[i], totals[n + i], ratio.empty) for i, (name, ratio) in enumerate(self.members.items())
        }


def divide(numerator: np.ndarray, denominator: np.ndarray, empty: float) -> np.ndarray:
    """Return numerator / denominator, and `empty` where the denominator is 0."""
    top, bottom = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    return np.asarray(np.divide(top, bottom, out=np.full(bottom.shape, empty), where=bottom != 0))


def point_values(groups: Iterable[Additive]) -> dict[str, float]:
    """Return the metrics of all `groups` over all documents, by name."""
    out: dict[str, float] = {}
    for group in groups:
        totals = np.asarray(group.quantities.sum(axis=1), dtype=np.float64)
        out |= {name: float(value[0]) for name, value in group.compute(totals).items()}
    return out
