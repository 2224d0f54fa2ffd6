"""Leakage: what training sees of what it will be judged by, and what texts tell of their own labels."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from headword.audit.label_leakage import Giveaway, HeadedLine, giveaways, headed_lines
from headword.audit.straddling import Straddling, straddling
from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.core.progress import Progress, silent
from headword.core.split import PARTS
from headword.splits.dates import parse_date
from headword.splits.given import split as given_split

_DATE = "date"


@dataclass(frozen=True)
class Leakage:
    """What leaks.

    Attributes
    ----------
    sizes
        Documents of each part; None if there is no split.
    straddling
        Documents that belong together and stand in different parts.
    headed, giveaways
        Lines, and single terms, that tell the labels of the document in which they stand.
    given_away
        Share of all label assignments that `giveaways` tells.
    texts
        Whether there were texts to look at; documents may come as numbers.
    older_tests
        Share of the dated test documents that are no newer than the newest dated training document; None without
        dates or split. Not leakage by itself: a random split has nearly 1.
    """

    sizes: dict[str, int] | None
    straddling: tuple[Straddling, ...]
    headed: tuple[HeadedLine, ...]
    giveaways: tuple[Giveaway, ...]
    given_away: float
    older_tests: float | None
    texts: bool

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not (self.straddling or self.headed or self.giveaways)

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        giveaways = [{**asdict(one), "recall": one.recall, "precision": one.precision} for one in self.giveaways]
        parts = [{**asdict(one), "share": {p: one.share(p) for p in one.touched}} for one in self.straddling]
        return {**asdict(self), "straddling": parts, "giveaways": giveaways, "clean": self.clean}


def find_leakage(
    corpus: Corpus,
    part: np.ndarray | None = None,
    *,
    groups: Sequence[str] = (),
    seed: int = 0,
    n_threads: int | None = None,
    progress: Progress = silent,
) -> Leakage:
    """Look for leakage between the parts of a corpus, and from labels into texts.

    Parameters
    ----------
    part
        int (n_docs,): 0 train, 1 valid, 2 test, -1 none. None: as the field `split` says; without it only texts are
        looked at.
    groups
        Fields whose values must not straddle parts.

    Raises
    ------
    DataError
        If there is no such field, or `part` does not fit the corpus.
    """
    if part is None and "split" in corpus.fields:
        part = parts_of(corpus)
    if part is not None and part.shape != (len(corpus),):
        raise DataError(f"{len(corpus)} documents need one part each, found an array of shape {part.shape}")
    progress("looking across parts", 0, 3)
    torn = () if part is None else tuple(straddling(corpus, part, groups, seed=seed))
    progress("looking for labels in texts", 1, 3)
    told = tuple(giveaways(corpus, n_threads=n_threads))
    progress("looking for headed lines", 2, 3)
    headed = tuple(headed_lines(corpus))
    progress("looking for headed lines", 3, 3)
    sizes = None if part is None else {name: int((part == p).sum()) for p, name in enumerate(PARTS)}
    given_away = sum(one.inside for one in told) / max(corpus.targets.nnz, 1)
    return Leakage(
        sizes,
        torn,
        headed,
        told,
        given_away,
        None if part is None else _older_tests(corpus, part),
        corpus.features is None,
    )


def parts_of(corpus: Corpus) -> np.ndarray:
    """Return the part of each document as its field `split` says, int64 (n_docs,): 0, 1, 2, or -1 for none."""
    part = np.full(len(corpus), -1, dtype=np.int64)
    split = given_split(corpus)
    for number, rows in enumerate((split.train, split.valid, split.test)):
        part[rows] = number
    return part


def _older_tests(corpus: Corpus, part: np.ndarray) -> float | None:
    column = corpus.fields.get(_DATE)
    if column is None:
        return None
    moments = np.array([np.nan if (m := parse_date(value)) is None else m for value in column])
    dated = ~np.isnan(moments)
    train, test = moments[dated & (part == 0)], moments[dated & (part == 2)]
    return float((test <= train.max()).mean()) if len(train) and len(test) else None
