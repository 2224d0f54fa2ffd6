"""headword thesaurus diff, migrate: from one version of a thesaurus to the next."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headword.cli import options
from headword.cli.output import counted, printable, require_table, require_writable, show_table, tell, write_json
from headword.cli.reading import Columns
from headword.cli.thesaurus_labels import SHOWN, labelled_corpus, show_account, tell_of_strangers, write_relabelled
from headword.cli.thesaurus_look import Language
from headword.cli.thesaurus_views import described, open_thesaurus

if TYPE_CHECKING:
    from headword.thesaurus.diff import Change, VersionDiff
    from headword.thesaurus.migration import LabelMove
    from headword.thesaurus.relabel import Relabelled

Old = Annotated[str, typer.Argument(metavar="A", help="The old version.")]
New = Annotated[str, typer.Argument(metavar="B", help="The new version.")]
DiffOutput = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="TABLE", help="Write all changes: .csv, .tsv, .jsonl (.gz, .zst) or .parquet."
    ),
]
Kind = Annotated[str | None, typer.Option(metavar="KIND", help="Show all changes of one kind.")]
Data = Annotated[str, typer.Argument(metavar="DATA|MODEL", help="Documents with labels, or a model (model.hw).")]
From = Annotated[str, typer.Option("--from", metavar="A", help="The version that the labels are of.")]
To = Annotated[str, typer.Option("--to", metavar="B", help="The version that they are to be of.")]
Output = Annotated[
    str | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write: a table, or a model. [only tell]")
]
Plan = Annotated[
    str | None, typer.Option("--plan", metavar="TABLE", help="Write what becomes of every label: .csv, .tsv or .jsonl.")
]
Table = Annotated[
    str | None, typer.Option("--table", metavar="TABLE", help="Such a plan, edited: what it says of a label counts.")
]
Splits = Annotated[
    str,
    typer.Option(
        "--splits", metavar="HOW", help="Labels of concepts that were split: keep them, or take all their parts."
    ),
]


def diff(
    old: Old,
    new: New,
    output: DiffOutput = None,
    kind: Kind = None,
    language: Language = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Compare two versions: concepts added, removed, deprecated, merged, split, renamed, moved and redefined."""
    from headword.thesaurus.diff import CHANGE_KINDS

    if kind is not None and kind not in CHANGE_KINDS:
        raise typer.BadParameter(f"the kinds of changes are: {', '.join(CHANGE_KINDS)}")
    if output is not None:
        require_table(output)
    require_writable(output, json)
    versions = _versions(old, new, language, quiet)
    changes = [change for change in versions.changes if kind is None or change.kind == kind]
    content = {"old": old, "new": new, "counts": versions.counts(), "n_unchanged": versions.n_unchanged}
    write_json(json, {**content, "changes": changes})
    if json != "-":
        _show_changes(changes, versions, whole=kind is not None)
    if output is not None:
        from headword.sources.writer import write

        write([_record(change) for change in changes], output)
        tell(f"wrote {counted(len(changes), 'change')} to {output}", quiet)
    if not changes:
        tell("nothing changed" if kind is None else f"nothing was {kind}", quiet)


def _versions(old: str, new: str, language: str | None, quiet: bool) -> "VersionDiff":
    """Read two versions, and say so where they do not look like versions of one thesaurus."""
    from headword.thesaurus.diff import VersionDiff

    versions = VersionDiff(open_thesaurus(old, None, language, quiet), open_thesaurus(new, None, language, quiet))
    if not versions.shares_ids:
        tell("no id is in both: concepts are taken for the same if their paths are, or else their names", quiet)
    return versions


def _record(change: "Change") -> dict[str, object]:
    return {
        "kind": change.kind, "id": change.id, "name": change.name, "before": change.before, "after": change.after,
        "targets": " | ".join(change.targets), "note": change.note,
    }  # fmt: skip


def _show_changes(changes: "list[Change]", versions: "VersionDiff", *, whole: bool) -> None:
    from headword.thesaurus.diff import CHANGE_KINDS

    if not whole and changes:
        rows = [(kind, n, CHANGE_KINDS[kind]) for kind, n in versions.counts().items()]
        show_table(["change", "concepts", "what it means"], rows)
        n_in_use = int((~versions.old.deprecated).sum())
        typer.echo(f"\n{versions.n_unchanged:,} of the {counted(n_in_use, 'concept')} in use are unchanged")
    shown: Counter[str] = Counter()
    for change in changes:
        shown[change.kind] += 1
        if not whole and shown[change.kind] == 1:
            typer.echo(f"\n{change.kind}:")
        if whole or shown[change.kind] <= SHOWN:
            typer.echo(printable(f"  {_told(change)}"))
        elif shown[change.kind] == SHOWN + 1:
            typer.echo(f"  and {versions.counts()[change.kind] - SHOWN:,} more: --kind {change.kind!r} shows all")


def _told(change: "Change") -> str:
    if change.kind == "added":
        return change.after
    note = f" ({change.note})" if change.note else ""
    if change.before == change.name:
        return f"{change.name} -> {change.after or 'nothing'}{note}"
    return (
        f"{change.name}: {_cut(change.before)} -> {_cut(change.after)}{note}"
        if change.before or change.after
        else change.name
    )


def _cut(text: str) -> str:
    return "–" if not text else text if len(text) <= 100 else text[:100] + "…"


