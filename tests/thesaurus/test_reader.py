"""Every format, told by its content."""

import gc
import gzip
import json
import time
from contextlib import suppress

import pytest
import zstandard

from headword.core.errors import DataError, RecipeError
from headword.thesaurus import FORMATS
from headword.thesaurus.concept import Name, Note
from headword.thesaurus.reader import format_of, read_thesaurus

from .conftest import BASE, GCMD, SAMPLES, TURTLE, shared, uat_tree


def test_there_is_a_sample_of_every_format():
    assert set(SAMPLES) == set(FORMATS)


@pytest.mark.parametrize("form", list(SAMPLES))
def test_a_format_is_told_by_its_content(form, write):
    assert format_of(SAMPLES[form].removeprefix("\ufeff").encode(), "x") == form
    path = write(SAMPLES[form], "a.anything")
    told, named = read_thesaurus(path), read_thesaurus(path, format=form)
    assert told.concepts == named.concepts
    assert len(told) >= 2


@pytest.mark.parametrize("form", list(SAMPLES))
@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress], ids=["gz", "zst"])
def test_compressed_files_are_read(form, pack, write):
    packed = read_thesaurus(write(pack(SAMPLES[form].encode())))
    assert packed.concepts == read_thesaurus(write(SAMPLES[form])).concepts


@pytest.mark.parametrize("form", list(SAMPLES))
def test_a_byte_order_mark_does_no_harm(form, write):
    bare = SAMPLES[form].removeprefix("\ufeff")
    if form in ("rdf-xml", "n-triples", "turtle", "json-ld"):
        bare = bare.strip() + "\n"
    assert read_thesaurus(write("\ufeff" + bare)).concepts == read_thesaurus(write(bare)).concepts


@pytest.mark.parametrize("form", list(SAMPLES))
def test_windows_line_ends_do_no_harm(form, write):
    dos = SAMPLES[form].replace("\n", "\r\n")
    assert read_thesaurus(write(dos)).concepts == read_thesaurus(write(SAMPLES[form])).concepts


def test_skos_keeps_all_it_says(write, small):
    thesaurus = read_thesaurus(write(TURTLE))
    assert {c.id: c for c in thesaurus} == {c.id: c for c in small}
    assert (thesaurus.title, thesaurus.version, thesaurus.language) == ("Little thesaurus", "2", "en")
    assert not thesaurus.defects


def test_skos_xl_names(write):
    thesaurus = read_thesaurus(write(SAMPLES["rdf-xml"]))
    assert thesaurus[f"{BASE}2"].names == (Name("Giants", "preferred", "en-gb"),)
    assert thesaurus.path(thesaurus.row(f"{BASE}2"), "en") == "Stars > Giants"


def test_notes_that_are_nodes_of_their_own(write):
    text = TURTLE + (
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        't:3 skos:editorialNote [ rdf:value "See the atlas."@en ; dct:title "Source" ] .\n'
    )
    assert read_thesaurus(write(text))[f"{BASE}3"].notes == (Note("Source: See the atlas.", "editorial", "en"),)


def test_what_describes_skos_itself_is_no_concept(write):
    text = TURTLE + (
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'skos:broader a owl:ObjectProperty ; rdfs:label "has broader"@en ; skos:definition "…"@en .\n'
        't:group a skos:Collection ; skos:prefLabel "A group"@en ; skos:member t:1 .\n'
    )
    assert len(read_thesaurus(write(text))) == 5


def test_replaces_is_replaced_by_turned_round(write):
    text = TURTLE.replace("  dct:isReplacedBy t:1 .", "  skos:inScheme t: .\nt:1 dct:replaces t:5 .")
    assert read_thesaurus(write(text))[f"{BASE}5"].replaced_by == (f"{BASE}1",)


def test_a_blank_node_is_left_out_and_reported(write):
    thesaurus = read_thesaurus(write(TURTLE + '[] a skos:Concept ; skos:prefLabel "Nobody"@en .\n'))
    assert len(thesaurus) == 5
    (defect,) = thesaurus.defects
    assert defect.kind == "no id"
    assert "'Nobody'" in defect.message


def test_uat_lists_and_trees(write):
    listed = read_thesaurus(write(SAMPLES["uat-json"]))
    giants = listed[f"{BASE}2"]
    assert giants.broader == (f"{BASE}1",)
    assert giants.note("editorial") == "Provenance: A dictionary"
    assert listed[f"{BASE}1"].names_of("alternative") == ("Suns",)
    tree = read_thesaurus(write(json.dumps(uat_tree(), indent=1)))
    assert tree[f"{BASE}2"].broader == (f"{BASE}1", f"{BASE}3")
    assert tree[f"{BASE}2"].names_of("alternative") == ("Big stars",)
    assert not tree.defects


