"""headword suggest: headings for documents, one line or one small table a document."""

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headword.cli import marks, options
from headword.cli.output import printable, tell, to_json
from headword.cli.reading import Columns, read_in_batches

if TYPE_CHECKING:
    from headword.core.corpus import Corpus
    from headword.core.scores import Suggestion, Suggestions
    from headword.tagger import Tagger

    Answer = tuple[Suggestions, Iterable[str], list[dict[str, Any]]]

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
    {"id": …, "suggestions": [{"label": …, "probability": …, "score": …, "chosen": …}, …]}. A model with a guarantee
    adds in_set to each suggestion, and its guarantee to the document; one with bands adds band, and automatic.
    Documents are read and answered in batches, so that DATA may be larger than memory.
    """
    if (data is None) == (text is None):
        raise typer.BadParameter("give either DATA or --text, one of them")
    from headword.tagger import Tagger

    tagger = Tagger.load(model, n_threads=threads)
    columns = Columns(title, abstract, None, id, format)
    found = _for_text(tagger, text, k) if text is not None else _for_data(tagger, data or "-", columns, k, quiet)
    if tagger.trust.guarantee is not None:
        tell(f"guarantee: {tagger.trust.guarantee.statement}", quiet)
    for suggestions, titles, beside in found:
        show = json_lines(suggestions, beside) if json else tables(suggestions, titles, beside)
        for line in show:
            typer.echo(line)
        sys.stdout.flush()


def _for_text(tagger: "Tagger", text: str, k: int) -> "Iterator[Answer]":
    from headword.core.corpus import Corpus

    yield _answer(tagger, Corpus.of(text), [text], k)


def _for_data(tagger: "Tagger", data: str, columns: Columns, k: int, quiet: bool) -> "Iterator[Answer]":
    for batch in read_in_batches(data, columns, quiet, BATCH):
        titles = [title or abstract for title, abstract in zip(batch.titles, batch.abstracts, strict=True)]
        yield _answer(tagger, batch, titles, k)


def _answer(tagger: "Tagger", corpus: "Corpus", titles: Iterable[str], k: int) -> "Answer":
    found = tagger.suggest(corpus)
    return found.top(k), titles, marks.of_documents(tagger, found, corpus)


def json_lines(suggestions: "Suggestions", beside: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield one JSON line a document; `beside` has what there is to say of each."""
    for doc_id, ranked, more in zip(suggestions.ids, suggestions, beside, strict=True):
        yield to_json({"id": doc_id, "suggestions": [_plain(one) for one in ranked], **more})


def tables(suggestions: "Suggestions", titles: Iterable[str], beside: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield, for each document, its id and title, a line a suggestion (* where chosen), and an empty line."""
    for doc_id, title, ranked, more in zip(suggestions.ids, titles, suggestions, beside, strict=True):
        yield printable(f"{doc_id}  {' '.join(title.split())[:100]}".strip())
        for one in ranked:
            mark = "*" if one.chosen else " "
            yield printable(f"  {mark} {one.probability:6.1%}  {one.label}{marks.in_words(one)}")
        if not ranked:
            yield "    nothing to suggest"
        yield from map(printable, marks.lines(more))
        yield ""


def _plain(one: "Suggestion") -> dict[str, object]:
    # Single precision carries seven digits; more would only be noise in every line.
    return {
        "label": one.label,
        "probability": float(f"{one.probability:.7g}"),
        "score": float(f"{one.score:.7g}"),
        "chosen": one.chosen,
        **marks.of_suggestion(one),
    }
