"""headword inspect: what a table holds, what is odd about it, and the command that puts it right."""

from typing import Annotated

import typer

from headword.cli import options
from headword.cli.output import printable, require_writable, show_table, write_json
from headword.cli.reading import Columns, read_corpus

Quick = Annotated[bool, typer.Option("--quick", help="Do not look for near-duplicates.")]


def inspect(
    data: options.Data,
    quick: Quick = False,
    title: options.Title = None,
    abstract: options.Abstract = None,
    labels: options.Labels = None,
    id: options.Id = None,
    format: options.Format = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Count documents, columns, labels and duplicates, and warn of what would harm training.

    Every warning names the command that puts it right. Nothing is changed.
    """
    from headword.cli.findings import examine, warnings_of

    require_writable(json)
    choices: list[object] = []
    corpus = read_corpus(data, Columns(title, abstract, labels, id, format), quiet, choices.append)
    found = examine(corpus, near_duplicates=not quick)
    warnings = warnings_of(found, data)
    write_json(json, {"data": data, "columns": choices[0] if choices else None, **found, "warnings": warnings})
    if json == "-":
        return
    show_table(["", ""], [(name.replace("_", " "), _shown(value)) for name, value in found["counts"].items()])
    typer.echo("")
    if found["most_frequent"]:
        show_table(["most frequent labels", "documents"], found["most_frequent"])
        typer.echo("")
    if found["fields"]:
        show_table(
            ["field", "documents", "values", "example"],
            [(f["field"], f["n_docs"], f["n_values"], f["example"]) for f in found["fields"]],
        )
        typer.echo("")
    for warning in warnings:
        typer.echo(printable(f"! {warning['problem']}\n    {warning['fix']}"))
    if not warnings:
        typer.echo("nothing odd found")


def _shown(value: object) -> object:
    return f"{value:.1f}" if isinstance(value, float) else value
