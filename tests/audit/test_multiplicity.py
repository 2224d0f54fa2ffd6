"""Multiplicity: its inequalities, and what near-equal models are."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.audit.multiplicity import Multiplicity, measure_multiplicity
from headword.audit.near_equal import fit_variants, variants
from headword.cleaning.annotation import learnable
from headword.core.errors import DataError
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions
from headword.demo.corpus import demo_corpus
from headword.recipes.reader import load_recipe

SPACE = LabelSpace(("a", "b", "c", "d"))


def model(p: np.ndarray, space: LabelSpace = SPACE) -> Suggestions:
    """Suggestions of every label with these probabilities."""
    order = np.argsort(-p, axis=1, kind="stable")
    ranked = np.take_along_axis(p, order, axis=1).ravel().astype(np.float32)
    ids = tuple(f"d{i}" for i in range(len(p)))
    indptr = np.arange(len(p) + 1) * p.shape[1]
    return Suggestions(ids, space, indptr, order.ravel().astype(np.int32), ranked, ranked, ranked >= 0.5)


def several(seed: int, n_models: int) -> tuple[list[Suggestions], sp.csr_matrix]:
    rng = np.random.default_rng(seed)
    logits = rng.normal(-1, 2, (12, 4))
    y = rng.random(logits.shape) < 1 / (1 + np.exp(-logits))
    found = [1 / (1 + np.exp(-(logits + rng.normal(0, 0.8, logits.shape)))) for _ in range(n_models)]
    return [model(p) for p in found], sp.csr_matrix(y.astype(np.float32))


def measured(seed: int, n_models: int, eps: float, delta: float = 0.1) -> Multiplicity:
    models, targets = several(seed, n_models)
    return measure_multiplicity(models, [f"m{i}" for i in range(n_models)], targets, eps=eps, delta=delta)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000), n=st.integers(1, 6), eps=st.floats(0, 2), more=st.floats(0, 2))
def test_ambiguity_is_at_least_discrepancy_and_both_grow_with_eps(seed: int, n: int, eps: float, more: float) -> None:
    narrow, wide = measured(seed, n, eps), measured(seed, n, eps + more)
    for one in (narrow, wide):
        assert 0 <= one.discrepancy <= one.ambiguity <= 1
        assert 0 <= one.decision_discrepancy <= one.decision_ambiguity <= 1
    for name in ("ambiguity", "discrepancy", "decision_ambiguity", "decision_discrepancy"):
        assert getattr(narrow, name) <= getattr(wide, name)
    assert len(narrow.lucky) <= len(wide.lucky)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), delta=st.floats(0.01, 0.5), more=st.floats(0, 0.5))
def test_a_larger_step_moves_fewer(seed: int, delta: float, more: float) -> None:
    assert measured(seed, 4, 1, delta).ambiguity >= measured(seed, 4, 1, delta + more).ambiguity


def test_one_model_alone_has_none() -> None:
    alone = measured(3, 1, 0.5)
    assert (alone.ambiguity, alone.discrepancy, alone.decision_ambiguity, alone.lucky) == (0, 0, 0, ())


def test_a_worked_example() -> None:
    targets = sp.csr_matrix(np.array([[1, 0], [0, 1]], np.float32))
    space = LabelSpace(("a", "b"))
    p = np.array([[0.9, 0.2], [0.2, 0.9]])
    q = np.array([[0.9, 0.2], [0.2, 0.4]])
    r = np.array([[0.4, 0.2], [0.2, 0.9]])
    found = measure_multiplicity([model(x, space) for x in (q, p, r)], ["q", "p", "r"], targets, eps=10, delta=0.4)
    assert found.best == 1
    assert found.losses[1] == pytest.approx(-(2 * np.log(0.9) + 2 * np.log(0.8)) / 2)
    assert (found.n_pairs, found.ambiguity, found.discrepancy) == (4, 0.5, 0.25)
    assert (found.decision_ambiguity, found.decision_discrepancy) == (0.5, 0.25)
    assert found.per_label.tolist() == [0.5, 0.5]
    assert {(one.document, one.label) for one in found.lucky} == {("d0", "a"), ("d1", "b")}
    assert [one.chosen_by for one in found.lucky] == pytest.approx([2 / 3, 2 / 3])
    assert found.to_json()["models"][0]["near_equal"] is True


def test_models_that_cannot_be_compared_are_refused() -> None:
    models, targets = several(0, 2)
    with pytest.raises(DataError, match="one model at least"):
        measure_multiplicity([], [], targets)
    with pytest.raises(DataError, match="delta lies in"):
        measure_multiplicity(models, ["a", "b"], targets, delta=0)
    with pytest.raises(DataError, match="same documents"):
        measure_multiplicity(
            [models[0], replace(models[1], ids=tuple("x" * i for i in range(12)))], ["a", "b"], targets
        )


def test_variants_differ_in_one_thing_each() -> None:
    found = variants(load_recipe("default"), n_each=1)
    names = [one.name for one in found]
    assert names[:5] == ["as it is", "seed 1", "folds 1", "C x 0.5", "C x 2"]
    assert "without neighbors" in names
    assert found[4].recipe.scorers["words"]["C"] == 2 * found[0].recipe.scorers["words"]["C"]
    assert [one.name for one in variants(load_recipe("fast"), n_each=0)] == ["as it is", "C x 0.5", "C x 2"]


def test_variants_are_asked_about_the_same_documents() -> None:
    corpus = learnable(demo_corpus().subset(range(120)))
    wanted = variants(load_recipe("fast"), n_each=1)
    found = fit_variants(corpus, wanted, n_threads=1)
    figures = measure_multiplicity(found, [one.name for one in wanted], corpus.targets, eps=1)
    assert figures.near.sum() >= 2
    assert figures.decision_ambiguity > 0
    with pytest.raises(DataError, match="no model"):
        fit_variants(corpus, [])
