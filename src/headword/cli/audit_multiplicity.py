"""headword audit multiplicity: which suggestions depend on which of several equally good models one has."""

from math import isnan
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headword.cli import options
from headword.cli.output import counted, require_table, require_writable, show_table, tell, write_json
from headword.cli.progress import progress_bar
from headword.cli.reading import Columns, only_annotated, parts_of, read_corpus, rows_marked

if TYPE_CHECKING:
    import numpy as np

    from headword.audit.multiplicity import Multiplicity
    from headword.core.corpus import Corpus
    from headword.core.scores import Suggestions

_SHOWN = 10

Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model", metavar="MODEL", help="Compare these bundles (give it several times) instead of fitting variants."
    ),
]
Part = Annotated[
    str | None,
    typer.Option(metavar="PART,…", help="Rows to use, by their split field. [test with --model, else train]"),
]
Recipe = Annotated[
    str, typer.Option(metavar="NAME", help="The recipe to vary: by name (headword recipes lists them) or a TOML file.")
]
Eps = Annotated[
    float, typer.Option(metavar="SHARE", min=0, help="How much worse a near-equal model's log loss may be.")
]
Delta = Annotated[float, typer.Option(metavar="STEP", help="How far a probability must move to count as moved.")]
Each = Annotated[int, typer.Option("--each", metavar="N", min=0, help="Variants by other seeds, and by other folds.")]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write the suggestions that depend on luck (.csv, .jsonl, …)."),
]


def multiplicity(
    data: options.Data,
    model: Models = None,
    recipe: Recipe = "default",
    part: Part = None,
    eps: Eps = 0.05,
    delta: Delta = 0.1,
    each: Each = 2,
    output: Output = None,
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
    """Tell which suggestions depend on luck: on seed, folds, C or features of models that are equally good.

    Without --model, variants of a recipe are cross-fitted: each judges every document by models that did not see it.
    """
    require_writable(output, json)
    if output is not None:
        require_table(output)
    from headword.audit.multiplicity import measure_multiplicity

    corpus = read_corpus(data, Columns(title, abstract, labels, id, format), quiet)
    corpus = rows_marked(corpus, parts_of(part or ("test" if model else "train")), quiet)
    corpus = only_annotated(corpus, "multiplicity", quiet, empty_labels)
    if model:
        names, held, found = model, *_loaded(corpus, model, threads)
    else:
        names, held, found = _fitted(corpus, recipe, (each, seed, threads), quiet)
    measured = measure_multiplicity(found, names, held.targets, eps=eps, delta=delta)
    labels_of, documents = held.label_space.names, held.ids
    if json != "-":
        _show(measured, labels_of)
    if output is not None:
        from headword.sources.writer import write

        write([dict(vars(one)) for one in measured.lucky], output)
        tell(f"wrote {counted(len(measured.lucky), 'suggestion')} that depend on luck to {output}", quiet)
    write_json(
        json,
        {
            **measured.to_json(),
            "eps": eps,
            "delta": delta,
            "per_label": _known(labels_of, measured.per_label),
            "per_document": _known(documents, measured.per_document),
        },
    )


def _loaded(corpus: "Corpus", paths: list[str], threads: int | None) -> "tuple[Corpus, list[Suggestions]]":
    """Return the documents over the models' labels, and each model's suggestions."""
    from headword.tagger import Tagger

    taggers = [Tagger.load(path, n_threads=threads) for path in paths]
    space = taggers[0].label_space
    for path, tagger in zip(paths[1:], taggers[1:], strict=True):
        space.require_same(tagger.label_space, what=path)
    sets = [tuple(name for name in names or () if name in space) for names in corpus.label_sets()]
    judged = corpus.with_labels(sets, space)
    return judged, [tagger.suggest(judged) for tagger in taggers]


def _fitted(
    corpus: "Corpus", recipe: str, how: tuple[int, int, int | None], quiet: bool
) -> "tuple[list[str], Corpus, list[Suggestions]]":
    from headword.audit.near_equal import fit_variants, variants
    from headword.cleaning.annotation import learnable
    from headword.recipes.reader import load_recipe

    each, seed, threads = how
    wanted = variants(load_recipe(recipe), n_each=each, seed=seed)
    with progress_bar(quiet) as progress:
        held = learnable(corpus)
        found = fit_variants(held, wanted, n_threads=threads, progress=progress)
    return [one.name for one in wanted], held, found


def _show(measured: "Multiplicity", names: tuple[str, ...]) -> None:
    rows = zip(measured.names, measured.losses.tolist(), measured.near.tolist(), strict=True)
    show_table(
        ["model", "log loss", "near-equal"], [(name, loss, "yes" if near else "no") for name, loss, near in rows]
    )
    figures: list[tuple[str, Any, Any]] = [
        ("probability moves", measured.ambiguity, measured.discrepancy),
        ("decision differs", measured.decision_ambiguity, measured.decision_discrepancy),
    ]
    title = f"{counted(int(measured.near.sum()), 'near-equal model')}, {counted(measured.n_pairs, 'suggestion')}"
    show_table(["", "ambiguity", "discrepancy"], figures, title=title)
    values = [0.0 if isnan(value) else value for value in measured.per_label.tolist()]
    order = sorted(range(len(values)), key=lambda label: -values[label])[:_SHOWN]
    show_table(["most divided labels", "ambiguity"], [(names[i], float(measured.per_label[i])) for i in order])


def _known(names: tuple[str, ...], values: "np.ndarray") -> dict[str, float]:
    return {name: value for name, value in zip(names, values.tolist(), strict=True) if not isnan(value)}
