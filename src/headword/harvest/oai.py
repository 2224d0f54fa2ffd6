"""OAI-PMH: any repository that speaks it, and arXiv in bulk.

References
----------
The Open Archives Initiative Protocol for Metadata Harvesting, version 2.0,
https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element

from headword.core.errors import RecipeError, ServiceError
from headword.harvest import circle
from headword.harvest.arxiv_records import from_oai as from_arxiv
from headword.harvest.client import Client
from headword.harvest.dublin_core import from_oai as from_dublin_core
from headword.harvest.markup import child, child_text
from headword.harvest.named import refuse, require_day
from headword.harvest.oai_answers import Listing, NoRepository, first_day, listing
from headword.harvest.page import Cursor, Order, Page, Record, collect
from headword.harvest.wire import require_safe

ARXIV = "https://oaipmh.arxiv.org/oai"
_PACE, _ARXIV_PACE = 1.0, 3.0
_ARXIV_ID = "oai:arXiv.org:"
_ERRORS = (400, 404, 410, 422)  # some repositories send the protocol's own errors with these
_FRESH_STARTS = 3
_MENDED = "the repository gives XML that is not well-formed; it was mended: look for odd characters in the texts"
_NOTHING_MORE = "the repository said in the middle of a list that nothing matches; that was taken for its end"
_FIRST: Cursor = {"token": None, "place": 0, "size": None, "watch": circle.START}

FORMATS: Mapping[str, Callable[[Element], Record]] = {"oai_dc": from_dublin_core, "arXiv": from_arxiv}


@dataclass
class OaiPmh:
    """A repository, and the records that are wanted of it.

    Attributes
    ----------
    window
        Days of one list. Where it is set, the records are asked for by their datestamps, so many days at a time, so
        that a resumption token that expires costs one list only; else everything is one list.
    """

    endpoint: str
    asked: Mapping[str, Any]
    interval: float = _PACE
    window: int | None = None
    unit: str = "documents"
    _farthest: int = field(default=0, repr=False)
    _fresh_starts: int = field(default=0, repr=False)

    def start(self, client: Client) -> Cursor:
        """Begin with the first list."""
        cursor = dict(_FIRST)
        if self.window is None:
            return {**cursor, "from": self.asked.get("from"), "until": self.asked.get("until")}
        first = self.asked.get("from") or client.get(self.endpoint, first_day, params={"verb": "Identify"})
        today = datetime.fromtimestamp(client.clock.now(), UTC).date().isoformat()
        last = min(self.asked.get("until") or today, today)
        first = min(first, last)
        return {**cursor, "begin": first, "end": last, **self._window(first, last)}

    def page(self, client: Client, cursor: Cursor, folder: Path) -> Page:
        """Fetch one piece of a list."""
        params = {"verb": "ListRecords", **self._arguments(cursor)}
        begun = cursor["token"] is not None
        try:
            found = client.get(self.endpoint, listing, params=params, also=_ERRORS)
        except NoRepository:
            if not begun:
                raise
            found = Listing(error="badResumptionToken")
        if begun and found.error in ("badResumptionToken", "badArgument"):
            return self._fresh_start(cursor)
        if found.error not in (None, "noRecordsMatch"):
            raise ServiceError(f"{self.endpoint} does not accept the request: {found.error}: {found.message[:200]}")
        records, unusable = collect(found.records, FORMATS[self.asked["format"]], _identifier)
        following = self._following(cursor, found)
        done, total = self._progress(cursor, following, len(found.records) + len(found.deleted), found.size)
        gone = found.deleted
        if self.asked["format"] == "arXiv":  # whose records have shorter ids than the repository
            gone = [one.removeprefix(_ARXIV_ID) for one in gone]
        notes = [_MENDED] if found.mended else []
        notes += [_NOTHING_MORE] if begun and found.error else []
        return Page(records, following, done, total, gone, unusable, notes)

    def _arguments(self, cursor: Cursor) -> dict[str, str]:
        if cursor["token"] is not None:
            return {"resumptionToken": cursor["token"]}
        wanted = {
            "metadataPrefix": self.asked["format"],
            "set": self.asked.get("set"),
            "from": cursor["from"],
            "until": cursor["until"],
        }
        return {name: value for name, value in wanted.items() if value}

    def _following(self, cursor: Cursor, found: Listing) -> Cursor | None:
        n_here = len(found.records) + len(found.deleted)
        if found.token:
            further = {"token": found.token, "place": cursor["place"] + n_here, "size": found.size or cursor["size"]}
            return {**cursor, **further, "watch": circle.onward(cursor["watch"], _digest(found))}
        if self.window is None or cursor["until"] is None or cursor["until"] >= cursor["end"]:
            return None
        begin = (date.fromisoformat(cursor["until"]) + timedelta(days=1)).isoformat()
        self._farthest = self._fresh_starts = 0
        return {**cursor, **_FIRST, **self._window(begin, cursor["end"])}

    def _window(self, begin: str, end: str) -> dict[str, str | None]:
        """Return the days of the list that begins with `begin`.

        The last list has no end unless one was asked for: what changes while the harvest runs gets a newer datestamp,
        and would slip out of every list.
        """
        last = (date.fromisoformat(begin) + timedelta(days=(self.window or 1) - 1)).isoformat()
        return {"from": begin, "until": last if last < end else self.asked.get("until")}

    def _fresh_start(self, cursor: Cursor) -> Page:
        """Begin the list anew: its token is no longer known. What comes twice is counted once.

        A list that never gets farther than it was is given up, until somebody starts the program again.
        """
        if cursor["place"] > self._farthest:
            self._farthest, self._fresh_starts = cursor["place"], 0
        self._fresh_starts += 1
        if self._fresh_starts > _FRESH_STARTS:
            raise ServiceError(
                f"{self.endpoint} forgot its place in the list {self._fresh_starts} times; smaller pieces (--from, "
                "--until, or a set) may get through"
            )
        again = {**cursor, **_FIRST}
        note = f"{self.endpoint} forgot its place in the list; it is begun anew, and what comes twice is counted once"
        done, total = self._progress(cursor, again, 0, None)
        return Page((), again, done, total, notes=(note,))

    def _progress(
        self, cursor: Cursor, following: Cursor | None, n_here: int, size: int | None
    ) -> tuple[int, int | None]:
        if self.window is None:
            place, size = cursor["place"] + n_here, size or cursor["size"]
            return place, None if size is None else max(size, place)
        begin, end = (date.fromisoformat(cursor[name]).toordinal() for name in ("begin", "end"))
        here = end + 1 if following is None else date.fromisoformat(following["from"]).toordinal()
        return here - begin, end + 1 - begin


def service(order: Order) -> OaiPmh:
    """Return any repository: `https://host/oai?set=…&metadataPrefix=oai_dc`, with from and until if wanted."""
    refuse(order, "columns")
    address, _, arguments = order.query.partition("?")
    if order.endpoint:  # which may have a question mark of its own
        address, arguments = order.endpoint, arguments or address
    require_safe(address)
    given = dict(parse_qsl(arguments))
    known = {"verb", "set", "metadataPrefix", "from", "until"}
    if set(given) - known or given.get("verb", "ListRecords") != "ListRecords":
        raise RecipeError(
            f"an OAI-PMH query has set, metadataPrefix, from and until (oai:https://host/oai?set=x), not {given}; an "
            "address that has a question mark of its own is given by --endpoint (oai:set=x --endpoint ADDRESS)"
        )
    first, last = order.since or given.get("from"), order.until or given.get("until")
    for day in (first, last):
        require_day(day)
    pace = _ARXIV_PACE if (urlsplit(address).hostname or "").endswith("arxiv.org") else _PACE
    return OaiPmh(address, _asked(given.get("metadataPrefix", "oai_dc"), given.get("set"), first, last), pace)


def arxiv_service(order: Order) -> OaiPmh:
    """Return arXiv in bulk: the query is a set (`cs`, `cs:cs:LG`, `stat`), or nothing for all of arXiv."""
    refuse(order, "columns")
    asked = _asked("arXiv", order.query or None, order.since, order.until)
    return OaiPmh(order.endpoint or ARXIV, asked, _ARXIV_PACE, 30, "days")


def _asked(form: str, wanted_set: str | None, first: str | None, last: str | None) -> dict[str, Any]:
    if form not in FORMATS:
        raise RecipeError(f"records are read in the formats {', '.join(FORMATS)}, not {form!r}")
    return {"format": form, "set": wanted_set, "from": first, "until": last}


def _identifier(record: Element) -> str:
    return child_text(child(record, "header"), "identifier")


def _digest(found: Listing) -> str:
    if not found.records and not found.deleted:
        return found.token or ""
    ids = "\n".join([*map(_identifier, found.records), *found.deleted])
    return hashlib.blake2b(ids.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
