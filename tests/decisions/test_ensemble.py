"""Cross-fitting and what is joined by it."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.decisions import crossfit
from headword.decisions.crossfit import cross_fit, score_candidates
from headword.decisions.ensemble import Ensemble, EnsembleOptions, fit_ensemble
from headword.decisions.policies import TopK, micro_f1
from headword.demo.corpus import demo_corpus
from headword.recipes.reader import Recipe, load_recipe
from headword.scorers.linear import Linear
from headword.scorers.neighbors import Neighbors
from headword.scorers.prior import Prior
from headword.splits.folds import folds
from headword.text.features import FeatureExtractor, Features

MAKERS = {"linear": Linear, "neighbors": partial(Neighbors, k=10), "prior": Prior}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return demo_corpus()


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return load_recipe("default")


@pytest.fixture(scope="module")
def features(corpus: Corpus, recipe: Recipe) -> Features:
    return FeatureExtractor.fit(corpus, recipe.features)[1]


@pytest.fixture(scope="module")
def fold(corpus: Corpus) -> np.ndarray:
    return folds(corpus, 3, seed=0)


def test_each_document_is_scored_by_models_of_the_other_folds(
    corpus: Corpus, features: Features, fold: np.ndarray
) -> None:
    documents, found = cross_fit(lambda: [Linear(), Prior()], features, corpus.targets, fold, most=4)
    assert documents.tolist() == list(range(300))
    assert found.n_labels == len(corpus.label_space)
    for number in range(3):
        rest, held = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        linear = Linear().fit(features, corpus.targets, rest).score(features.rows(held))
        mine = found.rows(held)
        assert np.array_equal(mine.values[:, 0], linear[mine.documents, mine.columns])


def test_some_folds_only(corpus: Corpus, features: Features, fold: np.ndarray) -> None:
    whole = cross_fit(lambda: [Linear()], features, corpus.targets, fold, most=4)[1]
    documents, found = cross_fit(lambda: [Linear()], features, corpus.targets, fold, most=4, n_used=2)
    assert documents.tolist() == np.flatnonzero(fold < 2).tolist()
    assert np.array_equal(found.values, whole.rows(documents).values)


def test_batches_change_nothing(corpus: Corpus, features: Features, monkeypatch: pytest.MonkeyPatch) -> None:
    scorers = [Linear().fit(features, corpus.targets), Neighbors(k=9).fit(features, corpus.targets)]
    whole = score_candidates(scorers, features, most=5, n_labels=len(corpus.label_space))
    monkeypatch.setattr(crossfit, "_BATCH_CELLS", 7 * 2 * len(corpus.label_space))
    parts = score_candidates(scorers, features, most=5, n_labels=len(corpus.label_space))
    for name in ("indptr", "columns", "values"):
        assert np.array_equal(getattr(parts, name), getattr(whole, name))


@pytest.mark.parametrize("stack", [False, True])
def test_an_ensemble_is_rebuilt_from_its_state(
    corpus: Corpus, features: Features, fold: np.ndarray, stack: bool
) -> None:
    options = EnsembleOptions(stack=stack, candidates=8)
    ensemble, held = fit_ensemble(MAKERS, features, corpus.targets, fold, micro_f1(), options)
    unfitted = {name: MAKERS[name]() for name in ensemble.scorers}
    again = Ensemble.from_state(ensemble.state(), unfitted, micro_f1(), options)
    one, other = ensemble.rank(features), again.rank(features)
    for name in ("indptr", "columns", "logits", "probabilities", "chosen"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert len(held.documents) == len(held.ranking.indptr) - 1 == 300


def test_rankings_fall(corpus: Corpus, features: Features, fold: np.ndarray) -> None:
    options = EnsembleOptions(candidates=5, select=False)
    ensemble, held = fit_ensemble(MAKERS, features, corpus.targets, fold, TopK(2), options)
    assert list(ensemble.scorers) == list(MAKERS)
    for found in (held.ranking, ensemble.rank(features)):
        for a, b in zip(found.indptr[:-1], found.indptr[1:], strict=True):
            assert 5 <= b - a <= 15
            assert (np.diff(found.logits[a:b]) <= 0).all()
            assert (np.diff(found.probabilities[a:b]) <= 0).all()
            assert len(set(found.columns[a:b].tolist())) == b - a
            assert found.chosen[a:b].tolist() == [True] * 2 + [False] * (b - a - 2)


def test_out_of_fold_quality_of_random_labels_is_chance(corpus: Corpus, recipe: Recipe) -> None:
    """Label sets dealt out anew: nothing in the text tells them, so that nothing may beat the most frequent label."""
    makers = {name: partial(recipe.scorer, name) for name in recipe.scorers}
    gains, pair_auc = [], []
    for seed in range(4):
        targets = corpus.targets[np.random.default_rng(seed).permutation(300)]
        dealt = replace(corpus, targets=targets)  # the choice of features may look at labels, too
        _, features = FeatureExtractor.fit(dealt, recipe.features)
        fold = folds(dealt, 3, seed=0)
        _, held = fit_ensemble(makers, features, targets, fold, recipe.policy(), recipe.fusion, seed=seed)
        truth, found = targets.toarray(), held.ranking
        first = truth[held.documents, found.columns[found.indptr[:-1]]].mean()
        gains.append(first - truth[:, truth.sum(axis=0).argmax()].mean())
        documents = np.repeat(held.documents, np.diff(found.indptr))
        for label in np.flatnonzero(truth.sum(axis=0) >= 5):
            mine = found.columns == label
            y = truth[documents[mine], label] == 1
            if y.any() and not y.all():
                right, wrong = found.logits[mine][y], found.logits[mine][~y]
                pair_auc.append((right[:, None] > wrong).mean() + (right[:, None] == wrong).mean() / 2)
    assert np.mean(gains) <= 3 * np.sqrt(0.25 / 300 / len(gains))
    assert 0.35 < np.mean(pair_auc) < 0.5 + 3 * np.std(pair_auc) / np.sqrt(len(pair_auc))


def test_members_are_refitted_on_all_documents(corpus: Corpus, features: Features, fold: np.ndarray) -> None:
    ensemble, _ = fit_ensemble(
        {"linear": Linear}, features, corpus.targets, fold, micro_f1(), EnsembleOptions(stack=False), seed=5
    )
    whole = Linear().fit(features, corpus.targets, seed=5)
    assert np.array_equal(ensemble.scorers["linear"].score(features), whole.score(features))


def test_progress_is_told_in_order(corpus: Corpus, features: Features, fold: np.ndarray) -> None:
    told: list[tuple[str, int, int]] = []
    fit_ensemble(
        {"prior": Prior}, features, corpus.targets, fold, TopK(), EnsembleOptions(),
        progress=lambda stage, done, total: told.append((stage, done, total)),
    )  # fmt: skip
    assert all(0 <= done <= total for _, done, total in told)
    assert told[-1] == ("fitting on all documents", 1, 1)


def test_an_interrupt_stops_the_fit(corpus: Corpus, features: Features, fold: np.ndarray) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt(stage)

    with pytest.raises(KeyboardInterrupt, match="cross-fit, fold 1 of 3"):
        fit_ensemble({"p": Prior}, features, corpus.targets, fold, TopK(), EnsembleOptions(), progress=stop)


def test_labels_that_no_document_has_are_never_sure(features: Features, corpus: Corpus, fold: np.ndarray) -> None:
    wider = sp.hstack([corpus.targets, sp.csr_matrix((300, 2), dtype=np.float32)], format="csr")
    ensemble, _ = fit_ensemble(MAKERS, features, wider, fold, micro_f1(), EnsembleOptions(candidates=50))
    found = ensemble.rank(features)
    assert found.probabilities[found.columns >= len(corpus.label_space)].max() < 0.2


@pytest.mark.parametrize("n_docs", [60, 300])
def test_a_stack_needs_right_candidates(corpus: Corpus, features: Features, fold: np.ndarray, n_docs: int) -> None:
    rows = np.arange(n_docs)
    some, few, options = corpus.targets[rows], features.rows(rows), EnsembleOptions(candidates=8)
    ensemble, _ = fit_ensemble({"linear": Linear}, few, some, fold[rows], micro_f1(), options)
    assert (ensemble.stack is not None) == (n_docs == 300)
    again = Ensemble.from_state(ensemble.state(), {"linear": Linear()}, micro_f1(), options)
    assert again.rank(few).logits.tobytes() == ensemble.rank(few).logits.tobytes()
    if n_docs == 300:
        halved = {name: array for name, array in ensemble.state().items() if not name.startswith("stack.")}
        with pytest.raises(DataError):
            Ensemble.from_state(halved, {"linear": Linear()}, micro_f1(), options)
