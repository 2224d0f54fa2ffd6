"""Concepts, languages and the hierarchy of a small thesaurus."""

from dataclasses import replace

import pytest

from headword.core.errors import DataError
from headword.thesaurus.concept import Concept, Name
from headword.thesaurus.tables import thesaurus_of_labels
from headword.thesaurus.thesaurus import Thesaurus

from .conftest import BASE, concept


def ids(thesaurus: Thesaurus, rows) -> set[str]:
    return {thesaurus.concepts[row].id.removeprefix(BASE) for row in rows}


def test_hierarchy_of_a_poly_hierarchy(small):
    row = small.row(f"{BASE}4")
    assert ids(small, small.broader[row]) == {"2", "3"}
    assert ids(small, small.broader.reachable(row)) == {"1", "2", "3"}
    assert ids(small, small.narrower.reachable(0)) == {"2", "3", "4"}
    assert ids(small, small.related[row]) == {"2"}
    assert small.depths.tolist() == [0, 1, 1, 2, 0]
    assert ids(small, small.roots) == {"1"}
    assert [[small.name(step) for step in path] for path in small.paths(row)] == [
        ["Stars", "Variable stars", "Red giants"],
        ["Stars", "Giant stars", "Red giants"],
    ]
    assert small.path(row) == "Stars > Variable stars > Red giants"


def test_a_replacement_is_followed_to_what_is_in_use(small):
    assert small.replacements(small.row(f"{BASE}5")) == (0,)
    assert small.replacements(1) == (1,)
    chain = Thesaurus(
        (
            concept(1, "A", deprecated=True, replaced_by=(f"{BASE}2", f"{BASE}1")),
            concept(2, "B", deprecated=True, replaced_by=(f"{BASE}3", f"{BASE}9")),
            concept(3, "C"),
        )
    )
    assert chain.replacements(0) == (2,)


def test_names_in_a_language_and_its_varieties():
    one = Concept("x", (Name("Colour", "preferred", "en-gb"), Name("Farbe", "preferred", "de"), Name("Kleur")))
    assert [one.name(language) for language in ("en", "en-gb", "de", "fi", "")] == [
        "Colour", "Colour", "Farbe", "Kleur", "Kleur",
    ]  # fmt: skip
    assert Concept("x").name("en") == "x"
    assert one.names_of(language="en") == ("Colour", "Kleur")
    assert one.names_of("alternative") == ()
    assert Concept("x").note("definition") == ""


def test_english_is_the_working_language_where_it_is_nearly_as_frequent():
    def of(n_english: int, n_german: int) -> Thesaurus:
        german = [Concept(f"d{i}", (Name(f"d{i}", "preferred", "de"),)) for i in range(n_german - n_english)]
        both = [
            Concept(f"b{i}", (Name("x", "preferred", "de"), Name("x", "preferred", "en"))) for i in range(n_english)
        ]
        return Thesaurus((*german, *both))

    assert of(96, 100).language == "en"
    assert of(90, 100).language == "de"
    assert of(90, 100).in_language("EN").language == "en"
    assert Thesaurus(()).language == ""


def test_varieties_of_a_language_count_as_one():
    def of(*tags):
        names = tuple((Name(f"{tag} {i}", "preferred", tag),) for i, some in enumerate(tags) for tag in some)
        return Thesaurus(tuple(Concept(str(i), one) for i, one in enumerate(names))).language

    assert of(["en-us"] * 3, ["de"] * 2) == of(["en-us"] * 2, ["en-gb"], ["de"] * 3) == "en-us"
    assert of(["de-ch"] * 2, ["de"], ["en"] * 2) == "de-ch"


def test_names_as_columns(small):
    every = small.names()
    assert small.n_names == len(every)
    assert list(zip(every.texts, every.concepts.tolist(), every.kinds.tolist(), strict=True))[:3] == [
        ("Stars", 0, 0),
        ("Sterne", 0, 0),
        ("Suns", 0, 2),
    ]
    assert small.names(languages=["de"]).texts == ("Sterne",)
    assert small.names(kinds=["alternative"]).texts == ("Variables",)
    assert len(small.names(languages=["en"])) == len(every) - 1


def test_ids_are_distinct_and_known(small):
    with pytest.raises(DataError, match="found twice: 'a'"):
        Thesaurus((Concept("a"), Concept("b"), Concept("a")))
    with pytest.raises(DataError, match="must not be empty"):
        Thesaurus((Concept(""),))
    with pytest.raises(DataError, match="none with the id 'x'"):
        small["x"]
    assert small.rows([f"{BASE}2", "x"]).tolist() == [1, -1]
    assert "x" not in small


def test_the_fingerprint_is_of_the_content_and_not_of_the_order(small):
    assert Thesaurus(small.concepts[::-1]).fingerprint == small.fingerprint
    renamed = replace(small.concepts[0], names=(Name("Suns"),))
    assert Thesaurus((renamed, *small.concepts[1:])).fingerprint != small.fingerprint


def test_labels_written_as_paths_make_a_hierarchy():
    thesaurus = thesaurus_of_labels(["A > B", "A > B > C", "D", "A > B"])
    assert thesaurus.path(thesaurus.row("A > B > C")) == "A > B > C"
    assert [c.id for c in thesaurus] == ["A > B", "A", "A > B > C", "D"]
    assert [d.ids for d in thesaurus.defects] == [("A",)]


def test_what_it_says_of_itself(small):
    assert repr(small) == "Thesaurus('Little thesaurus', 5 concepts, 1 deprecated, en, de)"
