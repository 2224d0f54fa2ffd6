"""evaluate --html: one page, with the figures of the JSON."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pages.reading import parsed, require_accessible
from typer.testing import CliRunner, Result

from headword.cli import app

from .conftest import TOPICS, rows, write_rows

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    write_rows(folder / "docs.jsonl", rows(120))
    arguments = ["train", folder / "docs.jsonl", "-o", folder / "m.hw", "--recipe", "fast", "-q"]
    assert CliRunner().invoke(app, [str(a) for a in arguments]).exit_code == 0
    table = rows(120)
    moved = [{**row, "labels": table[i - 1]["labels"]} for i, row in enumerate(table)]
    write_rows(folder / "moved.jsonl", moved)
    return folder


def test_the_page_and_the_json_tell_the_same(headword: Run, folder: Path) -> None:
    page, out = folder / "r.html", folder / "r.json"
    result = headword("evaluate", folder / "m.hw", folder / "docs.jsonl", "--html", page, "--json", out)
    assert result.exit_code == 0, result.output
    text, found = page.read_text(encoding="utf-8"), json.loads(out.read_text(encoding="utf-8"))
    require_accessible(text)
    root = parsed(text)
    cells = {r.children[0].words(): r.children for r in root.all("tr")}
    assert cells["micro_f1"][1].words() == f"{found['metrics']['micro_f1']:.3f}"
    assert {s["by"] for s in found["slices"]} >= {"provider", "date: year"}
    assert cells[f"{found['slices'][0]['value']} (small)"][1].words() == f"{found['slices'][0]['n_docs']}"
    assert re.search(r"m\.hw, SHA-256 [0-9a-f]{64}", text) and found["made"]["model"] in root.words()
    assert found["made"]["command"].startswith("headword evaluate")


def test_a_page_that_cannot_be_written_is_told_first(headword: Run, folder: Path) -> None:
    result = headword("evaluate", folder / "m.hw", folder / "docs.jsonl", "--html", folder / "no" / "r.html")
    assert result.exit_code == 6 and "does not exist" in result.stderr
    assert result.stdout == ""


def test_with_a_thesaurus_near_misses_have_a_section(headword: Run, folder: Path) -> None:
    page, concepts = folder / "t.html", [{"id": "all", "name": "All"}]
    concepts += [{"id": name, "name": name, "broader": ["all"]} for name in TOPICS]
    thesaurus = write_rows(folder / "t.jsonl", concepts)
    done = headword("evaluate", folder / "m.hw", folder / "docs.jsonl", "--html", page, "--thesaurus", thesaurus)
    assert done.exit_code == 0, done.output
    text = page.read_text(encoding="utf-8")
    require_accessible(text)
    assert "Near misses in the thesaurus" in text and "hierarchical_micro_f1" in text


def test_judging_by_what_was_learnt_is_told_everywhere(headword: Run, folder: Path) -> None:
    page, out = folder / "seen.html", folder / "seen.json"
    arguments = ("--part", "train", "--html", page, "--json", out, "-q")
    result = headword("evaluate", folder / "m.hw", folder / "docs.jsonl", *arguments)
    assert "! the model learnt from exactly these documents" in result.stderr
    assert "learnt from exactly these documents" in parsed(page.read_text(encoding="utf-8")).words()
    assert len(json.loads(out.read_text(encoding="utf-8"))["warnings"]) == 1
    both = headword("compare", folder / "m.hw", folder / "m.hw", folder / "docs.jsonl", "--part", "train", "-q")
    assert "! A learnt from exactly" in both.stderr and "! B learnt from exactly" in both.stderr
    assert "learnt from" not in headword("evaluate", folder / "m.hw", folder / "docs.jsonl").stderr


def test_mistakes_have_their_reasons(headword: Run, folder: Path) -> None:
    page, out = folder / "mistakes.html", folder / "mistakes.json"
    done = headword("evaluate", folder / "m.hw", folder / "moved.jsonl", "--html", page, "--json", out, "-q")
    assert done.exit_code == 0, done.output
    found = json.loads(out.read_text(encoding="utf-8"))
    table = next(t for t in parsed(page.read_text(encoding="utf-8")).all("table") if "wrongly chosen" in t.words())
    shown = [row.children[0].words() for row in table.all("tbody")[0].children]
    assert shown == [one["label"] for one in found["wrong"]] and len(shown) >= 10
    assert all("for it: " in row.children[4].words() for row in table.all("tbody")[0].children)
