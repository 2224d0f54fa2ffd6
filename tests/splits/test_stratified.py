"""Iterative stratification: the definition in plain Python, the peer package, and properties."""

import time
import warnings

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, RecipeError
from headword.splits.folds import folds
from headword.splits.stratified import split, strata, stratify
from headword.splits.stratified_kernels import distribute


def long_tailed(n_docs: int, n_labels: int, seed: int = 0, *, unlabelled: bool = True) -> Corpus:
    rng = np.random.default_rng(seed)
    chance = 1 / np.arange(1, n_labels + 1)
    chance /= chance.sum()
    sizes = rng.integers(0 if unlabelled else 1, 5, n_docs)
    drawn = np.split(rng.choice(n_labels, sizes.sum(), p=chance), np.cumsum(sizes)[:-1])
    sets = [tuple(f"l{label:04d}" for label in sorted(set(row.tolist()))) for row in drawn]
    return Corpus.from_documents(
        [
            Document(str(i), labels=None if unlabelled and not labels and i % 2 else labels)
            for i, labels in enumerate(sets)
        ]
    )


def by_definition(
    rows: list[dict[int, float]], weights: list[int], sizes: list[int], order: list[int], priority: list[int],
    offsets: list[int],
) -> list[int]:  # fmt: skip
    """Iterative stratification as the paper states it, with parts that are full left out.

    `order` is the order in which the documents of a label are dealt, `priority` that of labels with equally few
    documents, `offsets` where to begin among parts that are equal in everything.
    """
    n_parts, share = len(sizes), np.array(sizes) / sum(sizes)
    labels = {label for row in rows for label in row}
    desired = {label: [sum(row.get(label, 0.0) for row in rows) * s for s in share] for label in labels}
    room = list(sizes)
    part = [-1] * len(rows)
    while -1 in part:
        remaining = {lab: [i for i in order if part[i] < 0 and lab in rows[i]] for lab in labels}
        label = min((lab for lab in labels if remaining[lab]), key=lambda lab: (len(remaining[lab]), priority[lab]))
        for i in remaining[label]:
            cyclic = [(offsets[i] + step) % n_parts for step in range(n_parts)]
            fitting = [p for p in cyclic if room[p] >= weights[i]]
            if fitting:
                chosen = max(fitting, key=lambda p: (desired[label][p], room[p]))
            else:
                chosen = max(cyclic, key=lambda p: room[p])
            part[i] = chosen
            room[chosen] -= weights[i]
            for lab, count in rows[i].items():
                desired[lab][chosen] -= count
    return part


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_kernel_does_what_the_definition_says(data: st.DataObject) -> None:
    n_units, n_labels = data.draw(st.integers(1, 25)), data.draw(st.integers(1, 7))
    weighted = data.draw(st.booleans())
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    dense = (rng.random((n_units, n_labels)) < 0.3) * rng.integers(1, 4 if weighted else 2, (n_units, n_labels))
    dense[:, 0] += dense.sum(1) == 0
    weights = rng.integers(1, 4, n_units) if weighted else np.ones(n_units, dtype=np.int64)
    total, n_parts = int(weights.sum()), data.draw(st.integers(2, 4))
    sizes = np.bincount(rng.integers(0, n_parts, total), minlength=n_parts)
    order = rng.permutation(n_units)
    priority, offsets = rng.permutation(n_labels), rng.integers(0, n_parts, n_units)
    matrix = sp.csr_matrix(dense)
    by_label = sp.csc_matrix(dense[order])
    found = distribute(
        matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(np.float64),
        by_label.indptr.astype(np.int64), order[by_label.indices].astype(np.int32), weights.astype(np.int64),
        sizes.astype(np.int64), priority.astype(np.int64), offsets.astype(np.int64),
    )  # fmt: skip
    rows = [{j: float(c) for j, c in enumerate(row) if c} for row in dense.tolist()]
    expected = by_definition(
        rows, weights.tolist(), sizes.tolist(), order.tolist(), priority.tolist(), offsets.tolist()
    )
    assert found.tolist() == expected


def label_distribution_error(targets: sp.csr_matrix, fold: np.ndarray, k: int) -> float:
    """Mean absolute difference of label shares between folds and corpus: what the paper calls LD, without odds."""
    overall = np.asarray(targets.mean(axis=0)).ravel()
    shares = [np.asarray(targets[fold == f].mean(axis=0)).ravel() for f in range(k)]
    return float(np.mean([np.abs(s - overall).mean() for s in shares]))


