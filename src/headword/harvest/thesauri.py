"""Thesauri, which come as one file: GCMD keywords from KMS, and the Unified Astronomy Thesaurus.

References
----------
GCMD Keyword Management Service, https://gcmd.earthdata.nasa.gov/kms/
Unified Astronomy Thesaurus, https://github.com/astrothesaurus/UAT
"""

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from headword.core.errors import RecipeError, ServiceError
from headword.harvest.client import Answer, Client
from headword.harvest.markup import local, parse_xml, refuse_html
from headword.harvest.named import refuse
from headword.harvest.page import Order, as_list, parse_json
from headword.harvest.wire import Fault

KMS = "https://gcmd.earthdata.nasa.gov/kms"
UAT = "https://raw.githubusercontent.com/astrothesaurus/UAT"
UAT_FILES = ("UAT.rdf", "UAT.csv", "UAT_list.json")
_NEWEST = "master"
_SCHEME = re.compile(r"[A-Za-z]+")
_VERSION = re.compile(r"\d+(\.\d+)*")

Facts = dict[str, Any]


@dataclass(frozen=True)
class ThesaurusFile:
    """A thesaurus at one of several addresses, and what tells that it came whole."""

    endpoint: str
    asked: Mapping[str, Any]
    addresses: tuple[str, ...]
    check: Callable[[bytes], Facts]
    interval: float = 1.0

    def body(self, client: Client) -> tuple[bytes, Facts]:
        """Return the file of the first address that has one, and what it holds."""
        for address in self.addresses:
            found = client.get(address, self._understood, also=(404,))
            if found is not None:
                return found
        raise ServiceError(f"there is nothing at {' nor at '.join(self.addresses)}; is the version right?")

    def _understood(self, answer: Answer) -> tuple[bytes, Facts] | None:
        if answer.status == 404:
            return None
        refuse_html(answer.body, "a thesaurus")
        return answer.body, self.check(answer.body)


def kms_service(order: Order) -> ThesaurusFile:
    """Return a keyword scheme of KMS as CSV; the query is its name: sciencekeywords, platforms, instruments, ..."""
    refuse(order, "since", "until", "columns", "limit")
    if not _SCHEME.fullmatch(order.query):
        raise RecipeError(f"a scheme of KMS is one word (kms:sciencekeywords, kms:platforms), not {order.query!r}")
    endpoint = order.endpoint or KMS
    address = f"{endpoint}/concepts/concept_scheme/{order.query}?format=csv"
    return ThesaurusFile(endpoint, {"scheme": order.query, "format": "csv"}, (address,), kms_facts)


def uat_service(order: Order) -> ThesaurusFile:
    """Return a version of the UAT: the query is `5.1.0` or `newest`, with `/UAT.csv` or the like if wanted."""
    refuse(order, "since", "until", "columns", "limit")
    version, _, file = order.query.partition("/")
    file = file or UAT_FILES[0]
    if file not in UAT_FILES or not (_VERSION.fullmatch(version) or version == "newest"):
        raise RecipeError(
            f"a version of the UAT is written uat:5.1.0 or uat:newest, with the file {', '.join(UAT_FILES)} after a "
            f"slash if wanted (uat:5.1.0/UAT.csv), not {order.query!r}"
        )
    # Versions are tagged v5.1.0, some of them v.5.0.0.
    tags = (_NEWEST,) if version == "newest" else (f"v.{version}", f"v{version}")
    endpoint = order.endpoint or UAT
    addresses = tuple(f"{endpoint}/{quote(tag)}/{file}" for tag in tags)
    checks = {"UAT.rdf": skos_facts, "UAT.csv": paths_facts, "UAT_list.json": list_facts}
    return ThesaurusFile(endpoint, {"version": version, "file": file}, addresses, checks[file])


def kms_facts(body: bytes) -> Facts:
    """Return version and number of concepts of a KMS table, whose first line is about the table itself.

    Raises
    ------
    Fault
        If it is another table, or cut off.
    """
    rows = _rows(body)
    if len(rows) < 3 or not rows[0] or not rows[0][0].startswith("Keyword Version"):
        raise Fault("the answer is no table of keywords: its first line names no keyword version")
    header = rows[1]
    if not header or header[-1] != "UUID":
        raise Fault("the answer is no table of keywords: its last column is not UUID")
    _require_even(rows[1:])
    about = dict(cell.partition(": ")[::2] for cell in rows[0])
    return {"version": about.get("Keyword Version"), "revision": about.get("Revision"), "concepts": len(rows) - 2}


def paths_facts(body: bytes) -> Facts:
    """Return the number of paths of UAT.csv; a Fault if it is another table."""
    rows = _rows(body)
    if len(rows) < 2 or not rows[0] or rows[0][0].strip().lower() != "level 1":
        raise Fault("the answer is not the UAT as a table: its first column is not 'level 1'")
    _require_even(rows)
    return {"paths": len(rows) - 1}


def list_facts(body: bytes) -> Facts:
    """Return the number of concepts of UAT_list.json; a Fault if it is another file."""
    concepts = as_list(parse_json(body), "the list of concepts")
    if not concepts or not all(isinstance(one, dict) and "uri" in one and "name" in one for one in concepts):
        raise Fault("the answer is not the UAT as a list: concepts without uri or name")
    return {"concepts": len(concepts)}


def skos_facts(body: bytes) -> Facts:
    """Return the number of things that have a preferred name in SKOS as RDF/XML; a Fault if it is cut off."""
    named = sum(any(local(part.tag) == "prefLabel" for part in thing) for thing in parse_xml(body, "RDF"))
    if not named:
        raise Fault("the answer is RDF without a preferred name")
    return {"concepts": named}


def _rows(body: bytes) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(str(body, "utf-8-sig"), newline=""), strict=True))
    except (ValueError, csv.Error) as error:
        raise Fault(f"the answer is no table in UTF-8: {error}") from error
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _require_even(rows: list[list[str]]) -> None:
    uneven = [row for row in rows if len(row) != len(rows[0])]
    if uneven:
        raise Fault(f"{len(uneven)} rows of the table have not as many cells as its header; it may be cut off")
