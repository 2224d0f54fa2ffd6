"""headword inspect: what a table holds, what is odd about it, and the command that puts it right."""

from typing import Annotated

import typer

from headword.cli import options
from headword.cli.output import printable, require_writable, show_table, tell, write_json
from headword.cli.reading import Columns, read_corpus

Quick = Annotated[bool, typer.Option("--quick", help="Do not look for near-duplicates.")]
Html = Annotated[
    str | None, typer.Option("--html", metavar="FILE", help="Write the data card: a page to read, print and pass on.")
]


def inspect(
    data: options.Data,
    quick: Quick = False,
    html: Html = None,
    title: options.Title = None,
    abstract: options.Abstract = None,
    labels: options.Labels = None,
    id: options.Id = None,
    format: options.Format = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Count documents, columns, labels and duplicates, and warn of what would harm training.

    Every warning names the command that puts it right. Nothing is changed. --html and --json give the whole data card:
    source, hashes, licence, imbalance and co-occurrence of labels, languages, lengths, years, providers, every label.
    """
    from headword.audit.card import data_card

    require_writable(json, html)
    choices: list[object] = []
    corpus = read_corpus(data, Columns(title, abstract, labels, id, format), quiet, choices.append)
    card = data_card(corpus, data, near_duplicates=not quick)
    found = card.found
    write_json(json, {"data": data, "columns": choices[0] if choices else None, **card.to_json()})
    if html is not None:
        from headword.audit.card_page import data_card_page
        from headword.pages import write_page

        write_page(html, data_card_page(card))
        tell(f"wrote {html}", quiet)
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
    for warning in card.warnings:
        typer.echo(printable(f"! {warning['problem']}\n    {warning['fix']}"))
    if not card.warnings:
        typer.echo("nothing odd found")


def _shown(value: object) -> object:
    return f"{value:.1f}" if isinstance(value, float) else value
