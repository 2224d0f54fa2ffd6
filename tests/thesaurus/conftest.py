"""A miniature thesaurus of astronomy, in every format, and the real ones where they are."""

import json
from pathlib import Path

import pytest

from headword.thesaurus.concept import Concept, Match, Name, Note
from headword.thesaurus.thesaurus import Thesaurus

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
BASE = "http://example.org/t/"


def shared(*parts: str) -> Path:
    """A file of the corpora beside the checkout; the test is skipped where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{'/'.join(parts)} is not beside the checkout")
    return path


def concept(number: int, *names: str, broader: tuple[int, ...] = (), **more: object) -> Concept:
    """A concept whose first name is preferred and whose others are alternative, all English."""
    kinds = ["preferred", *["alternative"] * (len(names) - 1)]
    given = tuple(Name(text, kind, "en") for text, kind in zip(names, kinds, strict=True))
    return Concept(f"{BASE}{number}", given, tuple(f"{BASE}{one}" for one in broader), **more)  # type: ignore[arg-type]


@pytest.fixture
def write(tmp_path):
    def written(text, name="thesaurus.txt"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


@pytest.fixture
def small() -> Thesaurus:
    """Every kind of name, note and link; one concept with two parents, two languages, one deprecated concept."""
    return Thesaurus(
        (
            Concept(
                f"{BASE}1",
                (Name("Stars", "preferred", "en"), Name("Sterne", "preferred", "de"), Name("Suns", "hidden", "en")),
                notations=("S",),
                notes=(Note("Bodies that shine.", "definition", "en"), Note("Not the people.", "scope", "en")),
                top=True,
            ),
            Concept(
                f"{BASE}2",
                (Name("Variable stars", "preferred", "en"), Name("Variables", "alternative", "en")),
                broader=(f"{BASE}1",),
                related=(f"{BASE}4",),
                matches=(Match("http://other.org/v", "exact"), Match("http://other.org/w", "close")),
                types=("http://example.org/Kind",),
            ),
            Concept(f"{BASE}3", (Name("Giant stars", "preferred", "en"),), broader=(f"{BASE}1",)),
            Concept(f"{BASE}4", (Name("Red giants", "preferred", "en"),), broader=(f"{BASE}2", f"{BASE}3")),
            Concept(f"{BASE}5", (Name("Fixed stars", "preferred", "en"),), deprecated=True, replaced_by=(f"{BASE}1",)),
        ),
        title="Little thesaurus",
        version="2",
    )


TURTLE = f"""@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix t: <{BASE}> .
t: a skos:ConceptScheme ; dct:title "Little thesaurus"@en ; owl:versionInfo "2" ; skos:hasTopConcept t:1 .
t:1 a skos:Concept ; skos:prefLabel "Stars"@en, "Sterne"@de ; skos:hiddenLabel "Suns"@en ; skos:notation "S" ;
  skos:definition "Bodies that shine."@en ; skos:scopeNote "Not the people."@en ; skos:narrower t:2 .
t:2 a skos:Concept, <http://example.org/Kind> ; skos:prefLabel "Variable stars"@en ; skos:altLabel "Variables"@en ;
  skos:related t:4 ; skos:exactMatch <http://other.org/v> ; skos:closeMatch <http://other.org/w> .
t:3 a skos:Concept ; skos:prefLabel "Giant stars"@en ; skos:broader t:1 .
t:4 a skos:Concept ; skos:prefLabel "Red giants"@en ; skos:broader t:2, t:3 .
t:5 a skos:Concept ; <http://www.w3.org/2000/01/rdf-schema#label> "Fixed stars"@en ; owl:deprecated true ;
  dct:isReplacedBy t:1 .
