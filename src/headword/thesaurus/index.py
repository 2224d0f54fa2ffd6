"""NameIndex: from a string, as people and catalogues write it, to the concepts it may mean."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from headword.thesaurus.concept import NAME_KINDS
from headword.thesaurus.folding import fold_case, fold_words, turned_round, without_qualifier

if TYPE_CHECKING:
    from headword.thesaurus.thesaurus import Thesaurus

# How sure a hit is: by the kind of name, and by what had to be ignored to make the strings equal. The figures order
# the hits; they are no measured probabilities.
_BY_KIND = (1.0, 0.96, 0.9)
_BY_FOLDING = {"": 1.0, "case": 0.98, "form": 0.92, "inverted": 0.85, "qualifier": 0.7, "own qualifier": 0.5}
# A deprecated concept gives way to one in use that matches a little less well.
_DEPRECATED = 0.85
_LAST_PART = 0.95

Table = dict[str, list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept that a string may mean.

    Attributes
    ----------
    row
        The row of the concept.
    kind
        "id", "notation", or the kind of the name, followed by what was ignored: "preferred name", "alternative name,
        case", "preferred name, form" (punctuation, plural, "&").
    confidence
        0 to 1, for ordering.
    """

    row: int
    kind: str
    confidence: float


class NameIndex:
    """Ids, notations and names of all concepts of a thesaurus, each as it stands and folded."""

    def __init__(self, thesaurus: "Thesaurus") -> None:
        self.thesaurus = thesaurus
        self._table = thesaurus.names()

    def lookup(self, label: str) -> list[Hit]:
        """Return the concepts that `label` may mean, the likeliest first; equal ones in the order of the thesaurus.

        Only the best hit of each concept is returned.
        """
        best: dict[int, Hit] = {}
        for hit in [*self._by_code(label), *self._by_name(label)]:
            if hit.row not in best or best[hit.row].confidence < hit.confidence:
                best[hit.row] = hit
        return sorted(best.values(), key=lambda hit: (-hit.confidence, hit.row))

    def codes(self, label: str) -> list[Hit]:
        """Return the concepts whose id, end of URI or notation is `label`, without respect to case."""
        return self._by_code(label)

    def named(self, label: str) -> list[int]:
        """Return the rows of concepts with a name of the same words as `label`, whatever the form."""
        return sorted({row for row, _ in self._words.get(fold_words(label), ())})

    def _by_code(self, label: str) -> list[Hit]:
        text = label.strip().removeprefix("<").removesuffix(">")
        folded = fold_case(text)
        found = [(row, "id", 1.0) for row in self._ids.get(text, ())]
        found += [(row, "notation", 1.0) for row in self._notations.get(text, ())]
        found += [(row, "id", _LAST_PART) for row in self._ends.get(folded, ())]
        found += [(row, "notation", _LAST_PART) for row in self._notations_folded.get(folded, ())]
        return [self._hit(row, kind, confidence) for row, kind, confidence in found]

    def _by_name(self, label: str) -> list[Hit]:
        turned, bare = turned_round(label), without_qualifier(label)
        ways: list[tuple[str, Sequence[tuple[int, int]]]] = [
            ("", self._exact.get(label, ())),
            ("case", self._cased.get(fold_case(label), ())),
            ("form", self._words.get(fold_words(label), ())),
            ("inverted", self._words.get(fold_words(turned), ()) if turned else ()),
            ("inverted", self._turned.get(fold_words(label), ())),
            # `trees (mathematics)` is seldom the tree of a thesaurus that knows but one.
            ("own qualifier", self._words.get(fold_words(bare), ()) if bare else ()),
            ("qualifier", self._bare.get(fold_words(label), ())),
        ]
        hits = []
        for ignored, found in ways:
            for row, kind in found:
                called = f"{NAME_KINDS[kind]} name" + (f", {ignored}" if ignored else "")
                hits.append(self._hit(row, called, _BY_KIND[kind] * _BY_FOLDING[ignored]))
        return hits

    def _hit(self, row: int, kind: str, confidence: float) -> Hit:
        return Hit(row, kind, round(confidence * (_DEPRECATED if self.thesaurus.deprecated[row] else 1.0), 4))

    def _folded(self, fold: Callable[[str], str]) -> Table:
        table: Table = defaultdict(list)
        columns = zip(self._table.texts, self._table.concepts.tolist(), self._table.kinds.tolist(), strict=True)
        for text, row, kind in columns:
            key = fold(text)
            if key:
                table[key].append((row, kind))
        return dict(table)

    @cached_property
    def _exact(self) -> Table:
        return self._folded(lambda text: text)

    @cached_property
    def _cased(self) -> Table:
        return self._folded(fold_case)

    @cached_property
    def _words(self) -> Table:
        return self._folded(fold_words)

    @cached_property
    def _turned(self) -> Table:
        return self._folded(lambda text: fold_words(turned) if (turned := turned_round(text)) else "")

    @cached_property
    def _bare(self) -> Table:
        return self._folded(lambda text: fold_words(bare) if (bare := without_qualifier(text)) else "")

    @cached_property
    def _ids(self) -> dict[str, list[int]]:
        return _grouped((concept.id, row) for row, concept in enumerate(self.thesaurus))

    @cached_property
    def _ends(self) -> dict[str, list[int]]:
        return _grouped((fold_case(end_of(concept.id)), row) for row, concept in enumerate(self.thesaurus))

    @cached_property
    def _notations(self) -> dict[str, list[int]]:
        return _grouped((code, row) for row, concept in enumerate(self.thesaurus) for code in concept.notations)

    @cached_property
    def _notations_folded(self) -> dict[str, list[int]]:
        return _grouped(
            (fold_case(code), row) for row, concept in enumerate(self.thesaurus) for code in concept.notations
        )


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    table: dict[str, list[int]] = defaultdict(list)
    for key, row in pairs:
        table[key].append(row)
    return dict(table)


def end_of(concept_id: str) -> str:
    """Return what a URI ends in, which catalogues often give alone; another id as it stands.

    Examples
    --------
    >>> end_of("http://astrothesaurus.org/uat/104"), end_of("urn:nbn:fi:au:ykl:61.3"), end_of("cs.LG")
    ('104', '61.3', 'cs.LG')
    """
    if ":" not in concept_id or " " in concept_id:
        return concept_id
    return concept_id.rstrip("/#").replace("#", "/").replace(":", "/").rpartition("/")[2]
