"""arXiv: the search API, its traps, and the documents made of both formats."""

import pytest

from headword.core.errors import DataError, RecipeError, ServiceError
from headword.harvest.arxiv_query import prepare

from .local_server import Reply
from .repositories import ArxivApi, papers


def test_a_query_is_fetched_slice_by_slice(serve, fetching) -> None:
    server = serve(ArxivApi(papers(1203)))
    records = fetching("arxiv:cat:cs.DL", server.url)
    assert len(server.asked) == 3
    assert [asked.query["start"] for asked in server.asked] == ["0", "500", "1000"]
    assert {asked.query["search_query"] for asked in server.asked} == {"cat:cs.DL"}
    assert [record["id"] for record in records] == [paper.id for paper in papers(1203)]
    assert records[4] == {
        "id": "2301.00004",
        "title": "On orchards & others, number 4",
        "abstract": "We study <i> number 4.\n  Then orchards are compared.",
        "labels": ["physics.ao-ph", "cs.DL", "I.2.6", "I.2.7"],
        "date": "2023-01-05",
        "updated": "2023-02-03",
        "primary": "cs.DL",
        "terms": "physics.ao-ph; cs.DL; I.2.6; I.2.7",
        "version": 2,
        "doi": None,
    }
    assert fetching.progress[-1] == ("documents", 1203, 1203)
    assert fetching.clock.slept == [3.0, 3.0]
    assert fetching.provenance.announced == 1203


def test_an_empty_page_before_the_end_is_asked_for_again(serve, fetching) -> None:
    empty = Reply(ArxivApi.feed("", 1100))
    server = serve(ArxivApi(papers(1100)), {1: empty, 2: empty})
    assert len(fetching("arxiv:cat:cs.DL", server.url)) == 1100
    assert [asked.query["start"] for asked in server.asked] == ["0", "500", "500", "500", "1000"]
    assert any("an empty page at 500 of 1,100" in note for note in fetching.notes)


def test_short_pages_are_followed_from_where_they_end(serve, fetching) -> None:
    server = serve(ArxivApi(papers(900), most=400))
    assert len(fetching("arxiv:cat:cs.DL", server.url)) == 900
    assert [asked.query["start"] for asked in server.asked] == ["0", "400", "800"]


def test_a_list_that_shrinks_loses_nothing(serve, fetching) -> None:
    """Three documents vanish from the first slice after it was read, so the rest moves up."""
    api = ArxivApi(papers(1100))
    server = serve(api, {1: lambda usual: _without_first(api, usual)})
    fetched = {record["id"] for record in fetching("arxiv:cat:cs.DL", server.url)}
    assert fetched == {paper.id for paper in papers(1100)}
    assert [asked.query["start"] for asked in server.asked] == ["0", "500", "497", "997"]
    assert fetching.provenance.counts["duplicates"] > 0


def test_a_list_that_shrinks_to_what_was_read_loses_nothing(serve, fetching) -> None:
    api = ArxivApi(papers(502))
    server = serve(api, {1: lambda usual: _without_first(api, usual)})
    assert len(fetching("arxiv:cat:cs.DL", server.url)) == 502
    assert [asked.query["start"] for asked in server.asked] == ["0", "500", "497"]


def test_a_total_of_nothing_in_the_middle_is_not_the_end(serve, fetching) -> None:
    server = serve(ArxivApi(papers(1100)), {1: Reply(ArxivApi.feed("", 0))})
    assert len(fetching("arxiv:cat:cs.DL", server.url)) == 1100
    assert any("an empty page at 500 of 0" in note for note in fetching.notes)


def _without_first(api: ArxivApi, usual: Reply) -> Reply:
    del api.papers[:3]
    found = api.papers[500:1000]
    return Reply(api.feed("".join(map(api.entry, found)), len(api.papers)))


def test_totals_that_flicker_do_not_go_round_for_ever(serve, fetching) -> None:
    server = serve(ArxivApi(papers(1100), totals=[1100, 1090] * 40))
    assert {record["id"] for record in fetching("arxiv:cat:cs.DL", server.url)} >= {p.id for p in papers(1090)}
    assert len(server.asked) < 60


def test_nothing_found_is_said_with_a_hint(serve, fetching) -> None:
    server = serve(ArxivApi([]))
    with pytest.raises(DataError, match=r"knows no document for 'cat:cs.XX'.*in capitals"):
        fetching("arxiv:cat:cs.XX", server.url)
    assert not fetching.output.exists()


def test_more_than_the_api_gives_is_refused_at_once(serve, fetching) -> None:
    server = serve(ArxivApi(papers(2), totals=[30_001]))
    with pytest.raises(RecipeError, match=r"30,001 documents match.*at most 30,000.*arxiv-oai:cs"):
        fetching("arxiv:cat:cs.LG", server.url)
    assert len(server.asked) == 1


def test_a_few_of_too_many_may_be_had(serve, fetching) -> None:
    server = serve(ArxivApi(papers(2000), totals=[90_000] * 9))
    assert len(fetching("arxiv:cat:cs.LG", server.url, limit=700)) == 700
    assert fetching.provenance.asked == {"query": "cat:cs.LG", "limit": 700}
    assert fetching.provenance.counts["beyond_limit"] == 300


def test_an_error_in_the_feed_is_told(serve, fetching) -> None:
    entry = (
        "<entry><id>http://arxiv.org/api/errors#bad</id><title>Error</title><summary>malformed query</summary></entry>"
    )
    for status in (200, 400):
        server = serve(lambda asked, status=status: Reply(ArxivApi.feed(entry, 1), status))
        with pytest.raises(ServiceError, match="arXiv does not accept the query: 'malformed query'"):
            fetching("arxiv:cat:cs.LG", server.url)


def test_hyphens_in_phrases_become_blanks_and_it_is_said() -> None:
    sent, remarks = prepare('all:"self-supervised  learning" AND cat:cs.LG AND abs:semi-ring')
    assert sent == 'all:"self supervised learning" AND cat:cs.LG AND abs:semi-ring'
    assert "finds nothing for quoted phrases with hyphens" in remarks[0]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ('ti:"open', "quotation mark has no partner"),
        ("(ti:a OR ti:b", "bracket '\\(' or '\\)' has no partner"),
        ("   ", "query is empty"),
    ],
)
def test_queries_that_would_be_misread_are_refused(query: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        prepare(query)


def test_remarks_on_small_operators_and_unknown_fields() -> None:
    _, remarks = prepare('title:ice and abs:"salt and pepper"')
    assert ["AND, OR and ANDNOT in capitals" in remarks[0], "no field title" in remarks[1]] == [True, True]
    assert prepare('ti:"salt and pepper"')[1] == []


def test_days_become_a_range_of_submission() -> None:
    assert prepare("cat:cs.DL", "2023-01-01")[0] == "(cat:cs.DL) AND submittedDate:[202301010000 TO 299912312359]"
    assert prepare("cat:cs.DL", None, "2023-02-03")[0].endswith("[199101010000 TO 202302032359]")


def test_entries_that_are_no_papers_are_set_aside_and_counted(serve, fetching) -> None:
    odd = "<entry><id>tag:nothing</id><title>x</title></entry>"
    api = ArxivApi(papers(3))
    feed = api.feed("".join(map(api.entry, api.papers)) + odd, 4)
    server = serve(lambda asked: Reply(feed))
    assert len(fetching("arxiv:cat:cs.LG", server.url)) == 3
    assert fetching.provenance.counts["unusable"] == 1
    assert "its id is no address of arXiv" in fetching.provenance.counts["unusable_examples"][0]
