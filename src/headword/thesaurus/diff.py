"""`diff`: what changed between two versions of a thesaurus, and what became of each concept."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from headword.thesaurus.concept import NAME_KINDS, Concept, Name
from headword.thesaurus.folding import fold_words
from headword.thesaurus.thesaurus import Thesaurus

CHANGE_KINDS: dict[str, str] = {
    "removed": "no longer there, and nothing bears its name",
    "deprecated": "no longer to be assigned, without a replacement",
    "split": "gone, with several concepts to take its place",
    "merged": "gone into a concept that was there before, or that takes the place of several",
    "replaced": "gone, with one new concept to take its place",
    "added": "not there before",
    "revived": "deprecated before, in use again",
    "renamed": "another preferred name",
    "moved": "other concepts directly broader",
    "redefined": "definitions added, changed or taken away",
    "other names": "other names, or names in other languages, added or taken away",
    "other notes": "scope notes added, changed or taken away",
    "other codes": "other notations",
}

# Where the name of a concept that is gone is looked for: to the letter?, among which names, and what that tells.
_BY_NAME = (
    (True, ("preferred",), "it has this preferred name"),
    (True, ("alternative", "hidden"), "it has this name"),
    (False, NAME_KINDS, "it has this name in another form"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one concept.

    Attributes
    ----------
    kind
        A key of CHANGE_KINDS.
    id
        The id in the old version; of what was added, in the new one.
    name
        The preferred name before; of what was added, after.
    before, after
        Texts for people: names, broader concepts, definitions.
    targets
        Ids in the new version that take its place, where it is gone.
    note
        On what the targets rest.
    """

    kind: str
    id: str
    name: str
    before: str = ""
    after: str = ""
    targets: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """What became of a concept: rows in the new version (none: nothing is known), and what that rests on."""

    rows: tuple[int, ...]
    reason: str


