"""Sizes of parts and folds, and the Split made from a part of each document."""

import numpy as np

from headword.core.errors import DataError, RecipeError
from headword.core.split import PARTS, Split


def check_fractions(test: float, valid: float) -> None:
    """Raise a RecipeError unless `test` and `valid` are at least 0 and leave something to train on."""
    for name, fraction in (("test", test), ("valid", valid)):
        if not 0 <= fraction < 1:
            raise RecipeError(f"the {name} fraction lies from 0 to below 1, found {fraction}; 0.1 takes a tenth")
    if test + valid >= 1:
        raise RecipeError(f"test {test} and valid {valid} leave nothing to train on; their sum must be below 1")


def part_sizes(n_docs: int, test: float, valid: float) -> np.ndarray:
    """Return the sizes of train, valid and test, int64 (3,), summing to `n_docs`; halves are rounded up.

    A part whose fraction is 0 is empty.

    Raises
    ------
    RecipeError
        If the fractions are out of range.
    DataError
        If a part that was asked for would be empty.
    """
    check_fractions(test, valid)
    in_test, in_valid = (int(np.floor(n_docs * fraction + 0.5)) for fraction in (test, valid))
    sizes = np.array([n_docs - in_test - in_valid, in_valid, in_test], dtype=np.int64)
    require_parts(sizes, test, valid)
    return sizes


def require_parts(sizes: np.ndarray, test: float, valid: float) -> None:
    """Raise a DataError if a part of `sizes` (train, valid, test) is empty although its fraction is above 0."""
    for name, size, fraction in zip(PARTS, sizes, (1.0, valid, test), strict=True):
        if fraction > 0 and size <= 0:
            raise DataError(
                f"the {name} part would be empty: {int(sizes.sum())} documents, test {test}, valid {valid}; "
                "use more documents, other fractions (0 leaves a part out), or folds"
            )


def fold_sizes(n_docs: int, k: int) -> np.ndarray:
    """Return the sizes of `k` folds, int64 (k,), which differ by one at most; larger ones first.

    Raises
    ------
    RecipeError
        If `k` is below 2.
    DataError
        If there are fewer documents than folds.
    """
    if k < 2:
        raise RecipeError(f"there must be at least 2 folds, found {k}")
    if n_docs < k:
        raise DataError(f"{n_docs} documents cannot fill {k} folds; ask for at most {n_docs} folds")
    return np.array([n_docs // k + (fold < n_docs % k) for fold in range(k)], dtype=np.int64)


def from_parts(part: np.ndarray, rule: str, seed: int | None = None) -> Split:
    """Build the Split from the part of each document: 0 train, 1 valid, 2 test, anything else left out."""
    train, valid, test = (np.flatnonzero(part == p).astype(np.int64) for p in range(3))
    return Split(train, valid, test, rule=rule, seed=seed)


def refuse_groups(groups: np.ndarray | None, rule: str) -> None:
    """Raise a RecipeError if groups were given to a rule that cannot keep them together."""
    if groups is not None:
        raise RecipeError(f"the {rule} split cannot keep groups together; use grouped or grouped-stratified")
