"""Explanation: what a reader is told about the suggestions for one document."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from headword.core.scores import Suggestion

_TERMS_SHOWN = 6
_NEIGHBORS_SHOWN = 3


@dataclass(frozen=True)
class Term:
    """A word or word pair of the document, and what it did to one label's linear scores.

    Attributes
    ----------
    term
        As people read it, in lower case; `feature 17` for documents that come as numbers.
    contribution
        The sum of `by_member`; above 0 it spoke for the label, below 0 against it.
    by_member
        Linear member -> feature value times weight, summed over the features that belong to the term.
    """

    term: str
    contribution: float
    by_member: Mapping[str, float]


@dataclass(frozen=True)
class Member:
    """What one member of the ensemble thinks of a label for this document.

    Attributes
    ----------
    name
        The scorer's name in the recipe, or `stack` for the layer that weighs labels against one another.
    score
        Its score, unbounded; scales differ between kinds of members.
    rank
        The label's place in the member's own order, 1 the best: among all labels, or the candidates for `stack`.
    bias
        Of a linear member: its score without any term, so that bias plus all contributions is the score; else None.
    """

    name: str
    score: float
    rank: int
    bias: float | None = None


@dataclass(frozen=True)
class Neighbor:
    """A training document close to this one: cosine of their word vectors in (0, 1], and whether it has the label."""

    id: str
    title: str
    cosine: float
    carries: bool


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
    """

    suggestion: Suggestion
    terms_for: tuple[Term, ...]
    terms_against: tuple[Term, ...]
    members: tuple[Member, ...]
    neighbors: tuple[Neighbor, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain data: the suggestion's own entries, then the reasons."""
        out = asdict(self)
        return {**out.pop("suggestion"), **out}

    def __str__(self) -> str:
        one = self.suggestion
        lines = [f"{one.label}  {one.probability:.0%}{'  chosen' if one.chosen else ''}"]
        rows = {
            "for": [f"{t.term} {t.contribution:+.2f}" for t in self.terms_for[:_TERMS_SHOWN]],
            "against": [f"{t.term} {t.contribution:+.2f}" for t in self.terms_against[:_TERMS_SHOWN]],
            "members": [f"{m.name} {m.score:+.2f} (place {m.rank:,})" for m in self.members],
        }
        lines += [f"  {name:<8} {', '.join(entries)}" for name, entries in rows.items() if entries]
        lines += [f"  {head:<8} {text}" for head, text in _neighbor_lines(self.neighbors)]
        return "\n".join(lines)


@dataclass(frozen=True)
class Explanation:
    """Why these labels for this document: the reasons for each suggestion, best first."""

    id: str
    suggestions: tuple[Reasons, ...]

    def __len__(self) -> int:
        return len(self.suggestions)

    def __getitem__(self, i: int) -> Reasons:
        return self.suggestions[i]

    def of(self, label: str) -> Reasons | None:
        """Return the reasons for `label`, None if it is not among the suggestions."""
        return next((reasons for reasons in self.suggestions if reasons.suggestion.label == label), None)

    def to_json(self) -> dict[str, Any]:
        """Return plain data: `id`, and `suggestions`, each with label, probability, score, chosen and its reasons."""
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
