"""headword audit drift: do the documents of one corpus differ from those of another, and in what."""

from typing import TYPE_CHECKING, Annotated

import typer

from headword.cli import options
from headword.cli.output import printable, require_writable, show_table, tell, write_json
from headword.cli.progress import progress_bar
from headword.cli.reading import Columns, read_corpus, rows_marked
from headword.core.errors import DataError

if TYPE_CHECKING:
    from headword.audit.drift import Drift
    from headword.core.corpus import Corpus

A = Annotated[str, typer.Argument(metavar="A", help="The older documents, or those a model was trained on.")]
B = Annotated[
    str | None,
    typer.Argument(metavar="[B]", help="The newer documents; without them the train and the test part of A."),
]
Alpha = Annotated[float, typer.Option(metavar="SHARE", help="Accepted probability of any false alarm.")]
MostDocs = Annotated[
    int,
    typer.Option("--most-docs", metavar="N", min=20, help="Of a corpus with more documents, compare N drawn by lot."),
]
Html = Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write a page to read, print and pass on.")]


def drift(
    a: A,
    b: B = None,
    alpha: Alpha = 0.05,
    most_docs: MostDocs = 20_000,
    html: Html = None,
    seed: options.Seed = 0,
    threads: options.Threads = None,
    title: options.Title = None,
    abstract: options.Abstract = None,
    labels: options.Labels = None,
    id: options.Id = None,
    format: options.Format = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Tell what differs between two corpora: text, terms, labels, lengths, languages, years, providers.

    If A and B were random parts of one population, the probability that anything is said to differ is at most --alpha.
    """
    require_writable(json, html)
    from headword.audit.drift import compare

    first, second = _both(a, b, Columns(title, abstract, labels, id, format), quiet)
    names = (a, b) if b is not None else (f"the train part of {a}", f"the test part of {a}")
    with progress_bar(quiet) as progress:
        found = compare(
            first, second, alpha=alpha, seed=seed, most_docs=most_docs, n_threads=threads, progress=progress
        )
    write_json(json, {"a": names[0], "b": names[1], **found.to_json()})
    if html is not None:
        from headword.audit.drift_page import drift_page
        from headword.pages import write_page

        write_page(html, drift_page(found, *names, data=b or a))
        tell(f"wrote {html}", quiet)
    if json != "-":
        show_drift(found, b or a)


def _both(a: str, b: str | None, columns: Columns, quiet: bool) -> tuple["Corpus", "Corpus"]:
    first = read_corpus(a, columns, quiet, duplicate_ids="number")
    if b is not None:
        return first, read_corpus(b, columns, quiet, duplicate_ids="number")
    if "split" not in first.fields:
        raise DataError(f"{a} has no split field, whose train and test part could be compared: name a second file")
    return rows_marked(first, ("train",), quiet), rows_marked(first, ("test",), quiet)


def show_drift(found: "Drift", data: str) -> None:
    """Print what differs, in words."""
    from headword.audit.drift_words import advice, described, telling, verdict
    from headword.pages.figures import p_value

    typer.echo(printable(verdict(found)))
    if sentence := telling(found):
        typer.echo(f"  {sentence}")
    typer.echo("")
    answers = {True: "differs", False: "no difference beyond chance"}
    rows = [(name, answers[p <= found.alpha], p_value(p)) for name, p in found.p.items()]
    show_table(["question", "answer", "p, adjusted"], rows)
    for family in found.families:
        if family.name in found.drifted:
            typer.echo(printable(f"\n{family.name}"))
            for line in described(family, found.alpha):
                typer.echo(printable(f"  {line}"))
    for line in advice(found, data):
        typer.echo(printable(f"! {line}"))
