"""headword thesaurus align: the labels of a corpus to concepts."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from headword.cli import options
from headword.cli.hierarchy import IN_LABELS, thesaurus_for
from headword.cli.output import counted, printable, require_table, require_writable, show_table, tell, write_json
from headword.cli.progress import progress_bar
from headword.cli.reading import Columns
from headword.cli.thesaurus_labels import labelled_corpus, show_account, tell_of_strangers, write_relabelled
from headword.cli.thesaurus_look import File, Language
from headword.cli.thesaurus_views import open_thesaurus

if TYPE_CHECKING:
    from headword.thesaurus.align import LabelMatch
    from headword.thesaurus.thesaurus import Thesaurus

Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="TABLE", help="Write what every label means: .csv, .tsv or .jsonl."),
]
Table = Annotated[
    str | None, typer.Option("--table", metavar="TABLE", help="Such a table, edited: what it says of a label counts.")
]
Relabel = Annotated[
    str | None,
    typer.Option("--relabel", metavar="FILE", help="Write the documents with concepts for labels: .jsonl, .csv, …"),
]
WrittenAs = Annotated[
    str, typer.Option("--as", metavar="FORM", help="How --relabel writes a concept: id, name or path.")
]
ThesaurusFormat = Annotated[
    str | None,
    typer.Option("--thesaurus-format", metavar="NAME", help="Format of FILE, where its content does not tell it."),
]

_SHOWN = 10
_NEAR = 2
# Kinds of labels that were not matched.
_OPEN = ("ambiguous", "none")


def align(
    data: options.Data,
    file: File,
    output: Output = None,
    table: Table = None,
    relabel: Relabel = None,
    written_as: WrittenAs = "id",
    language: Language = None,
    thesaurus_format: ThesaurusFormat = None,
    title: options.Title = None,
    abstract: options.Abstract = None,
    labels: options.Labels = None,
    id: options.Id = None,
    format: options.Format = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Find the concept that each label of a corpus means, and propose some where none is sure.

    Labels may be names, alternative names, paths (EARTH SCIENCE > OCEANS > …), ids, codes, or several codes in one.
    Where several concepts have one name, the labels beside it decide. Go over the table of -o in a spreadsheet, correct
    its column concepts, and give it back with --table. FILE may be in-labels: what labels say of their place by
    themselves, as paths or codes.
    """
    from headword.thesaurus.align import align_corpus
    from headword.thesaurus.label_table import read_matches, require_ending, write_matches
    from headword.thesaurus.relabel import WRITTEN_AS, images_of
    from headword.thesaurus.relabel import relabel as relabelled

    if written_as not in WRITTEN_AS:
        raise typer.BadParameter(f"--as is one of {', '.join(WRITTEN_AS)}")
    if relabel is not None:
        require_table(relabel)
    if output is not None:
        require_ending(output)
    require_writable(output, relabel, json)
    known = None if file == IN_LABELS else open_thesaurus(file, thesaurus_format, language, quiet)
    corpus, choice = labelled_corpus(data, Columns(title, abstract, labels, id, format), quiet)
    thesaurus = known or thesaurus_for(file, corpus.label_space.names, quiet)
    decided = {} if table is None else {match.label: match for match in read_matches(table, thesaurus)}
    with progress_bar(quiet) as progress:
        matches = [_decided(match, decided) for match in align_corpus(corpus, thesaurus, progress)]
    tell_of_strangers(decided, (match.label for match in matches), quiet)
    if json != "-":
        _show(matches, thesaurus)
    if output is not None:
        write_matches(matches, thesaurus, output)
        tell(f"wrote {counted(len(matches), 'label')} to {output}", quiet)
    if relabel is not None:
        images = images_of(matches, thesaurus, written_as)
        _warn_of_shared(matches, images, quiet)
        changed, account = relabelled(corpus, images)
        if json != "-":
            kinds = {match.label: "replaced" if match.concepts else "kept" for match in matches}
            show_account(account, kinds, {}, ("replaced", "kept"))
        write_relabelled(data, relabel, changed, choice, format, quiet)
    write_json(json, {"data": data, "thesaurus": file, **_counts(matches), "labels": matches})


def _decided(match: "LabelMatch", decided: "dict[str, LabelMatch]") -> "LabelMatch":
    from dataclasses import replace

    found = decided.get(match.label)
    if found is None or found.concepts == match.concepts:
        return match
    kind = found.kind if found.concepts else "none"
    return replace(
        match,
        kind=kind,
        confidence=found.confidence,
        concepts=found.concepts,
        rest=found.rest,
        others=(),
        note="by hand",
    )


def _warn_of_shared(matches: "list[LabelMatch]", images: "dict[str, tuple[str, ...]]", quiet: bool) -> None:
    """Say so where concepts that are written alike fall together."""
    written: dict[str, set[str]] = {}
    for match in matches:
        for concept_id, image in zip(match.concepts, images.get(match.label, ()), strict=False):
            written.setdefault(image, set()).add(concept_id)
    shared = sorted(image for image, ids in written.items() if len(ids) > 1)
    if shared:
        what = f"{counted(len(shared), 'name')} such as {shared[0]!r} for several concepts each"
        tell(f"{what}, whose labels fall together; --as id keeps them apart", quiet)


def _counts(matches: "list[LabelMatch]") -> dict[str, int]:
    matched = [match for match in matches if match.concepts]
    return {
        "n_labels": len(matches),
        "n_matched": len(matched),
        "n_assignments": sum(match.n_docs for match in matches),
        "n_assignments_matched": sum(match.n_docs for match in matched),
    }


def _show(matches: "list[LabelMatch]", thesaurus: "Thesaurus") -> None:
    counts = _counts(matches)
    kinds = Counter(match.kind for match in matches)
    carried = Counter({kind: sum(m.n_docs for m in matches if m.kind == kind) for kind in kinds})
    rows = [
        (kind, n, carried[kind]) for kind, n in sorted(kinds.items(), key=lambda item: (item[0] in _OPEN, -item[1]))
    ]
    show_table(["how labels were matched", "labels", "assignments"], rows)
    share = counts["n_assignments_matched"] / max(counts["n_assignments"], 1)
    typer.echo(f"\n{counts['n_matched']:,} of {counted(len(matches), 'label')} matched, {share:.1%} of the assignments")
    open_ = sorted((m for m in matches if not m.concepts), key=lambda match: (-match.n_docs, match.label))
    if open_:
        typer.echo("\nnot matched, the most frequent first:")
    for match in open_[:_SHOWN]:
        note = f"; {match.note}" if match.note else ""
        typer.echo(printable(f"  {match.label!r} ({counted(match.n_docs, 'document')}{note})"))
        for one in match.proposals[:_NEAR]:
            typer.echo(printable(f"      {thesaurus.path(thesaurus.row(one.id))}?"))
    if len(open_) > _SHOWN:
        typer.echo(f"  and {len(open_) - _SHOWN:,} more: -o TABLE lists all, with proposals")
