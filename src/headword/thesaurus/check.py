"""`check`: what is odd about a thesaurus."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from headword.core.opening import listed, short
from headword.thesaurus.concept import Concept, main_language
from headword.thesaurus.findings import FINDING_KINDS, Finding
from headword.thesaurus.folding import fold_case
from headword.thesaurus.thesaurus import Thesaurus

# A language counts as one of the thesaurus if at least this share of the concepts in use has a name in it.
_MOST = 0.9
_LONG = 500
_SHOWN = 3


def check(thesaurus: Thesaurus) -> list[Finding]:
    """Return what is odd, the gravest kinds first (the order of FINDING_KINDS), in the order of the thesaurus.

    What was found odd while reading is among it. Nothing here hinders any use of the thesaurus.
    """
    found = [
        *thesaurus.defects,
        *_cycles(thesaurus),
        *_links(thesaurus),
        *_names(thesaurus),
        *_shared_names(thesaurus),
        *_deprecated(thesaurus),
        *_orphans(thesaurus),
    ]
    order = list(FINDING_KINDS)
    return sorted(found, key=lambda finding: order.index(finding.kind))


def _called(concept: Concept, thesaurus: Thesaurus) -> str:
    return f"{concept.name(thesaurus.language)!r}"


def _cycles(thesaurus: Thesaurus) -> Iterator[Finding]:
    for concept in thesaurus:
        if concept.id in concept.broader:
            yield Finding("cycle", (concept.id,), f"{_called(concept, thesaurus)} is broader than itself")
    for rows in thesaurus.broader.cycles():
        ids = tuple(thesaurus.concepts[row].id for row in rows)
        names = ", ".join(repr(thesaurus.name(row)) for row in rows[:5])
        yield Finding("cycle", ids, f"{len(rows)} concepts are broader than one another: {names}")


def _links(thesaurus: Thesaurus) -> Iterator[Finding]:
    for concept in thesaurus:
        for link, targets in (
            ("the broader concept", concept.broader),
            ("the related concept", concept.related),
            ("the replacement", concept.replaced_by),
        ):
            for target in targets:
                if target not in thesaurus:
                    message = f"{_called(concept, thesaurus)} has {link} {target!r}, which is not in the thesaurus"
                    yield Finding("dangling link", (concept.id, target), message)


def _names(thesaurus: Thesaurus) -> Iterator[Finding]:
    in_use = [concept for concept in thesaurus if not concept.deprecated]
    counts = Counter(language for concept in in_use for language in _preferred(concept))
    common = [language for language in thesaurus.languages if counts[language] >= _MOST * len(in_use)]
    for concept in thesaurus:
        for name in concept.names:
            if len(name.text) > _LONG:
                message = f"{concept.id!r} has a name of {len(name.text):,} characters: {short(name.text)}"
                yield Finding("long name", (concept.id,), message)
        names = _preferred(concept)
        if not names:
            yield Finding("no preferred name", (concept.id,), f"{concept.id!r} has no preferred name")
            continue
        for language, texts in names.items():
            if len(texts) > 1:
                message = f"{concept.id!r} has {len(texts)} preferred names in {language or 'no language'}: {texts}"
                yield Finding("several preferred names", (concept.id,), message)
        for language in common:
            if language not in names and not concept.deprecated:
                message = f"{_called(concept, thesaurus)} has no preferred name in {language or 'no language'}"
                yield Finding("missing in a language", (concept.id,), message)


def _preferred(concept: Concept) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in concept.names:
        if name.kind == "preferred":
            found.setdefault(name.language, []).append(name.text)
    return found


def _shared_names(thesaurus: Thesaurus) -> Iterator[Finding]:
    holders: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: {"preferred": [], "other": []})
    texts: dict[tuple[str, str], str] = {}
    for row, concept in enumerate(thesaurus):
        if not concept.deprecated:
            for name in concept.names:
                key = main_language(name.language), fold_case(name.text)
                texts.setdefault(key, name.text)
                rows = holders[key]["preferred" if name.kind == "preferred" else "other"]
                rows += [row] if row not in rows else []
    for key, kinds in holders.items():
        preferred, other = kinds["preferred"], [row for row in kinds["other"] if row not in kinds["preferred"]]
        ids = tuple(thesaurus.concepts[row].id for row in (*preferred, *other))
        if len(preferred) > 1:
            message = f"{texts[key]!r} is the preferred name of {_listed(preferred, thesaurus)}"
            yield Finding("duplicate name", ids[: len(preferred)], message)
        if other and len(ids) > 1:
            also = f", and the preferred one of {_listed(preferred, thesaurus)}" if preferred else ""
            message = f"{texts[key]!r} is another name of {_listed(other, thesaurus)}{also}"
            yield Finding("ambiguous name", ids, message)


def _listed(rows: Sequence[int], thesaurus: Thesaurus) -> str:
    """Return what concepts are, by their paths."""
    paths = "; ".join(thesaurus.path(row) for row in rows[:_SHOWN])
    return paths + (f" and {len(rows) - _SHOWN:,} more" if len(rows) > _SHOWN else "")


def _deprecated(thesaurus: Thesaurus) -> Iterator[Finding]:
    for row, concept in enumerate(thesaurus):
        name = _called(concept, thesaurus)
        if not concept.deprecated:
            if concept.replaced_by:
                message = f"{name} is replaced by {listed(concept.replaced_by, _SHOWN)}, but not deprecated"
                yield Finding("replaced but in use", (concept.id,), message)
            continue
        in_use = [child for child in thesaurus.narrower[row].tolist() if not thesaurus.deprecated[child]]
        if in_use:
            message = (
                f"{name} is deprecated, but broader than {len(in_use)} in use, such as {thesaurus.name(in_use[0])!r}"
            )
            yield Finding("deprecated but linked", (concept.id,), message)
        if not concept.replaced_by:
            yield Finding("no replacement", (concept.id,), f"{name} is deprecated without a replacement")
        elif any(one in thesaurus for one in concept.replaced_by) and not thesaurus.replacements(row):
            message = f"{name} is replaced by concepts that are deprecated themselves"
            yield Finding("replaced by deprecated", (concept.id,), message)


def _orphans(thesaurus: Thesaurus) -> Iterator[Finding]:
    if not len(thesaurus.broader.indices):
        return
    alone = (thesaurus.broader.counts == 0) & (thesaurus.narrower.counts == 0) & ~thesaurus.deprecated
    for row in alone.nonzero()[0].tolist():
        concept = thesaurus.concepts[row]
        if not concept.top and not concept.broader:
            yield Finding("orphan", (concept.id,), f"{_called(concept, thesaurus)} has nothing broader or narrower")
