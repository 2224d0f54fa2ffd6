from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, LabelSpaceError
from headword.core.labels import LabelSpace

DOCS = [
    Document("1", "Rain", "over the sea", ("rain", "sea"), {"date": "2020", "provider": "A"}),
    Document("2", "Snow", "", (), {"date": "2021"}),
    Document("3", "", "unjudged", None),
]
TEXT = st.text(max_size=4)


def corpus(features: sp.csr_matrix | None = None) -> Corpus:
    return Corpus.from_documents(DOCS, features=features)


def test_documents_come_back_as_they_went_in() -> None:
    assert list(corpus()) == DOCS
    assert corpus().label_sets() == [("rain", "sea"), (), None]
    assert corpus().texts() == ["Rain\nover the sea", "Snow\n", "\nunjudged"]
    assert corpus().annotated.tolist() == [True, True, False]
    assert repr(corpus()) == "Corpus(3 documents, 2 labels, 2 assignments)"


def test_a_field_that_a_document_lacks_is_none_in_its_column() -> None:
    assert corpus().fields == {"date": ("2020", "2021", None), "provider": ("A", None, None)}


@pytest.mark.parametrize("rows", [[2, 0], np.array([2, 0]), np.array([2, 0], dtype=np.int32)])
def test_subset_takes_rows_in_order(rows: list[int] | np.ndarray) -> None:
    features = sp.csr_matrix(np.eye(3, dtype=np.float32))
    some = corpus(features).subset(rows)
    assert list(some) == [DOCS[2], DOCS[0]]
    assert some.label_space is not None
    assert some.label_space.names == ("rain", "sea")
    assert some.features is not None
    assert some.features.toarray().tolist() == [[0, 0, 1], [1, 0, 0]]


def test_subset_takes_a_mask_and_may_be_empty() -> None:
    assert list(corpus().subset(np.array([False, True, True]))) == DOCS[1:]
    none = corpus().subset([])
    assert (len(none), none.targets.shape) == (0, (0, 2))


def test_a_subset_leaves_the_corpus_alone() -> None:
    whole = corpus()
    before = whole.fingerprint()
    whole.subset([0]).targets.data[:] = 9
    assert whole.fingerprint() == before


def test_with_labels_changes_labels_only() -> None:
    other = corpus().with_labels([None, ["wind"], ["wind", "rain"]])
    assert other.label_sets() == [None, ("wind",), ("rain", "wind")]
    assert (other.ids, other.titles, other.abstracts) == (corpus().ids, corpus().titles, corpus().abstracts)
    space = LabelSpace(("wind", "rain", "hail"))
    assert corpus().with_labels([None, ["wind"], []], space).label_space is space


def changed(name: str, values: tuple[str, ...]) -> Callable[[Corpus], Corpus]:
    return lambda old: replace(old, **{name: values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        changed("ids", ("1", "2", "x")),
        changed("titles", ("Rain", "Snow", " ")),
        changed("abstracts", ("over the sea", "", "unjudge")),
        lambda old: old.with_labels([["rain", "sea"], [], []]),
        lambda old: old.with_labels([["rain"], ["sea"], None]),
        lambda old: old.with_labels([["rain", "see"], [], None]),
        lambda old: old.subset([0, 2, 1]),
        lambda old: old.subset([0, 1]),
        lambda old: replace(old, features=sp.csr_matrix((3, 2), dtype=np.float32)),
        lambda old: replace(old, features=sp.csr_matrix(np.eye(3, dtype=np.float32))),
        lambda old: replace(old, features=sp.csr_matrix(2 * np.eye(3, dtype=np.float32))),
    ],
)
def test_the_fingerprint_changes_with_what_matters(change: Callable[[Corpus], Corpus]) -> None:
    assert change(corpus()).fingerprint() != corpus().fingerprint()


def test_the_fingerprint_does_not_know_fields() -> None:
    assert replace(corpus(), fields={}).fingerprint() == corpus().fingerprint()


@given(st.lists(TEXT, min_size=6, max_size=6), st.lists(TEXT, min_size=6, max_size=6))
def test_no_two_texts_share_a_fingerprint(one: list[str], other: list[str]) -> None:
    def fingerprint(parts: list[str]) -> str:
        return Corpus.from_documents([Document(*parts[:3]), Document(*parts[3:])]).fingerprint()

    assert (fingerprint(one) == fingerprint(other)) == (one == other)


def test_a_nul_does_not_move_text_between_fields() -> None:
    one = Corpus.from_documents([Document("1", "a\0", "b")])
    assert one.fingerprint() != Corpus.from_documents([Document("1", "a", "\0b")]).fingerprint()


def test_a_lone_surrogate_has_a_fingerprint() -> None:
    assert len(Corpus.from_documents([Document("1", "\ud800", labels=("\udfff",))]).fingerprint()) == 64


@pytest.mark.parametrize("name", ["titles", "abstracts", "annotated", "targets", "fields", "features"])
def test_columns_of_another_length_are_refused(name: str) -> None:
    short = {
        "titles": ("a",),
        "abstracts": ("a",),
        "annotated": np.array([True]),
        "targets": sp.csr_matrix((1, 2), dtype=np.float32),
        "fields": {"date": ("2020",)},
        "features": sp.csr_matrix((1, 4), dtype=np.float32),
    }
    with pytest.raises(DataError, match=f"a corpus of 3 documents has 1 {name.removesuffix('s')}"):
        replace(corpus(), **{name: short[name]})


def test_targets_must_fit_the_label_space() -> None:
    with pytest.raises(LabelSpaceError, match="targets of 2 columns do not fit 1 labels"):
        replace(corpus(), label_space=LabelSpace(("rain",)))


def test_texts_and_documents_become_a_corpus() -> None:
    document = Document("x", title="Ice")
    mixed = Corpus.of(["Sea ice", document])  # type: ignore[arg-type]
    assert (mixed.ids, mixed.titles, mixed.abstracts) == (("1", "x"), ("", "Ice"), ("Sea ice", ""))
    assert Corpus.of("Sea ice").abstracts == ("Sea ice",)
    assert Corpus.of(document).ids == ("x",)
    assert len(Corpus.of([])) == 0
    assert Corpus.of(mixed) is mixed