@pytest.mark.parametrize("seed", [0, 1])
def test_labels_are_shared_out_no_worse_than_by_the_peer_package(seed: int) -> None:
    corpus = long_tailed(1_500, 60, seed, unlabelled=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from iterstrat.ml_stratifiers import MultilabelStratifiedKFold

        peer = MultilabelStratifiedKFold(n_splits=5, shuffle=True, random_state=seed)
        theirs = np.empty(len(corpus), dtype=np.int32)
        for f, (_, test) in enumerate(peer.split(np.zeros((len(corpus), 1)), corpus.targets.toarray())):
            theirs[test] = f
    ours = label_distribution_error(corpus.targets, folds(corpus, 5, seed=seed), 5)
    random = label_distribution_error(corpus.targets, folds(corpus, 5, by="random", seed=seed), 5)
    assert ours <= 1.02 * label_distribution_error(corpus.targets, theirs, 5)
    assert ours < 0.3 * random


def pair_error(corpus: Corpus, fold: np.ndarray, k: int) -> float:
    return label_distribution_error(strata(corpus, 2)[:, len(corpus.label_space) + 2 :].tocsr(), fold, k)


def test_the_second_order_shares_out_pairs_better() -> None:
    corpus = long_tailed(2_000, 12, 3)
    assert pair_error(corpus, folds(corpus, 5, order=2), 5) < 0.8 * pair_error(corpus, folds(corpus, 5), 5)


def test_strata_of_a_worked_example() -> None:
    corpus = Corpus.from_documents(
        [
            Document("1", labels=("a", "b", "c")),
            Document("2", labels=()),
            Document("3"),
            Document("4", labels=("b", "c")),
        ]
    )
    assert strata(corpus).toarray().tolist() == [[1, 1, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1], [0, 1, 1, 0, 0]]
    assert strata(corpus, 2)[:, 5:].toarray().tolist() == [[1, 1, 1], [0, 0, 0], [0, 0, 0], [0, 0, 1]]  # ab, ac, bc
    with pytest.raises(RecipeError, match="found 3"):
        strata(corpus, 3)


def test_rare_labels_are_where_they_can_be_learnt() -> None:
    docs = [Document(str(i), labels=("often", f"once{i}") if i < 5 else ("often",)) for i in range(100)]
    docs += [Document(f"t{i}", labels=("thrice",)) for i in range(3)]
    docs += [Document(f"f{i}", labels=("ten times",)) for i in range(10)]
    parts = split(Corpus.from_documents(docs), test=0.1, valid=0.1)
    assert {0, 1, 2, 3, 4} <= set(parts.train.tolist())
    assert {100, 101, 102} <= set(parts.train.tolist())
    assert [len(set(range(103, 113)) & set(p.tolist())) for p in (parts.train, parts.valid, parts.test)] == [8, 1, 1]


def test_each_kind_of_document_without_labels_is_shared_out() -> None:
    docs = [Document(str(i), labels=[("a",), (), None][i % 3]) for i in range(90)]
    fold = folds(Corpus.from_documents(docs), 3)
    for kind in range(3):
        assert np.bincount(fold[kind::3]).tolist() == [10, 10, 10]


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 60), st.integers(1, 8), st.integers(0, 99), st.integers(1, 2))
def test_fold_sizes_are_exact_and_labels_within_reach(n_docs: int, n_labels: int, seed: int, order: int) -> None:
    corpus = long_tailed(n_docs, n_labels, seed)
    k = min(n_docs, 4)
    fold = folds(corpus, k, seed=seed, order=order)
    assert fold.dtype == np.int32
    assert sorted(np.bincount(fold, minlength=k)) == sorted(n_docs // k + (f < n_docs % k) for f in range(k))
    assert np.array_equal(fold, folds(corpus, k, seed=seed, order=order))


def test_a_label_rarer_than_the_folds_is_in_as_many_folds_as_documents() -> None:
    docs = [Document(str(i), labels=("rare", "often") if i < 3 else ("often",)) for i in range(50)]
    fold = folds(Corpus.from_documents(docs), 5)
    assert len(set(fold[:3].tolist())) == 3


def test_another_seed_gives_another_split() -> None:
    corpus = long_tailed(200, 10)
    assert not np.array_equal(split(corpus, seed=0).test, split(corpus, seed=1).test)


def test_weights_are_respected() -> None:
    matrix = sp.csr_matrix(np.ones((4, 1)))
    part = stratify(matrix, np.array([5, 5]), 0, np.array([5, 2, 2, 1]))
    assert np.bincount(part, weights=[5, 2, 2, 1]).tolist() == [5, 5]


def test_too_few_documents_are_an_error() -> None:
    with pytest.raises(DataError, match="3 documents cannot fill 4 folds; ask for at most 3"):
        folds(long_tailed(3, 2), 4)
    with pytest.raises(DataError, match="valid part would be empty"):
        split(long_tailed(4, 2))


def test_tens_of_thousands_of_documents_take_seconds() -> None:
    corpus = long_tailed(50_000, 3_000)
    folds(long_tailed(10, 2), 2)  # compiles
    start = time.perf_counter()
    fold = folds(corpus, 5)
    assert time.perf_counter() - start < 3
    assert np.bincount(fold).tolist() == [10_000] * 5
