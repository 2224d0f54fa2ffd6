"""Where results and remarks go: results to stdout or a file, everything else to stderr."""

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import typer

from headword.core.errors import OutputError
from headword.core.files import replacing

_TABLES = ("jsonl", "csv", "tsv", "parquet")
_WIDTH_WITHOUT_TERMINAL = 120


class _Probe(Exception):
    pass


def tell(text: str, quiet: bool = False) -> None:
    """Say something for people, on stderr, unless they asked for quiet."""
    if not quiet:
        print(printable(text), file=sys.stderr, flush=True)  # a progress bar sees this, and stays below it


def require_writable(*paths: str | None) -> None:
    """Raise an OutputError now, before hours of work, if a result cannot be written; None and "-" can.

    Raises
    ------
    OutputError
        As `replacing` does.
    """
    for path in paths:
        if path is not None and path != "-":
            with suppress(_Probe), replacing(path):
                raise _Probe


def require_table(path: str) -> None:
    """Raise an OutputError if the ending of `path` names no kind of table that can be written."""
    from headword.sources.detect import format_by_extension

    if format_by_extension(Path(path)) not in _TABLES:
        raise OutputError(
            f"cannot tell from the name {path} how to write it; use .jsonl, .csv or .tsv (.gz or .zst may follow), "
            "or .parquet"
        )


def write_json(target: str | None, content: Any) -> None:
    """Write `content` as indented JSON to a file, or to stdout for "-"; nothing for None."""
    if target is None:
        return
    text = to_json(plain(content), indent=2)
    if target == "-":
        typer.echo(text)
        return
    with replacing(target) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8", newline="\n")


def plain(value: Any) -> Any:
    """Return `value` as what JSON holds: numpy values and dataclasses unpacked, numbers that are not finite as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, Path) else value


def to_json(content: Any, indent: int | None = None) -> str:
    """Return JSON that UTF-8 can hold: readable letters, but escapes where there is half a surrogate pair."""
    text = json.dumps(content, indent=indent, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(content, indent=indent)
    return text


def printable(text: str) -> str:
    """Return `text` without control characters, so that no title or label can steer the terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def show_table(headers: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str | None = None) -> None:
    """Print a table on stdout; columns whose values are all numbers stand to the right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [[_cell(value) for value in row] for row in rows]
    rightward = [all(_is_number(row[i]) for row in cells) for i in range(len(headers))]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.show_header = any(headers)
    for header, right in zip(headers, rightward, strict=True):
        table.add_column(Text(header), justify="right" if right and cells else "left", overflow="fold", no_wrap=right)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    if title:
        typer.echo(title)
    console = Console(width=None if sys.stdout.isatty() else _WIDTH_WITHOUT_TERMINAL, highlight=False)
    console.print(table)


def counted(n: int, noun: str) -> str:
    """Return `1 label`, `2 labels`, `1,000 labels`."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else printable(str(value))


def _is_number(cell: str) -> bool:
    return cell in {"–", ""} or cell.lstrip("-").replace(",", "").replace(".", "", 1).rstrip("%").isdigit()
