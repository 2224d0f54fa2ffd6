"""ADS: the token, fields that may not exist, quotas."""

import pytest

from headword.core.errors import RecipeError, ServiceError

from .local_server import Reply
from .repositories import Ads, article


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ADS_API_TOKEN", "secret-token")
    return "secret-token"


def test_papers_with_all_their_keywords(serve, fetching, token) -> None:
    server = serve(Ads([article(i) for i in range(70)]))
    records = fetching("ads:bibstem:ApJ year:2023", f"{server.url}/v1")
    assert len(records) == 70
    assert records[1] == {
        "id": "2023ApJ...0001....1A",
        "title": "On <SUB>1</SUB> galaxies",
        "abstract": "We observed 1.",
        "labels": ["Sea ice", "123", "Galaxies"],
        "date": "2023-05-00",
        "type": "article",
        "journal": "ApJ",
    }
    first = server.asked[0]
    assert (first.path, first.query["q"], first.query["sort"]) == (
        "/v1/search/query",
        "bibstem:ApJ year:2023",
        "date asc,bibcode asc",
    )
    assert [asked.query["start"] for asked in server.asked] == ["0", "30", "60"]


def test_uat_concepts_from_keywords_of_that_schema(serve, fetching, token) -> None:
    server = serve(Ads([article(i) for i in range(3)]))
    records = fetching("ads-uat:bibstem:ApJ", f"{server.url}/v1")
    assert [record["labels"] for record in records] == [
        ["Glaciers", "Galaxies"],
        ["Sea ice", "Galaxies"],
        ["Libraries", "Galaxies"],
    ]
    assert fetching.provenance.notes == [
        "ADS knows no fields for UAT concepts; keywords of that schema are taken instead"
    ]


def test_uat_concepts_from_a_field_of_their_own(serve, fetching, token) -> None:
    server = serve(Ads([{**article(0), "uat": ["Cosmology"], "uat_id": [343]}, article(1)], uat=True))
    records = fetching("ads-uat:bibstem:ApJ", f"{server.url}/v1")
    assert [record["labels"] for record in records] == [["Cosmology"], ["Sea ice", "Galaxies"]]
    assert [record["uat_ids"] for record in records] == [["343"], None]


def test_no_concepts_at_all_is_noted(serve, fetching, token) -> None:
    server = serve(Ads([{**article(0), "keyword_schema": ["arXiv"]}]))
    assert fetching("ads-uat:x", f"{server.url}/v1")[0]["labels"] is None
    assert "none of 1 papers carries labels of the kind asked for" in fetching.provenance.notes


def test_the_token_is_sent_and_written_nowhere(serve, fetching, token, tmp_path) -> None:
    server = serve(Ads([article(i) for i in range(40)]), {1: Reply(b"no", 500), 2: Reply(b"", trouble="reset")})
    fetching("ads:x", f"{server.url}/v1")
    assert all(asked.headers["authorization"] == "Bearer secret-token" for asked in server.asked)
    assert not any("secret-token" in asked.url for asked in server.asked)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"secret-token" not in written
    assert b"secret-token" not in fetching.output.read_bytes()
    assert not any("secret-token" in note for note in fetching.notes)
    assert "secret-token" not in repr(fetching.provenance)


def test_nor_is_it_shown_when_the_service_repeats_it(serve, fetching, monkeypatch) -> None:
    monkeypatch.setenv("ADS_DEV_KEY", "wrong-token")
    server = serve(Ads([article(0)]))
    with pytest.raises(
        ServiceError, match=r"status 401: the token is missing or not accepted.*Unauthorized: Bearer \*\*\*"
    ) as told:
        fetching("ads:x", f"{server.url}/v1")
    assert "wrong-token" not in str(told.value)


