"""Out-of-fold scores of the labels that documents carry, and the evidence drawn from them."""

import numpy as np
import pytest

from headword.audit.evidence import gather_evidence
from headword.audit.label_errors import find_label_errors
from headword.audit.out_of_fold import OutOfFold, draw_labels, finer_folds, score_out_of_fold
from headword.cleaning.annotation import learnable
from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.demo.corpus import demo_corpus, planted
from headword.recipes.reader import load_recipe
from headword.tagger import Tagger


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return learnable(demo_corpus())


@pytest.fixture(scope="module")
def scored(corpus: Corpus) -> OutOfFold:
    return score_out_of_fold(corpus, load_recipe("default"), n_drawn=2, keep_models=True, n_threads=1)


def test_without_forced_labels_it_says_what_the_tagger_says_of_held_out_documents(
    corpus: Corpus, scored: OutOfFold
) -> None:
    held = Tagger("default", n_threads=1).fit(corpus).held
    assert held is not None
    np.testing.assert_array_equal(scored.fold, held.fold)
    ours, theirs = scored.suggestions, held.suggestions
    np.testing.assert_array_equal(ours.columns, theirs.columns)
    np.testing.assert_allclose(ours.probabilities, theirs.probabilities, atol=1e-6)
    np.testing.assert_array_equal(ours.chosen, theirs.chosen)


def test_all_folds_are_scored_whatever_the_recipe_spares(corpus: Corpus) -> None:
    recipe = load_recipe("fast")
    assert recipe.crossfit.used == 1
    found = score_out_of_fold(corpus, recipe, n_threads=1)
    assert len(found.suggestions) == len(corpus)
    assert np.diff(found.suggestions.indptr).min() > 0


def test_every_label_of_a_document_and_every_draw_has_a_probability(scored: OutOfFold) -> None:
    nominated = scored.suggestions.probability_matrix()
    assert scored.beyond.multiply(nominated).nnz == 0
    for wanted in (scored.corpus.targets, scored.drawn):
        rows, columns = wanted.nonzero()
        assert (np.asarray((nominated + scored.beyond)[rows, columns]) > 0).all()
    assert scored.beyond.nnz
    assert scored.beyond.data.max() <= 1


def test_what_is_forced_changes_nothing_else(corpus: Corpus, scored: OutOfFold) -> None:
    plain = score_out_of_fold(corpus, load_recipe("default"), n_threads=1)
    assert plain.drawn.nnz == 0
    assert plain.suggestions.probabilities.tobytes() == scored.suggestions.probabilities.tobytes()


def test_draws_are_never_labels_of_the_document(corpus: Corpus) -> None:
    drawn = draw_labels(corpus.targets, 4, 0)
    assert drawn.multiply(corpus.targets).nnz == 0
    assert set(drawn.data) == {1}
    assert (drawn != draw_labels(corpus.targets, 4, 0)).nnz == 0
    assert 0 < np.diff(drawn.indptr).max() <= 4
    assert draw_labels(corpus.targets, 0, 0).nnz == 0


def test_small_corpora_are_parted_finer() -> None:
    default, fast = load_recipe("default"), load_recipe("fast")
    assert finer_folds(default, 300).crossfit.n_folds(300) == 10
    assert finer_folds(default, 3000) is default
    assert finer_folds(fast, 300) is fast


def test_planted_errors_come_early_and_the_evidence_tells_why(corpus: Corpus) -> None:
    recipe = finer_folds(load_recipe("default"), len(corpus))
    scored = score_out_of_fold(corpus, recipe, n_drawn=4, keep_models=True, n_threads=1)
    found = find_label_errors(scored, n_threads=1)
    wanted = {(one["id"], one["label"]) for one in planted()["wrong_labels"]}
    first = found.errors[: 2 * len(wanted)]
    # By chance, 20 of all pairs of documents and labels would hold none.
    assert len({(one.document, one.label) for one in first} & wanted) >= 6
    for error, evidence in zip(first, gather_evidence(scored, first, n_threads=1), strict=True):
        assert 0 <= evidence.n_with <= evidence.n_near <= 50
        assert error.document not in {near.id for near in (*evidence.near_with, *evidence.near_without)}
        carried = {d.id: d.labels or () for d in scored.corpus}
        assert all(error.label in carried[near.id] for near in evidence.near_with)
        assert not any(error.label in carried[near.id] for near in evidence.near_without)
    index = [(one.document, one.label) for one in found.errors].index(("demo-017", "Batteries"))
    told = gather_evidence(scored, [found[index]], n_threads=1)[0]
    assert told.terms_against


def test_evidence_needs_the_models(corpus: Corpus) -> None:
    plain = score_out_of_fold(corpus, load_recipe("fast"), n_drawn=2, n_threads=1)
    with pytest.raises(DataError, match="keep_models=True"):
        gather_evidence(plain, find_label_errors(plain, n_threads=1).errors[:1])
