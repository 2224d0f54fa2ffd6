"""One HTTP exchange: a GET with its redirects, and the whole body or a fault.

urllib3 does the transport. What it leaves to its callers is done here: redirects that never carry a secret to another
host, gzip that must end where it says, bodies of bounded size, proxies of the environment.
"""

import http.client
import re
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from headword import __version__
from headword.core.errors import RecipeError

_CHUNK = 1 << 16
_REDIRECTS = (301, 302, 303, 307, 308)
_MAX_REDIRECTS = 5
_WINDOW = 32 + zlib.MAX_WBITS  # the data tell whether they are gzip or deflate
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_MAIL = re.compile(r"[!-~]+@[!-~]+")
_LONGEST = 600.0  # seconds
_TIMEOUT = urllib3.Timeout(connect=30, read=120)


class Fault(Exception):
    """An exchange that failed; another try may do better.

    Attributes
    ----------
    wait
        Seconds that the server asks to be left alone, None where it does not say.
    moved
        Whether something was gained all the same, so that the tries are counted anew.
    """

    def __init__(self, reason: str, *, wait: float | None = None, moved: bool = False) -> None:
        super().__init__(reason)
        self.wait = wait
        self.moved = moved


@dataclass(frozen=True)
class Response:
    """Status, headers (names in lower case), and the body in chunks with every coding undone.

    The chunks raise a Fault where the body is cut off or damaged.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]

    def read(self, limit: int) -> bytes:
        """Return the body; a Fault if it is longer than `limit` bytes, or takes more than ten minutes."""
        parts, size, end = [], 0, time.monotonic() + _LONGEST
        for chunk in self.chunks:
            if time.monotonic() > end:
                raise Fault(f"the answer did not end in {_LONGEST / 60:.0f} minutes")
            size += len(chunk)
            if size > limit:
                raise Fault(f"the answer is longer than {limit / 1e6:.0f} MB")
            parts.append(chunk)
        return b"".join(parts)


class Wire:
    """Makes exchanges over kept connections.

    Parameters
    ----------
    contact
        A mail address that servers are told, so that their keepers can write.

    Raises
    ------
    RecipeError
        If `contact` is no mail address.
    """

    def __init__(self, contact: str | None = None) -> None:
        if contact is not None and not _MAIL.fullmatch(contact):
            raise RecipeError(f"a contact is a mail address, for keepers of services to write to, not {contact!r}")
        self.user_agent = f"headword/{__version__}" + (f" (mailto:{contact})" if contact else "")
        self._pools: dict[str | None, urllib3.PoolManager] = {}

    @contextmanager
    def open(
        self, url: str, headers: Mapping[str, str] | None = None, secret: Mapping[str, str] | None = None
    ) -> Iterator[Response]:
        """GET `url`; `secret` headers are sent to its own host alone.

        Raises
        ------
        Fault
            If there is no connection, it breaks, or the redirects lead nowhere.
        RecipeError
            If `url` is no http(s) address, or secrets would travel in the clear.
        """
        require_safe(url, secret=bool(secret))
        raw, final = self._follow(url, dict(headers or {}), dict(secret or {}))
        try:
            names = {name.lower(): value for name, value in raw.headers.items()}
            yield Response(final, raw.status, names, _decoded(_told(raw), names.get("content-encoding", "")))
        finally:
            # A connection whose body was read to its end went back to the pool by itself; any other is closed.
            raw.close()

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            pool.clear()

    def _follow(self, url: str, headers: dict[str, str], secret: dict[str, str]) -> tuple[Any, str]:
        here = url
        for _ in range(_MAX_REDIRECTS + 1):
            private = secret if origin(here) == origin(url) else {}
            sent = {"User-Agent": self.user_agent, "Accept-Encoding": "gzip", **headers, **private}
            with _faults():
                raw = self._pool(here).request(
                    "GET", here, headers=sent, preload_content=False, redirect=False, retries=False, timeout=_TIMEOUT
                )
                location = raw.headers.get("Location")
            if raw.status not in _REDIRECTS or not location:
                return raw, here
            raw.close()
            there = _joined(here, location)
            if urlsplit(here).scheme == "https" and urlsplit(there).scheme != "https":
                raise Fault(f"redirected from https to {urlsplit(there).scheme or 'nothing'}, which is not followed")
            here = there
        raise Fault(f"redirected more than {_MAX_REDIRECTS} times")

    def _pool(self, url: str) -> urllib3.PoolManager:
        parts = urlsplit(url)
        host = parts.hostname or ""
        proxy = None if host in _LOOPBACK or proxy_bypass(host) else getproxies().get(parts.scheme)
        if proxy not in self._pools:
            self._pools[proxy] = _through(proxy) if proxy else urllib3.PoolManager()
        return self._pools[proxy]


def _through(proxy: str) -> urllib3.PoolManager:
    """Return connections through a proxy, with the name and password that its address may hold."""
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    who = None if parts.username is None else f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    return urllib3.ProxyManager(address, proxy_headers=urllib3.make_headers(proxy_basic_auth=who) if who else None)


def require_safe(url: str, *, secret: bool = False) -> None:
    """Raise a RecipeError unless `url` is an http(s) address, and https (or this machine) where a secret is sent."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        raise RecipeError(f"{url!r} is no web address: {error}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise RecipeError(f"{url!r} is no web address; one begins with https:// or http://")
    if parts.username is not None or parts.password is not None:
        raise RecipeError("a web address with a name or password in it is not used; they would end up in files")
    if secret and parts.scheme != "https" and host not in _LOOPBACK:
        raise RecipeError(f"the token is not sent to {host} over http, where others could read it; use https")


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _joined(here: str, location: str) -> str:
    try:
        there = urljoin(here, location)
        require_safe(there)
    except (ValueError, RecipeError) as error:
        raise Fault(f"redirected to {location[:80]!r}, which is no usable address") from error
    return there


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        raise Fault(_reason(error)) from error


