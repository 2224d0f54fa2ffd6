"""headword prepare on the command line."""

import json
from collections.abc import Callable
from pathlib import Path

from .conftest import rows, write_rows


def test_a_preparation_is_applied_and_its_stages_are_shown(headword: Callable, tmp_path: Path) -> None:
    table = [{k: v for k, v in row.items() if k != "split"} for row in rows(120)]
    data = write_rows(tmp_path / "docs.jsonl", [*table, {**table[0], "id": "again"}])
    output, report = tmp_path / "ready.jsonl", tmp_path / "report.json"
    done = headword("prepare", "keras-arxiv", data, "-o", output, "--json", report)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0].split() == ["after", "documents", "labels", "assignments"]
    assert "duplicates: 1 documents of equal title removed" in done.stdout
    assert "of the published data comes: 51,774 -> 38,972 -> 36,651 documents" in done.stderr
    assert "of this corpus came: 121 -> 120" in done.stderr
    found = json.loads(report.read_text(encoding="utf-8"))
    assert [(one["step"], one["n_docs"]) for one in found["stages"]][:2] == [("read", 121), ("duplicates", 120)]
    assert found["rule"].startswith("stratified(test=0.05, valid=0.05, order=1, within='terms')")
    written = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert sum(row["split"] == "test" for row in written) == found["parts"]["test"] > 0


def test_labels_that_look_alike_are_all_told(headword: Callable, tmp_path: Path) -> None:
    table = [{"id": str(i), "title": f"t{i}", "labels": [f"Task {i % 7}", f"task-{i % 7}"]} for i in range(300)]
    mine = tmp_path / "mine.toml"
    mine.write_text('[[clean]]\nstep = "labels"\n', encoding="utf-8")
    done = headword("prepare", mine, write_rows(tmp_path / "d.jsonl", table), "-o", tmp_path / "o.csv", "-q")
    assert done.exit_code == 0, done.output
    assert sum(" -> 'Task " in line for line in done.stdout.splitlines()) == 7
    assert (tmp_path / "o.csv").exists()


def test_mistakes_have_their_codes(headword: Callable, table: Path, tmp_path: Path) -> None:
    assert headword("prepare", "nosuch", table, "-o", tmp_path / "o.jsonl").exit_code == 4
    assert headword("prepare", "nasa-gcmd", table, "-o", tmp_path / "o.doc").exit_code == 6
    assert headword("prepare", "nasa-gcmd", tmp_path / "absent", "-o", tmp_path / "o.jsonl").exit_code == 3


def test_split_works_within_a_field_and_keeps_rare_labels(headword: Callable, unsplit: Path, tmp_path: Path) -> None:
    done = headword("split", unsplit, "-o", tmp_path / "o.jsonl", "--within", "provider", "--rare-in-train", 3)
    assert done.exit_code == 0, done.output
    assert "within='provider', rare_in_train=3)" in done.stderr
