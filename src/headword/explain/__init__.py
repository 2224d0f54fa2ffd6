"""Why this heading: terms that spoke for and against it, the members' opinions, the nearest training documents."""

from headword.explain.explanation import Explanation, Match, Member, Neighbor, Reasons, SharedTerm, Span, Step, Term
from headword.explain.reasons import explain_document
from headword.explain.training import TrainingDocuments

__all__ = [
    "Explanation",
    "Match",
    "Member",
    "Neighbor",
    "Reasons",
    "SharedTerm",
    "Span",
    "Step",
    "Term",
    "TrainingDocuments",
    "explain_document",
]
