"""headword audit leakage: what training sees of what will judge it, and what texts say of their own labels."""

from typing import TYPE_CHECKING, Annotated

import typer

from headword.cli import options
from headword.cli.output import printable, require_writable, show_table, tell, write_json
from headword.cli.progress import progress_bar
from headword.cli.reading import Columns, read_corpus

if TYPE_CHECKING:
    import numpy as np

    from headword.audit.leakage import Leakage
    from headword.core.corpus import Corpus

Against = Annotated[
    str | None,
    typer.Option("--against", metavar="FILE", help="The test documents, where they stand in a file of their own."),
]
Group = Annotated[
    list[str] | None,
    typer.Option("--group", metavar="FIELD", help="A field whose values must not straddle parts; may be repeated."),
]
Html = Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write a page to read, print and pass on.")]
_SHOWN = 12


def leakage(
    data: options.Data,
    against: Against = None,
    group: Group = None,
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
    """Look for documents that belong together across parts, and for labels that the texts give away.

    Across parts: near-duplicates, equal texts, equal titles, versions of one id, equal values of --group. In texts:
    lines with a heading that name labels, and terms that nearly all documents of a label have and hardly any other.
    """
    require_writable(json, html)
    from headword.audit.leakage import find_leakage

    columns = Columns(title, abstract, labels, id, format)
    corpus = read_corpus(data, columns, quiet, duplicate_ids="number")
    part = None
    if against is not None:
        corpus, part = _beside(corpus, read_corpus(against, columns, quiet, duplicate_ids="number"))
    with progress_bar(quiet) as progress:
        found = find_leakage(corpus, part, groups=group or (), seed=seed, n_threads=threads, progress=progress)
    write_json(json, {"data": data, "against": against, **found.to_json()})
    if html is not None:
        from headword.audit.leakage_page import leakage_page
        from headword.pages import write_page

        write_page(html, leakage_page(found, data))
        tell(f"wrote {html}", quiet)
    if json != "-":
        show_leakage(found, data)


def _beside(train: "Corpus", test: "Corpus") -> tuple["Corpus", "np.ndarray"]:
    from headword.audit.joined import join

    both, is_test = join(train, test)
    return both, 2 * is_test.astype("int64")


def show_leakage(found: "Leakage", data: str) -> None:
    """Print what was found, and what to do."""
    from headword.audit.leakage_words import advice, torn, verdict

    typer.echo(printable(verdict(found)))
    for one in found.straddling:
        typer.echo(printable(f"\n{torn(one)}"))
        rows = [(p.later, p.later_part, p.earlier, p.earlier_part, p.similarity, p.title[:50]) for p in one.pairs]
        show_table(["document", "of", "belongs to", "of", "similarity", "title"], rows)
    if found.giveaways:
        typer.echo("")
        shown = found.giveaways[:_SHOWN]
        told = [(g.label, g.term, g.kind, g.support, g.inside, g.outside, _first(g.examples)) for g in shown]
        show_table(["label told by", "term", "kind", "documents", "have it", "elsewhere", "example"], told)
        if len(found.giveaways) > _SHOWN:
            typer.echo(f"and {len(found.giveaways) - _SHOWN:,} more: --json or --html lists them")
    typer.echo("")
    for problem, fix in advice(found, data):
        typer.echo(printable(f"! {problem}\n    {fix}"))


def _first(examples: tuple[tuple[str, str], ...]) -> str:
    return f"{examples[0][0]}: {examples[0][1][:60]}" if examples else ""
