"""Predictive multiplicity: which suggestions depend on which of several equally good models one happens to have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core.errors import DataError
from headword.core.scores import Suggestions

_FLOOR = 1e-3
_WORTH = 0.1


@dataclass(frozen=True)
class LuckySuggestion:
    """A label that some of the near-equal models choose for a document, and others do not.

    Attributes
    ----------
    document, label
        An id and a name.
    low, high
        The least and the largest probability by a near-equal model.
    chosen_by
        Share of the near-equal models that choose it, in (0, 1).
    """

    document: str
    label: str
    low: float
    high: float
    chosen_by: float


@dataclass(frozen=True, eq=False)
class Multiplicity:
    """How much a set of near-equal models disagrees.

    Attributes
    ----------
    names, losses
        The models, and the log loss of each, nats a document;
        what a model does not suggest has a probability of 0.001.
    near
        bool (n_models,): whose loss is at most (1 + eps) times the least.
    best
        The place of the model with the least loss, which the others are compared with.
    n_pairs
        Suggestions that count: any model, near-equal or not, chooses them or gives them a probability of 0.1.
    ambiguity, discrepancy
        Share of these whose probability some near-equal model moves by `delta`, and the largest share that one does.
    decision_ambiguity, decision_discrepancy
        The same for decisions that differ.
    per_label, per_document
        float64 (n_labels,) and (n_docs,): decision ambiguity, nan where no suggestion counts.
    lucky
        The suggestions on whose choice near-equal models differ, the most divided first.
    """

    names: tuple[str, ...]
    losses: np.ndarray
    near: np.ndarray
    best: int
    n_pairs: int
    ambiguity: float
    discrepancy: float
    decision_ambiguity: float
    decision_discrepancy: float
    per_label: np.ndarray
    per_document: np.ndarray
    lucky: tuple[LuckySuggestion, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the figures of models and set as plain data."""
        models = zip(self.names, self.losses.tolist(), self.near.tolist(), strict=True)
        return {
            "models": [{"model": name, "loss": loss, "near_equal": near} for name, loss, near in models],
            "best": self.names[self.best],
            "n_suggestions": self.n_pairs,
            "ambiguity": self.ambiguity,
            "discrepancy": self.discrepancy,
            "decision_ambiguity": self.decision_ambiguity,
            "decision_discrepancy": self.decision_discrepancy,
            "n_lucky": len(self.lucky),
        }


def measure_multiplicity(
    models: Sequence[Suggestions],
    names: Sequence[str],
    targets: sp.csr_matrix,
    *,
    eps: float = 0.05,
    delta: float = 0.1,
) -> Multiplicity:
    """Compare models by their suggestions for the same documents, from which none of them learnt.

    Parameters
    ----------
    models, names
        One for each model, over one label space.
    targets
        CSR (n_docs, n_labels): the labels that the documents carry.
    eps
        A model is near-equal if its log loss is at most (1 + eps) times the least one.
    delta
        A probability that moves by this much counts as moved.

    Raises
    ------
    DataError
        If there is no model, they differ in documents or labels, or eps or delta are out of range.

    References
    ----------
    Watson-Daniels, Parkes and Ustun, Predictive multiplicity in probabilistic classification, AAAI 2023.
    """
    _require_alike(models, targets, eps, delta)
    shape = targets.shape
    places = [_keys(one.columns, one.indptr, shape[1]) for one in models]
    union = np.unique(np.concatenate([*places, _keys(targets.indices, targets.indptr, shape[1])]))
    believed = np.full((len(models), len(union)), _FLOOR)
    chosen = np.zeros((len(models), len(union)), dtype=bool)
    for number, (one, keys) in enumerate(zip(models, places, strict=True)):
        at = np.searchsorted(union, keys)
        believed[number, at] = np.clip(one.probabilities, _FLOOR, 1 - _FLOOR)
        chosen[number, at] = one.chosen
    y = np.isin(union, _keys(targets.indices, targets.indptr, shape[1]))
    losses = -np.where(y, np.log(believed), np.log1p(-believed)).sum(axis=1) / shape[0]
    best = int(losses.argmin())
    near = losses <= (1 + eps) * losses[best]
    worth = (believed >= _WORTH).any(axis=0) | chosen.any(axis=0)
    union, believed, chosen = union[worth], believed[:, worth][near], chosen[:, worth][near]
    base = int(near[:best].sum())
    moved, flipped = np.abs(believed - believed[base]) >= delta, chosen != chosen[base]
    differs = flipped.any(axis=0)
    documents, columns = union // shape[1], union % shape[1]
    return Multiplicity(
        tuple(names), losses, near, best, len(union), *_shares(moved), *_shares(flipped),
        _means(differs, columns, shape[1]), _means(differs, documents, shape[0]),
        _lucky(models[0], documents, columns, believed, chosen),
    )  # fmt: skip


def _require_alike(models: Sequence[Suggestions], targets: sp.csr_matrix, eps: float, delta: float) -> None:
    if not models:
        raise DataError("multiplicity needs one model at least")
    if eps < 0 or not 0 < delta <= 1:
        raise DataError(f"eps is at least 0 and delta lies in (0, 1], found {eps} and {delta}")
    for one in models:
        if one.ids != models[0].ids or one.shape != targets.shape:
            raise DataError("all models must have been asked about the same documents and labels")
        models[0].label_space.require_same(one.label_space, what="another model")


def _keys(columns: np.ndarray, indptr: np.ndarray, n_labels: int) -> np.ndarray:
    return np.repeat(np.arange(len(indptr) - 1), np.diff(indptr)) * np.int64(n_labels) + columns  # type: ignore[no-any-return]


def _shares(differs: np.ndarray) -> tuple[float, float]:
    """Return (ambiguity, discrepancy) of bool (n_near, n_pairs)."""
    if not differs.shape[1]:
        return 0.0, 0.0
    return float(differs.any(axis=0).mean()), float(differs.mean(axis=1).max())


def _means(values: np.ndarray, at: np.ndarray, size: int) -> np.ndarray:
    counts = np.bincount(at, minlength=size)
    sums = np.bincount(at, weights=values, minlength=size)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)  # type: ignore[no-any-return]


def _lucky(
    one: Suggestions, documents: np.ndarray, columns: np.ndarray, believed: np.ndarray, chosen: np.ndarray
) -> tuple[LuckySuggestion, ...]:
    share = chosen.mean(axis=0)
    divided = np.flatnonzero((share > 0) & (share < 1))
    divided = divided[np.argsort(np.abs(share[divided] - 0.5), kind="stable")]
    low, high = believed.min(axis=0), believed.max(axis=0)
    return tuple(
        LuckySuggestion(
            one.ids[int(documents[i])],
            one.label_space.names[int(columns[i])],
            float(low[i]),
            float(high[i]),
            float(share[i]),
        )
        for i in divided.tolist()
    )
