"""The names of labels, from a thesaurus or the labels themselves."""

import numpy as np
import pytest

from headword.core.corpus import Corpus, Document
from headword.text.label_names import label_names, language_of
from headword.text.name_patterns import LabelNames
from headword.thesaurus.concept import Concept, Name
from headword.thesaurus.thesaurus import Thesaurus


def concept(id: str, *names: str, broader: tuple[str, ...] = (), **rest: object) -> Concept:
    given = [Name(text.partition("@")[0], language=text.partition("@")[2]) for text in names[:1]]
    given += [Name(text.partition("@")[0], "alternative", text.partition("@")[2]) for text in names[1:]]
    return Concept(id, tuple(given), broader, **rest)  # type: ignore[arg-type]


SCHEME = Thesaurus(
    (
        concept("u:1", "OCEANS", "seas"),
        concept("u:2", "TIDES", broader=("u:1",), related=("u:3",)),
        concept("u:3", "WAVES", broader=("u:1",)),
        concept("u:4", "SWELL", broader=("u:3",), deprecated=True),
        concept("u:5", "CURRENTS", broader=("u:1",)),
    )
)


def corpus_of(*labels: str) -> Corpus:
    return Corpus.from_documents([Document(str(i), "", "text", (label,)) for i, label in enumerate(labels)])


def names_of(found: LabelNames, label: int) -> list[str]:
    return [text for text, one in zip(found.texts, found.labels.tolist(), strict=True) if one == label]


def test_labels_are_their_own_names_and_paths_have_a_last_part() -> None:
    found, space = label_names(corpus_of("A > Sea ice", "A", "tides"))
    assert space.names == ("A", "A > Sea ice", "tides")
    assert [names_of(found, label) for label in range(3)] == [["A"], ["Sea ice"], ["tides"]]
    assert found.broader.tolist() == [[1, 0]]


def test_concepts_give_names_links_and_labels_never_seen() -> None:
    found, space = label_names(corpus_of("oceans", "tides", "other > things"), SCHEME)
    assert space.names == ("oceans", "other > things", "tides", "waves", "currents")
    assert names_of(found, 0) == ["OCEANS", "seas"]
    assert names_of(found, 1) == ["things"]
    assert sorted(map(tuple, found.broader.tolist())) == [(2, 0), (3, 0), (4, 0)]
    assert {tuple(sorted(pair)) for pair in found.related.tolist()} == {(2, 3)}
    assert found.kinds[found.labels == 0].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("u:1", "u:2"), ["u:3", "u:5"]),
        (("OCEANS", "TIDES"), ["WAVES", "CURRENTS"]),
        (("OCEANS > TIDES", "OCEANS"), ["OCEANS > WAVES", "OCEANS > CURRENTS"]),
        (("Oceans > Tides", "Oceans > Waves"), ["Oceans", "Oceans > Currents"]),
    ],
)
def test_labels_never_seen_are_written_as_the_others_are(labels: tuple[str, ...], expected: list[str]) -> None:
    _, space = label_names(corpus_of(*labels), SCHEME)
    assert list(space.names[len(labels) :]) == expected


def test_a_name_that_several_share_gives_way_to_the_path() -> None:
    twins = Thesaurus(
        (concept("1", "rocks"), concept("2", "ice", broader=("1",)), concept("3", "sea"), concept("4", "ice"))
    )
    _, space = label_names(corpus_of("rocks", "sea"), twins)
    assert space.names == ("rocks", "sea", "rocks > ice", "4")


def test_unseen_concepts_may_be_left_out() -> None:
    corpus = corpus_of("oceans", "tides")
    found, space = label_names(corpus, SCHEME, unseen=False)
    assert space == corpus.label_space
    assert found.n_labels == 2


def test_the_language_is_that_of_the_documents() -> None:
    scheme = Thesaurus((concept("1", "music@en", "musiikki@fi"), concept("2", "law@en", "laki@fi"))).in_language("en")
    scheme = Thesaurus(
        tuple(Concept(c.id, tuple(Name(n.text, "preferred", n.language) for n in c.names)) for c in scheme.concepts)
    )
    finnish = Corpus.from_documents([Document("a", "Musiikki ja laki", "musiikki soi", ("1",))])
    assert language_of(finnish, scheme) == "fi"
    found, _ = label_names(finnish, scheme)
    assert found.texts == ("musiikki", "laki")
    assert found.language == "fi"
    english, _ = label_names(finnish, scheme, language="en")
    assert english.texts == ("music", "law")
    assert np.array_equal(english.labels, [0, 1])
