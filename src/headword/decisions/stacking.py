"""LabelStack: a second linear layer from the members' opinions on all labels to each label.

What co-occurs and what excludes one another is learnt here: belief in one label may raise another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.decisions.candidates import Candidates
from headword.decisions.crossfit import at_least_two, in_batches
from headword.decisions.scales import Scales
from headword.decisions.stack_kernels import at_candidates, stack_inputs
from headword.scorers.linear import Linear
from headword.text.features import Features
from headword.text.words import csr

_FLOOR = np.float32(0.01)
# A label counts as plausible by one half where all members together give it 5 %.
_SHARPER, _PLAUSIBLE = np.float32(2), np.float32(6)
_LEAST_POSITIVES = 500


@dataclass(frozen=True, eq=False)
class LabelStack:
    """Fitted stack.

    Attributes
    ----------
    scales
        What each member's score is worth: its probability is sigmoid(slope * score + intercept).
    linear
        One-vs-rest classifiers over (member, label) probabilities, in rows of length 1. A last member is what all think
        together, sharpened to tell which labels are plausible at all: log odds z count as sigmoid(2 z + 6).

    References
    ----------
    Wolpert, Stacked generalization, Neural Networks 5 (1992). Godbole and Sarawagi, Discriminative methods for
    multi-labeled classification, PAKDD 2004.
    """

    scales: Scales
    linear: Linear

    def score(self, candidates: Candidates, *, n_threads: int | None = None) -> np.ndarray:
        """Return float32 (n_entries,), the stack's score of each candidate."""
        inputs = Features({"stack": _inputs(candidates, self.scales)})
        out = np.empty(len(candidates.columns), dtype=np.float32)

        def score(start: int, some: Features) -> None:
            at_candidates(self.linear.score(some, n_threads=1), candidates.indptr, candidates.columns, start, out)

        in_batches(score, inputs, cells=candidates.n_labels, n_threads=n_threads)
        return out

    def state(self) -> Mapping[str, Any]:
        """Return the arrays that `from_state` needs."""
        linear = {f"linear.{name}": array for name, array in self.linear.state().items()}
        return {**self.scales.state(), **linear}

    @classmethod
    def from_state(
        cls, state: Mapping[str, Any], *, n_members: int | None = None, n_labels: int | None = None
    ) -> "LabelStack":
        """Rebuild a stack; a DataError if its arrays do not fit `n_members` and `n_labels` (None: any)."""
        scales = Scales.from_state(state, n_members=n_members)
        linear = stored.inside(state, "linear.")
        n_features = None if n_labels is None else (len(scales) + 1) * n_labels
        with stored.part("linear"):
            return cls(scales, Linear("stack").restore(linear, n_features=n_features, n_labels=n_labels))


def enough_to_stack(y: np.ndarray) -> bool:
    """Tell whether out-of-fold candidates hold 500 right ones: from fewer, a stack learns mostly what chance put there.

    `y`: 1 where the pair is right, (n_entries,).
    """
    return float(y.sum()) >= _LEAST_POSITIVES


def fit_stack(
    candidates: Candidates,
    targets: sp.csr_matrix,
    fold: np.ndarray,
    *,
    C: float = 0.3,
    passes: int = 10,
    seed: int = 0,
    n_threads: int | None = None,
) -> tuple[LabelStack, np.ndarray]:
    """Fit on out-of-fold candidates; return the stack and its own out-of-fold scores, float32 (n_entries,).

    Parameters
    ----------
    candidates, targets, fold
        Rows for the same documents: members' out-of-fold scores, labels, and folds; one fold alone is halved.
    """
    scales = Scales.fit(candidates.values, candidates.targets(targets))
    features = Features({"stack": _inputs(candidates, scales)})

    def fitted(rows: np.ndarray) -> LabelStack:
        linear = Linear("stack", C=C, passes=passes, prune=0.01)
        return LabelStack(scales, linear.fit(features, targets, rows, seed=seed, n_threads=n_threads))

    out = np.empty(len(candidates.columns), dtype=np.float32)
    fold = at_least_two(fold)
    of_entry = fold[candidates.documents]
    for number in np.unique(fold):
        rows = np.flatnonzero(fold == number)
        stack = fitted(np.flatnonzero(fold != number))
        out[of_entry == number] = stack.score(candidates.rows(rows), n_threads=n_threads)
    return fitted(np.arange(len(fold))), out


def _inputs(candidates: Candidates, scales: Scales) -> sp.csr_matrix:
    """Return CSR (n_docs, (n_members + 1) * n_labels) of probabilities above 1 %, rows of length 1."""
    n_blocks = len(scales) + 1
    together = scales.consensus(candidates.values)[:, :1]
    indptr, indices, believed = stack_inputs(
        candidates.indptr, candidates.columns, np.hstack([candidates.values, together]),
        np.append(scales.slopes, _SHARPER), np.append(scales.intercepts, _PLAUSIBLE), candidates.n_labels, _FLOOR,
    )  # fmt: skip
    return csr(indptr, indices, believed, n_blocks * candidates.n_labels)
