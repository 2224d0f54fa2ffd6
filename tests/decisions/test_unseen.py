"""Proposals of labels without training documents."""

import numpy as np
import pytest
import scipy.sparse as sp

from headword.core.errors import DataError
from headword.decisions.candidates import Candidates
from headword.decisions.unseen import Proposals, Unseen, Watch, fit_unseen, joined, proposer
from headword.scorers.lexical import Lexical
from headword.scorers.linear import Linear
from headword.text.features import Features
from headword.text.name_kernels import N_EVIDENCE
from headword.text.name_patterns import LabelNames
from headword.text.names import NameFeatures
from headword.text.tokens import tokenize

NAMES = ["volcanoes", "sea ice", "coral reefs", "glaciers", "sand dunes"]


def features_of(texts: list[str]) -> Features:
    stream = tokenize(texts)
    return Features({"names": NameFeatures.fit(stream, LabelNames.of(NAMES)).transform(stream)})


@pytest.fixture(scope="module")
def scorer() -> Lexical:
    texts, y = [], []
    for number in range(30):
        texts += [NAMES[number % 3], "beside " + NAMES[(number + 1) % 3]]
        y.append(np.arange(3) == number % 3)
    return Lexical().fit(features_of(texts), sp.csr_matrix(np.array(y, dtype=np.float32)))


def test_only_labels_without_documents_are_proposed_the_best_of_each_document(scorer: Lexical) -> None:
    features = features_of(["glaciers", "sand dunes, coral reefs", "", "sand dunes", "sea ice", ""])
    found = Proposals.of(scorer, features, 5)
    assert found.indptr.tolist() == [0, 2, 3, 3]
    assert found.columns.tolist() == [3, 4, 4]
    one = Proposals.of(scorer, features, 1)
    assert one.columns.tolist() == [3, 4]
    named, logits = scorer.named(features)
    own = {(d, c): v for d, c, v in zip(np.repeat(range(3), np.diff(named.indptr)), named.labels, logits, strict=True)}
    for document, column, inputs in zip(found.documents, found.columns, found.inputs, strict=True):
        rivals = [(value, -other) for (d, other), value in own.items() if d == document]
        assert inputs[0] == own[document, column]
        assert inputs[1] == pytest.approx(inputs[0] - max(rivals)[0])
        assert inputs[2] == pytest.approx(np.log1p(sum(rival > (inputs[0], -column) for rival in rivals)))


def test_parts_are_put_in_order(scorer: Lexical) -> None:
    texts = ["glaciers", "", "", "", "sand dunes", "glaciers"]
    features = features_of(texts)
    parts = [Proposals.of(scorer, features.rows(np.array(rows)), 5) for rows in ([2, 0], [1])]
    whole = Proposals.concatenate(parts, np.array([1, 2, 0]))
    expected = Proposals.of(scorer, features, 5)
    assert whole.indptr.tolist() == expected.indptr.tolist()
    assert np.array_equal(whole.columns, expected.columns)
    assert np.array_equal(whole.inputs, expected.inputs)


def proposals(n: int, rate: float, seed: int = 0) -> tuple[Proposals, sp.csr_matrix]:
    rng = np.random.default_rng(seed)
    logits = rng.standard_normal(n).astype(np.float32)
    y = rng.random(n) < rate / (1 + np.exp(-2 * logits))
    inputs = np.column_stack([logits, logits - 1, np.zeros(n)]).astype(np.float32)
    found = Proposals(np.arange(n + 1, dtype=np.int64), np.full(n, 1, np.int32), inputs)
    return found, sp.csr_matrix(np.column_stack([np.zeros(n), y]).astype(np.float32))


@pytest.mark.parametrize("rate", [0.9, 0.1, 0.0])
def test_probabilities_are_those_of_labels_that_no_model_had_seen(rate: float) -> None:
    found, targets = proposals(2000, rate)
    model, held = fit_unseen(found, targets, np.arange(2000) % 5, "lexical", 2)
    true = float(targets.sum()) / 2000
    for logits in (held, model.model.logits(found.inputs)):
        assert np.mean(1 / (1 + np.exp(-logits))) == pytest.approx(true, abs=0.01)
    if rate > 0.5:
        assert model.model.linear[0] * model.model.scale[0] > 0.5


