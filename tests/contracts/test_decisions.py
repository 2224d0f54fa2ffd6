"""What holds for every row of the table of decision policies."""

import inspect

import numpy as np
import pytest

from headword.decisions import DECISIONS
from headword.decisions.policies import Policy

N_DOCS, N_LABELS = 120, 10
Pairs = tuple[np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def support() -> np.ndarray:
    return np.array([0, 1, 2, 4, 8, 15, 30, 50, 70, 90])


@pytest.fixture(scope="module")
def pairs(support: np.ndarray) -> Pairs:
    rng = np.random.default_rng(0)
    truth = np.column_stack([rng.permutation(N_DOCS) < n for n in support])
    probabilities = 1 / (1 + np.exp(-(3 * truth - 2 + rng.standard_normal(truth.shape))))
    columns = np.tile(np.arange(N_LABELS, dtype=np.int32), N_DOCS)
    return columns, probabilities.ravel().astype(np.float32), truth.ravel().astype(np.float32)


@pytest.fixture(scope="module")
def ranked(pairs: Pairs) -> Pairs:
    """Row bounds, columns and probabilities as a ranking has them; one document without candidates."""
    order = np.lexsort((-pairs[1], np.repeat(np.arange(N_DOCS), N_LABELS)))
    indptr = np.concatenate([[0, 0], np.arange(1, N_DOCS + 1) * N_LABELS]).astype(np.int64)
    return indptr, pairs[0][order], pairs[1][order]


def made(name: str) -> Policy:
    policy: Policy = DECISIONS.get(name)()
    return policy


@pytest.mark.parametrize("name", DECISIONS)
def test_it_says_what_it_is(name: str) -> None:
    assert inspect.getdoc(DECISIONS.get(name))
    assert repr(made(name)).startswith(type(made(name)).__name__)


@pytest.mark.parametrize("name", DECISIONS)
def test_fit_returns_itself_and_leaves_its_input_alone(name: str, pairs: Pairs, support: np.ndarray) -> None:
    before = [array.copy() for array in (*pairs, support)]
    policy = made(name)
    assert policy.fit(*pairs, support) is policy
    assert all(np.array_equal(a, b) for a, b in zip(before, (*pairs, support), strict=True))


@pytest.mark.parametrize("name", DECISIONS)
def test_choices_are_the_best_of_each_document_label_by_label(
    name: str, pairs: Pairs, ranked: Pairs, support: np.ndarray
) -> None:
    before = [array.copy() for array in ranked]
    policy = made(name).fit(*pairs, support)
    chosen = policy.choose(*ranked)
    assert chosen.dtype == bool
    assert chosen.shape == ranked[1].shape
    assert 0 < chosen.sum() < len(chosen)
    assert np.array_equal(chosen, policy.choose(*ranked))
    assert all(np.array_equal(a, b) for a, b in zip(before, ranked, strict=True))
    for label in range(N_LABELS):  # within a label, who is more probable is not left out for who is less
        mine = ranked[1] == label
        if name not in ("top-k", "expected-f1") and chosen[mine].any():
            assert ranked[2][mine & chosen].min() >= ranked[2][mine & ~chosen].max(initial=0)


@pytest.mark.parametrize("name", DECISIONS)
def test_the_same_pairs_give_the_same_choices(name: str, pairs: Pairs, ranked: Pairs, support: np.ndarray) -> None:
    one, other = made(name).fit(*pairs, support), made(name).fit(*pairs, support)
    assert np.array_equal(one.choose(*ranked), other.choose(*ranked))


@pytest.mark.parametrize("name", DECISIONS)
def test_one_document_is_judged_like_all(name: str, pairs: Pairs, ranked: Pairs, support: np.ndarray) -> None:
    policy = made(name).fit(*pairs, support)
    _, columns, probabilities = ranked
    whole = policy.choose(*ranked)
    for a, b in ((0, 0), (0, 10), (50, 60)):
        alone = policy.choose(np.array([0, b - a]), columns[a:b], probabilities[a:b])
        assert np.array_equal(alone, whole[a:b])
    nothing = policy.choose(np.zeros(1, np.int64), columns[:0], probabilities[:0])
    assert nothing.shape == (0,)


@pytest.mark.parametrize("name", DECISIONS)
def test_a_kept_state_chooses_alike(name: str, pairs: Pairs, ranked: Pairs, support: np.ndarray) -> None:
    policy = made(name).fit(*pairs, support)
    again = made(name)
    state = {part: array.copy() for part, array in policy.state().items()}
    assert again.restore(state) is again
    assert np.array_equal(again.choose(*ranked), policy.choose(*ranked))


@pytest.mark.parametrize("name", DECISIONS)
def test_no_pairs_and_no_right_pairs_can_be_learnt_from(name: str, pairs: Pairs, ranked: Pairs) -> None:
    none = np.zeros(N_LABELS, dtype=int)
    for columns, probabilities, y in ((pairs[0][:0], pairs[1][:0], pairs[2][:0]), (*pairs[:2], 0 * pairs[2])):
        chosen = made(name).fit(columns, probabilities, y, none).choose(*ranked)
        assert chosen.shape == ranked[1].shape
