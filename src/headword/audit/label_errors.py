"""Label errors: labels that documents carry and should not, and such that they lack, the likeliest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.audit.out_of_fold import OutOfFold
from headword.audit.pairs import Pairs
from headword.audit.ranking import Suspicion, suspect
from headword.core.errors import DataError
from headword.core.labels import LabelSpace

WRONG, MISSING = "wrong", "missing"
_SHRINK = 5.0
_LEAST_LIFT = 1.0


@dataclass(frozen=True)
class LabelError:
    """One probable error.

    Attributes
    ----------
    document, label
        An id and a name.
    problem
        `wrong`: the document carries the label; `missing`: it does not.
    error_probability
        How likely it is an error, 0 to 1.
    probability
        Of the label, by models that did not learn from the document, 0 to 1.
    threshold
        What confident learning compares it with: for a wrong label the mean probability of the documents without it,
        for a missing one that of the documents with it; both drawn to the mean of all labels where documents are few.
    confident
        Whether the probability lies beyond the threshold.
    support
        Other documents that carry the label.
    swap
        The label that was probably meant instead, or taken for this one; None: no such label.
    row
        The document's place in the corpus.
    """

    document: str
    label: str
    problem: str
    error_probability: float
    probability: float
    threshold: float
    confident: bool
    support: int
    swap: str | None
    row: int


@dataclass(frozen=True, eq=False)
class LabelErrors:
    """The probable errors of a corpus.

    Attributes
    ----------
    errors
        The likeliest first. Only labels about which the decision differs from the document's labels.
    n_docs, n_assigned
        Documents, and assignments, that were looked at.
    wrong, missing
        Kind of error -> estimated share of the assignments, or of the pairs that lack the label.
    """

    errors: tuple[LabelError, ...]
    n_docs: int
    n_assigned: int
    wrong: Mapping[str, float]
    missing: Mapping[str, float]

    def __len__(self) -> int:
        return len(self.errors)

    def __getitem__(self, i: int) -> LabelError:
        return self.errors[i]

    def to_json(self) -> dict[str, Any]:
        """Return counts and estimates as plain data, without the errors themselves."""
        kinds = [error.problem for error in self.errors]
        return {
            "n_docs": self.n_docs,
            "n_assigned": self.n_assigned,
            "n_wrong": kinds.count(WRONG),
            "n_missing": kinds.count(MISSING),
            "estimated_wrong_share": dict(self.wrong),
            "estimated_missing_share": dict(self.missing),
        }


def find_label_errors(scored: OutOfFold, *, seed: int = 0, n_threads: int | None = None) -> LabelErrors:
    """Rank the probable label errors of documents that were scored out of fold.

    A document whose decision equals its labels is never named.

    References
    ----------
    Northcutt, Jiang and Chuang, Confident learning, JAIR 70 (2021).
    """
    found = scored.suggestions
    probabilities = sp.csr_matrix(found.probability_matrix() + scored.beyond)
    return errors_of(
        probabilities, scored.corpus.targets, found.chosen_matrix(), scored.drawn, found.ids, found.label_space,
        seed=seed, n_threads=n_threads,
    )  # fmt: skip


def errors_of(
    probabilities: sp.csr_matrix,
    targets: sp.csr_matrix,
    chosen: sp.csr_matrix,
    drawn: sp.csr_matrix,
    ids: Sequence[str],
    space: LabelSpace,
    *,
    seed: int = 0,
    n_threads: int | None = None,
) -> LabelErrors:
    """Rank the probable label errors, given out-of-fold probabilities of any system.

    Parameters
    ----------
    probabilities, targets, chosen, drawn
        CSR (n_docs, n_labels): probabilities in [0, 1] (absent: next to none), labels carried, labels decided for, and
        labels drawn by lot for each document (see `draw_labels`), which say what an arbitrary wrong label looks like.

    Raises
    ------
    DataError
        If the shapes differ, or no document carries a label.
    """
    if not targets.nnz:
        raise DataError("no document carries a label: there is nothing to audit")
    pairs = Pairs.of(probabilities, targets, chosen, drawn)
    suspicion = suspect(pairs, seed=seed, n_threads=n_threads)
    return _listed(pairs, suspicion, ids, space)


def thresholds(pairs: Pairs, *, strength: float = _SHRINK) -> tuple[np.ndarray, np.ndarray]:
    """Return confident learning's thresholds, each float64 (n_labels,): of documents with the label, and without.

    They are mean probabilities of the label. A label with `strength` documents on that side stands half-way between its
    own mean and that of all labels. A pair that nobody scored counts 0.0001.
    """
    believed = pairs.probabilities.astype(np.float64)
    held = pairs.assigned
    support = pairs.support.astype(np.float64)
    sums = np.bincount(pairs.columns[held], weights=believed[held], minlength=pairs.n_labels)
    high = _shrunk(sums, support, strength)
    scored = np.bincount(pairs.columns[~held], minlength=pairs.n_labels)
    sums = np.bincount(pairs.columns[~held], weights=believed[~held], minlength=pairs.n_labels)
    without = pairs.n_docs - support
    return high, _shrunk(sums + 1e-4 * (without - scored), without, strength)


def _shrunk(sums: np.ndarray, counts: np.ndarray, strength: float) -> np.ndarray:
    overall = sums.sum() / max(float(counts.sum()), 1.0)
    return (sums + strength * overall) / np.maximum(counts + strength, 1e-12)  # type: ignore[no-any-return]


def _listed(pairs: Pairs, suspicion: Suspicion, ids: Sequence[str], space: LabelSpace) -> LabelErrors:
    flagged = np.flatnonzero(pairs.assigned != pairs.chosen)
    flagged = flagged[np.argsort(-suspicion.order[flagged], kind="stable")]
    with_label, without = thresholds(pairs)
    swaps = _swaps(pairs, suspicion, flagged)
    errors = []
    for i in flagged.tolist():
        column, held = int(pairs.columns[i]), bool(pairs.assigned[i])
        probability, limit = float(pairs.probabilities[i]), float((without if held else with_label)[column])
        swapped = swaps.get(i)
        errors.append(
            LabelError(
                document=ids[int(pairs.documents[i])],
                label=space.names[column],
                problem=WRONG if held else MISSING,
                error_probability=float(suspicion.probabilities[i]),
                probability=probability,
                threshold=limit,
                confident=probability <= limit if held else probability >= limit,
                support=int(pairs.other_support[i]),
                swap=None if swapped is None else space.names[int(pairs.columns[swapped])],
                row=int(pairs.documents[i]),
            )
        )
    return LabelErrors(
        tuple(errors), pairs.n_docs, int(pairs.assigned.sum()), dict(suspicion.wrong), dict(suspicion.missing)
    )


def _swaps(pairs: Pairs, suspicion: Suspicion, flagged: np.ndarray) -> dict[int, int]:
    """Return pair -> pair, both ways: a wrong and a missing label of one document that were probably confused.

    The likeliest go together first, where the models confuse the two labels more than chance would: where documents
    with the wrong label have the missing one's probability above its mean over all documents.
    """
    held = pairs.assigned
    targets = sp.csr_matrix(
        (held.astype(np.float64), pairs.columns, pairs.indptr), shape=(pairs.n_docs, pairs.n_labels)
    )
    believed = np.where(held, 0, pairs.probabilities.astype(np.float64))
    free = sp.csr_matrix((believed, pairs.columns, pairs.indptr), shape=targets.shape)
    confused = sp.csr_matrix(targets.T @ free)
    mean = np.asarray(free.sum(axis=0)).ravel() / pairs.n_docs
    partner: dict[int, int] = {}
    missing: dict[int, list[int]] = {}
    for i in flagged.tolist():
        if not held[i]:
            missing.setdefault(int(pairs.documents[i]), []).append(i)
    for i in flagged[held[flagged]].tolist():
        wrong = int(pairs.columns[i])
        for j in missing.get(int(pairs.documents[i]), []):
            right = int(pairs.columns[j])
            # The document itself does not speak for its own confusion.
            others = confused[wrong, right] - believed[j]
            if j not in partner and others > _LEAST_LIFT * mean[right] * (pairs.support[wrong] - 1):
                partner[i], partner[j] = j, i
                break
    return partner
