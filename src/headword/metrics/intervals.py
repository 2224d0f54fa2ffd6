"""Bootstrap intervals over documents.

References
----------
Efron and Tibshirani, "An Introduction to the Bootstrap" (1993).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from headword.core.errors import DataError
from headword.metrics.additive import Additive, point_values

_BLOCK_ENTRIES = 2_000_000


def bootstrap_intervals(
    groups: Sequence[Additive],
    *,
    n_bootstrap: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
    upper: Mapping[str, float] | None = None,
) -> dict[str, tuple[float, float]]:
    """Return a (low, high) interval of every metric of `groups`, from resamples of the documents with replacement.

    Percentile intervals, shifted so that the mean of the resamples falls on the value itself: a resample loses rare
    labels, which moves every average over labels (down, for `macro_f1_all`) without saying anything of its spread. For
    means over documents the shift is next to nothing. All metrics see the same resamples. Memory stays bounded:
    resamples are drawn in blocks.

    Parameters
    ----------
    confidence
        Share of the resamples inside, in (0, 1).
    upper
        The largest possible value of a metric, where it is not 1; the smallest is 0.

    Returns
    -------
    dict
        By metric. (NaN, NaN) where the metric is undefined; empty for no resamples.

    Raises
    ------
    DataError
        If `confidence` is not inside (0, 1), `n_bootstrap` is negative or there are no documents.
    """
    if not 0 < confidence < 1 or n_bootstrap < 0:
        raise DataError(f"intervals need 0 < confidence < 1 and n_bootstrap >= 0, found {confidence}, {n_bootstrap}")
    if n_bootstrap == 0:
        return {}
    rows = max(g.quantities.shape[0] for g in groups)
    blocks = list(_draws(groups, resample_weights(groups[0].quantities.shape[1], n_bootstrap, seed, rows=rows)))
    limits = upper or {}
    return {
        name: centred_interval(value, np.concatenate([b[name] for b in blocks]), confidence, high=limits.get(name, 1.0))
        for name, value in point_values(groups).items()
    }


def centred_interval(value: float, draws: np.ndarray, confidence: float, *, high: float = 1.0) -> tuple[float, float]:
    """Return the percentile interval of `draws`, shifted by `value` - mean(draws) and cut to [0, `high`].

    Draws that are NaN (a resample for which the metric is undefined) are left out.
    """
    known = draws[~np.isnan(draws)]
    if len(known) == 0 or np.isnan(value):
        return (np.nan, np.nan)
    tail = (1.0 - confidence) / 2.0
    ends = np.quantile(known, [tail, 1.0 - tail]) + (value - known.mean())
    low, top = np.clip(ends, 0.0, high)
    # Resamples that all agree differ from the value by rounding only; the value is never outside.
    return min(float(low), value), max(float(top), value)


def resample_weights(n_docs: int, n_bootstrap: int, seed: int, *, rows: int = 1) -> Iterator[np.ndarray]:
    """Yield blocks of resamples: how often each document was drawn, float64 (n_docs, n_resamples of the block).

    `rows` is the largest other dimension a block is multiplied into; blocks shrink so that nothing grows past bounds.
    """
    if n_docs < 1:
        raise DataError("there are no documents to resample; intervals need at least one")
    rng = np.random.default_rng(seed)
    size = max(1, min(128, _BLOCK_ENTRIES // max(n_docs, rows)))
    for start in range(0, n_bootstrap, size):
        n = min(size, n_bootstrap - start)
        drawn = rng.integers(0, n_docs, size=(n, n_docs), dtype=np.int64) * n + np.arange(n)[:, None]
        yield np.bincount(drawn.ravel(), minlength=n_docs * n).reshape(n_docs, n).astype(np.float64)


def _draws(groups: Sequence[Additive], blocks: Iterable[np.ndarray]) -> Iterator[dict[str, np.ndarray]]:
    for weights in blocks:
        out: dict[str, np.ndarray] = {}
        for group in groups:
            # Sparse times dense adds in one thread and a fixed order, so sums are the same on any number of cores.
            out |= group.compute(np.asarray(group.quantities @ weights))
        yield out
