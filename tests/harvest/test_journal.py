"""The journal: whole pages only, whatever happens to the file."""

import gzip
import random
import sys
from pathlib import Path

import pytest

from headword.core.errors import OutputError
from headword.harvest.journal import Journal
from headword.harvest.page import Page

ASKED = {"service": "x", "query": "y"}
PAGES = [
    Page(
        [{"id": f"{p}-{i}", "title": "é\ud800\n" * i, "labels": None} for i in range(4)], {"n": p}, p, 3, gone=[str(p)]
    )
    for p in range(3)
]


def opened(path: Path, asked: dict[str, str] = ASKED) -> Journal:
    return Journal(path, asked, "2024-01-01T00:00:00Z")


def written(path: Path) -> bytes:
    with opened(path) as journal:
        for number, page in enumerate(PAGES):
            journal.append(page, f"at {number}")
    return path.read_bytes()


def content(journal: Journal) -> list[tuple[object, list[dict[str, object]]]]:
    return [(state["cursor"], list(records)) for state, records in journal.pages()]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "j"
    written(path)
    with Journal(path, ASKED, "another day") as journal:
        assert content(journal) == [(page.cursor, list(page.records)) for page in PAGES]
        assert journal.started == "2024-01-01T00:00:00Z"
        assert journal.state is not None
        assert {name: journal.state[name] for name in ("page", "cursor", "fetched", "at", "gone")} == {
            "page": 2,
            "cursor": {"n": 2},
            "fetched": 12,
            "at": "at 2",
            "gone": ["2"],
        }
    assert len(gzip.decompress(path.read_bytes()).splitlines()) == 1 + 3 * 5


def test_cut_at_any_byte_the_whole_pages_before_are_left(tmp_path: Path) -> None:
    path = tmp_path / "j"
    whole = written(path)
    seen = set()
    for size in range(len(whole) + 1):
        path.write_bytes(whole[:size])
        with opened(path) as journal:
            found = content(journal)
            assert found == [(page.cursor, list(page.records)) for page in PAGES[: len(found)]]
            for number, page in enumerate(PAGES[len(found) :], len(found)):
                journal.append(page, f"at {number}")
            seen.add(len(found))
        assert path.read_bytes() == whole
    assert seen == {0, 1, 2, 3}


def test_a_damaged_byte_costs_the_pages_from_there(tmp_path: Path) -> None:
    path = tmp_path / "j"
    whole = written(path)
    second = whole.index(b"\x1f\x8b\x08", len(whole) // 3)
    for place in range(second, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        with opened(path) as journal:
            found = content(journal)
            # A damaged byte in the header of a member (its time, its system) changes nothing that is read.
            assert found == [(page.cursor, list(page.records)) for page in PAGES[: len(found)]]


@pytest.mark.parametrize("content", [b"my thesis", gzip.compress(b"my thesis"), gzip.compress(b"[1]")])
def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "j"
    path.write_bytes(content)
    with pytest.raises(OutputError, match="is no journal of a harvest"):
        opened(path)
    assert path.read_bytes() == content


def test_a_large_file_with_a_damaged_beginning_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "j"
    path.write_bytes(b"\x1f\x8b\x08" + b"\xff" * 100_000)
    with pytest.raises(OutputError, match="damaged at its beginning"):
        opened(path)


def test_another_query_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "j"
    whole = written(path)
    with pytest.raises(OutputError, match=r'unfinished harvest of another query: .*"query": "y".*--restart'):
        opened(path, {"service": "x", "query": "z"})
    assert path.read_bytes() == whole


def test_unless_nothing_came_in(tmp_path: Path) -> None:
    path = tmp_path / "j"
    whole = written(path)
    path.write_bytes(whole[: whole.index(b"\x1f\x8b\x08", 3)])
    with opened(path, {"service": "x", "query": "z"}) as journal:
        assert journal.state is None
    assert not path.exists()


def test_unless_no_record_came_in(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with opened(path) as journal:
        journal.append(Page([], {"n": 1}, 0, None, notes=["a field is not known"]), "")
    with opened(path, {"service": "x", "query": "z"}) as journal:
        assert journal.state is None
        assert content(journal) == []


def test_anew_drops_what_is_there_but_not_what_another_writes(tmp_path: Path) -> None:
    path = tmp_path / "j"
    whole = written(path)
    with opened(path), pytest.raises(OutputError, match="being written by another"):
        Journal(path, ASKED, "", anew=True)
    assert path.read_bytes() == whole
    with Journal(path, {"service": "z"}, "", anew=True) as journal:
        assert journal.state is None
    assert not path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits of file sizes")
def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """What fits is written, the rest is told once; with more room the harvest goes on."""
    import resource
    import signal

    path, page = tmp_path / "j", Page([{"id": "a", "title": random.Random(1).randbytes(5000).hex()}], {}, 0, 0)
    usual, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with pytest.raises(OutputError, match=r"cannot write .*: File too large"), opened(path) as journal:
            journal.append(PAGES[0], "")
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, usual[1]))
            journal.append(page, "")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.stat().st_size == 2000
    with opened(path) as journal:
        assert len(content(journal)) == 1
        journal.append(page, "")
        assert len(content(journal)) == 2


def test_another_format_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "j"
    written(path)
    monkeypatch.setattr("headword.harvest.journal.FORMAT", 99)
    with pytest.raises(OutputError, match="begun by another version"):
        opened(path)


def test_two_processes_do_not_write_one_journal(tmp_path: Path) -> None:
    with opened(tmp_path / "j"), pytest.raises(OutputError, match="being written by another headword fetch"):
        opened(tmp_path / "j")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="create it first"):
        opened(tmp_path / "absent" / "j")
    with pytest.raises(OutputError, match="cannot write"):
        opened(tmp_path)
