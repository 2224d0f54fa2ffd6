"""JSON: headword's own lines, the lists and trees of the Unified Astronomy Thesaurus, and whatever looks like them."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from headword.core.errors import DataError
from headword.core.opening import short, text_of
from headword.thesaurus.concept import MATCH_KINDS, Match, Name, Note
from headword.thesaurus.draft import ConceptDraft, Draft
from headword.thesaurus.findings import Finding
from headword.thesaurus.thesaurus import Thesaurus

# Usual keys, compared without case, blanks, hyphens and underscores.
_IDS = ("id", "uri", "@id", "identifier", "uuid")
_NAMES = {
    "preferred": ("name", "label", "preflabel", "preferredlabel", "preferredname", "preferred"),
    "alternative": ("alt", "altnames", "altlabel", "altlabels", "alternative", "alternatives", "synonyms"),
    "hidden": ("hidden", "hiddennames", "hiddenlabel", "hiddenlabels"),
}
_NOTES = {
    "definition": ("definition", "definitions", "description"),
    "scope": ("scopenote", "scopenotes"),
    "example": ("example", "examples"),
    "change": ("changenote", "changenotes"),
    "history": ("historynote", "historynotes"),
    "editorial": ("editorialnote", "editorialnotes"),
    "general": ("note", "notes"),
}
_MATCHES = {kind: (f"{kind}match", f"{kind}matches") for kind in MATCH_KINDS}
_BROADER, _NARROWER = ("broader", "parent", "parents"), "narrower"
# Under this key stand whole concepts, not only their ids.
_CHILDREN = "children"
_REPLACED_BY = ("replacedby", "isreplacedby")
_LANGUAGE = re.compile(r"([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*)?")
_DEEPEST = 500

Record = Mapping[str, Any]


def read_jsonl(data: bytes, source: str) -> Thesaurus:
    """Read one JSON object a line: id, name, alt, hidden, broader, definition, …; see docs/thesaurus.md.

    Raises
    ------
    DataError
        If a line is not UTF-8, not a JSON object, or holds a value of the wrong kind.
    """
    return _thesaurus(_lines(data, source), source)


def read_json(data: bytes, source: str) -> Thesaurus:
    """Read one JSON value: an array of such objects, or a tree of them under `children`.

    Raises
    ------
    DataError
        If it is not UTF-8, not JSON, or holds a value of the wrong kind.
    """
    try:
        value = json.loads(str(data, "utf-8"))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{source} is not JSON that can be read: {error}") from error
    listed = value if isinstance(value, list) else [value]
    if isinstance(value, dict) and not {*map(_normal, value)} & {*_IDS, *_NAMES["preferred"]}:
        # The trunk of a tree, which is no concept itself.
        listed = next((inner for key, inner in value.items() if _normal(key) == _CHILDREN), listed)
    if not isinstance(listed, list):
        raise DataError(f"{source}: expected a list of concepts, found {short(listed)}")
    return _thesaurus(((f"element {number}", one) for number, one in enumerate(listed, 1)), source)


def _lines(data: bytes, source: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        text = text_of(line, source, number)
        try:
            yield f"line {number}", json.loads(text)
        except (ValueError, RecursionError) as error:
            raise DataError(f"{source}, line {number}: not JSON: {error}") from error


def _thesaurus(records: Iterable[tuple[str, Any]], source: str) -> Thesaurus:
    draft = Draft()
    seen: set[str] = set()
    # Trees are walked with a list of what is still to do, so that deep ones cannot exhaust the stack.
    for place, record in records:
        waiting: list[tuple[Any, str | None, int]] = [(record, None, 0)]
        while waiting:
            one, parent, depth = waiting.pop()
            where = f"{source}, {place}"
            if not isinstance(one, dict):
                raise DataError(f"{where}: expected an object for each concept, found {short(one)}")
            if depth > _DEEPEST:
                raise DataError(f"{where}: the tree is more than {_DEEPEST} levels deep")
            concept, inner = _add(draft, one, where, seen)
            if parent is not None:
                concept.broader.append(parent)
            waiting += [(child, concept.id, depth + 1) for child in reversed(inner)]
    return draft.finished(source)


def _add(draft: Draft, record: Record, where: str, seen: set[str]) -> tuple[ConceptDraft, list[dict[str, Any]]]:
    """Add one record to the draft; return its concept and the records nested in it."""
    known = {_normal(key): value for key, value in record.items() if value is not None}
    names = {kind: _under(known, keys, where) for kind, keys in _NAMES.items()}
    given = [str(known[key]).strip() for key in _IDS if isinstance(known.get(key), str | int)]
    concept_id = next((one for one in [*given, *(text for text, _ in names["preferred"])] if one), "")
    if not concept_id:
        raise DataError(f"{where}: the concept has neither an id nor a name; found {short(dict(record))}")
    concept = draft.concept(concept_id)
    nested = [child for child in _listed(known.get(_CHILDREN)) if isinstance(child, dict)]
    if concept_id in seen and not _repeats(concept, names["preferred"]):
        message = f"{where}: {concept_id!r} stands here once more, with another name; both are kept together"
        draft.defects.append(Finding("repeated id", (concept_id,), message))
    seen.add(concept_id)
    for kind, texts in names.items():
        concept.names += [Name(" ".join(text.split()), kind, language) for text, language in texts if text.strip()]
    for kind, keys in _NOTES.items():
        texts = _under(known, keys, where)
        concept.notes += [Note(text.strip(), kind, language) for text, language in texts if text.strip()]
    _add_links(draft, concept, known, where)
    return concept, nested


def _repeats(concept: ConceptDraft, names: list[tuple[str, str]]) -> bool:
    """Tell whether a record says the same name as one before: trees repeat a concept under each of its parents."""
    known = {(name.text, name.language) for name in concept.names if name.kind == "preferred"}
    return {(" ".join(text.split()), language) for text, language in names} == known


def _add_links(draft: Draft, concept: ConceptDraft, known: Record, where: str) -> None:
    def ids(*keys: str) -> list[str]:
        return [_id_of(one, where) for key in keys if key in known for one in _listed(known[key])]

    concept.broader += ids(*_BROADER)
    concept.related += ids("related")
    draft.narrower += [(concept.id, child) for child in ids(_NARROWER)]
    draft.narrower += [(concept.id, child) for child in _listed(known.get(_CHILDREN)) if isinstance(child, str)]
    concept.replaced_by += ids(*_REPLACED_BY)
    concept.notations += ids("notation", "notations", "code")
    concept.types += ids("types")
    for kind, keys in _MATCHES.items():
        concept.matches += [Match(uri, kind) for uri in ids(*keys)]
    concept.deprecated |= str(known.get("deprecated")).lower() in ("true", "1")
    concept.top |= str(known.get("top")).lower() in ("true", "1")


def _id_of(value: Any, where: str) -> str:
    if isinstance(value, dict):
        known = {_normal(key): one for key, one in value.items()}
        value = next((known[key] for key in (*_IDS, *_NAMES["preferred"]) if known.get(key)), None)
    if not isinstance(value, str | int) or not str(value).strip():
        raise DataError(f"{where}: expected the id of a concept, found {short(value)}")
    return str(value).strip()


def _under(known: Record, keys: Iterable[str], where: str) -> list[tuple[str, str]]:
    """Return (text, language) of everything under `keys`."""
    return [pair for key in keys if key in known for pair in _texts(known[key], "", where)]


def _texts(value: Any, language: str, where: str) -> list[tuple[str, str]]:
    """Return (text, language) of a text, a list, an object of languages, or a titled comment; lists do not nest."""
    found: list[tuple[str, str]] = []
    for one in _listed(value):
        if isinstance(one, str):
            found.append((one, language))
        elif isinstance(one, int | float):
            found.append((str(one), language))
        elif isinstance(one, dict) and isinstance(one.get("@value", one.get("comment")), str):
            title = f"{one['title']}: " if isinstance(one.get("title"), str) else ""
            text = title + str(one.get("@value", one.get("comment")))
            found.append((text, str(one.get("@language", language)).lower()))
        elif isinstance(one, dict) and not language:
            for tag, inner in one.items():
                if not _LANGUAGE.fullmatch(tag):
                    raise DataError(f"{where}: expected texts by language ({{'en': …}}), found the key {short(tag)}")
                found += [(text, tag.lower()) for text in _plain_texts(inner, where)]
        else:
            raise DataError(f"{where}: expected a text, a list of texts or texts by language, found {short(one)}")
    return found


def _plain_texts(value: Any, where: str) -> list[str]:
    texts = _listed(value)
    wrong = next((one for one in texts if not isinstance(one, str)), None)
    if wrong is not None:
        raise DataError(f"{where}: expected a text or a list of texts, found {short(wrong)}")
    return texts


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return [one for one in value if one is not None] if isinstance(value, list) else [value]


@lru_cache(maxsize=256)
def _normal(key: str) -> str:
    return "".join(c for c in key.casefold() if c not in "_- ")