class VersionDiff:
    """Two versions of a thesaurus side by side.

    Concepts are the same if their ids are; where the versions have no id in common, if their paths are, or failing that
    their names, each being the only one of its kind. Where a concept is gone, its replacement is, in this order: what
    the new version says (`replaced by`, followed to concepts in use), what the old one said, the concept that has its
    preferred name, the one that has it among its alternative names, the one that either version calls an exact match.

    Attributes
    ----------
    old, new
        The versions.
    """

    def __init__(self, old: Thesaurus, new: Thesaurus) -> None:
        self.old = old
        self.new = new

    @cached_property
    def shares_ids(self) -> bool:
        """Some id is in both versions."""
        return any(concept.id in self.new for concept in self.old)

    @cached_property
    def same(self) -> dict[int, int]:
        """The row in the new version of each row of the old one whose concept is still there, deprecated or not."""
        new = self.new
        found = {row: new.row(concept.id) for row, concept in enumerate(self.old) if concept.id in new}
        if self.shares_ids:
            return found
        for key in (Thesaurus.path, Thesaurus.name):
            ours, theirs = _only_ones(self.old, key), _only_ones(new, key)
            taken = set(found.values())
            for text, row in ours.items():
                if row not in found and text in theirs and theirs[text] not in taken:
                    found[row] = theirs[text]
        return found

    @cached_property
    def images(self) -> tuple[Image, ...]:
        """What became of each concept of the old version, in its order."""
        return tuple(self._image(row) for row in range(len(self.old)))

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """All changes, the gravest kinds first (the order of CHANGE_KINDS), in the order of the versions."""
        found = [*self._gone(), *self._added(), *self._kept()]
        order = list(CHANGE_KINDS)
        return tuple(sorted(found, key=lambda change: order.index(change.kind)))

    def counts(self) -> dict[str, int]:
        """Return the number of changes of each kind that occurs, in the order of CHANGE_KINDS."""
        counts = Counter(change.kind for change in self.changes)
        return {kind: counts[kind] for kind in CHANGE_KINDS if counts[kind]}

    @cached_property
    def n_unchanged(self) -> int:
        """Concepts in use in the old version that nothing has changed of."""
        changed = {change.id for change in self.changes if change.kind != "added"}
        return sum(not concept.deprecated and concept.id not in changed for concept in self.old)

    def _image(self, row: int) -> Image:
        counterpart = self.same.get(row)
        rows = () if counterpart is None else self.new.replacements(counterpart)
        if rows:
            return Image(rows, "the same concept" if rows == (counterpart,) else "the new version says so")
        if self.old.deprecated[row]:
            instead = dict.fromkeys(one for step in self.old.replacements(row) for one in self._image(step).rows)
            if instead:
                return Image(tuple(instead), "the old version says so")
        return self._image_by_name(self.old.concepts[row]) or Image((), "")

    def _image_by_name(self, concept: Concept) -> Image | None:
        names = [name for name in concept.names if name.kind == "preferred"]
        for exactly, kinds, reason in _BY_NAME:
            rows = {row for name in names for row in self._holders(name, exactly, kinds)}
            if len(rows) == 1:
                return Image(tuple(rows), reason)
        exact = {self.new.row(uri) for uri in concept.matches_of("exact") if uri in self.new}
        exact |= self._exact_matches.get(concept.id, set())
        in_use = [row for row in exact if not self.new.deprecated[row]]
        return Image((in_use[0],), "it is called an exact match") if len(in_use) == 1 else None

    @cached_property
    def _exact_matches(self) -> dict[str, set[int]]:
        """The rows of the new version by the ids that they are called an exact match of."""
        found: dict[str, set[int]] = defaultdict(set)
        for row, concept in enumerate(self.new):
            for uri in concept.matches_of("exact"):
                found[uri].add(row)
        return dict(found)

    def _holders(self, name: Name, exactly: bool, kinds: Sequence[str]) -> set[int]:
        """Return the rows in use of the new version that have this name, of one of these kinds, in its language."""
        key = name.text if exactly else fold_words(name.text)
        found = (self._names if exactly else self._folded_names).get((key, name.language), ())
        return {row for row, kind in found if kind in kinds and not self.new.deprecated[row]}

    @cached_property
    def _names(self) -> "_Holders":
        return _holders(self.new, lambda text: text)

    @cached_property
    def _folded_names(self) -> "_Holders":
        return _holders(self.new, fold_words)

    def _gone(self) -> Iterator[Change]:
        # What is deprecated in both versions is no news.
        gone = [
            row
            for row in range(len(self.old))
            if not self._is_kept(row) and not (self.old.deprecated[row] and row in self.same)
        ]
        there_before = set(self.same.values())
        taken = Counter(one for row in gone for one in self.images[row].rows)
        for row in gone:
            image, deprecated = self.images[row], row in self.same
            targets = tuple(self.new.concepts[one].id for one in image.rows)
            if len(targets) > 1:
                kind = "split"
            elif targets:
                shared = image.rows[0] in there_before or taken[image.rows[0]] > 1
                kind = "merged" if shared else "replaced"
            else:
                kind = "deprecated" if deprecated else "removed"
            after = " | ".join(self.new.name(one, self.old.language) for one in image.rows)
            state = "deprecated" if deprecated else "no longer there"
            before = "deprecated before, " if self.old.deprecated[row] else ""
            note = "; ".join(filter(None, [before + state, image.reason]))
            name = self.old.name(row)
            yield Change(kind, self.old.concepts[row].id, name, before=name, after=after, targets=targets, note=note)

    def _is_kept(self, row: int) -> bool:
        counterpart = self.same.get(row)
        return counterpart is not None and not self.new.deprecated[counterpart]

    def _added(self) -> Iterator[Change]:
        there_before = set(self.same.values())
        for row, concept in enumerate(self.new):
            if row not in there_before and not concept.deprecated:
                yield Change("added", concept.id, self.new.name(row), after=self.new.path(row))

    def _kept(self) -> Iterator[Change]:
        for row, old in enumerate(self.old):
            if not self._is_kept(row):
                continue
            name = self.old.name(row)
            if old.deprecated:
                yield Change("revived", old.id, name)
            for kind, before, after in self._differences(old, self.new.concepts[self.same[row]]):
                if before != after:
                    yield Change(kind, old.id, name, " | ".join(before), " | ".join(after))

    def _differences(self, old: Concept, new: Concept) -> Iterator[tuple[str, list[str], list[str]]]:
        """Iterate (kind, what only the old has, what only the new has)."""
        lost, won = _apart(_names(old, "preferred"), _names(new, "preferred"))
        # A name in one more language is no other name.
        yield "renamed", lost, won if lost else []
        added: dict[object, str] = {} if lost else _each(won)
        for kind, before, after in (
            ("moved", self._broader(old, self.old), self._broader(new, self.new)),
            ("redefined", _notes(old, "definition"), _notes(new, "definition")),
            ("other names", _names(old, "alternative", "hidden"), _names(new, "alternative", "hidden") | added),
            ("other notes", _notes(old, "scope"), _notes(new, "scope")),
            ("other codes", _each(old.notations), _each(new.notations)),
        ):
            yield kind, *_apart(before, after)

    def _broader(self, concept: Concept, thesaurus: Thesaurus) -> dict[object, str]:
        """Return the concepts directly broader, those that stayed the same under one key in both versions."""
        found: dict[object, str] = {}
        for one in concept.broader:
            if one in thesaurus:
                row = thesaurus.row(one)
                key = self.images[row].rows if thesaurus is self.old else (row,)
                found[key or one] = thesaurus.name(row)
        return found


def diff(old: Thesaurus, new: Thesaurus) -> VersionDiff:
    """Compare two versions of a thesaurus."""
    return VersionDiff(old, new)


def _apart(before: Mapping[object, str], after: Mapping[object, str]) -> tuple[list[str], list[str]]:
    """Return what only the one has, and what only the other has."""
    return [text for key, text in before.items() if key not in after], [
        text for key, text in after.items() if key not in before
    ]


def _names(concept: Concept, *kinds: str) -> dict[object, str]:
    return _each(name.text for name in concept.names if name.kind in kinds)


def _notes(concept: Concept, kind: str) -> dict[object, str]:
    return _each(note.text for note in concept.notes if note.kind == kind)


def _each(texts: Iterable[str]) -> dict[object, str]:
    return {text: text for text in texts}


def _only_ones(thesaurus: Thesaurus, key: Callable[[Thesaurus, int], str]) -> dict[str, int]:
    """Return the rows in use by a key that no other row in use has."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row in range(len(thesaurus)):
        if not thesaurus.deprecated[row]:
            rows[key(thesaurus, row)].append(row)
    return {text: found[0] for text, found in rows.items() if len(found) == 1}


_Holders = dict[tuple[str, str], list[tuple[int, str]]]


def _holders(thesaurus: Thesaurus, fold: Callable[[str], str]) -> _Holders:
    """Return (row, kind of name) by (folded name, language)."""
    table: _Holders = defaultdict(list)
    for row, concept in enumerate(thesaurus):
        for name in concept.names:
            table[fold(name.text), name.language].append((row, name.kind))
    return dict(table)
