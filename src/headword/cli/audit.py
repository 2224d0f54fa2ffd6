"""headword audit: the group of commands that look at documents and labels with a critical eye."""

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperGroup

from headword.cli.audit_drift import drift
from headword.cli.audit_labels import labels
from headword.cli.audit_leakage import leakage
from headword.cli.audit_multiplicity import multiplicity

audit = typer.Typer(
    cls=TyperGroup,
    name="audit",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Find what is wrong with documents, labels and models before anybody relies on them.",
)

COMMANDS: tuple[Callable[..., Any], ...] = (labels, multiplicity, leakage, drift)

for command in COMMANDS:
    audit.command()(command)
