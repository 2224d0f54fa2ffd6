"""headword thesaurus browse: up and down a thesaurus, step by step."""

from typing import TYPE_CHECKING

import typer

from headword.cli import options
from headword.cli.output import printable, tell
from headword.cli.thesaurus_look import File, Form, Language
from headword.cli.thesaurus_views import card, in_order, line_of, open_thesaurus
from headword.core.errors import DataError

if TYPE_CHECKING:
    from headword.thesaurus.thesaurus import Thesaurus

_HELP = "a number goes there, words are searched for; .. or nothing: back, =: top, q: end"
_MOST_FOUND = 15

# What a choice is to the concept it is offered beside ("": narrower, or found), and its row.
Choice = tuple[str, int]


def browse(
    file: File,
    language: Language = None,
    format: Form = None,
    quiet: options.Quiet = False,
) -> None:
    """Walk up and down a thesaurus, step by step.

    A number leads to the concept that stands beside it, narrower, broader or related; words are searched for (/12 for
    the number 12), two points go back, = goes to the top, q ends.
    """
    if file == "-":
        raise DataError("standard input is where the steps are read from: name a file")
    from headword.thesaurus.search import search_names

    thesaurus = open_thesaurus(file, format, language, quiet)
    way: list[int] = []
    roots = [("", row) for row in in_order(thesaurus, thesaurus.roots.tolist())]
    choices = roots
    _show_choices(thesaurus, choices, "there is no top: search")
    tell(_HELP, quiet)
    while (step := _ask()) not in ("q", "quit", "exit"):
        if step.isdecimal() and 0 < int(step) <= len(choices):
            way.append(choices[int(step) - 1][1])
        elif step in ("", "..", "="):
            way = way[:-1] if step != "=" else []
        elif step in ("?", "help") or step.isdecimal():
            typer.echo(_HELP)
            continue
        else:
            choices = [("", hit.row) for hit in search_names(thesaurus, step.removeprefix("/").strip(), _MOST_FOUND)]
            _show_choices(thesaurus, choices, "nothing found", paths=True)
            continue
        if way:
            for line in card(thesaurus, way[-1], 0):
                typer.echo(printable(line))
        choices = _around(thesaurus, way[-1]) if way else roots
        _show_choices(thesaurus, choices, "nothing near it")


def _around(thesaurus: "Thesaurus", row: int) -> list[Choice]:
    """Return what may be gone to from a concept: narrower ones, then broader and related ones."""
    ways = (("", thesaurus.narrower), ("broader: ", thesaurus.broader), ("related: ", thesaurus.related))
    return [(word, one) for word, links in ways for one in in_order(thesaurus, links[row].tolist())]


def _ask() -> str:
    try:
        return str(typer.prompt("", prompt_suffix="> ", default="", show_default=False)).strip()
    except typer.Abort:
        return "q"


def _show_choices(thesaurus: "Thesaurus", choices: list[Choice], without: str, *, paths: bool = False) -> None:
    for number, (word, row) in enumerate(choices, 1):
        below = len(thesaurus.narrower[row])
        mark = " (deprecated)" if paths and thesaurus.deprecated[row] else ""
        text = thesaurus.path(row) + mark if paths else line_of(thesaurus, row)
        typer.echo(printable(f"{number:>4}  {word}{text}{f' ({below})' if below else ''}"))
    typer.echo("" if choices else without)
