"""split_corpus: one door to every split, and the field that keeps the result."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from headword.cleaning.near_duplicates import near_duplicate_groups
from headword.core.corpus import Corpus
from headword.core.errors import RecipeError
from headword.core.split import Split
from headword.splits import SPLITTERS
from headword.splits.folds import with_groups
from headword.splits.groups import field_groups, join_groups
from headword.splits.rare import keep_rare_in_train


def split_corpus(
    corpus: Corpus,
    *,
    by: str = "stratified",
    test: float = 0.1,
    valid: float = 0.1,
    seed: int = 0,
    group: str | Sequence[str] | None = None,
    near_duplicates: bool = False,
    date_field: str = "date",
    split_field: str = "split",
    order: int = 1,
    within: str | None = None,
    rare_in_train: int = 0,
) -> Split:
    """Split a corpus into train, valid and test.

    Parameters
    ----------
    by
        A row of `SPLITTERS`. With groups, "stratified" means grouped-stratified and "random" means grouped.
    test, valid
        Fractions of the documents; 0 leaves the part out.
    group
        Field or fields whose values never straddle; several are joined.
    near_duplicates
        Keep near-duplicates (Jaccard 0.5 of word triples) on one side too.
    date_field, split_field, order
        For the temporal, the given and the stratified splits.
    within
        For the stratified split: a field each of whose values is shared out by itself.
    rare_in_train
        Documents that have a label of fewer documents than this are all in train; the fractions are of the others.

    Raises
    ------
    RecipeError
        If an option is out of range, the rule cannot keep groups together, or `within` is used with another rule.
    DataError
        If a field is missing, a value unusable, or a part that was asked for would be empty.
    """
    groups = groups_of(corpus, group, near_duplicates=near_duplicates, seed=seed)
    rule = with_groups(by, groups is not None)
    if within is not None and rule != "stratified":
        raise RecipeError(f"only the stratified split, without groups, works within values of a field, not {rule}")
    options: dict[str, dict[str, Any]] = {
        "given": {"field": split_field},
        "temporal": {"date_field": date_field},
        "stratified": {"order": order, "within": within},
        "grouped-stratified": {"order": order},
    }

    def by_rule(some: Corpus, groups: np.ndarray | None) -> Split:
        made: Split = SPLITTERS.get(rule)(
            some, test=test, valid=valid, seed=seed, groups=groups, **options.get(rule, {})
        )
        return made

    split = keep_rare_in_train(corpus, rare_in_train, groups, by_rule) if rare_in_train else by_rule(corpus, groups)
    if groups is None:
        return split
    fields = ([group] if isinstance(group, str) else list(group or ())) + ["near-duplicates"] * near_duplicates
    return replace(split, rule=f"{split.rule[:-1]}, groups={'+'.join(fields)})")


def groups_of(
    corpus: Corpus, group: str | Sequence[str] | None = None, *, near_duplicates: bool = False, seed: int = 0
) -> np.ndarray | None:
    """Return the joined groups of fields and near-duplicates, int64 (n_docs,), or None if nothing is asked for."""
    fields = [group] if isinstance(group, str) else list(group or ())
    groupings = [field_groups(corpus, field) for field in fields]
    if near_duplicates:
        groupings.append(near_duplicate_groups(corpus, seed=seed))
    return join_groups(*groupings) if groupings else None


def with_split_field(corpus: Corpus, split: Split, field: str = "split") -> Corpus:
    """Return the corpus with the part of each document in `field` (None for those left out), as `given` reads it.

    Raises
    ------
    RecipeError
        If the split names documents the corpus does not have.
    """
    highest = max((int(split.part(name).max(initial=-1)) for name in ("train", "valid", "test")), default=-1)
    if highest >= len(corpus):
        raise RecipeError(f"the split names document {highest + 1}, but the corpus has {len(corpus)}")
    return replace(corpus, fields={**corpus.fields, field: tuple(split.names(len(corpus)))})
