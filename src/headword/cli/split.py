"""headword split: say which documents train, which choose and which judge."""

from typing import TYPE_CHECKING, Annotated

import typer

from headword.cli import options
from headword.cli.output import require_table, require_writable, show_table, tell, write_json
from headword.cli.reading import Columns, read_corpus
from headword.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np

    from headword.core.corpus import Corpus
    from headword.core.split import Split
    from headword.sources.columns import ColumnChoice

Output = Annotated[
    str,
    typer.Option("--output", "-o", metavar="FILE", help="Where to write: .jsonl, .csv, .tsv (.gz, .zst) or .parquet."),
]
Test = Annotated[float, typer.Option(metavar="SHARE", min=0, max=1, help="Share of the test part.")]
Valid = Annotated[float, typer.Option(metavar="SHARE", min=0, max=1, help="Share of the validation part.")]
By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="RULE",
        help="The rule: stratified (each label in the same proportion everywhere), random, hash (of the id), grouped, "
        "grouped-stratified, temporal, or given.",
    ),
]
Group = Annotated[
    list[str] | None,
    typer.Option(
        "--group", metavar="FIELD", help="Documents with the same value never straddle parts; may be repeated."
    ),
]
NearDuplicates = Annotated[
    bool, typer.Option("--near-duplicates", help="Nor do near-duplicates, documents that share most of their text.")
]
Within = Annotated[
    str | None,
    typer.Option(metavar="FIELD", help="Share out every value of this field by itself (rule stratified)."),
]
RareInTrain = Annotated[
    int,
    typer.Option(
        "--rare-in-train",
        metavar="N",
        min=0,
        help="Documents that have a label of fewer than N documents are all in train; the shares are of the others.",
    ),
]
Date = Annotated[str, typer.Option(metavar="FIELD", help="The field of dates that the temporal rule goes by.")]


def split(
    data: options.Data,
    output: Output,
    test: Test = 0.1,
    valid: Valid = 0.1,
    by: By = "stratified",
    group: Group = None,
    near_duplicates: NearDuplicates = False,
    within: Within = None,
    rare_in_train: RareInTrain = 0,
    date: Date = "date",
    seed: options.Seed = 0,
    title: options.Title = None,
    abstract: options.Abstract = None,
    labels: options.Labels = None,
    id: options.Id = None,
    format: options.Format = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Write the same rows with a field split: train, valid or test; train and evaluate go by it.

    With --group or --near-duplicates, stratified becomes grouped-stratified and random becomes grouped.
    """
    from headword.splits.corpus_split import split_corpus

    require_table(output)
    require_writable(output, json)
    choices: list[ColumnChoice] = []
    corpus = read_corpus(data, Columns(title, abstract, labels, id, format), quiet, choices.append)
    if corpus.features is not None:
        raise DataError(
            f"{data} holds sparse features and no texts: such data come with each part in a file of its own; "
            "give train and evaluate the file of their part"
        )
    found = split_corpus(
        corpus,
        by=by,
        test=test,
        valid=valid,
        seed=seed,
        group=group,
        near_duplicates=near_duplicates,
        date_field=date,
        within=within,
        rare_in_train=rare_in_train,
    )
    _write(data, output, corpus, found, format, choices[0] if choices else None)
    parts = {part: _figures(corpus, found.part(part), found.train) for part in ("train", "valid", "test")}
    if json != "-":
        rows = [(part, *figures.values()) for part, figures in parts.items()]
        show_table(["part", "documents", "labels", "not in train"], rows)
    tell(f"{found.rule}: wrote {len(corpus):,} rows to {output}", quiet)
    write_json(json, {"data": data, "output": output, "rule": found.rule, "seed": found.seed, "parts": parts})


def _write(
    data: str, output: str, corpus: "Corpus", found: "Split", format: str | None, choice: "ColumnChoice | None"
) -> None:
    from headword.audit.source import carry
    from headword.sources.writer import copy_rows, write
    from headword.splits.corpus_split import with_split_field

    if data == "-":
        write(with_split_field(corpus, found), output)
    else:
        copy_rows(data, output, add={"split": found.names(len(corpus))}, format=format, choice=choice)
        carry(data, output, f"headword split, {found.rule}")


def _figures(corpus: "Corpus", rows: "np.ndarray", train: "np.ndarray") -> dict[str, int]:
    used = set(corpus.targets[rows].indices.tolist())
    seen = set(corpus.targets[train].indices.tolist())
    return {"n_docs": len(rows), "n_labels": len(used), "n_unseen_labels": len(used - seen)}
