"""What the commands that change labels share: reading a corpus, writing it with other labels, the account."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from headword.cli.output import counted, printable, tell
from headword.cli.reading import Columns, read_corpus
from headword.core.compression import ending_of
from headword.core.errors import DataError

if TYPE_CHECKING:
    from headword.core.corpus import Corpus
    from headword.sources.columns import ColumnChoice
    from headword.thesaurus.relabel import Relabelled

_ROWS = (".jsonl", ".ndjson", ".jl", ".json", ".csv", ".tsv", ".tab", ".parquet", ".pq")
_SEPARATED = re.compile(r"separated by '(.)'")
SHOWN = 5


def labelled_corpus(data: str, columns: Columns, quiet: bool) -> tuple["Corpus", "ColumnChoice"]:
    """Read DATA; ids may stand twice, for nothing here goes by them.

    Raises
    ------
    DataError
        If no document has labels.
    """
    choices: list[ColumnChoice] = []
    corpus = read_corpus(data, columns, quiet, choices.append, duplicate_ids="number")
    if not corpus.targets.nnz:
        raise DataError(f"no document of {data} has labels; name their column with --labels COLUMN")
    return corpus, choices[0]


def write_relabelled(
    data: str, output: str, corpus: "Corpus", choice: "ColumnChoice", format: str | None, quiet: bool
) -> None:
    """Write the corpus with its new labels: the rows of DATA, where it has rows, with one column changed."""
    from headword.sources.writer import copy_rows, write

    in_rows = data != "-" and Path(data).is_file() and ending_of(data) in _ROWS
    if in_rows and choice.labels is not None and format is None:
        cells = _cells(corpus.label_sets(), choice, output)
        copy_rows(data, output, add={choice.labels: cells}, choice=choice)
    else:
        write(corpus, output)
    n_labels = counted(len(corpus.label_space), "label")
    tell(f"wrote {counted(len(corpus), 'document')} with {n_labels} to {output}", quiet)


def _cells(sets: Sequence[tuple[str, ...] | None], choice: "ColumnChoice", output: str) -> list[Any]:
    """Return label cells in the way of the source, as far as the new labels and the new file allow."""
    style = _SEPARATED.match(choice.label_cells)
    text = any(suffix.lower() in (".csv", ".tsv", ".tab") for suffix in Path(output).suffixes)
    every = [label for labels in sets for label in labels or ()]
    if text and style and not any(style[1] in label for label in every):
        return [None if labels is None else f"{style[1]} ".join(labels) for labels in sets]
    if text and choice.label_cells == "one label a cell" and all(len(labels or ()) < 2 for labels in sets):
        return [None if labels is None else "".join(labels) for labels in sets]
    return [None if labels is None else list(labels) for labels in sets]


def tell_of_strangers(decided: Iterable[str], labels: Iterable[str], quiet: bool) -> None:
    """Say so where a table decides about labels that are not there."""
    strange = sorted({*decided} - {*labels})
    if strange:
        tell(
            f"passed over in the table: {counted(len(strange), 'label')} that nothing has, such as {strange[0]!r}",
            quiet,
        )


def show_account(
    account: Sequence["Relabelled"], kinds: Mapping[str, str], notes: Mapping[str, str], shown: Iterable[str]
) -> None:
    """Print, for each kind that is to be shown, some labels (label -> kind, -> note), the most frequent first."""
    by_kind: dict[str, list[Relabelled]] = {kind: [] for kind in shown}
    for one in account:
        by_kind.get(kinds[one.label], []).append(one)
    for kind, members in by_kind.items():
        if not members:
            continue
        typer.echo(f"\n{kind}:")
        for one in sorted(members, key=lambda one: (-one.n_docs, one.label))[:SHOWN]:
            became = " + ".join(map(repr, one.images)) if one.images != (one.label,) else "kept"
            some = f", such as {one.examples[0]}" if one.examples else ""
            note = f"; {notes[one.label]}" if notes.get(one.label) else ""
            typer.echo(printable(f"  {one.label!r} -> {became} ({counted(one.n_docs, 'document')}{some}{note})"))
        if len(members) > SHOWN:
            typer.echo(f"  and {len(members) - SHOWN:,} more")
