"""Concept: one unit of a thesaurus, with its names in several languages and its links to others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

NAME_KINDS = ("preferred", "alternative", "hidden")
NOTE_KINDS = ("definition", "scope", "example", "change", "history", "editorial", "general")
MATCH_KINDS = ("exact", "close", "broad", "narrow", "related")


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a concept; `kind` is one of NAME_KINDS, `language` a lower-case tag ("en", "en-gb") or ""."""

    text: str
    kind: str = "preferred"
    language: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A text about a concept; `kind` is one of NOTE_KINDS."""

    text: str
    kind: str = "definition"
    language: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A link to a concept of another thesaurus; `kind` is one of MATCH_KINDS."""

    uri: str
    kind: str = "exact"


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept, as its source has it: links may name concepts that the thesaurus lacks.

    Attributes
    ----------
    id
        A URI, a UUID or any other identifier.
    names, notes
        In the order of the source; several languages side by side.
    broader, related
        Ids of concepts of the same thesaurus. Narrower concepts are found by their own `broader`.
    notations
        Codes of a classification ("68T07", "61.3").
    matches
        Concepts of other thesauri.
    types
        Classes besides skos:Concept, as URIs.
    replaced_by
        Ids of what to use instead, where the concept is deprecated.
    deprecated
        No longer to be assigned.
    top
        The source declares it a top concept.
    """

    id: str
    names: tuple[Name, ...] = ()
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    notations: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    matches: tuple[Match, ...] = ()
    types: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    deprecated: bool = False
    top: bool = False

    def name(self, language: str = "") -> str:
        """Return the preferred name in `language` or, failing that, in the next best one; the id if there is none."""
        found = _best([n for n in self.names if n.kind == "preferred"], language)
        return found.text if found else self.id

    def names_of(self, *kinds: str, language: str | None = None) -> tuple[str, ...]:
        """Return the names of these kinds (none given: all), in one language or (None) in all, without repeats."""
        wanted = kinds or NAME_KINDS
        every = (n for n in self.names if n.kind in wanted and (language is None or _fits(n.language, language)))
        return tuple(dict.fromkeys(n.text for n in every))

    def note(self, kind: str = "definition", language: str = "") -> str:
        """Return the first note of a kind in `language` or, failing that, in the next best one; "" if there is none."""
        found = _best([n for n in self.notes if n.kind == kind], language)
        return found.text if found else ""

    def matches_of(self, kind: str) -> tuple[str, ...]:
        """Return the URIs of the matches of one kind."""
        return tuple(match.uri for match in self.matches if match.kind == kind)


def main_language(tag: str) -> str:
    """Return the language of which a tag names a variety: "en" of "en-gb"."""
    return tag.partition("-")[0]


class _InLanguage(Protocol):
    @property
    def language(self) -> str: ...


Text = TypeVar("Text", bound=_InLanguage)


def _fits(found: str, wanted: str) -> bool:
    """Tell whether a text tagged `found` may stand for one in `wanted`: "en-gb" may for "en", and "" for any."""
    return not found or found == wanted or main_language(found) == main_language(wanted)


def _best(texts: Sequence[Text], language: str) -> Text | None:
    """Return the first text in exactly `language`, else in a variety of it, else without a language, else any."""
    if len(texts) < 2:
        return texts[0] if texts else None
    main = main_language(language)
    return min(texts, key=lambda t: (t.language != language, main_language(t.language) != main, bool(t.language)))
