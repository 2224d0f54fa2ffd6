"""Thesaurus: concepts, their names and their hierarchy."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from headword.core.errors import DataError
from headword.thesaurus.concept import Concept, main_language
from headword.thesaurus.findings import Finding
from headword.thesaurus.links import Links
from headword.thesaurus.names import NameTable, name_table

if TYPE_CHECKING:
    from headword.thesaurus.index import NameIndex
    from headword.thesaurus.proposals import Proposer

PATH_SEPARATOR = " > "

# English is taken for the working language where nearly as many concepts have an English name as any other.
_NEARLY_ALL = 0.95


@dataclass(frozen=True, eq=False)
class Thesaurus:
    """Concepts in a fixed order; a concept's position, its row, is its place in every array.

    Attributes
    ----------
    concepts
        The concepts, as their source has them.
    title, version
        What the source says of itself, or "".
    working_language
        The language in which concepts are named where none is asked for; "": the one with the most preferred names.
    defects
        What was found odd while reading; `check` adds what the structure shows.

    Raises
    ------
    DataError
        If an id is empty or stands twice.

    Examples
    --------
    >>> from headword.thesaurus.concept import Name
    >>> stars = Concept("1", (Name("Stars"),))
    >>> giants = Concept("2", (Name("Giant stars"),), broader=("1",))
    >>> thesaurus = Thesaurus((stars, giants))
    >>> thesaurus.path(1), thesaurus.narrower[0].tolist(), thesaurus.depths.tolist()
    ('Stars > Giant stars', [1], [0, 1])
    """

    concepts: tuple[Concept, ...]
    title: str = ""
    version: str = ""
    working_language: str = ""
    defects: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "concepts", tuple(self.concepts))
        if len(self._rows) < len(self.concepts):
            counts = Counter(concept.id for concept in self.concepts)
            raise DataError(f"the ids of concepts must be distinct; found twice: {counts.most_common(1)[0][0]!r}")
        if "" in self._rows:
            raise DataError("the id of a concept must not be empty")

    def __len__(self) -> int:
        return len(self.concepts)

    def __iter__(self) -> Iterator[Concept]:
        return iter(self.concepts)

    def __contains__(self, concept_id: object) -> bool:
        return concept_id in self._rows

    def __getitem__(self, concept_id: str) -> Concept:
        return self.concepts[self.row(concept_id)]

    def __repr__(self) -> str:
        n_deprecated = int(self.deprecated.sum())
        title = f"{self.title!r}, " if self.title else ""
        return f"Thesaurus({title}{len(self)} concepts, {n_deprecated} deprecated, {', '.join(self.languages)})"

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {concept.id: row for row, concept in enumerate(self.concepts)}

    def row(self, concept_id: str) -> int:
        """Return the row of a concept; an unknown id is a DataError."""
        try:
            return self._rows[concept_id]
        except KeyError:
            raise DataError(f"the thesaurus of {len(self)} concepts has none with the id {concept_id!r}") from None

    def rows(self, concept_ids: Sequence[str]) -> np.ndarray:
        """Return the row of each id, -1 for ids that the thesaurus lacks; int64, shape (len(concept_ids),)."""
        return np.array([self._rows.get(one, -1) for one in concept_ids], dtype=np.int64)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hex) over the content of all concepts, whatever their order."""
        from headword.thesaurus.writer import record_of

        records = sorted(json.dumps(record_of(concept), sort_keys=True) for concept in self.concepts)
        return hashlib.sha256("\n".join(records).encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def deprecated(self) -> np.ndarray:
        """bool (n_concepts,): no longer to be assigned."""
        return np.array([concept.deprecated for concept in self.concepts], dtype=bool)

    @cached_property
    def broader(self) -> Links:
        """From each concept to those directly broader, as far as the thesaurus has them."""
        return self._links(lambda concept: concept.broader)

    @cached_property
    def narrower(self) -> Links:
        """From each concept to those directly narrower."""
        return self.broader.reversed()

    @cached_property
    def related(self) -> Links:
        """From each concept to those related, both ways."""
        return self._links(lambda concept: concept.related).both_ways()

    def _links(self, targets: Callable[[Concept], Sequence[str]]) -> Links:
        rows = self._rows
        pairs = [
            (row, rows[target])
            for row, concept in enumerate(self.concepts)
            for target in targets(concept)
            if target in rows
        ]
        return Links.from_pairs(pairs, len(self))

    @cached_property
    def roots(self) -> np.ndarray:
        """Rows of the concepts in use that have nothing broader; int32.

        Where the thesaurus has a hierarchy, those with nothing narrower are roots only if declared top concepts.
        """
        highest = (self.broader.counts == 0) & ~self.deprecated
        if len(self.broader.indices):
            declared = np.array([concept.top for concept in self.concepts], dtype=bool)
            highest &= (self.narrower.counts > 0) | declared
        return np.flatnonzero(highest).astype(np.int32)

    @cached_property
    def depths(self) -> np.ndarray:
        """int32 (n_concepts,): least number of links from a concept with nothing broader; -1 below cycles only."""
        return self.narrower.distances(np.flatnonzero(self.broader.counts == 0).tolist())

    @cached_property
    def n_levels(self) -> int:
        """The number of concepts on the longest way from the top to the bottom, cycles aside; 0 without concepts."""
        return int(self.broader.longest().max(initial=-1)) + 1

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of preferred names, the most frequent first; "" among them if some name has none."""
        counts = Counter(n.language for c in self.concepts for n in c.names if n.kind == "preferred")
        return tuple(sorted(counts, key=lambda language: (-counts[language], language)))

    @cached_property
    def language(self) -> str:
        """The language in which concepts are named where none is asked for."""
        if self.working_language or not self.languages:
            return self.working_language
        varieties = ({main_language(n.language) for n in c.names if n.kind == "preferred"} for c in self.concepts)
        counts = Counter(language for some in varieties for language in some)
        most = max(counts.values(), default=0)
        main = (
            "en" if counts["en"] >= _NEARLY_ALL * most else max(sorted(counts), key=lambda language: counts[language])
        )
        return next(language for language in self.languages if main_language(language) == main)

    def in_language(self, language: str) -> "Thesaurus":
        """Return the same thesaurus with another working language."""
        return replace(self, working_language=language.lower())

    def name(self, row: int, language: str | None = None) -> str:
        """Return the preferred name of a concept; the id if it has none at all."""
        return self.concepts[row].name(self.language if language is None else language)

    @cached_property
    def n_names(self) -> int:
        """The number of names of all concepts, in all languages and of all kinds."""
        return sum(len(concept.names) for concept in self.concepts)

    def names(self, languages: Sequence[str] | None = None, kinds: Sequence[str] | None = None) -> NameTable:
        """Return the names of all concepts as columns.

        Parameters
        ----------
        languages
            Keep names in these languages, their varieties ("en-gb" for "en") and those without a language; None: all.
        kinds
            Keep these of NAME_KINDS; None: all.
        """
        return name_table(self.concepts, languages, kinds)

    @cached_property
    def index(self) -> "NameIndex":
        """Names, ids, notations and paths of all concepts, ready to be looked up."""
        from headword.thesaurus.index import NameIndex

        return NameIndex(self)

    @cached_property
    def proposer(self) -> "Proposer":
        """Names of all concepts, ready to be ranked by their resemblance to a string."""
        from headword.thesaurus.proposals import Proposer

        return Proposer(self)

    def paths(self, row: int, most: int = 20) -> list[tuple[int, ...]]:
        """Return the ways from the broadest concepts down to this one, as rows; at most `most` of them."""
        return [way[::-1] for way in self.broader.walks(row, most)]

    def path(self, row: int, language: str | None = None) -> str:
        """Return the shortest way from the top to a concept as names, `A > B > C`."""
        way = min(self.paths(row), key=len)
        return PATH_SEPARATOR.join(self.name(step, language) for step in way)

    def replacements(self, row: int) -> tuple[int, ...]:
        """Return the rows of the concepts in use that stand for this one: itself, or what its replacements lead to."""
        found: dict[int, None] = {}
        seen = {row}
        waiting = [row]
        while waiting:
            one = waiting.pop(0)
            if not self.deprecated[one]:
                found[one] = None
                continue
            steps = [self._rows[target] for target in self.concepts[one].replaced_by if target in self._rows]
            waiting += [step for step in steps if step not in seen]
            seen.update(steps)
        return tuple(found)