def test_json_lines_take_many_keys_and_languages(write):
    lines = [
        {"uri": "a", "prefLabel": {"en": "Stars", "de": ["Sterne"]}, "altNames": ["Suns"], "scope_note": {"en": "x"}},
        {"id": "b", "name": "Giants", "parents": [{"uri": "a", "name": "Stars"}], "deprecated": "True",
         "replaced_by": "a"},
        {"id": 7, "name": "Seven", "broader": "gone", "narrower": ["b"], "closeMatch": "http://o/1", "notation": "7"},
    ]  # fmt: skip
    thesaurus = read_thesaurus(write("".join(json.dumps(line) + "\n" for line in lines)))
    assert thesaurus["a"].name("de") == "Sterne"
    assert thesaurus["a"].note("scope", "en") == "x"
    assert set(thesaurus["b"].broader) == {"a", "7"}
    assert thesaurus["b"].replaced_by == ("a",)
    assert thesaurus["7"].matches_of("close") == ("http://o/1",)
    assert thesaurus["7"].broader == ("gone",)
    assert thesaurus.broader.indices.tolist() == [0, 2]


def test_an_id_given_twice_is_joined_and_reported(write):
    text = '{"id": "a", "name": "Stars"}\n{"id": "a", "name": "Suns"}\n'
    thesaurus = read_thesaurus(write(text))
    assert thesaurus["a"].names_of("preferred") == ("Stars", "Suns")
    assert [d.kind for d in thesaurus.defects] == ["repeated id"]


BAD = {
    "nothing": ("", "is empty"),
    "blanks": ("  \n ", "is empty"),
    "a sentence": ("Once upon a time", "cannot tell the format"),
    "broken Turtle": (TURTLE[:-20], "is not Turtle that can be read: .* line 1"),
    "broken XML": (SAMPLES["rdf-xml"].replace("</rdf:RDF>", "</rdf:XYZ>"), "is not XML: mismatched tag: line 8"),
    "XML cut off": (SAMPLES["rdf-xml"][:-20], "is not XML: unclosed token: line 7, .* fetch it again"),
    "broken XML, not UTF-8": (
        "<?xml version='1.0' encoding='latin-1'?>\n<a>St\xe4rs</b>".encode("latin-1"),
        "is not XML: mismatched tag: line 2",
    ),
    "XML of unknown encoding": ("<?xml version='1.0' encoding='x'?><a/>", "is not XML: unknown encoding: x"),
    "XML in Latin-1": (
        SAMPLES["rdf-xml"].replace("?>", " encoding='ISO-8859-1'?>", 1).replace("Stars", "St\xe4rs").encode("latin-1"),
        "Only UTF-8 .*iconv",
    ),
    "XML that is not UTF-8": (SAMPLES["rdf-xml"].replace("Stars", "St\xe4rs").encode("latin-1"), "is 0xe4, .* iconv"),
    "no concepts": ("@prefix a: <http://a/> .\na:b a a:c .", "holds no concepts: nothing in its Turtle is a"),
    "another XML": ("<?xml version='1.0'?><p>x</p>", "namespaces are required .* some other XML"),
    "a web page": ("<!doctype HTML>\n<html><p>x</p></html>", "is a web page, not a thesaurus"),
    "context elsewhere": ('{"@context": "https://schema.org", "@graph": []}', "fetches nothing"),
    "broken JSON": ('[{"id": "a"', "not JSON that can be read"),
    "broken JSON line": ('{"id": "a"}\n{"id": }\n', "line 2: not JSON"),
    "a list as line": ('{"id": "a"}\n[1]\n', "line 2: expected an object"),
    "no id, no name": ('{"id": "a"}\n{"alt": ["x"]}\n', "line 2: the concept has neither an id nor a name"),
    "odd language": ('{"id": "a", "name": {"the best": "x"}}\n', "found the key 'the best'"),
    "odd name": ('{"id": "a", "name": {"en": {"x": 1}}}\n', "expected a text or a list of texts"),
    "odd link": ('{"id": "a", "name": "x", "broader": [[]]}\n', "expected the id of a concept"),
    "ragged": (GCMD + '"a","b","c","d","e","f","g","h","i"\n', "line 8: 9 cells, but the header has 8"),
    "nameless row": (GCMD + '"","","","","","","","u-9"\n', "line 8: no level is named"),
    "open quote": (GCMD + '"EARTH\n\n', "line 9, in the row that begins on line 8: unexpected end"),
    "no topic": ("Category,Term,UUID\nA,B,1\n", "line 1: the header lacks the column 'Topic'; its columns are 'Cat"),
    "no level": ("Keyword Version: 1\nUUID,Long_Name\n1,A\n", "line 2: the header lacks the column 'Category'"),
    "no names": ("uri,notation\na:b,1\n", "line 1: the header lacks the column 'label_en'; its columns are 'uri', "),
    "no column of URIs": ("label_en,x\nStars,1\n", "line 1: the header lacks the column 'uri'"),
    "no text": (b"\x93\x00\x01\xff", "is no text in UTF-8"),
    "no tab": (f"<{BASE}1>\tStars\nno tab\n", "line 2: expected URI, tab, label"),
    "no URI": ("uri,label_en\nx,Stars\n,Suns\n", "line 3: the URI is missing"),
    "not UTF-8": (f"<{BASE}1>\tSt\xe4rs\n".encode("latin-1"), "line 1: byte 28 of the line is 0xe4"),
}


