"""Label normalisation: proposes merges and splits of labels, and applies them only when told."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from headword.cleaning.change import MAX_EXAMPLES, Change
from headword.cleaning.label_codes import split_codes, split_list
from headword.cleaning.label_forms import LEVELS, fold, is_acronym_trap, joined, singular
from headword.core.corpus import Corpus
from headword.core.errors import DataError, RecipeError

Apply = Literal["none", "high", "all"]

_REASONS = {
    "unicode": "the same characters in another Unicode form",
    "spacing": "they differ in blanks only",
    "case": "they differ in upper and lower case only",
    "hyphen": "they differ in hyphen, underscore, blank and case only",
    "joined": "one is written together, the other apart",
    "plural": "they differ in a regular plural ending",
}


@dataclass(frozen=True)
class Proposal:
    """A proposed change of one label.

    Attributes
    ----------
    kind
        "unicode", "spacing", "case", "hyphen", "joined", "plural" (merges) or "compound" (a split).
    source
        The label that would vanish.
    targets
        What stands in its place: one label for a merge, one or more for a split.
    n_docs
        Documents that carry `source`.
    confidence
        "high": safe to apply unread; "low": somebody should look.
    reason
        For people.
    """

    kind: str
    source: str
    targets: tuple[str, ...]
    n_docs: int
    confidence: Literal["high", "low"]
    reason: str

    def __str__(self) -> str:
        targets = " + ".join(repr(t) for t in self.targets)
        return f"{self.source!r} -> {targets} ({self.n_docs:,} documents; {self.confidence}: {self.reason})"


def propose_merges(corpus: Corpus) -> list[Proposal]:
    """Return proposals for labels that look like others, or like several in one; most documents first.

    The more frequent spelling wins (of equals, the first in sorted order). Spellings that differ in Unicode form,
    blanks, case, hyphens or underscores, and lists of class codes, are of high confidence; of low confidence are short
    words against acronyms, words written together or apart, plurals, and lists with commas.
    """
    support = dict(
        zip(
            corpus.label_space.names,
            np.bincount(corpus.targets.indices, minlength=len(corpus.label_space)).tolist(),
            strict=True,
        )
    )
    compounds = _compounds(support)
    proposals = list(compounds.values())
    plain = {name: count for name, count in support.items() if name not in compounds}
    heads: dict[str, str] = {}
    for folded, names in _grouped(plain, lambda name: fold(name, "hyphen")).items():
        heads[folded] = names[0]
        proposals += [_spelling(name, names[0], support[name]) for name in names[1:]]
    taken: set[str] = set()
    for kind, pairs in (("joined", _joined_pairs(heads, support)), ("plural", _plural_pairs(heads))):
        for pair in pairs:
            winner, loser = sorted(pair, key=lambda name: _rank(name, support))
            if loser not in taken:
                taken.add(loser)
                proposals.append(Proposal(kind, loser, (winner,), support[loser], "low", _REASONS[kind]))
    return sorted(proposals, key=lambda p: (-p.n_docs, p.source))


def _compounds(support: Mapping[str, int]) -> dict[str, Proposal]:
    by_case = {fold(name, "case"): name for name in sorted(support, key=lambda name: (support[name], name))}
    found: dict[str, Proposal] = {}
    for name, count in support.items():
        codes = split_codes(name)
        if codes is not None and codes != (name,):
            targets = tuple(dict.fromkeys(_known_spelling(code, by_case) for code in codes))
            found[name] = Proposal("compound", name, targets, count, "high", f"{len(targets)} class codes in one label")
        elif codes is None and (parts := split_list(name, support.__contains__)) is not None:
            reason = f"a list of {len(parts[0])} labels that exist"
            found[name] = Proposal("compound", name, parts[0], count, "high" if parts[1] else "low", reason)
    return found


def _known_spelling(code: str, by_case: Mapping[str, str]) -> str:
    known = by_case.get(fold(code, "case"), code)
    return known if split_codes(known) == (known,) else code


def _grouped(support: Mapping[str, int], key: Callable[[str], str]) -> dict[str, list[str]]:
    """Group the labels by key; the winner, the most frequent, stands first."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(support, key=lambda name: _rank(name, support)):
        groups[key(name)].append(name)
    return groups


