"""headword clean: put documents and labels in order, and tell what was changed."""

from typing import Annotated, Any

import typer

from headword.cli import options
from headword.cli.output import printable, require_table, require_writable, tell, write_json
from headword.cli.reading import Columns, read_corpus

Output = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Where to write: .jsonl, .csv, .tsv (.gz, .zst) or .parquet. [only tell]"
    ),
]
Steps = Annotated[
    str | None,
    typer.Option(
        metavar="STEP,…",
        help="Steps in order: markup, latex, unicode, duplicates, near-duplicates, empty-labels, unannotated, "
        "rare-combinations. "
        "[markup,latex,unicode,duplicates,empty-labels]",
    ),
]
MinSupport = Annotated[
    int, typer.Option("--min-support", metavar="N", min=1, help="Remove labels that fewer documents carry.")
]
ApplyMerges = Annotated[
    bool, typer.Option("--apply-merges", help="Apply the proposed merges and splits of labels that are safe.")
]
ApplyAll = Annotated[bool, typer.Option("--apply-all-merges", help="Apply the doubtful ones too: look at them first.")]


def clean(
    data: options.Data,
    output: Output = None,
    steps: Steps = None,
    min_support: MinSupport = 1,
    apply_merges: ApplyMerges = False,
    apply_all_merges: ApplyAll = False,
    title: options.Title = None,
    abstract: options.Abstract = None,
    labels: options.Labels = None,
    id: options.Id = None,
    format: options.Format = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Clean texts and labels, and show for each step what it changed, with examples.

    Merges of labels that look alike ("object-detection", "Object Detection") are proposed, and applied only when told.
    Without -o nothing is written.
    """
    from headword.cleaning.pipeline import DEFAULT_STEPS, clean

    if output is not None:
        require_table(output)
    require_writable(output, json)
    names = DEFAULT_STEPS if steps is None else [name.strip() for name in steps.split(",") if name.strip()]
    chosen: dict[str, dict[str, Any]] = {name: {} for name in names}
    chosen["labels"] = {"apply": "all" if apply_all_merges else "high" if apply_merges else "none"}
    if min_support > 1:
        chosen["rare-labels"] = {"n": min_support}
    corpus = read_corpus(data, Columns(title, abstract, labels, id, format), quiet)
    cleaned, changes = clean(corpus, chosen)
    if json != "-":
        for change in changes:
            typer.echo(printable(str(change)))
    if output is not None:
        from headword.audit.source import carry
        from headword.sources.writer import write

        write(cleaned, output)
        carry(data, output, "headword clean")
        tell(f"wrote {len(cleaned):,} documents with {len(cleaned.label_space):,} labels to {output}", quiet)
    counts = {"n_docs": len(cleaned), "n_labels": len(cleaned.label_space)}
    write_json(json, {"data": data, "output": output, **counts, "changes": changes})
