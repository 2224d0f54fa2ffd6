"""LabelSpace: the only place that knows which label is which column."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import scipy.sparse as sp

from headword.core.errors import LabelSpaceError

_SHOWN = 5


@dataclass(frozen=True)
class LabelSpace:
    """An ordered set of distinct label names; position = column of every targets and score matrix.

    Attributes
    ----------
    names
        One a label.
    readable
        What people call each label, "" where it goes by its own name; empty: all do. It says nothing of which labels
        these are, so that spaces with other readable names may be equal.

    Raises
    ------
    LabelSpaceError
        If a name is empty, not a string, or stands twice, or there are not as many readable ones.

    Examples
    --------
    >>> space = LabelSpace.from_sets([["b", "a"], ["a"], None])
    >>> space.names, space.column("b")
    (('a', 'b'), 1)
    """

    names: tuple[str, ...]
    readable: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(self.names))
        for name in self.names:
            if not isinstance(name, str) or not name:
                raise LabelSpaceError(f"a label must be a non-empty string, found {name!r}")
        if len(self._columns) < len(self.names):
            seen: set[str] = set()
            twice = [n for n in self.names if n in seen or seen.add(n)]  # type: ignore[func-returns-value]
            raise LabelSpaceError(f"label names must be distinct; found twice: {_some(twice)}")
        if self.readable and len(self.readable) != len(self.names):
            raise LabelSpaceError(f"{len(self.names)} labels have {len(self.readable)} readable names")

    @classmethod
    def from_sets(cls, sets: Iterable[Iterable[str] | None]) -> "LabelSpace":
        """Collect the distinct labels of all `sets`, sorted; None (not annotated) adds nothing."""
        return cls(tuple(sorted({label for labels in sets if labels is not None for label in labels})))

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {name: column for column, name in enumerate(self.names)}

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hex) over the names in their order."""
        names = json.dumps(self.names, ensure_ascii=False)
        return hashlib.sha256(names.encode("utf-8", "surrogatepass")).hexdigest()

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def column(self, name: str) -> int:
        """Return the column of `name`; an unknown name is a LabelSpaceError."""
        try:
            return self._columns[name]
        except KeyError:
            raise LabelSpaceError(f"label {name!r} is not among the {len(self)} labels of this label space") from None

    def columns_of(self, names: Sequence[str]) -> np.ndarray:
        """Return the column of each of `names`, -1 for names this space lacks; int64, shape (len(names),)."""
        return np.array([self._columns.get(name, -1) for name in names], dtype=np.int64)

    def encode(self, sets: Sequence[Iterable[str] | None]) -> sp.csr_matrix:
        """Return the targets matrix (len(sets), n_labels) of float32 ones; None and () give an empty row.

        A label listed twice counts once. An unknown label is a LabelSpaceError.
        """
        if not any(sets):  # as in every question to a tagger, which scipy would take a tenth of the answer's time for
            matrix = copy(_without_labels(len(sets), len(self)))
            matrix.indptr = matrix.indptr.copy()
            return matrix
        bounds, columns = [0], []
        for labels in sets:
            columns += sorted({self.column(label) for label in labels or ()})
            bounds.append(len(columns))
        data = np.ones(len(columns), dtype=np.float32)
        indices, indptr = np.array(columns, dtype=np.int32), np.array(bounds, dtype=np.int32)
        return sp.csr_matrix((data, indices, indptr), shape=(len(sets), len(self)), copy=False)

    def decode(self, targets: sp.csr_matrix) -> list[tuple[str, ...]]:
        """Return the label names of each row of a targets matrix, in column order."""
        if targets.shape[1] != len(self):
            raise LabelSpaceError(f"a matrix of {targets.shape[1]} columns does not fit {len(self)} labels")
        bounds, columns = targets.indptr, targets.indices
        return [
            tuple(self.names[c] for c in sorted(columns[bounds[i] : bounds[i + 1]])) for i in range(targets.shape[0])
        ]

    def require_same(self, other: "LabelSpace", *, what: str = "the other label space") -> None:
        """Raise a LabelSpaceError that says which labels differ, unless both spaces are equal in names and order."""
        if self.names == other.names:
            return
        only_here = [n for n in self.names if n not in other]
        only_there = [n for n in other.names if n not in self]
        if not only_here and not only_there:
            raise LabelSpaceError(f"the same {len(self)} labels stand in another order in {what}")
        raise LabelSpaceError(
            f"{what} has other labels: {len(only_here)} missing there ({_some(only_here)}), "
            f"{len(only_there)} unknown here ({_some(only_there)})"
        )


@lru_cache(maxsize=64)
def _without_labels(n_docs: int, n_labels: int) -> sp.csr_matrix:
    return sp.csr_matrix((n_docs, n_labels), dtype=np.float32)


def _some(names: Sequence[str]) -> str:
    if not names:
        return "none"
    shown = ", ".join(repr(n) for n in names[:_SHOWN])
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
