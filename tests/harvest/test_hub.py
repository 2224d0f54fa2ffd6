"""The hub: Parquet files of one commit, fetched in pieces, checked, read and removed."""

import io
import json
from typing import Any

import polars as pl
import pytest

from headword.core.errors import DataError, RecipeError, ServiceError
from headword.harvest import hub as hub_module
from headword.harvest.hub_files import HubFile

from .hub_server import Hub
from .local_server import Reply


def parquet(columns: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out)
    return out.getvalue()


def scix(first: int, n: int) -> bytes:
    every = range(first, first + n)
    return parquet(
        {
            "bibcode": [f"b{i}" for i in every],
            "title": [f"Title {i}" for i in every],
            "abstract": [f"About {i} stars and {i * 7919} planets" for i in every],
            "verified_uat_ids": [[i, 2] for i in every],
            "verified_uat_labels": [[f"concept {i % 5}", "Stars"] for i in every],
        }
    )


FILES = {
    "data/train-00000-of-00002.parquet": scix(0, 300),
    "data/train-00001-of-00002.parquet": scix(300, 250),
    "data/val-00000-of-00001.parquet": scix(550, 20),
    "README.md": b"# nothing",
}


def test_a_data_set_becomes_a_corpus_with_its_split(serve, fetching) -> None:
    server = serve(Hub({"main": FILES}))
    records = fetching("hub:owner/name", server.url)
    assert [record["id"] for record in records] == [f"b{i}" for i in range(570)]
    assert records[551] == {
        "id": "b551",
        "title": "Title 551",
        "abstract": f"About 551 stars and {551 * 7919} planets",
        "labels": ["Stars", "concept 1"],
        "verified_uat_ids": [551, 2],
        "split": "val",
    }
    assert {record["split"] for record in records[:550]} == {"train"}
    assert fetching.files() == {"corpus.jsonl.gz", "corpus.jsonl.gz.provenance.json"}
    assert fetching.progress[-1][0] == "MB"


def test_a_path_that_would_write_on_the_terminal_is_passed(serve, fetching) -> None:
    server = serve(Hub({"main": {"a\x1b[2J.parquet": scix(0, 3), "b.parquet": scix(3, 2)}}))
    assert [record["id"] for record in fetching("hub:owner/name", server.url)] == ["b3", "b4"]


def test_a_pattern_chooses_files_and_a_revision_the_commit(serve, fetching) -> None:
    server = serve(Hub({"main": {}, "v1": FILES}))
    assert len(fetching("hub:owner/name@v1:data/val-*", server.url)) == 20
    assert fetching.provenance.asked["revision"] == "v1"
    assert fetching.provenance.version == Hub({}).sha("v1")


def test_without_parquet_the_converted_branch_is_taken(serve, fetching) -> None:
    converted = {"default/train/0000.parquet": scix(0, 30)}
    server = serve(Hub({"main": {"data.csv": b"x"}, "refs/convert/parquet": converted}))
    records = fetching("hub:owner/name", server.url)
    assert (len(records), records[0]["split"]) == (30, "train")


def test_no_parquet_anywhere(serve, fetching) -> None:
    server = serve(Hub({"main": {}, "refs/convert/parquet": {}}))
    with pytest.raises(DataError, match=r"has no Parquet files that fit '\*'"):
        fetching("hub:owner/name", server.url)


def test_one_column_a_label(serve, fetching) -> None:
    table = {
        "concept-id": ["C1", "C2", "C3"],
        "provider-id": ["P", "Q", "P"],
        "Abstract": ["ice", "sea", "sun"],
        "EARTH SCIENCE > OCEANS": [0, 1, 0],
        "EARTH SCIENCE > CRYOSPHERE": [1, 1, 0],
    }
    server = serve(Hub({"main": {"x.parquet": parquet(table)}}))
    records = fetching("hub:owner/name", server.url)
    assert [record["labels"] for record in records] == [
        ["EARTH SCIENCE > CRYOSPHERE"],
        ["EARTH SCIENCE > CRYOSPHERE", "EARTH SCIENCE > OCEANS"],
        [],
    ]
    assert [record["provider"] for record in records] == ["P", "Q", "P"]


