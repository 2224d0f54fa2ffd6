"""headword fetch: corpora and thesauri from the services that keep them."""

import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headword.cli import options
from headword.cli.output import counted, printable, require_writable, tell, write_json
from headword.cli.progress import progress_bar
from headword.core.progress import Progress

if TYPE_CHECKING:
    from headword.harvest.provenance import Provenance

What = Annotated[
    str | None,
    typer.Argument(metavar="[NAME|QUERY]", help="A corpus by name (--list), or SERVICE:QUERY (arxiv:cat:cs.DL)."),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Where to write: documents as .jsonl, thesauri as they come (.gz or .zst may follow).",
    ),
]
List = Annotated[bool, typer.Option("--list", help="Show the corpora and thesauri that have names.")]
From = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help="First day, YYYY-MM-DD: arxiv, arxiv-oai and oai.")
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DAY", help="Last day, YYYY-MM-DD: arxiv, arxiv-oai and oai.")
]
Limit = Annotated[int | None, typer.Option(metavar="N", min=1, help="Stop after so many documents.")]
Endpoint = Annotated[
    str | None, typer.Option(metavar="URL", help="Another address of the service, such as a mirror of it.")
]
Contact = Annotated[
    str | None, typer.Option(metavar="MAIL", help="Your mail address, for the keepers of the service to write to.")
]
Restart = Annotated[bool, typer.Option("--restart", help="Begin anew, where an unfinished harvest lies beside FILE.")]

_SECONDS = 60.0
_HEADINGS = {
    "corpus": "Corpora: headword fetch NAME -o NAME.jsonl.gz",
    "thesaurus": "Thesauri: headword fetch NAME -o FILE",
}


def fetch(
    what: What = None,
    output: Output = None,
    list: List = False,
    since: From = None,
    until: Until = None,
    limit: Limit = None,
    endpoint: Endpoint = None,
    contact: Contact = None,
    restart: Restart = False,
    title: options.Title = None,
    abstract: options.Abstract = None,
    labels: options.Labels = None,
    id: options.Id = None,
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Fetch documents or a thesaurus from the service that keeps them.

    QUERY begins with the service: arxiv:ti:"sea ice", arxiv-oai:cs, cmr:provider=NSIDC_ECS, ads:bibstem:ApJ,
    ads-uat:bibstem:ApJ, hub:OWNER/NAME, oai:https://host/oai?set=x, kms:sciencekeywords, uat:5.1.0.

    Where it is interrupted, or the machine fails, the same command goes on. Where the corpus comes from is written
    beside it, in FILE.provenance.json.
    """
    if list:
        require_writable(json)
        _show_table(json)
        return
    if what is None or output is None:
        raise typer.BadParameter("give a NAME or QUERY and -o FILE, or --list")
    require_writable(output, json)
    from headword.harvest.run import fetch

    named = {"title": title, "abstract": abstract, "labels": labels, "id": id}
    with progress_bar(quiet) as bar:
        progress = bar if sys.stderr.isatty() else _now_and_then(quiet)
        try:
            found = fetch(
                what,
                output,
                since=since,
                until=until,
                limit=limit,
                endpoint=endpoint,
                columns={role: column for role, column in named.items() if column is not None},
                contact=contact,
                restart=restart,
                progress=progress,
                note=lambda text: tell(text, quiet),
            )
        except KeyboardInterrupt:
            tell("\nthe same command goes on from here", quiet)
            raise
    tell(_summary(found, output), quiet)
    write_json(json, found)


def _now_and_then(quiet: bool) -> Progress:
    """Return a callback that says now and then how far it is, for logs of long harvests."""
    said = time.monotonic()

    def say(stage: str, done: int, total: int) -> None:
        nonlocal said
        if time.monotonic() - said >= _SECONDS:
            said = time.monotonic()
            tell(f"{stage}: {done:,}" + (f" of {total:,}" if done < total else ""), quiet)

    return say


def _summary(found: "Provenance", output: str) -> str:
    counts: dict[str, Any] = dict(found.counts)
    if "documents" not in counts:
        facts = ", ".join(f"{name} {value}" for name, value in counts.items() if value is not None)
        return f"wrote {output} ({found.bytes / 1e6:.1f} MB; {facts})"
    parts = [f"wrote {counted(counts['documents'], 'document')} with {counted(counts['labels'], 'label')} to {output}"]
    remarks = {
        "not_annotated": "without labels",
        "duplicates": "came more than once",
        "gone": "withdrawn meanwhile",
        "unusable": "could not be understood (see the provenance)",
    }
    parts += [f"{counts[name]:,} {remark}" for name, remark in remarks.items() if counts[name]]
    return "; ".join(parts)


def _show_table(json: str | None) -> None:
    from headword.harvest.named import table

    rows = table().values()
    if json != "-":
        for kind, heading in _HEADINGS.items():
            typer.echo(f"{heading}\n")
            for row in rows:
                if row.kind == kind:
                    typer.echo(
                        printable(
                            f"{row.name}: {row.title}\n    size:    {row.size}\n    licence: {row.licence}\n"
                            f"    cite:    {row.citation}\n    see:     {row.home}\n"
                            f"    query:   {row.service}:{row.query}\n"
                        )
                    )
        typer.echo("Any other query is SERVICE:QUERY; headword fetch --help shows them.")
    write_json(json, [*rows])
