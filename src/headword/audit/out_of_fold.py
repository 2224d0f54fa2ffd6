"""Probabilities of all documents by models that did not learn from them, for the labels that each document carries too.

The cross-fit of `Tagger.fit` without the refit; every fold is scored, whatever the recipe spares.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.core.progress import Progress, silent
from headword.core.scores import Suggestions
from headword.decisions.candidates import Candidates
from headword.decisions.crossfit import in_batches
from headword.decisions.ensemble import Ranking, ranked
from headword.decisions.fusion import calibrated, fit_fusion, probabilities
from headword.decisions.selection import paying_members
from headword.decisions.stacking import enough_to_stack, fit_stack
from headword.recipes.reader import Recipe
from headword.recipes.scaling import Load, scaled, suited
from headword.scorers.prior import label_log_odds
from headword.scorers.protocol import Scorer
from headword.tagger.folding import training_folds
from headword.tagger.naming import named_labels
from headword.text.features import FeatureExtractor, Features
from headword.text.words import csr

_SMALL, _FOLDS_OF_SMALL = 2_000, 10


@dataclass(frozen=True, eq=False)
class FoldModels:
    """What is kept of the cross-fit, so that each document can be explained by a model that did not see it.

    Attributes
    ----------
    extractor, features
        The feature blocks, and those of all documents.
    scorers
        For each fold the members fitted without it, by name.
    """

    extractor: FeatureExtractor
    features: Features
    scorers: Sequence[dict[str, Scorer]]


@dataclass(frozen=True, eq=False)
class OutOfFold:
    """Suggestions for documents by models that did not learn from them.

    Attributes
    ----------
    corpus
        The documents that were scored, over the labels they have.
    suggestions
        The members' candidates, ranked and decided as the recipe does.
    beyond
        CSR (n_docs, n_labels) of probabilities above 0: labels that the document carries, or that were drawn by lot,
        and that no member nominated.
    drawn
        CSR (n_docs, n_labels) of ones: the labels drawn by lot for each document, among `suggestions` or `beyond`.
    fold
        int64 (n_docs,): documents of one number were held out together.
    models
        What explains them; None unless asked for.
    """

    corpus: Corpus
    suggestions: Suggestions
    beyond: sp.csr_matrix
    drawn: sp.csr_matrix
    fold: np.ndarray
    models: FoldModels | None = None


def finer_folds(recipe: Recipe, n_docs: int) -> Recipe:
    """Return the recipe with ten folds for up to 2,000 documents, unless it says how many itself.

    A fold that is left out of a small corpus is missed, and a fit takes less than a second.
    """
    if recipe.crossfit.folds is not None or n_docs > _SMALL:
        return recipe
    return replace(recipe, crossfit=replace(recipe.crossfit, folds=_FOLDS_OF_SMALL))


def score_out_of_fold(
    corpus: Corpus,
    recipe: Recipe,
    *,
    fold: np.ndarray | None = None,
    n_drawn: int = 0,
    keep_models: bool = False,
    seed: int = 0,
    n_threads: int | None = None,
    progress: Progress = silent,
) -> OutOfFold:
    """Score each document by models fitted on the other folds.

    Parameters
    ----------
    corpus
        Annotated documents, over labels that each have one at least.
    fold
        int (n_docs,); None: as `Tagger.fit` would part them.
    n_drawn
        Labels drawn by lot for each document, scored like those it carries: half of them alike, half by frequency.
    keep_models
        Keep the members of each fold.
    """
    recipe = suited(recipe, corpus)
    progress("reading the texts", 0, 1)
    recipe, names, _ = named_labels(corpus, recipe, None)
    recipe, _ = scaled(recipe, Load.of(corpus))
    extractor, features = FeatureExtractor.fit(
        corpus, recipe.features, recipe.stopwords, names=names, seed=seed, n_threads=n_threads
    )
    progress("reading the texts", 1, 1)
    fold = training_folds(corpus, recipe, seed) if fold is None else fold
    drawn = draw_labels(corpus.targets, n_drawn, seed)
    forced = ((corpus.targets + drawn) > 0).astype(np.float32).tocsr()
    forced.sort_indices()
    n_folds = int(fold.max()) + 1
    rows, found, models = [], [], []
    for number in range(n_folds):
        members: dict[str, Scorer] = {}
        for name in recipe.scorers:
            progress(f"cross-fit, fold {number + 1} of {n_folds}", number, n_folds)
            rest = np.flatnonzero(fold != number)
            members[name] = recipe.scorer(name).fit(features, corpus.targets, rest, seed=seed, n_threads=n_threads)
        held = np.flatnonzero(fold == number)
        found.append(_nominated(members, features.rows(held), forced[held], recipe.fusion.candidates, n_threads))
        rows.append(held)
        models += [members] if keep_models else []
    progress("cross-fit", n_folds, n_folds)
    order = np.argsort(np.concatenate(rows), kind="stable")
    nominated, both = (Candidates.concatenate([pair[i] for pair in found]).rows(order) for i in (0, 1))
    ranking, beyond = _joined(nominated, both, corpus.targets, fold, recipe, seed, n_threads)
    return OutOfFold(
        corpus,
        ranking.suggestions(corpus.ids, corpus.label_space),
        beyond,
        drawn,
        fold,
        FoldModels(extractor, features, models) if keep_models else None,
    )


def draw_labels(targets: sp.csr_matrix, n_drawn: int, seed: int) -> sp.csr_matrix:
    """Return CSR (n_docs, n_labels) of ones: labels by lot for each document, none that it carries.

    All labels are alike to the first and every other draw; in the others each comes by its frequency in `targets`.
    """
    n_docs, n_labels = targets.shape
    rng = np.random.default_rng(seed)
    columns = rng.integers(0, n_labels, (n_docs, n_drawn))
    if targets.nnz:
        columns[:, 1::2] = targets.indices[rng.integers(0, targets.nnz, columns[:, 1::2].shape)]
    rows = np.repeat(np.arange(n_docs), n_drawn)
    drawn = sp.csr_matrix((np.ones(rows.size, np.float32), (rows, columns.ravel())), shape=targets.shape)
    drawn.data[:] = 1
    drawn = drawn - drawn.multiply(targets)
    drawn.eliminate_zeros()
    drawn.sort_indices()
    return drawn


def _nominated(
    members: dict[str, Scorer], features: Features, forced: sp.csr_matrix, most: int, n_threads: int | None
) -> tuple[Candidates, Candidates]:
    """Return the members' candidates, and the same with the forced labels beside them."""

    def score(start: int, some: Features) -> tuple[Candidates, Candidates]:
        scores = np.stack([scorer.score(some, n_threads=1) for scorer in members.values()])
        chosen = Candidates.select(scores, most)
        return chosen, _with(chosen, scores, forced[start : start + len(chosen)])

    parts = in_batches(score, features, cells=len(members) * forced.shape[1], n_threads=n_threads)
    return Candidates.concatenate([p[0] for p in parts]), Candidates.concatenate([p[1] for p in parts])


