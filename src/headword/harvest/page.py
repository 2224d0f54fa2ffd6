"""What services give: pages of records, and where to go on."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from headword.core.errors import ServiceError
from headword.harvest.client import Client
from headword.harvest.markup import refuse_html
from headword.harvest.wire import Fault

Item = TypeVar("Item")

_MANY = 10
_MAX_PARTS = 2_000_000

Record = dict[str, Any]  # id, title, abstract, labels (None: not annotated), and further fields, as JSON holds them
Cursor = dict[str, Any]  # where to go on, as JSON holds it; it goes into the journal


class Unusable(Exception):
    """One record of a page that cannot become a document."""


@dataclass(frozen=True)
class Order:
    """What is wanted of a service.

    Attributes
    ----------
    service
        A row of SERVICES.
    query
        In the service's own words.
    since, until
        First and last day, `YYYY-MM-DD`, where the service goes by days.
    limit
        Most documents that are wanted.
    endpoint
        Another address of the same service.
    columns
        Role (title, abstract, labels, id) -> column, where the service gives tables.
    """

    service: str
    query: str = ""
    since: str | None = None
    until: str | None = None
    limit: int | None = None
    endpoint: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """Some records, in the order of the service.

    Attributes
    ----------
    records
        Documents to be.
    cursor
        Where to go on; None after the last page.
    done, total
        How far this is, in steps of the service's `unit`; `total` is None where the service does not tell.
    gone
        Ids that the service says exist no more.
    unusable
        Records that could not be understood, each in a few words.
    notes
        What the user should know.
    version
        The state of the source that this comes from, where it has a name.
    """

    records: Sequence[Record]
    cursor: Cursor | None
    done: int
    total: int | None
    gone: Sequence[str] = ()
    unusable: Sequence[str] = ()
    notes: Sequence[str] = ()
    version: str | None = None


class Service(Protocol):
    """A service that was given an order.

    Attributes
    ----------
    endpoint
        Its address.
    asked
        What is asked of it, as JSON holds it; two orders that ask the same continue one another.
    interval
        Least seconds between two requests.
    unit
        What `done` and `total` of its pages count.
    """

    endpoint: str
    asked: Mapping[str, Any]
    interval: float
    unit: str

    def start(self, client: Client) -> Cursor:
        """Return where to begin."""

    def page(self, client: Client, cursor: Cursor, folder: Path) -> Page:
        """Fetch one page; `folder` may be used for large files, and is removed in the end."""


@runtime_checkable
class FileService(Protocol):
    """A service that gives one file as it is, not documents."""

    endpoint: str
    asked: Mapping[str, Any]
    interval: float

    def body(self, client: Client) -> tuple[bytes, dict[str, Any]]:
        """Return the file and, by name, what it holds."""


def collect(
    items: Iterable[Item], convert: Callable[[Item], Record], where: Callable[[Item], str]
) -> tuple[list[Record], list[str]]:
    """Convert items, setting aside those that are Unusable.

    Raises
    ------
    ServiceError
        If there are many items and none of them is usable: then it is the service that has changed.
    """
    records, unusable = [], []
    for item in items:
        try:
            records.append(convert(item))
        except Unusable as error:
            unusable.append(f"{where(item)}: {error}"[:200])
    if len(unusable) >= _MANY and not records:
        raise ServiceError(
            f"none of the {len(unusable)} records of a page can be understood (first: {unusable[0]}); the service may "
            "have changed its format: please report it"
        )
    return records, unusable


def parse_json(body: bytes) -> Any:
    """Return the JSON value of an answer; a Fault if it is none, or so large that it would fill the memory."""
    refuse_html(body, "JSON")
    if body.count(b"[") + body.count(b"{") > _MAX_PARTS:
        raise Fault("the JSON has too many parts")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Fault(f"the answer is not usable JSON: {str(error)[:120]}") from error


def as_mapping(value: Any, what: str) -> dict[str, Any]:
    """Return `value` if it is a JSON object, else raise a Fault."""
    if not isinstance(value, dict):
        raise Fault(f"{what} is not the JSON object it should be, but {str(value)[:40]!r}")
    return value


def as_list(value: Any, what: str) -> list[Any]:
    """Return `value` if it is a JSON array, else raise a Fault."""
    if not isinstance(value, list):
        raise Fault(f"{what} is not the JSON array it should be, but {str(value)[:40]!r}")
    return value


def as_count(value: Any, what: str) -> int:
    """Return a number of things given as a whole number or its digits, else raise a Fault."""
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 15) or isinstance(value, bool):
        raise Fault(f"{what} is not the number it should be, but {text[:40]!r}")
    return int(text)


def line(value: Any) -> str:
    """Return a text on one line, every run of blanks one space; "" for what is no text."""
    return " ".join(prose(value).split())


def prose(value: Any) -> str:
    """Return a text without blanks at its ends and without control characters; "" for what is no text."""
    if not isinstance(value, str):
        return ""
    if value.isprintable():
        return value.strip()
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c >= " " or c in "\n\t").strip()


def names(values: Iterable[Any]) -> list[str]:
    """Return label names, each on one line and once, without empty ones, in their order."""
    return list(dict.fromkeys(name for name in map(line, values) if name))


def require_id(value: Any) -> str:
    """Return an id; Unusable if there is none."""
    found = line(value)
    if not found:
        raise Unusable("it has no id")
    return found
