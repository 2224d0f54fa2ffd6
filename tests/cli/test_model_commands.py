"""train, evaluate, suggest, explain, recipes and demo, from table to model to answers."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from headword.bundle import read_bundle
from headword.cli import app

from .conftest import TOPICS, rows, write_rows

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table and the model trained on its train rows."""
    folder = tmp_path_factory.mktemp("models")
    write_rows(folder / "docs.jsonl", rows(120))
    arguments = ["train", folder / "docs.jsonl", "-o", folder / "m.hw", "--recipe", "fast", "--json", folder / "t.json"]
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    assert result.exit_code == 0, result.output
    (folder / "train.stderr").write_text(result.stderr, encoding="utf-8")
    return folder


def test_train_uses_the_train_rows_and_says_so(folder: Path) -> None:
    told = (folder / "train.stderr").read_text(encoding="utf-8")
    assert "title = title; abstract = abstract; labels = labels" in told
    assert "80 rows are marked train, 40 others are left aside" in told
    assert "learnt 8 labels from 80 documents" in told
    result = json.loads((folder / "t.json").read_text(encoding="utf-8"))
    assert (result["n_docs"], result["n_labels"], result["recipe"], result["seed"]) == (80, 8, "fast", 0)
    read_bundle(folder / "m.hw", check="sha256")


def test_training_twice_gives_the_same_file(headword: Run, folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.hw"
    assert (
        headword("train", folder / "docs.jsonl", "-o", again, "--recipe", "fast", "--threads", 1, "-q").exit_code == 0
    )
    assert again.read_bytes() == (folder / "m.hw").read_bytes()


def test_train_takes_further_parts_and_all_rows_without_a_split(headword: Run, table: Path, unsplit: Path) -> None:
    out = table.with_name("x.hw")
    result = headword("train", table, "-o", out, "--recipe", "fast", "--parts", "train,valid")
    assert "50 rows are marked train and valid" in result.stderr
    result = headword("train", unsplit, "-o", out, "--recipe", "fast")
    assert "no split field: all 60 rows are used" in result.stderr


def test_train_leaves_out_what_it_cannot_learn_from(headword: Run, tmp_path: Path) -> None:
    table = rows(60)
    table[0]["labels"], table[1]["labels"], table[2]["labels"] = None, None, ["Seldom"]
    data = write_rows(tmp_path / "d.jsonl", [{k: v for k, v in row.items() if k != "split"} for row in table])
    arguments = ("--recipe", "fast", "--min-support", 3, "--json", "-")
    result = headword("train", data, "-o", tmp_path / "m.hw", *arguments)
    assert result.exit_code == 0
    assert "2 documents without labels are left out" in result.stderr
    assert "1 labels with fewer than 3 documents removed" in result.stderr
    found = json.loads(result.stdout)
    assert (found["n_docs"], found["n_labels"]) == (57, 8)


def test_evaluate_writes_the_promised_json(headword: Run, folder: Path, tmp_path: Path) -> None:
    out, labels = tmp_path / "e.json", tmp_path / "labels.csv"
    result = headword("evaluate", folder / "m.hw", folder / "docs.jsonl", "--json", out, "--per-label", labels)
    assert result.exit_code == 0, result.output
    found = json.loads(out.read_text(encoding="utf-8"))
    assert (found["n_docs"], found["n_labels"]) == (20, 8)
    promised = "p@1 p@3 p@5 r@5 ndcg@5 psp@1 psp@3 psp@5 micro_f1 macro_f1 weighted_f1 samples_f1 jaccard hamming "
    promised += "subset_accuracy lrap ece"
    for name in promised.split():
        assert 0 <= found["metrics"][name] <= 1
    assert set(found) >= {"intervals", "baselines", "by_frequency"}
    assert found["metrics"]["p@1"] > 0.8
    assert "p@1" in result.stdout
    assert "20 rows are marked test" in result.stderr
    with labels.open(encoding="utf-8", newline="") as file:
        assert {row["label"] for row in csv.DictReader(file)} == set(TOPICS)


def test_evaluate_takes_another_part_and_prints_json_alone(headword: Run, folder: Path) -> None:
    result = headword("evaluate", folder / "m.hw", folder / "docs.jsonl", "--part", "valid", "--json", "-", "-q")
    assert json.loads(result.stdout)["part"] == ["valid"]
    assert result.stderr == ""


def test_evaluate_counts_labels_that_training_never_saw(headword: Run, folder: Path, tmp_path: Path) -> None:
    data = write_rows(tmp_path / "d.jsonl", [{**row, "labels": [*row["labels"], "Unseen"]} for row in rows(12)])
    result = headword("evaluate", folder / "m.hw", data, "--part", "test,valid,train", "--json", "-", "-q")
    found = json.loads(result.stdout)
    assert found["n_labels"] == 9
    assert found["metrics"]["macro_f1"] <= 8 / 9


def test_suggest_gives_one_json_line_a_document(headword: Run, folder: Path) -> None:
    result = headword("suggest", folder / "m.hw", folder / "docs.jsonl", "-k", 3, "--json", "-q")
    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["id"] for line in lines] == [f"d{i}" for i in range(120)]
    for line in lines:
        assert set(line) == {"id", "suggestions"}
        assert 1 <= len(line["suggestions"]) <= 4
        for one in line["suggestions"]:
            assert set(one) == {"label", "probability", "score", "chosen"}
            assert 0 <= one["probability"] <= 1
        probabilities = [one["probability"] for one in line["suggestions"]]
        assert probabilities == sorted(probabilities, reverse=True)


