"""headword evaluate: how good a model is on documents whose labels are known."""

from typing import TYPE_CHECKING, Annotated

import typer

from headword.cli import options
from headword.cli.evaluation_files import details_of, learnt_from_these, made_by, write_evaluation_page
from headword.cli.guarantee import audited
from headword.cli.hierarchy import ThesaurusFile, hierarchy_for, interval, show_hierarchy
from headword.cli.output import require_writable, show_table, tell, write_json
from headword.cli.reading import Columns, only_annotated, parts_of, read_corpus, rows_marked

if TYPE_CHECKING:
    from headword.evaluation.report import Report

Part = Annotated[str, typer.Option(metavar="PART,…", help="Rows to judge by, by their split field.")]
PerLabel = Annotated[
    str | None, typer.Option("--per-label", metavar="FILE", help="Write a table of every label, .csv or .tsv.")
]

SHOWN = ("p@1", "p@3", "p@5", "r@5", "ndcg@5", "psp@5", "micro_f1", "macro_f1", "samples_f1", "subset_accuracy", "ece")


def evaluate(
    model: options.Model,
    data: options.Data,
    part: Part = "test",
    per_label: PerLabel = None,
    thesaurus: ThesaurusFile = None,
    empty_labels: options.EmptyLabels = "unannotated",
    title: options.Title = None,
    abstract: options.Abstract = None,
    labels: options.Labels = None,
    id: options.Id = None,
    format: options.Format = None,
    html: options.Html = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Measure a model on documents whose labels are known, beside three baselines, with 95% intervals.

    Uses the rows whose split field is test (testing, eval); without a split field all rows. A label that training never
    saw counts as missed. All figures are fractions; the F1s are of the chosen labels. With --thesaurus a second table
    tells how near the chosen labels are to the true ones there; it changes nothing in the first.
    """
    require_writable(json, per_label, html)
    wanted = parts_of(part)
    from headword.tagger import Tagger

    tagger = Tagger.load(model)
    corpus = rows_marked(read_corpus(data, Columns(title, abstract, labels, id, format), quiet), wanted, quiet)
    judged = only_annotated(corpus, "an evaluation", quiet, empty_labels)
    report = tagger.evaluate(judged)
    warnings = learnt_from_these({"the model": tagger}, judged)
    if json != "-":
        show_report(report)
    beside: dict[str, object] = {
        "model": model,
        "data": data,
        "part": list(wanted),
        "n_unannotated": len(corpus) - len(judged),
    }
    if tagger.trust.guarantee is not None:
        beside["guarantee"] = audited(tagger, judged, quiet)
    near = None
    if thesaurus is not None:
        from headword.evaluation.hierarchy import evaluate_hierarchy

        hierarchy = hierarchy_for(thesaurus, report.aligned.label_space, quiet, judged)
        near = evaluate_hierarchy(report.aligned, hierarchy, seed=tagger.seed)
        if json != "-":
            show_hierarchy(near)
        beside["hierarchy"] = {"thesaurus": thesaurus, **near.to_json()}
    if json is not None or html is not None:
        command = f"headword evaluate {model} {data} --part {','.join(wanted)}"
        made = made_by(command, {"model": model}, judged, {"model": tagger})
        found = details_of(report, judged)
        write_json(json, {**report.to_json(), **found.to_json(), **beside, "made": made, "warnings": warnings})
        if html is not None:
            write_evaluation_page(
                html, report, found, tagger, judged, model=model, made=made, hierarchy=near, warnings=warnings
            )
            tell(f"wrote {html}", quiet)
    for warning in warnings:
        tell(f"! {warning}")
    if per_label is not None:
        from headword.evaluation import write_table

        write_table(report.per_label(), per_label)
        tell(f"wrote {report.n_labels:,} labels to {per_label}", quiet)


def show_report(report: "Report") -> None:
    """Print the main figures with their intervals and the baselines'."""
    rows = [row for row in report.rows() if row.metric in SHOWN]
    names = [name.replace("_", " ") for name in report.baselines]
    table = [
        (row.metric, row.value, interval(row.low, row.high), *(row.baselines[name] for name in report.baselines))
        for row in sorted(rows, key=lambda row: SHOWN.index(row.metric))
    ]
    title = f"{report.n_docs:,} documents, {report.n_labels:,} labels"
    show_table(["metric", "model", "95% interval", *names], table, title=title)
