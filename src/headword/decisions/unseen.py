"""Labels that no training document has: proposed by their names, with a probability learnt out of fold.

In cross-fitting, a label whose documents all lie in the held fold is unknown to the models of the other folds, and so
are the labels that no document has at all. How often such a label was right, once its name was found, is what a
proposal is worth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.decisions.candidates import Candidates
from headword.decisions.crossfit import at_least_two
from headword.decisions.pair_network import PairModel, fit_logistic
from headword.scorers.lexical import Lexical
from headword.scorers.lexical_prior import pulled_regression
from headword.scorers.prior import label_log_odds
from headword.text.features import Features
from headword.text.name_kernels import N_EVIDENCE

_N_INPUTS = 3
_LEAST_POSITIVES = 20
# A power of two, so that nothing is rounded.
_ROOM = 16


@dataclass(frozen=True, eq=False)
class Proposals:
    """Labels unknown to a scorer that are named in some documents.

    Attributes
    ----------
    indptr, columns
        int64 (n_docs + 1,) and int32 (n_entries,), ascending within a document.
    inputs
        float32 (n_entries, 3): log odds by the scorer; their distance from the best of all labels named in the
        document; ln(1 + rank) among these.
    """

    indptr: np.ndarray
    columns: np.ndarray
    inputs: np.ndarray

    @property
    def documents(self) -> np.ndarray:
        """The document of each entry, int64 (n_entries,)."""
        return np.repeat(np.arange(len(self.indptr) - 1), np.diff(self.indptr))

    @classmethod
    def of(cls, scorer: Lexical, features: Features, most: int) -> "Proposals":
        """Return each document's `most` best labels that no training document of `scorer` has."""
        found, logits = scorer.named(features)
        n_docs = len(found.indptr) - 1
        documents = np.repeat(np.arange(n_docs), np.diff(found.indptr))
        order = np.lexsort((found.labels, -logits, documents))
        rank = np.arange(len(order)) - found.indptr[:-1][documents]
        best = logits[order][found.indptr[:-1][documents]] if len(order) else logits
        unseen = scorer.unseen[found.labels[order]]
        before = np.concatenate([[0], np.cumsum(unseen)])
        nth = before[:-1] - before[found.indptr[:-1][documents]]
        kept = np.flatnonzero(unseen & (nth < most))
        kept = kept[np.lexsort((found.labels[order[kept]], documents[kept]))]
        own = logits[order[kept]]
        inputs = np.column_stack([own, own - best[kept], np.log1p(rank[kept])]).astype(np.float32)
        indptr = np.concatenate([[0], np.cumsum(np.bincount(documents[kept], minlength=n_docs))]).astype(np.int64)
        return cls(indptr, found.labels[order[kept]], inputs)

    @classmethod
    def concatenate(cls, parts: Sequence["Proposals"], order: np.ndarray) -> "Proposals":
        """Put the documents of several parts one after the other, then in `order`."""
        lengths = np.concatenate([np.diff(part.indptr) for part in parts])
        starts = np.concatenate([[0], np.cumsum(lengths)])[:-1]
        lengths = lengths[order]
        indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        entries = np.repeat(starts[order] - indptr[:-1], lengths) + np.arange(indptr[-1])
        columns, inputs = (np.concatenate([getattr(part, name) for part in parts]) for name in ("columns", "inputs"))
        return cls(indptr, columns[entries], inputs[entries])


@dataclass(frozen=True, eq=False)
class Suggested:
    """Labels of documents with log odds, and 1 where they are right.

    Attributes
    ----------
    indptr, columns, logits, y
        int64 (n_docs + 1,); int32 and float32 (n_entries,), ascending columns within a document.
    n_labels
        Number of labels.
    """

    indptr: np.ndarray
    columns: np.ndarray
    logits: np.ndarray
    y: np.ndarray
    n_labels: int


