from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, RecipeError
from headword.core.scores import Suggestions
from headword.decisions.conformal import expected_gain
from headword.decisions.guarantee import OTHER, Guarantee, group_values, parse_goal
from headword.decisions.judged import Judged
from headword.decisions.promising import fit_guarantee

from .promises import NAMES, drawn, judged, recalls

GOALS = [("recall", None), ("recall", "label"), ("recall", "kind"), ("precision", None), ("precision", "label"),
         ("precision", "kind"), ("labelset", None), ("labelset", "kind")]  # fmt: skip


def made(kind: str, by: str | None = None, level: float = 0.8, n_docs: int = 900, seed: int = 0, **kwargs) -> Guarantee:  # type: ignore[no-untyped-def]
    found, corpus = drawn(n_docs, seed, **kwargs)
    values = None if by in (None, "label") else [str(v) for v in corpus.fields[by]]
    return fit_guarantee(Judged.of(found, corpus), found.label_space, kind, level, split="exact", by=by, values=values)


def gains(found: Suggestions) -> np.ndarray:
    documents = np.repeat(np.arange(len(found)), np.diff(found.indptr))
    totals = np.bincount(documents, weights=found.probabilities)
    return expected_gain(documents, found.probabilities, totals)


def test_judged_finds_each_right_label_among_the_suggestions() -> None:
    found, corpus = drawn(50, 4, n_listed=3)
    world = Judged.of(found, corpus)
    for i, (ranked, labels) in enumerate(zip(found, corpus.label_sets(), strict=True)):
        assert labels is not None
        listed = {one.label: one.probability for one in ranked}
        inside = slice(world.indptr[i], world.indptr[i + 1])
        assert world.right[inside].tolist() == [one.label in labels for one in ranked]
        mine = world.true_documents == i
        want = {NAMES.index(name): listed.get(name, -1) for name in labels}
        assert dict(zip(world.true_columns[mine], world.true_probabilities[mine], strict=True)) == pytest.approx(want)


def test_a_label_that_the_tagger_does_not_know_counts_as_missed() -> None:
    found, corpus = drawn(40)
    strange = corpus.with_labels([(*(labels or ()), "unheard of") for labels in corpus.label_sets()])
    world = Judged.of(found, strange)
    assert (world.true_columns == -1).sum() == 40
    assert (world.true_probabilities[world.true_columns == -1] == -1).all()
    with pytest.raises(
        DataError, match=r"recall 0\.8 cannot be promised from 40 documents: the highest level within reach"
    ):
        fit_guarantee(world, found.label_space, "recall", 0.8, split="exact")


def test_suggestions_of_other_documents_are_refused() -> None:
    found, corpus = drawn(5)
    with pytest.raises(DataError, match="different documents"):
        Judged.of(found, corpus.subset([4, 3, 2, 1, 0]))
    with pytest.raises(DataError, match="some are not annotated"):
        Judged.of(found, corpus.with_labels([None] * 5))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), by=st.sampled_from([None, "label", "kind"]))
def test_a_larger_recall_never_shrinks_a_set(seed: int, by: str | None) -> None:
    found, corpus = drawn(30, seed + 1)
    before = np.zeros(len(found.columns), dtype=bool)
    for level in (0.5, 0.7, 0.8, 0.9):
        inside, _ = made("recall", by, level, n_docs=400, seed=seed).inside(found, corpus)
        # With another level, labels and values may have classes of their own, or not: only then sets are not nested.
        assert by is not None or (inside >= before).all()
        before = inside


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), raised=st.floats(0, 0.5))
def test_raising_a_threshold_never_adds_a_label(seed: int, raised: float) -> None:
    found, corpus = drawn(30, seed)
    guarantee = made("recall", "label", n_docs=300, seed=seed)
    higher = replace(guarantee, thresholds=(guarantee.thresholds + raised).astype(np.float32))
    assert (higher.inside(found, corpus)[0] <= guarantee.inside(found, corpus)[0]).all()


def test_recall_holds_for_each_value_of_a_field_and_for_each_label() -> None:
    truth, corpus = drawn(20_000, 77)
    world = Judged.of(truth, corpus)
    of = np.array([value == "a" for value in corpus.fields["kind"]])
    by_field, _ = made("recall", "kind", n_docs=6000).inside(truth, corpus)
    for group in (of, ~of):
        assert recalls(by_field, world)[group].mean() == pytest.approx(0.8, abs=0.02)
    by_label, _ = made("recall", "label", n_docs=6000).inside(truth, corpus)
    for column in range(len(NAMES)):
        mine = (world.columns == column) & (world.right == 1)
        assert by_label[mine].mean() == pytest.approx(0.8, abs=0.03)


def test_precision_holds_for_each_label() -> None:
    truth, corpus = drawn(20_000, 77, wrong=True)
    world = Judged.of(truth, corpus)
    guarantee = made("precision", "label", 0.5, n_docs=6000, wrong=True)
    inside, _ = guarantee.inside(truth, corpus)
    assert guarantee.kept.all()
    got = np.array([world.right[inside & (world.columns == column)].mean() for column in range(len(NAMES))])
    # Each label's promise may fail by itself with a chance of 5 %, and then by little.
    assert (got < 0.5).sum() <= 1
    assert got.min() > 0.48


