"""The arXiv API: queries of up to 30,000 results, in Atom.

References
----------
arXiv API User's Manual, https://info.arxiv.org/help/api/user-manual.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from headword.core.errors import DataError, RecipeError, ServiceError
from headword.harvest.arxiv_query import prepare
from headword.harvest.arxiv_records import from_atom
from headword.harvest.client import Answer, Client
from headword.harvest.markup import child_text, children, parse_xml
from headword.harvest.named import refuse
from headword.harvest.offsets import FIRST, advance
from headword.harvest.page import Cursor, Order, Page, as_count, collect

ENDPOINT = "https://export.arxiv.org/api/query"
CAP = 30_000
PAGE = 500


@dataclass(frozen=True)
class ArxivApi:
    """The arXiv API with a query."""

    endpoint: str
    asked: Mapping[str, Any]
    remarks: tuple[str, ...] = ()
    limit: int | None = None
    interval: float = 3.0
    unit: str = "documents"

    def start(self, client: Client) -> Cursor:
        """Begin with the first result."""
        for remark in self.remarks:
            client.note(remark)
        return dict(FIRST)

    def page(self, client: Client, cursor: Cursor, folder: Path) -> Page:
        """Fetch one slice; an empty one before the end is asked for again."""
        start = cursor["start"]

        def understand(answer: Answer) -> tuple[int, list[Element], Cursor | None]:
            total, entries = _feed(answer)
            return total, entries, advance(cursor, len(entries), total, CAP)

        params = {
            "search_query": self.asked["query"],
            "start": str(start),
            "max_results": str(min(PAGE, CAP - start, self.limit or PAGE)),
            "sortBy": "submittedDate",
            "sortOrder": "ascending",
        }
        total, entries, following = client.get(self.endpoint, understand, params=params, also=(400,))
        if cursor["total"] is None:
            self._require_sensible(total)
        records, unusable = collect(entries, from_atom, lambda entry: child_text(entry, "id"))
        return Page(records, following, min(start + len(entries), total), total, unusable=unusable)

    def _require_sensible(self, total: int) -> None:
        if total == 0:
            raise DataError(
                f"nothing matches: arXiv knows no document for {self.asked['query']!r}; look at its field names "
                "(ti, abs, au, cat, all) and at AND, OR, ANDNOT, which are written in capitals"
            )
        if total > CAP and (self.limit is None or self.limit > CAP):
            raise RecipeError(
                f"{total:,} documents match, and the arXiv API gives at most {CAP:,} of one query: take it in pieces "
                "(--from, --until), or the bulk service (arxiv-oai:cs), or --limit"
            )


def service(order: Order) -> ArxivApi:
    """Return the arXiv API for a query such as `cat:cs.DL AND abs:thesaurus`."""
    refuse(order, "columns")
    query, remarks = prepare(order.query, order.since, order.until)
    return ArxivApi(order.endpoint or ENDPOINT, {"query": query}, tuple(remarks), order.limit)


def _feed(answer: Answer) -> tuple[int, list[Element]]:
    """Return the number of all results and the entries of this page."""
    if answer.status == 400 and b"<feed" not in answer.body:
        raise ServiceError(f"arXiv does not accept the query: {str(answer.body[:200], 'utf-8', 'replace')!r}")
    feed = parse_xml(answer.body, "feed")
    entries = children(feed, "entry")
    if entries and "/api/errors" in child_text(entries[0], "id"):
        raise ServiceError(f"arXiv does not accept the query: {child_text(entries[0], 'summary')[:200]!r}")
    if answer.status == 400:
        raise ServiceError("arXiv does not accept the query, and does not say why")
    return as_count(child_text(feed, "totalResults"), "the number of results"), entries
