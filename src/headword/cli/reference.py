"""Write docs/cli.md from the commands themselves: `python -m headword.cli.reference docs/cli.md` (`make docs`)."""

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from headword.cli import exits
from headword.cli.program import app

_INTRODUCTION = """\
# The command line

Generated from the help of the commands by `make docs`; do not edit.
"""

_CONVENTIONS = """\
## Everywhere

Results go to standard output, everything else to standard error: what was read and how, progress (a bar with the time
left, only where standard error is a terminal), warnings, errors. `--quiet` leaves only results, warnings and errors.
`-h` or `--help` explains a command.

A file named by `-o`, `--json` or `--per-label` is tested before the work begins and replaced in one step when the
work is done: an old file stays whole until then, also after Ctrl-C.

## Exit codes
"""


def reference() -> str:
    """Return the page."""
    program: Any = typer.main.get_command(app)
    parts = [_INTRODUCTION, _paragraphs(program.help)]
    commands = commands_of(program)
    for name, command in commands.items():
        anchor = name.replace(" ", "-")
        parts.append(f"- [`headword {name}`](#headword-{anchor}): {_first_sentence(command.help)}")
    parts.append("")
    parts += list(_options(program))
    for name, command in commands.items():
        parts += [f"## headword {name}", "", _paragraphs(command.help), *_usage(name, command), *_options(command)]
    parts += [_CONVENTIONS, _exit_codes()]
    return "\n".join(parts).rstrip() + "\n"


def commands_of(program: Any) -> dict[str, Any]:
    """Return the commands by name, those of a group as `group command` after the group itself."""
    found: dict[str, Any] = {}
    for name, command in program.commands.items():
        found[name] = command
        found |= {f"{name} {inner}": one for inner, one in getattr(command, "commands", {}).items()}
    return found


def _usage(name: str, command: Any) -> list[str]:
    if hasattr(command, "commands"):
        return ["```", f"headword {name} COMMAND …", "```", ""]
    words = [p.metavar or p.name.upper() for p in command.params if p.param_type_name == "argument"]
    required = [f"{p.opts[0]} {p.metavar}" for p in command.params if _is_option(p) and p.required]
    return ["```", " ".join(["headword", name, *words, *required, "[OPTIONS]"]), "```", ""]


def _options(command: Any) -> Iterator[str]:
    rows = [p for p in command.params if p.name != "help" and not p.hidden]
    if not rows:
        return
    yield from ["| | |", "|---|---|"]
    for param in rows:
        yield f"| {_names(param)} | {_escaped(_help(param))} |"
    yield ""


def _names(param: Any) -> str:
    if not _is_option(param):
        return f"`{_escaped((param.metavar or param.name.upper()).strip('[]'))}`"
    value = "" if param.is_flag else " " + _escaped(param.metavar or "VALUE")
    return ", ".join(f"`{name}{value}`" for name in [*param.opts, *param.secondary_opts])


def _help(param: Any) -> str:
    text = param.help or ""
    if _is_option(param) and param.required:
        return f"{text} Required."
    silent = param.default is None or param.is_flag or "[" in text or not _is_option(param)
    return text if silent or param.default == [] else f"{text} [{param.default}]"


def _is_option(param: Any) -> bool:
    return bool(param.param_type_name == "option")


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _paragraphs(text: str | None) -> str:
    return inspect.cleandoc(text or "").replace("\b\n", "").replace("\f", "") + "\n"


def _first_sentence(text: str | None) -> str:
    return re.split(r"(?<=\.)\s", " ".join((text or "").split()), maxsplit=1)[0]


def _exit_codes() -> str:
    lines = (exits.__doc__ or "").splitlines()
    return "\n".join(line for line in lines if line.startswith("|"))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8", newline="\n")
