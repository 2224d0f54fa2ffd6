"""NASA's Common Metadata Repository: collections with their science keywords as paths.

References
----------
CMR Search API, https://cmr.earthdata.nasa.gov/search/site/docs/search/api
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from headword.core.errors import RecipeError
from headword.harvest import circle
from headword.harvest.client import Answer, Client
from headword.harvest.named import refuse
from headword.harvest.page import (
    Cursor,
    Order,
    Page,
    Record,
    Unusable,
    as_count,
    as_list,
    as_mapping,
    collect,
    line,
    names,
    parse_json,
    prose,
    require_id,
)
from headword.harvest.wire import Fault

ENDPOINT = "https://cmr.earthdata.nasa.gov/search"
PAGE = 500
LEVELS = ("Category", "Topic", "Term", "VariableLevel1", "VariableLevel2", "VariableLevel3", "DetailedVariable")
_OWN = ("page_size", "page_num", "offset", "scroll", "format")
_HITS, _AFTER = "cmr-hits", "cmr-search-after"


@dataclass(frozen=True)
class Cmr:
    """The repository with a query."""

    endpoint: str
    asked: Mapping[str, Any]
    limit: int | None = None
    interval: float = 0.5
    unit: str = "documents"

    def start(self, client: Client) -> Cursor:
        """Begin with the first page."""
        return {"after": None, "given": 0, "watch": circle.START}

    def page(self, client: Client, cursor: Cursor, folder: Path) -> Page:
        """Fetch one page; where it ends, the service says in a header what to ask next."""
        given, size = cursor["given"], min(PAGE, self.limit or PAGE)

        def understand(answer: Answer) -> tuple[list[Any], int, str | None]:
            items = as_list(as_mapping(parse_json(answer.body), "the answer").get("items"), "the list of items")
            hits = as_count(answer.headers.get(_HITS, ""), f"the header {_HITS}")
            after = answer.headers.get(_AFTER)
            if not items and after is not None:
                raise Fault(f"an empty page after {given:,} of {hits:,} collections that is not said to be the last")
            if after is None and len(items) == size and given + size < hits:
                raise Fault(f"the header {_AFTER} is missing after {given + size:,} of {hits:,} collections")
            return items, hits, after

        parameters = [*self.asked["parameters"], ["page_size", str(size)]]
        address = f"{self.endpoint}/collections.umm_json?{urlencode([tuple(pair) for pair in parameters])}"
        headers = {"Client-Id": "headword"}
        if cursor["after"] is not None:
            headers["CMR-Search-After"] = cursor["after"]
        items, hits, after = client.get(address, understand, headers=headers)
        records, unusable = collect(items, collection, _where)
        given += len(items)
        following = None
        if after is not None:
            following = {"after": after, "given": given, "watch": circle.onward(cursor["watch"], after)}
        return Page(records, following, given, max(hits, given), unusable=unusable)


def collection(item: Any) -> Record:
    """Return the document of one item; science keywords become paths such as `EARTH SCIENCE > OCEANS > SEA ICE`."""
    meta, umm = _mapping(item, "meta"), _mapping(item, "umm")
    keywords = umm.get("ScienceKeywords")
    paths = names(path(keyword) for keyword in keywords) if isinstance(keywords, list) else []
    title, abstract = line(umm.get("EntryTitle")), prose(umm.get("Abstract"))
    if not title and not abstract:
        raise Unusable("it has neither a title nor an abstract")
    return {
        "id": require_id(meta.get("concept-id")),
        "title": title,
        "abstract": abstract,
        "labels": paths or None,
        "provider": line(meta.get("provider-id")) or None,
        "short_name": line(umm.get("ShortName")) or None,
        "version": line(umm.get("Version")) or None,
        "date": line(meta.get("revision-date"))[:10] or None,
    }


def path(keyword: Any) -> str:
    """Return the levels of a science keyword joined by " > ", empty ones left out.

    Examples
    --------
    >>> path({"Category": "Earth Science", "Topic": "OCEANS", "Term": "SEA ICE", "VariableLevel1": ""})
    'EARTH SCIENCE > OCEANS > SEA ICE'
    """
    levels = [line(keyword.get(level)) for level in LEVELS] if isinstance(keyword, dict) else []
    return " > ".join(level.upper() for level in levels if level)


def service(order: Order) -> Cmr:
    """Return the repository: the query is written as in an address, `provider=NSIDC_ECS&keyword=sea ice`, or empty."""
    refuse(order, "since", "until", "columns")
    try:
        pairs = parse_qsl(order.query, keep_blank_values=True, strict_parsing=True) if order.query else []
    except ValueError as error:
        raise RecipeError(
            f"a query to CMR is written NAME=VALUE&NAME=VALUE (provider=NSIDC_ECS&keyword=ice), not {order.query!r}"
        ) from error
    own = sorted({name for name, _ in pairs} & set(_OWN))
    if own:
        raise RecipeError(f"headword pages through CMR by itself; leave out {', '.join(own)}")
    if "token" in dict(pairs):
        raise RecipeError("a token in a query would end up in files; leave it out: CMR's public records need none")
    return Cmr(order.endpoint or ENDPOINT, {"parameters": [list(pair) for pair in pairs]}, order.limit)


def _mapping(item: Any, name: str) -> dict[str, Any]:
    found = item.get(name) if isinstance(item, dict) else None
    if not isinstance(found, dict):
        raise Unusable(f"it has no {name!r}")
    return found


def _where(item: Any) -> str:
    meta = item.get("meta") if isinstance(item, dict) else None
    return line(meta.get("concept-id")) if isinstance(meta, dict) else "a collection"
