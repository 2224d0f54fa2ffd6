"""The given split: a column of the source says which part a document belongs to."""

import numpy as np

from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.core.split import Split
from headword.splits.parts import from_parts, refuse_groups

ALIASES = {
    "train": 0, "training": 0, "tr": 0,
    "valid": 1, "validation": 1, "val": 1, "dev": 1, "development": 1,
    "test": 2, "testing": 2, "eval": 2, "evaluation": 2, "te": 2,
}  # fmt: skip
LEFT_OUT = frozenset({"", "none", "null", "nan", "na", "-", "unused", "not-used", "not_used", "not used"})
_SHOWN = 5


def split(
    corpus: Corpus,
    *,
    test: float = 0.1,
    valid: float = 0.1,
    seed: int = 0,
    groups: np.ndarray | None = None,
    field: str = "split",
) -> Split:
    """Return the split that the column `field` states; fractions and seed play no part.

    Case does not count; `val`, `validation`, `dev` mean valid, `training` train, `testing`, `eval` test. Documents
    without a value, or marked as unused, are in no part. A part may be empty, for a file may hold only test documents.

    Raises
    ------
    DataError
        If there is no such column, a value is not understood, or no document is in any part.
    """
    refuse_groups(groups, "given")
    if field not in corpus.fields:
        has = ", ".join(sorted(corpus.fields)) or "none"
        raise DataError(f"there is no field {field!r} to split by (fields: {has}); name one, or choose another rule")
    values = ["" if value is None else str(value).strip().lower() for value in corpus.fields[field]]
    unknown = sorted({value for value in values if value not in ALIASES and value not in LEFT_OUT})
    if unknown:
        row = next(i for i, value in enumerate(values) if value in unknown)
        shown = ", ".join(map(repr, unknown[:_SHOWN])) + (", …" if len(unknown) > _SHOWN else "")
        raise DataError(
            f"field {field!r} has {len(unknown)} values that name no part: {shown} (first in document {row + 1}, "
            f"id {corpus.ids[row]!r}); expected train, valid, test, or nothing for documents to leave out"
        )
    part = np.array([ALIASES.get(value, -1) for value in values], dtype=np.int64)
    if not (part >= 0).any():
        raise DataError(f"field {field!r} puts no document into any part; choose another field or rule")
    return from_parts(part, f"given(field={field!r})")
