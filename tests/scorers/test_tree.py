from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from headword.core.errors import DataError, NotFittedError, RecipeError
from headword.scorers.linear import Linear
from headword.scorers.tree import FLOORS, Tree
from headword.text.features import Features
from headword.text.weighting import unit_rows
from headword.text.words import csr

from .conftest import Problem, features_of, make_problem, targets_of

FLOOR = FLOORS["squared-hinge"]
N_TOPICS, N_LABELS = 12, 96


@pytest.fixture(scope="module")
def topics() -> Problem:
    """900 documents of 96 labels in 12 topics: words of their labels, of their topic, and of anybody."""
    rng = np.random.default_rng(0)
    n_docs, n_words = 900, 2 * N_LABELS + 6 * N_TOPICS + 60
    dense, true = np.zeros((n_docs, n_words)), np.zeros((n_docs, N_LABELS))
    for doc in range(n_docs):
        topic = rng.integers(N_TOPICS)
        labels = N_TOPICS * rng.permutation(N_LABELS // N_TOPICS)[:2] + topic
        true[doc, labels] = 1
        for label in labels:
            dense[doc, 2 * label : 2 * label + 2] += rng.poisson(1.2, 2)
        dense[doc, 2 * N_LABELS + 6 * topic : 2 * N_LABELS + 6 * topic + 6] += rng.poisson(0.6, 6)
        dense[doc, n_words - 60 :] += rng.poisson(0.1, 60)
    return Problem(features_of(dense), targets_of(true))


def tree(**parameters: Any) -> Tree:
    return Tree(**{"leaf": 8, "beam": 3, **parameters})


def same(one: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(one[name].tobytes() == other[name].tobytes() for name in one)


def precision(best: np.ndarray, targets: sp.csr_matrix, k: int) -> float:
    return float(np.take_along_axis(targets.toarray(), best[:, :k], axis=1).mean())


def best(scorer: Tree, features: Features, most: int) -> np.ndarray:
    return np.argsort(-scorer.score(features), axis=1, kind="stable")[:, :most]


def test_it_ranks_like_exhaustive_linear_where_labels_form_clusters(topics: Problem) -> None:
    train, test = topics.subset(np.arange(600)), topics.subset(np.arange(600, 900))
    columns = best(tree().fit(train.features, train.targets), test.features, 2)
    exhaustive = Linear().fit(train.features, train.targets).score(test.features)
    expected = precision(np.argsort(-exhaustive, axis=1), test.targets, 2)
    assert expected > 0.7
    assert precision(columns, test.targets, 2) > expected - 0.02


def test_with_all_clusters_in_the_beam_scores_are_the_plain_product(topics: Problem) -> None:
    scorer = tree(beam=12).fit(topics.features, topics.targets)
    state = scorer.state()
    weights = np.zeros((N_LABELS, topics.x.shape[1]))
    share = (np.arange(256) % 128 / 127) ** 2 * np.where(np.arange(256) < 128, 1, -1)
    cluster = np.repeat(np.arange(12), np.diff(state["ranker.bounds"]))
    row = np.repeat(np.arange(len(cluster)), state["ranker.counts"])
    place = 8 * cluster[row] + state["ranker.columns"]
    weights[place, state["ranker.features"][row]] = share[state["ranker.codes"]] * state["ranker.scale"][place]
    plain = np.empty((900, N_LABELS))
    plain[:, state["labels"]] = topics.x.toarray() @ weights.T + state["ranker.bias"]
    assert scorer.score(topics.features) == pytest.approx(np.maximum(plain, FLOOR), abs=1e-4)


def test_labels_off_the_shortlist_get_the_floor(topics: Problem) -> None:
    scorer = tree(beam=3).fit(topics.features, topics.targets)
    assert scorer.router is not None
    shortlist = np.argsort(-scorer.router.matcher.score(topics.features), axis=1, kind="stable")[:, :3]
    cluster = np.empty(N_LABELS, dtype=np.int64)
    cluster[scorer.state()["labels"]] = np.arange(N_LABELS) // 8
    on_it = (cluster == shortlist[:, :, None]).any(axis=1)
    whole = tree(beam=12).restore(scorer.state()).score(topics.features)
    assert np.array_equal(scorer.score(topics.features), np.where(on_it, whole, FLOOR))
    assert whole.min() == FLOOR, "a score that is lower would stand below labels that were not looked at"


def test_what_is_listed_is_what_is_scored(topics: Problem) -> None:
    scorer = tree(beam=3).fit(topics.features, topics.targets)
    listed = scorer.listed(topics.features)
    assert (listed.indptr.dtype, listed.columns.dtype, listed.values.dtype) == (np.int64, np.int32, np.float32)
    assert listed.absent == FLOOR
    assert np.array_equal(listed.dense(N_LABELS), scorer.score(topics.features))
    for first, last in pairwise(listed.indptr):
        assert len(set(listed.columns[first:last].tolist())) == last - first == 24


@pytest.mark.parametrize("loss", ["squared-hinge", "logistic"])
def test_threads_change_no_byte(topics: Problem, loss: str) -> None:
    one = tree(loss=loss).fit(topics.features, topics.targets, n_threads=1)
    two = tree(loss=loss).fit(topics.features, topics.targets, n_threads=2)
    assert same(one.state(), two.state())
    assert one.score(topics.features, n_threads=1).tobytes() == two.score(topics.features, n_threads=2).tobytes()


def test_batches_change_no_byte(topics: Problem) -> None:
    scorer = tree().fit(topics.features, topics.targets)
    whole = scorer.score(topics.features)
    for first in range(0, 900, 250):
        some = slice(first, first + 250)
        assert scorer.score(topics.features.rows(some)).tobytes() == whole[some].tobytes()


def test_more_documents_than_a_chunk_and_windows_of_larger_arrays() -> None:
    many = make_problem(n_docs=2100, n_labels=40)
    scorer = tree().fit(many.features, many.targets)
    words = many.features["words"]
    window = Features({"words": csr(words.indptr[1000:2051], words.indices, words.data, words.shape[1])})
    assert np.array_equal(scorer.score(window), scorer.score(many.features)[1000:2050])


def test_rows_are_the_corpus_of_these_rows(topics: Problem) -> None:
    rows = np.arange(0, 900, 3)
    here = tree().fit(topics.features, topics.targets, rows)
    some = topics.subset(rows)
    assert same(here.state(), tree().fit(some.features, some.targets).state())


def test_a_kept_state_scores_bit_for_bit_alike(topics: Problem) -> None:
    scorer = tree().fit(topics.features, topics.targets)
    again = tree().restore(scorer.state(), n_features=topics.x.shape[1], n_labels=N_LABELS)
    assert again.score(topics.features).tobytes() == scorer.score(topics.features).tobytes()
    assert same(again.state(), scorer.state())


def test_a_label_without_a_document_is_in_no_cluster(topics: Problem) -> None:
    true = topics.targets.toarray()
    true[:, [5, 40]] = 0
    scorer = tree(beam=12).fit(topics.features, targets_of(true))
    assert sorted(scorer.state()["labels"].tolist()) == [i for i in range(N_LABELS) if i not in (5, 40)]
    assert (scorer.score(topics.features)[:, [5, 40]] == FLOOR).all()
    assert not np.isin(scorer.listed(topics.features).columns, [5, 40]).any()


def test_one_label(problem: Problem) -> None:
    scorer = Tree().fit(problem.features, problem.targets[:, [2]])
    scores = scorer.score(problem.features)
    alone = Linear(prune=0.05).fit(problem.features, problem.targets[:, [2]]).score(problem.features)
    assert np.corrcoef(scores[:, 0], alone[:, 0])[0, 1] > 0.95
    assert scores.shape == (150, 1)


@pytest.mark.parametrize("leaf", [1, 64])
def test_a_cluster_for_each_label_and_one_for_all(problem: Problem, leaf: int) -> None:
    scores = Tree(leaf=leaf, beam=50).fit(problem.features, problem.targets).score(problem.features)
    true = problem.targets.toarray() > 0
    assert scores[true].mean() > scores[~true].mean() + 0.5
    assert (scores[:, -2] == FLOOR).all()
    assert (scores[:, -1] > 0).all()


def test_nothing_is_labelled(problem: Problem) -> None:
    scorer = Tree().fit(problem.features, targets_of(np.zeros((150, 5))))
    assert (scorer.score(problem.features) < 0).all()


def test_documents_without_features_or_with_unseen_ones_get_the_biases(topics: Problem) -> None:
    known = topics.features.rows(slice(0, 300))
    seen = np.zeros((300, topics.x.shape[1] + 2))
    seen[:, :-2] = known["words"].toarray()
    scorer = tree(beam=12).fit(features_of(seen), topics.targets[:300])
    new = np.zeros((2, seen.shape[1]))
    new[1, -2:] = 1
    state = scorer.state()
    expected = np.full(N_LABELS, FLOOR)
    expected[state["labels"]] = state["ranker.bias"]
    assert scorer.score(features_of(new)) == pytest.approx(np.tile(expected, (2, 1)))
    assert scorer.score(features_of(new[:0])).shape == (0, N_LABELS)


def test_pruning_makes_it_smaller(topics: Problem) -> None:
    sizes = [len(tree(prune=p).fit(topics.features, topics.targets).state()["ranker.codes"]) for p in (0, 0.1, 0.5)]
    assert sizes[0] > sizes[1] > sizes[2] > 0


def test_a_dense_block_with_negative_numbers(topics: Problem) -> None:
    turned = topics.x.toarray() @ np.random.default_rng(0).standard_normal((topics.x.shape[1], 50))
    dense = sp.csr_matrix(turned.astype(np.float32))
    features = Features({"latent": unit_rows(csr(dense.indptr, dense.indices, dense.data, 50))})
    scorer = tree(block="latent", C=3.0, prune=0.0).fit(features, topics.targets)
    assert precision(best(scorer, features, 2), topics.targets, 2) > 0.6


def spoilt(name: str, change: Callable[[np.ndarray], Any]) -> Callable[[dict[str, Any]], None]:
    def spoil(state: dict[str, Any]) -> None:
        state[name] = change(state[name].copy())

    return spoil


def put(at: Any, value: Any) -> Callable[[np.ndarray], np.ndarray]:
    def changed(array: np.ndarray) -> np.ndarray:
        array[at] = value
        return array

    return changed


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (spoilt("labels", put(0, N_LABELS)), "'labels' must lie between 0 and 95"),
        (spoilt("labels", put(0, -1)), "'labels' must lie between"),
        (spoilt("labels", lambda a: put(0, a[1])(a)), "names a label twice"),
        (spoilt("labels", lambda a: a[:11]), "do not fit 11 labels"),
        (spoilt("labels", lambda a: a[:95]), "ranker: tensor 'scale' is"),
        (spoilt("n_labels", put(0, 1 << 40)), "'n_labels' must lie between"),
        (spoilt("n_labels", put(0, 95)), "'labels' must lie between 0 and 94"),
        (spoilt("ranker.features", put(0, 1 << 30)), "ranker: tensor 'features' must lie"),
        (spoilt("ranker.features", put(0, -5)), "ranker: tensor 'features' must lie"),
        (spoilt("ranker.columns", put(0, 8)), "ranker: tensor 'columns' must lie between 0 and 7"),
        (spoilt("ranker.columns", lambda a: a[:-1]), "ranker: tensor 'columns' is"),
        (spoilt("ranker.counts", put(0, 99)), "ranker: tensor 'counts' adds up to"),
        (spoilt("ranker.bounds", put(1, -3)), "ranker: tensor 'bounds' must rise"),
        (spoilt("ranker.bounds", lambda a: a[:-1]), "ranker: tensor 'bounds' is"),
        (spoilt("ranker.bias", put(3, np.nan)), "ranker: tensor 'bias' holds numbers that are not finite"),
        (spoilt("ranker.codes", lambda a: a.astype(np.int8)), "ranker: tensor 'codes' is int8"),
        (spoilt("matcher.bias", lambda a: a[:-1]), "matcher: "),
        (lambda state: state.pop("ranker.counts"), "ranker: tensor 'counts' is missing"),
        (lambda state: state.pop("matcher.bias"), "matcher: tensor 'bias' is missing"),
        (lambda state: state.pop("labels"), "tensor 'labels' is missing"),
    ],
)
def test_a_spoilt_state_is_refused(topics: Problem, spoil: Callable[[dict[str, Any]], None], message: str) -> None:
    state = dict(tree().fit(topics.features, topics.targets).state())
    spoil(state)
    with pytest.raises(DataError, match=message):
        tree().restore(state)


def test_a_state_of_other_sizes_is_refused(topics: Problem) -> None:
    state = tree().fit(topics.features, topics.targets).state()
    with pytest.raises(DataError, match="'n_labels' must lie between 95 and 95, found 96"):
        tree().restore(state, n_labels=95)
    with pytest.raises(DataError, match="matcher: "):
        tree().restore(state, n_features=7)


def test_bad_parameters_and_unfitted_use(topics: Problem) -> None:
    for bad in ({"leaf": 0}, {"leaf": 65}, {"beam": 0}):
        with pytest.raises(RecipeError, match="a tree needs leaf from 1 to 64 and beam >= 1"):
            Tree(**bad)
    with pytest.raises(RecipeError, match="loss is one of"):
        Tree(loss="hinge")
    with pytest.raises(NotFittedError, match="call fit before score"):
        Tree().listed(topics.features)
