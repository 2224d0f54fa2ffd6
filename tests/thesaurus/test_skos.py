"""SKOS as it is met with: what is a concept, what is broader, what is deprecated, and what has no id."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headword.core.errors import DataError
from headword.thesaurus.check import check
from headword.thesaurus.skos import read_n_triples, read_rdf_xml, read_turtle
from headword.thesaurus.thesaurus import Thesaurus

PREFIXES = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix iso: <http://purl.org/iso25964/skos-thes#> .
@prefix old: <http://purl.org/finnonto/schema/skosext#> .
@prefix t: <http://t/> .
t:1 a skos:Concept ; skos:prefLabel "Stars"@en .
"""


def turtle(statements: str) -> Thesaurus:
    return read_turtle((PREFIXES + statements).encode(), "x")


@pytest.mark.parametrize(
    "statement",
    [
        't:2 a skos:Collection ; skos:prefLabel "x" ; skos:member t:1 .',
        't:2 a iso:ThesaurusArray ; skos:prefLabel "x" .',
        't:2 a iso:ConceptGroup ; skos:prefLabel "x" ; skos:inScheme t:s .',
        't:2 skos:prefLabel "x" ; skos:member t:1 .',
        't:2 a skos:ConceptScheme ; skos:prefLabel "x" .',
    ],
)
def test_groups_of_concepts_are_no_concepts(statement):
    assert [concept.id for concept in turtle(statement)] == ["http://t/1"]


@pytest.mark.parametrize("kind", ["", "Generic", "Partitive", "Instantial"])
@pytest.mark.parametrize("way", ["broader", "narrower"])
def test_every_kind_of_broader_link_is_one(kind, way):
    link = f"{'iso' if kind else 'skos'}:{way}{kind}"
    ends = ("t:2", "t:1") if way == "broader" else ("t:1", "t:2")
    thesaurus = turtle(f't:2 a skos:Concept ; skos:prefLabel "Giants" . {ends[0]} {link} {ends[1]} .')
    assert thesaurus["http://t/2"].broader == ("http://t/1",)


@pytest.mark.parametrize(
    ("said", "deprecated"),
    [
        ("owl:deprecated true", True),
        ('owl:deprecated "true"', True),
        ('owl:deprecated "True"', True),
        ('owl:deprecated "1"^^xsd:boolean', True),
        ("a owl:DeprecatedClass", True),
        ("a old:DeprecatedConcept", True),
        ("owl:deprecated false", False),
        ('owl:deprecated "0"^^xsd:boolean', False),
    ],
)
def test_deprecation_is_said_in_many_ways(said, deprecated):
    assert turtle(f"t:1 {said} .")["http://t/1"].deprecated == deprecated


@pytest.mark.parametrize("target", ["t:2", '"http://t/2"', '" http://t/2"^^xsd:anyURI'])
def test_a_replacement_is_a_resource_or_its_uri_as_text(target):
    thesaurus = turtle(
        f't:1 owl:deprecated true ; dct:isReplacedBy {target} . t:2 a skos:Concept ; skos:prefLabel "x" .'
    )
    assert thesaurus.replacements(0) == (1,)


def test_links_to_blank_nodes_are_left_out_and_reported():
    statements = 't:1 skos:broader [ a skos:Concept ; skos:prefLabel "Above" ] ; skos:related [] .'
    first, second = turtle(statements), turtle(statements)
    assert first["http://t/1"].broader == first["http://t/1"].related == ()
    assert first.fingerprint == second.fingerprint
    assert sorted(defect.kind for defect in first.defects) == ["dangling link", "no id"]


def test_a_value_that_looks_like_the_end_of_an_element_hides_no_nesting():
    start = '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://s/">'
    began = time.process_time()
    with pytest.raises(DataError, match="nested more than 500 levels deep"):
        read_rdf_xml((start + '<r:Description s:note="/>"><s:a>' * 100_000).encode(), "x")
    assert time.process_time() - began < 2


def test_many_elements_closed_within_their_tags_are_not_deep():
    start = (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://www.w3.org/2004/02/skos/core#">'
    )
    some = "".join(f'<s:Concept r:about="http://t/{i}" s:prefLabel="it\'s {i} &lt;/&gt;"/>' for i in range(1000))
    assert len(read_rdf_xml(f"{start}{some}</r:RDF>".encode(), "x")) == 1000


NODES = st.sampled_from(["<http://t/1>", "<http://t/2>", "<http://t/3>", "_:a", "_:b"])
LITERALS = st.sampled_from(['"x"', '"y"@en', '"y"@en-US', '""', '"true"', '"  "@de', '"1"^^<http://x/code>'])
SPACES = {
    "http://www.w3.org/2004/02/skos/core#": (
        "prefLabel altLabel hiddenLabel broader narrower related inScheme topConceptOf hasTopConcept member notation "
        "definition note exactMatch"
    ),
    "http://www.w3.org/2008/05/skos-xl#": "prefLabel altLabel literalForm",
    "http://www.w3.org/2002/07/owl#": "deprecated versionInfo",
    "http://purl.org/dc/terms/": "isReplacedBy replaces title",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "type value",
}
LINKS = st.sampled_from([f"<{space}{name}>" for space, names in SPACES.items() for name in names.split()])
CLASSES = st.sampled_from([f"<http://www.w3.org/2004/02/skos/core#{kind}>" for kind in ("Concept", "Collection")])


@given(st.lists(st.tuples(NODES, LINKS, st.one_of(NODES, LITERALS, CLASSES)), max_size=25))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_statements_give_a_thesaurus_or_a_named_error(triples):
    data = "".join(f"{' '.join(triple)} .\n" for triple in triples).encode()
    try:
        thesaurus = read_n_triples(data, "x")
    except DataError as error:
        assert "holds no concepts" in str(error)
        return
    check(thesaurus)
    assert thesaurus.fingerprint == read_n_triples(data, "x").fingerprint
    for row, concept in enumerate(thesaurus):
        thesaurus.path(row)
        assert not any(one.startswith("_:") for one in (concept.id, *concept.broader, *concept.related))
