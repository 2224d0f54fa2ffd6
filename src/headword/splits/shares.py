"""Sizes of the parts of each group, so that each group and the whole come out as near as whole numbers allow."""

import numpy as np


def shares(group_sizes: np.ndarray, sizes: np.ndarray, seed: int) -> np.ndarray:
    """Return how many documents of each group go to each part, int64 (n_groups, n_parts).

    Rows sum to `group_sizes`, columns to `sizes`. Groups stand in a line in random order, and every place of the line
    goes to the part that is furthest behind its share so far; so a group gets its share of every part, give or take
    one or two, and small groups go now here, now there.

    Parameters
    ----------
    group_sizes
        int64 (n_groups,).
    sizes
        int64 (n_parts,), with the same sum.

    Examples
    --------
    >>> shares(np.array([10, 1, 20]), np.array([25, 3, 3]), seed=0).tolist()
    [[8, 1, 1], [1, 0, 0], [16, 2, 2]]
    """
    order = np.random.default_rng(seed).permutation(len(group_sizes))
    total = int(sizes.sum())
    wanted, room = [int(size) for size in sizes], [int(size) for size in sizes]
    out = np.zeros((len(group_sizes), len(sizes)), dtype=np.int64)
    place = 0
    for group in order.tolist():
        for _ in range(int(group_sizes[group])):
            place += 1
            # Behind by wanted * place / total - (wanted - room), compared in whole numbers.
            behind = [
                w * place - (w - r) * total if r else -1 - total * total for w, r in zip(wanted, room, strict=True)
            ]
            part = behind.index(max(behind))
            room[part] -= 1
            out[group, part] += 1
    return out
