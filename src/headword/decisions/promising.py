"""Making a guarantee from judged documents."""

from collections.abc import Sequence
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
    # By label, a class has all documents; else it has all labels.
    rows = [of_document == number if by != BY_LABEL else np.ones(len(judged), bool) for number in range(len(groups))]
    labels = [of_label == number if by == BY_LABEL else np.ones(len(space), bool) for number in range(len(groups))]
    found = [makers[kind](judged, level, delta, *masks, by == BY_LABEL) for masks in zip(rows, labels, strict=True)]
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


Found = tuple[float | None, str]


def _recall(judged: Judged, level: float, delta: float, rows: np.ndarray, labels: np.ndarray, by_label: bool) -> Found:
    some = rows[judged.true_documents]
    scores = judged.true_probabilities
    if by_label:
        some &= (judged.true_columns >= 0) & labels[judged.true_columns]
        rows = np.bincount(judged.true_documents[some], minlength=len(judged)) > 0
    else:
        scores = expected_gain(judged.true_documents, scores, judged.totals)
    place = np.cumsum(rows) - 1
    documents = place[judged.true_documents[some]]
    n_true = np.bincount(documents, minlength=int(rows.sum()))
    found = recall_threshold(documents, scores[some], n_true, level)
    return found.threshold, (
        f"the highest level within reach is {max(found.reachable, 0):.3f}, since right labels are missing among the "
        "candidates, or documents are few; more candidates in [fusion] or more documents help"
    )


def _precision(
    judged: Judged, level: float, delta: float, rows: np.ndarray, labels: np.ndarray, by_label: bool
) -> Found:
    documents = judged.documents
    some = rows[documents] & labels[judged.columns]
    found = precision_threshold(
        documents[some], judged.probabilities[some], judged.right[some], level,
        delta=delta, binary=bool(labels.sum() == 1),
    )  # fmt: skip
    return found.threshold, (
        f"at best {found.precision:.3f} was seen, over {found.n_docs:,} documents, and it takes at least "
        f"{fewest_documents(level, delta):,} without an error to be convinced; a lower level or more documents help"
    )


def _label_sets(
    judged: Judged, level: float, delta: float, rows: np.ndarray, labels: np.ndarray, by_label: bool
) -> Found:
    outside = np.bincount(judged.true_documents[judged.true_probabilities < 0], minlength=len(judged))
    bounds = judged.indptr
    scores = [
        nonconformity(
            judged.probabilities[bounds[i] : bounds[i + 1]], judged.right[bounds[i] : bounds[i + 1]], outside[i]
        )
        for i in np.flatnonzero(rows).tolist()
    ]
    return budget(np.array(scores), level), (
        f"{len(scores):,} documents allow up to {1 - 1 / (len(scores) + 1):.3f}; more documents help"
    )
