"""Rows and chosen columns to a Corpus."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.core.labels import LabelSpace
from headword.core.opening import short
from headword.sources.cells import Labels, LabelStyle, as_text, label_sets, label_style
from headword.sources.columns import ALIASES, ColumnChoice, choose_columns
from headword.sources.one_hot import sets_from
from headword.sources.rows import Rows, stacked, values_of

_ROLES = ("title", "abstract", "labels", "id")


@dataclass(frozen=True, eq=False)
class Part:
    """The documents of some rows, as columns; `where(i)` tells the place of document i, file included."""

    ids: list[str]
    titles: list[str]
    abstracts: list[str]
    sets: list[Labels | None]
    fields: dict[str, Sequence[Any]]
    where: Callable[[int], str]
    features: sp.csr_matrix | None = None
    label_space: LabelSpace | None = None


class Assembler:
    """Turns the rows of one source into documents; what it has once decided holds for all later rows."""

    def __init__(
        self,
        source: str,
        named: Mapping[str, str | None],
        *,
        separator: str | None = None,
        tell: Callable[[ColumnChoice], None] | None = None,
        first_row: int = 1,
    ) -> None:
        if separator == "":
            raise DataError("the separator of labels must be at least one character; leave it out to have it found")
        self._source = source
        self._named = named
        self._style = None if separator is None else LabelStyle("separated", separator)
        self._tell = tell
        self._row = first_row
        self.choice: ColumnChoice | None = None

    def part(self, rows: Rows) -> Part:
        """Return the documents of the next `rows`."""
        choice = self.choose(rows)
        place = _Place(self._source, rows.where)
        columns = rows.columns
        used = {getattr(choice, role) for role in _ROLES} | set(choice.label_columns)
        used |= set() if rows.features is None else {"labels"}
        rest = {name: values_of(column) for name, column in columns.items() if name not in used}
        for alias in ALIASES:
            name = getattr(choice, alias)
            if name in rest:
                rest.setdefault(alias, rest[name])
        numbers = range(self._row, self._row + rows.n_rows)
        self._row += rows.n_rows
        return Part(
            ids=[text or str(n) for text, n in zip(_texts(columns, choice.id, rows.n_rows), numbers, strict=True)],
            titles=_texts(columns, choice.title, rows.n_rows),
            abstracts=_texts(columns, choice.abstract, rows.n_rows),
            sets=_label_sets(rows, choice, self._style, place),
            fields=rest,
            where=place,
            features=rows.features,
            label_space=rows.label_space,
        )

    def choose(self, rows: Rows) -> ColumnChoice:
        """Return the choice of columns after these rows, and tell it when it is new."""
        if rows.features is not None:
            new = ColumnChoice(self._source, label_cells="numbers")
        else:
            new = self._with_style(self._chosen(rows), rows)
        if self.choice is None or _roles(new) != _roles(self.choice):
            if self._tell is not None:
                self._tell(new)
            self.choice = new
        return self.choice

    def _chosen(self, rows: Rows) -> ColumnChoice:
        """Choose among all columns seen so far; a role may be filled later, but never by another column."""
        old = self.choice
        if old is None:
            return choose_columns(rows, self._source, self._named)
        if not set(rows.columns) - _known(old):
            return old
        seen = {name: rows.columns.get(name, ()) for name in [*_known(old), *rows.columns]}
        new = choose_columns(replace(rows, columns=seen, raw=None), self._source, self._named)
        for role in _ROLES:
            before, after = getattr(old, role), getattr(new, role)
            if before not in (None, after) or (role == "labels" and old.label_columns and after):
                raise DataError(
                    f"{self._source}, {rows.where(0)} or soon after: column {after!r} appears, which suits {role} "
                    f"better than {before or 'the 0/1 columns'!r} taken so far; name one: {role}=… (--{role})"
                )
        return replace(new, label_columns=old.label_columns, label_cells=old.label_cells)

    def _with_style(self, choice: ColumnChoice, rows: Rows) -> ColumnChoice:
        if choice.labels is None or choice.labels not in rows.columns:
            return choice
        if self._style is None:
            self._style = label_style(values_of(rows.columns[choice.labels]))
        return replace(choice, label_cells="" if self._style is None else str(self._style))


def corpus_of(parts: Sequence[Part], *, duplicate_ids: str = "error", unique: bool = True) -> Corpus:
    """Join parts into one corpus.

    `duplicate_ids` is "error" or "number" (a repeated id gets "#2", "#3", ...); `unique=False` skips the check.
    """
    ids = [doc_id for part in parts for doc_id in part.ids]
    if unique and len(set(ids)) < len(ids):
        ids = _numbered(ids) if duplicate_ids == "number" else _refuse_duplicates(parts)
    spaces = {part.label_space for part in parts}
    sets = [labels for part in parts for labels in part.sets]
    space = spaces.pop() if len(spaces) == 1 else None
    if space is None:
        space = _space_of(sets, numeric=any(part.features is not None for part in parts))
    names = dict.fromkeys(name for part in parts for name in part.fields)
    return Corpus(
        ids=tuple(ids),
        titles=tuple(text for part in parts for text in part.titles),
        abstracts=tuple(text for part in parts for text in part.abstracts),
        targets=space.encode(sets),
        label_space=space,
        annotated=np.array([labels is not None for labels in sets], dtype=bool),
        fields={
            name: tuple(value for part in parts for value in part.fields.get(name, (None,) * len(part.ids)))
            for name in names
        },
        features=_stacked(parts),
    )


@dataclass(frozen=True)
class _Place:
    source: str
    where: Callable[[int], str]

    def __call__(self, i: int) -> str:
        return f"{self.source}, {self.where(i)}"


def _roles(choice: ColumnChoice) -> tuple[object, ...]:
    return tuple(getattr(choice, f.name) for f in fields(choice) if f.name != "passed_over")


def _known(choice: ColumnChoice) -> set[str]:
    chosen = {getattr(choice, role) for role in (*_ROLES, *ALIASES)} - {None}
    return chosen | set(choice.label_columns) | {name for names in choice.passed_over.values() for name in names}


def _texts(columns: Mapping[str, Sequence[Any] | np.ndarray], name: str | None, n_rows: int) -> list[str]:
    if name is None or name not in columns:
        return [""] * n_rows
    return [value if type(value) is str else as_text(value) for value in values_of(columns[name])]


def _label_sets(
    rows: Rows, choice: ColumnChoice, style: LabelStyle | None, place: Callable[[int], str]
) -> list[Labels | None]:
    if rows.features is not None:
        return list(rows.columns["labels"])
    if choice.label_columns:
        return sets_from(rows, choice.label_columns, place)
    cells = rows.columns.get(choice.labels) if choice.labels is not None else None
    if cells is None or style is None:
        return [None] * rows.n_rows
    return label_sets(values_of(cells), style, lambda i: f"{place(i)}, column {choice.labels!r}")


def _space_of(sets: Sequence[Labels | None], *, numeric: bool) -> LabelSpace:
    if not numeric:
        return LabelSpace.from_sets(sets)
    return LabelSpace(tuple(sorted({label for labels in sets for label in labels or ()}, key=_by_number)))


def _by_number(label: str) -> tuple[float, str]:
    return (float(label) if label.lstrip("-").isdigit() else float("inf")), label


def _stacked(parts: Sequence[Part]) -> sp.csr_matrix | None:
    found = [part.features for part in parts if part.features is not None]
    if not found:
        return None
    if len(found) < len(parts):
        raise DataError("sparse features and texts cannot be read into one corpus; read them apart")
    return stacked(found)


def _refuse_duplicates(parts: Sequence[Part]) -> list[str]:
    seen: dict[str, str] = {}
    count, first = 0, ""
    for part in parts:
        for i, doc_id in enumerate(part.ids):
            if doc_id in seen:
                count += 1
                first = first or f"{short(doc_id)} stands at {seen[doc_id]} and again at {part.where(i)}"
            else:
                seen[doc_id] = part.where(i)
    raise DataError(
        f"ids must be distinct, but {first} ({count} repeated in all); remove the doubles, name another id column "
        "with id=… (--id), or number them with duplicate_ids='number'"
    )


def _numbered(ids: Sequence[str]) -> list[str]:
    taken, out = set(ids), []
    counts: dict[str, int] = {}
    for doc_id in ids:
        number = counts.get(doc_id, 0) + 1
        name = doc_id
        while number > 1 and (name := f"{doc_id}#{number}") in taken:
            number += 1
        counts[doc_id] = number
        taken.add(name)
        out.append(name)
    return out
