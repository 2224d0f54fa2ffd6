"""The temporal split: learn from the old, be judged on the new."""

import numpy as np

from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.core.split import Split
from headword.splits.dates import parse_date
from headword.splits.parts import fold_sizes, from_parts, part_sizes, refuse_groups, require_parts


def split(
    corpus: Corpus,
    *,
    test: float = 0.1,
    valid: float = 0.1,
    seed: int = 0,
    groups: np.ndarray | None = None,
    date_field: str = "date",
) -> Split:
    """Return a split with the oldest documents in train, the newest in test, and those between in valid.

    Documents of the same moment are never on both sides, so sizes are as near to the fractions as dates allow. The
    seed plays no part, nor does the order of documents.

    Raises
    ------
    DataError
        If there is no such field, a value is no date (with its row), or a part would be empty.
    """
    refuse_groups(groups, "temporal")
    sizes = part_sizes(len(corpus), test, valid)
    part = _cut(read_dates(corpus, date_field), sizes)
    require_parts(np.bincount(part, minlength=3), test, valid)
    return from_parts(part, f"temporal(test={test}, valid={valid}, date_field={date_field!r})")


def folds(
    corpus: Corpus, k: int, *, seed: int = 0, groups: np.ndarray | None = None, date_field: str = "date"
) -> np.ndarray:
    """Return the fold of each document, int32 (n_docs,): blocks of time, the oldest first.

    Raises
    ------
    DataError
        If there are fewer distinct dates than folds, or ties leave a fold empty.
    """
    refuse_groups(groups, "temporal")
    fold = _cut(read_dates(corpus, date_field), fold_sizes(len(corpus), k)).astype(np.int32)
    empty = int((np.bincount(fold, minlength=k) == 0).sum())
    if empty:
        raise DataError(f"{empty} of {k} folds by field {date_field!r} would be empty: too many equal dates; use fewer")
    return fold


def read_dates(corpus: Corpus, field: str) -> np.ndarray:
    """Return the date of each document in seconds since 1970 (UTC), float64 (n_docs,).

    Raises
    ------
    DataError
        If there is no such field, or a value is no date.
    """
    if field not in corpus.fields:
        has = ", ".join(sorted(corpus.fields)) or "none"
        raise DataError(f"there is no field {field!r} with dates; the fields are: {has}")
    moments = [parse_date(value) for value in corpus.fields[field]]
    bad = [row for row, moment in enumerate(moments) if moment is None]
    if bad:
        raise DataError(
            f"field {field!r} of document {bad[0] + 1} (id {corpus.ids[bad[0]]!r}) is no date: "
            f"{corpus.fields[field][bad[0]]!r}; {len(bad)} have none: remove them, or write dates as YYYY-MM-DD"
        )
    return np.array(moments, dtype=np.float64)


def _cut(dates: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Cut the documents, ordered by date, into consecutive parts of about `sizes`, between different dates only."""
    _, place, per_date = np.unique(dates, return_inverse=True, return_counts=True)
    borders = np.concatenate([[0], np.cumsum(per_date)])
    wanted = np.cumsum(sizes)[:-1]
    # The border nearest to each wanted one; of two equally near, the earlier.
    after = np.searchsorted(borders, wanted)
    before = np.maximum(after - 1, 0)
    nearest = np.where(wanted - borders[before] <= borders[after] - wanted, before, after)
    return np.searchsorted(nearest, place.ravel(), side="right")
