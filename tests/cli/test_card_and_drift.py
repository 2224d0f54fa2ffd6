"""headword card, audit leakage, audit drift, and the data card of inspect, as people use them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from .conftest import rows, write_rows

Run = Callable[..., Result]


@pytest.fixture
def model(headword: Run, table: Path, tmp_path: Path) -> Path:
    path = tmp_path / "m.hw"
    assert headword("train", table, "-o", path, "--recipe", "fast", "--threads", 1, "-q").exit_code == 0
    return path


def test_a_card_in_each_form(headword: Run, model: Path, tmp_path: Path) -> None:
    shown = headword("card", model)
    assert shown.exit_code == 0
    assert shown.stdout.startswith("# Model card: 8 labels, recipe fast")
    for name in ("card.md", "card.html"):
        assert headword("card", model, "-o", tmp_path / name, "-q").exit_code == 0
    assert (tmp_path / "card.md").read_text(encoding="utf-8") in shown.stdout + "\n"
    assert (tmp_path / "card.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    found = json.loads(headword("card", model, "--json", "-").stdout)
    assert {row["label"] for row in found["labels"]} >= {"Galaxies", "Oceans"}
    assert found["crossfit"]["baselines"]["most_frequent_labels"]["p@1"] < found["quality"]["p@1"]
    assert headword("card", model, "-o", tmp_path / "card.pdf").exit_code == 6
    assert headword("card", tmp_path / "none.hw").exit_code == 5


def test_the_model_remembers_the_provenance(headword: Run, table: Path, tmp_path: Path) -> None:
    table.with_name(table.name + ".provenance.json").write_text(
        '{"service": "cmr", "licence": "public domain"}', "utf-8"
    )
    split = tmp_path / "split.jsonl"
    assert headword("split", table, "-o", split, "--by", "random", "-q").exit_code == 0
    assert headword("clean", split, "-o", tmp_path / "clean.jsonl", "-q").exit_code == 0
    headword("train", tmp_path / "clean.jsonl", "-o", tmp_path / "m.hw", "--recipe", "fast", "--threads", 1, "-q")
    told = headword("card", tmp_path / "m.hw").stdout
    assert "| licence | public domain |" in told
    assert "| derived | headword split, random" in told


def test_drift_between_two_files(headword: Run, unsplit: Path, tmp_path: Path) -> None:
    other = write_rows(
        tmp_path / "b.jsonl", [{**row, "abstract": "quantum qubit gate", "labels": ["Qubits"]} for row in rows()]
    )
    page, figures = tmp_path / "drift.html", tmp_path / "drift.json"
    result = headword("audit", "drift", unsplit, other, "--html", page, "--json", figures, "-q", "--threads", 1)
    assert result.exit_code == 0
    assert "differ beyond chance in: text, terms, labels" in result.stdout
    assert "Qubits (0.0% to 100.0%)" in result.stdout
    assert json.loads(figures.read_text(encoding="utf-8"))["families"]["labels"]["drifted"][0]["name"] == "Qubits"
    assert "Drift between two corpora" in page.read_text(encoding="utf-8")
    same = headword("audit", "drift", unsplit, unsplit, "-q", "--threads", 1)
    assert "no difference beyond chance" in same.stdout
    assert headword("audit", "drift", unsplit).exit_code == 3
    assert headword("audit", "drift", unsplit, unsplit, "--alpha", 1, "-q").exit_code == 3


def test_drift_between_the_parts_of_one_file(headword: Run, table: Path) -> None:
    found = json.loads(headword("audit", "drift", table, "--json", "-", "-q").stdout)
    assert (found["n_a"], found["n_b"]) == (40, 10)
    assert found["a"] == f"the train part of {table}"
    assert "labels" in found["families"]


def test_leakage_in_one_file_and_between_two(headword: Run, table: Path, unsplit: Path, tmp_path: Path) -> None:
    result = headword("audit", "leakage", table, "--group", "provider", "--html", tmp_path / "l.html", "-q")
    assert result.exit_code == 0
    assert "same provider" in result.stdout
    assert f"headword split {table} -o split.jsonl.gz --near-duplicates --group provider" in result.stdout
    assert (tmp_path / "l.html").is_file()
    found = json.loads(headword("audit", "leakage", unsplit, "--against", unsplit, "--json", "-", "-q").stdout)
    by_kind = {one["kind"]: one for one in found["straddling"]}
    assert by_kind["same text"]["touched"] == {"valid": 0, "test": 60}
    assert by_kind["same text"]["same_labels"] == 1.0


def test_inspect_writes_the_data_card(headword: Run, table: Path, tmp_path: Path) -> None:
    page = tmp_path / "card.html"
    result = headword("inspect", table, "--html", page, "--json", "-", "-q")
    found = json.loads(result.stdout)
    assert found["composition"]["provider"]["p0"] == 9
    assert found["labels"]["cardinality"] == pytest.approx(1.2)
    assert found["source"]["bytes"] == table.stat().st_size
    assert found["fingerprint"] in page.read_text(encoding="utf-8")
