"""headword thesaurus browse: up and down a thesaurus, step by step."""

from typing import TYPE_CHECKING

import typer

from headword.cli import options
from headword.cli.output import printable
from headword.cli.thesaurus_look import File, Form, Language
from headword.cli.thesaurus_views import card, in_order, line_of, open_thesaurus
from headword.core.errors import DataError

if TYPE_CHECKING:
    from headword.thesaurus.thesaurus import Thesaurus

_HELP = "number: go there   /words: search   .. or empty: back   =: top   q: end"
_MOST_FOUND = 15


def browse(
    file: File,
    language: Language = None,
    format: Form = None,
    quiet: options.Quiet = False,
) -> None:
    """Walk up and down a thesaurus, step by step.

    A number leads to the concept that stands beside it, /words searches, two points go back, = goes to the top, q ends.
    """
    if file == "-":
        raise DataError("standard input is where the steps are read from: name a file")
    from headword.thesaurus.search import search_names

    thesaurus = open_thesaurus(file, format, language, quiet)
    way: list[int] = []
    roots = in_order(thesaurus, thesaurus.roots.tolist())
    choices = roots
    _show_choices(thesaurus, choices)
    while (step := _ask()) not in ("q", "quit", "exit"):
        if step.startswith("/"):
            choices = [hit.row for hit in search_names(thesaurus, step[1:].strip(), _MOST_FOUND)]
            _show_choices(thesaurus, choices, paths=True)
            continue
        if step.isdecimal() and 0 < int(step) <= len(choices):
            way.append(choices[int(step) - 1])
        elif step in ("", "..", "="):
            way = way[:-1] if step != "=" else []
        else:
            typer.echo(_HELP)
            continue
        if way:
            for line in card(thesaurus, way[-1], 0):
                typer.echo(printable(line))
        choices = in_order(thesaurus, thesaurus.narrower[way[-1]].tolist()) if way else roots
        _show_choices(thesaurus, choices)


def _ask() -> str:
    try:
        return str(typer.prompt("", prompt_suffix="> ", default="", show_default=False)).strip()
    except typer.Abort:
        return "q"


def _show_choices(thesaurus: "Thesaurus", rows: list[int], *, paths: bool = False) -> None:
    for number, row in enumerate(rows, 1):
        below = len(thesaurus.narrower[row])
        text = thesaurus.path(row) if paths else line_of(thesaurus, row)
        typer.echo(printable(f"{number:>4}  {text}{f' ({below})' if below else ''}"))
    typer.echo("" if rows else "nothing narrower" if not paths else "nothing found")