def test_columns_can_be_named(serve, fetching) -> None:
    table = {
        "paper_url": ["u1"],
        "arxiv_id": ["1"],
        "title": ["t"],
        "abstract": ["a"],
        "tasks": [["x"]],
        "methods": [["y"]],
    }
    server = serve(Hub({"main": {"x.parquet": parquet(table)}}))
    records = fetching("hub:owner/name", server.url, columns={"id": "paper_url", "labels": "methods"})
    assert (records[0]["id"], records[0]["labels"], records[0]["tasks"]) == ("u1", ["y"], ["x"])
    with pytest.raises(DataError, match="no column 'nosuch'"):
        fetching("hub:owner/name", server.url, columns={"labels": "nosuch"})


def test_rows_without_ids_are_numbered_by_file(serve, fetching) -> None:
    table = parquet({"title": ["a", "b"], "labels": [["x"], ["y"]], "n": [1.5, float("nan")]})
    server = serve(Hub({"main": {"a.parquet": table, "b.parquet": table}}))
    records = fetching("hub:owner/name", server.url)
    assert [record["id"] for record in records] == ["a-1", "a-2", "b-1", "b-2"]
    assert [record["n"] for record in records] == [1.5, None, 1.5, None]


def test_an_empty_file_is_passed(serve, fetching) -> None:
    empty = parquet({"id": pl.Series([], dtype=pl.String), "title": pl.Series([], dtype=pl.String)})
    full = parquet({"id": ["1"], "title": ["a"]})
    server = serve(Hub({"main": {"a.parquet": empty, "b.parquet": full}}))
    assert len(fetching("hub:owner/name", server.url)) == 1