def _rank(name: str, support: Mapping[str, int]) -> tuple[int, bool, str]:
    """Sort key of the better spelling: more frequent, then without odd blanks, then first in the alphabet."""
    return -support[name], name != fold(name, "unicode") or "  " in name, name


def _spelling(name: str, winner: str, n_docs: int) -> Proposal:
    kind = next(level for level in LEVELS if fold(name, level) == fold(winner, level))
    trap = kind == "case" and is_acronym_trap(name, winner)
    reason = "they differ in case only, but one may be an acronym" if trap else _REASONS[kind]
    return Proposal(kind, name, (winner,), n_docs, "low" if trap else "high", reason)


def _joined_pairs(heads: Mapping[str, str], support: Mapping[str, int]) -> Iterable[tuple[str, str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for folded, head in heads.items():
        groups[joined(folded)].append(head)
    for group in groups.values():
        best, *others = sorted(group, key=lambda name: _rank(name, support))
        yield from ((best, other) for other in others)


def _plural_pairs(heads: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    pairs = ((heads[folded], heads.get(singular(folded) or "")) for folded in heads)
    return [(plural, one) for plural, one in pairs if one is not None]


def apply_proposals(corpus: Corpus, proposals: Sequence[Proposal]) -> tuple[Corpus, Change]:
    """Replace the source of each proposal by its targets, in every document that carries it.

    Chains are followed to their end. Labels that no document carries any more leave the label space; new ones join it.

    Raises
    ------
    DataError
        If a label is the source of two proposals, not in the label space, or leads back to itself.
    """
    replaced: dict[str, tuple[str, ...]] = {}
    for proposal in proposals:
        if proposal.source not in corpus.label_space:
            raise DataError(f"a proposal changes {proposal.source!r}, which is none of the corpus's labels")
        if proposal.source in replaced:
            raise DataError(f"two proposals change {proposal.source!r}; keep one of them")
        replaced[proposal.source] = proposal.targets
    ends = {source: _follow(source, replaced, ()) for source in replaced}
    sets = corpus.label_sets()
    changed = 0
    for i, labels in enumerate(sets):
        if labels is not None and any(label in ends for label in labels):
            sets[i] = tuple(sorted({end for label in labels for end in ends.get(label, (label,))}))
            changed += 1
    examples = tuple(str(p) for p in proposals[:MAX_EXAMPLES])
    details = {"proposals": len(proposals), "labels_before": len(corpus.label_space)}
    cleaned = corpus.with_labels(sets) if replaced else corpus
    details["labels_after"] = len(cleaned.label_space)
    what = f"documents changed; {len(corpus.label_space):,} labels became {len(cleaned.label_space):,}"
    return cleaned, Change("labels", changed, examples, details, what=what)


def _follow(label: str, replaced: Mapping[str, tuple[str, ...]], path: tuple[str, ...]) -> tuple[str, ...]:
    if label in path:
        raise DataError(f"the proposals lead in a circle: {' -> '.join(map(repr, [*path, label]))}; drop one of them")
    if label not in replaced:
        return (label,)
    return tuple(dict.fromkeys(end for target in replaced[label] for end in _follow(target, replaced, (*path, label))))


def normalise_labels(corpus: Corpus, apply: Apply = "none") -> tuple[Corpus, Change]:
    """Propose label merges and splits; `apply` those of "high" confidence or "all" when told.

    With "none" the corpus stays as it is, and the proposals stand in `details["proposed"]`.

    Raises
    ------
    RecipeError
        If `apply` is none of these.
    """
    if apply not in ("none", "high", "all"):
        raise RecipeError(f'label proposals are applied "none", "high" or "all", not {apply!r}')
    proposals = propose_merges(corpus)
    by_kind: dict[str, int] = defaultdict(int)
    for proposal in proposals:
        by_kind[proposal.kind] += 1
    details = {"proposed": tuple(proposals), "by_kind": dict(sorted(by_kind.items()))}
    if apply == "none":
        what = f"labels changed; {len(proposals):,} changes proposed"
        examples = tuple(str(p) for p in proposals[:MAX_EXAMPLES])
        return corpus, Change("labels", 0, examples, details, what=what)
    cleaned, change = apply_proposals(corpus, [p for p in proposals if apply == "all" or p.confidence == "high"])
    return cleaned, replace(change, details={**change.details, **details})
