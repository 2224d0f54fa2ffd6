"""Features are shared out to the words that people read, and nothing is lost."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.core.corpus import Corpus, Document
from headword.explain.terms import DocumentTerms, joined
from headword.text.characters import CharacterFeatures
from headword.text.tokens import tokenize
from headword.text.words import WordFeatures


def one(title: str, abstract: str) -> Corpus:
    return Corpus.from_documents([Document("d", title, abstract)])


def test_a_title_word_and_the_same_word_below_are_one_term() -> None:
    corpus = one("Lava", "lava flows")
    stream = tokenize([corpus.titles[0], corpus.abstracts[0]])
    block = WordFeatures.fit(stream, min_df=1)
    features = block.transform(stream)
    terms, shares = DocumentTerms(corpus).shares(block, features)
    assert sorted(terms) == ["flows", "lava", "lava flows"]
    assert shares.sum() == features.nnz == 4
    assert shares.toarray()[terms.index("lava")].sum() == 2


def test_an_ngram_is_shared_by_how_often_words_contain_it() -> None:
    corpus = one("", "magma magma magmatic")
    stream = tokenize(["", corpus.abstracts[0]])
    block = CharacterFeatures.fit(stream, min_df=1, shortest=3, longest=3)
    features = block.transform(stream)
    terms, shares = DocumentTerms(corpus).shares(block, features)
    of_term = {block.term(int(f)): shares.toarray()[:, i].tolist() for i, f in enumerate(features.indices)}
    assert terms == ["magma", "magmatic"]
    np.testing.assert_allclose(of_term["agm"], [2 / 3, 1 / 3])
    assert of_term["ma "] == [1, 0]
    assert of_term["tic"] == [0, 1]


def test_stop_words_own_nothing() -> None:
    """ "the" is no feature, and "he " not one of its n-grams here but of "he"."""
    corpus = one("", "the lava he saw")
    stream = tokenize(["", corpus.abstracts[0]]).without({"the"})
    block = CharacterFeatures.fit(tokenize(["", corpus.abstracts[0]]), min_df=1, shortest=3, longest=3)
    features = block.transform(stream)
    terms, shares = DocumentTerms(corpus, {"the"}).shares(block, features)
    assert terms == ["lava", "he", "saw"]
    np.testing.assert_allclose(np.asarray(shares.sum(axis=0)).ravel(), 1)
    of_term = {block.term(int(f)): shares.toarray()[:, i].tolist() for i, f in enumerate(features.indices)}
    assert of_term["he "] == [0, 1, 0]


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="abc äß日", max_size=60), st.text(alphabet="abc", max_size=10))
def test_no_share_is_lost(abstract: str, title: str) -> None:
    corpus = one(title + " abca", abstract)
    stream = tokenize([corpus.titles[0], corpus.abstracts[0]])
    for block in (WordFeatures.fit(stream, min_df=1), CharacterFeatures.fit(stream, min_df=1)):
        terms, shares = DocumentTerms(corpus).shares(block, block.transform(stream))
        assert len(set(terms)) == len(terms) == shares.shape[0]
        np.testing.assert_allclose(np.asarray(shares.sum(axis=0)).ravel(), 1)


def test_members_are_joined_over_the_union_of_terms() -> None:
    terms, values = joined(
        {"words": (["a", "b"], np.array([[1.0], [2.0]])), "chars": (["b", "c"], np.array([[3.0], [4.0]]))}
    )
    assert terms == ["a", "b", "c"]
    assert values[:, :, 0].tolist() == [[1, 2, 0], [0, 3, 4]]
    assert joined({})[0] == []
