"""Two systems on the same documents: is the difference more than chance?

References
----------
Noreen, "Computer-intensive methods for testing hypotheses" (1989), for approximate randomisation; Yeh, COLING 2000, and
Dror et al., "The hitchhiker's guide to testing statistical significance in NLP", ACL 2018, for its use.
Phipson and Smyth, "Permutation p-values should never be zero" (2010).
McNemar, Psychometrika 12 (1947). Holm (1979). Benjamini and Hochberg (1995).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from scipy.special import bdtr

from headword.core.errors import DataError
from headword.metrics.additive import Additive, point_values
from headword.metrics.intervals import resample_weights

_BLOCK = 64
# Sums that are equal differ by rounding only.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Difference:
    """A metric of two systems.

    Attributes
    ----------
    a, b
        Its value for each.
    low, high
        Interval of b - a, from documents resampled for both at once.
    p
        Two-sided p-value of the randomisation test: in (0, 1], or NaN where the metric is undefined.
    """

    a: float
    b: float
    low: float
    high: float
    p: float

    @property
    def difference(self) -> float:
        """b - a."""
        return self.b - self.a


@dataclass(frozen=True, eq=False)
class Grouped:
    """Metrics whose documents are drawn and exchanged a group at a time, as an Additive.

    Documents that resemble one another are right or wrong together; taken one by one they would pass for more evidence
    than they are. Every quantity is a sum over documents, so it is as well one over groups.

    Attributes
    ----------
    metrics
        The metrics document by document.
    membership
        CSR (n_docs, n_groups) of ones: the group of each document.
    """

    metrics: Additive
    membership: sp.csr_matrix

    @cached_property
    def quantities(self) -> sp.csr_matrix:
        """CSR (n_quantities, n_groups)."""
        return sp.csr_matrix(self.metrics.quantities @ self.membership)

    def compute(self, totals: np.ndarray) -> dict[str, np.ndarray]:
        """Return the metrics of the totals, as `metrics` does."""
        return self.metrics.compute(totals)


def paired_differences(
    a: Sequence[Additive],
    b: Sequence[Additive],
    *,
    n_resamples: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
    largest: float = 1.0,
) -> dict[str, Difference]:
    """Compare the metrics of two systems that judged the same documents.

    The interval comes from the paired bootstrap: both systems see the same resamples; percentiles, shifted so that the
    mean of the resamples falls on the difference. The p-value comes from approximate randomisation: if the systems were
    alike, exchanging what they said of a document would change nothing but by chance; documents are exchanged by a fair
    coin, and p = (1 + times the difference was at least as large) / (1 + `n_resamples`).

    Parameters
    ----------
    a, b
        The same groups of metrics, of the same documents, with quantities in the same order.
    largest
        The largest difference that can be; intervals end there.

    Raises
    ------
    DataError
        If the groups do not match, or a parameter is out of range.
    """
    if not 0 < confidence < 1 or n_resamples < 1:
        raise DataError(f"a comparison needs 0 < confidence < 1 and resamples, found {confidence}, {n_resamples}")
    if [g.quantities.shape for g in a] != [g.quantities.shape for g in b]:
        raise DataError("both systems must have the same metrics over the same documents and labels")
    at_a, at_b = point_values(a), point_values(b)
    rows, n_docs = max(g.quantities.shape[0] for g in a), a[0].quantities.shape[1]
    drawn = _bootstrapped(a, b, resample_weights(n_docs, n_resamples, seed, rows=rows))
    beyond = _exchanged(a, b, _coins(n_docs, n_resamples, seed))
    out = {}
    for name, value in at_a.items():
        gap = at_b[name] - value
        low, high = _interval(gap, drawn[name], confidence, largest)
        as_large = np.abs(beyond[name]) >= abs(gap) - _ROUNDING
        p = float("nan") if np.isnan(gap) else (1 + int(as_large.sum())) / (1 + n_resamples)
        out[name] = Difference(value, at_b[name], low, high, p)
    return out


def mcnemar(only_a: np.ndarray, only_b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return McNemar's exact two-sided p-values, and the smallest that so many disagreements could give.

    Parameters
    ----------
    only_a, only_b
        int (n,): cases that the one decided rightly and the other did not.

    Examples
    --------
    >>> p, least = mcnemar(np.array([0, 5]), np.array([5, 5]))
    >>> p.tolist(), least.tolist()
    ([0.0625, 1.0], [0.0625, 0.001953125])
    """
    n = np.asarray(only_a + only_b)
    least: np.ndarray = np.minimum(1.0, 2.0 * 0.5**n)
    p: np.ndarray = np.minimum(1.0, 2.0 * bdtr(np.minimum(only_a, only_b), n, 0.5))
    return p, least


