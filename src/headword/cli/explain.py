"""headword explain: why these headings for this document, and how far such explanations can be trusted."""

from typing import TYPE_CHECKING, Annotated

import typer

from headword.cli import options
from headword.cli.output import counted, printable, require_writable, show_table, tell, write_json
from headword.cli.reading import Columns, parts_of, read_corpus, read_in_batches, rows_marked
from headword.core.errors import DataError

if TYPE_CHECKING:
    from headword.core.corpus import Corpus
    from headword.explain.faithfulness import Area, Faithfulness
    from headword.tagger import Tagger

_FAITHFULNESS = "Faithfulness"

Text = Annotated[str | None, typer.Option("--text", metavar="TEXT", help="Explain this text instead of a document.")]
DocId = Annotated[str | None, typer.Option("--doc", metavar="ID", help="The document of DATA, by its id. [the first]")]
Html = Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write a page with the text highlighted.")]
Faithful = Annotated[
    bool,
    typer.Option(
        "--faithfulness",
        help="Take words out of many documents of DATA, in the order of their explanations, by rarity and by lot, and "
        "tell how the probability of a chosen label falls.",
        rich_help_panel=_FAITHFULNESS,
    ),
]
Sample = Annotated[
    int, typer.Option(metavar="N", min=1, help="Documents to draw for that.", rich_help_panel=_FAITHFULNESS)
]
Part = Annotated[
    str,
    typer.Option(metavar="PART,…", help="Rows to draw from, by their split field.", rich_help_panel=_FAITHFULNESS),
]

_BATCH = 1000
_MARKED = 100


def explain(
    model: options.Model,
    data: options.OptionalData = None,
    text: Text = None,
    doc: DocId = None,
    k: options.K = 5,
    html: Html = None,
    faithfulness: Faithful = False,
    sample: Sample = 200,
    part: Part = "test",
    title: options.Title = None,
    abstract: options.Abstract = None,
    id: options.Id = None,
    format: options.Format = None,
    seed: options.Seed = 0,
    threads: options.Threads = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Show, for each suggested label, the terms that spoke for and against it and the nearest labelled documents."""
    if (data is None) == (text is None):
        raise typer.BadParameter("give either DATA or --text, one of them")
    if faithfulness and (text is not None or doc is not None or html is not None):
        raise typer.BadParameter("--faithfulness looks at many documents of DATA: leave out --text, --doc and --html")
    require_writable(json, html)
    from headword.core.corpus import Corpus, Document
    from headword.tagger import Tagger

    tagger = Tagger.load(model, n_threads=threads)
    columns = Columns(title, abstract, None, id, format)
    if faithfulness:
        corpus = rows_marked(read_corpus(data or "-", columns, quiet), parts_of(part), quiet)
        found = measure(tagger, corpus, sample, seed, quiet)
        write_json(json, found)
        if json != "-":
            show_faithfulness(found)
        return
    if text is not None:
        document = Corpus.from_documents([Document(id="text", abstract=text)])
    else:
        document = find_document(data or "-", doc, columns, quiet)
    explanation = tagger.explain(document, k=k)
    write_json(json, explanation.to_json())
    if html is not None:
        from headword.explain.page import explanation_page
        from headword.pages import write_page

        write_page(html, explanation_page(tagger.explain(document, k=k, n_terms=_MARKED)))
        tell(f"wrote {html}", quiet)
    if json != "-":
        typer.echo(printable(str(explanation)))


def find_document(data: str, doc_id: str | None, columns: Columns, quiet: bool) -> "Corpus":
    """Return a corpus of the one document with this id, or the first one for None, reading no further than needed.

    Raises
    ------
    DataError
        If no document has the id.
    """
    seen = 0
    for batch in read_in_batches(data, columns, quiet, _BATCH):
        if doc_id is None:
            return batch.subset([0])
        if doc_id in batch.ids:
            return batch.subset([batch.ids.index(doc_id)])
        seen += len(batch)
    raise DataError(f"none of the {seen:,} documents of {data} has the id {doc_id!r}")


def measure(tagger: "Tagger", corpus: "Corpus", sample: int, seed: int, quiet: bool) -> "Faithfulness":
    """Measure the faithfulness of a tagger's explanations, with a progress bar."""
    from headword.cli.progress import progress_bar
    from headword.explain.faithfulness import measure_faithfulness

    with progress_bar(quiet) as progress:
        return measure_faithfulness(
            corpus, tagger.extractor, tagger.ensemble,
            sample=sample, seed=seed, n_threads=tagger.n_threads, progress=progress,
        )  # fmt: skip


def show_faithfulness(found: "Faithfulness") -> None:
    """Print the areas under the curves, and what the explanation's order gains over the others."""
    skipped = f", {counted(found.n_skipped, 'document')} without words enough left out" if found.n_skipped else ""
    typer.echo(f"a suggestion for each of {counted(found.n_documents, 'document')}{skipped}; 95 % intervals\n")
    show_table(
        ["words in the order of", "area as they go", "area as they come"],
        [[one.name, _shown(one.deletion), _shown(one.insertion)] for one in found.orders],
        title="Probability, averaged over the share of words that were taken out, and put in:",
    )
    typer.echo("")
    show_table(
        ["explanation better than", "as they go", "p", "as they come", "p"],
        [
            [one.order, _shown(one.deletion), _p(one.deletion_p), _shown(one.insertion), _p(one.insertion_p)]
            for one in found.advantages
        ],
    )


def _shown(area: "Area") -> str:
    return f"{area.mean:.3f} ({area.low:.3f} to {area.high:.3f})"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
