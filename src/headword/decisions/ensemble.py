"""Ensemble: scorers, stack, fusion and decision as one fitted whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError, RecipeError
from headword.core.labels import LabelSpace
from headword.core.progress import Progress, silent
from headword.core.scores import Suggestions
from headword.decisions.calibration import CalibrationOptions
from headword.decisions.candidate_kernels import sort_candidates
from headword.decisions.candidates import Candidates
from headword.decisions.crossfit import cross_fit, dense_cells, in_batches, select
from headword.decisions.fusion import Fusion, calibrated, fit_fusion, probabilities
from headword.decisions.policies import Policy
from headword.decisions.selection import paying_members
from headword.decisions.stacking import LabelStack, enough_to_stack, fit_stack
from headword.decisions.unseen import Suggested, Unseen, Watch, proposer
from headword.scorers.prior import label_log_odds
from headword.scorers.protocol import Scorer
from headword.text.features import Features

_CALIBRATION = CalibrationOptions()


@dataclass(frozen=True)
class EnsembleOptions:
    """How members are joined.

    Attributes
    ----------
    candidates
        Labels that each member may nominate for a document.
    stack
        Learn how labels speak for and against one another, where there are documents enough.
    network
        Let a small network refine the fusion where there are documents enough.
    select
        Leave out members that do not pay in cross-fitting.
    """

    candidates: int = 25
    stack: bool = True
    network: bool = True
    select: bool = True

    def __post_init__(self) -> None:
        if self.candidates < 1:
            raise RecipeError(f"[fusion] needs candidates >= 1, found {self.candidates}")


@dataclass(frozen=True, eq=False)
class Ranking:
    """Ranked labels: row bounds, columns, log odds, probabilities, decisions; best first within a document."""

    indptr: np.ndarray
    columns: np.ndarray
    logits: np.ndarray
    probabilities: np.ndarray
    chosen: np.ndarray

    def suggestions(self, ids: tuple[str, ...], space: LabelSpace) -> Suggestions:
        """Return it under the names of documents and labels."""
        return Suggestions(ids, space, self.indptr, self.columns, self.logits, self.probabilities, self.chosen)


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Fitted scorers by name, and what joins them."""

    scorers: Mapping[str, Scorer]
    stack: LabelStack | None
    fusion: Fusion
    policy: Policy
    options: EnsembleOptions
    unseen: Unseen | None = None

    def rank(self, features: Features, *, n_threads: int | None = None) -> Ranking:
        """Score, fuse, decide and sort."""
        n_labels = len(self.fusion.log_prior)
        cells = dense_cells(list(self.scorers.values()), n_labels)
        parts = in_batches(self._sorted, features, cells=cells, n_threads=n_threads)
        sizes = np.concatenate([np.diff(indptr) for indptr, _, _ in parts])
        indptr = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        return _decided(
            indptr, np.concatenate([p[1] for p in parts]), np.concatenate([p[2] for p in parts]), self.policy
        )

    def candidates(self, features: Features) -> Candidates:
        """Return the candidates of a few documents with all members' scores, the stack's last, by one thread."""
        found = select(list(self.scorers.values()), features, self.options.candidates, len(self.fusion.log_prior))
        return found if self.stack is None else found.with_member(self.stack.score(found, n_threads=1))

    def _sorted(self, _: int, features: Features) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        found = self.candidates(features)
        logits = self.fusion.logits(found, n_threads=1)
        indptr, columns = found.indptr, found.columns
        if self.unseen is not None:
            scorer: Any = self.scorers[self.unseen.member]
            indptr, columns, logits = self.unseen.extend(scorer, features, found, logits, self.options.candidates)
        return indptr, *sort_candidates(indptr, columns, logits)

    def state(self) -> Mapping[str, Any]:
        """Return all arrays, their names prefixed by the part they belong to."""
        parts: dict[str, Mapping[str, Any]] = {f"scorer.{n}": s.state() for n, s in self.scorers.items()}
        if self.stack is not None:
            parts["stack"] = self.stack.state()
        parts |= {"fusion": self.fusion.state(), "policy": self.policy.state()}
        if self.unseen is not None:
            parts["unseen"] = self.unseen.state()
        return {f"{part}.{name}": array for part, arrays in parts.items() for name, array in arrays.items()}

    @classmethod
    def from_state(
        cls,
        state: Mapping[str, Any],
        unfitted: Mapping[str, Scorer],
        policy: Policy,
        options: EnsembleOptions,
        *,
        n_features: Mapping[str, int] | None = None,
        n_labels: int | None = None,
    ) -> "Ensemble":
        """Rebuild from `state()`; `unfitted` names the members that were kept, with their parameters.

        Parameters
        ----------
        n_features, n_labels
            The size of each feature block, and how many labels have training documents; None: any.

        Raises
        ------
        DataError
            If an array is missing or does not fit these and the other arrays; the message names the part.
        """

        def rebuilt(name: str, make: Callable[..., Any], **sizes: Any) -> Any:
            inside = stored.inside(state, f"{name}.")
            with stored.part(name):
                return make(inside, **{"n_labels": n_labels, **sizes})

        n_members = len(unfitted)
        for name, scorer in unfitted.items():
            if n_features is not None and scorer.block not in n_features:
                raise DataError(f"scorer.{name} reads block {scorer.block!r}, which is missing")
        scorers = {
            name: rebuilt(f"scorer.{name}", s.restore, n_features=None if n_features is None else n_features[s.block])
            for name, s in unfitted.items()
        }
        stacked = options.stack and any(name.startswith("stack.") for name in state)
        stack = rebuilt("stack", LabelStack.from_state, n_members=n_members) if stacked else None
        fusion = rebuilt("fusion", Fusion.from_state, n_members=n_members + stacked)
        opened = proposer(unfitted, n_features or {}, len(fusion.log_prior))
        if opened is None:
            return cls(scorers, stack, fusion, rebuilt("policy", policy.restore), options)
        unseen = rebuilt("unseen", Unseen.from_state, member=opened[0], n_labels=opened[1])
        return cls(scorers, stack, fusion, rebuilt("policy", policy.restore, n_labels=opened[1]), options, unseen)


