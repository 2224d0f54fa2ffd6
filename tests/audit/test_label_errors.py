"""Label errors: found where they were planted, never where decision and labels agree."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.audit.label_errors import LabelErrors, errors_of, thresholds
from headword.audit.pairs import Pairs
from headword.audit.ranking import suspect
from headword.core.errors import DataError
from headword.core.labels import LabelSpace

from .planted import World, world


def space_of(n_labels: int) -> LabelSpace:
    return LabelSpace(tuple(f"l{i:03}" for i in range(n_labels)))


def audited(found: World, *, seed: int = 0, n_threads: int | None = 1) -> LabelErrors:
    n_docs, n_labels = found.targets.shape
    return errors_of(
        found.probabilities, found.targets, found.chosen, found.drawn, [f"d{i}" for i in range(n_docs)],
        space_of(n_labels), seed=seed, n_threads=n_threads,
    )  # fmt: skip


def precision(right: np.ndarray, scores: np.ndarray) -> float:
    hits = right[np.argsort(-scores, kind="stable")]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())


@pytest.mark.parametrize("seed", [1])
def test_the_ranking_beats_self_confidence(seed: int) -> None:
    found = world(700, 30, seed=seed)
    pairs = Pairs.of(found.probabilities, found.targets, found.chosen, found.drawn)
    ours = suspect(pairs, seed=seed, n_threads=1)
    planted = (found.wrong + found.missing).tocsr()
    right = np.asarray(planted[pairs.documents, pairs.columns]).ravel() > 0
    plain = np.where(pairs.assigned, 1 - pairs.probabilities, pairs.probabilities)
    assert precision(right, ours.order) > 1.1 * precision(right, plain)
    held = pairs.assigned
    base = right[held].mean()
    first = np.argsort(-ours.order[held])[: right[held].sum()]
    assert right[held][first].mean() > 3 * base


def test_suspicions_lie_in_0_to_1_and_do_not_depend_on_threads() -> None:
    found = world(200)
    pairs = Pairs.of(found.probabilities, found.targets, found.chosen, found.drawn)
    one, two = suspect(pairs, n_threads=1), suspect(pairs, n_threads=2)
    assert one.order.tobytes() == two.order.tobytes()
    assert ((one.probabilities >= 0) & (one.probabilities <= 1)).all()
    assert sum(one.wrong.values()) < 0.25


def test_a_label_that_no_other_document_has_is_judged_by_the_base_share() -> None:
    found = world(150, 12)
    targets = found.targets.tolil()
    targets[:, 11] = 0
    targets[5, 11] = 1
    pairs = Pairs.of(found.probabilities, targets.tocsr(), found.chosen, found.drawn)
    ours = suspect(pairs)
    at = (pairs.documents == 5) & (pairs.columns == 11)
    assert ours.order[at] == pytest.approx(sum(ours.wrong.values()), rel=1e-5)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000), n_agreeing=st.integers(1, 60))
def test_a_document_whose_decision_equals_its_labels_is_never_named(seed: int, n_agreeing: int) -> None:
    found = world(60, 6, seed=seed)
    chosen = sp.vstack([found.targets[:n_agreeing], found.chosen[n_agreeing:]], format="csr")
    errors = audited(World(found.probabilities, found.targets, chosen, found.drawn, found.wrong, found.missing))
    assert all(error.row >= n_agreeing for error in errors)
    for error in errors:
        held = found.targets[error.row, int(error.label[1:])] > 0
        assert error.problem == ("wrong" if held else "missing")
        assert (chosen[error.row, int(error.label[1:])] > 0) != held


def test_errors_are_listed_by_falling_probability_and_swaps_pair_both_ways() -> None:
    found = world(250, 20)
    errors = audited(found)
    falling = [error.error_probability for error in errors]
    assert falling == sorted(falling, reverse=True)
    named = {(error.document, error.label): error for error in errors}
    swapped = [error for error in errors if error.swap is not None]
    assert swapped
    for error in swapped:
        other = named[error.document, error.swap or ""]
        assert other.swap == error.label
        assert {error.problem, other.problem} == {"wrong", "missing"}
    assert errors.to_json()["n_wrong"] + errors.to_json()["n_missing"] == len(errors)


def test_thresholds_without_shrinking_are_means_and_equal_those_of_confident_learning() -> None:
    found = world(400, 8)
    pairs = Pairs.of(found.probabilities, found.targets, found.chosen, found.drawn)
    p = np.maximum(found.probabilities.toarray(), 1e-4)
    y = found.targets.toarray() > 0
    high, low = thresholds(pairs, strength=0)
    np.testing.assert_allclose(high, [p[y[:, i], i].mean() for i in range(8)], rtol=1e-5)
    np.testing.assert_allclose(low, [p[~y[:, i], i].mean() for i in range(8)], rtol=1e-5)


def test_rare_labels_are_drawn_to_the_mean_of_all() -> None:
    found = world(400, 8)
    targets = found.targets.tolil()
    targets[:, 7] = 0
    targets[0, 7] = 1
    pairs = Pairs.of(found.probabilities, targets.tocsr(), found.chosen, found.drawn)
    own, _ = thresholds(pairs, strength=0)
    shrunk, _ = thresholds(pairs, strength=5)
    overall = pairs.probabilities[pairs.assigned].mean()
    assert shrunk[7] == pytest.approx((own[7] + 5 * overall) / 6, rel=1e-5)


def test_confident_errors_are_those_of_cleanlab() -> None:
    filters = pytest.importorskip("cleanlab.filter", reason="cleanlab, the oracle, is not installed")
    found = world(400, 8)
    pairs = Pairs.of(found.probabilities, found.targets, found.chosen, found.drawn)
    p = np.clip(found.probabilities.toarray().astype(float), 1e-4, 1)
    y = found.targets.toarray() > 0
    high, low = thresholds(pairs, strength=0)
    for column in range(8):
        both = np.stack([1 - p[:, column], p[:, column]], axis=1)
        flagged = filters.find_label_issues(y[:, column].astype(int), both, filter_by="confident_learning", n_jobs=1)
        beyond = np.where(y[:, column], p[:, column] <= low[column], p[:, column] >= high[column])
        assert not (flagged & ~beyond).any()


def test_nothing_to_audit_is_said() -> None:
    empty = sp.csr_matrix((3, 2), dtype=np.float32)
    with pytest.raises(DataError, match="no document carries a label"):
        errors_of(empty, empty, empty, empty, ["a", "b", "c"], space_of(2))
