"""headword audit labels: which labels of a corpus are probably wrong, and which are probably missing."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headword.cli import options
from headword.cli.output import counted, require_table, require_writable, show_table, tell, write_json
from headword.cli.progress import progress_bar
from headword.cli.reading import Columns, only_annotated, parts_of, read_corpus, rows_marked
from headword.core.errors import OutputError

if TYPE_CHECKING:
    from headword.audit.evidence import ErrorEvidence
    from headword.audit.judge import Verdict
    from headword.audit.label_errors import LabelError
    from headword.core.corpus import Corpus

_JUDGE, _CORRECTING = "A language model as second reader", "Correcting"
_SHOWN = 20
_KEY = "HEADWORD_JUDGE_KEY"
_DRAWN = 4

Output = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="The report (.csv, .tsv, .jsonl, .parquet); with --apply the corpus."
    ),
]
Recipe = Annotated[
    str, typer.Option(metavar="NAME", help="A recipe by name (headword recipes lists them) or a TOML file.")
]
Parts = Annotated[str, typer.Option(metavar="PART,…", help="Rows to audit, by their split field; all for every row.")]
Most = Annotated[int, typer.Option("--most", metavar="N", min=1, help="Report the N likeliest errors, with evidence.")]
Apply = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Follow these decisions (columns document, label, action: accept or reject) and write the corrected "
        "corpus to --output.",
        rich_help_panel=_CORRECTING,
    ),
]
Judge = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help=f"An OpenAI-compatible service (https://host/v1). Its key is read from {_KEY}.",
        rich_help_panel=_JUDGE,
    ),
]
JudgeModel = Annotated[
    str | None,
    typer.Option("--judge-model", metavar="NAME", help="The model to ask there.", rich_help_panel=_JUDGE),
]
JudgeCache = Annotated[
    str,
    typer.Option("--judge-cache", metavar="FOLDER", help="Where answers are kept.", rich_help_panel=_JUDGE),
]


def labels(
    data: options.Data,
    output: Output = None,
    recipe: Recipe = "default",
    parts: Parts = "all",
    most: Most = 200,
    apply: Apply = None,
    judge: Judge = None,
    judge_model: JudgeModel = None,
    judge_cache: JudgeCache = "headword-judge",
    empty_labels: options.EmptyLabels = "unannotated",
    seed: options.Seed = 0,
    threads: options.Threads = None,
    title: options.Title = None,
    abstract: options.Abstract = None,
    label_column: Annotated[
        str | None,
        typer.Option("--labels", metavar="COLUMN", help="Column of the labels.", rich_help_panel="Columns of DATA"),
    ] = None,
    id: options.Id = None,
    format: options.Format = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Rank the labels that are probably wrong or missing, with the evidence; correct what a person decided.

    Every document is judged by models that did not learn from it. DATA is never changed. Fill in the column action of
    the report (accept: it is an error, reject: it is none) and give the file to --apply.
    """
    if (judge is None) != (judge_model is None):
        raise typer.BadParameter("--judge and --judge-model go together")
    if apply is not None and (output is None or judge is not None):
        raise typer.BadParameter("--apply needs --output, the corrected corpus, and no --judge")
    require_writable(output, json)
    if output is not None:
        require_table(output)
        _require_other(output, data)
    columns = Columns(title, abstract, label_column, id, format)
    if apply is not None:
        _correct(data, str(output), apply, recipe, columns, (seed, threads, empty_labels), json, quiet)
        return
    corpus = read_corpus(data, columns, quiet)
    corpus = corpus if parts == "all" else rows_marked(corpus, parts_of(parts), quiet)
    corpus = only_annotated(corpus, "an audit of labels", quiet, empty_labels)
    _audit(corpus, output, recipe, most, (judge, judge_model, judge_cache), (seed, threads), json, quiet)


def _audit(
    corpus: "Corpus",
    output: str | None,
    recipe: str,
    most: int,
    judge: tuple[str | None, str | None, str],
    chance: tuple[int, int | None],
    json: str | None,
    quiet: bool,
) -> None:
    from headword.audit.evidence import gather_evidence
    from headword.audit.label_errors import find_label_errors
    from headword.audit.out_of_fold import finer_folds, score_out_of_fold
    from headword.cleaning.annotation import learnable
    from headword.recipes.reader import load_recipe

    seed, threads = chance
    corpus = learnable(corpus)
    finer = finer_folds(load_recipe(recipe), len(corpus))
    with progress_bar(quiet) as progress:
        scored = score_out_of_fold(
            corpus, finer, n_drawn=_DRAWN, keep_models=True, seed=seed, n_threads=threads,
            progress=progress,
        )  # fmt: skip
        found = find_label_errors(scored, seed=seed, n_threads=threads)
        errors = found.errors[:most]
        evidence = gather_evidence(scored, errors, n_threads=threads)
        verdicts = _verdicts(scored.corpus, errors, judge, progress, quiet)
    rows = [_row(*one) for one in zip(errors, evidence, verdicts, strict=True)]
    if output is not None:
        from headword.sources.writer import write

        write(rows, output)
        tell(f"wrote the {counted(len(rows), 'likeliest error')} of {len(found):,} to {output}", quiet)
    if json != "-":
        shown = ["problem", "document", "label", "error", "swap"]
        table = [(e.problem, e.document, e.label, e.error_probability, e.swap or "") for e in errors[:_SHOWN]]
        show_table(shown, table, title=f"{len(found):,} probable errors among {found.n_assigned:,} assignments")
    write_json(json, {**found.to_json(), **_agreement(verdicts), "errors": rows})


