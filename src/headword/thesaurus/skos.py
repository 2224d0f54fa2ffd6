"""SKOS in RDF/XML, Turtle, N-Triples and JSON-LD; SKOS-XL names as well.

References
----------
A. Miles, S. Bechhofer: SKOS Simple Knowledge Organization System Reference. W3C Recommendation, 2009.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote
from xml.parsers import expat

from headword.core.errors import DataError
from headword.core.opening import text_of
from headword.thesaurus.concept import Match, Name, Note
from headword.thesaurus.draft import ConceptDraft, Draft
from headword.thesaurus.findings import Finding
from headword.thesaurus.thesaurus import Thesaurus

SKOS = "http://www.w3.org/2004/02/skos/core#"
SKOS_XL = "http://www.w3.org/2008/05/skos-xl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
DCTERMS = "http://purl.org/dc/terms/"
ISO_THES = "http://purl.org/iso25964/skos-thes#"
# The URIs of concepts whose ids are no URIs themselves; the writer makes them and the reader takes them off.
OWN_IDS = "urn:headword:"

_NAMES = {
    f"{space}{kind}Label": name
    for space in (SKOS, SKOS_XL)
    for kind, name in (("pref", "preferred"), ("alt", "alternative"), ("hidden", "hidden"))
}
NOTE_PROPERTIES = {
    "definition": f"{SKOS}definition",
    "scope": f"{SKOS}scopeNote",
    "example": f"{SKOS}example",
    "change": f"{SKOS}changeNote",
    "history": f"{SKOS}historyNote",
    "editorial": f"{SKOS}editorialNote",
    "general": f"{SKOS}note",
}
_NOTES = {uri: kind for kind, uri in NOTE_PROPERTIES.items()} | {f"{SKOS}historyNote": "history"}
MATCH_PROPERTIES = {kind: f"{SKOS}{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")}
_MATCHES = {uri: kind for kind, uri in MATCH_PROPERTIES.items()}
_TYPE, _LABEL = f"{RDF}type", f"{RDFS}label"
_DEPRECATED, _REPLACED_BY, _REPLACES = f"{OWL}deprecated", f"{DCTERMS}isReplacedBy", f"{DCTERMS}replaces"
_DEPRECATED_TYPES = {f"{OWL}DeprecatedClass", "http://purl.org/finnonto/schema/skosext#DeprecatedConcept"}
_BROADER, _NARROWER = (
    (f"{SKOS}{way}", *(f"{ISO_THES}{way}{kind}" for kind in ("Generic", "Partitive", "Instantial")))
    for way in ("broader", "narrower")
)
_LINKS = dict.fromkeys(_BROADER, "broader") | dict.fromkeys(_NARROWER, "narrower") | {f"{SKOS}related": "related"}
_TITLES = (f"{DCTERMS}title", "http://purl.org/dc/elements/1.1/title", f"{SKOS}prefLabel", _LABEL)
_VERSIONS = (f"{OWL}versionInfo", f"{DCTERMS}hasVersion")
# Where a note or a SKOS-XL name is a node of its own: the properties that hold its text.
_VALUES = (f"{SKOS_XL}literalForm", f"{RDF}value", f"{RDFS}comment")
_MEMBER = f"{SKOS}member"
_NO_CONCEPTS = frozenset({
    f"{SKOS}ConceptScheme", f"{SKOS}Collection", f"{SKOS}OrderedCollection", f"{SKOS_XL}Label",
    f"{ISO_THES}ThesaurusArray", f"{ISO_THES}ConceptGroup",
})  # fmt: skip
_MARKS = (f"{SKOS}prefLabel", f"{SKOS_XL}prefLabel", f"{SKOS}inScheme", f"{SKOS}topConceptOf", *_BROADER, *_NARROWER)
_USED = {uri: uri for uri in (
    *_NAMES, *_NOTES, *_MATCHES, *_TITLES, *_VERSIONS, *_VALUES, *_MARKS, _TYPE, _DEPRECATED, _REPLACED_BY, _REPLACES,
    f"{SKOS}related", f"{SKOS}notation", f"{SKOS}hasTopConcept", _MEMBER,
)}  # fmt: skip

_ENTITY = re.compile(rb"""<!ENTITY\s+[^\s"'%]+\s+("[^"<&]{0,256}"|'[^'<&]{0,256}')\s*>""")
_DEEPEST = 500
# "No element found", "unclosed token", "unclosed CDATA section" of expat.
_CUT_OFF, _INVALID_TOKEN = (3, 5, 20), 4

# (text or URI, language tag; None for a resource)
Value = tuple[str, str | None]
Known = Mapping[str, Sequence[Value]]


def read_rdf_xml(data: bytes, source: str) -> Thesaurus:
    """Read SKOS in RDF/XML.

    Raises
    ------
    DataError
        If it is not RDF/XML, declares entities that grow when expanded, or holds no concepts.
    """
    _require_tame_xml(data, source)
    return _read(data, source, "RDF_XML", "RDF/XML")


def read_turtle(data: bytes, source: str) -> Thesaurus:
    """Read SKOS in Turtle, of which N-Triples are a part; a DataError if it is no Turtle or holds no concepts."""
    return _read(data, source, "TURTLE", "Turtle")


def read_n_triples(data: bytes, source: str) -> Thesaurus:
    """Read SKOS in N-Triples; a DataError if it is no N-Triples or holds no concepts."""
    return _read(data, source, "N_TRIPLES", "N-Triples")


def read_json_ld(data: bytes, source: str) -> Thesaurus:
    """Read SKOS in JSON-LD whose context stands in the file; a DataError if it is none or holds no concepts."""
    return _read(data, source, "JSON_LD", "JSON-LD")


class _Resources:
    """What the triples say of each resource, as far as it is used here."""

    def __init__(self) -> None:
        # Predicate, text, language, predicate, … in one flat list a resource: a hundred thousand small containers
        # would keep the garbage collector busy for longer than the parsing takes.
        self._flat: defaultdict[str, list[str | None]] = defaultdict(list)

    def add(self, subject: str, predicate: str, text: str, language: str | None) -> None:
        self._flat[subject] += (predicate, text, language)

    def known(self, subject: str) -> Known:
        flat: Any = self._flat.get(subject, ())
        found: dict[str, list[Value]] = {}
        for i in range(0, len(flat), 3):
            found.setdefault(flat[i], []).append((flat[i + 1], flat[i + 2]))
        return found

    def __iter__(self) -> Iterator[tuple[str, Known]]:
        return ((subject, self.known(subject)) for subject in self._flat)


def _read(data: bytes, source: str, form: str, called: str) -> Thesaurus:
    resources = _resources(data, source, form, called)
    draft = Draft()
    replacements: list[tuple[str, str]] = []
    tops: list[str] = []
    for uri, known in resources:
        replacements += [(replaced, uri) for replaced in _uris(known.get(_REPLACES, ()))]
        tops += _uris(known.get(f"{SKOS}hasTopConcept", ()))
        if (f"{SKOS}ConceptScheme", None) in known.get(_TYPE, ()):
            _describe(draft, known)
        if not _is_concept(known):
            continue
        if _is_blank(uri):
            name = next((text for text, _ in known.get(f"{SKOS}prefLabel", ())), "")
            draft.defects.append(Finding("no id", (), f"a concept named {name!r} is a blank node; it is left out"))
        else:
            _fill(draft, draft.concept(own_id(uri)), known, resources)
    for replaced, uri in replacements:
        if own_id(replaced) in draft.concepts:
            draft.concept(own_id(replaced)).replaced_by.append(own_id(uri))
    for top in map(own_id, tops):
        if top in draft.concepts:
            draft.concept(top).top = True
    if not draft.concepts:
        raise DataError(f"{source} holds no concepts: nothing in its {called} is a skos:Concept with a URI")
    return draft.finished(source)


def own_id(uri: str) -> str:
    """Return the id that the writer made `uri` of; a URI that it did not make stays."""
    return unquote(uri[len(OWN_IDS) :]) if uri.startswith(OWN_IDS) else uri


def _resources(data: bytes, source: str, form: str, called: str) -> _Resources:
    import pyoxigraph as rdf

    resources = _Resources()
    add, literal, blank = resources.add, rdf.Literal, rdf.BlankNode
    try:
        for quad in rdf.parse(data, getattr(rdf.RdfFormat, form), lenient=True):
            predicate = _USED.get(quad.predicate.value)
            if predicate is None:
                continue
            subject, found = quad.subject, quad.object
            key = f"_:{subject.value}" if type(subject) is blank else subject.value
            if type(found) is literal:
                add(key, predicate, found.value, found.language or "")
            else:
                add(key, predicate, f"_:{found.value}" if type(found) is blank else getattr(found, "value", ""), None)
    except SyntaxError as error:
        raise DataError(f"{source} is not {called} that can be read: {_reason(error)}") from error
    return resources


def _reason(error: SyntaxError) -> str:
    reason = str(error.msg)
    if "LoadDocumentCallback" in reason:
        return "its @context lies on another host, and headword fetches nothing while reading: convert it to Turtle"
    if "namespaces" in reason:
        return f"{reason}: this is some other XML"
    if "UTF-8" in reason:
        return f"{reason}; convert it (iconv -f WINDOWS-1252 -t UTF-8, or whatever it was written in)"
    return f"{reason}; the file is cut off: fetch it again" if "end of file" in reason else reason


def _is_concept(known: Known) -> bool:
    types = {uri for uri, _ in known.get(_TYPE, ())}
    if f"{SKOS}Concept" in types:
        return True
    return types.isdisjoint(_NO_CONCEPTS) and _MEMBER not in known and any(mark in known for mark in _MARKS)


def _fill(draft: Draft, concept: ConceptDraft, known: Known, resources: _Resources) -> None:
    linked: dict[str, list[str]] = {"broader": concept.broader, "related": concept.related, "narrower": []}
    n_blank = 0
    for predicate, values in known.items():
        if predicate in _NAMES:
            kind = _NAMES[predicate]
            texts = _texts(values, resources)
            concept.names += [Name(" ".join(t.split()), kind, language) for t, language in texts if t.strip()]
        elif predicate in _NOTES:
            kind = _NOTES[predicate]
            concept.notes += [Note(t.strip(), kind, lang) for t, lang in _texts(values, resources) if t.strip()]
        elif predicate in _MATCHES:
            concept.matches += [Match(uri, _MATCHES[predicate]) for uri in _uris(values)]
        elif predicate in _LINKS:
            uris = _uris(values)
            ids = [own_id(uri) for uri in uris if not _is_blank(uri)]
            linked[_LINKS[predicate]] += ids
            n_blank += len(uris) - len(ids)
    draft.narrower += [(concept.id, one) for one in linked["narrower"]]
    # Some write the URI as text.
    concept.replaced_by += [own_id(text.strip()) for text, _ in known.get(_REPLACED_BY, ()) if not _is_blank(text)]
    if n_blank:
        message = f"links of {concept.id!r} that lead to blank nodes, which have no id, are left out: {n_blank}"
        draft.defects.append(Finding("dangling link", (concept.id,), message))
    concept.notations += [text.strip() for text, _ in known.get(f"{SKOS}notation", ()) if text.strip()]
    concept.types += [uri for uri in _uris(known.get(_TYPE, ())) if uri != f"{SKOS}Concept"]
    said = (text.strip().lower() in ("true", "1") for text, _ in known.get(_DEPRECATED, ()))
    concept.deprecated = any(said) or not _DEPRECATED_TYPES.isdisjoint(concept.types)
    concept.top = f"{SKOS}topConceptOf" in known
    if not any(name.kind == "preferred" for name in concept.names):
        labels = known.get(_LABEL, ())
        concept.names += [Name(" ".join(t.split()), "preferred", lang) for t, lang in labels if lang is not None]


def _uris(values: Iterable[Value]) -> list[str]:
    return [uri for uri, language in values if language is None]


def _is_blank(uri: str) -> bool:
    return uri.startswith("_:")


def _texts(values: Iterable[Value], resources: _Resources) -> Iterator[tuple[str, str]]:
    """Iterate (text, language); where a value is a node of its own, what that node says."""
    for text, language in values:
        if language is not None:
            yield text, language
            continue
        node = resources.known(text)
        title = next((f"{found}: " for found, _ in node.get(_TITLES[0], ())), "")
        for predicate in _VALUES:
            yield from ((title + found, tag) for found, tag in node.get(predicate, ()) if tag is not None)


def _describe(draft: Draft, known: Known) -> None:
    titles = [value for predicate in _TITLES for value in known.get(predicate, ())]
    if titles and not draft.title:
        draft.title = min(titles, key=lambda value: value[1] not in ("en", ""))[0].strip()
        draft.version = next((found[0][0].strip() for p in _VERSIONS if (found := known.get(p))), "")


def _require_tame_xml(data: bytes, source: str) -> None:
    """Refuse what would take memory or time out of proportion: entities within entities, and very deep nesting."""
    n_entities = data.count(b"<!ENTITY")
    if n_entities and len(_ENTITY.findall(data)) != n_entities:
        raise DataError(
            f"{source} declares XML entities that are long or made of other entities, which headword does not expand; "
            "write it anew without them, or as Turtle"
        )
    depth = 0

    def count(step: int) -> None:
        nonlocal depth
        depth += step
        if depth > _DEEPEST:
            raise DataError(f"{source} is no usable RDF/XML: its elements are nested more than {_DEEPEST} levels deep")

    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda *_: count(1)
    parser.EndElementHandler = lambda *_: count(-1)
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError) as error:
        if parser.ErrorCode == _INVALID_TOKEN:  # other bytes than those of UTF-8 are the likeliest reason
            for line, content in enumerate(data.split(b"\n")[: parser.ErrorLineNumber], 1):
                text_of(content, source, line)
        remedy = "the file is cut off: fetch it again" if parser.ErrorCode in _CUT_OFF else "mend it there"
        raise DataError(f"{source} is not XML: {error}; {remedy}") from error
