"""What suggest says of a document beside its suggestions: guarantee, label sets, whether it needs a human."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headword.core.corpus import Corpus
    from headword.core.scores import Suggestion, Suggestions
    from headword.tagger import Tagger

_SHOWN_SETS = 5


def of_documents(tagger: "Tagger", suggestions: "Suggestions", corpus: "Corpus") -> list[dict[str, Any]]:
    """Return what there is to say of each document, as plain data; `suggestions` are all there are."""
    out: list[dict[str, Any]] = [{} for _ in range(len(suggestions))]
    promised = tagger.trust.guarantee
    if promised is not None and suggestions.holds is not None:
        for one, holds in zip(out, suggestions.holds.tolist(), strict=True):
            one["guarantee"] = {"statement": promised.statement, "holds": holds}
        if promised.kind == "labelset":
            names = suggestions.label_space.names
            for one, found in zip(out, promised.label_sets(suggestions, corpus), strict=True):
                one["label_sets"] = {
                    "certain": [names[c] for c in found.certain],
                    "possible": [names[c] for c in found.possible],
                    "sets": [[names[c] for c in some] for some in found.sets],
                    "complete": found.complete,
                    "others": found.others,
                }
    if suggestions.automatic is not None:
        for one, automatic in zip(out, suggestions.automatic.tolist(), strict=True):
            one["automatic"] = automatic
    return out


def of_suggestion(one: "Suggestion") -> dict[str, Any]:
    """Return what there is to say of a suggestion, as plain data."""
    marks = {"in_set": one.in_set, "band": one.band}
    return {name: value for name, value in marks.items() if value is not None}


def in_words(one: "Suggestion") -> str:
    """Return what stands behind a label: its band, and whether it is in the set."""
    words = [word for word in (one.band, "in the set" if one.in_set else None) if word]
    return f"  [{', '.join(words)}]" if words else ""


def lines(beside: dict[str, Any]) -> Iterator[str]:
    """Yield lines for people about a document."""
    if "automatic" in beside:
        yield "    needs no human" if beside["automatic"] else "    to be looked at by a human"
    if "guarantee" in beside and not beside["guarantee"]["holds"]:
        yield "    the guarantee does not hold for this document"
    sets = beside.get("label_sets")
    if sets is not None:
        yield f"    label sets that cannot be ruled out{_how_many(sets)}"
        for some in sets["sets"][:_SHOWN_SETS]:
            yield "      " + ("; ".join(some) or "(no label)")


def _how_many(sets: dict[str, Any]) -> str:
    n = len(sets["sets"])
    if not n:
        return ": none conforms, look at the document"
    beyond = f", each perhaps with up to {sets['others']} unlisted labels" if sets["others"] else ""
    count = f"{n}" if sets["complete"] else f"more than {n}"
    return f" ({count}{beyond}), the most likely first:"
