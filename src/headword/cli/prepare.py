"""headword prepare: clean and split a corpus as a published system did."""

from typing import TYPE_CHECKING, Annotated

import typer

from headword.cli import options
from headword.cli.output import printable, require_table, require_writable, show_table, tell, write_json
from headword.cli.reading import Columns, read_corpus

if TYPE_CHECKING:
    from headword.preparation.prepare import Prepared
    from headword.sources.columns import ColumnChoice

Preparation = Annotated[
    str,
    typer.Argument(
        metavar="PREPARATION",
        help="keras-arxiv, nasa-gcmd, papers-with-tasks, scix-uat, or a TOML file.",
    ),
]
Output = Annotated[
    str,
    typer.Option("--output", "-o", metavar="FILE", help="Where to write: .jsonl, .csv, .tsv (.gz, .zst) or .parquet."),
]

_PROPOSALS = 30


def prepare(
    preparation: Preparation,
    data: options.Data,
    output: Output,
    title: options.Title = None,
    abstract: options.Abstract = None,
    labels: options.Labels = None,
    id: options.Id = None,
    format: options.Format = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Clean and split a corpus as a published system did, and show how many documents and labels each step leaves.

    What a preparation does stands in a short TOML file: the steps of clean, and the options of split.
    """
    require_table(output)
    require_writable(output, json)
    from headword.audit.source import carry
    from headword.preparation.prepare import prepare as prepared_with
    from headword.preparation.prepare import with_label_cells
    from headword.preparation.reader import load_preparation
    from headword.sources.writer import write
    from headword.splits.corpus_split import with_split_field

    recipe = load_preparation(preparation)
    choices: list[ColumnChoice] = []
    corpus = read_corpus(data, Columns(title, abstract, labels, id, format), quiet, choices.append)
    if recipe.label_cells is not None:
        corpus = with_label_cells(corpus, data, choices[0], recipe.label_cells, format)
    prepared = prepared_with(corpus, recipe)
    ready = prepared.corpus if prepared.split is None else with_split_field(prepared.corpus, prepared.split)
    write(ready, output)
    carry(data, output, f"headword prepare {recipe.name}")
    if json != "-":
        _show(prepared)
    told = ", ".join(f"{size:,} {part}" for part, size in prepared.sizes().items())
    tell(f"wrote {len(ready):,} documents to {output}" + (f" ({told})" if told else ""), quiet)
    if recipe.expected:
        documents, labels = (_chain(prepared, count) for count in ("n_docs", "n_labels"))
        tell(f"of the published data comes: {recipe.expected}", quiet)
        tell(f"of this corpus came: {documents} documents, {labels} labels", quiet)
    rule = None if prepared.split is None else prepared.split.rule
    beside = {"stages": prepared.stages, "rule": rule, "parts": prepared.sizes()}
    write_json(json, {"preparation": recipe.name, "data": data, "output": output, **beside})


def _chain(prepared: "Prepared", count: str) -> str:
    return " -> ".join(f"{n:,}" for n in dict.fromkeys(getattr(stage, count) for stage in prepared.stages))


def _show(prepared: "Prepared") -> None:
    rows = [(stage.step, stage.n_docs, stage.n_labels, stage.n_assignments) for stage in prepared.stages]
    show_table(["after", "documents", "labels", "assignments"], rows)
    for stage in prepared.stages:
        if stage.change is None:
            continue
        typer.echo(printable(str(stage.change)))
        for proposal in stage.change.details.get("proposed", ())[len(stage.change.examples) : _PROPOSALS]:
            typer.echo(printable(f"    {proposal}"))
