"""Lexical: what it learns from names, and from how few documents."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from headword.core.errors import DataError, NotFittedError, RecipeError
from headword.scorers.lexical import Lexical
from headword.scorers.lexical_statistics import EXPERIENCE, Experience
from headword.text.features import Features
from headword.text.name_kernels import N_EVIDENCE, TITLE
from headword.text.name_patterns import LabelNames
from headword.text.names import NameFeatures, found_in
from headword.text.tokens import tokenize

SUBJECTS = ["volcanoes", "sea ice", "coral reefs", "glaciers", "sand dunes", "tides", "forest fires", "peat bogs"]
FILLER = ["we", "measured", "many", "samples", "with", "care", "and", "report", "what", "was", "there", "at", "last"]


def world(n_docs: int, seed: int = 0) -> tuple[list[str], sp.csr_matrix]:
    """Documents carry what their title names; what only the text names is not meant. The last two are never carried."""
    rng = np.random.default_rng(seed)
    texts: list[str] = []
    rows = []
    for number in range(n_docs):
        meant = number % (len(SUBJECTS) - 2)
        other = (meant + rng.integers(1, len(SUBJECTS) - 2)) % (len(SUBJECTS) - 2)
        filler = list(rng.permutation(FILLER))
        texts += [f"On {SUBJECTS[meant]}", " ".join([*filler[:9], SUBJECTS[other], *filler[9:]])]
        rows.append(np.arange(len(SUBJECTS) - 2) == meant)
    return texts, sp.csr_matrix(np.array(rows, dtype=np.float32))


def features_of(texts: list[str]) -> Features:
    stream = tokenize(texts)
    return Features({"names": NameFeatures.fit(stream, LabelNames.of(SUBJECTS)).transform(stream)})


def test_twenty_documents_teach_what_a_title_means_even_of_labels_never_seen() -> None:
    texts, targets = world(20)
    scorer = Lexical().fit(features_of(texts), targets)
    test, truth = world(200, seed=1)
    scores = scorer.score(features_of(test))
    assert scores.shape == (200, len(SUBJECTS) - 2)
    assert (scores.argmax(axis=1) == truth.toarray().argmax(axis=1)).mean() > 0.95

    unknown = features_of(["Peat bogs", "of the north, with forest fires", "Care", "peat bogs"])
    found, logits = scorer.named(unknown)
    assert found.labels.tolist() == [6, 7, 7]
    assert scorer.unseen[[6, 7]].all()
    assert not scorer.unseen[:6].any()
    titled, mentioned, elsewhere = logits[1], logits[0], logits[2]
    assert titled > mentioned + 1
    assert titled > elsewhere + 1


def test_what_is_listed_is_what_is_scored() -> None:
    texts, targets = world(60)
    features = features_of(texts)
    scorer = Lexical().fit(features, targets)
    listed = scorer.listed(features)
    assert listed.dense(targets.shape[1]).tobytes() == scorer.score(features).tobytes()
    assert listed.values.min() >= listed.absent
    found, logits = scorer.named(features)
    documents = np.repeat(np.arange(60), np.diff(found.indptr))
    assert np.array_equal(scorer.score(features)[documents, found.labels], logits)


def test_a_label_that_is_not_named_has_the_odds_of_such_documents() -> None:
    texts, targets = world(60)
    always = sp.csr_matrix(np.hstack([targets.toarray(), np.ones((60, 1), np.float32)]))
    scorer = Lexical().fit(features_of(texts), always)
    scores = scorer.score(features_of(["Nothing", "of note"]))[0]
    assert scores[-1] > 3
    assert (scores[:-1] < -2).all()


def test_experience_is_counted_over_other_folds() -> None:
    texts, targets = world(50)
    found = found_in(features_of(texts)["names"])
    experience = Experience(found, targets, len(SUBJECTS))
    documents = np.repeat(np.arange(50), np.diff(found.indptr))
    held = experience.held_out()
    for at in (0, 17, 60):
        rest = np.flatnonzero(np.arange(50) % 5 != documents[at] % 5)
        inside = np.isin(documents, rest)
        label = found.labels[at]
        assert held[at, 0] == pytest.approx(np.log1p(targets[rest][:, [label]].sum()))
        named = (found.labels[inside] == label).sum()
        assert held[at, 2] == pytest.approx(np.log((len(rest) + 1) / (named + 1)), rel=1e-5)


def test_what_a_document_carries_does_not_show_in_its_own_experience() -> None:
    texts, targets = world(50)
    found = found_in(features_of(texts)["names"])
    other = targets.toarray()
    other[3] = 1 - other[3]
    one, two = (Experience(found, y, len(SUBJECTS)).held_out() for y in (targets, sp.csr_matrix(other)))
    own = slice(found.indptr[3], found.indptr[4])
    assert np.array_equal(one[own], two[own])
    assert not np.array_equal(one, two)
    assert one.shape[1] == len(EXPERIENCE)


def test_contributions_sum_to_the_scores() -> None:
    texts, targets = world(60)
    scorer = Lexical().fit(features_of(texts), targets)
    one = features_of(texts[:2])
    columns = np.arange(6)
    parts = scorer.contributions(one, columns)
    assert parts.values.shape == (one["names"].nnz, 6)
    np.testing.assert_allclose(parts.base + parts.values.sum(axis=0), scorer.score(one)[0], atol=1e-4)
    right = int(targets[[0]].indices[0])
    at = found_in(one["names"]).labels.tolist().index(right)
    assert parts.values[at * N_EVIDENCE + TITLE, right] > 0


def test_no_names_no_labels_and_no_documents() -> None:
    targets = sp.csr_matrix((12, 3), dtype=np.float32)
    empty = features_of(["", "nothing"] * 12)
    scorer = Lexical().fit(empty, targets)
    assert np.isfinite(scorer.score(empty)).all()
    assert np.isfinite(scorer.score(features_of(["sea ice", ""]))).all()


def test_many_pairs_are_sampled_the_same_way_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headword.scorers.lexical._MOST_PAIRS", 60)
    texts, targets = world(100)
    features = features_of(texts)
    one, two = (Lexical().fit(features, targets, seed=3, n_threads=n) for n in (1, 2))
    assert one.score(features).tobytes() == two.score(features).tobytes()
    assert (one.score(features).argmax(axis=1) == targets.toarray().argmax(axis=1)).mean() > 0.9


def damage(name: str, state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    changes = {
        "missing": {"right": None},
        "short": {"named": state["named"][:-1]},
        "nan": {"absent": state["absent"] * np.float32(np.nan)},
        "trees": {"trees.features": state["trees.features"] + 1000},
        "keys": {"pair_keys": state["pair_keys"][::-1].copy()},
    }
    return {**state, **changes[name]}


@pytest.mark.parametrize("name", ["missing", "short", "nan", "trees", "keys"])
def test_a_damaged_state_is_told(name: str) -> None:
    texts, targets = world(30)
    features = features_of(texts)
    state = dict(Lexical().fit(features, targets).state())
    sizes = {"n_features": features["names"].shape[1], "n_labels": 6}
    Lexical().restore(state, **sizes)
    with pytest.raises(DataError):
        Lexical().restore(damage(name, state), **sizes)
    with pytest.raises(DataError):
        Lexical().restore(state, **{**sizes, "n_labels": 7})


def test_parameters_out_of_range_and_missing_fits_are_told() -> None:
    for wrong in ({"trees": 0}, {"depth": 9}, {"rate": 0.0}):
        with pytest.raises(RecipeError, match="a lexical scorer needs"):
            Lexical(**wrong)
    with pytest.raises(NotFittedError):
        _ = Lexical().unseen
    with pytest.raises(NotFittedError):
        replace(Lexical()).contributions(features_of(["", ""]), np.arange(1))
