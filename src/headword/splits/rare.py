"""Documents with rare labels, which some published splits keep in train."""

from collections.abc import Callable

import numpy as np

from headword.core.corpus import Corpus
from headword.core.errors import DataError, RecipeError
from headword.core.split import Split
from headword.splits.groups import dense_groups


def keep_rare_in_train(
    corpus: Corpus,
    n: int,
    groups: np.ndarray | None,
    split_rest: Callable[[Corpus, np.ndarray | None], Split],
) -> Split:
    """Return a split with every document that has a label of fewer than `n` documents in train.

    The others are split by `split_rest`, so its fractions are of them. So no label is judged that training hardly saw,
    and nothing is learnt about rare labels. With groups, whole groups go to train.

    Raises
    ------
    RecipeError
        If `n` is negative.
    DataError
        If no document is left to split.
    """
    if n < 0:
        raise RecipeError(f"the number of documents below which a label is rare is at least 0, found {n}")
    support = np.bincount(corpus.targets.indices, minlength=len(corpus.label_space))
    rare = np.flatnonzero(corpus.targets @ (support < n).astype(np.float32) > 0)
    forced = np.zeros(len(corpus), dtype=bool)
    forced[rare] = True
    if groups is not None:
        number = dense_groups(groups, len(corpus))
        forced = np.isin(number, number[forced])
    rest = np.flatnonzero(~forced)
    if not len(rest):
        raise DataError(
            f"every document has a label of fewer than {n} documents, so all would be in train; ask for less"
        )
    made = split_rest(corpus.subset(rest), None if groups is None else groups[rest])
    train = np.sort(np.concatenate([rest[made.train], np.flatnonzero(forced)]))
    return Split(train, rest[made.valid], rest[made.test], f"{made.rule[:-1]}, rare_in_train={n})", made.seed)
