"""What holds for every row of the tables of splits and of folds."""

import inspect

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.core.corpus import Corpus, Document
from headword.core.errors import HeadwordError
from headword.core.split import PARTS, Split
from headword.splits import FOLDS, SPLITTERS
from headword.splits.folds import folds

N_DOCS = 300
NEEDS_GROUPS = {"grouped", "grouped-stratified"}


def corpus_of(n_docs: int = N_DOCS, seed: int = 0) -> Corpus:
    rng = np.random.default_rng(seed)
    docs = []
    for i in range(n_docs):
        labels = tuple(f"l{x}" for x in sorted(set(rng.integers(0, 9, rng.integers(0, 4)).tolist())))
        fields = {"date": f"{1990 + i % 37}-0{1 + i % 9}", "split": ["train", "valid", "test"][i % 3]}
        docs.append(Document(f"id{i}", f"title {i}", "", labels if labels or i % 2 else None, fields))
    return Corpus.from_documents(docs)


def groups_for(name: str, n_docs: int = N_DOCS) -> np.ndarray | None:
    return np.random.default_rng(1).integers(0, n_docs // 3, n_docs) if name in NEEDS_GROUPS else None


def split(name: str, corpus: Corpus, **options: float) -> Split:
    made: Split = SPLITTERS.get(name)(corpus, groups=groups_for(name, len(corpus)), **options)
    return made


@pytest.mark.parametrize("name", SPLITTERS)
def test_parts_are_disjoint_ascending_and_complete(name: str) -> None:
    made = split(name, corpus_of(), test=0.2, valid=0.1, seed=3)
    everything = np.concatenate([made.part(p) for p in PARTS])
    assert sorted(everything.tolist()) == list(range(N_DOCS))
    for p in PARTS:
        assert made.part(p).dtype == np.int64
        assert len(made.part(p)) > 0
        assert (np.diff(made.part(p)) > 0).all()


@pytest.mark.parametrize("name", SPLITTERS)
def test_sizes_are_near_to_what_was_asked(name: str) -> None:
    if name == "given":
        pytest.skip("the column decides")
    made = split(name, corpus_of(), test=0.2, valid=0.1)
    assert len(made.test) == pytest.approx(60, abs=20 if name == "hash" else 8 if name == "temporal" else 0)
    assert len(made.valid) == pytest.approx(30, abs=20 if name == "hash" else 8 if name == "temporal" else 0)


@pytest.mark.parametrize("name", SPLITTERS)
def test_a_fraction_of_zero_leaves_the_part_out(name: str) -> None:
    if name == "given":
        pytest.skip("the column decides")
    assert len(split(name, corpus_of(), test=0.2, valid=0.0).valid) == 0


@pytest.mark.parametrize("name", SPLITTERS)
def test_the_same_seed_gives_the_same_split_and_the_input_stays(name: str) -> None:
    corpus = corpus_of()
    fingerprint, fields = corpus.fingerprint(), dict(corpus.fields)
    first, second = split(name, corpus, seed=5), split(name, corpus_of(), seed=5)
    assert all(np.array_equal(first.part(p), second.part(p)) for p in PARTS)
    assert (first.rule, first.seed) == (second.rule, second.seed)
    assert first.rule.startswith(name)
    assert (corpus.fingerprint(), dict(corpus.fields)) == (fingerprint, fields)


@pytest.mark.parametrize("name", SPLITTERS)
def test_groups_are_kept_together_or_refused(name: str) -> None:
    corpus, groups = corpus_of(), np.arange(N_DOCS) // 7
    try:
        made = SPLITTERS.get(name)(corpus, groups=groups)
    except HeadwordError as error:
        assert "cannot keep groups together" in str(error)
        assert name not in NEEDS_GROUPS
        return
    part = np.array(made.names(N_DOCS))
    assert all(len(set(part[groups == g])) == 1 for g in set(groups.tolist()))


@pytest.mark.parametrize("name", SPLITTERS)
def test_a_split_says_what_it_is_for_and_takes_the_common_options(name: str) -> None:
    assert inspect.getdoc(SPLITTERS.get(name))
    assert {"test", "valid", "seed", "groups"} <= set(inspect.signature(SPLITTERS.get(name)).parameters)


@pytest.mark.parametrize("name", [n for n in SPLITTERS if n != "given"])
@pytest.mark.parametrize("n_docs", [0, 1, 2])
def test_too_few_documents_are_a_clear_error(name: str, n_docs: int) -> None:
    corpus = corpus_of(n_docs)
    groups = np.arange(n_docs) if name in NEEDS_GROUPS else None
    with pytest.raises(HeadwordError, match=r"would be empty|cannot fill"):
        SPLITTERS.get(name)(corpus, groups=groups, test=0.1, valid=0.1)


@pytest.mark.parametrize("name", FOLDS)
def test_folds_cover_every_document_and_none_is_empty(name: str) -> None:
    corpus = corpus_of()
    fold = folds(corpus, 4, by=name, groups=groups_for(name), seed=2)
    assert fold.dtype == np.int32
    assert fold.shape == (N_DOCS,)
    assert set(fold.tolist()) == {0, 1, 2, 3}
    assert np.array_equal(fold, folds(corpus, 4, by=name, groups=groups_for(name), seed=2))


@pytest.mark.parametrize("name", FOLDS)
def test_impossible_numbers_of_folds_are_errors(name: str) -> None:
    with pytest.raises(HeadwordError, match="at least 2 folds"):
        folds(corpus_of(), 1, by=name, groups=groups_for(name))
    with pytest.raises(HeadwordError, match="cannot fill 9 folds"):
        folds(corpus_of(6), 9, by=name, groups=groups_for(name, 6))


@settings(max_examples=40, deadline=None)
@given(st.integers(3, 80), st.integers(0, 1_000), st.sampled_from([n for n in FOLDS if n not in ("hash", "temporal")]))
def test_fold_sizes_differ_by_one_where_groups_allow(n_docs: int, seed: int, name: str) -> None:
    groups = np.arange(n_docs) if name in NEEDS_GROUPS else None
    fold = folds(corpus_of(n_docs, seed), 3, by=name, groups=groups, seed=seed)
    assert np.ptp(np.bincount(fold, minlength=3)) <= 1
