"""headword compare: is one model better than another, on the same documents."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headword.cli import options
from headword.cli.evaluation_files import learnt_from_these, made_by
from headword.cli.output import printable, require_writable, show_table, tell, write_json
from headword.cli.reading import Columns, only_annotated, parts_of, read_corpus, rows_marked

if TYPE_CHECKING:
    import numpy as np

    from headword.core.corpus import Corpus
    from headword.evaluation.comparison import Comparison

A = Annotated[str, typer.Argument(metavar="A", help="A bundle, such as the one in use.")]
B = Annotated[str, typer.Argument(metavar="B", help="Another bundle, such as the one that may replace it.")]
Part = Annotated[str, typer.Option(metavar="PART,…", help="Rows to judge by, by their split field.")]
SharedLabels = Annotated[bool, typer.Option("--shared-labels", help="Judge only by the labels that both models know.")]
Group = Annotated[
    str | None,
    typer.Option(
        "--group", metavar="FIELD", help="Documents with one value of FIELD belong together, as near-duplicates do."
    ),
]
Resamples = Annotated[
    int, typer.Option("--resamples", metavar="N", min=1000, help="Resamples behind intervals and p-values.")
]


def compare(
    a: A,
    b: B,
    data: options.Data,
    part: Part = "test",
    shared_labels: SharedLabels = False,
    group: Group = None,
    resamples: Resamples = 2000,
    empty_labels: options.EmptyLabels = "unannotated",
    title: options.Title = None,
    abstract: options.Abstract = None,
    labels: options.Labels = None,
    id: options.Id = None,
    format: options.Format = None,
    seed: options.Seed = 0,
    html: options.Html = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Tell whether one model is better than another on documents whose labels are known, or merely luckier.

    Differences (B minus A) have 95% intervals from the paired bootstrap and p-values from a randomisation test,
    corrected over all metrics; labels won and lost have exact tests, with at most 5% of them expected to be false.
    Near-duplicates, which are right or wrong together, count as one piece of evidence. Neither model may have learnt
    from these documents.
    """
    require_writable(json, html)
    wanted = parts_of(part)
    from headword.evaluation.comparison import compare as compared
    from headword.tagger import Tagger

    first, second = Tagger.load(a), Tagger.load(b)
    taggers = {"A": first, "B": second}
    corpus = rows_marked(read_corpus(data, Columns(title, abstract, labels, id, format), quiet), wanted, quiet)
    judged = only_annotated(corpus, "a comparison", quiet, empty_labels)
    groups = groups_of(judged, group, seed)
    found = compared(
        first, second, judged, shared_labels=shared_labels, groups=groups, n_resamples=resamples, seed=seed
    )
    warnings = learnt_from_these(taggers, judged)
    if json is not None or html is not None:
        command = f"headword compare {a} {b} {data} --part {','.join(wanted)}{' --shared-labels' * shared_labels}"
        command += f" --group {group}" if group is not None else ""
        made = made_by(command, {"A": a, "B": b}, judged, taggers)
        write_json(
            json,
            {"a": a, "b": b, "data": data, "part": list(wanted), **found.to_json(), "made": made, "warnings": warnings},
        )
        if html is not None:
            from headword.evaluation.comparison_page import comparison_page
            from headword.pages import write_page

            write_page(html, comparison_page(found, a=Path(a).name, b=Path(b).name, made=made, warnings=warnings))
            tell(f"wrote {html}", quiet)
    if json != "-":
        show_comparison(found)
    for warning in warnings:
        tell(f"! {warning}")


def groups_of(corpus: "Corpus", field: str | None, seed: int) -> "np.ndarray":
    """Return the group of each document, int64 (n_docs,): near-duplicates, and those with one value of `field`."""
    import numpy as np

    from headword.cleaning.near_duplicates import near_duplicate_groups
    from headword.splits.groups import field_groups, join_groups

    found = np.arange(len(corpus)) if corpus.features is not None else near_duplicate_groups(corpus, seed=seed)
    return found if field is None else join_groups(found, field_groups(corpus, field))


def show_comparison(found: "Comparison") -> None:
    """Print the metrics with their tests, and the verdict."""
    from headword.evaluation.comparison_page import spaces_text, verdict
    from headword.pages.figures import fraction, interval, p_value, signed

    rows = [
        (
            row.metric, fraction(row.a, 4), fraction(row.b, 4), signed(row.difference, 4),
            interval(row.low, row.high, 4), p_value(row.p), p_value(row.p_holm),
        )
        for row in found.metrics
    ]  # fmt: skip
    title = f"{found.n_docs:,} documents ({found.conventions['n_groups']:,} independent), {found.n_labels:,} labels"
    show_table(["metric", "A", "B", "B − A", "95% interval", "p", "p, corrected"], rows, title=title)
    for line in verdict(found, "A", "B"):
        typer.echo(printable(line))
    if spaces := spaces_text(found, "A", "B"):
        typer.echo(printable(f"! {spaces}"))
