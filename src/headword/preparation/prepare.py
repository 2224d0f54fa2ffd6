"""prepare: a corpus cleaned and split as a published system did it, with what each step changed."""

import json
import os
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from headword.cleaning.change import Change
from headword.cleaning.pipeline import clean
from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.core.split import PARTS, Split
from headword.preparation.reader import Preparation
from headword.sources import SOURCES
from headword.sources.columns import ColumnChoice
from headword.sources.detect import source
from headword.sources.rows import values_of
from headword.splits.corpus_split import split_corpus

_CHUNK = 4096


@dataclass(frozen=True)
class Stage:
    """The corpus after a step.

    Attributes
    ----------
    step
        Its name; "read" for the corpus as it was given.
    n_docs, n_labels, n_assignments
        Documents; labels that a document has; pairs of both.
    change
        What the step changed; None for "read".
    """

    step: str
    n_docs: int
    n_labels: int
    n_assignments: int
    change: Change | None = None


@dataclass(frozen=True, eq=False)
class Prepared:
    """A corpus that is ready, its split if there is one, and how it came about."""

    corpus: Corpus
    split: Split | None
    stages: tuple[Stage, ...]

    def sizes(self) -> dict[str, int]:
        """Return the number of documents of each part by its name; nothing where there is no split."""
        return {} if self.split is None else {part: len(self.split.part(part)) for part in PARTS}


def prepare(corpus: Corpus, preparation: Preparation) -> Prepared:
    """Clean and split a corpus, leaving `corpus` itself as it is.

    Raises
    ------
    RecipeError, DataError
        As the steps and `split_corpus` do.
    """
    stages = [_stage("read", corpus)]
    for name, options in preparation.steps:
        corpus, (change,) = clean(corpus, {name: options})
        stages.append(_stage(name, corpus, change))
    split = None if preparation.split is None else split_corpus(corpus, **preparation.split)
    return Prepared(corpus, split, tuple(stages))


def with_label_cells(
    corpus: Corpus, path: str | os.PathLike[str], choice: ColumnChoice, field: str, format: str | None = None
) -> Corpus:
    """Return the corpus with the cells its labels were read from in `field`, as text.

    Labels are a set, and have no order; the cell has the order of the source. Where the corpus has the field already,
    it stays.

    Parameters
    ----------
    path, format
        What `read` was given.
    choice
        What `read` chose.

    Raises
    ------
    DataError
        If there is no column of labels, or the source cannot be read again.
    """
    if field in corpus.fields:
        return corpus
    if choice.labels is None:
        raise DataError(f"{choice.source} has no column of labels, whose cells were to be kept in the field {field!r}")
    if os.fspath(path) == "-":
        raise DataError(
            "the cells of labels are read in a second pass, and standard input can be read once: name a file"
        )
    cells: list[str | None] = []
    with source(path, format) as (stream, found):
        for rows in SOURCES.get(found)(stream, _CHUNK):
            column = rows.columns.get(choice.labels)
            cells += [None] * rows.n_rows if column is None else [_cell(value) for value in values_of(column)]
    if len(cells) != len(corpus):
        raise DataError(f"{path} has {len(cells)} rows now, and had {len(corpus)} before; was it changed?")
    return replace(corpus, fields={**corpus.fields, field: tuple(cells)})


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _stage(step: str, corpus: Corpus, change: Change | None = None) -> Stage:
    return Stage(step, len(corpus), len(np.unique(corpus.targets.indices)), int(corpus.targets.nnz), change)
