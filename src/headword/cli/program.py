"""The program `headword`: its commands, in the order a newcomer needs them."""

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from headword import __version__
from headword.cli import exits
from headword.cli.audit import audit
from headword.cli.bands import bands
from headword.cli.card import card
from headword.cli.clean import clean
from headword.cli.compare import compare
from headword.cli.demo import demo
from headword.cli.evaluate import evaluate
from headword.cli.explain import explain
from headword.cli.fetch import fetch
from headword.cli.inspect import inspect
from headword.cli.prepare import prepare
from headword.cli.recipes import recipes
from headword.cli.split import split
from headword.cli.suggest import suggest
from headword.cli.thesaurus import thesaurus
from headword.cli.train import train


class Program(TyperGroup):
    """The group of commands; every error leaves it as a message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        with exits.reported():
            return super().invoke(ctx)

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the commands in the order they were added."""
        return list(self.commands)


app = typer.Typer(
    cls=Program,
    name="headword",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"headword {__version__}")
        raise typer.Exit


@app.callback()
def headword(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Learn which subject headings belong to which documents, then suggest headings for new ones.

    DATA is a table of documents: JSON lines, CSV, TSV, Parquet, the sparse text format of extreme classification, or an
    Annif corpus; compressed with gzip or Zstandard if you like; - is standard input.

    Exit codes: 0 done, 1 a bug, 2 wrong usage, 3 unusable data, 4 wrong recipe, 5 wrong bundle, 6 output cannot be
    written, 7 something optional is not installed, 8 a service on the network fails, 130 interrupted.
    """


for command in (
    demo, fetch, inspect, clean, split, prepare, train, evaluate, compare, bands, suggest, explain, card, recipes,
):  # fmt: skip
    app.command()(command)
app.add_typer(audit)
app.add_typer(thesaurus)


def main() -> None:
    """Run the command line; the console script calls this."""
    for stream in (sys.stdout, sys.stderr):
        # Windows would encode redirected output in its old code page, which lacks most letters of the world.
        if not stream.isatty() and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    app()
