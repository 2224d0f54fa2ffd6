"""What train and suggest are told of broader concepts: options, the map learnt, the answers shown."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headword.cli.hierarchy import hierarchy_for
from headword.cli.output import counted, tell
from headword.cli.reading import Columns, only_annotated, read_corpus
from headword.core.errors import RecipeError

if TYPE_CHECKING:
    from headword.core.corpus import Corpus
    from headword.core.labels import LabelSpace
    from headword.decisions.backoff import BackedOff, BackOff
    from headword.tagger import Tagger
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


def require_together(thesaurus: str | None, threshold: float | None, calibrate_on: str | None) -> None:
    """Refuse options that do nothing without others."""
    if (thesaurus is None) != (threshold is None):
        raise RecipeError(
            "--back-off P and --thesaurus FILE go together: one tells how sure, the other what is broader"
        )
    if calibrate_on is not None and threshold is None:
        raise RecipeError("--calibrate-on is for --back-off")


def back_off_for(
    tagger: "Tagger", file: str, threshold: float, calibrate_on: str | None, columns: Columns, quiet: bool
) -> "BackOff":
    """Return the decision, with the map learnt from `calibrate_on`, else in training, else the one without learning."""
    from headword.decisions.backoff import BackOff
    from headword.decisions.closure import ClosureMap
    from headword.tagger.trust import closed

    hierarchy = hierarchy_for(file, tagger.label_space, quiet)
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


def of_documents(found: "BackedOff") -> list[dict[str, Any]]:
    """Return, for each document, what labels its broader concepts stand for, as plain data."""
    out: list[dict[str, Any]] = [{"backed_off": {}} for _ in range(len(found.suggestions))]
    for (document, label), below in found.below.items():
        some = [{"label": name, "probability": float(f"{p:.7g}")} for name, p in below]
        out[document]["backed_off"][label] = some
    return out


def lines(beside: dict[str, Any]) -> Iterator[str]:
    """Yield lines for people about the broader concepts of a document."""
    for label, below in beside.get("backed_off", {}).items():
        some = ", ".join(f"{one['label']} {one['probability']:.1%}" for one in below)
        yield f"    {label}: this or something narrower, such as {some}"