def test_suggest_for_a_text_and_for_standard_input(headword: Run, folder: Path) -> None:
    result = headword("suggest", folder / "m.hw", "--text", "lava and ash from the crater", "--json")
    (line,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert line["suggestions"][0]["label"] == "Volcanoes"
    result = headword("suggest", folder / "m.hw", "-", "-k", 1, input='{"id": "a", "title": "stars in the halo"}\n')
    assert result.exit_code == 0
    assert "Galaxies" in result.stdout
    assert "a  stars in the halo" in result.stdout


def test_suggest_one_by_one_equals_in_batches(headword: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = headword("suggest", folder / "m.hw", folder / "docs.jsonl", "--json", "-q").stdout
    monkeypatch.setattr("headword.cli.suggest.BATCH", 7)
    assert headword("suggest", folder / "m.hw", folder / "docs.jsonl", "--json", "-q").stdout == whole


def test_suggest_wants_one_thing(headword: Run, folder: Path) -> None:
    assert headword("suggest", folder / "m.hw").exit_code == 2
    assert headword("suggest", folder / "m.hw", folder / "docs.jsonl", "--text", "x").exit_code == 2
    assert headword("suggest", folder / "m.hw", "--text", "x", "-k", 0).exit_code == 2


def test_explain_names_labels_terms_and_documents(headword: Run, folder: Path) -> None:
    result = headword("explain", folder / "m.hw", folder / "docs.jsonl", "--doc", "d2", "-k", 2, "-q")
    assert result.exit_code == 0, result.output
    assert "Volcanoes" in result.stdout
    assert "magma" in result.stdout or "lava" in result.stdout
    result = headword("explain", folder / "m.hw", "--text", "lava and ash", "--json", "-")
    assert "Volcanoes" in json.dumps(json.loads(result.stdout))


def test_explain_says_when_there_is_no_such_document(headword: Run, folder: Path) -> None:
    result = headword("explain", folder / "m.hw", folder / "docs.jsonl", "--doc", "none")
    assert result.exit_code == 3
    assert "none of the 120 documents" in result.stderr


def test_recipes_are_listed_and_shown(headword: Run, table: Path) -> None:
    listed = headword("recipes").stdout
    assert "default" in listed
    assert "fast" in listed
    assert set(json.loads(headword("recipes", "--json", "-").stdout)) >= {"default", "fast"}
    mine = table.with_name("mine.toml")
    mine.write_text(headword("recipes", "fast").stdout, encoding="utf-8")
    result = headword("train", table, "-o", table.with_name("m.hw"), "--recipe", mine)
    assert result.exit_code == 0, result.stderr
    assert headword("recipes", "nonsense").exit_code == 4


def test_demo_keeps_what_it_made_when_asked(headword: Run, tmp_path: Path) -> None:
    result = headword("demo", "--dir", tmp_path / "demo", "--json", tmp_path / "r.json")
    assert result.exit_code == 0, result.output
    assert "What next?" in result.stdout
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["metrics"]["p@1"] > 0.4
    for line in result.stdout.splitlines():
        if line.startswith("  headword suggest"):
            assert headword("suggest", tmp_path / "demo" / "demo.hw", "--text", "Dust on Mars").exit_code == 0


def test_suggest_reads_no_table_reader_for_a_text(folder: Path) -> None:
    code = "import sys\nfrom headword.cli import main\n"
    code += f"sys.argv = ['headword', 'suggest', {str(folder / 'm.hw')!r}, '--text', 'lava', '--json']\n"
    code += "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
    code += "print(sorted({'polars', 'rich', 'sklearn', 'headword.sources.reader'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
