"""headword thesaurus show, browse, search, check, convert: one thesaurus."""

from typing import TYPE_CHECKING, Annotated

import typer

from headword.cli import options
from headword.cli.output import counted, printable, require_writable, show_table, tell, write_json
from headword.cli.thesaurus_views import card, line_of, one_concept, open_thesaurus, tree
from headword.core.errors import DataError

if TYPE_CHECKING:
    from headword.thesaurus.thesaurus import Thesaurus

File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="The thesaurus: SKOS (RDF/XML, Turtle, N-Triples, JSON-LD), GCMD, UAT, Annif or JSON lines; - is stdin.",
    ),
]
ConceptText = Annotated[
    str | None, typer.Argument(metavar="[CONCEPT]", help="A concept, by name, path, code or id. [the whole]")
]
Words = Annotated[list[str], typer.Argument(metavar="WORDS", help="What to look for.")]
Depth = Annotated[int, typer.Option(metavar="N", min=0, help="Levels to show below.")]
Language = Annotated[
    str | None, typer.Option(metavar="TAG", help="Language of the names (en, fi). [the most frequent]")
]
Form = Annotated[
    str | None,
    typer.Option("--format", metavar="NAME", help="Format of FILE, where its content does not tell it."),
]
Most = Annotated[int, typer.Option("-n", metavar="N", min=1, help="Results to show.")]
Kind = Annotated[str | None, typer.Option(metavar="KIND", help="Show all findings of one kind.")]
Output = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="Where to write: .jsonl, .ttl or .tsv (.gz, .zst).")
]


def show(
    file: File,
    concept: ConceptText = None,
    depth: Depth = 1,
    language: Language = None,
    format: Form = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Show a thesaurus as a tree, or all about one concept: names, notes, everything broader, narrower and related.

    In brackets stands how many concepts lie below where the tree is cut; --depth shows more of it.
    """
    require_writable(json)
    thesaurus = open_thesaurus(file, format, language, quiet)
    if concept is not None:
        from headword.thesaurus.writer import record_of

        row = one_concept(thesaurus, concept)
        if json is not None:
            paths = [[thesaurus.name(step) for step in path] for path in thesaurus.paths(row)]
            narrower = [thesaurus.concepts[one].id for one in thesaurus.narrower[row].tolist()]
            write_json(json, {**record_of(thesaurus.concepts[row]), "narrower": narrower, "paths": paths})
        lines = card(thesaurus, row, depth)
    else:
        roots = thesaurus.roots.tolist()
        if json is not None:
            write_json(json, {**_summary(file, thesaurus), "top": [thesaurus.concepts[row].id for row in roots]})
        lines = tree(thesaurus, roots, depth)
    if json != "-":
        for line in lines:
            typer.echo(printable(line))
    if concept is None:
        _tell_of_others(thesaurus, quiet)


def _tell_of_others(thesaurus: "Thesaurus", quiet: bool) -> None:
    """Say how many concepts are not in the tree, and why."""
    outside = thesaurus.narrower.distances(thesaurus.roots.tolist()) < 0
    alone = outside & (thesaurus.broader.counts == 0) & (thesaurus.narrower.counts == 0) & ~thesaurus.deprecated
    counts = {
        "deprecated": int((outside & thesaurus.deprecated).sum()),
        "with nothing broader or narrower": int(alone.sum()),
        "in circles, or below circles or deprecated concepts only": int(
            (outside & ~thesaurus.deprecated & ~alone).sum()
        ),
    }
    said = "; ".join(f"{n:,} {what}" for what, n in counts.items() if n)
    if said:
        tell(f"not in this tree: {said}; search finds them, and check lists what is odd", quiet)


def _summary(file: str, thesaurus: "Thesaurus") -> dict[str, object]:
    return {
        "file": file,
        "title": thesaurus.title,
        "version": thesaurus.version,
        "n_concepts": len(thesaurus),
        "n_deprecated": int(thesaurus.deprecated.sum()),
        "n_names": thesaurus.n_names,
        "n_broader": len(thesaurus.broader.indices),
        "n_related": len(thesaurus.related.indices) // 2,
        "languages": list(thesaurus.languages),
        "fingerprint": thesaurus.fingerprint,
    }


def search(
    file: File,
    words: Words,
    most: Most = 10,
    language: Language = None,
    format: Form = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Find concepts by words of their names, the best first; slips of the pen are forgiven."""
    from headword.thesaurus.search import search_names

    require_writable(json)
    thesaurus = open_thesaurus(file, format, language, quiet)
    found = search_names(thesaurus, " ".join(words), most)
    records = [
        {"id": thesaurus.concepts[hit.row].id, "name": thesaurus.name(hit.row), "found_by": hit.name,
         "path": thesaurus.path(hit.row), "score": hit.score}
        for hit in found
    ]  # fmt: skip
    write_json(json, records)
    if json == "-":
        return
    if not found:
        raise DataError(f"nothing in {file} is like {' '.join(words)!r}")
    for hit in found:
        name = "" if hit.name == thesaurus.name(hit.row) else f"  ({hit.name})"
        typer.echo(printable(f"{line_of(thesaurus, hit.row)}{name}"))
        typer.echo(printable(f"    {thesaurus.path(hit.row)}\n    {thesaurus.concepts[hit.row].id}"))


def check(
    file: File,
    kind: Kind = None,
    language: Language = None,
    format: Form = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Tell what is odd: circles, links that lead nowhere, shared and missing names, orphans, deprecations.

    Nothing of it hinders any command; the thesaurus is not changed.
    """
    from headword.thesaurus.check import check
    from headword.thesaurus.findings import FINDING_KINDS

    require_writable(json)
    if kind is not None and kind not in FINDING_KINDS:
        raise typer.BadParameter(f"the kinds of findings are: {', '.join(FINDING_KINDS)}")
    thesaurus = open_thesaurus(file, format, language, quiet)
    found = [finding for finding in check(thesaurus) if kind is None or finding.kind == kind]
    write_json(json, {"file": file, "findings": found})
    if json == "-":
        return
    if kind is not None:
        for finding in found:
            typer.echo(printable(finding.message))
    elif found:
        counts: dict[str, list[str]] = {}
        for finding in found:
            counts.setdefault(finding.kind, []).append(finding.message)
        rows = [(one, len(messages), FINDING_KINDS[one]) for one, messages in counts.items()]
        show_table(["finding", "n", "what it is"], rows)
        for one, messages in counts.items():
            typer.echo(printable(f"\n{one}, such as:\n  {messages[0]}"))
    if kind is not None:
        tell(f"{counted(len(found), 'finding')} of this kind", quiet)
    else:
        more = f"{counted(len(found), 'finding')}; --kind KIND shows all of one kind"
        tell(more if found else "nothing odd found", quiet)


def convert(
    file: File,
    output: Output,
    language: Language = None,
    format: Form = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Write a thesaurus in another format: JSON lines, SKOS in Turtle, or the list that Annif reads.

    JSON lines and Turtle keep names, notes, links and deprecations in all languages; Annif's list holds the preferred
    names of one language.
    """
    from headword.thesaurus.writer import write_thesaurus

    require_writable(output, json)
    thesaurus = open_thesaurus(file, format, language, quiet)
    write_thesaurus(thesaurus, output)
    tell(f"wrote {counted(len(thesaurus), 'concept')} to {output}", quiet)
    if json is not None:
        write_json(json, {**_summary(file, thesaurus), "output": output})
