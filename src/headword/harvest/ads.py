"""The search API of ADS (SciX): papers with their keywords.

The token is taken from the environment, sent in a header over https, and written nowhere.

References
----------
ADS API, https://ui.adsabs.harvard.edu/help/api/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headword.core.errors import RecipeError, ServiceError
from headword.harvest.client import Answer, Client, used_up_until
from headword.harvest.named import refuse
from headword.harvest.offsets import FIRST, advance
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
from headword.harvest.tokens import bearer, token

ENDPOINT = "https://api.adsabs.harvard.edu/v1"
TOKENS = ("ADS_API_TOKEN", "ADS_DEV_KEY")
PAGE = 1000
_FIELDS = ("bibcode", "title", "abstract", "keyword", "keyword_schema", "pubdate", "doctype", "bibstem")
_UAT_FIELDS = ("uat", "uat_id")
_LONGEST_QUERY = 1000


@dataclass(frozen=True)
class Ads:
    """The search API with a query.

    Attributes
    ----------
    only_uat
        Whether only concepts of the Unified Astronomy Thesaurus are labels.
    """

    endpoint: str
    asked: Mapping[str, Any]
    only_uat: bool = False
    limit: int | None = None
    interval: float = 1.0
    unit: str = "documents"

    def start(self, client: Client) -> Cursor:
        """Begin with the first result, asking for all fields that might be there."""
        _secret()
        fields = [*_FIELDS, *(_UAT_FIELDS if self.only_uat else ())]
        return {**FIRST, "fields": fields, "annotated": 0, "not_before": 0}

    def page(self, client: Client, cursor: Cursor, folder: Path) -> Page:
        """Fetch one slice; where the daily quota is used up, wait for the next, or end if that is hours away."""
        client.wait_until(cursor["not_before"], "the daily quota of ADS is used up")
        start = cursor["start"]
        params = {
            "q": self.asked["query"],
            "fl": ",".join(cursor["fields"]),
            "rows": str(min(PAGE, self.limit or PAGE)),
            "start": str(start),
            "sort": "date asc,bibcode asc",
        }
        try:
            papers, total, following, not_before = client.get(
                f"{self.endpoint}/search/query",
                lambda answer: _understood(answer, cursor),
                params=params,
                secret=_secret(),
                also=(400,),
            )
        except _Refused as refusal:
            return self._without_unknown_fields(cursor, str(refusal))
        records, unusable = collect(papers, self.document, _where)
        annotated = cursor["annotated"] + sum(record["labels"] is not None for record in records)
        notes = [] if following or annotated else [f"none of {total:,} papers carries labels of the kind asked for"]
        if following is not None:
            following |= {"fields": cursor["fields"], "annotated": annotated, "not_before": not_before}
        return Page(records, following, min(start + len(papers), total), total, unusable=unusable, notes=notes)

    def document(self, paper: Any) -> Record:
        """Return the document of one paper."""
        if not isinstance(paper, dict):
            raise Unusable("it is no JSON object")
        keywords = [line(one) for one in _listed(paper.get("keyword"))]
        schemas = [line(one) for one in _listed(paper.get("keyword_schema"))]
        schemas += [""] * (len(keywords) - len(schemas))
        labels = names(keywords)
        if self.only_uat:
            stated = names(_listed(paper.get("uat")))
            labels = stated or names(k for k, schema in zip(keywords, schemas, strict=False) if _is_uat(schema))
        titles = _listed(paper.get("title"))
        return {
            "id": require_id(paper.get("bibcode")),
            "title": line(titles[0]) if titles else "",
            "abstract": prose(paper.get("abstract")),
            "labels": labels or None,
            "date": line(paper.get("pubdate")) or None,
            "type": line(paper.get("doctype")) or None,
            "journal": next(iter(names(_listed(paper.get("bibstem")))), None),
            **({"uat_ids": names(map(str, _listed(paper.get("uat_id")))) or None} if self.only_uat else {}),
        }

    def _without_unknown_fields(self, cursor: Cursor, reason: str) -> Page:
        if cursor["fields"] == list(_FIELDS):
            raise ServiceError(f"ADS does not accept the query {self.asked['query']!r}: {reason}")
        note = "ADS knows no fields for UAT concepts; keywords of that schema are taken instead"
        return Page((), {**cursor, "fields": list(_FIELDS)}, 0, None, notes=(note,))


def service(order: Order) -> Ads:
    """Return the search API; every keyword is a label."""
    return Ads(order.endpoint or ENDPOINT, _asked(order), limit=order.limit)


def uat_service(order: Order) -> Ads:
    """Return the search API; concepts of the Unified Astronomy Thesaurus are the labels."""
    return Ads(order.endpoint or ENDPOINT, _asked(order), only_uat=True, limit=order.limit)


def _secret() -> dict[str, str]:
    """Return the header that shows the token of the environment; a RecipeError if there is none."""
    found = token(*TOKENS)
    if not found:
        raise RecipeError(
            f"ADS needs a token in the environment variable {TOKENS[0]}; it is free: "
            "https://ui.adsabs.harvard.edu/user/settings/token"
        )
    return bearer(found)


def _asked(order: Order) -> dict[str, Any]:
    refuse(order, "since", "until", "columns")
    if not order.query or len(order.query) > _LONGEST_QUERY:
        raise RecipeError(
            f"a query to ADS has 1 to {_LONGEST_QUERY:,} characters (bibstem:ApJ year:2020-2023), found "
            f"{len(order.query):,}"
        )
    return {"query": order.query}


class _Refused(Exception):
    """The request is not accepted as it is."""


def _understood(answer: Answer, cursor: Cursor) -> tuple[list[Any], int, Cursor | None, int]:
    """Return papers, number of results, where to go on, and when the next may be asked, in seconds since 1970."""
    if answer.status == 400:
        raise _Refused(line(str(answer.body[:300], "utf-8", "replace")))
    found = as_mapping(as_mapping(parse_json(answer.body), "the answer").get("response"), "the response")
    papers = as_list(found.get("docs"), "the list of papers")
    total = as_count(found.get("numFound"), "the number of results")
    return papers, total, advance(cursor, len(papers), total), used_up_until(answer.headers)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _is_uat(schema: str) -> bool:
    folded = schema.casefold()
    return "uat" in folded.split() or "unified astronomy thesaurus" in folded


def _where(paper: Any) -> str:
    return line(paper.get("bibcode")) if isinstance(paper, dict) else "a paper"
