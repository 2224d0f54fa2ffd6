"""Every kind of finding, planted and found."""

import pytest

from headword.thesaurus.check import check
from headword.thesaurus.concept import Concept, Name
from headword.thesaurus.findings import FINDING_KINDS, Finding
from headword.thesaurus.reader import read_thesaurus
from headword.thesaurus.thesaurus import Thesaurus

from .conftest import BASE, concept, shared

PLANTED = {
    "cycle": (concept(1, "A", broader=(2,)), concept(2, "B", broader=(1,))),
    "dangling link": (concept(1, "A", broader=(9,)),),
    "no preferred name": (Concept("x", (Name("A", "alternative", "en"),)),),
    "several preferred names": (Concept("x", (Name("A", "preferred", "en"), Name("B", "preferred", "en"))),),
    "duplicate name": (concept(1, "A"), concept(2, "A")),
    "long name": (concept(1, "A" * 501),),
    "replaced but in use": (concept(1, "A", replaced_by=(f"{BASE}2",)), concept(2, "B")),
    "ambiguous name": (concept(1, "A"), concept(2, "B", "A")),
    "deprecated but linked": (concept(1, "A", deprecated=True), concept(2, "B", broader=(1,))),
    "replaced by deprecated": (
        concept(1, "A", deprecated=True, replaced_by=(f"{BASE}2",)),
        concept(2, "B", deprecated=True, replaced_by=(f"{BASE}1",)),
    ),
    "no replacement": (concept(1, "A", deprecated=True),),
    "orphan": (concept(1, "A"), concept(2, "B", broader=(1,)), concept(3, "C")),
    "missing in a language": (
        *(concept(i, f"A{i}") for i in range(1, 10)),
        Concept("x", (Name("Nur deutsch", "preferred", "de"),)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(PLANTED))
def test_what_is_planted_is_found(kind):
    thesaurus = Thesaurus(PLANTED[kind])
    assert kind in {finding.kind for finding in check(thesaurus)}


def test_what_readers_find_is_passed_on():
    defects = tuple(Finding(kind, (), "…") for kind in ("missing level", "repeated id", "no id"))
    found = check(Thesaurus((concept(1, "A"),), defects=defects))
    assert [f.kind for f in found] == ["no id", "repeated id", "missing level"]
    assert set(PLANTED) | {f.kind for f in found} == set(FINDING_KINDS)


def test_shared_names_are_told_with_the_concepts_that_share_them_whatever_their_case():
    top = concept(9, "Top")
    some = (concept(1, "Religion", broader=(9,)), Concept("x", (Name("RELIGION", "preferred", "en-gb"),)))
    other = (concept(3, "Seas", "Oceans", broader=(9,)), concept(4, "Waters", "oceans", broader=(9,)))
    found = {f.kind: f for f in check(Thesaurus((top, *some, *other)))}
    assert found["duplicate name"].message == "'Religion' is the preferred name of Top > Religion; RELIGION"
    assert found["duplicate name"].ids == (f"{BASE}1", "x")
    assert found["ambiguous name"].message == "'Oceans' is another name of Top > Seas; Top > Waters"


def test_a_concept_broader_than_itself_is_a_cycle():
    found = check(Thesaurus((concept(1, "A", broader=(1,)),)))
    assert [f.kind for f in found] == ["cycle"]


def test_nothing_is_found_in_what_is_in_order(small):
    assert check(small) == []


def test_flat_lists_have_no_orphans():
    assert check(Thesaurus((concept(1, "A"), concept(2, "B")))) == []


def test_the_gravest_come_first(small):
    found = check(Thesaurus((*PLANTED["no replacement"], concept(2, "B", broader=(9,)))))
    assert [f.kind for f in found] == ["dangling link", "no replacement"]


def test_real_thesauri():
    counts = {
        ("uat", "UAT.rdf"): {"no replacement": 97, "ambiguous name": 1},
        ("stw-vocab", "stw-skos.ttl"): {"no replacement": 131, "deprecated but linked": 1},
        ("gcmd-keywords", "sciencekeywords.csv"): {"duplicate name": 577},
    }
    for file, expected in counts.items():
        kinds = [f.kind for f in check(read_thesaurus(shared(*file)))]
        assert {kind: kinds.count(kind) for kind in set(kinds)} == expected
