"""Migration: the labels of a corpus or model, from one version of a thesaurus to the next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from headword.thesaurus.align import LabelMatch
from headword.thesaurus.codes import is_code
from headword.thesaurus.diff import VersionDiff
from headword.thesaurus.path_match import elements_of
from headword.thesaurus.proposals import Proposal
from headword.thesaurus.rewriting import LabelWriter
from headword.thesaurus.thesaurus import Thesaurus

MOVE_KINDS: dict[str, str] = {
    "kept": "the label is as good in the new version",
    "renamed": "the concept has another name, path or code",
    "merged": "the concept is gone; another takes its place",
    "split": "the concept is gone; several take its place, and the documents do not say which",
    "not joined": "another label of the model has the new name; only training anew joins them",
    "no image": "the concept is gone, and nothing takes its place",
    "by hand": "somebody said so in a table",
    "unknown": "the label is no concept of the old version, or not just one",
}

_N_PROPOSALS = 5
# The image of a broader concept is where a cataloguer would look first.
_BROADER = 0.5


@dataclass(frozen=True, slots=True)
class LabelMove:
    """What is to become of a label.

    Attributes
    ----------
    label, n_docs
        As in the corpus.
    kind
        A key of MOVE_KINDS.
    images
        The labels that take its place; the label itself where it is kept; none where somebody has to decide.
    old, new
        Ids of the concepts in the old and the new version.
    proposals
        Concepts of the new version, where somebody has to decide.
    note
        For people.
    """

    label: str
    n_docs: int
    kind: str
    images: tuple[str, ...]
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    note: str = ""


def plan_migration(versions: VersionDiff, matches: Sequence[LabelMatch], *, splits: str = "keep") -> list[LabelMove]:
    """Return what is to become of each label that was matched with the old version.

    A label is written in the new version as it was in the old: as id, code, path or name, in capitals or small letters
    where it was so. A label that is still a name of its concept stays, unless it was the preferred one and is not now.

    Parameters
    ----------
    matches
        Of the labels with `versions.old`, by `align_corpus` or read from a table that somebody went over.
    splits
        "keep": a label whose concept was split has no image and is kept for somebody to decide. "all": all concepts
        that take its place.
    """
    writer = LabelWriter(versions.old, versions.new)
    moves = [_move(match, versions, splits, writer) for match in matches]
    undecided = [number for number, move in enumerate(moves) if not move.images and not move.proposals]
    if undecided:
        texts = [(elements_of(moves[number].label) or (moves[number].label,))[-1] for number in undecided]
        for number, found in zip(undecided, versions.new.proposer.propose(texts, _N_PROPOSALS), strict=True):
            moves[number] = replace(moves[number], proposals=found)
    return moves


def kept_apart(moves: Sequence[LabelMove]) -> list[LabelMove]:
    """Return the moves of a model's labels, in which no two become one: one takes the name, the others stay.

    The name goes to the label that has it already, else to the one with most documents. Labels that would become
    several stay, too.
    """
    found = [move if len(move.images) < 2 else replace(move, images=()) for move in moves]
    while True:
        claims: dict[str, list[int]] = {}
        for number, move in enumerate(found):
            claims.setdefault((move.images or (move.label,))[0], []).append(number)
        losers: list[int] = []
        for name, claimants in claims.items():
            claimants.sort(key=lambda n: (found[n].label != name, -found[n].n_docs, found[n].label))
            losers += claimants[1:]
        if not losers:
            return found
        for number in losers:
            note = f"another label is called {found[number].images[0]!r}; {found[number].note}"
            found[number] = replace(found[number], kind="not joined", images=(), note=note)


def _move(match: LabelMatch, versions: VersionDiff, splits: str, writer: LabelWriter) -> LabelMove:
    rows = versions.old.rows(match.concepts).tolist()
    if not rows:
        note = match.note or "no concept of the old version has this name"
        return LabelMove(match.label, match.n_docs, "unknown", (), note=note)
    whole = match.kind not in ("codes", "some codes", "list") and len(rows) == 1
    parts = [match.label] if whole else [_part(versions.old, row) for row in rows]
    moves = [_move_one(match, part, row, versions, splits, writer) for part, row in zip(parts, rows, strict=True)]
    if whole:
        return moves[0]
    kind = max((move.kind for move in moves), key=list(MOVE_KINDS).index)
    images = [image for move in moves for image in move.images or (move.label,)]
    return LabelMove(
        match.label,
        match.n_docs,
        kind,
        (match.label,) if kind == "kept" else tuple(dict.fromkeys([*images, *match.rest])),
        match.concepts,
        tuple(dict.fromkeys(one for move in moves for one in move.new)),
        tuple(dict.fromkeys(one for move in moves for one in move.proposals)),
        "; ".join(dict.fromkeys(f"{move.label}: {move.note}" for move in moves if move.note)),
    )


def _part(old: Thesaurus, row: int) -> str:
    """Return how one of several concepts in a label is written: by its code if it has one, by its id if that is one."""
    concept = old.concepts[row]
    return concept.notations[0] if concept.notations else concept.id if is_code(concept.id) else old.name(row)


def _move_one(
    match: LabelMatch, label: str, row: int, versions: VersionDiff, splits: str, writer: LabelWriter
) -> LabelMove:
    old, new, image = versions.old, versions.new, versions.images[row]
    ids = tuple(new.concepts[one].id for one in image.rows)
    base = LabelMove(label, match.n_docs, "kept", (), (old.concepts[row].id,), ids)
    if not image.rows:
        above = [one for parent in old.broader[row].tolist() for one in versions.images[parent].rows]
        proposals = tuple(Proposal(new.concepts[one].id, _BROADER) for one in dict.fromkeys(above))
        return replace(base, kind="no image", proposals=proposals, note=_fate(row, versions))
    images = tuple(dict.fromkeys(writer.rewrite(match.kind, label, row, one) for one in image.rows))
    if len(image.rows) > 1:
        names = ", ".join(repr(new.name(one)) for one in image.rows)
        proposals = tuple(Proposal(one, 1.0) for one in ids)
        return replace(
            base, kind="split", images=images if splits == "all" else (), proposals=proposals, note=f"now {names}"
        )
    if versions.same.get(row) != image.rows[0]:
        note = f"now {new.name(image.rows[0])!r}: {image.reason}"
        return replace(base, kind="merged", images=images, note=note)
    if images == (label,):
        return replace(base, images=images)
    before, after = old.name(row), new.name(image.rows[0])
    is_plain = before == after or (label.casefold(), images[0].casefold()) == (before.casefold(), after.casefold())
    return replace(base, kind="renamed", images=images, note="" if is_plain else f"was {before!r}, is {after!r}")


def _fate(row: int, versions: VersionDiff) -> str:
    name = versions.old.name(row)
    return f"{name!r} is deprecated without a replacement" if row in versions.same else f"{name!r} is no longer there"
