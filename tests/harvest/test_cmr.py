"""CMR: search-after, science keywords as paths, providers."""

import json

import pytest

from headword.core.errors import DataError, RecipeError, ServiceError
from headword.harvest.cmr import path

from .local_server import JSON, Reply
from .repositories import Cmr, collection


def test_pages_follow_the_header_that_each_gives(serve, fetching) -> None:
    server = serve(Cmr([collection(i) for i in range(50)]))
    records = fetching("cmr:", f"{server.url}/search")
    assert [record["id"] for record in records] == [f"C{i:07}-PROV" for i in range(50)]
    assert records[1] == {
        "id": "C0000001-PROV",
        "title": "Measurements of sea ice, part 1",
        "abstract": "Data set 1 holds measurements.",
        "labels": ["EARTH SCIENCE > OCEANS > SEA ICE", "EARTH SCIENCE > CRYOSPHERE > SEA ICE > ICE EDGES"],
        "provider": "PROV1",
        "short_name": "M1",
        "version": "001",
        "date": "2024-05-06",
    }
    assert "cmr-search-after" not in server.asked[0].headers
    assert all("cmr-search-after" in asked.headers for asked in server.asked[1:])
    assert all("page_num" not in asked.query for asked in server.asked)
    assert server.asked[0].headers["client-id"] == "headword"
    assert server.asked[0].headers["user-agent"].startswith("headword/0.")
    assert fetching.progress[0] == ("documents", 20, 50)


def test_the_query_is_passed_on(serve, fetching) -> None:
    server = serve(Cmr([collection(i) for i in range(9)]))
    records = fetching("cmr:provider=PROV2&science_keywords[0][topic]=OCEANS", f"{server.url}/search")
    assert {record["provider"] for record in records} == {"PROV2"}
    assert server.asked[0].query["science_keywords[0][topic]"] == "OCEANS"


def test_a_total_that_changes_is_no_matter(serve, fetching) -> None:
    server = serve(Cmr([collection(i) for i in range(50)], hits=[50, 47, 60, 50]))
    assert len(fetching("cmr:", f"{server.url}/search")) == 50
    assert all(done <= total for _, done, total in fetching.progress)


def test_less_than_announced_is_noted(serve, fetching) -> None:
    server = serve(Cmr([collection(i) for i in range(10)], hits=[12, 12]))
    fetching("cmr:", f"{server.url}/search")
    assert fetching.provenance.notes == ["12 documents were announced, and 10 came"]
    assert fetching.notes == fetching.provenance.notes


def test_a_header_that_got_lost_is_not_taken_for_the_end(serve, fetching, monkeypatch) -> None:
    monkeypatch.setattr("headword.harvest.cmr.PAGE", 20)
    lost = {1: lambda usual: Reply(usual.body, 200, JSON, {"CMR-Hits": "50"})}
    server = serve(Cmr([collection(i) for i in range(50)]), lost)
    assert len(fetching("cmr:", f"{server.url}/search")) == 50
    assert "the header cmr-search-after is missing after 40 of 50 collections" in fetching.notes[0]


def test_headers_that_lead_in_a_circle(serve, fetching) -> None:
    """The third page leads back to the second."""

    def back(usual: Reply) -> Reply:
        return Reply(usual.body, 200, JSON, {"CMR-Hits": "80", "CMR-Search-After": json.dumps(["é-0.5", 20])})

    server = serve(Cmr([collection(i) for i in range(80)]), dict.fromkeys(range(2, 99, 2), back))
    with pytest.raises(ServiceError, match=r"the same pages of its list again and again.*; 180 records are kept"):
        fetching("cmr:", f"{server.url}/search")


def test_pages_that_come_twice_count_once(serve, fetching) -> None:
    """The header of the second page leads to the same page once more."""
    again = {"CMR-Hits": "50", "CMR-Search-After": json.dumps(["x", 20])}

    def repeated(usual: Reply) -> Reply:
        return Reply(usual.body, 200, JSON, again)

    server = serve(Cmr([collection(i) for i in range(50)]), {1: repeated})
    assert len(fetching("cmr:", f"{server.url}/search")) == 50
    assert fetching.provenance.counts["duplicates"] == 20


def test_odd_items_are_set_aside(serve, fetching) -> None:
    items = [collection(0), {"meta": {"concept-id": "C9"}}, "text", {"meta": {}, "umm": {"EntryTitle": "t"}}]
    items.append({"meta": {"concept-id": "C8"}, "umm": {"EntryTitle": "no keywords", "ScienceKeywords": [None, {}]}})
    server = serve(Cmr(items))
    records = fetching("cmr:", f"{server.url}/search")
    assert [(record["id"], record["labels"] is None) for record in records] == [("C0000000-PROV", False), ("C8", True)]
    assert fetching.provenance.counts["unusable_examples"] == [
        "C9: it has no 'umm'",
        "a collection: it has no 'meta'",
        ": it has no id",
    ]
    assert fetching.provenance.counts["not_annotated"] == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"[]", "is not the JSON object it should be"),
        (b'{"items": {}}', "the list of items is not the JSON array"),
        (b'{"items": [', "not usable JSON"),
        (b"<!DOCTYPE html><title>Repairs</title>", "a web page entitled 'Repairs' came instead of JSON"),
        (b"[" * 100_000, "not usable JSON"),
        (b"[" + b"[]," * 2_000_000 + b"[]]", "the JSON has too many parts"),
    ],
)
def test_answers_of_another_shape_are_told(serve, fetching, body: bytes, message: str) -> None:
    server = serve(lambda asked: Reply(body, 200, JSON, {"CMR-Hits": "1"}))
    with pytest.raises(ServiceError, match=message):
        fetching("cmr:", f"{server.url}/search")
    assert len(server.asked) == 8


def test_a_missing_header_is_told(serve, fetching) -> None:
    server = serve(lambda asked: Reply(b'{"items": []}', 200, JSON))
    with pytest.raises(ServiceError, match="the header cmr-hits is not the number"):
        fetching("cmr:", f"{server.url}/search")


def test_no_collection_is_an_error(serve, fetching) -> None:
    server = serve(Cmr([]))
    with pytest.raises(DataError, match="cmr knows no document"):
        fetching("cmr:provider=NONE", f"{server.url}/search")


def test_orders_that_make_no_sense_are_refused(fetching) -> None:
    with pytest.raises(RecipeError, match="pages through CMR by itself; leave out page_num"):
        fetching("cmr:provider=X&page_num=3", None)
    with pytest.raises(RecipeError, match="a token in a query would end up in files") as told:
        fetching("cmr:provider=X&token=abc12345", None)
    assert "abc12345" not in str(told.value)
    with pytest.raises(RecipeError, match="NAME=VALUE"):
        fetching("cmr:sea ice", None)
    with pytest.raises(RecipeError, match="takes no --from"):
        fetching("cmr:", None, since="2020-01-01")


def test_paths_leave_out_empty_levels() -> None:
    assert path({"Category": "A", "Topic": "b", "Term": " c\n d", "DetailedVariable": "e"}) == "A > B > C D > E"
    assert path("text") == ""
