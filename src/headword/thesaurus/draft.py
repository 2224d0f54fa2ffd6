"""Draft: a thesaurus while it is read; records may come in any order and concern one concept several times."""

from dataclasses import dataclass, field

from headword.core.errors import DataError
from headword.thesaurus.concept import Concept, Match, Name, Note
from headword.thesaurus.findings import Finding
from headword.thesaurus.thesaurus import Thesaurus


@dataclass(slots=True)
class ConceptDraft:
    """What is known of one concept so far; see Concept."""

    id: str
    names: list[Name] = field(default_factory=list)
    broader: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    notations: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    replaced_by: list[str] = field(default_factory=list)
    deprecated: bool = False
    top: bool = False

    def finished(self) -> Concept:
        """Return the concept, repeats left out."""
        return Concept(
            self.id,
            tuple(dict.fromkeys(self.names)),
            tuple(dict.fromkeys(self.broader)),
            tuple(dict.fromkeys(self.related)),
            tuple(dict.fromkeys(self.notations)),
            tuple(dict.fromkeys(self.notes)),
            tuple(dict.fromkeys(self.matches)),
            tuple(dict.fromkeys(self.types)),
            tuple(dict.fromkeys(self.replaced_by)),
            self.deprecated,
            self.top,
        )


@dataclass(slots=True)
class Draft:
    """A thesaurus while it is read."""

    title: str = ""
    version: str = ""
    concepts: dict[str, ConceptDraft] = field(default_factory=dict)
    narrower: list[tuple[str, str]] = field(default_factory=list)
    defects: list[Finding] = field(default_factory=list)

    def concept(self, concept_id: str) -> ConceptDraft:
        """Return the draft of a concept, a new one where there is none yet."""
        found = self.concepts.get(concept_id)
        if found is None:
            found = self.concepts[concept_id] = ConceptDraft(concept_id)
        return found

    def finished(self, source: str) -> Thesaurus:
        """Return the thesaurus; links to narrower concepts become links of these to broader ones.

        Raises
        ------
        DataError
            If there is no concept at all.
        """
        if not self.concepts:
            raise DataError(f"{source} holds no concepts")
        for parent, child in dict.fromkeys(self.narrower):
            found = self.concepts.get(child)
            if found is not None:
                found.broader.append(parent)
            else:
                message = f"{parent!r} has the narrower concept {child!r}, which is not in the thesaurus"
                self.defects.append(Finding("dangling link", (parent, child), message))
        return Thesaurus(
            tuple(concept.finished() for concept in self.concepts.values()),
            title=self.title,
            version=self.version,
            defects=tuple(self.defects),
        )
