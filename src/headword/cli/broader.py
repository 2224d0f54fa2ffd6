"""What train and suggest are told of broader and nearby concepts: options, the map learnt, the answers shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headword.cli.hierarchy import hierarchy_for
from headword.cli.output import counted, tell
from headword.cli.reading import Columns, only_annotated, read_corpus
from headword.core.errors import RecipeError

if TYPE_CHECKING:
    from headword.core.corpus import Corpus
    from headword.core.labels import LabelSpace
    from headword.core.scores import Suggestions
    from headword.decisions.backoff import BackedOff, BackOff
    from headword.decisions.frechet import Frechet
    from headword.tagger import Tagger
    from headword.thesaurus.hierarchy import Hierarchy
    from headword.thesaurus.thesaurus import Thesaurus as ThesaurusOfLabels

_PANEL = "Broader concepts"

Thesaurus = Annotated[
    str | None,
    typer.Option(
        "--thesaurus",
        metavar="FILE",
        help="The thesaurus to back off in; in-labels: what labels say themselves (A > B > C, 68T07, I.2.7, cs.CL).",
        rich_help_panel=_PANEL,
    ),
]
Threshold = Annotated[
    float | None,
    typer.Option(
        "--back-off",
        metavar="P",
        help="Choose labels of at least this probability; where none is, the narrowest broader concept that has it.",
        rich_help_panel=_PANEL,
    ),
]
Nearby = Annotated[
    int | None,
    typer.Option(
        "--nearby",
        metavar="N",
        min=1,
        help="Tell the N concepts of the thesaurus without training documents that lie nearest to what is probable.",
        rich_help_panel=_PANEL,
    ),
]
CalibrateOn = Annotated[
    str | None,
    typer.Option(
        metavar="DATA",
        help="Learn how probable broader concepts are from these documents, which have labels and were not trained on.",
        rich_help_panel=_PANEL,
    ),
]
Closure = Annotated[
    bool, typer.Option("--closure", help="Add everything broader in the thesaurus to the labels of each document.")
]


@dataclass(frozen=True, eq=False)
class Broader:
    """What is done in a thesaurus with the suggestions of a model: back off, look around for `n_nearby` concepts."""

    back_off: "BackOff | None"
    frechet: "Frechet | None"
    n_nearby: int

    def answer(
        self, suggestions: "Suggestions", beside: list[dict[str, Any]]
    ) -> "tuple[Suggestions, list[dict[str, Any]]]":
        """Return the suggestions as decided, and what there is to say beside those of each document."""
        answers = suggestions
        if self.back_off is not None:
            found = self.back_off.apply(suggestions)
            answers, beside = found.suggestions, _of_documents(found)
        if self.frechet is not None:
            names = self.frechet.hierarchy.node_names(self.frechet.written_as)
            for one, ranked in zip(beside, self.frechet.rank(suggestions, self.n_nearby), strict=True):
                one["nearby"] = [{"label": names[node], "score": float(f"{score:.4g}")} for node, score in ranked]
        return answers, beside


def require_together(thesaurus: str | None, threshold: float | None, nearby: int | None, calibrate: str | None) -> None:
    """Refuse options that do nothing without others."""
    if (thesaurus is None) != (threshold is None and nearby is None):
        raise RecipeError("--thesaurus FILE goes together with --back-off P or --nearby N: in it they look around")
    if calibrate is not None and threshold is None:
        raise RecipeError("--calibrate-on is for --back-off")


def broader_for(
    tagger: "Tagger",
    file: str,
    threshold: float | None,
    nearby: int | None,
    calibrate_on: str | None,
    columns: Columns,
    quiet: bool,
) -> Broader:
    """Return what is to be done in a thesaurus."""
    hierarchy = hierarchy_for(file, tagger.label_space, quiet)
    frechet = decision = None
    if nearby is not None:
        from headword.decisions.frechet import Frechet

        frechet = Frechet(hierarchy, tagger.train_support, written_as=_written_as(tagger.label_space))
    if threshold is not None:
        decision = _back_off(tagger, hierarchy, threshold, calibrate_on, columns, quiet)
    return Broader(decision, frechet, nearby or 0)


def _back_off(
    tagger: "Tagger", hierarchy: "Hierarchy", threshold: float, calibrate_on: str | None, columns: Columns, quiet: bool
) -> "BackOff":
    """Return the decision, with the map learnt from `calibrate_on`, else in training, else the one without learning."""
    from headword.decisions.backoff import BackOff
    from headword.decisions.closure import ClosureMap
    from headword.tagger.trust import closed

    trust = tagger.trust
    if calibrate_on is not None:
        given = only_annotated(read_corpus(calibrate_on, columns, quiet), "back-off", quiet)
        trust = closed(trust, hierarchy, (tagger.suggest(given), given))
    if trust.closure is None:
        tell(
            "the model was trained without a thesaurus: probabilities of broader concepts are a guess; "
            "train with --thesaurus, or give --calibrate-on DATA",
            quiet,
        )
    closure = trust.closure or ClosureMap()
    return BackOff(hierarchy, closure, threshold, written_as=_written_as(tagger.label_space))


def learn_closure(tagger: "Tagger", thesaurus: "ThesaurusOfLabels") -> None:
    """Let a tagger that was fitted just now learn how probable broader concepts are."""
    from headword.tagger.trust import closed
    from headword.thesaurus.hierarchy import hierarchy_of

    held = tagger.held
    hierarchy = hierarchy_of(tagger.label_space, thesaurus, None if held is None else held.corpus)
    tagger.trust = closed(tagger.trust, hierarchy, held)


def require_thesaurus(closure: bool, thesaurus: str | None) -> None:
    """Refuse --closure without a thesaurus."""
    if closure and thesaurus is None:
        raise RecipeError("--closure adds what is broader in a thesaurus: name it with --thesaurus FILE")


def with_broader(corpus: "Corpus", thesaurus: "ThesaurusOfLabels", quiet: bool) -> "Corpus":
    """Return the corpus with everything broader among the labels of each document, and tell how much that is."""
    from headword.thesaurus.hierarchy import hierarchy_of
    from headword.thesaurus.relabel import relabel

    hierarchy = hierarchy_of(corpus.label_space, thesaurus, corpus)
    widened, _ = relabel(corpus, hierarchy.broader_labels(_written_as(corpus.label_space)))
    n_new = len(set(widened.label_space.names) - set(corpus.label_space.names))
    n_added = widened.targets.nnz - corpus.targets.nnz
    tell(f"broader concepts were added: {counted(n_added, 'assignment')}, {counted(n_new, 'new label')}", quiet)
    return widened


def _written_as(space: "LabelSpace") -> str:
    """Tell how to write concepts that are no label: as labels are written."""
    return "path" if any(" > " in name for name in space.names) else "name"


def _of_documents(found: "BackedOff") -> list[dict[str, Any]]:
    """Return, for each document, what labels its broader concepts stand for, as plain data."""
    out: list[dict[str, Any]] = [{"backed_off": {}} for _ in range(len(found.suggestions))]
    for (document, label), below in found.below.items():
        some = [{"label": name, "probability": float(f"{p:.7g}")} for name, p in below]
        out[document]["backed_off"][label] = some
    return out


def lines(beside: dict[str, Any]) -> Iterator[str]:
    """Yield lines for people about broader and nearby concepts of a document."""
    for label, below in beside.get("backed_off", {}).items():
        some = ", ".join(f"{one['label']} {one['probability']:.1%}" for one in below)
        yield f"    {label}: this or something narrower, such as {some}"
    if beside.get("nearby"):
        yield "    nearby, without training documents: " + "; ".join(one["label"] for one in beside["nearby"])
