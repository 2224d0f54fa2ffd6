"""headword explain: why these headings for this document."""

from typing import TYPE_CHECKING, Annotated

import typer

from headword.cli import options
from headword.cli.output import printable, require_writable, write_json
from headword.cli.reading import Columns, read_in_batches
from headword.core.errors import DataError

if TYPE_CHECKING:
    from headword.core.corpus import Corpus

Text = Annotated[str | None, typer.Option("--text", metavar="TEXT", help="Explain this text instead of a document.")]
DocId = Annotated[str | None, typer.Option("--doc", metavar="ID", help="The document of DATA, by its id. [the first]")]

_BATCH = 1000


def explain(
    model: options.Model,
    data: options.OptionalData = None,
    text: Text = None,
    doc: DocId = None,
    k: options.K = 5,
    title: options.Title = None,
    abstract: options.Abstract = None,
    id: options.Id = None,
    format: options.Format = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Show, for each suggested label, the terms that spoke for and against it and the nearest labelled documents."""
    if (data is None) == (text is None):
        raise typer.BadParameter("give either DATA or --text, one of them")
    require_writable(json)
    from headword.core.corpus import Corpus, Document
    from headword.tagger import Tagger

    tagger = Tagger.load(model)
    if text is not None:
        document = Corpus.from_documents([Document(id="text", abstract=text)])
    else:
        document = find_document(data or "-", doc, Columns(title, abstract, None, id, format), quiet)
    explanation = tagger.explain(document, k=k)
    write_json(json, explanation.to_json())
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
