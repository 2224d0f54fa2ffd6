"""Combinations of labels: all labels of a document together, as if they were one class."""

from collections import Counter
from collections.abc import Hashable

import numpy as np

from headword.cleaning.change import MAX_EXAMPLES, Change
from headword.core.corpus import Corpus
from headword.core.errors import DataError, RecipeError


def drop_rare_combinations(corpus: Corpus, n: int = 2, field: str | None = None) -> tuple[Corpus, Change]:
    """Remove the documents whose combination of labels fewer than `n` documents have.

    What some published systems do in order to split by combination. It removes the documents with most labels, which
    are the hard ones: `details` tells how many labels they have on average, and the others.

    Parameters
    ----------
    field
        A field that tells the combination, for sources where the order of labels matters; else the set of labels.
        Documents that are not annotated, or have no value there, stay.

    Raises
    ------
    RecipeError
        If `n` is below 1.
    DataError
        If there is no such field, or nothing would be left.
    """
    if n < 1:
        raise RecipeError(f"the least number of documents a combination must have is at least 1, found {n}")
    keys = _combinations(corpus, field)
    counts = Counter(key for key in keys if key is not None)
    keep = np.array([key is None or counts[key] >= n for key in keys], dtype=bool)
    gone = np.flatnonzero(~keep)
    if len(gone) == len(corpus) > 0:
        raise DataError(f"no combination of labels has {n} documents; nothing would be left: ask for fewer")
    sizes = np.diff(corpus.targets.indptr)
    rare = sum(count < n for count in counts.values())
    change = Change(
        "rare-combinations",
        len(gone),
        tuple(f"{corpus.ids[i]}: {', '.join(corpus.document(int(i)).labels or ())[:120]}" for i in gone[:MAX_EXAMPLES]),
        {
            "n": n,
            "combinations": len(counts),
            "combinations_removed": rare,
            "labels_per_document_kept": float(sizes[keep].mean()) if keep.any() else 0.0,
            "labels_per_document_removed": float(sizes[gone].mean()) if len(gone) else 0.0,
        },
        what=f"documents removed, of {rare:,} combinations of labels that fewer than {n} documents have",
    )
    return (corpus.subset(keep) if len(gone) else corpus), change


def _combinations(corpus: Corpus, field: str | None) -> list[Hashable]:
    """Return what stands for the combination of each document, None where there is none."""
    if field is None:
        bounds, columns = corpus.targets.indptr, corpus.targets.indices
        return [
            tuple(sorted(columns[bounds[i] : bounds[i + 1]].tolist())) if corpus.annotated[i] else None
            for i in range(len(corpus))
        ]
    if field not in corpus.fields:
        has = ", ".join(sorted(corpus.fields)) or "none"
        raise DataError(f"there is no field {field!r} that tells combinations of labels; the fields are: {has}")
    return [None if value is None else str(value) for value in corpus.fields[field]]
