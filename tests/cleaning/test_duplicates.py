"""Exact duplicates."""

import pytest

from headword.cleaning.duplicates import drop_duplicates, exact_groups
from headword.core.corpus import Corpus, Document
from headword.core.errors import RecipeError


def corpus_of(*rows: tuple[str, str, tuple[str, ...] | None]) -> Corpus:
    return Corpus.from_documents([Document(str(i), t, a, labels) for i, (t, a, labels) in enumerate(rows)])


def test_blanks_do_not_count_but_case_and_the_border_of_title_and_abstract_do() -> None:
    corpus = corpus_of(
        ("Of cells", "They live.", ()),
        (" Of\n cells", "They  live. ", ()),
        ("of cells", "They live.", ()),
        ("Of cells They", "live.", ()),
    )
    assert exact_groups(corpus).tolist() == [0, 0, 1, 2]


def test_empty_texts_are_nobodys_duplicate() -> None:
    assert exact_groups(corpus_of(("", " ", ()), ("", "", ()), ("", "", ()))).tolist() == [0, 1, 2]


def test_the_first_is_kept_and_disagreement_is_reported() -> None:
    corpus = corpus_of(("a", "", ("x",)), ("b", "", ("x",)), ("a", "", ("x", "y")), ("b ", "", ("x",)))
    cleaned, change = drop_duplicates(corpus)
    assert cleaned.ids == ("0", "1")
    assert cleaned.label_space == corpus.label_space
    assert change.n_changed == 2
    assert change.details == {"groups": 2, "groups_with_other_labels": 1, "largest_group": 2}
    assert change.examples[0] == "2 = 0 (labels x, y -> x)"
    assert "1 of 2 sets of duplicates disagree" in str(change)


def test_an_annotated_document_is_kept_before_one_that_is_not() -> None:
    cleaned, change = drop_duplicates(corpus_of(("a", "", None), ("b", "", ()), ("a", "", ("x",))))
    assert cleaned.ids == ("1", "2")
    assert change.details["groups_with_other_labels"] == 0


def test_without_duplicates_the_corpus_comes_back() -> None:
    corpus = corpus_of(("a", "", ()), ("b", "", ()))
    cleaned, change = drop_duplicates(corpus)
    assert cleaned is corpus
    assert (change.n_changed, change.examples) == (0, ())


def test_titles_alone_may_make_duplicates() -> None:
    corpus = corpus_of(("a", "one", ()), ("a", "two", ()), ("a ", "", ()), ("", "x", ()), ("", "x", ()))
    assert exact_groups(corpus, "title").tolist() == [0, 0, 0, 1, 2]
    assert exact_groups(corpus, "title", fold_blanks=False).tolist() == [0, 0, 1, 2, 3]
    cleaned, change = drop_duplicates(corpus, by="title")
    assert cleaned.ids == ("0", "3", "4")
    assert "2 documents of equal title removed" in str(change)


def test_blanks_may_count() -> None:
    corpus = corpus_of(("a  b", "", ()), ("a b", "", ()), ("a b", "", ()))
    assert exact_groups(corpus, fold_blanks=False).tolist() == [0, 1, 1]


def test_nothing_else_makes_duplicates() -> None:
    with pytest.raises(RecipeError, match='by "text" or by "title", not by \'author\''):
        exact_groups(corpus_of(("a", "", ())), "author")  # type: ignore[arg-type]
