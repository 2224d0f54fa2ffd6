"""Judged documents: suggestions beside the truth, as what promises are made from needs them."""

from dataclasses import dataclass

import numpy as np

from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.core.scores import Suggestions

OUTSIDE = -1


@dataclass(frozen=True, eq=False)
class Judged:
    """Annotated documents with what was suggested for them, and what is true.

    Attributes
    ----------
    indptr, columns, probabilities, right
        The suggestions of int64 (n_docs + 1,) documents: label, probability, and float64 1 where it applies.
    chosen
        bool (n_pairs,): the tagger's own choice.
    true_documents, true_columns, true_probabilities
        (n_assignments,): document, label and probability of each true label. The label is -1 if the tagger does not
        know it, the probability -1 if it is not among the document's suggestions.
    n_labels
        Labels of the tagger.
    """

    indptr: np.ndarray
    columns: np.ndarray
    probabilities: np.ndarray
    right: np.ndarray
    chosen: np.ndarray
    true_documents: np.ndarray
    true_columns: np.ndarray
    true_probabilities: np.ndarray
    n_labels: int

    @classmethod
    def of(cls, suggestions: Suggestions, corpus: Corpus) -> "Judged":
        """Put suggestions beside the labels of the same documents.

        Raises
        ------
        DataError
            If the documents differ, or one is not annotated.
        """
        if suggestions.ids != corpus.ids:
            raise DataError("suggestions and labels are of different documents, or in another order")
        if not len(corpus) or not corpus.annotated.all():
            raise DataError("a promise is made from documents whose labels are known; some are not annotated")
        space, names = suggestions.label_space, corpus.label_space.names
        place = np.array([space.columns_of((name,))[0] if name in space else OUTSIDE for name in names], dtype=np.int64)
        n_docs, n_labels = len(corpus), len(space)
        true_documents = np.repeat(np.arange(n_docs), np.diff(corpus.targets.indptr))
        true_columns = place[corpus.targets.indices] if len(names) else np.zeros(0, np.int64)
        documents = np.repeat(np.arange(n_docs), np.diff(suggestions.indptr))
        pairs = documents * n_labels + suggestions.columns
        order = np.argsort(pairs, kind="stable")
        wanted = np.where(true_columns >= 0, true_documents * n_labels + true_columns, -1)
        at = np.searchsorted(pairs[order], wanted)
        found = at < len(pairs)
        found[found] = pairs[order[at[found]]] == wanted[found]
        right = np.zeros(len(pairs))
        right[order[at[found]]] = 1.0
        probabilities = np.full(len(wanted), -1.0, dtype=np.float32)
        probabilities[found] = suggestions.probabilities[order[at[found]]]
        return cls(
            suggestions.indptr, suggestions.columns, suggestions.probabilities, right, suggestions.chosen,
            true_documents, true_columns, probabilities, n_labels,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @property
    def documents(self) -> np.ndarray:
        """The document of each suggestion, int64 (n_pairs,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.indptr))

    @property
    def totals(self) -> np.ndarray:
        """The sum of the probabilities of each document's suggestions, float64 (n_docs,)."""
        return np.bincount(self.documents, weights=self.probabilities, minlength=len(self))
