"""split_corpus and with_split_field."""

import numpy as np
import pytest

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, RecipeError
from headword.core.split import Split
from headword.splits.corpus_split import groups_of, split_corpus, with_split_field


def corpus_of(n_docs: int = 60) -> Corpus:
    return Corpus.from_documents(
        [
            Document(
                str(i),
                f"Title {i // 2}",
                f"the words of text number {i // 2} are these and no others at all {i // 2}",
                (f"l{i % 3}",),
                {"provider": f"p{i % 12}", "date": f"{1990 + i % 30}", "split": ["train", "test"][i % 2]},
            )
            for i in range(n_docs)
        ]
    )


@pytest.mark.parametrize("by", ["given", "hash", "random", "stratified", "temporal"])
def test_every_rule_without_groups(by: str) -> None:
    parts = split_corpus(corpus_of(), by=by, test=0.2)
    assert len(parts.test) > 0
    assert parts.rule.startswith(by)


def test_groups_turn_a_rule_into_its_grouped_form() -> None:
    corpus = corpus_of()
    for by in ("random", "stratified"):
        parts = split_corpus(corpus, by=by, group="provider", test=0.2)
        providers = [{corpus.fields["provider"][i] for i in parts.part(p)} for p in ("train", "valid", "test")]
        assert not (providers[0] & providers[1] or providers[0] & providers[2] or providers[1] & providers[2])
        assert parts.rule.startswith("grouped")
        assert parts.rule.endswith("groups=provider)")


def test_near_duplicates_stay_together() -> None:
    corpus = corpus_of()
    assert groups_of(corpus, near_duplicates=True).tolist() == [i // 2 for i in range(60)]
    names = split_corpus(corpus, near_duplicates=True).names(60)
    assert names[::2] == names[1::2]


def test_several_groupings_are_joined() -> None:
    corpus = corpus_of()
    joined = groups_of(corpus, ["provider"], near_duplicates=True)
    assert joined.tolist() == [i % 12 // 2 for i in range(60)]
    assert split_corpus(corpus, group="provider", near_duplicates=True, by="random").rule.endswith(
        "groups=provider+near-duplicates)"
    )
    assert groups_of(corpus) is None


def test_what_cannot_be_is_an_error() -> None:
    with pytest.raises(RecipeError, match="temporal split cannot keep groups together"):
        split_corpus(corpus_of(), by="temporal", group="provider")
    with pytest.raises(RecipeError, match="there is no split 'magic'"):
        split_corpus(corpus_of(), by="magic")
    with pytest.raises(RecipeError, match="needs groups: name a field"):
        split_corpus(corpus_of(), by="grouped")
    with pytest.raises(DataError, match="2 groups cannot fill 3 parts"):
        split_corpus(corpus_of(), by="random", group="split")


def test_the_field_reads_back_as_the_given_split() -> None:
    corpus = corpus_of()
    parts = split_corpus(corpus, test=0.2, valid=0.1)
    marked = with_split_field(corpus, parts)
    again = split_corpus(marked, by="given")
    assert all(np.array_equal(parts.part(p), again.part(p)) for p in ("train", "valid", "test"))
    assert corpus.fields["split"][1] == "test"
    assert marked.fields["provider"] == corpus.fields["provider"]


def test_documents_left_out_have_no_part() -> None:
    parts = Split(np.array([0]), np.array([], dtype=np.int64), np.array([2]), rule="x")
    assert with_split_field(corpus_of(4), parts).fields["split"] == ("train", None, "test", None)
    with pytest.raises(RecipeError, match="names document 3, but the corpus has 2"):
        with_split_field(corpus_of(2), parts)
