"""headword demo: the whole way on a small corpus that comes with the package."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headword.cli import options
from headword.cli.evaluate import show_report
from headword.cli.output import printable, require_writable, tell, write_json
from headword.cli.progress import progress_bar

if TYPE_CHECKING:
    from headword.core.corpus import Corpus
    from headword.tagger import Tagger

Folder = Annotated[
    str | None, typer.Option("--dir", metavar="FOLDER", help="Keep the corpus and the model there. [keep nothing]")
]

_SHOWN = 4


def demo(
    dir: Folder = None,
    seed: options.Seed = 0,
    threads: options.Threads = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Train on a small corpus that comes with headword, evaluate, and show suggestions with their reasons."""
    require_writable(json)
    if dir is not None:
        _make_folder(dir)
    with TemporaryDirectory() as temporary:
        report = _demonstrate(Path(dir or temporary), seed, threads, quiet, shown=json != "-")
    write_json(json, report.to_json())
    if json != "-":
        typer.echo(_next_steps(dir))


def _demonstrate(folder: Path, seed: int, threads: int | None, quiet: bool, *, shown: bool) -> Any:
    from headword.demo.corpus import demo_corpus
    from headword.sources.writer import write
    from headword.splits.given import split
    from headword.tagger import Tagger

    corpus = demo_corpus()
    write(corpus, folder / "demo.jsonl")
    given = split(corpus)
    train, test = corpus.subset(given.train), corpus.subset(given.test)
    tell(f"the demo corpus: {len(train)} abstracts to learn from, {len(test)} to judge by", quiet)
    tell("training; the first time, the kernels are compiled, which takes a while", quiet)
    started = time.perf_counter()
    with progress_bar(quiet) as progress:
        tagger = Tagger(seed=seed, n_threads=threads).fit(train, progress=progress)
    tagger.save(folder / "demo.hw")
    tell(f"learnt {len(tagger.label_space)} headings in {time.perf_counter() - started:.1f} s", quiet)
    report = tagger.evaluate(test)
    if shown:
        show_report(report)
        _show_examples(tagger, test)
    return report


def _show_examples(tagger: "Tagger", test: "Corpus") -> None:
    """Suggest for a few test documents, beside the headings they have, and explain the first."""
    documents = list(test)[:_SHOWN]
    for document, ranked in zip(documents, tagger.suggest(documents, k=3), strict=True):
        typer.echo(printable(f"\n{document.title}\n  by hand:   {', '.join(document.labels or ()) or 'none'}"))
        shown = (f"{one.label} {one.probability:.0%}{'*' if one.chosen else ''}" for one in ranked)
        typer.echo(printable(f"  suggested: {', '.join(shown)}"))
    typer.echo("\n* chosen. And why, for the first:\n")
    typer.echo(printable(str(tagger.explain(documents[0], k=2))))


def _make_folder(path: str) -> None:
    from headword.core.errors import OutputError

    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {path}: {error.strerror or error}") from error


def _next_steps(folder: str | None) -> str:
    data, model = Path(folder or "demo") / "demo.jsonl", Path(folder or "demo") / "demo.hw"
    steps = [
        (f"headword inspect {data}", "what a table holds, and what is odd about it"),
        (f'headword suggest {model} --text "Ocean currents seen by satellite altimetry"', "headings for any text"),
        (f"headword train {data} -o model.hw", "then with a table of your own"),
    ]
    if folder is None:
        steps.insert(0, ("headword demo --dir demo", "the same, keeping corpus and model in demo/"))
    return "\n".join(["", "What next?", "", *(f"  {command}\n      {what}" for command, what in steps)])
