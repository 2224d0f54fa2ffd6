"""Named corpora and thesauri: one table, and what is ordered by a name or a query."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files

from headword.core.errors import RecipeError
from headword.harvest import SERVICES
from headword.harvest.page import Order

_TABLE = "corpora.toml"


@dataclass(frozen=True)
class Named:
    """A row of the table.

    Attributes
    ----------
    name
        What `headword fetch` calls it.
    title
        What it is, in a few words.
    kind
        "corpus" or "thesaurus".
    service, query, columns
        The order.
    size
        How large it is, for people, with the date where it grows.
    licence, citation, home
        Its terms, whom to name, and where to read more.
    """

    name: str
    title: str
    kind: str
    service: str
    query: str
    size: str
    licence: str
    citation: str
    home: str
    columns: Mapping[str, str] = field(default_factory=dict)


@cache
def table() -> Mapping[str, Named]:
    """Return the rows by name, in their order."""
    text = files("headword.harvest").joinpath(_TABLE).read_text(encoding="utf-8")
    return {name: Named(name=name, **row) for name, row in tomllib.loads(text).items()}


def order_of(
    what: str,
    *,
    since: str | None = None,
    until: str | None = None,
    limit: int | None = None,
    endpoint: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> tuple[Named | None, Order]:
    """Return the order for a name of the table or a `SERVICE:QUERY`, with the row if there is one.

    Raises
    ------
    RecipeError
        If there is no such name or service, or an option is not valid.
    """
    if limit is not None and limit < 1:
        raise RecipeError(f"the limit is at least 1 document, found {limit}")
    for day in (since, until):
        require_day(day)
    if since is not None and until is not None and since > until:
        raise RecipeError(f"the first day, {since}, is after the last, {until}")
    named = table().get(what)
    service, colon, query = (named.service, ":", named.query) if named else what.partition(":")
    if not colon or service not in SERVICES:
        near = difflib.get_close_matches(what, table(), n=1)
        raise RecipeError(
            f"there is no corpus {what!r}" + (f"; did you mean {near[0]!r}?" if near else "") + "; headword fetch "
            f"--list shows those there are, and a query begins with its service: {', '.join(SERVICES)} "
            '(arxiv:ti:"sea ice", for instance)'
        )
    chosen = {**(named.columns if named else {}), **(columns or {})}
    return named, Order(service, query.strip(), since, until, limit, endpoint, chosen)


def require_day(day: str | None) -> None:
    """Raise a RecipeError unless `day` is None or a day written YYYY-MM-DD."""
    try:
        wrong = day is not None and date.fromisoformat(day).isoformat() != day
    except ValueError:
        wrong = True
    if wrong:
        raise RecipeError(f"a day is written YYYY-MM-DD, found {day!r}")


def refuse(order: Order, *options: str) -> None:
    """Raise a RecipeError if the order uses an option that its service has no use for."""
    meant = {"since": "--from", "until": "--until", "columns": "names of columns", "limit": "--limit"}
    for option in options:
        if getattr(order, option):
            raise RecipeError(f"the service {order.service} takes no {meant[option]}; leave it out")
