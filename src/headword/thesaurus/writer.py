"""`write_thesaurus`: JSON lines, which keep everything, SKOS in Turtle, and Annif's TSV."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from headword.core.compression import ending_of, written
from headword.core.errors import OutputError
from headword.thesaurus.concept import NAME_KINDS, Concept, Name, Note
from headword.thesaurus.skos import DCTERMS, MATCH_PROPERTIES, NOTE_PROPERTIES, OWL, OWN_IDS, RDF, SKOS
from headword.thesaurus.thesaurus import Thesaurus

_NAME_KEYS = dict(zip(NAME_KINDS, ("name", "alt", "hidden"), strict=True))
_NAME_PROPERTIES = dict(zip(NAME_KINDS, ("prefLabel", "altLabel", "hiddenLabel"), strict=True))
_NOTE_KEYS = {
    "definition": "definition",
    "scope": "scope_note",
    "example": "example",
    "general": "note",
    **{kind: f"{kind}_note" for kind in ("change", "history", "editorial")},
}
_SCHEME = f"{OWN_IDS}scheme"


def write_thesaurus(thesaurus: Thesaurus, path: str | os.PathLike[str]) -> None:
    """Write a thesaurus in the format that the extension of `path` names: .jsonl, .ttl or .tsv, plain, .gz or .zst.

    JSON lines keep all but title and version. Turtle keeps all; ids that are no URIs become URIs, which the reader
    turns back. TSV is what Annif reads: id, preferred name in the working language and notation of concepts in use.

    Raises
    ------
    OutputError
        If the extension is another, or the file cannot be written.
    """
    lines = _WRITERS.get(ending_of(path))
    if lines is None:
        known = ", ".join(_WRITERS)
        raise OutputError(f"cannot tell from the name {Path(path).name} how to write it; use {known} (.gz, .zst)")
    with written(path) as file:
        for piece in lines(thesaurus):
            file.write(piece)


def record_of(concept: Concept) -> dict[str, Any]:
    """Return a concept as the JSON object of its line; what is empty is left out."""
    record: dict[str, Any] = {"id": concept.id}
    for kind, key in _NAME_KEYS.items():
        record[key] = _by_language([name for name in concept.names if name.kind == kind], single=kind == "preferred")
    record |= {"notation": list(concept.notations), "broader": list(concept.broader), "related": list(concept.related)}
    for kind, key in _NOTE_KEYS.items():
        record[key] = _by_language([note for note in concept.notes if note.kind == kind], single=True)
    for kind in MATCH_PROPERTIES:
        record[f"{kind}_match"] = list(concept.matches_of(kind))
    record |= {"types": list(concept.types), "top": concept.top}
    record |= {"deprecated": concept.deprecated, "replaced_by": list(concept.replaced_by)}
    return {key: value for key, value in record.items() if value}


def _by_language(texts: Iterable[Name] | Iterable[Note], *, single: bool) -> Any:
    """Return texts as an object of languages, without it where none has a language; `single`: one text is no list."""
    groups: dict[str, list[str]] = {}
    for text in texts:
        groups.setdefault(text.language, []).append(text.text)
    plain = {tag: found[0] if single and len(found) == 1 else found for tag, found in groups.items()}
    return plain.get("") if set(plain) <= {""} else plain


def _json_lines(thesaurus: Thesaurus) -> Iterator[bytes]:
    for concept in thesaurus:
        record = record_of(concept)
        text = json.dumps(record, ensure_ascii=False)
        try:
            yield text.encode() + b"\n"
        except UnicodeEncodeError:  # half of a surrogate pair: only its escape is valid UTF-8
            yield json.dumps(record).encode() + b"\n"


def _annif_lines(thesaurus: Thesaurus) -> Iterator[bytes]:
    for concept in thesaurus:
        if not concept.deprecated:
            name = " ".join(concept.name(thesaurus.language).split())
            yield "\t".join([f"<{concept.id}>", name, *concept.notations[:1]]).encode("utf-8", "replace") + b"\n"


def _turtle(thesaurus: Thesaurus) -> Iterator[bytes]:
    import pyoxigraph as rdf

    prefixes = {"skos": SKOS, "rdf": RDF, "owl": OWL, "dcterms": DCTERMS}
    triples = (rdf.Triple(*triple) for triple in _triples(thesaurus, rdf))
    yield rdf.serialize(triples, format=rdf.RdfFormat.TURTLE, prefixes=prefixes) or b""


def _triples(thesaurus: Thesaurus, rdf: Any) -> Iterator[tuple[Any, Any, Any]]:
    node, named = rdf.NamedNode, rdf.Literal
    if thesaurus.title or thesaurus.version:
        scheme = node(_SCHEME)
        yield scheme, node(f"{RDF}type"), node(f"{SKOS}ConceptScheme")
        for text, predicate in ((thesaurus.title, f"{DCTERMS}title"), (thesaurus.version, f"{OWL}versionInfo")):
            if text:
                yield scheme, node(predicate), named(text)
    for concept in thesaurus:
        subject = node(_iri(concept.id))
        yield from ((subject, node(predicate), found) for predicate, found in _statements(concept, rdf))


def _statements(concept: Concept, rdf: Any) -> Iterator[tuple[str, Any]]:
    """Iterate (predicate, object) of one concept."""

    def nodes(predicate: str, ids: Iterable[str]) -> Iterator[tuple[str, Any]]:
        return ((predicate, rdf.NamedNode(_iri(one))) for one in ids)

    yield from nodes(f"{RDF}type", (f"{SKOS}Concept", *concept.types))
    for name in concept.names:
        yield SKOS + _NAME_PROPERTIES[name.kind], _literal(rdf, name)
    for note in concept.notes:
        yield NOTE_PROPERTIES[note.kind], _literal(rdf, note)
    yield from ((f"{SKOS}notation", rdf.Literal(code)) for code in concept.notations)
    yield from nodes(f"{SKOS}broader", concept.broader)
    yield from nodes(f"{SKOS}related", concept.related)
    for kind, predicate in MATCH_PROPERTIES.items():
        yield from nodes(predicate, concept.matches_of(kind))
    yield from nodes(f"{DCTERMS}isReplacedBy", concept.replaced_by)
    if concept.deprecated:
        yield f"{OWL}deprecated", rdf.Literal(True)
    if concept.top:
        yield from nodes(f"{SKOS}topConceptOf", (_SCHEME,))


def _literal(rdf: Any, text: Name | Note) -> Any:
    return rdf.Literal(text.text, language=text.language) if text.language else rdf.Literal(text.text)


def _iri(concept_id: str) -> str:
    """Return the id if it is an absolute URI, else one made of it that the reader turns back."""
    import pyoxigraph as rdf

    if concept_id.startswith(OWN_IDS):
        return OWN_IDS + quote(concept_id, safe="")
    try:
        return str(rdf.NamedNode(concept_id).value)
    except ValueError:
        return OWN_IDS + quote(concept_id, safe="")


_WRITERS: Mapping[str, Callable[[Thesaurus], Iterator[bytes]]] = {
    ".jsonl": _json_lines,
    ".ttl": _turtle,
    ".tsv": _annif_lines,
}
