"""Rare labels, empty label sets, documents that are not annotated."""

import pytest

from headword.cleaning.annotation import drop_unannotated, empty_labels, min_support
from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, RecipeError

CORPUS = Corpus.from_documents(
    [
        Document("1", labels=("a", "b")),
        Document("2", labels=("a",)),
        Document("3", labels=("rare",)),
        Document("4", labels=()),
        Document("5"),
    ]
)


def test_rare_labels_go_and_documents_that_had_only_them_become_unannotated() -> None:
    cleaned, change = min_support(CORPUS, 2)
    assert cleaned.label_space.names == ("a",)
    assert cleaned.label_sets() == [("a",), ("a",), None, (), None]
    assert change.n_changed == 2
    assert change.examples == ("'b' (1)", "'rare' (1)")
    assert change.details["documents_left_without_labels"] == 1
    assert change.details["assignments_removed"] == 2


def test_a_support_of_one_removes_only_labels_nobody_carries() -> None:
    subset = CORPUS.subset([0, 1])
    assert min_support(subset, 1)[0].label_space.names == ("a", "b")


def test_impossible_supports_are_errors() -> None:
    with pytest.raises(DataError, match="the most frequent has 2"):
        min_support(CORPUS, 3)
    with pytest.raises(RecipeError, match="at least 1, found 0"):
        min_support(CORPUS, 0)


def test_empty_label_sets_are_unannotated_or_stay() -> None:
    cleaned, change = empty_labels(CORPUS)
    assert cleaned.annotated.tolist() == [True, True, True, False, False]
    assert CORPUS.annotated[3]
    assert (change.n_changed, change.details["empty"]) == (1, 1)
    same, change = empty_labels(CORPUS, "none-apply")
    assert same is CORPUS
    assert (change.n_changed, change.details["empty"]) == (0, 1)
    with pytest.raises(RecipeError, match="not 'maybe'"):
        empty_labels(CORPUS, "maybe")  # type: ignore[arg-type]


def test_unannotated_documents_can_be_dropped() -> None:
    cleaned, change = drop_unannotated(CORPUS)
    assert cleaned.ids == ("1", "2", "3", "4")
    assert change.n_changed == 1
    assert drop_unannotated(cleaned)[0] is cleaned


def test_a_document_without_a_title_is_shown_by_its_text() -> None:
    documents = [Document("1", "Ice"), Document("2", "", "It melts."), Document("3", "")]
    _, change = drop_unannotated(Corpus.from_documents(documents))
    assert change.examples == ("1: 'Ice'", "2: 'It melts.'", "3")
