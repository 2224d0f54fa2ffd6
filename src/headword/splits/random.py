"""The random split: every document has the same chance."""

import numpy as np

from headword.core.corpus import Corpus
from headword.core.split import Split
from headword.splits.parts import fold_sizes, from_parts, part_sizes, refuse_groups


def split(
    corpus: Corpus,
    *,
    test: float = 0.1,
    valid: float = 0.1,
    seed: int = 0,
    groups: np.ndarray | None = None,
) -> Split:
    """Return a split drawn with `seed`, of exact sizes.

    Raises
    ------
    RecipeError
        If fractions are out of range, or groups are given (use grouped).
    DataError
        If a part that was asked for would be empty.
    """
    refuse_groups(groups, "random")
    sizes = part_sizes(len(corpus), test, valid)
    return from_parts(_deal(sizes, seed), f"random(test={test}, valid={valid})", seed)


def folds(corpus: Corpus, k: int, *, seed: int = 0, groups: np.ndarray | None = None) -> np.ndarray:
    """Return the fold of each document, int32 (n_docs,); sizes differ by one at most."""
    refuse_groups(groups, "random")
    return _deal(fold_sizes(len(corpus), k), seed).astype(np.int32)


def _deal(sizes: np.ndarray, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
