"""A polite client: a pace for each host, Retry-After, ever longer pauses with jitter, messages that say what next."""

import random
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from headword.core.errors import ServiceError
from headword.core.progress import Progress, silent
from headword.harvest.clock import Clock, duration, moment
from headword.harvest.tokens import hidden
from headword.harvest.wire import Fault, Response, Wire

T = TypeVar("T")

TRIES = 8
PATIENCE = 900.0  # the longest pause, in seconds, that is waited out instead of ending with a message
LARGEST = 64 << 20  # bytes of one answer, unpacked
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 120.0
_SLOWEST = 60.0
_PASSING = (408, 425, 429, 500, 502, 503, 504, 509, 520, 521, 522, 523, 524, 529)
_TAG = re.compile(r"<[^>]*>")
_HINTS = {
    401: "the token is missing or not accepted, or the name in the query is wrong",
    403: "access is refused; the address may be blocked, or need a token",
    404: "there is nothing at this address; a name in the query may be wrong",
    413: "the query is too long",
    414: "the query is too long",
}

Note = Callable[[str], None]


@dataclass(frozen=True)
class Answer:
    """A whole answer; names of headers are in lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """Asks one service after the other, never faster than told.

    Parameters
    ----------
    interval
        Least seconds between the beginnings of two requests to one host; it grows when a host answers 429.
    note
        Told what goes wrong and how long the pause is.
    progress
        Told how far large files have come.
    draw
        Gives a number in [0, 1): the jitter.
    """

    def __init__(
        self,
        wire: Wire,
        clock: Clock,
        *,
        interval: float,
        note: Note,
        progress: Progress = silent,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self.clock = clock
        self.note = note
        self.progress = progress
        self._wire = wire
        self._interval = interval
        self._draw = draw
        self._free_at: dict[str, float] = {}
        self._slowed: dict[str, float] = {}

    def get(
        self,
        url: str,
        understand: Callable[[Answer], T],
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        secret: Mapping[str, str] | None = None,
        also: Collection[int] = (),
        limit: int = LARGEST,
    ) -> T:
        """Return what `understand` makes of the whole answer.

        `understand` raises a Fault where the answer is not usable and another try may help. Answers of the statuses
        `also` are given to it too. A token in the headers `secret` that the service repeats is struck out.

        Raises
        ------
        ServiceError
            If the service refuses, or no try succeeded.
        """

        def whole(response: Response) -> T:
            body, headers = response.read(limit), response.headers
            if secret:
                body = hidden(str(body, "latin-1"), secret).encode("latin-1")
                headers = {name: hidden(value, secret) for name, value in headers.items()}
            return understand(Answer(response.url, response.status, headers, body))

        return self.exchange(url, whole, params=params, headers=headers, secret=secret, also=also)

    def exchange(
        self,
        url: str,
        use: Callable[[Response], T],
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | Callable[[], Mapping[str, str]] | None = None,
        secret: Mapping[str, str] | None = None,
        also: Collection[int] = (),
    ) -> T:
        """Return what `use` makes of the open response; see `get`. `headers` may be a function, asked at every try."""
        address = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url
        host = urlsplit(url).netloc
        tries = 0
        while True:
            self._pace(host)
            try:
                sent = headers() if callable(headers) else headers
                with self._wire.open(address, sent, secret) as response:
                    if response.status not in also:
                        self._require_good(response, host, secret)
                    return use(response)
            except Fault as fault:
                tries = 0 if fault.moved else tries + 1
                self._pause(host, fault, hidden(str(fault), secret), tries)

    def asked_before(self, url: str) -> None:
        """Keep the pace towards an earlier run, which may have asked the host of `url` a moment ago."""
        self._free_at[urlsplit(url).netloc] = self.clock.ticks() + self._interval

    def wait_until(self, when: float, why: str) -> None:
        """Wait until `when`, in seconds since 1970; a ServiceError where that is too long."""
        wait = when - self.clock.now()
        if wait > PATIENCE:
            raise ServiceError(f"{why} until {moment(when)}")
        if wait > 0:
            self.note(f"{why}; waiting {duration(wait)}")
            self.clock.sleep(wait)

    def _pace(self, host: str) -> None:
        free_at = self._free_at.get(host)
        now = self.clock.ticks()
        if free_at is not None and free_at > now:
            self.clock.sleep(free_at - now)
        self._free_at[host] = self.clock.ticks() + self._slowed.get(host, self._interval)

    def _require_good(self, response: Response, host: str, secret: Mapping[str, str] | None) -> None:
        status = response.status
        if 200 <= status < 300:
            return
        now = self.clock.now()
        wait = retry_after(response.headers.get("retry-after"), now)
        if wait is None and (renewed := used_up_until(response.headers)):
            wait = max(0.0, renewed - now)
        if status in _PASSING or (status == 403 and wait is not None):
            if status == 429:
                slower = max(self._slowed.get(host, self._interval), 0.5) * 1.5
                self._slowed[host] = min(slower, max(_SLOWEST, self._interval))
            raise Fault(f"status {status}", wait=wait)
        hint = _HINTS.get(status, "the request is not accepted")
        said = _excerpt(response, secret)
        raise ServiceError(f"{host} answers with status {status}: {hint}" + (f"; it says: {said}" if said else ""))

    def _pause(self, host: str, fault: Fault, reason: str, tries: int) -> None:
        if tries >= TRIES:
            raise ServiceError(f"{host} gave no usable answer in {TRIES} tries, at last: {reason}") from fault
        grown = min(_FIRST_PAUSE * 2 ** max(tries - 1, 0), _LONGEST_PAUSE)
        pause = grown * (0.5 + 0.5 * self._draw())
        if fault.wait is not None:
            if fault.wait > PATIENCE:
                raise ServiceError(
                    f"{host} asks to be left alone for {duration(fault.wait)}, until "
                    f"{moment(self.clock.now() + fault.wait)} ({reason})"
                ) from fault
            pause = max(pause, fault.wait + self._draw())
        self.note(f"{host}: {reason}; next try in {duration(pause)}")
        self.clock.sleep(pause)


def retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds to wait that a Retry-After header asks for, None where it says nothing usable.

    Parameters
    ----------
    value
        Whole seconds, or an HTTP date.
    now
        Seconds since 1970.

    Examples
    --------
    >>> retry_after("120", 0), retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 50), retry_after("soon", 0)
    (120.0, 10.0, None)
    >>> retry_after("Thu Jan  1 00:01:00 1970", 50)  # the oldest form of a date names no zone and means UTC
    10.0
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        when = parsedate_to_datetime(text)
        return max(0.0, (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - now)
    return None


def used_up_until(headers: Mapping[str, str]) -> int:
    """Return when a quota that is used up is renewed, in seconds since 1970; 0 if it is not, or that is not said."""
    remaining, reset = (headers.get(f"x-ratelimit-{name}", "").strip() for name in ("remaining", "reset"))
    return int(reset[:12]) if remaining == "0" and reset.isascii() and reset.isdigit() else 0


def _excerpt(response: Response, secret: Mapping[str, str] | None) -> str:
    """Return the beginning of what an error page says, on one line, without what must stay secret."""
    text = ""
    with suppress(Fault):
        text = hidden(str(response.read(1 << 20), "utf-8", "replace"), secret)[:4000]
    text = " ".join(_TAG.sub(" ", text).split())
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:300])
