"""Figures in a page are written by the commands that measured them, between two marks."""

import re
from collections.abc import Sequence
from pathlib import Path

ENGINE = Path(__file__).with_name("ENGINE.md")


def fill(path: Path, name: str, lines: Sequence[str]) -> None:
    """Replace what stands between `<!-- name -->` and `<!-- /name -->` in the page.

    Raises
    ------
    ValueError
        If the page has not exactly one such place.
    """
    text = path.read_text(encoding="utf-8")
    place = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)", re.DOTALL)
    body = "\n".join(lines).strip("\n")
    text, found = place.subn(lambda match: f"{match[1]}\n{body}\n\n{match[2]}", text)
    if found != 1:
        raise ValueError(f"{path} has {found} places <!-- {name} --> … <!-- /{name} -->, expected one")
    path.write_text(text, encoding="utf-8")
