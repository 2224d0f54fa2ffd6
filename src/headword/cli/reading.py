"""DATA to a corpus, and which of its rows a command uses."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from headword.cli.output import counted, tell
from headword.core.errors import DataError, RecipeError

if TYPE_CHECKING:
    from headword.core.corpus import Corpus
    from headword.sources.columns import ColumnChoice


@dataclass(frozen=True)
class Columns:
    """The columns and the format that were named on the command line; None: found by usual names."""

    title: str | None = None
    abstract: str | None = None
    labels: str | None = None
    id: str | None = None
    format: str | None = None


def read_corpus(
    data: str,
    columns: Columns,
    quiet: bool,
    note: "Callable[[ColumnChoice], None] | None" = None,
    *,
    duplicate_ids: str = "error",
) -> "Corpus":
    """Read all of DATA, telling which columns were chosen; `note` is told too."""
    from headword.sources.reader import read

    def told(choice: "ColumnChoice") -> None:
        tell(str(choice), quiet)
        if note is not None:
            note(choice)

    corpus = read(data, **asdict(columns), duplicate_ids=duplicate_ids, on_columns=told)
    tell(f"{counted(len(corpus), 'document')}, {counted(len(corpus.label_space), 'label')}", quiet)
    return corpus


def read_in_batches(data: str, columns: Columns, quiet: bool, batch_size: int) -> Iterator["Corpus"]:
    """Read DATA a batch at a time, telling which columns were chosen."""
    from headword.sources.reader import read_batches

    return read_batches(
        data, batch_size=batch_size, **asdict(columns), on_columns=lambda choice: tell(str(choice), quiet)
    )


def parts_of(text: str) -> tuple[str, ...]:
    """Return the parts named in `train,valid`.

    Raises
    ------
    RecipeError
        If one of them is no part of a split.
    """
    from headword.core.split import PARTS

    parts = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    wrong = [part for part in parts if part not in PARTS]
    if wrong or not parts:
        raise RecipeError(f"the parts of a split are {', '.join(PARTS)}; found {text!r}")
    return parts


def rows_marked(corpus: "Corpus", parts: Sequence[str], quiet: bool) -> "Corpus":
    """Return the rows whose split field is one of `parts`; without a split field all rows, and say which.

    Raises
    ------
    DataError
        If there is a split field, but no row of these parts.
    """
    import numpy as np

    named = " and ".join(parts)
    if "split" not in corpus.fields:
        tell(f"no split field: all {len(corpus):,} rows are used (headword split makes one)", quiet)
        return corpus
    from headword.splits import SPLITTERS

    split = SPLITTERS.get("given")(corpus)
    rows = np.sort(np.concatenate([split.part(part) for part in parts]))
    if not len(rows):
        sizes = ", ".join(f"{len(split.part(part)):,} {part}" for part in ("train", "valid", "test"))
        raise DataError(f"no row is marked {named}; the split field marks {sizes}: name other parts")
    tell(f"{len(rows):,} rows are marked {named}, {len(corpus) - len(rows):,} others are left aside", quiet)
    return corpus.subset(rows)


def only_annotated(corpus: "Corpus", what: str, quiet: bool, empty_labels: str = "unannotated") -> "Corpus":
    """Return the documents whose labels are known, and say how many are left out.

    `empty_labels` tells what an empty label set means: "unannotated" or "none-apply".

    Raises
    ------
    DataError
        If none is annotated.
    """
    from headword.cleaning.annotation import empty_labels as settle

    corpus, _ = settle(corpus, empty_labels)  # type: ignore[arg-type]
    left_out = len(corpus) - int(corpus.annotated.sum())
    if left_out == len(corpus):
        raise DataError(
            f"none of the {len(corpus):,} documents has labels, {what} needs some; "
            "if they stand in a column that was not recognised, name it with --labels COLUMN"
        )
    if left_out:
        tell(f"{left_out:,} documents without labels are left out", quiet)
    return corpus.subset(corpus.annotated) if left_out else corpus
