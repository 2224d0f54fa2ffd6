"""Exact duplicates: the same title and abstract, or the same title, blanks aside."""

from itertools import pairwise
from typing import Literal

import numpy as np

from headword.cleaning.change import MAX_EXAMPLES, Change
from headword.core.corpus import Corpus
from headword.core.errors import RecipeError

By = Literal["text", "title"]


def exact_groups(corpus: Corpus, by: By = "text", *, fold_blanks: bool = True) -> np.ndarray:
    """Return the group of each document, int64 (n_docs,): equal for equal texts, numbered by first appearance.

    Parameters
    ----------
    by
        "text": title and abstract must be equal; "title": the title alone. A document that has nothing of it is in a
        group of its own.
    fold_blanks
        Compare after every run of blanks became one space.

    Raises
    ------
    RecipeError
        If `by` is neither.
    """
    if by not in ("text", "title"):
        raise RecipeError(f'duplicates are found by "text" or by "title", not by {by!r}')
    number: dict[tuple[str, ...] | int, int] = {}
    group = np.empty(len(corpus), dtype=np.int64)
    for i, (title, abstract) in enumerate(zip(corpus.titles, corpus.abstracts, strict=True)):
        compared = (title, abstract if by == "text" else "")
        folded = tuple(" ".join(text.split()) for text in compared) if fold_blanks else compared
        group[i] = number.setdefault(folded if any(folded) else i, len(number))
    return group


def drop_duplicates(corpus: Corpus, by: By = "text", fold_blanks: bool = True) -> tuple[Corpus, Change]:
    """Keep one document of each set of exact duplicates: the first annotated one, else the first.

    `by` and `fold_blanks` say what makes duplicates, as in `exact_groups`.

    Labels are not merged: which of two annotators was right is not for a program to say. How many sets disagree stands
    in `details["groups_with_other_labels"]`, and examples name them first.
    """
    group = exact_groups(corpus, by, fold_blanks=fold_blanks)
    by_group = np.lexsort((np.arange(len(group)), ~corpus.annotated, group))  # annotated first, then the order given
    starts = np.flatnonzero(np.diff(group[by_group], prepend=-1))
    kept = np.sort(by_group[starts])
    sets = [by_group[a:b] for a, b in pairwise([*starts, len(group)]) if b - a > 1]
    differ = [members for members in sets if _labels_differ(corpus, members)]
    agree = [members for members in sets if not _labels_differ(corpus, members)]
    details = {
        "groups": len(sets),
        "groups_with_other_labels": len(differ),
        "largest_group": max((len(members) for members in sets), default=1),
    }
    what = "exact duplicates" if by == "text" else "documents of equal title"
    change = Change(
        "duplicates",
        len(corpus) - len(kept),
        tuple(_describe(corpus, members) for members in (differ + agree)[:MAX_EXAMPLES]),
        details,
        what=f"{what} removed; {len(differ):,} of {len(sets):,} sets of duplicates disagree on labels",
    )
    return (corpus.subset(kept) if len(kept) < len(corpus) else corpus), change


def _label_set(corpus: Corpus, i: int) -> tuple[int, ...]:
    return tuple(corpus.targets.indices[corpus.targets.indptr[i] : corpus.targets.indptr[i + 1]].tolist())


def _labels_differ(corpus: Corpus, members: np.ndarray) -> bool:
    return len({_label_set(corpus, i) for i in members if corpus.annotated[i]}) > 1


def _describe(corpus: Corpus, members: np.ndarray) -> str:
    first, *others = members.tolist()
    text = f"{', '.join(corpus.ids[i] for i in others[:3])}{', …' if len(others) > 3 else ''} = {corpus.ids[first]}"
    for i in others:
        if corpus.annotated[i] and corpus.annotated[first] and _label_set(corpus, i) != _label_set(corpus, first):
            there, here = corpus.document(i).labels or (), corpus.document(first).labels or ()
            return f"{text} (labels {', '.join(there) or 'none'} -> {', '.join(here) or 'none'})"
    return f"{text} {(corpus.titles[first] or corpus.abstracts[first])[:50]!r}"
