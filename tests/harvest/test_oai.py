"""OAI-PMH: lists in pieces, windows of days, expired tokens, withdrawn records."""

from dataclasses import replace

import pytest

from headword.core.errors import DataError, RecipeError, ServiceError
from headword.harvest.named import order_of
from headword.harvest.oai import service

from .local_server import JSON, Reply
from .repositories import OaiRepository, Paper, papers


def test_any_repository_in_dublin_core(serve, fetching) -> None:
    server = serve(OaiRepository(papers(35)))
    records = fetching(f"oai:{server.url}/oai?set=cs.DL", None)
    assert len(records) == 7
    assert records[1] == {
        "id": "oai:arXiv.org:2301.00005",
        "title": "On galaxies & others, number 5",
        "abstract": "We study <i> number 5.\n  Then glaciers are compared.",
        "labels": ["Galaxies", "Glaciers"],
        "date": "2023-01-06",
        "type": None,
        "language": "en",
        "address": "http://example.org/2301.00005",
        "sets": ["cs"],
    }
    first = server.asked[0].query
    assert first == {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "cs.DL"}


def test_after_the_first_piece_only_the_token_is_sent(serve, fetching) -> None:
    server = serve(OaiRepository(papers(35)))
    wanted = [paper for paper in papers(35) if paper.datestamp >= "2023-01-05"]
    assert len(fetching(f"oai:{server.url}/oai", None, since="2023-01-05")) == len(wanted) < 35
    assert server.asked[0].query["from"] == "2023-01-05"
    assert all(set(asked.query) == {"verb", "resumptionToken"} for asked in server.asked[1:])
    assert fetching.progress[0] == ("documents", 10, len(wanted))
    assert fetching.clock.slept == [1.0] * (len(server.asked) - 1)


def test_a_list_of_unknown_length_is_taken_to_its_end(serve, fetching) -> None:
    server = serve(OaiRepository(papers(35), announces=False))
    assert len(fetching(f"oai:{server.url}/oai", None)) == 35
    assert fetching.progress[0] == ("documents, number not announced", 10, 10)
    assert fetching.provenance.announced is None


def test_withdrawn_records_are_left_out(serve, fetching) -> None:
    """One is withdrawn from the beginning, one after it was given."""
    some = papers(12)
    some[3] = replace(some[3], deleted=True)
    some.append(replace(some[5], deleted=True, datestamp="2023-12-01"))
    server = serve(OaiRepository(some))
    records = fetching(f"oai:{server.url}/oai", None)
    assert {record["id"][-5:] for record in records} == {f"{i:05}" for i in range(12)} - {"00003", "00005"}
    counts = fetching.provenance.counts
    assert (counts["records"], counts["gone"], counts["documents"], counts["duplicates"]) == (11, 1, 10, 0)


@pytest.mark.parametrize("what", ["arxiv-oai:", "oai:metadataPrefix=arXiv"])
def test_papers_that_arxiv_withdrew_are_left_out(serve, fetching, what: str) -> None:
    some = [*papers(12), replace(papers(12)[5], deleted=True, datestamp="2023-10-01")]
    assert len(fetching(what, serve(OaiRepository(some)).url)) == 11


def test_arxiv_has_its_own_pace() -> None:
    services = [service(order_of(what)[1]) for what in ("oai:https://oaipmh.arxiv.org/oai", "oai:https://host/oai")]
    assert [one.interval for one in services] == [3.0, 1.0]


def test_the_newest_state_of_a_record_stands(serve, fetching) -> None:
    class Renamed(Paper):
        title = "A new title"

    server = serve(OaiRepository([*papers(15), Renamed(2, "2023-12-01")]))
    records = fetching(f"oai:{server.url}/oai", None)
    assert [r["title"] for r in records if r["id"].endswith("00002")] == ["A new title"]
    assert fetching.provenance.counts["duplicates"] == 1


def test_nothing_in_the_set_is_an_error_that_names_it(serve, fetching) -> None:
    server = serve(OaiRepository(papers(5)))
    with pytest.raises(DataError, match=r"nothing matches: oai knows no document for format oai_dc, set nosuch"):
        fetching(f"oai:{server.url}/oai?set=nosuch", None)
    assert fetching.files() == set()


def test_errors_of_the_protocol_are_told(serve, fetching) -> None:
    for status in (200, 400, 422):
        server = serve(lambda asked, s=status: replace(OaiRepository([]).error("badArgument", "set is odd"), status=s))
        with pytest.raises(ServiceError, match="badArgument: set is odd"):
            fetching(f"oai:{server.url}/oai", None)


def test_another_address_than_a_repository_is_told_at_once(serve, fetching) -> None:
    server = serve(lambda asked: Reply(b"<html><title>Not found</title></html>", 404, "text/html"))
    with pytest.raises(ServiceError, match=r"status 404 and not in OAI-PMH.*'Not found'.*the address of a repository"):
        fetching(f"oai:{server.url}/oai", None)
    assert len(server.asked) == 1


