"""Is an item more frequent in one corpus than in another: exact tests of many items, with few false alarms.

References
----------
Fisher, "Statistical Methods for Research Workers" (1934). Holm, Scandinavian Journal of Statistics 6 (1979).
Tarone, "A modified Bonferroni method for discrete data", Biometrics 46 (1990).
"""

import numpy as np

from headword.audit.exact_kernels import two_sided
from headword.core.errors import DataError
from headword.metrics.paired import holm


def rate_tests(
    count_a: np.ndarray, n_a: int, count_b: np.ndarray, n_b: int, *, alpha: float = 0.05
) -> tuple[np.ndarray, np.ndarray]:
    """Test for each item whether as large a share of the documents of A have it as of B.

    Were A and B two random parts of one population, the probability that any adjusted p-value is at most `alpha` is at
    most `alpha`, however the items depend on one another: Fisher's exact test of each item (twice the smaller tail),
    Holm's correction over the items. Items so rare that no outcome could count are left out of the correction
    (Tarone); which those are does not depend on the outcome.

    Parameters
    ----------
    count_a, count_b
        int (n_items,): documents with the item.
    n_a, n_b
        Documents of A and of B.

    Returns
    -------
    p, adjusted
        float64 (n_items,) each, in [0, 1]; the adjusted ones are 1 for items left out.

    Raises
    ------
    DataError
        If counts are negative or above the number of documents, or `alpha` is not between 0 and 1.

    Examples
    --------
    >>> p, adjusted = rate_tests(np.array([0, 50]), 100, np.array([40, 50]), 100)
    >>> adjusted.round(3).tolist()
    [0.0, 1.0]
    """
    if not 0 < alpha < 1:
        raise DataError(f"the rate of false alarms lies between 0 and 1, found {alpha}")
    a, b = np.ascontiguousarray(count_a, dtype=np.int64), np.ascontiguousarray(count_b, dtype=np.int64)
    if len(a) and (min(a.min(), b.min()) < 0 or a.max() > n_a or b.max() > n_b):
        raise DataError(f"counts must lie between 0 and the number of documents ({n_a:,} and {n_b:,})")
    p, least = np.ones(len(a)), np.ones(len(a))
    two_sided(a, n_a, a + b, n_a + n_b, p, least)
    tested = able_to_count(least, alpha)
    adjusted = np.ones(len(a))
    adjusted[tested] = holm(p[tested])
    return p, adjusted


def able_to_count(least: np.ndarray, alpha: float) -> np.ndarray:
    """Return which items can count at all, bool (n_items,), given the smallest p-value each could have."""
    falling = np.sort(least)
    k = np.arange(1, len(least) + 2)
    reach = np.searchsorted(falling, alpha / k, side="right")
    # The least number k of tests such that no more than k items can reach alpha / k.
    tests = k[np.argmax(reach <= k)]
    able: np.ndarray = least <= alpha / tests
    return able
