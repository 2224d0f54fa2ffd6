"""The folds of the training documents, which keep together what belongs together."""

import numpy as np

from headword.core.corpus import Corpus
from headword.recipes.reader import Recipe

_NEAR = 0.8  # copies and versions; what merely resembles them may well be among future documents too


def training_folds(corpus: Corpus, recipe: Recipe, seed: int) -> np.ndarray:
    """Return the fold of each document, int64 (n_docs,): groups and near-duplicates stay together.

    Near-duplicates have a Jaccard similarity of 0.8 at least. Where they join more documents than a fold has, they
    do not count.
    """
    # What only fitting needs is imported by fitting, so that a loaded tagger answers sooner.
    from headword.cleaning.near_duplicates import near_duplicate_groups
    from headword.splits.folds import folds
    from headword.splits.groups import field_groups, join_groups

    options = recipe.crossfit
    n_folds = options.n_folds(len(corpus))
    groups = None if options.group is None else field_groups(corpus, options.group)
    if options.near_duplicates and corpus.features is None:
        near = near_duplicate_groups(corpus, _NEAR, seed=seed)
        near = near if groups is None else join_groups(groups, near)
        # Where nearly all documents resemble one another, keeping them together would leave no folds.
        if np.bincount(near).max() <= len(corpus) // n_folds:
            groups = near
    return folds(corpus, n_folds, seed=seed, groups=groups)
