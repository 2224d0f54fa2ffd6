"""Making a guarantee from judged documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from headword.core.errors import DataError, RecipeError
from headword.core.labels import LabelSpace
from headword.decisions.conformal import NEVER, expected_gain, fewest_documents, precision_threshold, recall_threshold
from headword.decisions.guarantee import BY_LABEL, DELTA, KINDS, OTHER, SPLITS, Guarantee
from headword.decisions.judged import Judged
from headword.decisions.label_sets import budget, nonconformity


def fit_guarantee(
    judged: Judged,
    space: LabelSpace,
    kind: str,
    level: float,
    *,
    split: str,
    by: str | None = None,
    values: Sequence[str] | None = None,
    delta: float = DELTA,
) -> Guarantee:
    """Find the thresholds that keep the promise.

    Parameters
    ----------
    judged
        The documents it is made from; true labels that are no candidates count as missed.
    by, values
        None, "label", or a field with its value for each document.
    split
        How the documents came by their scores, see `Guarantee`.

    Raises
    ------
    RecipeError
        If the goal is none.
    DataError
        If the promise cannot be kept for any class; the message says how high one could go.
    """
    if kind not in KINDS or not 0 < level < 1 or split not in SPLITS:
        raise RecipeError(f"a guarantee is one of {', '.join(KINDS)} with a level in (0, 1), found {kind!r} {level}")
    if kind == "labelset" and by == BY_LABEL:
        raise RecipeError("label sets are promised of documents: their guarantee cannot be by label")
    makers = {"recall": _recall, "precision": _precision, "labelset": _label_sets}
    groups, of_document, of_label = _classes(judged, space, kind, level, by, values, delta)
    found = [
        makers[kind](judged, level, delta, part) for part in _parts(judged, len(groups), by, of_document, of_label)
    ]
    kept = np.array([threshold is not None for threshold, _ in found])
    if not kept.any():
        raise DataError(f"{kind} {level:g} cannot be promised from {len(judged):,} documents: {found[0][1]}")
    fallback = 0.0 if kind == "recall" else NEVER if kind == "precision" else -1.0
    thresholds = np.array([fallback if t is None else t for t, _ in found], dtype=np.float32)
    classes = of_label.astype(np.int32) if by == BY_LABEL else np.zeros(0, np.int32)
    return Guarantee(kind, level, by, split, len(judged), groups, thresholds, kept, classes, delta)


def _classes(
    judged: Judged,
    space: LabelSpace,
    kind: str,
    level: float,
    by: str | None,
    values: Sequence[str] | None,
    delta: float,
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Return the names of the classes, the class of each document, and of each label; those with few share the last."""
    of_document, of_label = np.zeros(len(judged), np.int64), np.zeros(len(space), np.int64)
    if by is None:
        return ("all",), of_document, of_label
    enough = 2 * (fewest_documents(level, delta) if kind == "precision" else ceil(1 / (1 - level)))
    if by == BY_LABEL:
        known = judged.true_columns[judged.true_columns >= 0]
        counts = np.bincount(known, minlength=len(space)).astype(float)
        if kind == "precision":
            # Expected from the probabilities: who has a class of its own must not depend on what is right.
            counts = np.bincount(judged.columns, weights=judged.probabilities, minlength=len(space))
        names = [space.names[c] for c in np.flatnonzero(counts >= enough)]
        members: Sequence[str] = space.names
    else:
        members = list(values or ())
        if len(members) != len(judged):
            raise DataError(f"{len(judged)} documents have {len(members)} values of {by!r}")
        found, sizes = np.unique(np.array(members, dtype=object), return_counts=True)
        names = [str(name) for name, size in zip(found, sizes, strict=True) if size >= enough]
    number = {name: i for i, name in enumerate(names)}
    of = np.array([number.get(member, len(names)) for member in members], dtype=np.int64)
    groups = (*names, OTHER) if (of == len(names)).any() else tuple(names)
    return (groups, of_document, of) if by == BY_LABEL else (groups, of, of_label)


@dataclass(frozen=True, eq=False)
class _Part:
    """What one class has: places of documents, right labels and pairs, ascending; `n_labels` None if it has all."""

    documents: np.ndarray
    truths: np.ndarray
    pairs: np.ndarray
    n_labels: int | None


def _parts(judged: Judged, n: int, by: str | None, of_document: np.ndarray, of_label: np.ndarray) -> list[_Part]:
    if by != BY_LABEL:
        documents = _places(of_document, n)
        truths = _places(of_document[judged.true_documents], n)
        pairs = _places(of_document[judged.documents], n)
        return [_Part(*places, None) for places in zip(documents, truths, pairs, strict=True)]
    # A label that the tagger does not know is in no class.
    truths = _places(np.where(judged.true_columns >= 0, of_label[judged.true_columns], n), n)
    pairs = _places(of_label[judged.columns], n)
    documents = [np.unique(judged.true_documents[some]) for some in truths]
    sizes = np.bincount(of_label, minlength=n).tolist()
    return [_Part(*places) for places in zip(documents, truths, pairs, sizes, strict=True)]


def _places(of: np.ndarray, n: int) -> list[np.ndarray]:
    """Return the ascending places of each number from 0 to n - 1 in `of`."""
    order = np.argsort(of, kind="stable")
    bounds = np.searchsorted(of[order], np.arange(n + 1))
    return [order[bounds[i] : bounds[i + 1]] for i in range(n)]


Found = tuple[float | None, str]


def _recall(judged: Judged, level: float, delta: float, part: _Part) -> Found:
    documents, scores = judged.true_documents[part.truths], judged.true_probabilities[part.truths]
    if part.n_labels is None:
        scores = expected_gain(documents, scores, judged.totals)
    place = np.searchsorted(part.documents, documents)
    n_true = np.bincount(place, minlength=len(part.documents))
    found = recall_threshold(place, scores, n_true, level)
    return found.threshold, (
        f"the highest level within reach is {max(found.reachable, 0):.3f}, since right labels are missing among the "
        "candidates, or documents are few; more candidates in [fusion] or more documents help"
    )


def _precision(judged: Judged, level: float, delta: float, part: _Part) -> Found:
    some = part.pairs
    found = precision_threshold(
        judged.documents[some], judged.probabilities[some], judged.right[some], level,
        delta=delta, binary=part.n_labels == 1,
    )  # fmt: skip
    return found.threshold, (
        f"at best {found.precision:.3f} was seen, over {found.n_docs:,} documents, and it takes at least "
        f"{fewest_documents(level, delta):,} without an error to be convinced; a lower level or more documents help"
    )


def _label_sets(judged: Judged, level: float, delta: float, part: _Part) -> Found:
    outside = np.bincount(judged.true_documents[judged.true_probabilities < 0], minlength=len(judged))
    bounds = judged.indptr
    scores = [
        nonconformity(
            judged.probabilities[bounds[i] : bounds[i + 1]], judged.right[bounds[i] : bounds[i + 1]], outside[i]
        )
        for i in part.documents.tolist()
    ]
    return budget(np.array(scores), level), (
        f"{len(scores):,} documents allow up to {1 - 1 / (len(scores) + 1):.3f}; more documents help"
    )