@pytest.mark.parametrize("case", list(BAD))
def test_what_is_wrong_is_told_with_its_place(case, write):
    content, message = BAD[case]
    with pytest.raises(DataError, match=message):
        read_thesaurus(write(content))


def test_an_unknown_format_is_a_recipe_error(write):
    with pytest.raises(RecipeError, match="there is no thesaurus format 'owl'"):
        read_thesaurus(write(TURTLE), format="owl")


def test_entities_that_grow_are_refused(write):
    entities = '<!ENTITY a "x">' + "".join(
        f'<!ENTITY {chr(98 + i)} "&{chr(97 + i)};&{chr(97 + i)};">' for i in range(24)
    )
    bomb = SAMPLES["rdf-xml"].replace("<rdf:RDF", f"<!DOCTYPE r [{entities}]><rdf:RDF").replace(">Stars<", ">&y;<")
    with pytest.raises(DataError, match="entities that are long or made of other entities"):
        read_thesaurus(write(bomb))


def test_plain_entities_are_expanded(write):
    text = SAMPLES["rdf-xml"].replace("<rdf:RDF", f'<!DOCTYPE r [<!ENTITY t "{BASE}">]><rdf:RDF')
    assert f"{BASE}1" in read_thesaurus(write(text.replace(f'about="{BASE}1"', 'about="&t;1"')))


@pytest.mark.parametrize(
    "deep",
    [
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://s/">'
        + "<s:a><s:b>" * 200_000,
        '[{"children":' * 100_000,
        '{"@graph":[' * 100_000,
        "<http://a> <http://b> " + "(" * 100_000,
        '{"id": "a", "children": [' * 400 + "]}" * 400,
    ],
    ids=["xml", "json", "json-ld", "turtle", "tree"],
)
def test_deep_nesting_is_no_way_to_stop_us(deep, write):
    started = time.process_time()
    with suppress(DataError):
        read_thesaurus(write(deep))
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("file", "n_concepts", "n_deprecated", "n_links", "most_seconds"),
    [
        (("uat", "UAT.rdf"), 2372, 97, 2645, 0.3),
        (("stw-vocab", "stw-skos.ttl"), 7394, 1151, 13252, 0.6),
        (("makupalat-ykl", "ykl-skos.ttl"), 2404, 0, 2392, 0.6),
        (("gcmd-keywords", "sciencekeywords.csv"), 3766, 0, 3764, 0.3),
        (("uat", "UAT.csv"), 2275, 0, 2645, 0.3),
        (("uat", "labels.jsonl.gz"), 2372, 0, 2646, 0.3),
    ],
    ids=lambda value: "/".join(value) if isinstance(value, tuple) else None,
)
def test_real_thesauri_open_soon_and_whole(file, n_concepts, n_deprecated, n_links, most_seconds):
    path = shared(*file)
    # What other tests have left in memory is not to be looked through by the collector while the clock runs.
    gc.collect()
    gc.freeze()
    seconds = []
    for _ in range(3):
        started = time.process_time()
        thesaurus = read_thesaurus(path)
        seconds.append(time.process_time() - started)
    gc.unfreeze()
    assert (len(thesaurus), int(thesaurus.deprecated.sum())) == (n_concepts, n_deprecated)
    assert len(thesaurus.broader.indices) == n_links
    assert min(seconds) < most_seconds


def test_the_unified_astronomy_thesaurus_is_one_in_all_formats():
    rdf, csv = read_thesaurus(shared("uat", "UAT.rdf")), read_thesaurus(shared("uat", "UAT.csv"))
    in_use = [c for c in rdf if not c.deprecated]
    assert {c.name("en") for c in in_use} == {c.name() for c in csv}
    names = {c.id: c.name("en") for c in rdf}
    assert {(names[c.id], frozenset(names[b] for b in c.broader)) for c in in_use} == {
        (c.id, frozenset(c.broader)) for c in csv
    }
