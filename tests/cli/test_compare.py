"""compare: two models on the same documents."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pages.reading import require_accessible
from typer.testing import CliRunner, Result

from headword.cli import app

from .conftest import rows, write_rows

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models, of which the second learnt from labels moved by one document and lacks a label."""
    folder = tmp_path_factory.mktemp("compared")
    # Words of their own, since the documents of the table are near-duplicates of one another.
    own = [" ".join(f"w{i}n{j}" for j in range(12)) for i in range(120)]
    table = [{**row, "abstract": f"{row['abstract']} {words}"} for row, words in zip(rows(120), own, strict=True)]
    write_rows(folder / "docs.jsonl", table)
    moved = [{**row, "labels": table[i - 1]["labels"]} for i, row in enumerate(table)]
    kept = [row for row in moved if "Orchards" not in row["labels"]]  # type: ignore[operator]
    write_rows(folder / "wrong.jsonl", kept)
    for name, data in (("a", "docs"), ("b", "wrong")):
        arguments = ["train", folder / f"{data}.jsonl", "-o", folder / f"{name}.hw", "--recipe", "fast", "-q"]
        assert CliRunner().invoke(app, [str(x) for x in arguments]).exit_code == 0
    return folder


def test_the_worse_model_is_named(headword: Run, folder: Path) -> None:
    out, page = folder / "c.json", folder / "c.html"
    files = (folder / "a.hw", folder / "b.hw", folder / "docs.jsonl")
    result = headword("compare", *files, "--json", out, "--html", page)
    assert result.exit_code == 0, result.output
    assert "A is better in p@1, " in result.stdout and "1 only A (Orchards)" in result.stdout
    found = json.loads(out.read_text(encoding="utf-8"))
    assert (found["n_docs"], found["n_labels"], found["spaces"]["only_a"]) == (20, 8, ["Orchards"])
    assert found["metrics"][0]["metric"] == "p@1" and found["metrics"][0]["p_holm"] <= 0.06
    assert found["made"]["A"].startswith("a.hw, SHA-256 ")
    require_accessible(page.read_text(encoding="utf-8"))
    shared = headword("compare", *files, "--shared-labels", "-q")
    assert "independent), 7 labels" in shared.stdout


def test_a_model_and_itself(headword: Run, folder: Path) -> None:
    result = headword("compare", folder / "a.hw", folder / "a.hw", folder / "docs.jsonl", "--json", "-")
    assert result.exit_code == 0, result.output
    assert {row["p"] for row in json.loads(result.stdout)["metrics"]} == {1.0}


def test_documents_of_one_group_count_once(headword: Run, folder: Path) -> None:
    files = (folder / "a.hw", folder / "b.hw", folder / "docs.jsonl")
    result = headword("compare", *files, "--group", "provider", "-q")
    assert "20 documents (7 independent), 8 labels" in result.stdout
    assert "no field 'journal'" in headword("compare", *files, "--group", "journal").stderr