def migrate(
    data: Data,
    old: From,
    new: To,
    output: Output = None,
    plan: Plan = None,
    table: Table = None,
    splits: Splits = "keep",
    language: Language = None,
    title: options.Title = None,
    abstract: options.Abstract = None,
    labels: options.Labels = None,
    id: options.Id = None,
    format: options.Format = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Rewrite the labels of documents, or of a model, from one version of a thesaurus to the next.

    Labels stay written as they were: names, paths, ids or codes. Nothing is dropped: a label without an image is kept
    and reported. Look at the --plan, correct its column images, and give it back with --table. A model can only rename:
    labels that would become one, or several, keep their names there until it is trained anew on migrated documents.
    """
    from headword.thesaurus.label_table import read_moves, require_ending

    if splits not in ("keep", "all"):
        raise typer.BadParameter("--splits is keep or all")
    of_model = _is_model(data)
    if output is not None and not of_model:
        require_table(output)
    if plan is not None:
        require_ending(plan)
    require_writable(output, plan, json)
    decided = [] if table is None else read_moves(table)
    versions = _versions(old, new, language, quiet)
    if of_model:
        moves = _model_moves(data, versions, splits, decided, quiet)
        _tell(moves, [], versions, plan, json, data, quiet)
        tell(f"added since: {counted(_n_added(versions), 'concept')}, which a model learns by training only", quiet)
        if output is not None:
            _write_model(data, output, moves, quiet)
        return
    corpus, choice = labelled_corpus(data, Columns(title, abstract, labels, id, format), quiet)
    from headword.thesaurus.align import align_corpus
    from headword.thesaurus.migration import plan_migration
    from headword.thesaurus.relabel import relabel

    moves = _decided(plan_migration(versions, align_corpus(corpus, versions.old), splits=splits), decided, quiet)
    migrated, account = relabel(corpus, {move.label: move.images for move in moves})
    _tell(moves, account, versions, plan, json, data, quiet)
    if output is not None:
        write_relabelled(data, output, migrated, choice, format, quiet)


def _decided(moves: "list[LabelMove]", given: "list[LabelMove]", quiet: bool) -> "list[LabelMove]":
    """Return the moves with what a table says of some of them."""
    from dataclasses import replace

    decided = {move.label: move for move in given}
    tell_of_strangers(decided, (move.label for move in moves), quiet)
    return [
        replace(move, kind="by hand", images=found.images, note="")
        if (found := decided.get(move.label)) and found.images != move.images
        else move
        for move in moves
    ]


def _tell(
    moves: "list[LabelMove]",
    account: "list[Relabelled]",
    versions: "VersionDiff",
    plan: str | None,
    json: str | None,
    data: str,
    quiet: bool,
) -> None:
    """Show counts, examples and what is to be decided; write the plan. Without an account the moves are one."""
    from headword.thesaurus.label_table import write_moves
    from headword.thesaurus.migration import MOVE_KINDS
    from headword.thesaurus.relabel import Relabelled

    counts = {kind: [move for move in moves if move.kind == kind] for kind in MOVE_KINDS}
    rows = [
        (kind, len(found), sum(m.n_docs for m in found), MOVE_KINDS[kind]) for kind, found in counts.items() if found
    ]
    if json != "-":
        show_table(["labels that are", "labels", "assignments", "what it means"], rows)
        account = account or [Relabelled(m.label, m.images or (m.label,), m.n_docs, ()) for m in moves]
        kinds, notes = {m.label: m.kind for m in moves}, {m.label: m.note for m in moves}
        show_account(account, kinds, notes, [kind for kind in MOVE_KINDS if kind != "kept"])
    undecided = sum(not move.images and move.kind != "by hand" for move in moves)
    if undecided:
        tell(
            f"{counted(undecided, 'label')} may need a decision: they stay as they are unless --table says otherwise",
            quiet,
        )
    if plan is not None:
        write_moves(moves, versions.new, plan)
        tell(f"wrote the plan for {counted(len(moves), 'label')} to {plan}", quiet)
    figures = {kind: {"labels": n, "assignments": n_docs} for kind, n, n_docs, _ in rows}
    content = {
        "data": data,
        "from": described(versions.old),
        "to": described(versions.new),
        "counts": figures,
        "labels": moves,
    }
    write_json(json, content)


def _is_model(data: str) -> bool:
    path = Path(data)
    if path.is_dir():
        return (path / "manifest.json").is_file()
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:
        return False


def _model_moves(
    data: str, versions: "VersionDiff", splits: str, decided: "list[LabelMove]", quiet: bool
) -> "list[LabelMove]":
    from dataclasses import replace

    from headword.bundle.relabelling import bundle_labels
    from headword.thesaurus.align import align_labels
    from headword.thesaurus.migration import kept_apart, plan_migration

    space, support = bundle_labels(data)
    found = align_labels(space.names, versions.old)
    matches = [replace(match, n_docs=n_docs) for match, n_docs in zip(found, support.tolist(), strict=True)]
    return kept_apart(_decided(plan_migration(versions, matches, splits=splits), decided, quiet))


def _n_added(versions: "VersionDiff") -> int:
    there_before = set(versions.same.values())
    return sum(row not in there_before and not concept.deprecated for row, concept in enumerate(versions.new))


def _write_model(data: str, output: str, moves: "list[LabelMove]", quiet: bool) -> None:
    from headword.bundle.relabelling import relabel_bundle

    names = {move.label: move.images[0] for move in moves if move.images}
    space = relabel_bundle(data, output, names)
    n_renamed = sum(label != name for label, name in names.items())
    tell(f"wrote the model with {n_renamed:,} of {counted(len(space), 'label')} renamed to {output}", quiet)
