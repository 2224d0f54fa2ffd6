"""What a corpus is made of: each document's year, language, length and other properties, as values to be counted."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from headword.audit.language import language_of
from headword.core.corpus import Corpus
from headword.splits.dates import parse_date

_DATES = re.compile(r"date|year|time|updated|created|published|submitted|issued", re.IGNORECASE)
_MOST_VALUES = 500
_LARGEST_SHARE = 0.5
_UNTOLD = frozenset({"split", "near_duplicate_group"})
Values = Sequence[str | None]


def properties(corpus: Corpus) -> dict[str, Values]:
    """Return the values of each property that sorts the documents into kinds, None where a document has none.

    Language and each further column with few values; columns of dates by year ("date: year"). Left out are columns of
    which most values occur once, such as ids, and the split.
    """
    found: dict[str, Values] = {}
    if corpus.features is None:
        found["language"] = [language_of(text) for text in corpus.texts()]
    for name, column in corpus.fields.items():
        if name in _UNTOLD:
            continue
        years = year_column(name, column)
        if years is not None:
            found[f"{name}: year" if name != "year" else name] = years
        elif (told := kinds(column)) is not None:
            found[name] = told
    return _distinct(found)


def _distinct(found: Mapping[str, Values]) -> dict[str, Values]:
    """Drop columns that say what an earlier one says, for readers add `provider` and `date` to the source's own."""
    kept: dict[str, Values] = {}
    for name, values in sorted(found.items(), key=lambda one: one[0].partition(":")[0] not in ("date", "provider")):
        if not any(list(values) == list(other) for other in kept.values()):
            kept[name] = values
    return {name: kept[name] for name in found if name in kept}


def year_column(name: str, column: Sequence[Any]) -> list[str | None] | None:
    """Return the year of each value of a column that is called like dates and mostly holds such, else None."""
    if not _DATES.search(name):
        return None
    moments = [None if value in (None, "") else parse_date(value) for value in column]
    given = sum(value not in (None, "") for value in column)
    if not given or sum(m is not None for m in moments) < 0.8 * given:
        return None
    return [None if moment is None else _year(moment) for moment in moments]


def _year(moment: float) -> str:
    return str(np.datetime64(int(moment), "s").astype("datetime64[Y]"))


def kinds(column: Sequence[Any]) -> list[str | None] | None:
    """Return the values of a column as text if they sort documents into few kinds, else None."""
    values = [None if value in (None, "", [], ()) else str(value) for value in column]
    given = [value for value in values if value is not None]
    distinct = len(set(given))
    if not given or distinct < 2 or distinct > min(_MOST_VALUES, _LARGEST_SHARE * len(given)):
        return None
    return values


def word_counts(corpus: Corpus) -> np.ndarray:
    """Return the number of words (blanks between) of title and abstract together, int64 (n_docs,)."""
    return np.array([len(text.split()) for text in corpus.texts()], dtype=np.int64)


def counted(values: Values) -> dict[str, int]:
    """Return how often each value occurs, the most frequent first; documents without one do not count."""
    return dict(Counter(value for value in values if value is not None).most_common())