"""

GCMD = """"Keyword Version: 9.1","Revision: 2026-01-01","see https://example.org/concept_scheme/sciencekeywords/?format=xml"
"Category","Topic","Term","Variable_Level_1","Variable_Level_2","Variable_Level_3","Detailed_Variable","UUID"
"EARTH SCIENCE","","","","","","","u-0"
"EARTH SCIENCE","OCEANS","","","","","","u-1"
"EARTH SCIENCE","OCEANS","SEA ICE","","","","","u-2"
"EARTH SCIENCE","OCEANS","SEA ICE","ICE EXTENT","","","","u-3"
"EARTH SCIENCE","CRYOSPHERE","SEA ICE","","","","","u-4"
"""

UMM = """Category,Topic,Term,VariableLevel1,VariableLevel2,VariableLevel3,DetailedVariable
EARTH SCIENCE,,,,,,
EARTH SCIENCE,OCEANS,SEA ICE,ICE EXTENT,,,
"""

PLATFORMS = """Keyword Version: 9.1,Revision: 2026-01-01
Category,Type,Short_Name,Long_Name,Data_Center_URL,UUID
Satellites,,,,,p-0
Satellites,Weather,NOAA-20,"Joint Polar Satellite, first",http://example.org,p-1
"""

UAT_CSV = """\ufefflevel 1,level 2,level 3
Stars,,
Stars,Giant stars,
Stars,Giant stars,Red giants
Stars,Variable stars,Red giants
"""


def uat_list() -> list[dict[str, object]]:
    def ref(number: int, name: str) -> dict[str, str]:
        return {"name": name, "uri": f"{BASE}{number}"}

    empty = {"related": None, "scopeNotes": None, "examples": None, "definition": None}
    note = {"title": "Provenance", "comment": "A dictionary"}
    return [
        {**empty, "uri": f"{BASE}1", "name": "Stars", "narrower": [ref(2, "Giants")], "broader": None,
         "altNames": ["Suns"]},
        {**empty, "uri": f"{BASE}2", "name": "Giants", "narrower": None, "broader": [ref(1, "Stars")], "altNames": None,
         "editorialNotes": [note], "definition": "Large ones."},
    ]  # fmt: skip


def uat_tree() -> dict[str, object]:
    giants = {"name": "Giants", "uri": f"{BASE}2", "altLabels": ["Big stars"], "definition": "Large ones."}
    return {
        "children": [
            {"name": "Stars", "uri": f"{BASE}1", "children": [giants]},
            {"name": "Bright things", "uri": f"{BASE}3", "children": [giants]},
        ]
    }


JSON_LD = json.dumps(
    {
        "@context": {"skos": "http://www.w3.org/2004/02/skos/core#"},
        "@graph": [
            {"@id": f"{BASE}1", "@type": "skos:Concept", "skos:prefLabel": {"@value": "Stars", "@language": "en"}},
            {
                "@id": f"{BASE}2",
                "@type": "skos:Concept",
                "skos:prefLabel": {"@value": "Giants", "@language": "en"},
                "skos:broader": {"@id": f"{BASE}1"},
            },
        ],
    },
    indent=1,
)

RDF_XML = f"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#"
 xmlns:xl="http://www.w3.org/2008/05/skos-xl#">
<skos:Concept rdf:about="{BASE}1"><skos:prefLabel xml:lang="en">Stars</skos:prefLabel></skos:Concept>
<rdf:Description rdf:about="{BASE}2"><rdf:type rdf:resource="http://www.w3.org/2004/02/skos/core#Concept"/>
 <xl:prefLabel rdf:resource="{BASE}l"/><skos:broader rdf:resource="{BASE}1"/></rdf:Description>
<xl:Label rdf:about="{BASE}l"><xl:literalForm xml:lang="en-GB">Giants</xl:literalForm></xl:Label>
</rdf:RDF>
"""

N_TRIPLES = f"""<{BASE}1> <http://www.w3.org/2004/02/skos/core#prefLabel> "Stars"@en .
<{BASE}2> <http://www.w3.org/2004/02/skos/core#prefLabel> "Giants"@en .
<{BASE}2> <http://www.w3.org/2004/02/skos/core#broader> <{BASE}1> .
"""

SAMPLES = {
    "turtle": TURTLE,
    "rdf-xml": RDF_XML,
    "n-triples": N_TRIPLES,
    "json-ld": JSON_LD,
    "gcmd-csv": GCMD,
    "uat-csv": UAT_CSV,
    "uat-json": json.dumps(uat_list()),
    "annif-csv": f"uri,label_en,label_de,notation\n{BASE}1,Stars,Sterne,S\n{BASE}2,,,\n",
    "annif-tsv": f"<{BASE}1>\tStars\tS\n<{BASE}2>\tGiants\n",
    "jsonl": '{"id": "stars", "name": "Stars"}\n{"id": "giants", "name": "Giants", "broader": ["stars"]}\n',
}


def versions() -> tuple[Thesaurus, Thesaurus]:
    """Two versions of a thesaurus between which everything happens that can happen to a concept."""
    old = (
        concept(1, "Stars"),
        concept(2, "Variable stars", "Variables", broader=(1,)),
        concept(3, "Comas", "Coma", broader=(9,)),
        concept(4, "Minor planets", broader=(9,)),
        concept(5, "Asteroids", broader=(9,)),
        concept(6, "Active regions", broader=(1,)),
        concept(7, "X-ray stars", broader=(1,)),
        concept(8, "Darkrooms", broader=(1,)),
        concept(9, "Solar system"),
        concept(10, "Phlogiston", deprecated=True),
        concept(11, "Giants", broader=(1,), notes=(Note("Big.", "definition", "en"),), notations=("G",)),
        concept(12, "Exobiology"),
        concept(13, "Plates", broader=(8,)),
    )
    new = (
        concept(1, "Stars"),
        concept(2, "Variable stars", "Variables", broader=(20,)),
        concept(3, "Comae", "Coma", "Comas", broader=(9,)),
        concept(4, "Minor planets", deprecated=True),
        concept(5, "Asteroids", "Minor planets", broader=(9,)),
        concept(6, "Active regions", deprecated=True, replaced_by=(f"{BASE}21", f"{BASE}22")),
        concept(7, "X-Ray stars", broader=(1,)),
        concept(8, "Darkrooms", deprecated=True),
        concept(9, "Solar system"),
        concept(10, "Phlogiston", broader=(1,)),
        concept(11, "Giants", broader=(1,), notes=(Note("Bright.", "definition", "en"),), notations=("G1",)),
        concept(20, "Time domain", broader=(1,)),
        concept(21, "Solar active regions", broader=(1,)),
        concept(22, "Stellar active regions", broader=(1,)),
        concept(23, "Astrobiology", "Exobiology"),
    )
    return Thesaurus(old, version="1"), Thesaurus(new, version="2")
