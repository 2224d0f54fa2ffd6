"""The names of the training documents."""

import numpy as np
import pytest

from headword.core.corpus import Corpus, Document
from headword.core.errors import BundleError
from headword.explain.training import TrainingDocuments


def names() -> TrainingDocuments:
    long = "word " * 60
    documents = [Document("ä", "Über", "x"), Document("b\ud800", "", long), Document("c")]
    return TrainingDocuments.of(Corpus.from_documents(documents))


def test_names_are_kept_and_cut() -> None:
    found = names()
    assert len(found) == 3
    assert [found.id(i) for i in range(3)] == ["ä", "b\ud800", "c"]
    assert found.title(0) == "Über"
    assert found.title(1) == ("word " * 15) + "wo..."
    assert len(found.title(1)) == 80
    assert found.title(2) == ""


def test_state_rebuilds_them() -> None:
    again = TrainingDocuments.from_state(names().state(), 3)
    assert [again.id(i) for i in range(3)] == ["ä", "b\ud800", "c"]


def test_foreign_arrays_are_refused() -> None:
    state = names().state()
    with pytest.raises(BundleError, match="not those of 4 documents"):
        TrainingDocuments.from_state(state, 4)
    for name, wrong in {
        "id_text": state["id_text"][:-1],
        "title_bounds": state["title_bounds"][::-1].copy(),
        "id_bounds": state["id_bounds"].astype(np.int32),
    }.items():
        with pytest.raises(BundleError, match="names of the training documents"):
            TrainingDocuments.from_state({**state, name: wrong}, 3)


def test_bytes_that_are_no_text_are_an_error_when_read() -> None:
    state = names().state()
    state["id_text"] = np.full_like(state["id_text"], 0xFF)
    with pytest.raises(BundleError, match="training document 0 is not UTF-8"):
        TrainingDocuments.from_state(state, 3).id(0)
