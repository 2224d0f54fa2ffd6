"""Tables behind the report: a row a label, and a row a document."""

import csv
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core.errors import OutputError
from headword.core.files import replacing
from headword.evaluation.align import Aligned
from headword.metrics.counts import Decisions
from headword.metrics.macro import precision_recall_f1

DELIMITERS = {".csv": ",", ".tsv": "\t"}


@dataclass(frozen=True)
class LabelRow:
    """How one label was decided.

    `support` and `train_support` are its evaluated and its training documents; `tp`, `fp`, `fn` count right, wrong and
    missed choices; precision, recall and F1 are fractions, 0 for 0/0.
    """

    label: str
    support: int
    train_support: int
    tp: int
    fp: int
    fn: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class DocumentRow:
    """How one document was decided: labels rightly chosen, wrongly chosen, and missed; in column order."""

    id: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    missed: tuple[str, ...]


def label_rows(aligned: Aligned) -> list[LabelRow]:
    """Return a row for each label of the evaluation label space, in its order."""
    tp, pred, true = Decisions.of(aligned.y_true, aligned.predictions.y_pred).label_counts()
    precision, recall, f1 = precision_recall_f1(tp, pred, true)
    columns = (true, aligned.train_support, tp, pred - tp, true - tp, precision, recall, f1)
    cells = zip(*(column.tolist() for column in columns), strict=True)
    return [LabelRow(name, *row) for name, row in zip(aligned.label_space.names, cells, strict=True)]


def document_rows(aligned: Aligned) -> Iterator[DocumentRow]:
    """Yield a row for each evaluated document."""
    decisions = Decisions.of(aligned.y_true, aligned.predictions.y_pred)
    sets = [
        aligned.label_space.decode(_where(matrix))
        for matrix in (decisions.both, decisions.y_pred - decisions.both, decisions.y_true - decisions.both)
    ]
    for row in zip(aligned.ids, *sets, strict=True):
        yield DocumentRow(*row)


def write_table(rows: Iterable[LabelRow | DocumentRow], path: str | os.PathLike[str]) -> None:
    """Write rows with a header line to a .csv or .tsv file (UTF-8); label sets are joined by "; ".

    An old file stays whole until the new one is complete.

    Raises
    ------
    OutputError
        If the ending is neither, or the file cannot be written.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in DELIMITERS:
        raise OutputError(f"cannot tell the format of {path}; name the table .csv or .tsv")
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=DELIMITERS[suffix], lineterminator="\n")
        for number, row in enumerate(rows):
            cells = asdict(row)
            if number == 0:
                writer.writerow(cells)
            writer.writerow([_cell(value) for value in cells.values()])


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return "; ".join(value)
    return f"{value:.4f}" if isinstance(value, float) else value


def _where(matrix: sp.csr_matrix) -> sp.csr_matrix:
    """Return the entries that are not 0."""
    out = sp.csr_matrix(matrix)
    out.eliminate_zeros()
    return out.astype(np.float32)
