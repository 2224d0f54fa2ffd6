"""Held-out documents: what the tagger would have said of its training documents, had it not seen them."""

from dataclasses import dataclass

import numpy as np

from headword.core.corpus import Corpus
from headword.core.scores import Suggestions


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Training documents with suggestions by models that did not learn from them.

    Members, stack and fusion were fitted on other folds; the decision's few thresholds were fitted on these same
    suggestions, and the vocabulary and the labels' frequencies come from all training documents.

    Attributes
    ----------
    corpus
        The documents that were scored: all annotated ones, or those of the folds that the recipe uses.
    suggestions
        Their ranked labels, over the tagger's label space.
    fold
        int64 (n_docs,): documents of one number were held out together, near-duplicates and groups among them.
    """

    corpus: Corpus
    suggestions: Suggestions
    fold: np.ndarray
