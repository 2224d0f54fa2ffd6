"""Rare labels, empty label sets, and documents that are not annotated."""

from dataclasses import replace
from typing import Literal

import numpy as np

from headword.cleaning.change import MAX_EXAMPLES, Change
from headword.core.corpus import Corpus
from headword.core.errors import DataError, RecipeError
from headword.core.labels import LabelSpace

_LEAST_DOCS = 6


def min_support(corpus: Corpus, n: int = 2) -> tuple[Corpus, Change]:
    """Remove the labels that fewer than `n` documents carry.

    A document that loses its last label becomes not annotated: that none of the kept labels applies is not what its
    annotator said. `details["documents_left_without_labels"]` tells how many. Documents stay where they are.

    Raises
    ------
    RecipeError
        If `n` is below 1.
    DataError
        If no label would be left.
    """
    if n < 1:
        raise RecipeError(f"the least number of documents a label must have is at least 1, found {n}")
    support = np.bincount(corpus.targets.indices, minlength=len(corpus.label_space))
    keep = np.flatnonzero(support >= n)
    gone = np.flatnonzero(support < n)
    if not len(keep):
        most = int(support.max(initial=0))
        raise DataError(f"no label has {n} documents; the most frequent has {most}: ask for at most that many")
    names = corpus.label_space.names
    targets = corpus.targets[:, keep]
    orphaned = corpus.annotated & (np.diff(corpus.targets.indptr) > 0) & (np.diff(targets.indptr) == 0)
    cleaned = replace(
        corpus,
        targets=targets,
        label_space=LabelSpace(tuple(names[c] for c in keep)),
        annotated=corpus.annotated & ~orphaned,
    )
    change = Change(
        "rare-labels",
        len(gone),
        tuple(f"{names[c]!r} ({support[c]})" for c in gone[:MAX_EXAMPLES]),
        {
            "n": n,
            "labels_kept": len(keep),
            "assignments_removed": int(corpus.targets.nnz - targets.nnz),
            "documents_left_without_labels": int(orphaned.sum()),
        },
        what=f"labels with fewer than {n} documents removed; {int(orphaned.sum()):,} documents now not annotated",
    )
    return cleaned, change


def empty_labels(
    corpus: Corpus, treat_as: Literal["unannotated", "none-apply"] = "unannotated"
) -> tuple[Corpus, Change]:
    """Say what an empty label set means.

    Parameters
    ----------
    treat_as
        "unannotated": nobody looked at the document, it teaches nothing. "none-apply": somebody looked and no label
        fits; the corpus stays as it is.

    Raises
    ------
    RecipeError
        If `treat_as` is neither.
    """
    if treat_as not in ("unannotated", "none-apply"):
        raise RecipeError(f'empty labels are "unannotated" or "none-apply", not {treat_as!r}')
    empty = corpus.annotated & (np.diff(corpus.targets.indptr) == 0)
    found = np.flatnonzero(empty)
    details = {"treat_as": treat_as, "empty": len(found)}
    if treat_as == "none-apply":
        return corpus, Change("empty-labels", 0, (), details, what=f"changed; {len(found):,} kept as: no label applies")
    examples = tuple(f"{corpus.ids[i]}: no labels -> not annotated" for i in found[:MAX_EXAMPLES])
    change = Change("empty-labels", len(found), examples, details, what="documents without labels now not annotated")
    return (replace(corpus, annotated=corpus.annotated & ~empty) if len(found) else corpus), change


def drop_unannotated(corpus: Corpus) -> tuple[Corpus, Change]:
    """Remove the documents that are not annotated; those to which no label applies stay."""
    gone = np.flatnonzero(~corpus.annotated)
    texts = [(corpus.ids[i], (corpus.titles[i] or corpus.abstracts[i])[:60]) for i in gone[:MAX_EXAMPLES]]
    examples = tuple(f"{one}: {text!r}" if text else one for one, text in texts)
    change = Change("unannotated", len(gone), examples, what="documents that are not annotated removed")
    return (corpus.subset(corpus.annotated) if len(gone) else corpus), change


def learnable(corpus: Corpus) -> Corpus:
    """Return the annotated documents, over the labels they use.

    Raises
    ------
    DataError
        If there are fewer than 6 annotated documents, or fewer than 2 labels.
    """
    if not corpus.annotated.all():
        corpus = corpus.subset(corpus.annotated)
    used = {label for labels in corpus.label_sets() for label in labels or ()}
    if not used:
        raise DataError(
            f"none of the {len(corpus)} annotated documents has a label: there is nothing to learn; check which column "
            "was taken for labels (--labels COLUMN)"
        )
    if len(used) < 2:
        raise DataError(f"all documents share one label, {min(used)!r}: there is nothing to choose from")
    if len(corpus) < _LEAST_DOCS:
        raise DataError(f"at least {_LEAST_DOCS} documents with labels are needed, found {len(corpus)}")
    if len(used) < len(corpus.label_space):
        return corpus.with_labels(corpus.label_sets())
    return corpus
