"""What a tagger knows of its suggestions beside their probabilities: a guarantee, bands, and how to back off."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from headword.core import stored
from headword.core.corpus import Corpus
from headword.core.errors import DataError, NotFittedError, RecipeError
from headword.core.scores import Suggestions
from headword.decisions.bands import Bands
from headword.decisions.closure import ClosureMap
from headword.decisions.guarantee import BY_LABEL, Guarantee, group_values, parse_goal
from headword.tagger.held_out import HeldOut

if TYPE_CHECKING:
    from headword.thesaurus.hierarchy import Hierarchy

_GUARANTEE, _BANDS, _CLOSURE = "guarantee.", "bands=", "closure."


@dataclass(frozen=True, eq=False)
class Trust:
    """The promises of a tagger, None for those it does not make.

    `closure` tells how probable broader concepts are, and marks nothing by itself: see `decisions.backoff`.
    """

    guarantee: Guarantee | None = None
    bands: Bands | None = None
    closure: ClosureMap | None = None

    def mark(self, suggestions: Suggestions, corpus: Corpus) -> Suggestions:
        """Return all suggestions for the documents of `corpus` with their sets and bands."""
        if self.guarantee is not None:
            in_set, holds = self.guarantee.inside(suggestions, corpus)
            suggestions = replace(suggestions, in_set=in_set, holds=holds)
        if self.bands is not None:
            bands, automatic = self.bands.mark(suggestions)
            suggestions = replace(suggestions, bands=bands, automatic=automatic)
        return suggestions

    def manifest(self) -> dict[str, Any]:
        """Return what the manifest of a bundle says of it."""
        parts = {"guarantee": self.guarantee, "bands": self.bands}
        return {name: part.manifest() for name, part in parts.items() if part is not None}

    def state(self) -> dict[str, Any]:
        """Return arrays and lists of strings by name."""
        parts = {_GUARANTEE: self.guarantee, _CLOSURE: self.closure}
        kept = {prefix: part.state() for prefix, part in parts.items() if part is not None}
        return {f"{prefix}{name}": array for prefix, state in kept.items() for name, array in state.items()}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], manifest: Mapping[str, Any], n_labels: int) -> "Trust":
        """Rebuild from `state()` and `manifest()`, which may come from anybody; a DataError if they do not fit."""
        guarantee = bands = None
        inside = stored.inside(state, _GUARANTEE)
        if inside and "guarantee" not in manifest:
            raise DataError("there are thresholds of a guarantee, but the manifest says of none")
        with stored.part("guarantee"):
            if "guarantee" in manifest:
                guarantee = Guarantee.from_state(inside, stored.entry(manifest, "guarantee", dict), n_labels)
        with stored.part("bands"):
            if "bands" in manifest:
                bands = Bands.from_manifest(stored.entry(manifest, "bands", dict))
        inside = stored.inside(state, _CLOSURE)
        with stored.part("closure"):
            closure = ClosureMap.from_state(inside) if inside else None
        return cls(guarantee, bands, closure)


def closed(trust: Trust, hierarchy: "Hierarchy", source: tuple[Suggestions, Corpus] | HeldOut | None) -> Trust:
    """Return `trust` with what `source` teaches of broader concepts; `source` as in `promised`."""
    from headword.decisions.closure import fit_closure

    suggestions, corpus = _judged(source)
    return replace(trust, closure=fit_closure(suggestions, corpus, hierarchy))


def promised(trust: Trust, goal: str, by: str | None, source: tuple[Suggestions, Corpus] | HeldOut | None) -> Trust:
    """Return `trust` with one more promise: recall=, precision=, labelset= or bands= a level.

    Parameters
    ----------
    source
        Suggestions for documents that nothing was learnt from, and these documents; or what fitting held out.
    """
    # What only making a promise needs is imported here, so that a loaded tagger answers sooner.
    from headword.decisions.judged import Judged
    from headword.decisions.promising import fit_guarantee

    suggestions, corpus = _judged(source)
    split = "cross-fit" if isinstance(source, HeldOut) else "exact"
    if goal.startswith(_BANDS):
        _, level = parse_goal(goal.replace(_BANDS, "precision=", 1))
        if by is not None:
            raise RecipeError("bands are the same for all documents and labels: they take no field")
        return replace(trust, bands=banded(suggestions, corpus, level, level, split))
    kind, level = parse_goal(goal)
    values = None if by in (None, BY_LABEL) else group_values(corpus, str(by))
    judged = Judged.of(suggestions, corpus)
    guarantee = fit_guarantee(judged, suggestions.label_space, kind, level, split=split, by=by, values=values)
    return replace(trust, guarantee=guarantee)


def banded(suggestions: Suggestions, corpus: Corpus, precision: float, recall: float, split: str) -> Bands:
    """Make bands, see `decisions.bands.fit_bands`."""
    from headword.decisions.bands import fit_bands
    from headword.decisions.judged import Judged

    return fit_bands(Judged.of(suggestions, corpus), precision=precision, recall=recall, split=split)


def _judged(source: tuple[Suggestions, Corpus] | HeldOut | None) -> tuple[Suggestions, Corpus]:
    if source is None:
        raise NotFittedError("a loaded tagger keeps no held-out documents: give documents that it did not learn from")
    return (source.suggestions, source.corpus) if isinstance(source, HeldOut) else source
