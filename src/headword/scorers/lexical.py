"""Lexical: labels whose names stand in the document, judged by how they stand there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import NotFittedError, RecipeError
from headword.scorers.boosting import BoostedTrees, fit_trees
from headword.scorers.contributions import Contributions
from headword.scorers.lexical_prior import fitted_prior, prior_trees
from headword.scorers.lexical_statistics import EXPERIENCE, Experience, Statistics
from headword.scorers.protocol import Listed
from headword.text.features import Features
from headword.text.name_kernels import N_EVIDENCE, NAME
from headword.text.names import EVIDENCE, Found, found_in

_MOST_PAIRS = 40_000
_BLANKED = 4
# Right pairs from which on trees may be two, three and four splits deep.
_DEEPER = (20, 150, 400)
# Trees look at all evidence but the last, the number of the name, which says nothing by its size.
COLUMNS = (*(EVIDENCE[column] for column in range(NAME)), *EXPERIENCE)


@dataclass(eq=False)
class Lexical:
    """Boosted trees on the evidence of each label named in a document, and on what names meant in training.

    It needs few documents, for it starts from what such evidence was worth in other corpora, and scores labels that no
    training document has. A label whose name a document lacks has the log odds of such documents in training.

    Parameters
    ----------
    block
        The feature block to read, of the kind `names`.
    trees, depth, rate
        Number and greatest depth of the trees, and the share of each that is added. Where fewer than 400 named labels
        are right in training, they are less deep, and fewer below 150.

    References
    ----------
    Suominen, Inkinen and Lehtinen, Annif and Finto AI, JLIS.it 13 (2022) (MLLM). Medelyan, Human-competitive automatic
    topic indexing, 2009 (Maui).
    """

    block: str = "names"
    trees: int = 60
    depth: int = 4
    rate: float = 0.12
    model: BoostedTrees | None = None
    statistics: Statistics | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.trees <= 1000 or not 1 <= self.depth <= 8 or not 0 < self.rate <= 1:
            raise RecipeError(
                "a lexical scorer needs 1 to 1000 trees, a depth of 1 to 8 and a rate in (0, 1], found "
                f"trees={self.trees}, depth={self.depth}, rate={self.rate}"
            )

    def fit(
        self,
        features: Features,
        targets: sp.csr_matrix,
        rows: np.ndarray | None = None,
        *,
        seed: int = 0,
        n_threads: int | None = None,
    ) -> Self:
        """Learn which evidence tells; the block may have more labels than `targets`, which then have no document."""
        rows = np.arange(targets.shape[0]) if rows is None else rows.astype(np.int64)
        block = features[self.block]
        found = found_in(block if len(rows) == block.shape[0] else Features({"": block}).rows(rows)[""])
        experience = Experience(found, targets[rows], block.shape[1] // N_EVIDENCE)
        self.statistics = experience.statistics()
        x = np.hstack([found.evidence[:, :NAME], experience.held_out()])
        some, weights = _sample(experience.y, seed)
        blank = some[np.random.default_rng(seed + 1).permutation(len(some))[: len(some) // _BLANKED]]
        unknown = self.statistics.of_unseen(found, blank)
        # Labels without documents are judged by their evidence alone: some are, to learn how.
        x = np.vstack([x[some], np.hstack([found.evidence[blank, :NAME], unknown])])
        y = np.concatenate([experience.y[some], experience.y[blank]])
        weights = np.concatenate([weights, weights[np.searchsorted(some, blank)]])
        right = float(experience.y.sum())
        start = fitted_prior(prior_trees(COLUMNS), x, y, weights, right)
        depth = min(self.depth, 1 + int(np.searchsorted(_DEEPER, right, side="right")))
        n_trees = self.trees if right >= _DEEPER[1] else self.trees * 2 // 3
        trees = fit_trees(x, y, weights, start.logits(x), n_trees=max(n_trees, 1), depth=depth, rate=self.rate)
        self.model = start.plus(trees)
        return self

    def score(self, features: Features, *, n_threads: int | None = None) -> np.ndarray:
        """Return log odds float32 (n_docs, n_labels) of the labels of the training targets."""
        _, statistics = self._fitted("score")
        return self.listed(features, n_threads=n_threads).dense(len(statistics.absent))

    def listed(self, features: Features, *, n_threads: int | None = None) -> Listed:
        """Return what `score` does: labels that are named, and the most frequent ones, by what their absence means."""
        _, statistics = self._fitted("score")
        found, logits = self.named(features, n_threads=n_threads)
        n_docs, n_labels = len(found.indptr) - 1, len(statistics.absent)
        known = found.labels < n_labels
        documents, columns = np.repeat(np.arange(n_docs), np.diff(found.indptr))[known], found.labels[known]
        usual = statistics.usual
        silent = np.ones((n_docs, len(usual)), dtype=bool)
        place = np.full(n_labels, -1)
        place[usual] = np.arange(len(usual))
        at = place[columns]
        silent[documents[at >= 0], at[at >= 0]] = False
        rows, which = np.nonzero(silent)
        order = np.argsort(np.concatenate([documents, rows]), kind="stable")
        indptr = np.zeros(n_docs + 1, dtype=np.int64)
        np.cumsum(np.bincount(documents, minlength=n_docs) + silent.sum(axis=1), out=indptr[1:])
        values = np.concatenate([logits[known], statistics.absent[usual[which]]])[order]
        floor = statistics.floor
        columns = np.concatenate([columns, usual[which]])[order].astype(np.int32)
        return Listed(indptr, columns, np.maximum(values, np.float32(floor)), floor)

    def named(self, features: Features, *, n_threads: int | None = None) -> tuple[Found, np.ndarray]:
        """Return the labels named in documents, those without training documents included, and their log odds."""
        model, statistics = self._fitted("score")
        found = found_in(features[self.block])
        return found, model.logits(inputs(found, statistics), n_threads=n_threads)

    def contributions(self, features: Features, columns: np.ndarray) -> Contributions:
        """Return what each kind of evidence did to one document's scores of `columns`.

        What names meant in training stands beside the number of the name. A label that is not named has a base only.
        """
        model, statistics = self._fitted("contributions")
        found = found_in(features[self.block])
        base = self.score(features)[0]
        base = np.concatenate([base, np.full(len(self.unseen) - len(base), statistics.floor)])[columns]
        values = np.zeros((len(found.labels), N_EVIDENCE, len(columns)))
        shares = model.contributions(inputs(found, statistics))
        out = base.astype(np.float64)
        for place, column in enumerate(columns.tolist()):
            for at in np.flatnonzero(found.labels == column).tolist():
                values[at, :NAME, place] = shares[at, :NAME]
                values[at, NAME, place] = shares[at, NAME:-1].sum()
                out[place] = shares[at, -1]
        return Contributions(out, values.reshape(-1, len(columns)))

    @property
    def unseen(self) -> np.ndarray:
        """bool (n_labels of the block,): labels that no training document had."""
        _, statistics = self._fitted("unseen")
        return statistics.support == 0  # type: ignore[no-any-return]

    def _fitted(self, what: str) -> tuple[BoostedTrees, Statistics]:
        if self.model is None or self.statistics is None:
            raise NotFittedError(f"call fit before {what}")
        return self.model, self.statistics

    def state(self) -> Mapping[str, Any]:
        """Return the trees, and what names meant in training."""
        model, statistics = self._fitted("state")
        return {**{f"trees.{name}": array for name, array in model.state().items()}, **statistics.state()}

    def restore(self, state: Mapping[str, Any], *, n_features: int | None = None, n_labels: int | None = None) -> Self:
        """Become the fitted scorer whose state this is.

        Parameters
        ----------
        n_features, n_labels
            The sizes it must have; None: any, as long as its arrays fit one another.

        Raises
        ------
        DataError
            If an array is missing, or of a wrong type, size or content.
        """
        with stored.part("trees"):
            self.model = BoostedTrees.from_state(stored.inside(state, "trees."), len(COLUMNS))
        n_named = None if n_features is None else n_features // N_EVIDENCE
        self.statistics = Statistics.from_state(state, n_named=n_named, n_labels=n_labels)
        return self


def inputs(found: Found, statistics: Statistics) -> np.ndarray:
    """Return what the trees look at, float32 (n_found, n_columns), named by COLUMNS; not for training documents."""
    return np.hstack([found.evidence[:, :NAME], statistics.of(found)])


def _sample(y: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return ascending places of at most 40,000 pairs, right ones first of all, and how much each counts."""
    if len(y) <= _MOST_PAIRS:
        return np.arange(len(y)), np.ones(len(y), dtype=np.float32)
    rng = np.random.default_rng(seed)
    right, wrong = rng.permutation(np.flatnonzero(y > 0)), rng.permutation(np.flatnonzero(y <= 0))
    n_right = min(len(right), _MOST_PAIRS // 2)
    n_wrong = min(len(wrong), _MOST_PAIRS - n_right)
    some = np.concatenate([right[:n_right], wrong[:n_wrong]])
    counts = np.repeat([len(right) / max(n_right, 1), len(wrong) / max(n_wrong, 1)], [n_right, n_wrong])
    order = np.argsort(some)
    return some[order], counts[order].astype(np.float32)
