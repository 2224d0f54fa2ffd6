"""fetch as a whole: troubles of every kind, interruption, provenance."""

import hashlib
import json

import pytest

from headword.core.errors import OutputError, RecipeError, ServiceError
from headword.harvest import SERVICES, run
from headword.harvest.corpus_file import n_standing
from headword.harvest.named import order_of, table
from headword.harvest.run import fetch
from headword.sources.reader import read

from .local_server import Reply
from .repositories import Ads, ArxivApi, Cmr, OaiRepository, article, collection, papers

TROUBLES = {
    0: Reply(b"", 503, headers={"Retry-After": "5"}),
    1: Reply(b"", trouble="reset"),
    3: lambda usual: Reply(usual.body, trouble="cut"),
    5: lambda usual: Reply(usual.body, trouble="cut gzip"),
    6: lambda usual: Reply(usual.body[: len(usual.body) // 2]),
    8: Reply(b"<html><head><title>Gateway</title></head></html>", 200, "text/html"),
    9: Reply(b"", 429, headers={"Retry-After": "Fri, 01 Dec 2023 00:00:00 GMT"}),
    10: lambda usual: Reply(usual.body, trouble="cut chunks"),
    11: Reply(b"\xff\xfe\x00", 200, "application/octet-stream"),
    13: lambda usual: Reply(usual.body, trouble="gzip chunked"),
}


def test_troubles_change_nothing_but_the_time(serve, fetching) -> None:
    calm = fetching("oai:" + serve(OaiRepository(papers(95))).url + "/oai", None)
    plain = fetching.output.read_bytes()
    fetching.clock.time = 1_701_388_000.0  # some minutes before the date of the 429
    server = serve(OaiRepository(papers(95)), TROUBLES)
    assert fetching(f"oai:{server.url}/oai", None) == calm
    assert fetching.output.read_bytes() == plain
    assert len(server.asked) == 10 + 9
    assert sum("next try in" in note for note in fetching.notes) == 9


def test_provenance_tells_where_the_corpus_comes_from(serve, fetching) -> None:
    server = serve(Cmr([collection(i) for i in range(30)]))
    fetching("cmr", f"{server.url}/search")
    found = json.loads((fetching.output.parent / "corpus.jsonl.gz.provenance.json").read_text(encoding="utf-8"))
    data = fetching.output.read_bytes()
    assert (found["bytes"], found["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert found["name"] == "cmr"
    assert found["licence"] == table()["cmr"].licence
    assert found["service"] == "cmr"
    assert found["endpoint"] == f"{server.url}/search"
    assert found["asked"] == {"parameters": []}
    assert (found["started"], found["finished"]) == ("2023-11-14T22:13:20Z", "2023-11-14T22:13:21Z")
    assert found["headword"] >= "0.1"
    assert found["announced"] == 30
    counts = found["counts"]
    assert (counts["documents"], counts["records"], counts["pages"], counts["labels"]) == (30, 30, 3, 8)


def test_the_corpus_is_read_as_any_other(serve, fetching) -> None:
    fetching("cmr:", serve(Cmr([collection(i) for i in range(30)])).url + "/search")
    corpus = read(fetching.output)
    assert (len(corpus), len(corpus.label_space)) == (30, 8)
    assert set(corpus.fields) == {"provider", "short_name", "version", "date"}


def test_ctrl_c_keeps_what_came_and_the_next_run_goes_on(serve, fetching) -> None:
    server = serve(OaiRepository(papers(95)))
    what = f"oai:{server.url}/oai"
    whole = fetching(what, None)
    plain = fetching.output.read_bytes()
    fetching.output.unlink()
    before = len(server.asked)

    def interrupt(stage: str, done: int, total: int) -> None:
        if done == 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(what, fetching.output, clock=fetching.clock, progress=interrupt)
    assert fetching.files() == {"corpus.jsonl.gz.journal", "corpus.jsonl.gz.provenance.json"}
    fetching.clock.slept.clear()
    assert fetching(what, None) == whole
    assert fetching.output.read_bytes() == plain
    assert len(server.asked) - before == 10
    assert fetching.clock.slept == [1.0] * 6  # the pace is kept between the runs too
    assert "going on after 40 records, begun 2023-11-14T22:13:2" in fetching.notes[-1]
    assert fetching.files() == {"corpus.jsonl.gz", "corpus.jsonl.gz.provenance.json"}


def test_a_journal_cut_at_any_byte_gives_the_same_corpus(serve, fetching) -> None:
    server = serve(OaiRepository(papers(30)))
    what = f"oai:{server.url}/oai"
    fetching(what, None)
    plain = fetching.output.read_bytes()

    def interrupt(stage: str, done: int, total: int) -> None:
        if done == 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(what, fetching.output, clock=fetching.clock, progress=interrupt)
    path = fetching.output.with_name("corpus.jsonl.gz.journal")
    journal = path.read_bytes()
    last = journal.rindex(b"\x1f\x8b\x08")
    for size in [*range(0, last, 97), *range(last, len(journal), 11), len(journal)]:
        path.write_bytes(journal[:size])
        fetching.output.unlink(missing_ok=True)
        fetching(what, None)
        assert fetching.output.read_bytes() == plain


def test_a_service_that_fails_for_good_keeps_what_came(serve, fetching) -> None:
    server = serve(OaiRepository(papers(95)), {i: Reply(b"", 500) for i in range(4, 12)})
    what = f"oai:{server.url}/oai"
    with pytest.raises(ServiceError, match="40 records are kept: the same command goes on from there"):
        fetching(what, None)
    assert len(fetching(what, None)) == 95
    assert len(server.asked) == 10 + 8


def test_restart_begins_anew(serve, fetching) -> None:
    server = serve(OaiRepository(papers(95)), {i: Reply(b"", 500) for i in range(4, 12)})
    with pytest.raises(ServiceError):
        fetching(f"oai:{server.url}/oai", None)
    with pytest.raises(OutputError, match="unfinished harvest of another query"):
        fetching(f"oai:{server.url}/oai?set=cs", None)
    assert len(fetching(f"oai:{server.url}/oai?set=cs", None, restart=True)) == 38


@pytest.mark.parametrize("limit", [3, 20, 25, 35, 99])
def test_the_limit_is_one_of_documents(serve, fetching, limit: int) -> None:
    """The first twenty records come twice; progress goes by the limit."""
    server = serve(OaiRepository(papers(35), forgets={2}))
    assert len(fetching(f"oai:{server.url}/oai", None, limit=limit)) == min(limit, 35)
    assert len(server.asked) == {3: 1, 20: 2, 25: 6, 35: 7, 99: 7}[limit]
    assert fetching.progress[0] == ("documents", min(limit, 10), min(limit, 35))


def test_doubles_are_not_counted_anew_after_every_page(serve, fetching, monkeypatch) -> None:
    counted: list[int] = []

    def counting(journal) -> int:
        counted.append(n_standing(journal))
        return counted[-1]

    monkeypatch.setattr(run, "n_standing", counting)
    server = serve(OaiRepository(papers(95), forgets={6}))
    assert len(fetching(f"oai:{server.url}/oai", None, limit=90)) == 90
    assert counted == [60, 60, 90]


@pytest.mark.parametrize(
    ("what", "size"), [("cmr:", "page_size"), ("arxiv:cat:cs.DL", "max_results"), ("ads:x", "rows")]
)
def test_no_more_is_asked_for_than_wanted(serve, fetching, monkeypatch, what: str, size: str) -> None:
    monkeypatch.setenv("ADS_API_TOKEN", "secret-token")
    services = {"cmr:": Cmr([collection(i) for i in range(50)]), "ads:x": Ads([article(i) for i in range(50)])}
    server = serve(services.get(what, ArxivApi(papers(50))))
    assert len(fetching(what, f"{server.url}/search", limit=7)) == 7
    assert [asked.query[size] for asked in server.asked] == ["7"]


def test_with_a_limit_what_came_is_written_without_asking(serve, fetching) -> None:
    server = serve(OaiRepository(papers(95)), {i: Reply(b"", 500) for i in range(4, 99)})
    with pytest.raises(ServiceError, match="40 records are kept"):
        fetching(f"oai:{server.url}/oai", None)
    before = len(server.asked)
    assert len(fetching(f"oai:{server.url}/oai", None, limit=40)) == 40
    assert len(server.asked) == before


def test_an_old_corpus_stays_until_the_new_one_is_whole(serve, fetching) -> None:
    fetching.output.write_bytes(b"old")
    server = serve(OaiRepository(papers(95)), {i: Reply(b"", 500) for i in range(4, 12)})
    with pytest.raises(ServiceError):
        fetching(f"oai:{server.url}/oai", None)
    assert fetching.output.read_bytes() == b"old"


def test_documents_are_written_as_json_lines_only(fetching, tmp_path) -> None:
    for name in ("c.csv", "c.parquet", "c"):
        with pytest.raises(OutputError, match="documents are written as JSON lines"):
            fetch("cmr:", tmp_path / name)
    with pytest.raises(OutputError, match="it is a folder"):
        fetch("cmr:", tmp_path)


def test_plain_and_zstandard_outputs_hold_the_same(serve, fetching, tmp_path) -> None:
    server = serve(Cmr([collection(i) for i in range(30)]))
    corpora = []
    for ending in (".jsonl", ".jsonl.zst", ".jsonl.gz"):
        fetch("cmr:", tmp_path / f"c{ending}", endpoint=f"{server.url}/search", clock=fetching.clock)
        corpora.append(read(tmp_path / f"c{ending}").fingerprint())
    assert len(set(corpora)) == 1


@pytest.mark.parametrize("name", table())
def test_every_named_corpus_is_one_that_its_service_takes(name: str) -> None:
    named, order = order_of(name)
    assert named is not None
    assert named.kind in ("corpus", "thesaurus")
    assert all((named.title, named.size, named.licence, named.citation, named.home.startswith("https://")))
    service = SERVICES.get(order.service)(order)
    assert service.endpoint.startswith("https://")
    assert hasattr(service, "body") == (named.kind == "thesaurus")


def test_names_and_queries_that_are_none() -> None:
    with pytest.raises(RecipeError, match="no corpus 'scix-uta'; did you mean 'scix-uat'"):
        order_of("scix-uta")
    with pytest.raises(RecipeError, match="a query begins with its service: arxiv, arxiv-oai, oai"):
        order_of("google:ice")
    with pytest.raises(RecipeError, match="at least 1 document"):
        order_of("cmr", limit=0)
    with pytest.raises(RecipeError, match="YYYY-MM-DD, found '2023-13-01'"):
        order_of("arxiv-cs", since="2023-13-01")
    with pytest.raises(RecipeError, match="2024-01-01, is after the last, 2023-01-01"):
        order_of("arxiv-cs", since="2024-01-01", until="2023-01-01")


def test_an_endpoint_that_is_no_address(fetching) -> None:
    with pytest.raises(RecipeError, match="no web address"):
        fetching("cmr:", "file:///etc")
