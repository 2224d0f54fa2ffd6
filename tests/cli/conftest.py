"""A small table of documents, and the command line to run on it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from headword.cli import app

TOPICS = {
    "Galaxies": "spiral galaxy rotation halo stars disk bulge",
    "Oceans": "sea surface temperature salinity current wave tide",
    "Volcanoes": "magma eruption lava ash crater plume",
    "Proteins": "amino acid folding chain residue binding enzyme",
    "Glaciers": "ice sheet moraine calving snow firn melt",
    "Libraries": "catalogue shelf reader loan index archive collection",
    "Networks": "router packet latency bandwidth protocol link node",
    "Orchards": "apple pear blossom pruning harvest graft fruit",
}


def rows(n: int = 60) -> list[dict[str, object]]:
    """Documents of one or two topics each, with split, provider and date."""
    names = list(TOPICS)
    found = []
    for i in range(n):
        topics = [names[i % 8]] + ([names[(i + 1) % 8]] if i % 5 == 0 else [])
        words = " ".join(TOPICS[t] for t in topics).split()
        text = " ".join(words[(i * 7 + j) % len(words)] for j in range(12))
        part = "test" if i % 6 == 0 else "valid" if i % 6 == 1 else "train"
        row = {"id": f"d{i}", "title": f"On {topics[0].lower()} number {i}", "abstract": text, "labels": topics}
        found.append({**row, "split": part, "provider": f"p{i % 7}", "date": f"20{i % 20 + 10}-01-02"})
    return found


def write_rows(path: Path, table: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in table), encoding="utf-8")
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """JSON lines with a split field."""
    return write_rows(tmp_path / "docs.jsonl", rows())


@pytest.fixture
def unsplit(tmp_path: Path) -> Path:
    """The same without a split field."""
    return write_rows(tmp_path / "plain.jsonl", [{k: v for k, v in r.items() if k != "split"} for r in rows()])


@pytest.fixture
def headword() -> Callable[..., Result]:
    """Run the command line in this process; give exit code, stdout and stderr."""
    return lambda *arguments, **options: CliRunner().invoke(app, [str(a) for a in arguments], **options)
