"""headword suggest: headings for documents, one line or one small table a document."""

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from headword.cli import options
from headword.cli.output import printable, to_json
from headword.cli.reading import Columns, read_in_batches

if TYPE_CHECKING:
    from headword.core.scores import Suggestion, Suggestions
    from headword.tagger import Tagger

BATCH = 500

Text = Annotated[str | None, typer.Option("--text", metavar="TEXT", help="Suggest for this text instead of DATA.")]
JsonLines = Annotated[bool, typer.Option("--json", help="One JSON line a document.")]


def suggest(
    model: options.Model,
    data: options.OptionalData = None,
    text: Text = None,
    k: options.K = 5,
    threads: options.Threads = None,
    title: options.Title = None,
    abstract: options.Abstract = None,
    id: options.Id = None,
    format: options.Format = None,
    json: JsonLines = False,
    quiet: options.Quiet = False,
) -> None:
    """Suggest labels for documents, best first, each with its probability and whether it would be chosen.

    With --json, one line a document:
    {"id": …, "suggestions": [{"label": …, "probability": …, "score": …, "chosen": …}, …]}.
    Documents are read and answered in batches, so that DATA may be larger than memory.
    """
    if (data is None) == (text is None):
        raise typer.BadParameter("give either DATA or --text, one of them")
    from headword.tagger import Tagger

    tagger = Tagger.load(model, n_threads=threads)
    columns = Columns(title, abstract, None, id, format)
    found = _for_text(tagger, text, k) if text is not None else _for_data(tagger, data or "-", columns, k, quiet)
    for suggestions, titles in found:
        show = json_lines(suggestions) if json else tables(suggestions, titles)
        for line in show:
            typer.echo(line)
        sys.stdout.flush()


def _for_text(tagger: "Tagger", text: str, k: int) -> Iterator[tuple["Suggestions", Iterable[str]]]:
    yield tagger.suggest(text, k=k), [text]


def _for_data(
    tagger: "Tagger", data: str, columns: Columns, k: int, quiet: bool
) -> Iterator[tuple["Suggestions", Iterable[str]]]:
    for batch in read_in_batches(data, columns, quiet, BATCH):
        titles = [title or abstract for title, abstract in zip(batch.titles, batch.abstracts, strict=True)]
        yield tagger.suggest(batch, k=k), titles


def json_lines(suggestions: "Suggestions") -> Iterator[str]:
    """Yield one JSON line a document."""
    for doc_id, ranked in zip(suggestions.ids, suggestions, strict=True):
        yield to_json({"id": doc_id, "suggestions": [_plain(one) for one in ranked]})


def tables(suggestions: "Suggestions", titles: Iterable[str]) -> Iterator[str]:
    """Yield, for each document, its id and title, a line a suggestion (* where chosen), and an empty line."""
    for doc_id, title, ranked in zip(suggestions.ids, titles, suggestions, strict=True):
        yield printable(f"{doc_id}  {' '.join(title.split())[:100]}".strip())
        for one in ranked:
            yield printable(f"  {'*' if one.chosen else ' '} {one.probability:6.1%}  {one.label}")
        if not ranked:
            yield "    nothing to suggest"
        yield ""


def _plain(one: "Suggestion") -> dict[str, object]:
    # Single precision carries seven digits; more would only be noise in every line.
    return {
        "label": one.label,
        "probability": float(f"{one.probability:.7g}"),
        "score": float(f"{one.score:.7g}"),
        "chosen": one.chosen,
    }
