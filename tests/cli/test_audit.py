"""audit labels and audit multiplicity: reports, corrections, and what is never overwritten."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from .conftest import rows, write_rows

Run = Callable[..., Result]


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    """Eighty documents, one with a label that is plainly wrong, one without the label it should have."""
    table = rows(80)
    table[8]["labels"] = ["Volcanoes"]
    table[25]["labels"] = [*table[25]["labels"], "Orchards"]  # type: ignore[misc]
    return write_rows(tmp_path / "spoilt.jsonl", table)


def report(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_labels_are_audited_reported_and_corrected(headword: Run, spoilt: Path) -> None:
    before = spoilt.read_bytes()
    found, told = spoilt.with_name("report.csv"), spoilt.with_name("told.json")
    result = headword("audit", "labels", spoilt, "--recipe", "fast", "-o", found, "--json", told, "--most", 30)
    assert result.exit_code == 0, result.output
    table = report(found)
    first = {(row["document"], row["label"]): row for row in table[:6]}
    assert first["d8", "Volcanoes"]["problem"] == "wrong"
    assert first["d8", "Galaxies"]["problem"] == "missing"
    assert first["d8", "Volcanoes"]["swap"] in ("Galaxies", "")
    assert first["d25", "Orchards"]["problem"] == "wrong"
    assert not any(row["action"] for row in table)
    whole = json.loads(told.read_text(encoding="utf-8"))
    assert (whole["n_docs"], len(whole["errors"])) == (80, len(table))
    assert "probable errors among" in result.stdout

    for row in table:
        row["action"] = "accept" if row["document"] in ("d8", "d25") else ""
    decisions = spoilt.with_name("decisions.csv")
    with decisions.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
    fixed = spoilt.with_name("fixed.jsonl")
    result = headword("audit", "labels", spoilt, "--recipe", "fast", "--apply", decisions, "-o", fixed, "--json", told)
    assert result.exit_code == 0, result.output
    labels = {row["id"]: row["labels"] for row in map(json.loads, fixed.read_text(encoding="utf-8").splitlines())}
    assert "Galaxies" in labels["d8"]
    assert "Volcanoes" not in labels["d8"]
    assert "Orchards" not in labels["d25"]
    change = json.loads(told.read_text(encoding="utf-8"))["quality"]
    assert change["after"]["micro_f1"] >= change["before"]["micro_f1"]
    assert spoilt.read_bytes() == before


def test_the_input_is_never_overwritten(headword: Run, spoilt: Path) -> None:
    decisions = spoilt.with_name("d.csv")
    decisions.write_text("document,label,action\nd8,Volcanoes,accept\n", encoding="utf-8")
    before = spoilt.read_bytes()
    for arguments in (["-o", spoilt], ["--apply", decisions, "-o", spoilt]):
        result = headword("audit", "labels", spoilt, *arguments)
        assert result.exit_code == 6
        assert "never changes" in result.stderr
    result = headword("audit", "labels", spoilt, "--apply", decisions, "-o", decisions)
    assert result.exit_code == 6
    assert spoilt.read_bytes() == before


def test_options_that_do_not_go_together_are_refused(headword: Run, spoilt: Path) -> None:
    assert headword("audit", "labels", spoilt, "--judge", "http://127.0.0.1:9").exit_code == 2
    assert headword("audit", "labels", spoilt, "--apply", spoilt).exit_code == 2
    assert headword("audit", "labels", spoilt, "-o", spoilt.with_name("report.txt")).exit_code == 6


def test_multiplicity_of_variants_and_of_models(headword: Run, table: Path) -> None:
    told, luck = table.with_name("m.json"), table.with_name("luck.jsonl")
    arguments = ["--recipe", "fast", "--each", 1, "--eps", 0.5, "--json", told, "-o", luck]
    result = headword("audit", "multiplicity", table, *arguments)
    assert result.exit_code == 0, result.output
    found = json.loads(told.read_text(encoding="utf-8"))
    assert [one["model"] for one in found["models"]] == ["as it is", "seed 1", "folds 1", "C x 0.5", "C x 2"]
    assert found["ambiguity"] >= found["discrepancy"] >= 0
    assert len(luck.read_text(encoding="utf-8").splitlines()) == found["n_lucky"]
    models = [table.with_name(name) for name in ("a.hw", "b.hw")]
    for seed, path in enumerate(models):
        assert headword("train", table, "-o", path, "--recipe", "fast", "--seed", seed, "-q").exit_code == 0
    named = [part for path in models for part in ("--model", path)]
    result = headword("audit", "multiplicity", table, *named, "--json", told)
    assert result.exit_code == 0, result.output
    assert [one["model"] for one in json.loads(told.read_text(encoding="utf-8"))["models"]] == list(map(str, models))
