"""Words are taken out where they stand, and only they."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import headword as hw
from headword.core.corpus import Corpus, Document
from headword.explain.evidence import Evidence
from headword.explain.pieces import Pieces
from headword.tagger import Tagger

NO_LABELS = np.zeros(1, np.int64)


def pieces_of(tagger: Tagger, corpus: Corpus) -> Pieces:
    return Pieces.of(Evidence(corpus, tagger.extractor, tagger.ensemble, NO_LABELS))


def test_a_word_goes_wherever_it_stands_and_pairs_are_shared(tagger: Tagger) -> None:
    corpus = Corpus.from_documents([Document("d", "Ocean, waves!", "The OCEAN floor (ocean).")])
    pieces = pieces_of(tagger, corpus)
    assert pieces.names[:2] == ("ocean", "waves")
    kept = np.ones((3, len(pieces.names)), dtype=bool)
    kept[1, 0] = False
    kept[2] = False
    whole, without, nothing = pieces.with_only(kept)
    assert (whole.title, whole.abstract) == ("Ocean, waves!", "The OCEAN floor (ocean).")
    assert (without.title, without.abstract) == (", waves!", "The  floor ().")
    assert "ocean" not in f"{nothing.title}{nothing.abstract}".lower()
    values = pieces.values(["ocean", "ocean waves", "unheard of"], np.array([1.0, 3.0, 9.0]))
    assert values[:2].tolist() == [2.5, 1.5]


def test_features_go_too(numbers: Corpus) -> None:
    tagger = hw.Tagger("fast").fit(numbers)
    one = numbers.subset([4])
    pieces = pieces_of(tagger, one)
    assert one.features is not None
    assert pieces.names == tuple(f"feature {i}" for i in one.features.indices)
    kept = np.eye(len(pieces.names), dtype=bool)
    found = pieces.with_only(kept)
    assert found.features is not None
    assert found.features.indices.tolist() == one.features.indices.tolist()
    assert pieces.values(["feature 3"], np.array([2.0])).sum() in (0.0, 2.0)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40), st.text(alphabet="aO ceán½㍿日\u0301", max_size=40))
def test_nothing_taken_out_leaves_the_text_as_it_was(tagger: Tagger, title: str, abstract: str) -> None:
    corpus = Corpus.from_documents([Document("d", title, abstract)])
    pieces = pieces_of(tagger, corpus)
    found = pieces.with_only(np.ones((1, len(pieces.names)), dtype=bool))
    assert (found.titles, found.abstracts) == (corpus.titles, corpus.abstracts)
    emptied = pieces.with_only(np.zeros((1, len(pieces.names)), dtype=bool))
    tagger.suggest(emptied)
