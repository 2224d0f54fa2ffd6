"""folds: one door to the folds of every kind."""

from typing import Any

import numpy as np

from headword.core.corpus import Corpus
from headword.splits import FOLDS


def folds(
    corpus: Corpus,
    k: int,
    *,
    by: str = "stratified",
    seed: int = 0,
    groups: np.ndarray | None = None,
    **options: Any,
) -> np.ndarray:
    """Return the fold of each document, int32 (n_docs,), 0 to `k` - 1; no fold is empty.

    Parameters
    ----------
    by
        A row of `FOLDS`. With `groups`, "stratified" means grouped-stratified and "random" means grouped.
    groups
        Group of each document; the documents of one group are all in one fold.
    options
        What the kind of folds has further: `order` (stratified), `date_field` (temporal).

    Raises
    ------
    RecipeError
        If there is no such kind, `k` is below 2, or the kind cannot keep groups together.
    DataError
        If a fold would be empty.

    Examples
    --------
    >>> from headword.core.corpus import Document
    >>> docs = [Document(str(i), labels=("even",) if i % 2 == 0 else ("odd",)) for i in range(8)]
    >>> corpus = Corpus.from_documents(docs)
    >>> fold = folds(corpus, 2)
    >>> sorted(fold[::2].tolist()), sorted(fold[1::2].tolist())
    ([0, 0, 1, 1], [0, 0, 1, 1])
    """
    return FOLDS.get(with_groups(by, groups is not None))(corpus, k, seed=seed, groups=groups, **options)  # type: ignore[no-any-return]


def with_groups(by: str, grouped: bool) -> str:
    """Return the row that keeps groups together and is otherwise like `by`."""
    return {"stratified": "grouped-stratified", "random": "grouped"}.get(by, by) if grouped else by
