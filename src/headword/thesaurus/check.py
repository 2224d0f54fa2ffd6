"""`check`: what is odd about a thesaurus."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from headword.thesaurus.concept import Concept
from headword.thesaurus.findings import FINDING_KINDS, Finding
from headword.thesaurus.thesaurus import Thesaurus

# A language counts as one of the thesaurus if at least this share of the concepts in use has a name in it.
_MOST = 0.9


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
    holders: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for concept in thesaurus:
        if not concept.deprecated:
            for name in concept.names:
                ids = holders[name.language, name.text]["preferred" if name.kind == "preferred" else "other"]
                ids += [concept.id] if concept.id not in ids else []
    for (_, text), kinds in holders.items():
        preferred, other = kinds["preferred"], [one for one in kinds["other"] if one not in kinds["preferred"]]
        if len(preferred) > 1:
            message = f"{text!r} is the preferred name of {len(preferred)} concepts"
            yield Finding("duplicate name", tuple(preferred), message)
        if other and len(preferred) + len(other) > 1:
            message = (
                f"{text!r} is an alternative name of {len(other)} and the preferred one of {len(preferred)} concepts"
            )
            yield Finding("ambiguous name", (*preferred, *other), message)


def _deprecated(thesaurus: Thesaurus) -> Iterator[Finding]:
    for row, concept in enumerate(thesaurus):
        if not concept.deprecated:
            continue
        name = _called(concept, thesaurus)
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
