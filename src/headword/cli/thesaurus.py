"""headword thesaurus: the group of commands that work on controlled vocabularies."""

import typer
from typer.core import TyperGroup

from headword.cli.thesaurus_align import align
from headword.cli.thesaurus_browse import browse
from headword.cli.thesaurus_look import check, convert, search, show
from headword.cli.thesaurus_versions import diff, migrate

thesaurus = typer.Typer(
    cls=TyperGroup,
    name="thesaurus",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Look at thesauri, match the labels of a corpus with one, and follow its versions.\n\n"
    "A thesaurus is SKOS (RDF/XML, Turtle, N-Triples, JSON-LD), a GCMD keyword table, UAT's CSV or JSON, Annif's CSV "
    "or TSV, or JSON lines; its content tells which.",
)

for command in (show, browse, search, check, align, diff, migrate, convert):
    thesaurus.command()(command)
