"""Alignment: the labels of a corpus to the concepts of a thesaurus."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from headword.core.corpus import Corpus
from headword.core.progress import Progress, silent
from headword.thesaurus.codes import broader_codes, codes_in, is_code
from headword.thesaurus.context import Context
from headword.thesaurus.index import Hit
from headword.thesaurus.path_match import PathMatcher, elements_of, slashed_elements_of
from headword.thesaurus.proposals import Proposal
from headword.thesaurus.thesaurus import PATH_SEPARATOR, Thesaurus

if TYPE_CHECKING:
    import scipy.sparse as sp

MATCH_KINDS: dict[str, str] = {
    "id": "the id of a concept, or the end of its URI",
    "notation": "the code of a concept",
    "preferred name": "the preferred name of a concept",
    "alternative name": "another name of a concept",
    "hidden name": "a name that is only meant for searching",
    "path": "the names from the top down to a concept",
    "partial path": "such names with levels left out",
    "codes": "several ids or codes in one label, all of them known",
    "some codes": "several ids or codes in one label, not all of them known",
    "list": "several names in one label, all of them known",
    "by hand": "somebody said so in a table",
    "ambiguous": "the name of several concepts, and nothing tells which; they are among the proposals",
    "none": "nothing of this name; see the proposals",
}

# A hit that is less certain is only proposed.
LEAST_CONFIDENCE = 0.6
_SURE = 0.9
_CODES = 0.95
_CODE_KINDS = ("id", "notation")
_LISTS = ((";", 0.9), ("|", 0.9), (",", 0.75))
# A comma also turns names round (`Hospitals, Teaching`): it divides lists of more parts, and lists of codes.
_FEW_PARTS = 2
# What the choice among equally named concepts costs.
_CHOSEN = {"context": (0.9, "the labels beside it"), "depth": (0.7, "its place nearest the top")}
_CLASS_OF_A_CODE = 0.5
_N_PROPOSALS = 5


@dataclass(frozen=True, slots=True)
class LabelMatch:
    """What a label of a corpus means in a thesaurus.

    Attributes
    ----------
    label
        As the corpus has it.
    n_docs
        Documents that carry it.
    kind
        A key of MATCH_KINDS; after names and a comma: what was ignored ("case", "form", "inverted", "qualifier").
    confidence
        0 to 1; orders the matches of a table, and is no measured probability.
    concepts
        Ids: one, several for lists and codes, none where nothing matched.
    others
        Ids of equally named concepts that were not chosen.
    proposals
        Ranked, where nothing was chosen.
    rest
        Parts of the label that mean nothing here: codes that are not known.
    note
        For people.
    """

    label: str
    n_docs: int
    kind: str
    confidence: float
    concepts: tuple[str, ...]
    others: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    rest: tuple[str, ...] = ()
    note: str = ""


def align_corpus(corpus: Corpus, thesaurus: Thesaurus, progress: Progress = silent) -> list[LabelMatch]:
    """Match every label that documents of `corpus` carry, in the order of its label space.

    Where several concepts have one name, the labels beside it decide: the concept is chosen whose broader concepts are
    labels of the same documents most often.
    """
    targets = corpus.targets
    support = np.bincount(targets.indices, minlength=len(corpus.label_space))
    used = np.flatnonzero(support)
    carried = targets[:, used]
    labels = [corpus.label_space.names[column] for column in used.tolist()]
    return _Aligner(thesaurus, labels, support[used].tolist(), (carried.T @ carried).tocsr()).align(progress)


def align_labels(labels: Sequence[str], thesaurus: Thesaurus, progress: Progress = silent) -> list[LabelMatch]:
    """Match bare labels; nothing beside them helps where several concepts have one name."""
    return _Aligner(thesaurus, labels, [0] * len(labels), None).align(progress)


class _Aligner:
    def __init__(
        self, thesaurus: Thesaurus, labels: Sequence[str], n_docs: Sequence[int], together: "sp.csr_matrix | None"
    ) -> None:
        self._thesaurus = thesaurus
        self._labels = labels
        self._n_docs = n_docs
        self._paths = PathMatcher(thesaurus)
        self._hits = [self._looked_up(label) for label in labels]
        self._context = Context(thesaurus, self._hits, together)

    def align(self, progress: Progress) -> list[LabelMatch]:
        found = [self._match(number) for number in range(len(self._labels))]
        bare = [number for number, match in enumerate(found) if match.kind == "none"]
        if bare:
            texts = [(elements_of(self._labels[number]) or (self._labels[number],))[-1] for number in bare]
            proposals = self._thesaurus.proposer.propose(texts, _N_PROPOSALS, progress=progress)
            for number, ranked in zip(bare, proposals, strict=True):
                known = {one.id for one in found[number].proposals}
                more = [one for one in ranked if one.id not in known]
                found[number] = replace(found[number], proposals=(*found[number].proposals, *more)[:_N_PROPOSALS])
        return found

    def _looked_up(self, label: str) -> list[Hit]:
        hits = self._thesaurus.index.lookup(label)
        elements = elements_of(label)
        if elements and (not hits or hits[0].confidence < _SURE):
            hits = sorted([*hits, *self._paths.match(elements)], key=lambda hit: (-hit.confidence, hit.row))
        if not hits and len(slashed := slashed_elements_of(label)) > 1:
            hits = [hit for hit in self._paths.match(slashed) if hit.confidence >= _SURE]
        return hits

    def _match(self, number: int) -> LabelMatch:
        hits = self._hits[number]
        best = hits[0].confidence if hits else 0.0
        if best >= _SURE:
            return self._of_hits(number)
        several = self._of_codes(number) or (self._of_list(number) if best < LEAST_CONFIDENCE else None)
        if several is not None:
            return several
        return self._of_hits(number) if best >= LEAST_CONFIDENCE else self._unmatched(number)

    def _found(self, number: int, kind: str, confidence: float, rows: Sequence[int], **more: Any) -> LabelMatch:
        ids = tuple(self._thesaurus.concepts[row].id for row in rows)
        return LabelMatch(self._labels[number], self._n_docs[number], kind, round(confidence, 3), ids, **more)

    def _of_hits(self, number: int) -> LabelMatch:
        """Return the match of the best hit; of equally good ones the context chooses."""
        hits = self._hits[number]
        top = [hit for hit in hits if hit.confidence == hits[0].confidence]
        rows = [hit.row for hit in top]
        if len(top) == 1:
            return self._found(number, top[0].kind, top[0].confidence, rows, **self._replaced(rows[0]))
        chosen, how, scores = self._context.choose(number, rows)
        if chosen is None:
            order = np.argsort(-scores, kind="stable")[:_N_PROPOSALS].tolist()
            proposals = tuple(Proposal(self._id(rows[i]), round(float(scores[i]), 3)) for i in order)
            note = f"the name of {len(rows)} concepts"
            return self._found(number, "ambiguous", 0.0, (), proposals=proposals, note=note)
        factor, because = _CHOSEN[how]
        others = tuple(self._id(row) for row in rows if row != chosen)
        note = f"one of {len(rows)} concepts of this name, chosen by {because}"
        return self._found(number, top[0].kind, factor * top[0].confidence, (chosen,), others=others, note=note)

    def _replaced(self, row: int) -> dict[str, Any]:
        """Return a note and proposals for a concept that is deprecated."""
        if not self._thesaurus.deprecated[row]:
            return {}
        instead = self._thesaurus.replacements(row)
        names = ", ".join(repr(self._thesaurus.name(one)) for one in instead)
        note = f"deprecated; use {names}" if instead else "deprecated without a replacement"
        return {"note": note, "proposals": tuple(Proposal(self._id(one), 1.0) for one in instead)}

    def _of_codes(self, number: int) -> LabelMatch | None:
        codes = codes_in(self._labels[number])
        found = {code: self._code(code) for code in codes}
        known = [row for row in found.values() if row is not None]
        unknown = [code for code, row in found.items() if row is None]
        if not known or not all(map(is_code, unknown)):
            return None
        rows = list(dict.fromkeys(known))
        if not unknown:
            return self._found(number, "codes", _CODES, rows)
        return self._found(number, "some codes", _CODES, rows, proposals=self._classes(unknown), rest=tuple(unknown))

    def _code(self, code: str) -> int | None:
        hits = self._thesaurus.index.codes(code)
        rows = {hit.row for hit in hits if hit.confidence == max(hit.confidence for hit in hits)}
        return rows.pop() if len(rows) == 1 else None

    def _classes(self, codes: Sequence[str]) -> tuple[Proposal, ...]:
        """Return, for codes that are unknown, the narrowest known classes that they lie in."""
        classes = (
            next((row for c in broader_codes(code) if (row := self._code(c)) is not None), None) for code in codes
        )
        return tuple(Proposal(self._id(row), _CLASS_OF_A_CODE) for row in dict.fromkeys(classes) if row is not None)

    def _of_list(self, number: int) -> LabelMatch | None:
        for separator, factor in _LISTS:
            parts = [part.strip() for part in self._labels[number].split(separator) if part.strip()]
            found = [self._thesaurus.index.lookup(part)[:2] for part in parts] if len(parts) > 1 else []
            doubtful = separator == "," and len(parts) <= _FEW_PARTS
            if found and all(self._is_one(hits) and (hits[0].kind in _CODE_KINDS or not doubtful) for hits in found):
                rows = dict.fromkeys(hits[0].row for hits in found)
                return self._found(number, "list", factor * min(hits[0].confidence for hits in found), list(rows))
        return None

    def _is_one(self, hits: Sequence[Hit]) -> bool:
        """Tell whether one concept is clearly meant."""
        return (
            bool(hits) and hits[0].confidence >= _SURE and (len(hits) == 1 or hits[1].confidence < hits[0].confidence)
        )

    def _unmatched(self, number: int) -> LabelMatch:
        """Return no match, with what is known of a part of the label as proposals; names alike are looked for later."""
        elements = elements_of(self._labels[number])
        proposals = tuple(Proposal(self._id(hit.row), hit.confidence) for hit in self._hits[number][:_N_PROPOSALS])
        note = ""
        above, n_known = self._paths.known_part(elements)
        if above is not None:
            note = f"known as far as {PATH_SEPARATOR.join(elements[:n_known])!r}"
            proposals = (*proposals, Proposal(self._id(above.row), round(n_known / len(elements), 3)))
        elif not proposals and (codes := codes_in(self._labels[number])) and all(map(is_code, codes)):
            proposals = self._classes(codes)
            note = "the class it lies in is known" if proposals else ""
        return self._found(number, "none", 0.0, (), proposals=proposals, note=note)

    def _id(self, row: int) -> str:
        return self._thesaurus.concepts[row].id
