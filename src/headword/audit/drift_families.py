"""The parts of a comparison of two corpora, each a family of items that are counted in both."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from headword.audit.composition import Values, properties, word_counts
from headword.audit.exact_tests import rate_tests
from headword.core.corpus import Corpus

_DECILES = 10
_MOST_LABELS = 8


@dataclass(frozen=True)
class Item:
    """One label, term or value: how many documents have it in A and in B.

    Attributes
    ----------
    share_a, share_b
        Of the documents for which it is known.
    p
        Chance of so large a difference, adjusted for the other items of its family.
    """

    name: str
    count_a: int
    count_b: int
    share_a: float
    share_b: float
    p: float

    @property
    def weight(self) -> float:
        """How far the two shares lie apart: their Jensen-Shannon divergence in nats, from 0 to log 2."""
        middle = (self.share_a + self.share_b) / 2
        out = 0.0
        for share in (self.share_a, self.share_b):
            for part, whole in ((share, middle), (1 - share, 1 - middle)):
                out += part * math.log(part / whole) / 2 if part > 0 else 0.0
        return out


@dataclass(frozen=True)
class Family:
    """One question about two corpora, and its answer.

    Attributes
    ----------
    name, what
        As it is called, and what its items are, for people.
    n_a, n_b
        Documents that could be counted.
    items
        In their own order; only those that either corpus has.
    p
        Chance that two random parts of one population differ so; 1 where there was nothing to compare.
    distance
        Total variation: the share of documents that would have to change their value for both to be alike; None for
        families whose items exclude one another not.
    """

    name: str
    what: str
    n_a: int
    n_b: int
    items: tuple[Item, ...]
    p: float
    distance: float | None = None
    notes: tuple[str, ...] = field(default=())

    def drifted(self, alpha: float) -> list[Item]:
        """Return the items that differ beyond chance, those that matter most first."""
        return sorted((i for i in self.items if i.p <= alpha), key=lambda i: (-i.weight, i.name))


def counted_family(
    name: str,
    what: str,
    names: Sequence[str],
    counts: tuple[np.ndarray, np.ndarray],
    sizes: tuple[int, int],
    alpha: float,
    *,
    exclusive: bool = True,
    notes: tuple[str, ...] = (),
) -> Family:
    """Test the items `names`, which stand in `counts` of the `sizes` documents of A and B."""
    (a, b), (n_a, n_b) = counts, sizes
    if min(n_a, n_b) == 0:
        return Family(name, what, n_a, n_b, (), 1.0, None, (*notes, "one of the two has none to compare"))
    _, adjusted = rate_tests(a, n_a, b, n_b, alpha=alpha)
    columns = zip(names, a.tolist(), b.tolist(), (a / n_a).tolist(), (b / n_b).tolist(), adjusted.tolist(), strict=True)
    items = tuple(Item(*one) for one in columns)
    distance = float(np.abs(a / n_a - b / n_b).sum() / 2) if exclusive else None
    return Family(name, what, n_a, n_b, items, float(adjusted.min(initial=1.0)), distance, notes)


def value_family(name: str, what: str, a: Values, b: Values, alpha: float, order: Sequence[str] = ()) -> Family:
    """Compare how often each value occurs; None is left out. `order` puts values first, the others follow sorted."""
    known = [[value for value in side if value is not None] for side in (a, b)]
    seen = set(known[0]) | set(known[1])
    names = [*(v for v in order if v in seen), *sorted(seen - set(order))]
    place = {value: i for i, value in enumerate(names)}
    counts = [np.bincount([place[v] for v in side], minlength=len(names)).astype(np.int64) for side in known]
    return counted_family(name, what, names, (counts[0], counts[1]), (len(known[0]), len(known[1])), alpha)


def label_family(both: Corpus, is_b: np.ndarray, alpha: float) -> Family:
    """Compare how many annotated documents have each label."""
    a, b = both.targets[both.annotated & ~is_b], both.targets[both.annotated & is_b]
    counts = (support(a), support(b))
    names, used = both.label_space.names, np.flatnonzero(counts[0] + counts[1])
    new, gone = int((counts[0][used] == 0).sum()), int((counts[1][used] == 0).sum())
    unseen = int(counts[1][counts[0] == 0].sum())
    share = unseen / max(int(counts[1].sum()), 1)
    notes = (f"{new:,} labels only in B ({share:.1%} of its assignments), {gone:,} only in A",) if new + gone else ()
    return counted_family(
        "labels", "label", [names[c] for c in used], (counts[0][used], counts[1][used]), (a.shape[0], b.shape[0]),
        alpha, exclusive=False, notes=notes,
    )  # fmt: skip


def support(targets: sp.csr_matrix) -> np.ndarray:
    """Return how many rows have each column, int64 (n_columns,)."""
    return np.bincount(targets.indices, minlength=targets.shape[1]).astype(np.int64)


def cardinality_family(both: Corpus, is_b: np.ndarray, alpha: float) -> Family:
    """Compare how many labels the annotated documents have."""
    sizes = np.diff(both.targets.indptr)
    names = [str(n) if n < _MOST_LABELS else f"{_MOST_LABELS} or more" for n in range(_MOST_LABELS + 1)]
    a, b = ([names[min(n, _MOST_LABELS)] for n in sizes[both.annotated & side].tolist()] for side in (~is_b, is_b))
    return value_family("labels per document", "number of labels", a, b, alpha, names)


def length_family(both: Corpus, is_b: np.ndarray, alpha: float) -> Family:
    """Compare lengths, by tenths of both corpora together."""
    words = word_counts(both)
    edges = np.unique(np.quantile(words, np.arange(1, _DECILES) / _DECILES, method="higher")) if len(words) else words
    bounds = [0, *(int(edge) for edge in edges if edge > 0)]
    names = [f"{low:,} to {high - 1:,} words" for low, high in pairwise(bounds)]
    names.append(f"{bounds[-1]:,} words or more")
    at = np.searchsorted(bounds[1:], words, side="right")
    a, b = ([names[i] for i in at[side].tolist()] for side in (~is_b, is_b))
    found = value_family("length", "length", a, b, alpha, names)
    return replace(found, notes=(f"median {_median(words[~is_b]):,} words in A, {_median(words[is_b]):,} in B",))


def _median(words: np.ndarray) -> int:
    return int(np.median(words)) if len(words) else 0


def property_families(both: Corpus, is_b: np.ndarray, alpha: float) -> list[Family]:
    """Compare the composition by language, year, provider and whatever else both corpora tell of each document."""
    found = []
    for name, values in properties(both).items():
        a, b = ([v for v, at in zip(values, is_b.tolist(), strict=True) if at == side] for side in (False, True))
        if any(v is not None for v in a) and any(v is not None for v in b):
            found.append(value_family(name, "value", a, b, alpha))
    return found
