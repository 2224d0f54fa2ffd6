"""fetch: ask a service page after page, come what may, and write what came."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from headword.core.compression import written
from headword.core.errors import DataError, OutputError, ServiceError
from headword.core.progress import Progress, silent
from headword.harvest import SERVICES
from headword.harvest.client import Client, Note
from headword.harvest.clock import Clock, SystemClock, moment
from headword.harvest.corpus_file import n_standing, write_corpus
from headword.harvest.journal import Journal
from headword.harvest.named import order_of
from headword.harvest.page import Cursor, FileService, Order, Page, Service
from headword.harvest.provenance import Provenance, size_and_hash
from headword.harvest.wire import Wire, require_safe

JOURNAL = ".journal"
FOLDER = ".downloads"
_ENDINGS = (".jsonl", ".jsonl.gz", ".jsonl.zst")
_NOTES = 100


def fetch(
    what: str,
    output: str | os.PathLike[str],
    *,
    since: str | None = None,
    until: str | None = None,
    limit: int | None = None,
    endpoint: str | None = None,
    columns: Mapping[str, str] | None = None,
    contact: str | None = None,
    restart: bool = False,
    progress: Progress = silent,
    note: Note | None = None,
    clock: Clock | None = None,
) -> Provenance:
    """Fetch a corpus or a thesaurus, and write it with its provenance beside it.

    Every page that comes in is kept in a journal beside the output. However the work ends before it is done, the same
    call goes on from the last whole page, and the corpus in the end is the same, byte for byte.

    Parameters
    ----------
    what
        A named corpus (`named.table`), or `SERVICE:QUERY`.
    output
        For documents a file of JSON lines (`.jsonl`, `.jsonl.gz`, `.jsonl.zst`); for a thesaurus any name, where `.gz`
        and `.zst` compress it.
    since, until
        First and last day, `YYYY-MM-DD`, for services that go by days.
    limit
        Stop after so many documents.
    endpoint
        Another address of the service, such as a mirror.
    columns
        Role (title, abstract, labels, id) -> column, for tables.
    contact
        A mail address to tell the service.
    restart
        Begin anew, where an unfinished harvest lies beside the output.
    note
        Told in a few words what the user should know, while it happens.

    Raises
    ------
    RecipeError
        If there is no such corpus or service, or the query is not valid.
    DataError
        If nothing matches, or the data are not usable.
    ServiceError
        If the service refuses, or gives no usable answer however often it is asked.
    OutputError
        If the output cannot be written, or another harvest is under way there.
    """
    named, order = order_of(what, since=since, until=until, limit=limit, endpoint=endpoint, columns=columns or {})
    service = SERVICES.get(order.service)(order)
    require_safe(service.endpoint)
    target, ticking, told = Path(output), clock or SystemClock(), note or (lambda text: None)
    if target.is_dir():
        raise OutputError(f"cannot write {target}: it is a folder; give a file name")
    wire = Wire(contact)
    client = Client(wire, ticking, interval=service.interval, note=told, progress=progress)
    try:
        if isinstance(service, FileService):
            found = _fetch_file(service, client, target, order)
        else:
            found = _fetch_pages(service, client, target, order, restart)
    finally:
        wire.close()
    provenance = Provenance(
        name=named.name if named else None,
        licence=named.licence if named else None,
        citation=named.citation if named else None,
        **found,
    )
    provenance.write(target)
    if not isinstance(service, FileService):
        _remove_downloads(target)
        _beside(target, JOURNAL).unlink(missing_ok=True)  # last, for without it everything is fetched again
    return provenance


def _fetch_file(service: FileService, client: Client, target: Path, order: Order) -> dict[str, Any]:
    started = moment(client.clock.now())
    body, facts = service.body(client)
    with written(target) as file:
        file.write(body)
    return {
        **_facts(service, target, order),
        "started": started,
        "finished": moment(client.clock.now()),
        "counts": facts,
        "version": facts.get("version") or service.asked.get("version"),
    }


def _fetch_pages(service: Service, client: Client, target: Path, order: Order, restart: bool) -> dict[str, Any]:
    if not target.name.endswith(_ENDINGS):
        raise OutputError(
            f"documents are written as JSON lines: give a name that ends in {', '.join(_ENDINGS)}, not {target.name}; "
            "headword clean turns them into a table (-o NAME.csv)"
        )
    asked = {"service": order.service, "endpoint": service.endpoint, **service.asked}
    with Journal(_beside(target, JOURNAL), asked, moment(client.clock.now()), anew=restart) as journal:
        if restart:
            _remove_downloads(target)
        try:
            _harvest(service, client, journal, _beside(target, FOLDER), order.limit)
        except ServiceError as error:
            if journal.state is None or not journal.state["fetched"]:
                raise
            kept = f"{journal.state['fetched']:,} records are kept"
            raise ServiceError(f"{error}; {kept}: the same command goes on from there") from error
        state = journal.state or {}
        if not state.get("fetched"):
            _nothing(service, journal, order.service)
        counts = write_corpus(journal, target, order.limit)
        short = _shortage(service.unit, state)
        for text in short:
            client.note(text)
        notes = short + [*dict.fromkeys(note for page, _ in journal.pages() for note in page["notes"])][:_NOTES]
    return {
        **_facts(service, target, order),
        "started": journal.started,
        "finished": state["at"],
        "counts": {**asdict(counts), "pages": state["page"] + 1},
        "version": state["version"],
        "announced": state["total"] if service.unit == "documents" else None,
        "notes": notes,
    }


def _harvest(service: Service, client: Client, journal: Journal, folder: Path, limit: int | None) -> None:
    """Bring the journal to its end."""
    cursor: Cursor | None
    if journal.state is None:
        cursor = service.start(client)
    else:
        cursor = journal.state["cursor"]
        client.asked_before(service.endpoint)
        client.note(f"going on after {journal.state['fetched']:,} records, begun {journal.started}")
    told: set[str] = set()
    enough = _Enough(limit)
    while cursor is not None and not enough.is_in(journal):
        page = service.page(client, cursor, folder)
        journal.append(page, moment(client.clock.now()))
        for text in page.notes:
            if text not in told:
                client.note(text)
        told.update(page.notes)
        _show(client.progress, service.unit, page, limit)
        cursor = page.cursor


class _Enough:
    """Whether a journal holds as many documents as are wanted; what came twice counts once."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._not_before = limit  # fewer records cannot be enough, and counting reads the whole journal

    def is_in(self, journal: Journal) -> bool:
        """Tell whether they are there."""
        if self._limit is None or journal.state is None or journal.state["fetched"] < self._not_before:
            return False
        missing = self._limit - n_standing(journal)
        self._not_before = journal.state["fetched"] + missing
        return missing <= 0