def _with(chosen: Candidates, scores: np.ndarray, forced: sp.csr_matrix) -> Candidates:
    ones = np.ones(len(chosen.columns), np.float32)
    union = csr(chosen.indptr, chosen.columns, ones, chosen.n_labels) + forced
    union = sp.csr_matrix(union)
    union.sort_indices()
    documents = np.repeat(np.arange(len(chosen)), np.diff(union.indptr))
    values = np.ascontiguousarray(scores[:, documents, union.indices].T)
    return Candidates(union.indptr.astype(np.int64), union.indices.astype(np.int32), values, chosen.n_labels)


def _joined(
    nominated: Candidates,
    both: Candidates,
    targets: sp.csr_matrix,
    fold: np.ndarray,
    recipe: Recipe,
    seed: int,
    n_threads: int | None,
) -> tuple[Ranking, sp.csr_matrix]:
    """Fuse and decide as `fit_ensemble` does; return the ranking, and the probabilities of what nobody nominated.

    The latter come from a logistic fusion of the members without the stack, fitted on nominated labels only: that a
    label had to be added would tell that the document carries it.
    """
    options, log_prior = recipe.fusion, label_log_odds(targets)
    if options.select and nominated.values.shape[1] > 1:
        most = options.candidates
        kept = paying_members(nominated, targets, log_prior, fold, most=most, n_threads=n_threads)
        nominated, both = nominated.nominated_by(kept, most), both.of_members(kept)
    beyond = _beyond(nominated, both, targets, fold, log_prior, n_threads)
    y = nominated.targets(targets)
    if options.stack and enough_to_stack(y):
        nominated = nominated.with_member(fit_stack(nominated, targets, fold, seed=seed, n_threads=n_threads)[1])
    fused = partial(fit_fusion, network=options.network, seed=seed, n_threads=n_threads)
    fusion, logits = fused(nominated, y, log_prior, fold)
    _, logits = calibrated(fusion, nominated, logits, y, recipe.calibration, seed=seed)
    policy = recipe.policy()
    policy.fit(nominated.columns, probabilities(logits), y, np.bincount(targets.indices, minlength=targets.shape[1]))
    return ranked(nominated, logits, policy), beyond


def _beyond(
    nominated: Candidates,
    both: Candidates,
    targets: sp.csr_matrix,
    fold: np.ndarray,
    log_prior: np.ndarray,
    n_threads: int | None,
) -> sp.csr_matrix:
    plain, _ = fit_fusion(nominated, nominated.targets(targets), log_prior, fold, network=False, n_threads=n_threads)
    believed = probabilities(plain.logits(both, n_threads=n_threads))
    n_labels = np.int64(nominated.n_labels)
    keys = both.documents * n_labels + both.columns
    new = ~np.isin(keys, nominated.documents * n_labels + nominated.columns, assume_unique=True)
    matrix = sp.csr_matrix((believed[new], (both.documents[new], both.columns[new])), shape=targets.shape)
    matrix.sort_indices()
    return matrix
