"""Which column is what: found by usual names, or named by the caller."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from headword.core.errors import DataError
from headword.core.opening import listed
from headword.sources.one_hot import label_columns
from headword.sources.rows import Rows

TEXT_ROLES = ("title", "abstract")
ALIASES = ("split", "date", "provider")

# Usual names in order of preference; compared without case, blanks, hyphens and underscores.
USUAL_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": (
        *("title", "titles", "entrytitle", "papertitle", "articletitle", "documenttitle", "doctitle", "headline"),
        *("name",),
    ),
    "abstract": (
        *("abstract", "abstracts", "abstracttext", "summary", "summaries", "description", "descriptions", "text"),
        *("texts", "body", "fulltext", "content", "contents"),
    ),
    "labels": (
        *("labels", "label", "verifieduatlabels", "headings", "subjectheadings", "terms", "subjects", "subjecturis"),
        *("categories", "tasks", "keywords", "sciencekeywords", "keyphrases", "tags", "topics", "concepts"),
        *("descriptors", "meshheadings", "meshterms", "mesh", "classes", "codes", "heading", "term", "subject"),
        *("category", "task", "keyword", "tag", "topic", "class", "verifieduatids"),
    ),
    "id": (
        *("id", "ids", "documentid", "docid", "paperid", "articleid", "recordid", "conceptid", "arxivid", "pmid"),
        *("bibcode", "identifier", "doi", "uid", "uuid"),
    ),
    "split": ("split", "set", "subset", "partition", "part"),
    "date": (
        *("date", "published", "publicationdate", "publisheddate", "datepublished", "pubdate", "issued", "created"),
        *("submitted", "year", "publicationyear", "pubyear"),
    ),
    "provider": ("provider", "providerid", "datacenter", "publisher"),
}


@dataclass(frozen=True)
class ColumnChoice:
    """Which column of a source is what; None where there is none.

    Attributes
    ----------
    source
        The name of the file.
    title, abstract, labels, id, split, date, provider
        Column names.
    label_columns
        The 0/1 columns, where each label has a column of its own.
    label_cells
        How label cells are read, for people ("separated by ';'"); "" where there are none.
    passed_over
        Role -> further columns whose names would have done.
    """

    source: str
    title: str | None = None
    abstract: str | None = None
    labels: str | None = None
    id: str | None = None
    split: str | None = None
    date: str | None = None
    provider: str | None = None
    label_columns: tuple[str, ...] = ()
    label_cells: str = ""
    passed_over: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        if self.label_cells == "numbers":
            return f"{self.source}: sparse features and label numbers, no texts"
        shown = {role: getattr(self, role) for role in USUAL_NAMES}
        if self.label_columns:
            shown["labels"] = f"{len(self.label_columns)} columns of 0 and 1"
        elif self.labels and self.label_cells:
            shown["labels"] = f"{self.labels} ({self.label_cells})"
        parts = [f"{role} = {name}" for role, name in shown.items() if name]
        parts += ["no id column: rows are numbered"] * (self.id is None)
        parts += ["no labels"] * (not shown["labels"])
        over = [f"{', '.join(names)} (for {role})" for role, names in self.passed_over.items()]
        return f"{self.source}: {'; '.join(parts)}" + (f"; passed over: {', '.join(over)}" if over else "")


def choose_columns(rows: Rows, source: str, named: Mapping[str, str | None]) -> ColumnChoice:
    """Choose the columns of `rows`; `named` maps roles to the columns that the caller named.

    Raises
    ------
    DataError
        If a named column is missing, one column is named twice, or there is neither a title nor an abstract.
    """
    names = list(rows.columns)
    chosen = {role: _named(name, names, source, role) for role, name in named.items() if name is not None}
    if len(set(chosen.values())) < len(chosen):
        raise DataError(f"{source}: one column is named for two of {', '.join(chosen)}")
    free = [name for name in names if name not in chosen.values()]
    passed_over: dict[str, tuple[str, ...]] = {}
    for role in USUAL_NAMES:
        found = _candidates(role, free)
        if role not in chosen and found:
            chosen[role] = found[0]
            found = found[1:]
        if found and role not in ALIASES:
            passed_over[role] = tuple(found)
    if not any(role in chosen for role in TEXT_ROLES):
        raise DataError(
            f"{source}: no column of titles or abstracts; there are: {listed(names)}; name one with title=… or "
            "abstract=… (--title, --abstract); the first line of CSV and TSV must hold the column names"
        )
    ones = () if "labels" in chosen else label_columns(rows, set(chosen.values()))
    return ColumnChoice(source, **chosen, label_columns=ones, passed_over=passed_over)


def _normal(name: str) -> str:
    return "".join(c for c in name.casefold() if c not in "_- ")


def _candidates(role: str, names: Sequence[str]) -> list[str]:
    """Return the columns that may play `role`, best first; of equally good ones the exact spelling first."""
    usual = USUAL_NAMES[role]
    found = [name for name in names if _normal(name) in usual]
    return sorted(found, key=lambda name: (usual.index(_normal(name)), name != _normal(name)))


def _named(name: str, names: Sequence[str], source: str, role: str) -> str:
    if name in names:
        return name
    alike = [other for other in names if _normal(other) == _normal(name)]
    if len(alike) == 1:
        return alike[0]
    near = difflib.get_close_matches(name, names, n=1)
    raise DataError(
        f"{source}: there is no column {name!r} for the {role}; there are: {listed(names)}"
        + (f"; did you mean {near[0]!r}?" if near else "")
    )
