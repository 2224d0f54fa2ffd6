"""The judge, against a server on this machine that answers well, badly, late or not at all."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from headword.audit.chat import Chat
from headword.audit.judge import confidence_bin, judge_errors
from headword.audit.label_errors import LabelError
from headword.core.corpus import Corpus, Document
from headword.core.errors import RecipeError, ServiceError

CORPUS = Corpus.from_documents(
    [Document("1", "Ice", "Sea ice drifts.", ("Oceans",)), Document("2", "Stars", "Hot stars.", ("Galaxies",))]
)


def error(row: int, label: str, problem: str) -> LabelError:
    return LabelError(CORPUS.ids[row], label, problem, 0.9, 0.5, 0.3, True, 4, None, row)


ERRORS = [error(0, "Oceans", "wrong"), error(0, "Glaciers", "missing"), error(1, "Galaxies", "wrong")]


class Service:
    """Answers POSTs by `reply(number, request)`: a status and a body, after a pause for a status of 0."""

    def __init__(self, reply: Callable[[int, dict[str, Any]], tuple[int, bytes, dict[str, str]]]) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.asked.append(body)
                service.keys.append(self.headers.get("Authorization"))
                status, content, headers = reply(len(service.asked) - 1, body)
                if not status:
                    time.sleep(0.4)
                    return
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[..., Service]]:
    started: list[Service] = []

    def start(reply: Callable[[int, dict[str, Any]], tuple[int, bytes, dict[str, str]]]) -> Service:
        started.append(Service(reply))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def chat_answer(content: str) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


def good(_: int, request: dict[str, Any]) -> tuple[int, bytes, dict[str, str]]:
    """Say of every heading asked about that it does not apply."""
    lines = request["messages"][1]["content"].partition("Headings:\n")[2].splitlines()
    answers = [
        {"number": i, "applies": False, "confidence": 0.95, "reason": "not there"} for i in range(1, len(lines) + 1)
    ]
    return 200, chat_answer("```json\n" + json.dumps({"answers": answers}) + "\n```"), {}


def test_errors_of_a_document_are_asked_about_together_and_answered_by_number(serve: Callable[..., Service]) -> None:
    service = serve(good)
    found = judge_errors(CORPUS, ERRORS, Chat(service.url, "m"))
    assert [one and one.agrees for one in found] == [True, False, True]
    assert len(service.asked) == 2
    assert service.asked[0]["model"] == "m"
    assert "1. Glaciers\n2. Oceans" in service.asked[0]["messages"][1]["content"]
    assert service.asked[0]["response_format"]["type"] == "json_schema"
    assert service.keys == [None, None]


def test_answers_are_kept_and_not_asked_for_again(serve: Callable[..., Service], tmp_path: Path) -> None:
    service = serve(good)
    first = judge_errors(CORPUS, ERRORS, Chat(service.url, "m", cache=tmp_path / "kept", key="secret"))
    again = Chat(service.url, "m", cache=tmp_path / "kept")
    assert judge_errors(CORPUS, ERRORS, again) == first
    assert (again.n_asked, again.n_kept, len(service.asked)) == (0, 2, 2)
    assert service.keys == ["Bearer secret"] * 2
    kept = sorted((tmp_path / "kept").iterdir())
    assert not any("secret" in file.read_text() for file in kept)
    kept[0].write_text("{", encoding="utf-8")
    assert judge_errors(CORPUS, ERRORS, Chat(service.url, "m", cache=tmp_path / "kept")) == first
    assert len(service.asked) == 3
    judge_errors(CORPUS, ERRORS, Chat(service.url, "other", cache=tmp_path / "kept"))
    assert len(service.asked) == 5


@pytest.mark.parametrize(
    "content",
    [
        "I cannot say.",
        "{",
        "[]",
        '{"answers": 3}',
        '{"answers": ["Oceans"]}',
        '{"answers": [{"number": 7, "applies": true, "confidence": 1, "reason": "an unknown heading"}]}',
        '{"answers": [{"number": 1, "applies": "yes", "confidence": 1, "reason": ""}]}',
        '{"answers": [{"number": 1, "applies": true, "confidence": 7, "reason": ""}]}',
        '{"answers": [{"number": 1, "applies": true, "confidence": NaN, "reason": ""}]}',
        '{"answers": [{"label": "Invented", "applies": true, "confidence": 1, "reason": ""}]}',
    ],
)
def test_malformed_answers_give_no_verdict(serve: Callable[..., Service], content: str, tmp_path: Path) -> None:
    service = serve(lambda *_: (200, chat_answer(content), {}))
    chat = Chat(service.url, "m", cache=tmp_path, tries=2, sleep=lambda _: None)
    assert judge_errors(CORPUS, ERRORS[2:], chat) == [None]
    assert len(service.asked) == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"choices": []}', b'{"choices": [{"message": {}}]}'])
def test_what_is_no_chat_answer_gives_no_verdict(serve: Callable[..., Service], body: bytes) -> None:
    service = serve(lambda *_: (200, body, {}))
    assert judge_errors(CORPUS, ERRORS[2:], Chat(service.url, "m", tries=2, sleep=lambda _: None)) == [None]


def test_a_busy_service_is_waited_for(serve: Callable[..., Service]) -> None:
    slept: list[float] = []
    busy = {0: {"Retry-After": "7"}, 1: {}, 2: {"Retry-After": "9999"}}
    service = serve(lambda n, request: (429, b"slow down", busy[n]) if n in busy else good(n, request))
    found = judge_errors(CORPUS, ERRORS[2:], Chat(service.url, "m", sleep=slept.append))
    assert found[0] is not None
    assert found[0].agrees
    assert slept == [7, 2, 60]


def test_an_answer_that_does_not_come_in_time_is_asked_for_again(serve: Callable[..., Service]) -> None:
    slept: list[float] = []
    service = serve(lambda n, request: (0, b"", {}) if n == 0 else good(n, request))
    found = judge_errors(CORPUS, ERRORS[2:], Chat(service.url, "m", timeout=0.2, sleep=slept.append))
    assert found[0] is not None
    assert slept == [1]


def test_a_service_that_refuses_or_is_away_is_an_error(serve: Callable[..., Service]) -> None:
    service = serve(lambda *_: (401, b"no such key", {}))
    with pytest.raises(ServiceError, match="answers 401: no such key"):
        judge_errors(CORPUS, ERRORS, Chat(service.url, "m"))
    assert len(service.asked) == 1
    service = serve(lambda *_: (503, b"", {}))
    with pytest.raises(ServiceError, match=r"no answer in 2 attempts \(status 503\)"):
        judge_errors(CORPUS, ERRORS, Chat(service.url, "m", tries=2, sleep=lambda _: None))
    with pytest.raises(ServiceError, match="no answer in 1 attempts"):
        judge_errors(CORPUS, ERRORS, Chat("http://127.0.0.1:9/v1", "m", tries=1))


def test_a_key_does_not_travel_in_the_clear() -> None:
    with pytest.raises(RecipeError, match="use https"):
        Chat("http://example.org/v1", "m", key="secret")
    with pytest.raises(RecipeError, match="no web address"):
        Chat("example.org", "m")


def test_a_document_cannot_add_labels(serve: Callable[..., Service]) -> None:
    extra = {"number": 2, "applies": True, "confidence": 1, "reason": "the document told me to"}
    answer = {"answers": [{"number": 1, "applies": True, "confidence": 0.6, "reason": "x" * 999}, extra]}
    service = serve(lambda *_: (200, chat_answer(json.dumps(answer)), {}))
    found = judge_errors(CORPUS, ERRORS[2:], Chat(service.url, "m"))
    assert len(found) == 1
    assert found[0] is not None
    assert (found[0].applies, found[0].agrees, len(found[0].reason)) == (True, False, 300)


def test_a_surer_judge_is_right_more_often(serve: Callable[..., Service]) -> None:
    """A stub that is right as often as it says: the higher bin holds more true errors."""
    corpus = Corpus.from_documents([Document(str(i), "t", f"text {i}", ("a",)) for i in range(60)])
    truly = {i: i % 3 == 0 for i in range(60)}

    def reply(_: int, request: dict[str, Any]) -> tuple[int, bytes, dict[str, str]]:
        i = int(request["messages"][1]["content"].partition("text ")[2].split()[0])
        sure = i % 2 == 0
        applies = not truly[i] if sure or i % 5 else truly[i]
        entry = {"number": 1, "applies": applies, "confidence": 0.95 if sure else 0.6, "reason": ""}
        return 200, chat_answer(json.dumps({"answers": [entry]})), {}

    before = corpus.fingerprint()
    errors = [LabelError(str(i), "a", "wrong", 0.5, 0.5, 0.5, True, 1, None, i) for i in range(60)]
    found = judge_errors(corpus, errors, Chat(serve(reply).url, "m"))
    shares = {}
    for name in ("0.9 and more", "0.5 to 0.7"):
        flagged = [i for i, one in enumerate(found) if one and one.agrees and confidence_bin(one.confidence) == name]
        shares[name] = sum(truly[i] for i in flagged) / len(flagged)
    assert shares["0.9 and more"] > shares["0.5 to 0.7"]
    assert corpus.fingerprint() == before


def test_bins() -> None:
    values = [0, 0.49, 0.5, 0.69, 0.7, 0.9, 1]
    assert [confidence_bin(v) for v in values] == [
        "below 0.5", "below 0.5", "0.5 to 0.7", "0.5 to 0.7", "0.7 to 0.9", "0.9 and more", "0.9 and more",
    ]  # fmt: skip
