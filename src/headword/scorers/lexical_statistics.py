"""What the names of labels meant in training: how often a label was named, carried, and both."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError
from headword.text.name_kernels import BODY, COVERED, NAME, TITLE
from headword.text.names import Found

EXPERIENCE = (
    "documents of the label",
    "label never seen",
    "rarity of its names",
    "how often its names meant it, against all labels",
    "how often its whole names meant it, against all labels",
    "how often this name meant it, against all labels",
)
_FOLDS = 5
_STRENGTH = 4.0
_USUAL = 64


@dataclass(frozen=True, eq=False)
class Counts:
    """Counts over documents, float32 (n_named,) each but the first.

    Attributes
    ----------
    n_docs
        Documents.
    support
        Documents that carry each label.
    named, right
        Documents that name it, with all words of a name, and of these those that carry it.
    part, part_right
        The same of documents with no more than part of a name of it.
    whole, whole_right
        The same of documents with a whole name of it.
    """

    n_docs: int
    support: np.ndarray
    named: np.ndarray
    right: np.ndarray
    whole: np.ndarray
    whole_right: np.ndarray
    part: np.ndarray
    part_right: np.ndarray


@dataclass(frozen=True, eq=False)
class Statistics:
    """What scoring needs of the training documents.

    Attributes
    ----------
    counts
        Of each label.
    pair_keys, pair_named, pair_right
        int64 ascending label * 2**32 + name * 2, + 1 for part of the name, and float32: documents in which the name
        spoke best for the label, and of these those that carry it.
    absent
        float32 (n_labels,): log odds of each label in documents that do not name it.
    """

    counts: Counts
    pair_keys: np.ndarray
    pair_named: np.ndarray
    pair_right: np.ndarray
    absent: np.ndarray

    @cached_property
    def usual(self) -> np.ndarray:
        """int64, ascending: the labels whose absence from the text says least against them, at most 64."""
        return np.sort(np.argsort(-self.absent, kind="stable")[:_USUAL])

    @property
    def floor(self) -> float:
        """The log odds of all labels that are neither named nor usual; nothing scores lower."""
        return float(self.absent.min(initial=0.0))

    @property
    def support(self) -> np.ndarray:
        """Training documents of each label, float32 (n_named,)."""
        return self.counts.support

    def of(self, found: Found) -> np.ndarray:
        """Return the columns EXPERIENCE of each label found, float32 (n_found, 6)."""
        keys = _keys(found)
        at = np.minimum(np.searchsorted(self.pair_keys, keys), max(len(self.pair_keys) - 1, 0))
        known = self.pair_keys[at] == keys if len(self.pair_keys) else np.zeros(len(keys), dtype=bool)
        named = np.where(known, self.pair_named[at], 0) if len(self.pair_keys) else np.zeros(len(keys))
        right = np.where(known, self.pair_right[at], 0) if len(self.pair_keys) else np.zeros(len(keys))
        return _columns(self.counts, self._totals, found.labels, _partial(found), named, right)

    @cached_property
    def _totals(self) -> tuple[float, float, float]:
        return _totals(self.counts)

    def of_unseen(self, found: Found, places: np.ndarray) -> np.ndarray:
        """Return these columns for the found labels at `places`, as if no document had had them."""
        counts = self.counts
        none = np.zeros(len(counts.support), dtype=np.float32)
        blank = Counts(counts.n_docs, none, counts.named, none, counts.whole, none, counts.part, none)
        partial = _partial(found)[places]
        return _columns(
            blank, self._totals, found.labels[places], partial, np.zeros(len(places)), np.zeros(len(places))
        )

    def state(self) -> Mapping[str, Any]:
        """Return the arrays that `from_state` needs."""
        counts = {name: array for name, array in vars(self.counts).items() if name != "n_docs"}
        return {
            **counts,
            "n_docs": np.array([self.counts.n_docs], dtype=np.int64),
            "pair_keys": self.pair_keys,
            "pair_named": self.pair_named,
            "pair_right": self.pair_right,
            "absent": self.absent,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any], *, n_named: int | None, n_labels: int | None) -> "Statistics":
        """Rebuild; a DataError if an array is missing, of a wrong type or size, or not finite."""
        support = stored.finite(state, "support", (n_named,))
        absent = stored.finite(state, "absent", (n_labels,))
        rest = [
            stored.finite(state, name, (len(support),))
            for name in ("named", "right", "whole", "whole_right", "part", "part_right")
        ]
        counts = Counts(stored.number(state, "n_docs", 0, 1 << 31), support, *rest)
        keys = stored.array(state, "pair_keys", np.int64, (None,))
        if (keys[1:] <= keys[:-1]).any():
            raise DataError("tensor 'pair_keys' must rise")
        pairs = [stored.finite(state, name, (len(keys),)) for name in ("pair_named", "pair_right")]
        return cls(counts, keys, pairs[0], pairs[1], absent)


class Experience:
    """Labels found in training documents, and which of them were right.

    Parameters
    ----------
    found
        In the training documents.
    targets
        CSR (n_docs, n_labels) of the same documents.
    n_named
        Labels that have names, those of `targets` first.
    """

    def __init__(self, found: Found, targets: sp.csr_matrix, n_named: int) -> None:
        self.found, self.targets, self.n_named = found, targets, n_named
        n_docs = targets.shape[0]
        self.documents = np.repeat(np.arange(n_docs), np.diff(found.indptr))
        carried = np.repeat(np.arange(n_docs), np.diff(targets.indptr)) * np.int64(n_named) + targets.indices
        pairs = self.documents * np.int64(n_named) + found.labels
        self.y = np.isin(pairs, carried).astype(np.float32)
        self.fold = np.arange(n_docs) % _FOLDS
        self.partial = _partial(found)
        self.keys, self.place = np.unique(_keys(found), return_inverse=True)

    def statistics(self) -> Statistics:
        """Count over all documents."""
        counts = self._counts(np.ones(self.targets.shape[0], dtype=bool))
        keys, place = self.keys, self.place
        named = np.bincount(place, minlength=len(keys)).astype(np.float32)
        right = np.bincount(place, weights=self.y, minlength=len(keys)).astype(np.float32)
        n_labels = self.targets.shape[1]
        missed = (counts.support - counts.right - counts.part_right)[:n_labels]
        without = counts.n_docs - (counts.named + counts.part)[:n_labels]
        absent = np.log(
            (np.maximum(missed - _discount(counts.support), 0) + 0.02) / (np.maximum(without - missed, 0) + 1)
        )
        return Statistics(counts, keys, named, right, absent.astype(np.float32))

    def held_out(self) -> np.ndarray:
        """Return the columns EXPERIENCE of each label found, counted over documents of other folds than its own."""
        out = np.empty((len(self.y), len(EXPERIENCE)), dtype=np.float32)
        keys, place = self.keys, self.place
        of_pair = self.fold[self.documents]
        for number in range(_FOLDS):
            inside = of_pair == number
            counts = self._counts(self.fold != number)
            named = np.bincount(place[~inside], minlength=len(keys))[place[inside]]
            right = np.bincount(place[~inside], weights=self.y[~inside], minlength=len(keys))[place[inside]]
            out[inside] = _columns(
                counts, _totals(counts), self.found.labels[inside], self.partial[inside], named, right
            )
        return out

    def _counts(self, kept: np.ndarray) -> Counts:
        """Count over the documents that are `kept`."""
        n, labels = self.n_named, self.found.labels
        inside = kept[self.documents]
        evidence = self.found.evidence
        some, part = inside & ~self.partial, inside & self.partial
        whole = inside & (evidence[:, TITLE] + evidence[:, BODY] > 0)

        def count(some: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
            out = np.bincount(labels[some], weights=None if weights is None else weights[some], minlength=n)
            return out.astype(np.float32)  # type: ignore[no-any-return]

        carried = np.repeat(kept, np.diff(self.targets.indptr))
        support = np.bincount(self.targets.indices[carried], minlength=n).astype(np.float32)
        return Counts(
            int(kept.sum()),
            support,
            *(count(which, y) for which in (some, whole, part) for y in (None, self.y)),
        )


def _discount(support: np.ndarray) -> float:
    """Return how much too often, in documents, a label seen in training seems to be carried: 0 to 1.

    Ney, Essen and Kneser, On structuring probabilistic dependences, Computer Speech and Language 8 (1994).
    """
    once, twice = int((support == 1).sum()), int((support == 2).sum())
    return (once + 0.5) / (once + 2 * twice + 1)


def _partial(found: Found) -> np.ndarray:
    """Return bool (n_found,): which labels have no more than part of a name there."""
    return np.asarray(found.evidence[:, COVERED] < 1)


def _keys(found: Found) -> np.ndarray:
    name = found.evidence[:, NAME].astype(np.int64)
    return np.asarray(found.labels.astype(np.int64) << 32 | name << 1 | _partial(found))


def _totals(counts: Counts) -> tuple[float, float, float]:
    """Return how often, over all labels that documents carry, a name, a whole one, and part of one meant its label."""
    seen = counts.support > 0

    def share(right: np.ndarray, named: np.ndarray) -> float:
        return (float(right[seen].sum()) + 0.5) / (float(named[seen].sum()) + 5)

    return (
        share(counts.right, counts.named),
        share(counts.whole_right, counts.whole),
        share(counts.part_right, counts.part),
    )


def _columns(
    counts: Counts,
    totals: tuple[float, float, float],
    labels: np.ndarray,
    partial: np.ndarray,
    named: np.ndarray,
    right: np.ndarray,
) -> np.ndarray:
    support = counts.support[labels]
    usual = np.where(partial, totals[2], totals[0])
    own_right = np.where(partial, counts.part_right[labels], counts.right[labels])
    own_named = np.where(partial, counts.part[labels], counts.named[labels])
    meant = (own_right + _STRENGTH * usual) / (own_named + _STRENGTH)
    whole = (counts.whole_right[labels] + _STRENGTH * totals[1]) / (counts.whole[labels] + _STRENGTH)
    this = (right + _STRENGTH * meant) / (named + _STRENGTH)
    # A label that no document has tells nothing by never having been meant.
    unseen = support == 0
    meant, whole, this = (
        np.where(unseen, usual, meant),
        np.where(unseen, totals[1], whole),
        np.where(unseen, usual, this),
    )
    rarity = np.log((counts.n_docs + 1) / (own_named + 1))
    usual, often = _logit(usual), _logit(np.array(totals[1]))
    columns = [np.log1p(support), unseen, rarity, _logit(meant) - usual, _logit(whole) - often, _logit(this) - usual]
    return np.column_stack(columns).astype(np.float32)


def _logit(p: np.ndarray) -> np.ndarray:
    p = np.clip(p, 1e-4, 1 - 1e-4)
    return np.log(p / (1 - p))  # type: ignore[no-any-return]
