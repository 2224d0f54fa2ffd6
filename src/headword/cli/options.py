"""The arguments and options that several commands share, worded once."""

from typing import Annotated

import typer

_COLUMNS = "Columns of DATA"

Data = Annotated[str, typer.Argument(metavar="DATA", help="The documents: a file, a folder, or - for standard input.")]
OptionalData = Annotated[
    str | None, typer.Argument(metavar="[DATA]", help="The documents: a file, a folder, or - for standard input.")
]
Model = Annotated[str, typer.Argument(metavar="MODEL", help="The bundle that train wrote (model.hw).")]

Title = Annotated[str | None, typer.Option(metavar="COLUMN", help="Column of the titles.", rich_help_panel=_COLUMNS)]
Abstract = Annotated[
    str | None, typer.Option(metavar="COLUMN", help="Column of the abstracts or texts.", rich_help_panel=_COLUMNS)
]
Labels = Annotated[str | None, typer.Option(metavar="COLUMN", help="Column of the labels.", rich_help_panel=_COLUMNS)]
Id = Annotated[str | None, typer.Option("--id", metavar="COLUMN", help="Column of the ids.", rich_help_panel=_COLUMNS)]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help="Format of DATA, where name and content do not tell: jsonl, csv, tsv, parquet, xmc, annif, annif-tsv, "
        "annif-csv or annif-jsonl.",
        rich_help_panel=_COLUMNS,
    ),
]

Json = Annotated[str | None, typer.Option("--json", metavar="FILE", help="Write the result as JSON; - is stdout.")]
Html = Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write a page to read, print and pass on.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but results, warnings and errors.")]
Seed = Annotated[int, typer.Option(metavar="N", min=0, help="Seed of everything drawn by lot.")]
Threads = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="Threads to use; the result does not depend on it. [all]")
]
K = Annotated[
    int,
    typer.Option(
        "-k", metavar="N", min=1, help="Best labels to show for a document; chosen ones beyond them are shown too."
    ),
]

EmptyLabels = Annotated[
    str,
    typer.Option(
        "--empty-labels",
        metavar="MEANING",
        help="What an empty list of labels means: unannotated (nobody looked; left out) or none-apply.",
    ),
]
