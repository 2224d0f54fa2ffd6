"""headword suggest: headings for documents, one line or one small table a document."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headword.cli import broader, marks, options
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
    back_off: broader.Threshold = None,
    nearby: broader.Nearby = None,
    thesaurus: broader.Thesaurus = None,
    calibrate_on: broader.CalibrateOn = None,
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
    {"id": …, "suggestions": [{"label": …, "probability": …, "score": …, "chosen": …}, …]}. A label that is no name,
    such as a URI, has its name from the thesaurus beside it. A model with a guarantee adds in_set to each suggestion,
    and its guarantee to the document; one with bands adds band, and automatic. With --back-off, backed_off tells for
    what labels a broader concept stands; it decides anew, without guarantee and bands. With --nearby, nearby lists
    concepts with scores that are no probabilities. Documents are read and answered in batches, so that DATA may be
    larger than memory.
    """
    if (data is None) == (text is None):
        raise typer.BadParameter("give either DATA or --text, one of them")
    broader.require_together(thesaurus, back_off, nearby, calibrate_on)
    from headword.tagger import Tagger

    tagger = Tagger.load(model, n_threads=threads)
    columns = Columns(title, abstract, None, id, format)
    decision = None
    if thesaurus is not None:
        decision = broader.broader_for(tagger, thesaurus, back_off, nearby, calibrate_on, columns, quiet)

    def answer(corpus: "Corpus", titles: Iterable[str]) -> "Answer":
        return _answer(tagger, decision, corpus, titles, k)

    found = _for_text(answer, text) if text is not None else _for_data(answer, data or "-", columns, quiet)
    if tagger.trust.guarantee is not None and back_off is None:
        tell(f"guarantee: {tagger.trust.guarantee.statement}", quiet)
    for suggestions, titles, beside in found:
        show = json_lines(suggestions, beside) if json else tables(suggestions, titles, beside)
        for line in show:
            typer.echo(line)
        sys.stdout.flush()


def _for_text(answer: "Callable[[Corpus, Iterable[str]], Answer]", text: str) -> "Iterator[Answer]":
    from headword.core.corpus import Corpus

    yield answer(Corpus.of(text), [text])


def _for_data(
    answer: "Callable[[Corpus, Iterable[str]], Answer]", data: str, columns: Columns, quiet: bool
) -> "Iterator[Answer]":
    for batch in read_in_batches(data, columns, quiet, BATCH):
        yield answer(batch, [title or abstract for title, abstract in zip(batch.titles, batch.abstracts, strict=True)])


def _answer(
    tagger: "Tagger", decision: "broader.Broader | None", corpus: "Corpus", titles: Iterable[str], k: int
) -> "Answer":
    found = tagger.suggest(corpus)
    beside = marks.of_documents(tagger, found, corpus)
    if decision is not None:
        found, beside = decision.answer(found, beside)
    return found.top(k), titles, beside


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
            yield printable(f"  {mark} {one.probability:6.1%}  {one.shown}{marks.in_words(one)}")
        if not ranked:
            yield "    nothing to suggest"
        yield from map(printable, (*marks.lines(more), *broader.lines(more)))
        yield ""


def _plain(one: "Suggestion") -> dict[str, object]:
    # Single precision carries seven digits; more would only be noise in every line.
    return {
        "label": one.label,
        **({"name": one.name} if one.name else {}),
        "probability": float(f"{one.probability:.7g}"),
        "score": float(f"{one.score:.7g}"),
        "chosen": one.chosen,
        **marks.of_suggestion(one),
    }