@dataclass(frozen=True, eq=False)
class CrossFitted:
    """What cross-fitting leaves: the documents scored by models that did not learn from them, and their ranking."""

    documents: np.ndarray
    ranking: Ranking


def fit_ensemble(
    makers: Mapping[str, Callable[[], Scorer]],
    features: Features,
    targets: sp.csr_matrix,
    fold: np.ndarray,
    policy: Policy,
    options: EnsembleOptions,
    *,
    calibration: CalibrationOptions = _CALIBRATION,
    n_used: int | None = None,
    seed: int = 0,
    n_threads: int | None = None,
    progress: Progress = silent,
) -> tuple[Ensemble, CrossFitted]:
    """Cross-fit the members, fit all that joins them on out-of-fold scores, then refit the members on all documents.

    Parameters
    ----------
    makers
        Name -> maker of an unfitted scorer, in order.
    fold, n_used
        The fold of each document, and how many folds to score (None: all).
    calibration
        How the fused log odds are calibrated.
    """
    names = list(makers)
    sizes = {name: block.shape[1] for name, block in features.blocks.items()}
    opened = proposer({name: make() for name, make in makers.items()}, sizes, targets.shape[1])
    watch = None if opened is None else Watch(names.index(opened[0]), options.candidates)
    documents, found = cross_fit(
        lambda: [make() for make in makers.values()], features, targets, fold,
        most=options.candidates, n_used=n_used, seed=seed, n_threads=n_threads, progress=progress, watch=watch,
    )  # fmt: skip
    if watch is not None:  # what a fold's scorers did not know is left to the proposals, and would betray the fold
        found = found.entries(watch.known(documents, found))
    held_targets, held_fold = targets[documents], fold[documents]
    log_prior = label_log_odds(targets)
    progress("joining the scorers", 0, 1)
    if options.select and len(names) > 1:
        needed = () if watch is None else (watch.place,)
        kept = paying_members(
            found, held_targets, log_prior, held_fold, most=options.candidates, needed=needed, n_threads=n_threads
        )
        names = [names[i] for i in kept]
        found = found.nominated_by(kept, options.candidates)
    stack, y = None, found.targets(held_targets)
    if options.stack and enough_to_stack(y):
        stack, scores = fit_stack(found, held_targets, held_fold, seed=seed, n_threads=n_threads)
        found = found.with_member(scores)
    priors = log_prior[None] if watch is None else watch.log_priors(targets)
    fusion, logits = fit_fusion(
        found if watch is None else watch.by_fold(documents, found),
        y, priors.ravel(), held_fold, network=options.network, seed=seed, n_threads=n_threads,
    )  # fmt: skip
    fusion = replace(fusion, log_prior=log_prior)
    fusion, logits = calibrated(fusion, found, logits, y, calibration, seed=seed)
    suggested, unseen = Suggested(found.indptr, found.columns, logits, y, targets.shape[1]), None
    if watch is not None and opened is not None:
        unseen, suggested = watch.fit(*opened, (documents, found, logits), held_targets, held_fold)
    support = np.bincount(held_targets.indices, minlength=suggested.n_labels)
    policy.fit(suggested.columns, probabilities(suggested.logits), suggested.y, support)
    progress("joining the scorers", 1, 1)
    scorers = {}
    for done, name in enumerate(names):
        progress("fitting on all documents", done, len(names))
        scorers[name] = makers[name]().fit(features, targets, seed=seed, n_threads=n_threads)
    progress("fitting on all documents", len(names), len(names))
    ensemble = Ensemble(scorers, stack, fusion, policy, options, unseen)
    columns, falling = sort_candidates(suggested.indptr, suggested.columns, suggested.logits)
    return ensemble, CrossFitted(documents, _decided(suggested.indptr, columns, falling, policy))


def ranked(found: Candidates, logits: np.ndarray, policy: Policy) -> Ranking:
    """Sort each document's candidates by falling log odds, ties by lower column, and decide."""
    columns, falling = sort_candidates(found.indptr, found.columns, logits)
    return _decided(found.indptr, columns, falling, policy)


def _decided(indptr: np.ndarray, columns: np.ndarray, logits: np.ndarray, policy: Policy) -> Ranking:
    believed = probabilities(logits)
    return Ranking(indptr, columns, logits, believed, policy.choose(indptr, columns, believed))


__all__: Sequence[str] = ["CrossFitted", "Ensemble", "EnsembleOptions", "Ranking", "fit_ensemble", "ranked"]