def test_log_odds_of_few_right_proposals_keep_their_order_however_low() -> None:
    inputs = np.zeros((40, 3), np.float32)
    inputs[:, 0] = -np.arange(40) / 2
    found = Proposals(np.arange(41, dtype=np.int64), np.full(40, 1, np.int32), inputs)
    targets = sp.csr_matrix(np.column_stack([np.zeros(40), np.arange(40) < 5]).astype(np.float32))
    model, _ = fit_unseen(found, targets, np.arange(40) % 2, "lexical", 2)
    assert (np.diff(model.model.logits(inputs)) < -0.1).all()


def test_no_proposals_can_be_fitted() -> None:
    empty = Proposals(np.zeros(7, np.int64), np.zeros(0, np.int32), np.zeros((0, 3), np.float32))
    model, held = fit_unseen(empty, sp.csr_matrix((6, 1), dtype=np.float32), np.arange(6) % 2, "lexical", 2)
    assert held.shape == (0,)
    assert np.isfinite(model.model.logits(np.zeros((1, 3), np.float32))).all()


def test_candidates_and_proposals_are_joined_by_document() -> None:
    found = Candidates(np.array([0, 2, 2]), np.array([0, 2], np.int32), np.zeros((2, 1), np.float32), 3)
    more = Proposals(np.array([0, 1, 2]), np.array([3, 4], np.int32), np.zeros((2, 3), np.float32))
    logits = np.array([1.0, 2.0], np.float32)
    indptr, columns, values = joined(found, logits, more, np.array([-1.0, -2.0], np.float32))
    assert indptr.tolist() == [0, 3, 4]
    assert columns.tolist() == [0, 2, 3, 4]
    assert values.tolist() == [1.0, 2.0, -1.0, -2.0]


def test_a_scorer_proposes_where_its_block_knows_more_labels() -> None:
    scorers = {"words": Linear(), "lexical": Lexical()}
    assert proposer(scorers, {"words": 900, "names": 5 * N_EVIDENCE}, 3) == ("lexical", 5)
    assert proposer(scorers, {"words": 900, "names": 3 * N_EVIDENCE}, 3) is None
    assert proposer({"words": Linear()}, {"words": 900}, 3) is None


def test_a_kept_model_is_the_same_and_a_damaged_one_is_told() -> None:
    found, targets = proposals(200, 0.5)
    model, _ = fit_unseen(found, targets, np.arange(200) % 5, "lexical", 2)
    state = dict(model.state())
    again = Unseen.from_state(state, member="lexical", n_labels=2)
    assert np.array_equal(again.model.logits(found.inputs), model.model.logits(found.inputs))
    with pytest.raises(DataError):
        Unseen.from_state({**state, "linear": state["linear"][:-1]}, member="lexical", n_labels=2)


def test_what_a_fold_did_not_know_is_left_to_the_proposals(scorer: Lexical) -> None:
    watch = Watch(0, 5)
    texts = ["glaciers", "", "sea ice", "", "sand dunes", ""]
    for rows in ([1], [0, 2]):
        watch(np.array(rows), [scorer], features_of(texts).rows(np.array(rows)))
    found = Candidates(np.array([0, 2, 3, 4]), np.array([0, 3, 4, 1], np.int32), np.zeros((4, 1), np.float32), 5)
    documents = np.arange(3)
    assert watch.known(documents, found).tolist() == [True, False, False, True]
    assert found.entries(watch.known(documents, found)).indptr.tolist() == [0, 1, 1, 2]
    assert watch.by_fold(documents, found).columns.tolist() == [5, 8, 4, 6]
    targets = sp.csr_matrix(np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32))
    np.testing.assert_allclose(watch.log_priors(targets), [np.log([1, 1]), np.log([3, 1 / 3])], atol=1e-6)
    assert watch.proposals().columns.tolist() == [3, 4]


def test_entries_keep_empty_documents() -> None:
    found = Candidates(np.array([0, 2, 2, 3]), np.array([0, 2, 1], np.int32), np.ones((3, 2), np.float32), 3)
    some = found.entries(np.array([False, True, False]))
    assert some.indptr.tolist() == [0, 1, 1, 1]
    assert some.columns.tolist() == [2]
    assert some.values.shape == (1, 2)
