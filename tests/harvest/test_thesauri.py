"""Thesauri: which file of which version, and whether it came whole."""

import gzip
import hashlib
import json

import pytest

from headword.core.errors import RecipeError, ServiceError

from .local_server import Reply

KMS = (
    b'"Keyword Version: 23.6","Revision: 2026-03-19T10:41:57.720Z","Timestamp: 2026-03-20 06:01:45"\n'
    b'"Category","Topic","Term","UUID"\n"EARTH SCIENCE","","","u-1"\n"EARTH SCIENCE","OCEANS","","u-2"\n'
)
RDF = b"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:skos="http://www.w3.org/2004/02/skos/core#">
<rdf:Description rdf:about="http://astrothesaurus.org/uat/1"><skos:prefLabel xml:lang="en">Ice</skos:prefLabel>
</rdf:Description></rdf:RDF>"""


@pytest.fixture
def fetching(fetching):
    fetching.output = fetching.output.with_name("thesaurus")
    return fetching


def csv(body: bytes) -> Reply:
    return Reply(body, kind="text/csv")


def test_keywords_of_kms_come_as_they_are(serve, fetching) -> None:
    server = serve(lambda asked: csv(KMS))
    fetching.output = fetching.output.with_name("gcmd.csv")
    fetching("gcmd", f"{server.url}/kms")
    assert server.asked[0].url == "/kms/concepts/concept_scheme/sciencekeywords?format=csv"
    assert fetching.output.read_bytes() == KMS
    assert fetching.provenance.counts == {"version": "23.6", "revision": "2026-03-19T10:41:57.720Z", "concepts": 2}
    assert fetching.provenance.version == "23.6"
    assert fetching.provenance.licence == "work of the US Government"
    written = json.loads((fetching.output.parent / "gcmd.csv.provenance.json").read_text(encoding="utf-8"))
    assert written["sha256"] == fetching.provenance.sha256
    assert fetching.files() == {"gcmd.csv", "gcmd.csv.provenance.json"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (KMS[:-7], "have not as many cells as its header"),
        (KMS[:-1].removesuffix(b'"'), "no table in UTF-8"),
        (KMS.partition(b"\n")[2], "its first line names no keyword version"),
        (KMS.replace(b"UUID", b"ID"), "its last column is not UUID"),
        (b"\xff\xfe", "no table in UTF-8"),
        (b"", "no table of keywords"),
        (b"<html><title>Sorry</title>", "a web page entitled 'Sorry'"),
    ],
)
def test_a_table_that_is_cut_or_another_is_not_taken(serve, fetching, body: bytes, message: str) -> None:
    server = serve(lambda asked: csv(body))
    fetching.output.write_bytes(b"old")
    with pytest.raises(ServiceError, match=message):
        fetching("kms:sciencekeywords", f"{server.url}/kms")
    assert fetching.output.read_bytes() == b"old"


def test_a_cut_table_is_fetched_again(serve, fetching) -> None:
    server = serve(lambda asked: csv(KMS), {0: csv(KMS[:-8]), 1: Reply(KMS, trouble="cut gzip")})
    fetching("kms:sciencekeywords", f"{server.url}/kms")
    assert fetching.output.read_bytes() == KMS


def test_both_spellings_of_a_tag_are_tried(serve, fetching) -> None:
    server = serve(lambda asked: Reply(RDF, kind="text/plain") if "/v5.1.0/" in asked.path else Reply(b"404", 404))
    fetching("uat", server.url)
    assert [asked.path for asked in server.asked] == ["/v.5.1.0/UAT.rdf", "/v5.1.0/UAT.rdf"]
    assert fetching.output.read_bytes() == RDF
    assert fetching.provenance.counts == {"concepts": 1}
    assert fetching.provenance.asked == {"version": "5.1.0", "file": "UAT.rdf"}


def test_a_name_that_promises_gzip_gets_it(serve, fetching) -> None:
    server = serve(lambda asked: csv(KMS))
    fetching.output = fetching.output.with_name("gcmd.csv.gz")
    fetching("gcmd", f"{server.url}/kms")
    assert gzip.decompress(fetching.output.read_bytes()) == KMS
    assert fetching.provenance.sha256 == hashlib.sha256(fetching.output.read_bytes()).hexdigest()


def test_a_version_that_does_not_exist(serve, fetching) -> None:
    server = serve(lambda asked: Reply(b"404", 404))
    with pytest.raises(ServiceError, match=r"nothing at .*/v.9.9/UAT.rdf nor at .*is the version right"):
        fetching("uat:9.9", server.url)


@pytest.mark.parametrize(
    ("what", "body", "facts"),
    [
        ("uat:newest/UAT.csv", b"\xef\xbb\xbflevel 1,level 2\na,\na,b\n", {"paths": 2}),
        ("uat:newest/UAT_list.json", b'[{"uri": "u", "name": "n"}]', {"concepts": 1}),
    ],
)
def test_other_files_of_the_uat(serve, fetching, what: str, body: bytes, facts: dict[str, int]) -> None:
    server = serve(lambda asked: Reply(body))
    fetching(what, server.url)
    assert fetching.provenance.counts == facts
    assert server.asked[0].path.startswith("/master/")


@pytest.mark.parametrize(
    ("what", "body", "message"),
    [
        ("uat:1.0", RDF[:-20], "not well-formed XML"),
        ("uat:1.0", RDF.replace(b"prefLabel", b"label"), "without a preferred name"),
        ("uat:1.0/UAT.csv", b"a,b\n1,2\n", "its first column is not 'level 1'"),
        ("uat:1.0/UAT_list.json", b"[{}]", "concepts without uri or name"),
        ("uat:1.0/UAT_list.json", b"[", "not usable JSON"),
    ],
)
def test_damaged_files_of_the_uat(serve, fetching, what: str, body: bytes, message: str) -> None:
    server = serve(lambda asked: Reply(body))
    with pytest.raises(ServiceError, match=message):
        fetching(what, server.url)


@pytest.mark.parametrize("what", ["uat:", "uat:five", "uat:5.1.0/README", "uat:../x", "kms:", "kms:a/b", "kms:x?y=z"])
def test_orders_that_make_no_sense_are_refused(fetching, what: str) -> None:
    with pytest.raises(RecipeError, match=r"is written uat|is one word"):
        fetching(what, None)