@dataclass(frozen=True, eq=False)
class Unseen:
    """How proposals become log odds.

    Attributes
    ----------
    member
        The scorer that proposes.
    n_labels
        Labels with training documents and without: the columns from `log_prior` of the fusion on have none.
    model
        A logistic regression on `Proposals.inputs`.
    """

    member: str
    n_labels: int
    model: PairModel

    def extend(
        self, scorer: Lexical, features: Features, found: Candidates, logits: np.ndarray, most: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return (indptr, columns, log odds) of the candidates and the proposals for a few documents."""
        proposals = Proposals.of(scorer, features, most)
        return joined(found, logits, proposals, self.model.logits(proposals.inputs))

    def state(self) -> Mapping[str, Any]:
        """Return the arrays that `from_state` needs."""
        return self.model.state()

    @classmethod
    def from_state(cls, state: Mapping[str, Any], *, member: str, n_labels: int) -> "Unseen":
        """Rebuild; a DataError if the model's arrays do not fit."""
        return cls(member, n_labels, PairModel.from_state(state, n_features=_N_INPUTS))


def proposer(scorers: Mapping[str, Any], sizes: Mapping[str, int], n_seen: int) -> tuple[str, int] | None:
    """Return the name of the scorer that knows more than `n_seen` labels, and how many; None if none does.

    `sizes` are those of the feature blocks.
    """
    for name, scorer in scorers.items():
        if isinstance(scorer, Lexical) and sizes.get(scorer.block, 0) // N_EVIDENCE > n_seen:
            return name, sizes[scorer.block] // N_EVIDENCE
    return None


class Watch:
    """Collects the proposals of the cross-fit's scorers.

    Parameters
    ----------
    place
        Which of the scorers proposes.
    most
        Proposals for a document.
    """

    def __init__(self, place: int, most: int) -> None:
        self.place, self.most = place, most
        self._parts: list[tuple[np.ndarray, Proposals, np.ndarray]] = []

    def __call__(self, rows: np.ndarray, scorers: Sequence[Any], features: Features) -> None:
        """Note what the scorers of one fold propose for its held documents, at `rows`."""
        scorer = scorers[self.place]
        self._parts.append((rows, Proposals.of(scorer, features, self.most), scorer.unseen))

    def proposals(self) -> Proposals:
        """Return the proposals for all held documents, in ascending order."""
        rows = np.concatenate([rows for rows, _, _ in self._parts])
        return Proposals.concatenate([part for _, part, _ in self._parts], np.argsort(rows, kind="stable"))

    def known(self, documents: np.ndarray, found: Candidates) -> np.ndarray:
        """Return bool (n_entries,): which candidates of the held `documents` the fold's scorers had documents of."""
        unseen = np.stack([unseen for _, _, unseen in self._parts])
        return ~unseen[self._part(documents)[found.documents], found.columns]  # type: ignore[no-any-return]

    def log_priors(self, targets: sp.csr_matrix) -> np.ndarray:
        """Return float32 (n_parts, n_labels): the log odds of each label in the documents outside each part."""
        kept = np.ones((len(self._parts), targets.shape[0]), dtype=bool)
        for number, (rows, _, _) in enumerate(self._parts):
            kept[number, rows] = False
        return np.stack([label_log_odds(targets[np.flatnonzero(rest)]) for rest in kept])

    def by_fold(self, documents: np.ndarray, found: Candidates) -> Candidates:
        """Return the candidates with columns of their own for each part, as in the rows of `log_priors`."""
        shift = self._part(documents)[found.documents] * found.n_labels
        return replace(
            found, columns=(found.columns + shift).astype(np.int32), n_labels=len(self._parts) * found.n_labels
        )

    def _part(self, documents: np.ndarray) -> np.ndarray:
        """Return int64 (n_docs,): in which part each of the held `documents` was."""
        part = np.zeros(int(documents.max(initial=-1)) + 1, dtype=np.int64)
        for number, (rows, _, _) in enumerate(self._parts):
            part[rows] = number
        return part[documents]  # type: ignore[no-any-return]

    def fit(
        self, member: str, n_labels: int, cross_fitted: tuple[np.ndarray, Candidates, np.ndarray],
        targets: sp.csr_matrix, fold: np.ndarray,
    ) -> tuple[Unseen, Suggested]:  # fmt: skip
        """Fit the proposals' model; return it, and all that is suggested out of fold.

        Parameters
        ----------
        cross_fitted
            The held documents, their candidates, and the fused log odds. Of labels that a fold's scorers had no
            document of, the proposals count instead.
        targets, fold
            Of the held documents.
        """
        _, found, logits = cross_fitted
        model, proposed = fit_unseen(self.proposals(), targets, fold, member, n_labels)
        indptr, columns, every = joined(found, logits, self.proposals(), proposed)
        return model, Suggested(indptr, columns, every, _right(indptr, columns, targets, n_labels), n_labels)


def fit_unseen(
    proposals: Proposals, targets: sp.csr_matrix, fold: np.ndarray, member: str, n_labels: int
) -> tuple[Unseen, np.ndarray]:
    """Fit on out-of-fold proposals; return the model and its own out-of-fold log odds, float32 (n_entries,).

    Parameters
    ----------
    targets, fold
        Of the same documents; `targets` CSR (n_docs, labels with documents).
    """
    y = _right(proposals.indptr, proposals.columns, targets, n_labels)
    part = at_least_two(fold)[proposals.documents]
    logits = np.empty(len(y), dtype=np.float32)
    for number in np.unique(part):
        held = part == number
        logits[held] = _fitted(proposals.inputs[~held], y[~held]).logits(proposals.inputs[held])
    return Unseen(member, n_labels, _fitted(proposals.inputs, y)), logits


def _right(indptr: np.ndarray, columns: np.ndarray, targets: sp.csr_matrix, n_labels: int) -> np.ndarray:
    """Return float32 (n_entries,): 1 where the document has the label."""
    rows = np.arange(targets.shape[0])
    carried = np.repeat(rows, np.diff(targets.indptr)) * np.int64(n_labels) + targets.indices
    return np.isin(np.repeat(rows, np.diff(indptr)) * np.int64(n_labels) + columns, carried).astype(np.float32)


def _fitted(inputs: np.ndarray, y: np.ndarray) -> PairModel:
    """Fit a logistic regression; with few right pairs on the scorer's log odds alone, and pulled to leave them alone.

    One pair right and one wrong are added, so that no proposal is ever sure.
    """
    typical = inputs.mean(axis=0, keepdims=True) if len(inputs) else np.zeros((1, _N_INPUTS), np.float32)
    rows = np.vstack([inputs, typical, typical]).astype(np.float32)
    targets = np.concatenate([y, [1, 0]]).astype(np.float32)
    weights = np.concatenate([np.ones(len(y)), [0.5, 0.5]]).astype(np.float32)
    if y.sum() >= _LEAST_POSITIVES:
        return fit_logistic(rows, targets, weights, ridge=1.0)
    slope, intercept = pulled_regression(rows[:, 0], targets, weights)
    # A pair model clips what is beyond 5 after scaling: log odds need more room.
    none, narrow = np.zeros(_N_INPUTS, np.float32), np.full(_N_INPUTS, 1 / _ROOM, np.float32)
    return PairModel.plain(none, narrow, np.array([slope * _ROOM, 0, 0], dtype=np.float32), intercept)


def joined(
    found: Candidates, logits: np.ndarray, proposals: Proposals, proposed: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (indptr, columns, log odds) of the candidates and the proposals, by document."""
    documents = np.concatenate([found.documents, proposals.documents])
    columns = np.concatenate([found.columns, proposals.columns])
    order = np.lexsort((columns, documents))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(documents, minlength=len(found)))]).astype(np.int64)
    return indptr, columns[order].astype(np.int32), np.concatenate([logits, proposed])[order].astype(np.float32)
