"""headword fetch on the command line."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from headword.harvest import clock
from headword.harvest.named import table

KMS = b'"Keyword Version: 23.6","Revision: x"\n"Category","UUID"\n"EARTH SCIENCE","u-1"\n'


def items(start: int, n: int) -> list[dict[str, object]]:
    return [
        {
            "meta": {"concept-id": f"C{i}", "provider-id": "P"},
            "umm": {
                "EntryTitle": f"Ice {i}",
                "ScienceKeywords": [{"Category": "EARTH SCIENCE", "Topic": "CRYOSPHERE", "Term": f"T{i % 3}"}],
            },
        }
        for i in range(start, start + n)
    ]


class Handler(BaseHTTPRequestHandler):
    """CMR with 25 collections in pages of 5, and KMS."""

    def log_message(self, format: str, *args: object) -> None:
        """Be silent."""

    troubles = 0

    def do_GET(self) -> None:
        start = int(self.headers.get("CMR-Search-After", "0"))
        if start and type(self).troubles:
            type(self).troubles -= 1
            self.send_error(503)
            return
        found = items(start, 5) if start < 25 else []
        body = KMS if self.path.startswith("/kms") else json.dumps({"items": found}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("CMR-Hits", "25")
        if found:
            self.send_header("CMR-Search-After", str(start + 5))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.SystemClock, "sleep", lambda self, seconds: None)


def test_a_query_becomes_a_corpus_that_other_commands_read(headword: Callable, server: str, tmp_path: Path) -> None:
    output = tmp_path / "cmr.jsonl.gz"
    done = headword("fetch", "cmr:provider=P", "-o", output, "--endpoint", server, "--json", "-")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["counts"]["documents"], found["counts"]["labels"], found["file"]) == (25, 3, "cmr.jsonl.gz")
    assert done.stderr == f"wrote 25 documents with 3 labels to {output}\n"
    assert {path.name for path in tmp_path.iterdir()} == {"cmr.jsonl.gz", "cmr.jsonl.gz.provenance.json"}
    shown = headword("inspect", output)
    assert shown.exit_code == 0
    assert "25" in shown.stdout


def test_without_a_terminal_it_is_said_now_and_then_how_far_it_is(
    headword: Callable, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headword.cli.fetch._SECONDS", 0.0)
    done = headword("fetch", "cmr", "-o", tmp_path / "c.jsonl", "--endpoint", server)
    assert done.stderr.splitlines()[:2] == ["documents: 5 of 25", "documents: 10 of 25"]
    assert headword("fetch", "cmr", "-o", tmp_path / "c.jsonl", "--endpoint", server, "-q").stderr == ""


def test_a_thesaurus_by_name(headword: Callable, server: str, tmp_path: Path) -> None:
    done = headword("fetch", "gcmd", "-o", tmp_path / "gcmd.csv", "--endpoint", f"{server}/kms")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "gcmd.csv").read_bytes() == KMS
    assert "version 23.6, revision x, concepts 1" in done.stderr


def test_the_table_of_names(headword: Callable, tmp_path: Path) -> None:
    done = headword("fetch", "--list")
    assert done.exit_code == 0
    for row in table().values():
        for told in (row.title, row.size, row.licence, row.citation, row.home):
            assert told in done.stdout
    rows = json.loads(headword("fetch", "--list", "--json", "-").stdout)
    assert [row["name"] for row in rows] == list(table())


def test_options_reach_the_service(headword: Callable, server: str, tmp_path: Path) -> None:
    output = tmp_path / "c.jsonl"
    done = headword("fetch", "cmr", "-o", output, "--endpoint", server, "--limit", 7, "--contact", "a@b.c", "-q")
    assert (done.exit_code, done.output) == (0, "")
    assert len(output.read_text(encoding="utf-8").splitlines()) == 7
    refused = headword("fetch", "cmr", "-o", output, "--from", "2020-01-01")
    assert (refused.exit_code, "takes no --from" in refused.stderr) == (4, True)
    refused = headword("fetch", "cmr", "-o", output, "--labels", "x")
    assert (refused.exit_code, "takes no names of columns" in refused.stderr) == (4, True)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["fetch"], 2, "give a NAME or QUERY and -o FILE, or --list"),
        (["fetch", "cmr"], 2, "give a NAME or QUERY and -o FILE"),
        (["fetch", "nosuch", "-o", "x.jsonl"], 4, "there is no corpus 'nosuch'"),
        (["fetch", "cmr", "-o", "x.csv"], 6, "documents are written as JSON lines"),
        (["fetch", "cmr", "-o", "absent/x.jsonl"], 6, "create it first"),
        (["fetch", "cmr", "-o", "x.jsonl", "--endpoint", "file:///x"], 4, "no web address"),
        (["fetch", "ads:x", "-o", "x.jsonl"], 4, "environment variable ADS_API_TOKEN"),
        (["fetch", "cmr", "-o", "x.jsonl", "--endpoint", "http://127.0.0.1:9"], 8, "no usable answer in 8 tries"),
    ],
)
def test_what_cannot_be_done_is_said(
    headword: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("ADS_API_TOKEN", "ADS_DEV_KEY"):
        monkeypatch.delenv(name, raising=False)
    done = headword(*arguments)
    assert done.exit_code == code
    assert message in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.output
    assert not [*tmp_path.iterdir()]


QUICK = """
import sys
from headword.harvest import clock
clock.SystemClock.sleep = lambda self, seconds: None
from headword.cli import main
sys.argv = ["headword", "fetch", "cmr", "-o", sys.argv[1], "--endpoint", sys.argv[2]]
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_remarks_stand_above_the_bar(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pty

    monkeypatch.setattr(Handler, "troubles", 1)
    terminal, far = pty.openpty()
    command = [sys.executable, "-c", QUICK, str(tmp_path / "c.jsonl"), server]
    usual = {**os.environ, "TERM": "xterm"}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=far, env=usual, timeout=60, check=False)
    os.close(far)
    shown = os.read(terminal, 1 << 16)
    os.close(terminal)
    assert done.returncode == 0, shown
    assert b"\r\x1b[2K127.0.0.1:" in shown  # the line of the bar is wiped first
    assert b"status 503; next try in" in shown


INTERRUPTED = """
import os, signal, sys
from headword.harvest import clock, run
clock.SystemClock.sleep = lambda self, seconds: None
harvest = run._show
def shown(progress, unit, page, limit):
    harvest(progress, unit, page, limit)
    if page.done == 15:
        os.kill(os.getpid(), signal.SIGINT)
run._show = shown
from headword.cli import main
sys.argv = ["headword", "fetch", "cmr", "-o", sys.argv[1], "--endpoint", sys.argv[2]]
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT that a process can send to itself alone")
def test_ctrl_c_is_clean_and_the_same_command_goes_on(headword: Callable, server: str, tmp_path: Path) -> None:
    output = tmp_path / "c.jsonl"
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(output), server],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 130, done.stderr
    assert "the same command goes on from here" in done.stderr
    assert "Traceback" not in done.stderr
    assert os.listdir(tmp_path) == ["c.jsonl.journal"]  # noqa: PTH208
    again = headword("fetch", "cmr", "-o", output, "--endpoint", server)
    assert again.exit_code == 0
    assert "going on after 15 records" in again.stderr
    assert len(output.read_text(encoding="utf-8").splitlines()) == 25
