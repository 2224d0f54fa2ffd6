"""Back-off: closed forms on a small tree, properties on random ones, reliability on documents drawn from a model."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, LabelSpaceError, RecipeError
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions
from headword.decisions.backoff import BackOff
from headword.decisions.closure import ClosureMap, NodePairs, closed_truth, contains, fit_closure
from headword.thesaurus.concept import Concept, Name
from headword.thesaurus.hierarchy import Hierarchy, hierarchy_of
from headword.thesaurus.thesaurus import Thesaurus

INDEPENDENT = ClosureMap(np.array([1, 0, 0], dtype=np.float32))


def thesaurus(parents: dict[str, tuple[str, ...]]) -> Thesaurus:
    return Thesaurus(
        tuple(Concept(f"c:{name}", (Name(name),), tuple(f"c:{p}" for p in up)) for name, up in parents.items())
    )


PARENTS: dict[str, tuple[str, ...]] = {
    "earth": (), "sea": ("earth",), "air": ("earth",), "tides": ("sea",), "waves": ("sea",), "dust": ("air",),
    "spray": ("waves", "dust"),
}  # fmt: skip
TREE = thesaurus(PARENTS)
LEAVES = ("dust", "spray", "tides", "waves", "poems")


def tree(labels: tuple[str, ...] = LEAVES) -> Hierarchy:
    return hierarchy_of(LabelSpace(labels), TREE)


def suggested(space: LabelSpace, *rows: dict[str, float]) -> Suggestions:
    """Suggestions with the given probabilities; those of one half and more were chosen by some policy."""
    ranked = [sorted(row.items(), key=lambda item: -item[1]) for row in rows]
    p = np.array([value for row in ranked for _, value in row], dtype=np.float32)
    clipped = np.clip(p, 1e-6, 1 - 1e-6)
    return Suggestions(
        tuple(f"d{i}" for i in range(len(rows))),
        space,
        np.concatenate([[0], np.cumsum([len(row) for row in ranked])]).astype(np.int64),
        space.columns_of([name for row in ranked for name, _ in row]).astype(np.int32),
        (np.log(clipped) - np.log1p(-clipped)).astype(np.float32),
        p,
        p >= 0.5,
    )


def chosen(suggestions: Suggestions, i: int = 0) -> dict[str, float]:
    return {one.label: round(one.probability, 3) for one in suggestions[i] if one.chosen}


def test_the_narrowest_broader_concept_that_is_probable_enough() -> None:
    hierarchy = tree()
    given_ = suggested(hierarchy.label_space, {"tides": 0.4, "waves": 0.4, "dust": 0.3, "poems": 0.2})
    found = BackOff(hierarchy, INDEPENDENT, 0.6).apply(given_)
    assert chosen(found.suggestions) == {"sea": 0.64}
    assert [one.label for one in found.suggestions[0]] == ["sea", "tides", "waves", "dust", "poems"]
    assert found.backed_off.tolist() == [True, False, False, False, False]
    assert found.below == {(0, "sea"): (("tides", pytest.approx(0.4)), ("waves", pytest.approx(0.4)))}


def test_no_broader_concept_above_a_label_that_is_chosen() -> None:
    hierarchy = tree()
    given_ = suggested(hierarchy.label_space, {"tides": 0.7, "waves": 0.5, "dust": 0.4, "spray": 0.4})
    found = chosen(BackOff(hierarchy, INDEPENDENT, 0.6).apply(given_).suggestions)
    assert found == {"tides": 0.7, "waves": 0.7, "dust": 0.64}


def test_the_top_is_no_substitute_unless_asked() -> None:
    hierarchy = tree()
    given_ = suggested(hierarchy.label_space, {"tides": 0.5, "dust": 0.5})
    assert chosen(BackOff(hierarchy, INDEPENDENT, 0.7).apply(given_).suggestions) == {}
    assert chosen(BackOff(hierarchy, INDEPENDENT, 0.7, least_depth=0).apply(given_).suggestions) == {"earth": 0.75}


def test_a_label_may_stand_for_what_is_below_it() -> None:
    hierarchy = tree((*LEAVES, "sea"))
    given_ = suggested(hierarchy.label_space, {"sea": 0.4, "tides": 0.4, "poems": 0.1})
    found = BackOff(hierarchy, INDEPENDENT, 0.6).apply(given_)
    assert chosen(found.suggestions) == {"sea": 0.64}
    assert [one.label for one in found.suggestions[0]] == ["sea", "tides", "poems"]


def test_a_label_is_no_more_probable_than_it_is_where_nothing_narrower_is_suggested() -> None:
    hierarchy = tree((*LEAVES, "sea"))
    generous = ClosureMap(np.array([1, 1, 2], dtype=np.float32))
    given_ = suggested(hierarchy.label_space, {"sea": 0.55}, {"sea": 0.55, "tides": 0.1})
    found = BackOff(hierarchy, generous, 0.6).apply(given_).suggestions
    assert [list(chosen(found, i)) for i in range(2)] == [[], ["sea"]]


def test_names_of_concepts_are_written_as_asked() -> None:
    hierarchy = tree()
    given_ = suggested(hierarchy.label_space, {"tides": 0.5, "waves": 0.5})
    written = [
        chosen(BackOff(hierarchy, threshold=0.6, written_as=form).apply(given_).suggestions) for form in ("id", "path")
    ]
    assert [list(names) for names in written] == [["c:sea"], ["earth > sea"]]


def test_without_a_hierarchy_it_is_a_threshold() -> None:
    hierarchy = hierarchy_of(LabelSpace(("a", "b")), thesaurus({"x": ()}))
    given_ = suggested(hierarchy.label_space, {"a": 0.6, "b": 0.4}, {})
    found = BackOff(hierarchy, threshold=0.3).apply(given_).suggestions
    assert chosen(found) == {"a": 0.6, "b": 0.4} and found.label_space == hierarchy.label_space


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Hierarchy, Suggestions]:
    """A random hierarchy with several parents and roots, labels anywhere in it, and suggestions."""
    n = draw(st.integers(2, 9))
    parents = {
        f"n{i}": tuple(f"n{j}" for j in sorted(draw(st.sets(st.integers(0, i - 1), max_size=2)))) if i else ()
        for i in range(n)
    }
    labels = sorted(draw(st.sets(st.sampled_from(sorted(parents)), min_size=1)))
    hierarchy = hierarchy_of(LabelSpace(tuple(labels)), thesaurus(parents))
    share = st.integers(0, 100).map(lambda x: x / 100)
    row = draw(st.dictionaries(st.sampled_from(labels), share))
    return hierarchy, suggested(hierarchy.label_space, row)


maps = st.tuples(st.floats(0, 2), st.floats(0, 2), st.floats(-2, 2)).map(
    lambda w: ClosureMap(np.array(w, dtype=np.float32))
)
thresholds = st.integers(1, 99).map(lambda x: x / 100 + 0.005)


def nodes_chosen(hierarchy: Hierarchy, suggestions: Suggestions) -> set[int]:
    names = hierarchy.node_names()
    return {names.index(label) for label in chosen(suggestions)}


def above(hierarchy: Hierarchy, node: int) -> set[int]:
    up = hierarchy.ancestry.up
    return set(up.indices[up.indptr[node] : up.indptr[node + 1]].tolist()) - {node}


@given(worlds(), maps, thresholds, st.integers(0, 2))
@settings(max_examples=150, deadline=None)
def test_no_concept_is_chosen_above_another_unless_both_are_probable_labels(world, closure, threshold, depth) -> None:
    hierarchy, suggestions = world
    found = BackOff(hierarchy, closure, threshold, depth).apply(suggestions).suggestions
    direct = {one.label for one in suggestions[0] if np.float32(one.probability) >= np.float32(threshold)}
    names, nodes = hierarchy.node_names(), nodes_chosen(hierarchy, found)
    for node in nodes:
        for upper in above(hierarchy, node) & nodes:
            assert names[upper] in direct
    assert direct <= set(chosen(found))
    assert all(hierarchy.ancestry.depths[node] >= depth or names[node] in direct for node in nodes)
    assert all(one.probability >= np.float32(threshold) for one in found[0] if one.chosen)


@given(worlds(), maps, thresholds, thresholds)
@settings(max_examples=150, deadline=None)
def test_a_higher_threshold_only_takes_away_or_puts_something_broader(world, closure, one, other) -> None:
    hierarchy, suggestions = world
    low, high = (BackOff(hierarchy, closure, t).apply(suggestions).suggestions for t in sorted((one, other)))
    before = nodes_chosen(hierarchy, low)
    for node in nodes_chosen(hierarchy, high):
        assert any(node == old or node in above(hierarchy, old) for old in before)


@given(worlds(), maps)
@settings(max_examples=100, deadline=None)
def test_what_is_broader_is_never_less_probable(world, closure) -> None:
    hierarchy, suggestions = world
    pairs = NodePairs.of(suggestions, hierarchy)
    p = dict(zip(pairs.nodes.tolist(), closure.probabilities(pairs).tolist(), strict=True))
    for node, value in p.items():
        assert all(p[upper] >= value - 1e-9 for upper in above(hierarchy, node))
        assert 0 <= value <= 1


def sampled(n_docs: int, seed: int, mutually_exclusive: bool) -> tuple[Corpus, Suggestions]:
    """Documents whose labels are drawn with the very probabilities that are suggested, independently or one at most."""
    rng = np.random.default_rng(seed)
    names = ("tides", "waves", "dust", "spray")
    rows, documents = [], []
    for i in range(n_docs):
        p = rng.dirichlet([1, 1, 1, 1, 2])[:4] if mutually_exclusive else rng.beta(1, 3, 4)
        drawn = rng.choice(5, p=[*p, 1 - p.sum()]) if mutually_exclusive else None
        labels = tuple(n for j, n in enumerate(names) if (j == drawn if mutually_exclusive else rng.random() < p[j]))
        rows.append(dict(zip(names, p.tolist(), strict=True)))
        documents.append(Document(f"d{i}", "t", "", labels))
    return Corpus.of(documents), suggested(LabelSpace(LEAVES), *rows)


@pytest.mark.parametrize("mutually_exclusive", [False, True])
def test_stated_probabilities_come_true_when_learnt_from_held_out_documents(mutually_exclusive: bool) -> None:
    hierarchy = tree()
    corpus, suggestions = sampled(3000, 0, mutually_exclusive)
    closure = fit_closure(suggestions, corpus, hierarchy)
    fresh, given_ = sampled(3000, 1, mutually_exclusive)
    truth = closed_truth(fresh, hierarchy)
    found = BackOff(hierarchy, closure, 0.5).apply(given_)
    stated, right = [], []
    for (document, label), _ in found.below.items():
        node = hierarchy.node_names().index(label)
        stated.append(next(one.probability for one in found.suggestions[document] if one.label == label))
        right.append(truth[document, node])
    assert len(stated) > 200
    assert np.mean(stated) == pytest.approx(np.mean(right), abs=0.04)
    if not mutually_exclusive:
        assert closure.weights.tolist() == pytest.approx([1, 0, 0], abs=0.15)


def test_the_very_top_teaches_nothing_of_what_is_below() -> None:
    corpus, suggestions = sampled(3000, 0, False)
    without_top = thesaurus({name: () if up == ("earth",) else up for name, up in PARENTS.items() if name != "earth"})
    parents = {**PARENTS, "all": (), "earth": ("all",)}
    below = fit_closure(suggestions, corpus, hierarchy_of(LabelSpace(LEAVES), thesaurus(parents)))
    plain = fit_closure(suggestions, corpus, tree())
    assert below.weights.tolist() != plain.weights.tolist()  # here earth counts, for it lies below all
    flat = fit_closure(suggestions, corpus, hierarchy_of(LabelSpace(LEAVES), without_top))
    assert flat.weights.tolist() != [0.5, 0.5, 0]


def test_too_little_to_learn_from_leaves_the_default() -> None:
    corpus, suggestions = sampled(5, 0, False)
    assert fit_closure(suggestions, corpus, tree()).weights.tolist() == [0.5, 0.5, 0]


def test_labels_that_only_the_corpus_has_count_for_what_is_above_them() -> None:
    corpus = Corpus.of([Document("a", "t", "", ("tides", "plays")), Document("b", "t", "", ("waves",))])
    truth = closed_truth(corpus, tree(("waves",)))
    names = [TREE.name(row) for row in range(len(TREE))]
    assert [{names[c] for c in truth[i].indices} for i in range(2)] == [
        {"tides", "sea", "earth"}, {"waves", "sea", "earth"},
    ]  # fmt: skip


def test_labels_beyond_the_concepts_are_in_no_truth() -> None:
    truth = sp.csr_matrix(np.array([[0.0, 1.0], [1.0, 1.0]]))
    rows, columns = np.array([0, 0, 0, 0, 1, 1]), np.array([0, 1, 2, 3, 0, 2])
    assert contains(truth, rows, columns).tolist() == [0, 1, 0, 0, 1, 0]


def test_the_map_goes_into_a_state_and_back() -> None:
    found = ClosureMap.from_state(INDEPENDENT.state())
    assert found.weights.tolist() == [1, 0, 0]
    with pytest.raises(DataError, match="less probable"):
        ClosureMap.from_state({"weights": np.array([-1, 0, 0], dtype=np.float32)})
    with pytest.raises(DataError, match="weights"):
        ClosureMap.from_state({"weights": np.zeros(2, dtype=np.float32)})


def test_what_does_not_fit_is_refused() -> None:
    hierarchy = tree()
    with pytest.raises(RecipeError, match=r"threshold of back-off lies in \(0, 1\], found 0"):
        BackOff(hierarchy, threshold=0)
    with pytest.raises(RecipeError, match="least depth"):
        BackOff(hierarchy, least_depth=-1)
    with pytest.raises(LabelSpaceError, match="the hierarchy has other labels"):
        BackOff(hierarchy).apply(suggested(LabelSpace(("x",)), {"x": 0.5}))
    corpus, suggestions = sampled(5, 0, False)
    with pytest.raises(DataError, match="5 documents have suggestions, but 4 have labels"):
        fit_closure(suggestions, corpus.subset(np.arange(4)), hierarchy)
