"""Whatever a service sends, the end is a corpus or an error with a name."""

import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headword.core.errors import HeadwordError
from headword.harvest import SERVICES
from headword.harvest.client import Answer, Client
from headword.harvest.named import order_of
from headword.harvest.oai_answers import first_day, listing
from headword.harvest.run import fetch
from headword.harvest.wire import Fault, Wire

from .conftest import StillClock
from .local_server import Asked, Reply
from .repositories import Ads, ArxivApi, Cmr, OaiRepository, article, collection, papers

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
HONEST = {
    "arxiv:x": ArxivApi(papers(3))(Asked("", {"start": "0", "max_results": "9"}, {}, "")),
    "oai:http://127.0.0.1/oai": OaiRepository(papers(3))(
        Asked("", {"verb": "ListRecords", "metadataPrefix": "oai_dc"}, {}, "")
    ),
    "arxiv-oai:": OaiRepository(papers(3))(Asked("", {"verb": "ListRecords", "metadataPrefix": "arXiv"}, {}, "")),
    "cmr:": Cmr([collection(1), collection(2)])(Asked("/search/collections.umm_json", {"page_size": "9"}, {}, "")),
    "ads-uat:x": Ads([article(1)], token="some-token")(
        Asked(
            "",
            {"fl": "bibcode,title,keyword", "q": "x", "start": "0", "rows": "9"},
            {"authorization": "Bearer some-token"},
            "",
        )
    ),
}


class Broken(Wire):
    """A wire that gives made-up answers."""

    def __init__(self, replies: list[Reply]) -> None:
        super().__init__()
        self.replies = replies

    def open(self, url: str, headers: Any = None, secret: Any = None) -> Any:
        from contextlib import nullcontext

        from headword.harvest.wire import Response

        reply = self.replies.pop(0) if self.replies else Reply(b"", 500)
        names = {name.lower(): value for name, value in {"Content-Type": reply.kind, **reply.headers}.items()}
        return nullcontext(Response(url, reply.status, names, iter([reply.body])))


def mutated(draw: Any, body: bytes) -> bytes:
    """Cut, double or overwrite some bytes, or replace a JSON value or a piece of text."""
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(st.integers(0, len(body))), draw(st.integers(0, 40))
        filling = draw(
            st.sampled_from([b"", b"<", b">", b"&", b'"', b"{", b"}", b"[", b"null", b"-1", b"1e999", b"\x00", b"\xff"])
            | st.binary(max_size=8)
            | st.just(body[at : at + length] * 2)
        )
        body = body[:at] + filling + body[at + length :]
    return body


@st.composite
def answers(draw: Any, body: bytes) -> Reply:
    kind = draw(st.integers(0, 3))
    if kind == 0:
        made = draw(st.binary(max_size=60))
    elif kind == 1:
        made = json.dumps(draw(JSON_VALUES)).encode()
    else:
        made = mutated(draw, body)
    number = st.sampled_from(["", "0", "1", "5", "-3", "x", "9" * 30])
    headers = {"CMR-Hits": draw(number), "Retry-After": draw(number), "X-RateLimit-Remaining": draw(number)}
    headers |= {"X-RateLimit-Reset": draw(number)} | ({"CMR-Search-After": "q"} if draw(st.booleans()) else {})
    return Reply(made, draw(st.sampled_from([200, 200, 200, 200, 400, 404, 500])), headers=headers)


@pytest.mark.parametrize("what", HONEST)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_answer_gives_a_page_or_an_error(what: str, monkeypatch: pytest.MonkeyPatch, data: st.DataObject) -> None:
    monkeypatch.setenv("ADS_API_TOKEN", "some-token")
    replies = data.draw(st.lists(answers(HONEST[what].body), min_size=1, max_size=4))
    service = SERVICES.get(what.partition(":")[0])(order_of(what, until=None)[1])
    client = Client(Broken(replies), StillClock(), interval=0.0, note=lambda text: None)
    try:
        cursor = service.start(client)
        for _ in range(4):
            if cursor is None:
                break
            page = service.page(client, json.loads(json.dumps(cursor)), Path())
            assert all(isinstance(record["id"], str) and record["id"] for record in page.records)
            assert all(record["labels"] is None or all(record["labels"]) for record in page.records)
            json.dumps([page.records, page.cursor, page.gone, page.unusable])
            cursor = page.cursor
    except HeadwordError as error:
        assert str(error)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=80)
    | st.text(max_size=40).map(lambda text: f"<OAI-PMH>{text}</OAI-PMH>".encode("utf-8", "replace"))
)
def test_any_bytes_as_xml(body: bytes) -> None:
    for read in (listing, first_day):
        try:
            read(Answer("http://x", 200, {}, body))
        except Fault as fault:
            assert str(fault)


def table() -> bytes:
    out = io.BytesIO()
    pl.DataFrame({"id": ["a", "b"], "title": ["x", "y"], "labels": [["l"], ["m"]]}).write_parquet(out)
    return out.getvalue()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_as_parquet(tmp_path: Path, data: st.DataObject) -> None:
    from headword.harvest.hub import Hub, service
    from headword.harvest.hub_files import HubFile

    body = mutated(data.draw, table())
    (tmp_path / "00000.parquet").write_bytes(body)
    hub: Hub = service(order_of("hub:owner/name")[1])
    files = [{"path": "x.parquet", "size": len(body), "sha256": None, "blob": None}]
    client = Client(Broken([]), StillClock(), interval=0.0, note=lambda text: None)
    assert HubFile(**files[0]).part is None
    try:
        hub.page(client, {"sha": "0", "files": files, "file": 0, "row": 0}, tmp_path)
    except HeadwordError as error:
        assert str(error)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4))
def test_any_bytes_instead_of_http(tmp_path: Path, lines: list[bytes]) -> None:
    """A server that does not speak HTTP at all."""
    import socket
    from threading import Thread

    def serve() -> None:
        for _ in range(8):
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(4096)
                connection.sendall(b"\r\n".join(lines))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(HeadwordError):
            fetch("cmr:", tmp_path / "c.jsonl", endpoint=endpoint, clock=StillClock())
        listener.close()
        thread.join(timeout=5)
