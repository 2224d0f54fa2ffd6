"""Groups: never on both sides, sizes as near as can be, joined by connected components."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, RecipeError
from headword.splits.folds import folds
from headword.splits.grouped import pack, split
from headword.splits.groups import dense_groups, field_groups, join_groups

GROUPS = st.lists(st.integers(0, 12), min_size=8, max_size=60)


def corpus_of(n_docs: int, seed: int = 0) -> Corpus:
    rng = np.random.default_rng(seed)
    return Corpus.from_documents(
        [Document(str(i), labels=tuple(f"l{x}" for x in set(rng.integers(0, 6, 2).tolist()))) for i in range(n_docs)]
    )


@settings(max_examples=60, deadline=None)
@given(GROUPS, st.sampled_from(["grouped", "grouped-stratified"]), st.integers(2, 4), st.integers(0, 5))
def test_groups_never_straddle_folds(groups: list[int], by: str, k: int, seed: int) -> None:
    corpus, array = corpus_of(len(groups)), np.array(groups)
    if len(set(groups)) < k:
        with pytest.raises(DataError, match="cannot fill"):
            folds(corpus, k, by=by, groups=array, seed=seed)
        return
    fold = folds(corpus, k, by=by, groups=array, seed=seed)
    assert set(fold.tolist()) == set(range(k))
    assert all(len(set(fold[array == g].tolist())) == 1 for g in set(groups))
    assert np.array_equal(fold, folds(corpus, k, by=by, groups=array, seed=seed))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=9), st.integers(0, 3))
def test_two_parts_are_as_near_to_their_sizes_as_any_choice_of_groups(weights: list[int], seed: int) -> None:
    group = np.repeat(np.arange(len(weights)), weights)
    n_docs = len(group)
    wanted = max(1, n_docs // 4)
    part = pack(group, np.array([n_docs - wanted, 0, wanted]), seed)
    found = abs(np.bincount(part, weights=weights, minlength=3)[2] - wanted)
    choices = [np.dot(c, weights) for c in product((0, 1), repeat=len(weights)) if 0 < sum(c) < len(weights)]
    assert found == min(abs(c - wanted) for c in choices)


def test_with_small_groups_sizes_are_exact() -> None:
    group = np.concatenate([np.zeros(3_000), np.repeat(np.arange(1, 400), 5), np.arange(1_000, 6_000)]).astype(np.int64)
    corpus = corpus_of(len(group))
    parts = split(corpus, groups=group, test=0.1, valid=0.2)
    assert (len(parts.test), len(parts.valid)) == (round(len(group) * 0.1 + 1e-9), round(len(group) * 0.2 + 1e-9))
    assert np.ptp(np.bincount(folds(corpus, 3, by="grouped", groups=group))) <= 1
    assert np.ptp(np.bincount(folds(corpus, 3, by="stratified", groups=group))) <= 1


def test_few_large_groups_fill_every_part() -> None:
    group = np.repeat([0, 1, 2], [10, 1, 1])
    for by in ("grouped", "grouped-stratified"):
        assert sorted(np.bincount(folds(corpus_of(12), 3, by=by, groups=group)).tolist()) == [1, 1, 10]


def test_labels_are_shared_out_by_whole_groups() -> None:
    labels = [("a",) if i % 40 < 20 else ("b",) for i in range(400)]
    corpus = Corpus.from_documents([Document(str(i), labels=labels[i]) for i in range(400)])
    fold = folds(corpus, 4, groups=np.arange(400) // 10)
    for f in range(4):
        assert np.asarray(corpus.targets[fold == f].sum(axis=0)).ravel().tolist() == [50, 50]


def test_groups_of_one_document_are_documents() -> None:
    corpus = corpus_of(300)
    for seed in range(3):
        grouped = folds(corpus, 3, groups=np.arange(300)[::-1], seed=seed)
        assert np.array_equal(grouped, folds(corpus, 3, seed=seed))


def test_groups_of_a_field() -> None:
    docs = [Document(str(i), fields={"p": value}) for i, value in enumerate(["x", "", "x", None, ["y"], ["y"], 3, ""])]
    assert field_groups(Corpus.from_documents(docs), "p").tolist() == [0, 1, 0, 2, 3, 3, 4, 5]
    with pytest.raises(DataError, match="no field 'q' to group by; the fields are: p"):
        field_groups(Corpus.from_documents(docs), "q")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=15))
def test_joined_groups_are_connected_components(rows: list[tuple[int, int]]) -> None:
    joined = join_groups([a for a, _ in rows], [b for _, b in rows])
    reach = {i: {i} for i in range(len(rows))}
    for _ in rows:
        for i, j in product(range(len(rows)), repeat=2):
            if any(rows[x][c] == rows[y][c] for x in reach[i] for y in reach[j] for c in (0, 1)):
                reach[i] |= reach[j]
    assert [sorted(np.flatnonzero(joined == joined[i])) for i in range(len(rows))] == [
        sorted(reach[i]) for i in range(len(rows))
    ]


def test_groups_that_do_not_fit_are_errors() -> None:
    with pytest.raises(RecipeError, match="shape \\(2,\\)"):
        dense_groups([1, 2], 3)
    with pytest.raises(RecipeError, match="differ in length: 1, 2"):
        join_groups([1], [1, 2])
    with pytest.raises(RecipeError, match="no grouping to join"):
        join_groups()
    with pytest.raises(RecipeError, match="grouped split needs groups"):
        folds(corpus_of(4), 2, by="grouped")
