"""Rare combinations of labels."""

import pytest

from headword.cleaning.combinations import drop_rare_combinations
from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, RecipeError

CORPUS = Corpus.from_documents(
    [
        Document("1", labels=("a", "b"), fields={"terms": "a b"}),
        Document("2", labels=("b", "a"), fields={"terms": "b a"}),
        Document("3", labels=("a",), fields={"terms": "a"}),
        Document("4", labels=("a", "b", "c"), fields={"terms": "a b c"}),
        Document("5", labels=(), fields={"terms": ""}),
        Document("6", labels=None),
        Document("7", labels=("a",), fields={"terms": "a"}),
    ]
)


def test_sets_of_labels_have_no_order() -> None:
    cleaned, change = drop_rare_combinations(CORPUS)
    assert cleaned.ids == ("1", "2", "3", "6", "7")
    assert change.n_changed == 2
    assert change.examples == ("4: a, b, c", "5: ")
    assert change.details == {
        "n": 2,
        "combinations": 4,
        "combinations_removed": 2,
        "labels_per_document_kept": pytest.approx(6 / 5),
        "labels_per_document_removed": 1.5,
    }
    assert "2 documents removed, of 2 combinations of labels that fewer than 2 documents have" in str(change)


def test_a_field_may_tell_combinations_in_their_order() -> None:
    assert drop_rare_combinations(CORPUS, field="terms")[0].ids == ("3", "6", "7")


def test_all_are_kept_where_one_document_is_enough() -> None:
    cleaned, change = drop_rare_combinations(CORPUS, 1)
    assert cleaned is CORPUS
    assert change.n_changed == 0


def test_impossible_demands_are_errors() -> None:
    with pytest.raises(RecipeError, match="at least 1, found 0"):
        drop_rare_combinations(CORPUS, 0)
    with pytest.raises(DataError, match=r"no field 'order'.*the fields are: terms"):
        drop_rare_combinations(CORPUS, field="order")
    with pytest.raises(DataError, match="no combination of labels has 9 documents"):
        drop_rare_combinations(CORPUS.subset([0, 1]), 9)