def test_large_files_lie_elsewhere_and_get_no_token(serve, fetching, monkeypatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    store = Hub({"main": FILES})
    elsewhere = serve(store)
    server = serve(Hub({"main": FILES}, elsewhere=elsewhere.url))
    assert len(fetching("hub:owner/name", server.url)) == 570
    assert server.asked[0].headers["authorization"] == "Bearer hf_secret"
    assert elsewhere.asked
    assert not any("authorization" in asked.headers for asked in elsewhere.asked)


def test_a_download_that_breaks_goes_on_where_it_broke(serve, fetching) -> None:
    whole = FILES["data/train-00000-of-00002.parquet"]
    half = Reply(whole[: len(whole) // 2], trouble="cut", kind="x/y")
    server = serve(Hub({"main": FILES}), {4: half, 5: Reply(b"", 503), 6: Reply(b"", trouble="reset")})
    assert len(fetching("hub:owner/name", server.url)) == 570
    ranges = [asked.headers.get("range") for asked in server.asked if "/resolve/" in asked.path]
    assert ranges == [None, *[f"bytes={len(whole) // 2}-"] * 3, None, None]


def test_a_server_without_ranges_begins_anew(serve, fetching) -> None:
    whole = FILES["data/train-00000-of-00002.parquet"]
    half = Reply(whole[: len(whole) // 2], trouble="cut", kind="x/y")
    server = serve(Hub({"main": FILES}, ranges=False), {4: half})
    assert len(fetching("hub:owner/name", server.url)) == 570


@pytest.mark.parametrize("ranges", [False, True])
def test_a_download_that_never_ends_well_is_given_up(serve, fetching, ranges: bool) -> None:
    """Cut at the same place each time, by a server without ranges; longer than announced, by one that has them."""
    whole = FILES["data/train-00000-of-00002.parquet"]

    def odd(usual: Reply) -> Reply:
        if usual.kind != "application/octet-stream":
            return usual
        return Reply(usual.body + b"x") if ranges else Reply(usual.body[: len(whole) // 2], trouble="cut")

    server = serve(Hub({"main": FILES}, ranges=ranges), dict.fromkeys(range(4, 99), odd))
    with pytest.raises(ServiceError, match="8 tries, at last: .*" + ("longer than announced" if ranges else "cut off")):
        fetching("hub:owner/name", server.url)
    assert len(server.asked) == 4 + 8


def test_a_wrong_piece_is_not_joined(serve, fetching) -> None:
    whole = FILES["data/train-00000-of-00002.parquet"]
    half = Reply(whole[: len(whole) // 2], trouble="cut", kind="x/y")
    wrong = Reply(whole[5:], 206, headers={"Content-Range": f"bytes 5-{len(whole) - 1}/{len(whole)}"})
    server = serve(Hub({"main": FILES}), {4: half, 5: wrong})
    assert len(fetching("hub:owner/name", server.url)) == 570
    assert any("another piece" in note for note in fetching.notes)


def test_a_copy_that_differs_is_fetched_again(serve, fetching) -> None:
    server = serve(Hub({"main": FILES}, wrong=2))
    assert len(fetching("hub:owner/name", server.url)) == 570
    assert sum("differs from what the hub announces" in note for note in fetching.notes) == 2


def test_a_copy_that_always_differs_is_an_error(serve, fetching) -> None:
    server = serve(Hub({"main": FILES}, wrong=99))
    with pytest.raises(ServiceError, match="3 times otherwise than the hub announces"):
        fetching("hub:owner/name", server.url)


def test_what_is_no_parquet_is_an_error_that_says_so(serve, fetching) -> None:
    server = serve(Hub({"main": {"a.parquet": b"PAR1 but not really, not at all PAR1"}}))
    with pytest.raises(DataError, match="is not a whole Parquet file"):
        fetching("hub:owner/name", server.url)


def test_an_interrupted_reading_goes_on_in_the_middle_of_a_file(serve, fetching, monkeypatch) -> None:
    """The commit stays the one of the beginning, though the data set has changed meanwhile."""
    monkeypatch.setattr(hub_module, "BATCH", 40)
    hub = Hub({"main": dict(FILES)})
    server = serve(hub)
    whole = fetching("hub:owner/name", server.url)
    (fetching.output).unlink()

    def stop(stage: str, done: int, total: int) -> None:
        calls.append(done)
        if len(calls) == 12:
            raise KeyboardInterrupt

    calls: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        fetch_with(fetching, server.url, stop)
    journal = fetching.output.with_name("corpus.jsonl.gz.journal")
    assert journal.exists()
    asked_before = len(server.asked)
    assert fetching("hub:owner/name", server.url) == whole
    assert not any("/revision/" in asked.path for asked in server.asked[asked_before:])


def fetch_with(fetching: Any, url: str, progress: Any) -> None:
    from headword.harvest.run import fetch

    fetch("hub:owner/name", fetching.output, endpoint=url, clock=fetching.clock, progress=progress)


def test_a_data_set_that_is_not_there(serve, fetching) -> None:
    server = serve(Hub({}))
    with pytest.raises(ServiceError, match="status 404: there is nothing at this address"):
        fetching("hub:owner/name", server.url)


@pytest.mark.parametrize("query", ["name", "a/b/c", "", "owner/name@", "../x/y"])
def test_orders_that_make_no_sense_are_refused(fetching, query: str) -> None:
    with pytest.raises(RecipeError, match="is written OWNER/NAME"):
        fetching(f"hub:{query}", None)


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("data/train-00000-of-00002.parquet", "train"),
        ("default/validation/0000.parquet", "validation"),
        ("val.parquet", "val"),
        ("my_test.parquet", "test"),
        ("training_notes/latest.parquet", None),
    ],
)
def test_the_part_stands_in_the_path(path: str, part: str | None) -> None:
    assert HubFile(path, 1).part == part


def test_a_list_of_files_without_end(serve, fetching, monkeypatch) -> None:
    monkeypatch.setattr("headword.harvest.hub_files._MAX_PAGES", 5)
    same = {"Link": '</api/datasets/owner/name/tree/x>; rel="next"'}
    listing = Reply(json.dumps([]).encode(), 200, "application/json", same)
    server = serve(Hub({"main": FILES}), dict.fromkeys(range(1, 9), listing))
    with pytest.raises(ServiceError, match="has no end after 5 pages"):
        fetching("hub:owner/name", server.url)


def test_the_list_of_files_stays_at_home(serve, fetching) -> None:
    listing = Reply(json.dumps([]).encode(), 200, "application/json", {"Link": '<http://localhost:1/x>; rel="next"'})
    server = serve(Hub({"main": FILES}), {1: listing})
    with pytest.raises(ServiceError, match="goes on at another place, http://localhost:1/x"):
        fetching("hub:owner/name", server.url)