def _show(progress: Progress, unit: str, page: Page, limit: int | None) -> None:
    total = page.total
    if limit is not None and unit == "documents":
        total = limit if total is None else min(total, limit)
    if total is None:
        progress(f"{unit}, number not announced", page.done, max(page.done, 1))
    else:
        progress(unit, min(page.done, total), max(total, 1))


def _shortage(unit: str, state: Mapping[str, Any]) -> list[str]:
    """Return a remark where the list is at its end, and was shorter than the service said."""
    if unit != "documents" or state["cursor"] is not None or state["done"] >= (state["total"] or 0):
        return []
    return [f"{state['total']:,} documents were announced, and {state['done']:,} came"]


def _facts(service: Service | FileService, target: Path, order: Order) -> dict[str, Any]:
    size, digest = size_and_hash(target)
    asked = {**service.asked, **({} if order.limit is None else {"limit": order.limit})}
    return {
        "file": target.name,
        "bytes": size,
        "sha256": digest,
        "service": order.service,
        "endpoint": service.endpoint,
        "asked": asked,
    }


def _nothing(service: Service, journal: Journal, name: str) -> NoReturn:
    unusable = [text for state, _ in journal.pages() for text in state["unusable"]]
    journal.remove()
    if unusable:
        raise DataError(f"none of {len(unusable):,} records can be understood (first: {unusable[0]})")
    raise DataError(f"nothing matches: {name} knows no document for {_shown(service.asked)}")


def _shown(asked: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in asked.items() if value not in (None, "", {})) or "this query"


def _beside(target: Path, suffix: str) -> Path:
    return target.with_name(target.name + suffix)


def _remove_downloads(target: Path) -> None:
    folder = _beside(target, FOLDER)
    for path in folder.glob("*.parquet"):
        path.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
