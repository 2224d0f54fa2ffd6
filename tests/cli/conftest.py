"""A small table of documents, and the command line to run on it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

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

OLD: list[dict[str, Any]] = [
    {"id": "t:1", "name": "Earth science"},
    {"id": "t:2", "name": "Oceans", "alt": ["Seas"], "broader": ["t:1"], "definition": "Salt water."},
    {"id": "t:3", "name": "Volcanos", "broader": ["t:1"]},
    {"id": "t:4", "name": "Glaciers", "broader": ["t:1"], "notation": "G"},
    {"id": "t:5", "name": "Ice rivers", "broader": ["t:1"]},
    {"id": "t:6", "name": "Galaxies"},
    {"id": "t:7", "name": "Networks"},
    {"id": "t:8", "name": "Orchards"},
]
NEW: list[dict[str, Any]] = [
    {"id": "t:1", "name": "Earth science"},
    {"id": "t:2", "name": "Oceans", "alt": ["Seas"], "broader": ["t:1"], "definition": "Salt water."},
    {"id": "t:3", "name": "Volcanoes", "alt": ["Volcanos"], "broader": ["t:1"], "related": ["t:4"]},
    {"id": "t:4", "name": "Glaciers", "alt": ["Ice rivers"], "broader": ["t:1"], "notation": "G"},
    {"id": "t:6", "name": "Galaxies", "deprecated": True, "replaced_by": ["t:10", "t:11"]},
    {"id": "t:8", "name": "Orchards", "broader": ["t:99"]},
    {"id": "t:10", "name": "Spiral galaxies", "broader": ["t:1"]},
    {"id": "t:11", "name": "Dwarf galaxies", "broader": ["t:1"]},
]


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


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "old.jsonl", OLD)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "new.jsonl", NEW)


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    sets = [["volcanos", "oceans"], ["Ice rivers", "Glaciers"], ["Galaxies"], ["Networks", "Frogs"], ["G"], []]
    table = [{"id": f"d{i}", "title": f"title {i}", "labels": labels, "extra": i} for i, labels in enumerate(sets)]
    return write_rows(tmp_path / "docs.jsonl", table)