def holm(p: np.ndarray) -> np.ndarray:
    """Return p-values corrected so that the chance of any false one up to alpha is at most alpha; NaN stay out.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    raised = np.minimum(1.0, p[order] * np.arange(len(order), 0, -1))
    out = np.full(len(p), np.nan)
    out[order] = np.maximum.accumulate(raised)
    return out


def false_discovery(p: np.ndarray, tested: np.ndarray) -> np.ndarray:
    """Return q-values: of those up to q, the expected share of false ones is at most q (Benjamini and Hochberg).

    It holds for independent tests and for those that depend on one another positively.

    Parameters
    ----------
    tested
        bool (n,): what to correct among; must not depend on which way a test went. The others get 1.

    Examples
    --------
    >>> false_discovery(np.array([0.01, 0.04, 0.03, 0.5]), np.array([True, True, True, False])).tolist()
    [0.03, 0.04, 0.04, 1.0]
    """
    at = np.flatnonzero(tested)
    order = at[np.argsort(p[at], kind="stable")]
    raised = p[order] * len(order) / np.arange(1, len(order) + 1)
    out = np.ones(len(p))
    out[order] = np.minimum(1.0, np.minimum.accumulate(raised[::-1])[::-1])
    return out


def _bootstrapped(a: Sequence[Additive], b: Sequence[Additive], blocks: Iterator[np.ndarray]) -> dict[str, np.ndarray]:
    """Return b - a in every resample, by metric."""
    found: dict[str, list[np.ndarray]] = {}
    for weights in blocks:
        for one, other in zip(a, b, strict=True):
            of_a = one.compute(np.asarray(one.quantities @ weights))
            of_b = other.compute(np.asarray(other.quantities @ weights))
            for name, values in of_a.items():
                found.setdefault(name, []).append(of_b[name] - values)
    return {name: np.concatenate(parts) for name, parts in found.items()}


def _exchanged(a: Sequence[Additive], b: Sequence[Additive], blocks: Iterator[np.ndarray]) -> dict[str, np.ndarray]:
    """Return b - a with the documents of each coin exchanged, by metric."""
    gaps = [sp.csr_matrix(other.quantities - one.quantities) for one, other in zip(a, b, strict=True)]
    totals = [
        tuple(np.asarray(g.quantities.sum(axis=1), dtype=np.float64).reshape(-1, 1) for g in pair)
        for pair in zip(a, b, strict=True)
    ]
    found: dict[str, list[np.ndarray]] = {}
    for coins in blocks:
        for one, other, gap, (of_a, of_b) in zip(a, b, gaps, totals, strict=True):
            moved = np.asarray(gap @ coins)
            first, second = one.compute(of_a + moved), other.compute(of_b - moved)
            for name, values in first.items():
                found.setdefault(name, []).append(second[name] - values)
    return {name: np.concatenate(parts) for name, parts in found.items()}


def _coins(n_docs: int, n_resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Yield blocks of fair coins, float64 (n_docs, n): 1 where the document is exchanged."""
    rng = np.random.default_rng([seed, 1])
    for start in range(0, n_resamples, _BLOCK):
        n = min(_BLOCK, n_resamples - start)
        yield rng.integers(0, 2, size=(n_docs, n)).astype(np.float64)


def _interval(gap: float, draws: np.ndarray, confidence: float, largest: float) -> tuple[float, float]:
    known = draws[~np.isnan(draws)]
    if not len(known) or np.isnan(gap):
        return (float("nan"), float("nan"))
    tail = (1.0 - confidence) / 2.0
    ends = np.quantile(known, [tail, 1.0 - tail]) + (gap - known.mean())
    low, high = np.clip(ends, -largest, largest)
    return min(float(low), gap), max(float(high), gap)