def _verdicts(
    corpus: "Corpus",
    errors: "tuple[LabelError, ...]",
    judge: tuple[str | None, str | None, str],
    progress: Any,
    quiet: bool,
) -> "list[Verdict | None]":
    url, model, cache = judge
    if url is None or model is None:
        return [None] * len(errors)
    from headword.audit.chat import Chat
    from headword.audit.judge import judge_errors

    chat = Chat(url, model, cache=Path(cache), key=os.environ.get(_KEY) or None)
    found = judge_errors(corpus, errors, chat, progress)
    unusable = sum(one is None for one in found)
    tell(f"asked {model} {chat.n_asked:,} times, {chat.n_kept:,} answers were kept from before", quiet)
    if unusable:
        tell(f"no usable answer about {counted(unusable, 'error')}")
    return found


def _row(error: "LabelError", evidence: "ErrorEvidence", verdict: "Verdict | None") -> dict[str, Any]:
    from headword.audit.judge import confidence_bin

    row: dict[str, Any] = {
        "document": error.document,
        "label": error.label,
        "problem": error.problem,
        "action": None,
        "error_probability": round(error.error_probability, 6),
        "probability": round(error.probability, 6),
        "threshold": round(error.threshold, 6),
        "confident": error.confident,
        "support": error.support,
        "swap": error.swap,
        "terms_for": list(evidence.terms_for),
        "terms_against": list(evidence.terms_against),
        "near_with": [f"{one.id} ({one.cosine:.2f})" for one in evidence.near_with],
        "near_without": [f"{one.id} ({one.cosine:.2f})" for one in evidence.near_without],
        "carried_by_near": f"{evidence.n_with} of {evidence.n_near}",
    }
    if verdict is not None:
        row |= {
            "judge_agrees": verdict.agrees,
            "judge_applies": verdict.applies,
            "judge_confidence": verdict.confidence,
            "judge_bin": confidence_bin(verdict.confidence),
            "judge_reason": verdict.reason,
        }
    return row


def _agreement(verdicts: "list[Verdict | None]") -> dict[str, Any]:
    """Return how often the judge agrees, by its confidence."""
    from headword.audit.judge import confidence_bin

    bins: dict[str, dict[str, int]] = {}
    for one in verdicts:
        if one is not None:
            entry = bins.setdefault(confidence_bin(one.confidence), {"n": 0, "agrees": 0})
            entry["n"] += 1
            entry["agrees"] += one.agrees
    return {"judge": bins} if bins else {}


def _require_other(output: str, data: str) -> None:
    if data != "-" and Path(output).exists() and Path(data).exists() and Path(output).samefile(data):
        raise OutputError(f"{output} is DATA itself, which an audit never changes; name another file")


def _correct(
    data: str,
    output: str,
    decisions: str,
    recipe: str,
    columns: Columns,
    chance: tuple[int, int | None, str],
    json: str | None,
    quiet: bool,
) -> None:
    from headword.audit.corrections import apply_decisions, quality_change, read_decisions
    from headword.recipes.reader import load_recipe
    from headword.sources.writer import write

    seed, threads, empty_labels = chance
    _require_other(output, decisions)
    corpus = read_corpus(data, columns, quiet)
    done = apply_decisions(corpus, read_decisions(decisions))
    write(done.corpus, output)
    tell(
        f"{counted(done.n_added, 'label')} added, {done.n_removed:,} removed, {done.n_rejected:,} suspicions rejected, "
        f"{done.n_already:,} corrected before: {output}",
        quiet,
    )
    before, after = (only_annotated(one, "a comparison", True, empty_labels) for one in (corpus, done.corpus))
    kept = set(before.ids) & set(after.ids)
    before, after = (one.subset([i for i, doc in enumerate(one.ids) if doc in kept]) for one in (before, after))
    with progress_bar(quiet) as progress:
        change = quality_change(before, after, load_recipe(recipe), seed=seed, n_threads=threads, progress=progress)
    if json != "-":
        names = [name for name in ("p@1", "p@5", "micro_f1", "macro_f1", "ece") if name in change["before"]]
        table = [(name, *(change[when].get(name) for when in change)) for name in names]
        show_table(["held out", *(when.replace("_", " ") for when in change)], table)
    counts = {name: getattr(done, f"n_{name}") for name in ("added", "removed", "rejected", "already")}
    write_json(json, {"corpus": output, **counts, "quality": change})
