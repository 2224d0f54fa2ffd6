"""Grouped and stratified: whole groups, and every part its share of every label."""

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.core.split import Split
from headword.splits.grouped import fill_empty, require_enough_groups
from headword.splits.groups import require_groups
from headword.splits.parts import fold_sizes, from_parts, part_sizes
from headword.splits.stratified import strata, stratify


def split(
    corpus: Corpus,
    *,
    test: float = 0.1,
    valid: float = 0.1,
    seed: int = 0,
    groups: np.ndarray | None = None,
    order: int = 1,
) -> Split:
    """Return a split of whole groups in which labels are shared out as evenly as groups allow.

    Iterative stratification with groups as units: a group counts for a label as often as its documents carry it, and
    goes where that label is most wanted and the group has room. With a few groups of very different labels (providers
    of data, say) neither sizes nor labels can come out even; sizes have the last word.

    Raises
    ------
    RecipeError
        If an option is out of range or there are no groups.
    DataError
        If there are fewer groups than parts.
    """
    group = require_groups(groups, len(corpus), "grouped-stratified")
    part = _assign(corpus, group, part_sizes(len(corpus), test, valid), seed, order)
    return from_parts(part, f"grouped-stratified(test={test}, valid={valid}, order={order})", seed)


def folds(corpus: Corpus, k: int, *, seed: int = 0, groups: np.ndarray | None = None, order: int = 1) -> np.ndarray:
    """Return the fold of each document, int32 (n_docs,), of whole groups, with labels shared out evenly."""
    group = require_groups(groups, len(corpus), "grouped-stratified")
    return _assign(corpus, group, fold_sizes(len(corpus), k), seed, order)


def _assign(corpus: Corpus, group: np.ndarray, sizes: np.ndarray, seed: int, order: int) -> np.ndarray:
    weights = np.bincount(group).astype(np.int64)
    require_enough_groups(len(weights), sizes)
    n_docs = len(group)
    member = sp.csr_matrix(
        (np.ones(n_docs, dtype=np.float32), (group, np.arange(n_docs))), shape=(len(weights), n_docs)
    )
    part = stratify((member @ strata(corpus, order)).tocsr(), sizes, seed, weights)
    settled: np.ndarray = _settle(fill_empty(part, weights, sizes), weights, sizes)[group]
    return settled


def _settle(part: np.ndarray, weights: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Move groups from the fullest part to the emptiest while that brings sizes nearer; the fewest moves first."""
    excess = np.bincount(part, weights=weights, minlength=len(sizes)).astype(np.int64) - sizes
    while True:
        full, scant = int(np.argmax(excess)), int(np.argmin(excess))
        gap = int(excess[full] - excess[scant])
        inside = np.flatnonzero(part == full)
        fitting = inside[weights[inside] < gap]  # a move of w leaves a gap of |gap - 2w|, less than before
        if not len(fitting) or len(inside) < 2:
            return part
        moved = fitting[np.argmin(np.abs(2 * weights[fitting] - gap))]
        part[moved] = scant
        excess[full] -= weights[moved]
        excess[scant] += weights[moved]
