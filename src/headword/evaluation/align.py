"""Suggestions and truth in one label space: that of the model, followed by the labels that only the truth has."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.core.errors import DataError, LabelSpaceError
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions


@dataclass(frozen=True, eq=False)
class Predictions:
    """What is judged: scores, probabilities and choices, CSR (n_docs, n_labels) each.

    Absent scores mean -inf, absent probabilities 0; `y_score` and `y_prob` store the same positions.
    """

    y_score: sp.csr_matrix
    y_prob: sp.csr_matrix
    y_pred: sp.csr_matrix


@dataclass(frozen=True, eq=False)
class Aligned:
    """The annotated documents, with truth and predictions over the evaluation label space.

    Attributes
    ----------
    ids
        The annotated documents, in the order of the corpus.
    label_space
        The model's labels, then those the model lacks and an annotated document has, in the corpus's order.
    y_true
        CSR (n_docs, n_labels) of ones.
    predictions
        Over the same documents and labels.
    train_support
        int64 (n_labels,), training documents of each label; 0 for those the model lacks.
    n_train
        Training documents.
    n_unannotated
        Documents left out because their labels are not known.
    """

    ids: tuple[str, ...]
    label_space: LabelSpace
    y_true: sp.csr_matrix
    predictions: Predictions
    train_support: np.ndarray
    n_train: int
    n_unannotated: int

    @cached_property
    def test_support(self) -> np.ndarray:
        """Evaluated documents of each label; int64 (n_labels,)."""
        return np.bincount(self.y_true.indices, minlength=len(self.label_space))


def align(suggestions: Suggestions, corpus: Corpus, *, train_support: np.ndarray, n_train: int) -> Aligned:
    """Bring suggestions and truth into one label space and leave out the documents that are not annotated.

    Raises
    ------
    DataError
        If the documents differ or stand in another order, none is annotated, or the training counts cannot be.
    LabelSpaceError
        If `train_support` does not fit the model's labels.
    """
    _check_documents(suggestions, corpus)
    support = _checked_support(train_support, n_train, len(suggestions.label_space))
    rows = np.flatnonzero(corpus.annotated)
    if len(rows) == 0:
        raise DataError(
            f"none of the {len(corpus)} documents is annotated; evaluation needs documents with known labels"
        )
    targets = corpus.targets[rows]
    used = np.flatnonzero(np.bincount(targets.indices, minlength=targets.shape[1]))
    names = corpus.label_space.names
    only_true = [names[c] for c in used.tolist() if names[c] not in suggestions.label_space]
    space = LabelSpace(suggestions.label_space.names + tuple(only_true))
    n_labels = len(space)
    return Aligned(
        ids=tuple(corpus.ids[i] for i in rows.tolist()),
        label_space=space,
        y_true=_recolumn(targets, space.columns_of(names), n_labels),
        predictions=Predictions(
            y_score=_widen(suggestions.score_matrix()[rows], n_labels),
            y_prob=_widen(suggestions.probability_matrix()[rows], n_labels),
            y_pred=_widen(suggestions.chosen_matrix()[rows], n_labels),
        ),
        train_support=np.concatenate([support, np.zeros(len(only_true), dtype=np.int64)]),
        n_train=int(n_train),
        n_unannotated=len(corpus) - len(rows),
    )


def _check_documents(suggestions: Suggestions, corpus: Corpus) -> None:
    if len(suggestions) != len(corpus):
        raise DataError(f"{len(suggestions)} documents have suggestions but the corpus holds {len(corpus)}")
    for i, (ours, theirs) in enumerate(zip(suggestions.ids, corpus.ids, strict=True)):
        if ours != theirs:
            raise DataError(
                f"document {i + 1} is {ours!r} in the suggestions but {theirs!r} in the corpus; use one order"
            )


def _checked_support(train_support: np.ndarray, n_train: int, n_labels: int) -> np.ndarray:
    support = np.asarray(train_support)
    if support.shape != (n_labels,):
        raise LabelSpaceError(f"train_support of shape {support.shape} does not fit the model's {n_labels} labels")
    if n_train < 1 or (support < 0).any() or (support > n_train).any():
        raise DataError(
            f"train_support must lie between 0 and n_train, which must be at least 1; found n_train={n_train}"
        )
    return support.astype(np.int64)


def _recolumn(matrix: sp.csr_matrix, columns: np.ndarray, n_labels: int) -> sp.csr_matrix:
    """Return `matrix` with each column c moved to `columns[c]`."""
    moved = (matrix.data, columns[matrix.indices].astype(matrix.indices.dtype), matrix.indptr)
    out = sp.csr_matrix(moved, shape=(matrix.shape[0], n_labels))
    out.sort_indices()
    return out


def _widen(matrix: sp.csr_matrix, n_labels: int) -> sp.csr_matrix:
    """Return `matrix` with empty columns added up to `n_labels`."""
    return sp.csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], n_labels))
