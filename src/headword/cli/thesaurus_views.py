"""How a thesaurus looks in a terminal: trees, cards, and one concept found by what it is called."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from shutil import get_terminal_size
from textwrap import wrap
from typing import TYPE_CHECKING

from headword.cli.output import counted, tell
from headword.core.errors import DataError
from headword.thesaurus.concept import NAME_KINDS, main_language

if TYPE_CHECKING:
    from headword.thesaurus.concept import Name, Note
    from headword.thesaurus.thesaurus import Thesaurus

_DIGITS = re.compile(r"(\d+)")
_KEY_WIDTH = 12
_MOST_PATHS = 10
_MOST_NEAR = 5


def open_thesaurus(file: str, format: str | None, language: str | None, quiet: bool) -> "Thesaurus":
    """Read a thesaurus and say what it is."""
    from headword.thesaurus.reader import read_thesaurus

    thesaurus = read_thesaurus(file, format=format, language=language or "")
    tell(f"{file}: {described(thesaurus)}", quiet)
    if language and main_language(language.lower()) not in map(main_language, thesaurus.languages):
        known = ", ".join(filter(None, thesaurus.languages)) or "none"
        tell(f"no concept has a preferred name in {language}; the languages are: {known}")
    return thesaurus


def described(thesaurus: "Thesaurus") -> str:
    """Return title, version and size."""
    title = " ".join(filter(None, [thesaurus.title, thesaurus.version]))
    n_deprecated = int(thesaurus.deprecated.sum())
    parts = [
        *([title] if title else []),
        counted(len(thesaurus), "concept") + (f" ({n_deprecated:,} deprecated)" if n_deprecated else ""),
        counted(thesaurus.n_names, "name"),
        *([f"{thesaurus.n_levels} levels"] if thesaurus.n_levels > 1 else []),
        *([f"in {', '.join(tags)}"] if (tags := [tag for tag in thesaurus.languages if tag]) else []),
    ]
    return "; ".join(parts)


def one_concept(thesaurus: "Thesaurus", text: str) -> int:
    """Return the row of the concept that an id, code, name or path means.

    Raises
    ------
    DataError
        If it means none or several; the message lists those, or what is like it.
    """
    from headword.thesaurus.path_match import PathMatcher, elements_of

    hits = [*thesaurus.index.lookup(text), *PathMatcher(thesaurus).match(elements_of(text))]
    best = max((hit.confidence for hit in hits), default=0.0)
    rows = list(dict.fromkeys(hit.row for hit in hits if hit.confidence == best))
    if len(rows) == 1:
        return rows[0]
    if rows:
        known = "\n".join(f"  {thesaurus.path(row)}  ({thesaurus.concepts[row].id})" for row in rows[:_MOST_PATHS])
        raise DataError(f"{len(rows)} concepts are called {text!r}; give the path or the id of one:\n{known}")
    near = [thesaurus.row(one.id) for one in thesaurus.proposer.propose([text], _MOST_NEAR)[0]]
    names = "; like it are: " + ", ".join(repr(thesaurus.name(row)) for row in near) if near else ""
    raise DataError(f"no concept is called {text!r}{names}")


def tree(thesaurus: "Thesaurus", rows: Sequence[int], depth: int) -> Iterator[str]:
    """Iterate the lines of a tree: `rows`, and what is narrower down to `depth` levels below them.

    Where the tree is cut, the number of concepts below stands in brackets. A concept with several parents stands under
    each; one that leads back to itself is marked and not followed.
    """
    waiting: list[tuple[int, str, str, tuple[int, ...]]] = []

    def push(children: Sequence[int], stem: str, above: tuple[int, ...]) -> None:
        for position, child in enumerate(reversed(in_order(thesaurus, children))):
            branch, more = ("", "") if not above else ("└─ ", "   ") if position == 0 else ("├─ ", "│  ")
            waiting.append((child, stem + branch, stem + more, above))

    push(rows, "", ())
    while waiting:
        row, lead, stem, above = waiting.pop()
        children = thesaurus.narrower[row].tolist()
        if row in above:
            yield f"{lead}{line_of(thesaurus, row)} (a circle)"
        elif children and len(above) >= depth:
            yield f"{lead}{line_of(thesaurus, row)} ({len(thesaurus.narrower.reachable(row)):,})"
        else:
            yield f"{lead}{line_of(thesaurus, row)}"
            push(children, stem, (*above, row))


def in_order(thesaurus: "Thesaurus", rows: Sequence[int]) -> list[int]:
    """Return rows as a catalogue would list them: by code if they have codes, else by name."""
    return sorted(rows, key=lambda row: _catalogue_key(line_of(thesaurus, row)))


def line_of(thesaurus: "Thesaurus", row: int) -> str:
    """Return the code, if any, and the name of a concept, marked where it is deprecated."""
    concept = thesaurus.concepts[row]
    name = thesaurus.name(row)
    code = next((code for code in concept.notations if not f"{name} ".startswith(f"{code} ")), "")
    return " ".join(filter(None, [code, name])) + (" (deprecated)" if concept.deprecated else "")


def _catalogue_key(text: str) -> list[tuple[int, int, str]]:
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part.casefold()) for part in _DIGITS.split(text) if part]


def card(thesaurus: "Thesaurus", row: int, depth: int) -> Iterator[str]:
    """Iterate the lines that tell everything about a concept, the narrower ones as a tree."""
    concept = thesaurus.concepts[row]
    yield line_of(thesaurus, row)
    yield from _entry("id", [concept.id])
    yield from _entry("code", concept.notations)
    if concept.deprecated or concept.replaced_by:
        instead = [thesaurus.path(one) for one in thesaurus.replacements(row) if one != row]
        named = (thesaurus.path(thesaurus.row(one)) if one in thesaurus else one for one in concept.replaced_by)
        yield from _entry("use instead", instead or list(named) or ["nothing named"])
    paths = [path for path in thesaurus.paths(row, _MOST_PATHS) if len(path) > 1]
    # Where every way up runs into a circle there is no path.
    above = [" > ".join(thesaurus.name(step) for step in path[:-1]) for path in paths]
    yield from _entry("broader", above or [f"… > {thesaurus.name(one)}" for one in thesaurus.broader[row].tolist()])
    for kind in NAME_KINDS:
        names = [n for n in concept.names if n.kind == kind and n.text != concept.name(thesaurus.language)]
        yield from _entry(kind, _by_language(names, thesaurus))
    for kind in dict.fromkeys(note.kind for note in concept.notes):
        notes = [note for note in concept.notes if note.kind == kind]
        yield from _entry("note" if kind == "general" else kind, _by_language(notes, thesaurus))
    related = in_order(thesaurus, thesaurus.related[row].tolist())
    yield from _entry("related", [thesaurus.name(one) for one in related])
    for kind in dict.fromkeys(match.kind for match in concept.matches):
        yield from _entry(f"{kind} match", concept.matches_of(kind))
    lines = list(tree(thesaurus, [row], depth))[1:]
    yield from _entry("narrower", lines)


def _by_language(texts: "Iterable[Name | Note]", thesaurus: "Thesaurus") -> list[str]:
    """Return one line a language, the working language first and unmarked."""
    groups: dict[str, list[str]] = {}

    def elsewhere(text: "Name | Note") -> bool:
        return text.language != thesaurus.language

    for text in sorted(texts, key=elsewhere):
        groups.setdefault(text.language, []).append(" ".join(text.text.split()))
    marks = {tag: f"[{tag}] " if tag and tag != thesaurus.language else "" for tag in groups}
    return [marks[tag] + "; ".join(found) for tag, found in groups.items()]


def _entry(key: str, values: Sequence[str]) -> Iterator[str]:
    """Iterate the lines of an entry; long ones are folded for a terminal, and left whole for a pipe."""
    width = max(40, get_terminal_size().columns - _KEY_WIDTH - 4) if sys.stdout.isatty() else None
    lines = [line for value in values for line in (wrap(value, width) if width else [value])]
    for position, line in enumerate(lines):
        yield f"  {key if position == 0 else '':<{_KEY_WIDTH}}  {line}"
