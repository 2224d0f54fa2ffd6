"""OAI-PMH: resumption tokens that are forgotten, come again, or end too early."""

from dataclasses import replace

import pytest

from headword.core.errors import ServiceError

from .local_server import Reply
from .repositories import OaiRepository, papers


def test_an_expired_token_begins_the_list_anew_and_nothing_is_double(serve, fetching) -> None:
    server = serve(OaiRepository(papers(35), forgets={2, 5}))
    records = fetching(f"oai:{server.url}/oai", None)
    assert sorted(record["id"] for record in records) == [f"oai:arXiv.org:{paper.id}" for paper in papers(35)]
    assert fetching.provenance.counts["duplicates"] == 20 + 20
    assert fetching.provenance.notes == [note for note in fetching.notes if "forgot its place" in note] != []


@pytest.mark.parametrize(
    "reply",
    [
        replace(OaiRepository.error("badResumptionToken", "expired"), status=400),
        OaiRepository.error("badArgument", "no such token"),
        Reply(b"<html><title>Gone</title></html>", 410, "text/html"),
        Reply(b"Not found", 404, "text/plain"),
    ],
)
def test_a_token_may_be_forgotten_in_many_words(serve, fetching, reply: Reply) -> None:
    server = serve(OaiRepository(papers(35)), {2: reply})
    assert len(fetching(f"oai:{server.url}/oai", None)) == 35
    assert fetching.provenance.counts["duplicates"] == 20


def test_nothing_in_the_middle_of_a_list_ends_it_with_a_note(serve, fetching) -> None:
    server = serve(OaiRepository(papers(35)), {2: OaiRepository.error("noRecordsMatch", "none")})
    assert len(fetching(f"oai:{server.url}/oai", None)) == 20
    assert ["in the middle of a list" in note for note in fetching.provenance.notes] == [False, True]
    assert "35 documents were announced, and 20 came" in fetching.provenance.notes


def test_a_token_that_always_expires_ends_with_a_message(serve, fetching) -> None:
    server = serve(OaiRepository(papers(35), forgets=set(range(100))))
    with pytest.raises(
        ServiceError,
        match=r"forgot its place in the list 4 times; smaller pieces.*; 40 records are kept: the same command goes on",
    ):
        fetching(f"oai:{server.url}/oai", None)
    assert "corpus.jsonl.gz.journal" in fetching.files()
    server.application.forgets = set()
    assert len(fetching(f"oai:{server.url}/oai", None)) == 35


def test_a_list_that_gets_farther_each_time_is_not_given_up(serve, fetching) -> None:
    """The token is forgotten after 2, 3, 4, ... pieces: six fresh starts, each of which got farther."""
    forgets = {2, 6, 11, 17, 24, 32}
    server = serve(OaiRepository(papers(85), forgets=forgets))
    assert len(fetching(f"oai:{server.url}/oai", None)) == 85
    assert len(server.asked) == 33 + 9


def test_a_server_that_repeats_itself_is_left(serve, fetching) -> None:
    repository = OaiRepository(papers(35))
    same = "<resumptionToken>again</resumptionToken>"
    page = repository.wrapped(f"<ListRecords>{repository.record(papers(1)[0], 'oai_dc')}{same}</ListRecords>")
    server = serve(lambda asked: page)
    with pytest.raises(ServiceError, match="the same pages of its list again and again"):
        fetching(f"oai:{server.url}/oai", None)
    assert len(server.asked) == 4


@pytest.mark.parametrize(("length", "changes"), [(1, True), (2, False), (3, True), (7, False), (2, True)])
def test_tokens_that_lead_in_a_circle(serve, fetching, length: int, changes: bool) -> None:
    """Whether the tokens come again, or are new while the records come again."""
    repository, asked_so_far = OaiRepository([]), []

    def around(asked) -> Reply:
        asked_so_far.append(asked)
        place = len(asked_so_far) % length
        records = "".join(repository.record(paper, "oai_dc") for paper in papers(70)[10 * place : 10 * place + 10])
        token = f"t{len(asked_so_far) if changes else place}"
        return repository.wrapped(f"<ListRecords>{records}<resumptionToken>{token}</resumptionToken></ListRecords>")

    server = serve(around)
    with pytest.raises(ServiceError, match="the same pages of its list again and again"):
        fetching(f"oai:{server.url}/oai", None)
    assert len(server.asked) <= 9 * length


def test_pieces_that_come_twice_or_empty_are_no_circle(serve, fetching) -> None:
    """Every piece is given twice, then three without records, as repositories do that hide records from strangers."""
    repository, pages = OaiRepository([]), []
    for start in (0, 10, 20):
        records = "".join(repository.record(paper, "oai_dc") for paper in papers(30)[start : start + 10])
        pages += [records, records, "", "", ""]

    def answer(asked) -> Reply:
        place = int(asked.query.get("resumptionToken", "0"))
        token = f"<resumptionToken>{place + 1}</resumptionToken>" if place + 1 < len(pages) else ""
        return repository.wrapped(f"<ListRecords>{pages[place]}{token}</ListRecords>")

    assert len(fetching(f"oai:{serve(answer).url}/oai", None)) == 30


def test_a_list_that_ends_too_early_is_noted(serve, fetching) -> None:
    """The size is told with the first piece only, and changes."""
    sizes = iter([f'completeListSize="{size}"' for size in (40, 42)])

    def early(usual: Reply) -> Reply:
        return Reply(usual.body.replace(b'completeListSize="35"', next(sizes, "").encode()))

    def end(usual: Reply) -> Reply:
        return Reply(usual.body.partition(b"<resumptionToken")[0] + b"</ListRecords></OAI-PMH>")

    server = serve(OaiRepository(papers(35)), {0: early, 1: early, 2: end})
    assert len(fetching(f"oai:{server.url}/oai", None)) == 30
    assert fetching.provenance.notes == ["42 documents were announced, and 30 came"]
    assert fetching.provenance.announced == 42
    assert fetching.notes == fetching.provenance.notes