def test_an_address_with_a_question_mark_of_its_own(serve, fetching) -> None:
    server = serve(OaiRepository(papers(35)))
    assert len(fetching("oai:set=cs.DL", f"{server.url}/index.php?page=oai")) == 7
    assert server.asked[0].query == {"page": "oai", "verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "cs.DL"}


def test_arxiv_is_taken_month_by_month(serve, fetching) -> None:
    fetching.clock.time = 1_704_100_000.0  # 2024-01-01
    server = serve(OaiRepository(papers(400), page=25))
    records = fetching("arxiv-oai:cs", server.url, until="2023-12-31")
    wanted = [paper for paper in papers(400) if paper.terms[0].startswith("cs")]
    assert sorted(record["id"] for record in records) == sorted(paper.id for paper in wanted)
    windows = [(asked.query["from"], asked.query["until"]) for asked in server.asked if "from" in asked.query]
    assert windows[:2] == [("2023-01-01", "2023-01-30"), ("2023-01-31", "2023-03-01")]
    assert windows[-1][1] == "2023-12-31"
    days = [day for first, last in windows for day in (first, last)]
    assert days == sorted(days)
    assert fetching.progress[-1] == ("days", 365, 365)
    first = next(record for record in records if record["id"] == "2301.00000")
    assert first["labels"] == ["cs.DL", "cs.IR", "I.2.6", "I.2.7"]
    assert (first["licence"], first["date"], first["primary"]) == ("http://example.org/l", "2023-01-01", "cs.DL")


def test_a_last_day_in_the_future_asks_for_no_months_to_come(serve, fetching) -> None:
    fetching.clock.time = 1_675_500_000.0  # 2023-02-04
    server = serve(OaiRepository(papers(40)))
    assert len(fetching("arxiv-oai:", server.url, until="9999-12-31")) == 40
    lists = [asked.query["until"] for asked in server.asked if "from" in asked.query]
    assert lists == ["2023-01-30", "9999-12-31"]


def test_the_last_month_is_open_for_what_changes_meanwhile(serve, fetching) -> None:
    server = serve(OaiRepository(papers(40)))
    fetching.clock.time = 1_675_500_000.0  # 2023-02-04
    fetching("arxiv-oai:", server.url)
    assert server.asked[0].query == {"verb": "Identify"}
    lists = [asked.query for asked in server.asked if "from" in asked.query]
    assert [(one["from"], one.get("until")) for one in lists] == [("2023-01-01", "2023-01-30"), ("2023-01-31", None)]
    assert "set" not in lists[0]


def test_an_expired_token_costs_one_month_only(serve, fetching) -> None:
    server = serve(OaiRepository(papers(400), page=5, forgets={20}))
    records = fetching("arxiv-oai:", server.url, until="2023-12-31")
    assert len(records) == 400
    assert 0 < fetching.provenance.counts["duplicates"] < 40


def test_a_month_without_records_is_passed(serve, fetching) -> None:
    server = serve(OaiRepository([Paper(1, "2023-01-02"), Paper(2, "2023-06-02")]))
    assert [record["id"] for record in fetching("arxiv-oai:", server.url, until="2023-06-30")] == [
        "2301.00001",
        "2301.00002",
    ]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("oai:ftp://host/oai", "no web address"),
        ("oai:just words", "no web address"),
        ("oai:https://host/oai?verb=Identify", "has set, metadataPrefix, from and until"),
        ("oai:https://host/oai?colour=red", "has set, metadataPrefix, from and until"),
        ("oai:https://host/oai?metadataPrefix=marc21", "formats oai_dc, arXiv, not 'marc21'"),
        ("oai:https://host/oai?from=yesterday", "a day is written YYYY-MM-DD"),
        ("oai:https://name:word@host/oai", "a web address with a name or password"),
    ],
)
def test_orders_that_make_no_sense_are_refused(query: str, message: str, fetching) -> None:
    with pytest.raises(RecipeError, match=message):
        fetching(query, None)


def test_a_record_without_metadata_is_set_aside(serve, fetching) -> None:
    repository = OaiRepository(papers(2))
    odd = "<record><header><identifier>x:1</identifier></header></record>"
    inside = repository.record(papers(1)[0], "oai_dc") + odd
    server = serve(lambda asked: repository.wrapped(f"<ListRecords>{inside}</ListRecords>"))
    assert len(fetching(f"oai:{server.url}/oai", None)) == 1
    assert fetching.provenance.counts["unusable_examples"] == ["x:1: it holds no metadata in the format oai_dc"]


def test_a_page_on_which_nothing_is_usable(serve, fetching) -> None:
    """A few odd records are only set aside; a page full of them means that the service has changed."""
    repository = OaiRepository([])
    odd = "<record><header><identifier>x:1</identifier></header></record>"
    for number, error, message in (
        (1, DataError, "none of 1 records can be understood"),
        (10, ServiceError, "of the 10"),
    ):
        page = repository.wrapped(f"<ListRecords>{odd * number}</ListRecords>")
        server = serve(lambda asked, page=page: page)
        with pytest.raises(error, match=message):
            fetching(f"oai:{server.url}/oai", None)
        assert (len(server.asked), fetching.files()) == (1, set())


def test_json_instead_of_xml_is_told(serve, fetching) -> None:
    server = serve(lambda asked: Reply(b'{"a": 1}', 200, JSON))
    with pytest.raises(ServiceError, match="8 tries, at last: the answer is not well-formed XML"):
        fetching(f"oai:{server.url}/oai", None)
