"""headword train: documents with labels in, one model file out."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headword.cli import broader, options
from headword.cli import guarantee as guarantees
from headword.cli.hierarchy import IN_LABELS, thesaurus_for
from headword.cli.output import require_writable, tell, write_json
from headword.cli.progress import progress_bar
from headword.cli.reading import Columns, only_annotated, parts_of, read_corpus, rows_marked
from headword.cli.thesaurus_views import open_thesaurus

if TYPE_CHECKING:
    from headword.core.corpus import Corpus

Output = Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="The bundle to write, by custom NAME.hw.")]
Recipe = Annotated[
    str, typer.Option(metavar="NAME", help="A recipe by name (headword recipes lists them) or a TOML file.")
]
Parts = Annotated[str, typer.Option(metavar="PART,…", help="Rows to learn from, by their split field.")]
MinSupport = Annotated[
    int, typer.Option("--min-support", metavar="N", min=1, help="Leave out labels with fewer training documents.")
]

Thesaurus = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="The thesaurus the labels come from: its concepts' names are looked for, and suggest may back off in it. "
        "in-labels: only what labels say of their place themselves (A > B > C, 68T07, I.2.7, cs.CL).",
    ),
]
Unseen = Annotated[
    bool,
    typer.Option("--unseen/--no-unseen", help="Suggest concepts of the thesaurus that no training document has, too."),
]
Language = Annotated[
    str | None, typer.Option(metavar="TAG", help="Language of names and documents (en, fi, …); found out if not given.")
]


def train(
    data: options.Data,
    output: Output,
    recipe: Recipe = "default",
    thesaurus: Thesaurus = None,
    unseen: Unseen = True,
    language: Language = None,
    closure: broader.Closure = False,
    parts: Parts = "train",
    min_support: MinSupport = 1,
    guarantee: guarantees.Goal = None,
    guarantee_by: guarantees.By = None,
    guarantee_split: guarantees.How = "exact",
    empty_labels: options.EmptyLabels = "unannotated",
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
    """Learn from documents that have labels, and write a model file.

    Uses the rows whose split field is train (training, tr); without a split field all rows. Documents without labels
    are left out. The same data, recipe and seed give the same file, byte for byte, with any number of threads
    (the linear algebra library's own threads being alike).
    """
    from headword.audit.source import origin

    started = time.perf_counter()
    require_writable(output, json)
    guarantees.require_goal(guarantee, guarantee_by, guarantee_split)
    wanted = parts_of(parts)
    broader.require_thesaurus(closure, thesaurus)
    opened = None if thesaurus in (None, IN_LABELS) else open_thesaurus(str(thesaurus), None, None, quiet)
    tagger = _tagger(recipe, seed, threads, thesaurus=opened, unseen=unseen, language=language or "")
    corpus = read_corpus(data, Columns(title, abstract, labels, id, format), quiet)
    corpus = rows_marked(corpus, wanted, quiet)
    concepts = opened if thesaurus != IN_LABELS else thesaurus_for(IN_LABELS, corpus.label_space.names, quiet)
    if closure and concepts is not None:
        corpus = broader.with_broader(corpus, concepts, quiet)
    corpus = learnable(corpus, min_support, quiet, empty_labels)
    group = tagger.recipe.crossfit.group
    corpus, apart = guarantees.hold_back(corpus, guarantee, guarantee_split, group, seed)
    with progress_bar(quiet) as progress:
        tagger.fit(corpus, progress=progress)
    tagger.trained_on |= origin(data)
    if concepts is not None:
        broader.learn_closure(tagger, concepts)
    guarantees.make_promise(tagger, guarantee, guarantee_by, apart, quiet)
    for reason in tagger.adapted:
        tell(f"adapted to the corpus: {reason}", quiet)
    known = int((tagger.train_support > 0).sum())
    tagger.save(output)
    seconds = time.perf_counter() - started
    size = Path(output).stat().st_size
    tell(
        f"learnt {known:,} labels from {len(corpus):,} documents in {seconds:.1f} s: {output} ({size / 1e6:.1f} MB)",
        quiet,
    )
    if known < len(tagger.label_space):
        tell(f"{len(tagger.label_space) - known:,} further concepts of the thesaurus may be suggested by name", quiet)
    if tagger.quality:
        tell("on training documents while held out: " + ", ".join(_figures(tagger.quality)), quiet)
    write_json(
        json,
        {
            "bundle": output,
            "bytes": size,
            "recipe": recipe,
            "adapted": tagger.adapted,
            "seed": seed,
            "parts": list(wanted),
            "n_docs": len(corpus),
            "n_labels": len(tagger.label_space),
            "n_unseen": len(tagger.label_space) - known,
            "quality": tagger.quality,
            **tagger.trust.manifest(),
            "seconds": seconds,
        },
    )


def learnable(corpus: "Corpus", min_support: int, quiet: bool, empty_labels: str = "unannotated") -> "Corpus":
    """Return the annotated documents, over the labels that at least `min_support` of them carry."""
    from headword.cleaning.annotation import min_support as drop_rare

    corpus = only_annotated(corpus, "training", quiet, empty_labels)
    frequent, change = drop_rare(corpus, min_support)
    if min_support > 1:
        tell(str(change).partition("\n")[0], quiet)
        frequent = only_annotated(frequent, "training", quiet)
    return frequent


def _tagger(recipe: str, seed: int, threads: int | None, **names: Any) -> Any:
    from headword.tagger import Tagger

    return Tagger(recipe, seed=seed, n_threads=threads, **names)


def _figures(quality: Any) -> list[str]:
    figures = {name: value for name, value in quality.items() if isinstance(value, float)}
    shown = [name for name in ("p@1", "p@3", "p@5", "micro_f1", "macro_f1", "ece") if name in figures]
    return [f"{name} {figures[name]:.3f}" for name in shown or list(figures)[:6]]
