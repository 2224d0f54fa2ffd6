"""`read_thesaurus`: any supported file to a Thesaurus, its format told by its content."""

import gc
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from headword.core.errors import DataError
from headword.core.opening import BOM, opened, short
from headword.thesaurus import FORMATS
from headword.thesaurus.thesaurus import Thesaurus

_MOST_BYTES = 2**30
_HEAD = 2**16

_XML = re.compile(rb"<(\?xml|!DOCTYPE|!--|[\w.-]+:RDF[\s>])")
_WEB_PAGE = re.compile(rb"(<\?xml[^>]*>\s*)?<(!DOCTYPE\s+html|html[\s>])", re.IGNORECASE)
_TURTLE = re.compile(rb"(@prefix|@base|#|PREFIX\s|BASE\s)", re.IGNORECASE)
_TRIPLE = re.compile(rb"(<[^<>\s]*>|_:\w+|[\w-]*:[\w.-]*)\s+(<[^<>\s]*>|a\s|[\w-]+:[\w.-]+\s).*")
_N_TRIPLE = re.compile(rb'(<[^<>\s]+>|_:\w+)\s*<[^<>\s]+>\s*(<[^<>\s]+>|_:\w+|".*"\S*)\s*\.\s*')
_ANNIF_TSV = re.compile(rb"(<[^<>\s]+>|[a-z][a-z0-9+.-]*:\S+)\t[^<\t]*[^<\t.;,](\t.*)?", re.IGNORECASE)
_JSON_LD_KEYS = frozenset({"@context", "@graph", "@id", "@type"})


def read_thesaurus(path: str | os.PathLike[str], *, format: str | None = None, language: str = "") -> Thesaurus:
    """Read a thesaurus from a file, or from standard input for "-"; plain, .gz or .zst.

    Parameters
    ----------
    path
        SKOS (RDF/XML, Turtle, N-Triples, JSON-LD), a keyword table of GCMD, CSV or JSON of the Unified Astronomy
        Thesaurus, CSV or TSV of Annif, or JSON lines.
    format
        A row of FORMATS, where the content does not tell it.
    language
        The working language of the thesaurus; "": the one with the most preferred names.

    Raises
    ------
    DataError
        If the file is not usable; the message names the place.
    RecipeError
        If there is no such format.
    """
    if format is not None:
        FORMATS.get(format)
    with opened(path) as stream:
        data = stream.read(_MOST_BYTES).removeprefix(BOM)
        source = stream.name
    found = format or format_of(data, source)
    with _no_collection():
        thesaurus: Thesaurus = FORMATS.get(found)(data, source)
    return thesaurus.in_language(language) if language else thesaurus


@contextmanager
def _no_collection() -> Iterator[None]:
    """Let no garbage be looked for: of the many small objects that a reader makes, nearly all stay."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def format_of(data: bytes, source: str) -> str:
    """Return the row of FORMATS that reads `data`; a DataError where the content tells none."""
    plain = data.lstrip()
    line = plain[:_HEAD].partition(b"\n")[0].rstrip()
    if not plain:
        raise DataError(f"{source} is empty")
    if _WEB_PAGE.match(plain):
        raise DataError(f"{source} is a web page, not a thesaurus: was it fetched from the right address?")
    if _XML.match(plain):
        return "rdf-xml"
    if plain[:1] in (b"{", b"["):
        return _json_format(plain)
    if _N_TRIPLE.fullmatch(line):
        return "n-triples"
    if _ANNIF_TSV.fullmatch(line):
        return "annif-tsv"
    if _TURTLE.match(plain) or _TRIPLE.match(line):
        return "turtle"
    return _table_format(line, source)


def _json_format(plain: bytes) -> str:
    line, _, rest = plain.partition(b"\n")
    try:
        value = json.loads(line)
        if rest.strip():
            return "jsonl"
    except (ValueError, RecursionError):
        try:
            value = json.loads(plain)
        except (ValueError, RecursionError):
            # The reader tells what is wrong; a line that begins an object promises more such lines.
            return "jsonl" if line.rstrip().endswith(b"}") else "uat-json"
    first = value[0] if isinstance(value, list) and value else value
    keys = set(first) if isinstance(first, dict) else set()
    if keys & _JSON_LD_KEYS:
        return "json-ld"
    return "uat-json" if isinstance(value, list) or "children" in keys else "jsonl"


def _table_format(line: bytes, source: str) -> str:
    from headword.thesaurus.tables import delimiter_of

    header = line.decode("utf-8", "replace")
    cells = header.lower().replace('"', "").split(delimiter_of(header))
    columns = ["".join(c for c in cell if c not in "_- ") for cell in cells]
    if columns[0].startswith("keywordversion") or "uuid" in columns or columns[:2] == ["category", "topic"]:
        return "gcmd-csv"
    if columns[0] == "level1":
        return "uat-csv"
    if "uri" in columns or any(cell.strip().startswith("label_") for cell in cells):
        return "annif-csv"
    if "\ufffd" in header or "\0" in header:
        raise DataError(f"{source} is no text in UTF-8, and so none of the formats: {', '.join(FORMATS)}")
    raise DataError(
        f"cannot tell the format of {source}, which begins {short(header, 40)}; if it is one of these, name it: "
        + ", ".join(FORMATS)
    )