def test_without_a_token_it_is_said_where_to_get_one(fetching) -> None:
    with pytest.raises(RecipeError, match="environment variable ADS_API_TOKEN; it is free"):
        fetching("ads:x", None)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b'{"error": "bad header Bearer secret-token"}', 400),
        Reply(b'{"response": "Bearer secret-token"}'),
        Reply(b"<html><title>secret-token</title>"),
        Reply(b"[secret-token]"),
    ],
)
def test_nor_in_any_other_message(serve, fetching, token, reply: Reply) -> None:
    server = serve(lambda asked: reply)
    with pytest.raises(ServiceError) as told:
        fetching("ads:x", f"{server.url}/v1")
    assert not any("secret-token" in text for text in (str(told.value), *fetching.notes))


def test_nor_in_the_corpus(serve, fetching, token) -> None:
    server = serve(Ads([{**article(0), "title": ["Asked with secret-token"]}]))
    assert fetching("ads:x", f"{server.url}/v1")[0]["title"] == "Asked with ***"


def test_a_token_that_cannot_be_one(fetching, monkeypatch) -> None:
    monkeypatch.setenv("ADS_API_TOKEN", "two words")
    with pytest.raises(RecipeError, match="ADS_API_TOKEN holds is no token: it has blanks"):
        fetching("ads:x", None)
    monkeypatch.setenv("HF_TOKEN", "hf_two\nlines")
    with pytest.raises(RecipeError, match="HF_TOKEN holds is no token") as told:
        fetching("hub:owner/name", None)
    assert "hf_two" not in str(told.value)


def test_the_token_never_travels_in_the_clear(fetching, token) -> None:
    with pytest.raises(RecipeError, match=r"not sent to example.org over http"):
        fetching("ads:x", "http://example.org/v1")


def test_a_redirect_to_another_host_loses_the_token(serve, fetching, token) -> None:
    thief = serve(lambda asked: Reply(b"{}", 401))
    server = serve(lambda asked: Reply(b"", 302, headers={"Location": f"{thief.url}/x"}))
    with pytest.raises(ServiceError, match="status 401"):
        fetching("ads:x", f"{server.url}/v1")
    assert "authorization" not in thief.asked[0].headers


def test_a_used_up_quota_is_waited_for_when_it_is_near(serve, fetching, token) -> None:
    reset = str(int(fetching.clock.time) + 500)
    server = serve(
        Ads([article(i) for i in range(60)], limits={0: {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}})
    )
    assert len(fetching("ads:x", f"{server.url}/v1")) == 60
    assert sum(fetching.clock.slept) == pytest.approx(500, abs=2)


def test_and_told_when_it_is_far_and_gone_on_with_later(serve, fetching, token) -> None:
    reset = str(int(fetching.clock.time) + 50_000)
    server = serve(
        Ads([article(i) for i in range(60)], limits={0: {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}})
    )
    for _ in range(2):
        with pytest.raises(ServiceError, match="the daily quota of ADS is used up until 2023-11-15T12:06:40Z"):
            fetching("ads:x", f"{server.url}/v1")
    assert len(server.asked) == 1
    fetching.clock.time += 50_001
    assert len(fetching("ads:x", f"{server.url}/v1")) == 60
    assert len(server.asked) == 2


def test_a_quota_that_ends_in_a_far_future(serve, fetching, token) -> None:
    limits = {0: {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9" * 30}}
    server = serve(Ads([article(i) for i in range(60)], limits=limits))
    with pytest.raises(ServiceError, match="used up until 9999-12-31T23:59:59Z"):
        fetching("ads:x", f"{server.url}/v1")


def test_a_query_that_is_not_accepted(serve, fetching, token) -> None:
    server = serve(Ads([]))
    with pytest.raises(ServiceError, match=r"does not accept the query '\(\(': .*cannot parse the query"):
        fetching("ads:((", f"{server.url}/v1")
    with pytest.raises(RecipeError, match="1 to 1,000 characters"):
        fetching(f"ads:{'x' * 1001}", f"{server.url}/v1")


def test_totals_that_shrink_lose_nothing(serve, fetching, token) -> None:
    server = serve(Ads([article(i) for i in range(90)], totals=[93, 90, 90, 90, 90]))
    assert len(fetching("ads:x", f"{server.url}/v1")) == 90
    assert [asked.query["start"] for asked in server.asked] == ["0", "30", "27", "57", "87"]
