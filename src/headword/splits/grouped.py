"""The grouped split: documents of one group are never on both sides."""

import numpy as np

from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.core.split import Split
from headword.splits.groups import require_groups
from headword.splits.parts import fold_sizes, from_parts, part_sizes

_WINDOW = 2048  # documents up to which sums of groups are searched exactly


def split(
    corpus: Corpus,
    *,
    test: float = 0.1,
    valid: float = 0.1,
    seed: int = 0,
    groups: np.ndarray | None = None,
) -> Split:
    """Return a split of whole groups, drawn with `seed`, with part sizes as near to the fractions as groups allow.

    Parameters
    ----------
    groups
        Group of each document, any integers; `join_groups` joins several groupings.

    Raises
    ------
    RecipeError
        If fractions are out of range or there are no groups.
    DataError
        If there are fewer groups than parts.
    """
    group = require_groups(groups, len(corpus), "grouped")
    wanted = part_sizes(len(corpus), test, valid)
    return from_parts(pack(group, wanted, seed)[group], f"grouped(test={test}, valid={valid})", seed)


def folds(corpus: Corpus, k: int, *, seed: int = 0, groups: np.ndarray | None = None) -> np.ndarray:
    """Return the fold of each document, int32 (n_docs,), of whole groups, in sizes as equal as groups allow."""
    group = require_groups(groups, len(corpus), "grouped")
    fold: np.ndarray = pack(group, fold_sizes(len(corpus), k), seed)[group]
    return fold


def require_enough_groups(n_groups: int, sizes: np.ndarray) -> None:
    """Raise a DataError if there are fewer groups than parts to fill."""
    n_parts = int((sizes > 0).sum())
    if n_groups < n_parts:
        raise DataError(
            f"{n_groups} groups cannot fill {n_parts} parts or folds; ask for fewer, or group by something finer"
        )


def pack(group: np.ndarray, sizes: np.ndarray, seed: int) -> np.ndarray:
    """Return the part of each group, int32 (n_groups,), so that parts have about `sizes` documents.

    Smaller parts are filled first, each from groups in random order; the last documents of a part are searched for an
    exact fit. No part with a size above 0 stays empty.
    """
    weights = np.bincount(group).astype(np.int64)
    require_enough_groups(len(weights), sizes)
    rng = np.random.default_rng(seed)
    part = np.full(len(weights), -1, dtype=np.int32)
    filled_order = np.argsort(sizes, kind="stable")
    left_docs, left_share = int(weights.sum()), int(sizes.sum())
    for place, p in enumerate(filled_order):
        free = rng.permutation(np.flatnonzero(part < 0))
        if place == len(sizes) - 1:
            part[free] = p
        elif sizes[p]:
            target = round(left_docs * int(sizes[p]) / left_share)  # what earlier parts missed is made up for
            taken = free[_fill(weights[free], target)]
            part[taken] = p
            left_docs -= int(weights[taken].sum())
            left_share -= int(sizes[p])
    return fill_empty(part, weights, sizes)


def _fill(weights: np.ndarray, target: int) -> np.ndarray:
    """Return places of `weights` whose sum is near `target`: taken in order, then the rest found exactly."""
    taken = np.zeros(len(weights), dtype=bool)
    rest = target
    for i, weight in enumerate(weights.tolist()):
        if rest <= _WINDOW:
            break
        if weight <= rest - _WINDOW // 2:
            taken[i] = True
            rest -= weight
    exact = _nearest_sum(weights, np.flatnonzero(~taken), rest)
    taken[exact] = True
    return np.flatnonzero(taken)


def _nearest_sum(weights: np.ndarray, places: np.ndarray, target: int) -> list[int]:
    """Return some of `places` whose weights sum as near to `target` as any do (subset sum, bits of one integer)."""
    if target <= 0:
        return []
    limit = 2 * target
    candidates: list[int] = []
    used: dict[int, int] = {}
    for i in places.tolist():
        weight = int(weights[i])
        used[weight] = used.get(weight, 0) + 1
        if weight <= limit and used[weight] * weight <= limit:  # more of the same weight would never fit
            candidates.append(i)
    mask = (1 << (limit + 1)) - 1
    reachable = [1]
    for i in candidates:
        reachable.append((reachable[-1] | reachable[-1] << int(weights[i])) & mask)
    sums = (s for gap in range(target + 1) for s in (target - gap, target + gap))
    rest = next(s for s in sums if reachable[-1] >> s & 1)
    chosen = []
    for place in range(len(candidates) - 1, -1, -1):
        if not reachable[place] >> rest & 1:
            chosen.append(candidates[place])
            rest -= int(weights[candidates[place]])
    return chosen


def fill_empty(part: np.ndarray, weights: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Give every empty part that shall have documents the group that fits it best from parts with several groups."""
    while True:
        n_groups = np.bincount(part, minlength=len(sizes))
        empty = np.flatnonzero((n_groups == 0) & (sizes > 0))
        if not len(empty):
            return part
        movable = np.flatnonzero(n_groups[part] > 1)
        best = movable[np.argmin(np.abs(weights[movable] - sizes[empty[0]]))]
        part[best] = empty[0]
