"""A server on this machine that answers as it is told to, and misbehaves as it is told to."""

import gzip
import socket
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

XML = "text/xml; charset=utf-8"
JSON = "application/json;charset=UTF-8"


@dataclass(frozen=True)
class Asked:
    """A request: `query` holds the first value of each name, `headers` names in lower case."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    url: str


@dataclass(frozen=True)
class Reply:
    """What to send.

    `trouble`: "cut" promises more bytes than come, "reset" breaks the connection at once, "chunked" sends in chunks,
    "cut chunks" ends in the middle of them, "gzip" packs, "two gzip" packs the halves one by one, "padded
    gzip" lets zeros follow, "deflate" packs that way, and "cut gzip" packs and leaves out the end.
    """

    body: bytes = b""
    status: int = 200
    kind: str = XML
    headers: dict[str, str] = field(default_factory=dict)
    trouble: str = ""


class LocalServer:
    """Answers with `application(asked)`, except for the requests whose number (from 0) is in `troubles`."""

    def __init__(
        self, application: Callable[[Asked], Reply], troubles: dict[int, Reply | Callable[[Reply], Reply]] | None = None
    ) -> None:
        self.application = application
        self.troubles = troubles or {}
        self.asked: list[Asked] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "LocalServer":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reply(self, asked: Asked) -> Reply:
        number = len(self.asked)
        self.asked.append(asked)
        trouble = self.troubles.get(number)
        if isinstance(trouble, Reply):
            return trouble
        usual = self.application(asked)
        return usual if trouble is None else trouble(usual)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    owner: LocalServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent about clients that were killed."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        """Be silent."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(self.server.owner.reply(Asked(parts.path, query, headers, self.path)))  # type: ignore[attr-defined]

    def _send(self, reply: Reply) -> None:
        if reply.trouble == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        body = _packed(reply)
        chunked = "chunk" in reply.trouble
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        if body is not reply.body:
            self.send_header("Content-Encoding", "deflate" if reply.trouble == "deflate" else "gzip")
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(body) + 100 * (reply.trouble == "cut")))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(_chunked(body, ends="cut" not in reply.trouble) if chunked else body)
        self.close_connection = reply.trouble in ("cut", "cut chunks") or self.close_connection


def _packed(reply: Reply) -> bytes:
    if reply.trouble == "deflate":
        return zlib.compress(reply.body, 1)
    if "gzip" not in reply.trouble:
        return reply.body
    size = len(reply.body) // 2 + 1 if reply.trouble == "two gzip" else len(reply.body) + 1
    body = b"".join(gzip.compress(reply.body[i : i + size], 1, mtime=0) for i in range(0, len(reply.body) + 1, size))
    if reply.trouble == "padded gzip":
        return body + bytes(512)
    return body[: len(body) * 2 // 3] if reply.trouble == "cut gzip" else body


def _chunked(body: bytes, *, ends: bool) -> bytes:
    pieces = [body[i : i + 1000] for i in range(0, len(body), 1000)]
    packed = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return packed + b"0\r\n\r\n" if ends else packed[: len(packed) // 2]
