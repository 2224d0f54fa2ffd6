"""Explanation: what a reader is told about the suggestions for one document."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from headword.core.scores import Suggestion

_TERMS_SHOWN = 6
_NEIGHBORS_SHOWN = 3


@dataclass(frozen=True)
class Span:
    """Where a term stands: characters `start` to `end` (exclusive) of `field`, `title` or `abstract`, as given."""

    field: str
    start: int
    end: int


@dataclass(frozen=True)
class Term:
    """A word or word pair of the document, and what it did to one label.

    Attributes
    ----------
    term
        As people read it, in lower case; `feature 17` for documents that come as numbers.
    contribution
        In log odds: the sum over members of the member's weight times `by_member`. Above 0 it spoke for the label,
        below 0 against it.
    by_member
        Member -> what the term added to its score, exactly: the sum over the features that belong to the term.
    spans
        Where it stands in the document; none for numbers.
    """

    term: str
    contribution: float
    by_member: Mapping[str, float]
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Step:
    """A choice on the way to a label, where a member scores only the labels that it finds the way to.

    Attributes
    ----------
    score, bias
        Of the group of labels that the label is in, and what it would be without any term.
    terms
        Term -> what it added, the strongest ones that led there.
    """

    score: float
    bias: float
    terms: Mapping[str, float]


@dataclass(frozen=True)
class Member:
    """What one member of the ensemble thinks of a label for this document, and what the fusion made of it.

    Attributes
    ----------
    name
        The scorer's name in the recipe, or `stack` for the layer that weighs labels against one another.
    score
        Its score, unbounded; scales differ between kinds of members.
    rank
        The label's place in the member's own order, 1 the best: among all labels, or the candidates for `stack`.
    bias
        Its score without any term, so that bias plus all contributions is the score; None if it cannot tell.
    effect
        What its opinion added to the log odds: the Shapley value among all members.
    weight
        How far the log odds fall a unit, if its score loses all that speaks for the label; None without terms.
    route
        The choices on the way to the label, the first one first; none for a member that scores all labels.
    """

    name: str
    score: float
    rank: int
    bias: float | None = None
    effect: float = 0.0
    weight: float | None = None
    route: tuple[Step, ...] = ()


@dataclass(frozen=True)
class SharedTerm:
    """A term that two documents share, and the part of their cosine that it makes."""

    term: str
    share: float


@dataclass(frozen=True)
class Neighbor:
    """A training document close to this one.

    Attributes
    ----------
    id, title
        Its id, and the beginning of its title or text.
    cosine
        Of the two documents' vectors, in (0, 1].
    carries
        Whether it has the label.
    shared
        The terms that made it near, the strongest first; all of them sum to the cosine.
    """

    id: str
    title: str
    cosine: float
    carries: bool
    shared: tuple[SharedTerm, ...] = ()


@dataclass(frozen=True)
class Match:
    """A name of the label that stands in the document.

    Attributes
    ----------
    name
        Its words as they first stand there, folded, in order of appearance.
    evidence
        Kind of evidence -> what it added to the score of the member that looks for names.
    spans
        Where its words stand.
    """

    name: str
    evidence: Mapping[str, float]
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Reasons:
    """A suggestion and what speaks for and against it.

    Attributes
    ----------
    terms_for, terms_against
        Strongest first.
    members
        In the order of the recipe.
    neighbors
        The nearest training documents, nearest first; and the nearest one that carries the label, if it is none of
        them. Empty if no member looks for neighbours.
    prior
        The log odds if no member had an opinion: this plus all effects of members is the suggestion's score.
    match
        The name of the label that stands in the document; None if none does, or no member looks for names.
    """

    suggestion: Suggestion
    terms_for: tuple[Term, ...]
    terms_against: tuple[Term, ...]
    members: tuple[Member, ...]
    neighbors: tuple[Neighbor, ...]
    prior: float = 0.0
    match: Match | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain data: the suggestion's own entries, then the reasons."""
        out = asdict(self)
        return {**out.pop("suggestion"), **out}

    def __str__(self) -> str:
        one = self.suggestion
        lines = [f"{one.shown}  {one.probability:.0%}{'  chosen' if one.chosen else ''}"]
        rows = {
            "for": [f"{t.term} {t.contribution:+.2f}" for t in self.terms_for[:_TERMS_SHOWN]],
            "against": [f"{t.term} {t.contribution:+.2f}" for t in self.terms_against[:_TERMS_SHOWN]],
            "members": [f"{m.name} {m.effect:+.2f} (place {m.rank:,})" for m in self.members],
        }
        lines += [f"  {name:<8} {', '.join(entries)}" for name, entries in rows.items() if entries]
        if self.match is not None:
            n = len(self.match.spans)
            lines.append(f"  {'name':<8} {self.match.name} ({n} word{'' if n == 1 else 's'} of the text)")
        lines += [f"  {head:<8} {text}" for head, text in _neighbor_lines(self.neighbors)]
        return "\n".join(lines)


@dataclass(frozen=True)
class Explanation:
    """Why these labels for this document: the reasons for each suggestion, best first.

    Attributes
    ----------
    id
        The document's.
    suggestions
        The reasons for each.
    title, abstract
        The document's texts, which the spans of terms count in.
    """

    id: str
    suggestions: tuple[Reasons, ...]
    title: str = ""
    abstract: str = ""

    def __len__(self) -> int:
        return len(self.suggestions)

    def __getitem__(self, i: int) -> Reasons:
        return self.suggestions[i]

    def of(self, label: str) -> Reasons | None:
        """Return the reasons for `label`, None if it is not among the suggestions."""
        return next((reasons for reasons in self.suggestions if reasons.suggestion.label == label), None)

    def to_json(self) -> dict[str, Any]:
        """Return plain data: `id`, and `suggestions`, each with label, probability, score, chosen and its reasons.

        Texts are not repeated: spans count the characters of title and abstract as they were given.
        """
        return {"id": self.id, "suggestions": [reasons.to_json() for reasons in self.suggestions]}

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.suggestions)) or "no suggestions"


def _neighbor_lines(neighbors: Sequence[Neighbor]) -> list[tuple[str, str]]:
    """Show the nearest few, and the nearest that carries the label."""
    shown = list(neighbors[:_NEIGHBORS_SHOWN])
    if not any(n.carries for n in shown):
        shown += [n for n in neighbors[_NEIGHBORS_SHOWN:] if n.carries][:1]
    lines = []
    for number, one in enumerate(shown):
        mark = "has it" if one.carries else "lacks it"
        lines.append(("nearest" if number == 0 else "", f"{mark:<8} {one.cosine:.2f}  {one.id}  {one.title}".rstrip()))
    return lines
