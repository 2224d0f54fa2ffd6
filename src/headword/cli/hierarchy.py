"""What the commands that follow a hierarchy share: the option, the thesaurus behind it, the table."""

from typing import TYPE_CHECKING, Annotated

import typer

from headword.cli.output import show_table, tell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from headword.core.corpus import Corpus
    from headword.core.labels import LabelSpace
    from headword.evaluation.hierarchy import HierarchyReport
    from headword.thesaurus.hierarchy import Hierarchy
    from headword.thesaurus.thesaurus import Thesaurus

IN_LABELS = "in-labels"

ThesaurusFile = Annotated[
    str | None,
    typer.Option(
        "--thesaurus",
        metavar="FILE",
        help="A thesaurus with the labels; in-labels: what labels say themselves (A > B > C, 68T07, I.2.7, cs.CL).",
    ),
]
SHOWN = {
    "hierarchical_micro_f1": "micro F1 with all broader",
    "hierarchical_samples_f1": "samples F1 with all broader",
    "lca_distance_chosen": "links from chosen to true",
    "lca_distance_true": "links from true to chosen",
    "chosen_exact": "chosen: right",
    "chosen_parent": "chosen: parent of a true one",
    "chosen_child": "chosen: child of a true one",
    "chosen_sibling": "chosen: sibling of a true one",
    "true_exact": "true: chosen",
    "true_parent": "true: its parent was chosen",
    "true_child": "true: a child was chosen",
    "true_sibling": "true: a sibling was chosen",
}


def thesaurus_for(file: str, labels: "Iterable[str]", quiet: bool) -> "Thesaurus":
    """Read a thesaurus, or make the one that the labels hold."""
    if file == IN_LABELS:
        from headword.thesaurus.hierarchy import thesaurus_in_labels

        return thesaurus_in_labels(labels)
    from headword.cli.thesaurus_views import open_thesaurus

    return open_thesaurus(file, None, None, quiet)


def hierarchy_for(file: str, space: "LabelSpace", quiet: bool, corpus: "Corpus | None" = None) -> "Hierarchy":
    """Return the hierarchy of some labels and tell how many of them it has; see `hierarchy_of`."""
    from headword.thesaurus.hierarchy import hierarchy_of

    hierarchy = hierarchy_of(space, thesaurus_for(file, space.names, quiet), corpus)
    tell(
        f"{hierarchy.n_matched:,} of {len(space):,} labels are among the {len(hierarchy.thesaurus):,} concepts; "
        "headword thesaurus align tells which",
        quiet,
    )
    return hierarchy


def show_hierarchy(report: "HierarchyReport") -> None:
    """Print the main figures with their intervals and the baselines'."""
    rows = {row.metric: row for row in report.rows()}
    table = [
        (text, rows[name].value, interval(rows[name].low, rows[name].high), *rows[name].baselines.values())
        for name, text in SHOWN.items()
    ]
    names = [name.replace("_", " ") for name in report.baselines]
    title = f"in the thesaurus: {report.n_matched:,} of {report.n_labels:,} labels"
    show_table(["measure", "model", "95% interval", *names], table, title=title)


def interval(low: float | None, high: float | None) -> str:
    """Return an interval as text."""
    return "–" if low is None or high is None else f"{low:.3f} … {high:.3f}"
