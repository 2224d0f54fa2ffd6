"""Splits inside the values of a field, and rare labels in train."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, RecipeError
from headword.splits.corpus_split import split_corpus
from headword.splits.shares import shares


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.tuples(*[st.integers(0, 10)] * 3), st.integers(0, 9))
def test_shares_fit_groups_and_parts(groups: list[int], weights: tuple[int, ...], seed: int) -> None:
    total = sum(groups)
    cut = np.floor(np.cumsum(weights) / max(sum(weights), 1) * total).astype(np.int64)
    sizes = np.diff(np.append(cut, total), prepend=0)
    found = shares(np.array(groups), sizes, seed)
    assert (found >= 0).all()
    assert found.sum(axis=1).tolist() == groups
    assert found.sum(axis=0).tolist() == sizes.tolist()
    # A group's share is what the whole line gave between its two ends, each end less than two places off.
    assert (np.abs(found - np.outer(groups, sizes) / total) < 4).all()


def test_the_seed_decides_where_small_groups_go() -> None:
    sizes, ones = np.array([80, 10, 10]), np.ones(100, dtype=np.int64)
    assert (shares(ones, sizes, 0) != shares(ones, sizes, 1)).any()
    assert (shares(ones, sizes, 3) == shares(ones, sizes, 3)).all()


def providers(n_docs: int = 500, seed: int = 0) -> Corpus:
    """Providers of very different size, the last of them of one document; labels depend on the provider."""
    rng = np.random.default_rng(seed)
    names = [f"p{min(int(rng.exponential(2)), 8)}" for _ in range(n_docs - 2)] + ["single", None]
    docs = []
    for i, name in enumerate(names):
        labels = tuple({f"{name}-{rng.integers(3)}", f"all-{rng.integers(4)}"})
        docs.append(Document(f"d{i}", f"t{i}", "", labels, {} if name is None else {"provider": name}))
    return Corpus.from_documents(docs)


def test_every_provider_is_shared_out_by_itself() -> None:
    corpus = providers()
    made = split_corpus(corpus, within="provider", test=0.1, valid=0.1, seed=42)
    assert [len(made.part(part)) for part in ("train", "valid", "test")] == [400, 50, 50]
    values = np.array([str(value) for value in corpus.fields["provider"]])
    for value in set(values):
        size = (values == value).sum()
        for part in ("valid", "test"):
            assert abs((values[made.part(part)] == value).sum() - size * 0.1) <= 2
    assert made.rule == "stratified(test=0.1, valid=0.1, order=1, within='provider')"


def test_labels_are_shared_out_inside_each_provider() -> None:
    corpus = providers(2000)
    made = split_corpus(corpus, within="provider", test=0.2, valid=0.0, seed=1)
    support = np.bincount(corpus.targets.indices, minlength=len(corpus.label_space))
    in_test = np.bincount(corpus.targets[made.test].indices, minlength=len(corpus.label_space))
    large = support >= 50
    assert (np.abs(in_test[large] / support[large] - 0.2) < 0.05).all()


def test_without_the_field_or_with_another_rule() -> None:
    with pytest.raises(DataError, match="no field 'daac' to split within; the fields are: provider"):
        split_corpus(providers(), within="daac")
    with pytest.raises(RecipeError, match="only the stratified split, without groups"):
        split_corpus(providers(), by="random", within="provider")
    with pytest.raises(RecipeError, match="only the stratified split, without groups"):
        split_corpus(providers(), group="provider", within="provider")


def tail(n_docs: int = 400) -> Corpus:
    rng = np.random.default_rng(3)
    labels = [tuple({f"l{int(rng.zipf(1.4)) % 60}", f"l{int(rng.zipf(1.4)) % 60}"}) for _ in range(n_docs)]
    return Corpus.from_documents(
        [Document(str(i), f"t{i}", "", some, {"family": str(i // 2)}) for i, some in enumerate(labels)]
    )


@pytest.mark.parametrize("by", ["stratified", "random"])
def test_documents_with_rare_labels_are_in_train(by: str) -> None:
    corpus = tail()
    made = split_corpus(corpus, by=by, rare_in_train=15, test=0.15, valid=0.0)
    support = np.bincount(corpus.targets.indices, minlength=len(corpus.label_space))
    judged = corpus.targets[made.test].indices
    assert support[judged].min() >= 15
    rare = (corpus.targets[:, np.flatnonzero(support < 15)].sum(axis=1) > 0).sum()
    assert 0 < rare < 400
    assert len(made.test) == int(np.floor((400 - rare) * 0.15 + 0.5))
    assert sorted([*made.train, *made.test]) == list(range(400))
    assert made.rule.endswith(", rare_in_train=15)")


def test_groups_go_to_train_whole() -> None:
    corpus = tail()
    made = split_corpus(corpus, group="family", rare_in_train=15, test=0.15, valid=0.1)
    families = [{corpus.fields["family"][i] for i in made.part(part)} for part in ("train", "valid", "test")]
    assert not families[0] & (families[1] | families[2])
    support = np.bincount(corpus.targets.indices, minlength=len(corpus.label_space))
    assert support[corpus.targets[made.test].indices].min() >= 15
    assert "rare_in_train=15, groups=family)" in made.rule


def test_nothing_left_to_split() -> None:
    with pytest.raises(DataError, match="every document has a label of fewer than 1000"):
        split_corpus(tail(), rare_in_train=1000)
    with pytest.raises(RecipeError, match="at least 0, found -1"):
        split_corpus(tail(), rare_in_train=-1)