def test_label_sets_hold_what_is_right_as_often_as_promised() -> None:
    found, corpus = drawn(4000, 9)
    sets = made("labelset", n_docs=3000).label_sets(found, corpus, limit=256)
    space = found.label_space
    hits = [
        tuple(sorted(space.column(name) for name in labels or ())) in one.sets
        for one, labels in zip(sets, corpus.label_sets(), strict=True)
        if one.complete
    ]
    assert len(hits) == 4000
    assert np.mean(hits) == pytest.approx(0.8, abs=0.03)


def test_small_groups_share_a_threshold_and_unknown_values_get_the_most_careful() -> None:
    found, corpus = drawn(600)
    values = ["big"] * 400 + ["large"] * 190 + ["tiny"] * 10
    world = Judged.of(found, corpus)
    guarantee = fit_guarantee(world, found.label_space, "recall", 0.8, split="exact", by="who", values=values)
    assert guarantee.groups == ("big", "large", OTHER)
    new = Corpus.from_documents([Document("1", fields={"who": who}) for who in ("big", "tiny", "never seen", None)])
    some = drawn(4)[0]
    some = replace(some, ids=new.ids)
    _, holds = guarantee.inside(some, new)
    assert holds.tolist() == [True, bool(guarantee.kept[2])] + [bool(guarantee.kept[2])] * 2
    only = fit_guarantee(
        judged(400), found.label_space, "recall", 0.8, split="exact", by="who", values=["a", "b"] * 200
    )
    inside, holds = only.inside(some, new)
    assert not holds.any()
    assert np.array_equal(inside, gains(some) >= only.thresholds.min())


def test_a_class_without_its_promise_keeps_all_candidates_or_none() -> None:
    found, corpus = drawn(600)
    values = ["big"] * 597 + ["tiny"] * 3
    world = Judged.of(found, corpus)
    for kind, share in (("recall", 1.0), ("precision", 0.0)):
        guarantee = fit_guarantee(world, found.label_space, kind, 0.8, split="exact", by="who", values=values)
        assert guarantee.kept.tolist() == [True, False]
        tiny = Corpus.from_documents([Document("1", fields={"who": "tiny"})])
        inside, holds = guarantee.inside(replace(drawn(1)[0], ids=("1",)), tiny)
        assert inside.mean() == share
        assert holds.tolist() == [False]


def test_documents_without_the_field_get_the_most_careful_threshold_and_no_promise() -> None:
    found, _ = drawn(3)
    guarantee = made("recall", "kind")
    inside, holds = guarantee.inside(found, Corpus.of(["a", "b", "c"]))
    assert not holds.any()
    assert np.array_equal(inside, gains(found) >= guarantee.thresholds.min())
    with pytest.raises(DataError, match="by the field 'kind', which the documents lack; their fields are: none"):
        group_values(Corpus.of(["a"]), "kind")


def test_goals_are_read_and_wrong_ones_refused() -> None:
    assert parse_goal("recall=0.9") == ("recall", 0.9)
    for text in ("recall", "recall=1", "recall=0", "f1=0.5", "precision=high", "labelset=-1"):
        with pytest.raises(RecipeError, match="a guarantee is recall=, precision= or labelset="):
            parse_goal(text)
    with pytest.raises(RecipeError, match="cannot be by label"):
        made("labelset", "label")
    with pytest.raises(RecipeError, match="one set a document"):
        made("recall").label_sets(*drawn(3))


@pytest.mark.parametrize(("kind", "by"), GOALS)
def test_state_rebuilds_it_and_its_statement_says_what_it_is(kind: str, by: str | None) -> None:
    guarantee = made(kind, by)
    again = Guarantee.from_state(guarantee.state(), guarantee.manifest(), len(NAMES))
    found, corpus = drawn(40, 5)
    for one, other in zip(guarantee.inside(found, corpus), again.inside(found, corpus), strict=True):
        assert np.array_equal(one, other)
    assert again.statement == guarantee.statement
    assert "80.0%" in guarantee.statement
    assert "exact for documents exchangeable with the 900 documents" in guarantee.statement
    assert "approximate" in replace(guarantee, split="cross-fit").statement


@pytest.mark.parametrize(
    ("state", "manifest", "message"),
    [
        ({"groups": []}, {}, "0 groups do not fit"),
        ({"groups": ["a", "b"]}, {}, "2 groups do not fit"),
        ({"thresholds": np.array([np.nan], np.float32)}, {}, "not finite"),
        ({"thresholds": np.zeros(2, np.float32)}, {}, "'thresholds' is float32"),
        ({"kept": np.array([7], np.uint8)}, {}, "'kept' must lie between 0 and 1"),
        ({"classes": np.zeros(3, np.int32)}, {}, "'classes' is int32"),
        ({}, {"by": "label"}, "'classes' is int32"),
        ({}, {"by": 3}, "by 3"),
        ({}, {"kind": "luck"}, "the guarantee of the manifest is none"),
        ({}, {"level": 1.5}, "the guarantee of the manifest is none"),
        ({}, {"level": 1}, "must be of type float"),
        ({}, {"split": "none"}, "the guarantee of the manifest is none"),
        ({}, {"n_docs": -1}, "'n_docs'"),
    ],
)
def test_damaged_state_is_refused(state: dict, manifest: dict, message: str) -> None:  # type: ignore[type-arg]
    guarantee = made("recall")
    with pytest.raises(DataError, match=message):
        Guarantee.from_state({**guarantee.state(), **state}, {**guarantee.manifest(), **manifest}, len(NAMES))