def _reason(error: Exception) -> str:
    kinds = urllib3.exceptions
    if isinstance(error, kinds.ReadTimeoutError):
        return "no answer in time"
    if isinstance(error, kinds.ConnectTimeoutError):
        return "no connection in time"
    if isinstance(error, kinds.SSLError):
        return f"no safe connection: {str(error)[:200]}"
    if isinstance(error, kinds.NewConnectionError | kinds.NameResolutionError):
        return f"no connection: {str(error).rpartition(': ')[2][:200]}"
    if isinstance(error, kinds.ProtocolError) and "IncompleteRead" in str(error):
        return "the answer was cut off"
    # urllib3 wraps the error of the socket as its second argument.
    return f"the connection broke: {str(error.args[-1] if error.args else error)[:200]}"


def _told(raw: Any) -> Iterator[bytes]:
    with _faults():
        while chunk := raw.read1(_CHUNK, decode_content=False):  # as it comes: a slow server is known for one
            yield chunk


def _decoded(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    known = coding.strip().lower()
    if known in ("", "identity"):
        yield from chunks
        return
    if known not in ("gzip", "x-gzip", "deflate"):
        raise Fault(f"the answer is coded as {coding[:40]!r}, though only gzip was offered")
    member = zlib.decompressobj(_WINDOW)
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                if member.eof:  # gzip data may consist of several members, and zeros may follow the last
                    rest = rest.lstrip(b"\0")
                    if not rest:
                        break
                    member = zlib.decompressobj(_WINDOW)
                yield member.decompress(rest, 1 << 20)
                rest = member.unconsumed_tail or member.unused_data
    except zlib.error as error:
        raise Fault(f"the answer's {known} data are damaged: {error}") from error
    if not member.eof:
        raise Fault(f"the answer's {known} data end too early")
