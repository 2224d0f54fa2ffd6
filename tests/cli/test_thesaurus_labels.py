"""headword thesaurus align, diff, migrate: the labels of documents and models."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from headword.bundle import read_bundle
from headword.cli import app

from .conftest import rows, write_rows

Run = Callable[..., Result]


def test_align_tells_and_writes_a_table(headword: Run, new: Path, documents: Path, tmp_path: Path) -> None:
    result = headword("thesaurus", "align", documents, new, "-o", tmp_path / "t.csv")
    assert result.exit_code == 0, result.output
    assert "6 of 8 labels matched" in result.stdout
    assert "'Frogs' (1 document)" in result.stdout
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        table = {row["label"]: row for row in csv.DictReader(file)}
    assert table["volcanos"]["concepts"] == "t:3"
    assert table["volcanos"]["names"] == "Earth science > Volcanoes"
    assert table["G"]["kind"] == "notation"
    found = json.loads(headword("thesaurus", "align", documents, new, "--json", "-", "-q").stdout)
    assert (found["n_labels"], found["n_matched"]) == (8, 6)


def test_labels_are_matched_with_what_they_say_themselves(headword: Run, tmp_path: Path) -> None:
    sets = [["68T07 (Primary)", "68"], ["I.2.7; 62J02"], ["Essays"]]
    documents = write_rows(
        tmp_path / "d.jsonl", [{"id": str(i), "title": "t", "labels": s} for i, s in enumerate(sets)]
    )
    result = headword("thesaurus", "align", documents, "in-labels", "--json", "-")
    assert result.exit_code == 0, result.output
    found = {one["label"]: one["concepts"] for one in json.loads(result.stdout)["labels"]}
    assert found == {"68": ["68-XX"], "68T07 (Primary)": ["68T07"], "I.2.7; 62J02": ["I.2.7", "62J02"], "Essays": []}


def test_an_edited_table_and_relabelling(headword: Run, new: Path, documents: Path, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("label,concepts\nFrogs,Orchards\nGalaxies,\n", encoding="utf-8")
    out = tmp_path / "out.jsonl"
    result = headword(
        "thesaurus", "align", documents, new, "--table", tmp_path / "t.csv", "--relabel", out, "--as", "name"
    )
    assert result.exit_code == 0, result.output
    written = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["labels"] for row in written] == [
        ["Oceans", "Volcanoes"], ["Glaciers"], ["Galaxies"], ["Networks", "Orchards"], ["Glaciers"], [],
    ]  # fmt: skip
    assert [row["extra"] for row in written] == list(range(6))
    assert headword("thesaurus", "align", documents, new, "--as", "song").exit_code == 2


def test_concepts_that_fall_together_are_told(headword: Run, tmp_path: Path) -> None:
    thesaurus = write_rows(
        tmp_path / "t.jsonl", [{"id": "a", "name": "Ice"}, {"id": "b", "name": "Ice", "alt": ["Rime"]}]
    )
    docs = write_rows(tmp_path / "d.jsonl", [{"title": "x", "labels": ["a", "b"]}])
    result = headword("thesaurus", "align", docs, thesaurus, "--relabel", tmp_path / "o.jsonl", "--as", "name")
    assert "1 name such as 'Ice' for several concepts each" in result.stderr


def test_diff_counts_and_lists(headword: Run, old: Path, new: Path, tmp_path: Path) -> None:
    result = headword("thesaurus", "diff", old, new, "-o", tmp_path / "c.csv")
    assert result.exit_code == 0, result.output
    for line in (
        "Ice rivers -> Glaciers (no longer there; it has this name)",
        "Volcanos -> Volcanoes",
        "Networks -> nothing",
    ):
        assert line in result.stdout
    with (tmp_path / "c.csv").open(encoding="utf-8", newline="") as file:
        kinds = [row["kind"] for row in csv.DictReader(file)]
    assert {"removed", "split", "merged", "added", "renamed", "other names"} == set(kinds)
    assert headword("thesaurus", "diff", old, new, "--kind", "added", "-q").stdout.splitlines() == [
        "  Earth science > Spiral galaxies",
        "  Earth science > Dwarf galaxies",
    ]
    assert json.loads(headword("thesaurus", "diff", old, new, "--json", "-", "-q").stdout)["counts"]["split"] == 1
    assert headword("thesaurus", "diff", old, new, "--kind", "frogs").exit_code == 2


def test_diff_says_where_no_id_is_shared(headword: Run, old: Path, tmp_path: Path) -> None:
    other = write_rows(tmp_path / "o.jsonl", [{"name": "Oceans"}])
    assert "no id is in both" in headword("thesaurus", "diff", old, other).stderr
    assert "no id is in both" not in headword("thesaurus", "diff", old, old).stderr


def migrated(headword: Run, documents: Path, old: Path, new: Path, *more: object) -> Result:
    return headword("thesaurus", "migrate", documents, "--from", old, "--to", new, *more)


def test_migrate_rewrites_labels_and_drops_nothing(
    headword: Run, documents: Path, old: Path, new: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    result = migrated(headword, documents, old, new, "-o", out, "--plan", tmp_path / "plan.csv")
    assert result.exit_code == 0, result.output
    written = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["labels"] for row in written] == [
        ["oceans", "volcanoes"], ["Glaciers"], ["Galaxies"], ["Frogs", "Networks"], ["G"], [],
    ]  # fmt: skip
    for told in (
        "'Ice rivers' -> 'Glaciers' (1 document",
        "'Galaxies' -> kept",
        "'Networks' -> kept",
        "'Frogs' -> kept",
    ):
        assert told in result.stdout
    assert "3 labels may need a decision" in result.stderr
    with (tmp_path / "plan.csv").open(encoding="utf-8", newline="") as file:
        plan = {row["label"]: row for row in csv.DictReader(file)}
    assert plan["Galaxies"]["kind"] == "split"
    assert "t:10 (Earth science > Spiral galaxies)" in plan["Galaxies"]["proposals"]


def test_migrate_goes_by_an_edited_plan(headword: Run, documents: Path, old: Path, new: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("label,images\nGalaxies,Spiral galaxies\nvolcanos,volcanos\n", encoding="utf-8")
    out = tmp_path / "out.jsonl"
    assert migrated(headword, documents, old, new, "-o", out, "--table", tmp_path / "plan.csv").exit_code == 0
    written = [json.loads(line)["labels"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert written[:3] == [["oceans", "volcanos"], ["Glaciers"], ["Spiral galaxies"]]
    assert migrated(headword, documents, old, new, "-o", out, "--splits", "all").exit_code == 0
    written = [json.loads(line)["labels"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert written[2] == ["Dwarf galaxies", "Spiral galaxies"]
    assert migrated(headword, documents, old, new, "--splits", "some").exit_code == 2


def test_what_is_kept_by_hand_is_no_longer_open(
    headword: Run, documents: Path, old: Path, new: Path, tmp_path: Path
) -> None:
    first = migrated(headword, documents, old, new, "--plan", tmp_path / "plan.csv")
    lines = (tmp_path / "plan.csv").read_text(encoding="utf-8").splitlines()
    some = [lines[0], *(line.replace(",renamed,volcanoes,", ",renamed,,") for line in lines if line.startswith("volc"))]
    (tmp_path / "some.csv").write_text("\n".join([*some, "Nobody,0,by hand,x"]) + "\n", encoding="utf-8")
    second = migrated(headword, documents, old, new, "--table", tmp_path / "some.csv", "-o", tmp_path / "o.jsonl")
    assert "passed over in the table: 1 label that nothing has, such as 'Nobody'" in second.stderr
    assert "by hand" in second.stdout and "'volcanos' -> kept" in second.stdout
    said = [line for result in (first, second) for line in result.stderr.splitlines() if "need a decision" in line]
    assert said[0] == said[1]
    assert "volcanos" in (tmp_path / "o.jsonl").read_text(encoding="utf-8")


def test_migrate_without_output_only_tells(headword: Run, documents: Path, old: Path, new: Path) -> None:
    before = sorted(path.name for path in documents.parent.iterdir())
    found = json.loads(migrated(headword, documents, old, new, "--json", "-", "-q").stdout)
    assert found["counts"]["merged"] == {"labels": 1, "assignments": 1}
    assert sorted(path.name for path in documents.parent.iterdir()) == before


@pytest.mark.parametrize(
    ("table", "written"),
    [
        (
            "id,title,labels,note\n1,a,volcanos; Ice rivers,x\n2,b,oceans; Galaxies,y\n",
            ["Glaciers; volcanoes", "Galaxies; oceans"],
        ),
        ("id,title,labels,note\n1,a,volcanos,x\n2,b,oceans,y\n", ["volcanoes", "oceans"]),
        ('id,title,labels,note\n1,a,"[""volcanos""]",x\n2,b,"[""oceans""]",y\n', ['["volcanoes"]', '["oceans"]']),
    ],
    ids=["separated", "whole", "bracketed"],
)
def test_cells_stay_as_they_were_written(
    headword: Run, old: Path, new: Path, tmp_path: Path, table: str, written: list[str]
) -> None:
    (tmp_path / "d.csv").write_text(table, encoding="utf-8")
    result = migrated(headword, tmp_path / "d.csv", old, new, "-o", tmp_path / "o.csv")
    assert result.exit_code == 0, result.output
    with (tmp_path / "o.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["labels"] for row in found] == written
    assert [row["note"] for row in found] == ["x", "y"]


def test_migrate_reads_standard_input_and_ids_may_repeat(headword: Run, old: Path, new: Path, tmp_path: Path) -> None:
    lines = '{"id": "a", "title": "x", "labels": ["volcanos"]}\n' * 2
    result = headword("thesaurus", "migrate", "-", "--from", old, "--to", new, "-o", tmp_path / "o.jsonl", input=lines)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "o.jsonl").read_text(encoding="utf-8").count("volcanoes") == 2


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    data = write_rows(folder / "d.jsonl", rows(60))
    result = CliRunner().invoke(app, ["train", str(data), "-o", str(folder / "m.hw"), "--recipe", "fast", "-q"])
    assert result.exit_code == 0, result.output
    return folder / "m.hw"


def test_a_model_is_renamed(headword: Run, model: Path, tmp_path: Path) -> None:
    before = write_rows(tmp_path / "a.jsonl", [{"id": "1", "name": "Volcanoes"}, {"id": "2", "name": "Oceans"}])
    after = write_rows(tmp_path / "b.jsonl", [{"id": "1", "name": "Volcanology"}, {"id": "2", "name": "Oceans"}])
    result = migrated(headword, model, before, after, "-o", tmp_path / "new.hw")
    assert result.exit_code == 0, result.output
    assert "1 of 8 labels renamed" in result.stderr

    def suggested(path: Path) -> list[dict[str, Any]]:
        line = headword("suggest", path, "--text", "lava and ash from the crater", "--json").stdout
        return list(json.loads(line)["suggestions"])

    renamed = [
        {**one, "label": one["label"].replace("Volcanology", "Volcanoes")} for one in suggested(tmp_path / "new.hw")
    ]
    assert renamed == suggested(model)
    assert suggested(tmp_path / "new.hw")[0]["label"] == "Volcanology"
    same = migrated(headword, model, after, after, "-o", tmp_path / "same.hw")
    assert same.exit_code == 0
    assert (tmp_path / "same.hw").read_bytes() == model.read_bytes()
    card = headword("card", tmp_path / "new.hw").stdout
    assert "| Volcanology |" in card
    assert card.strip() == read_bundle(tmp_path / "new.hw").manifest["card"].strip()
    assert "Volcanoes" not in card


def test_a_model_keeps_what_it_cannot_join_or_split(headword: Run, model: Path, tmp_path: Path) -> None:
    before = write_rows(tmp_path / "a.jsonl", [{"id": "1", "name": "Volcanoes"}, {"id": "2", "name": "Glaciers"}])
    merged = write_rows(tmp_path / "b.jsonl", [{"id": "2", "name": "Glaciers", "alt": ["Volcanoes"]}])
    result = migrated(headword, model, before, merged, "-o", tmp_path / "new.hw")
    assert result.exit_code == 0, result.output
    assert "'Volcanoes' -> kept (6 documents; another label is called 'Glaciers'; now 'Glaciers'" in result.stdout
    assert "0 of 8 labels renamed" in result.stderr
    assert "only training anew joins them" in result.stdout
    assert (tmp_path / "new.hw").read_bytes() == model.read_bytes()
    split = [
        {"id": "1", "name": "Volcanoes", "deprecated": True, "replaced_by": ["3", "4"]},
        {"id": "3", "name": "Lava"},
    ]
    parts = write_rows(tmp_path / "c.jsonl", [*split, {"id": "4", "name": "Ash"}, {"id": "2", "name": "Glaciers"}])
    result = migrated(headword, model, before, parts, "-o", tmp_path / "new.hw", "--splits", "all")
    assert result.exit_code == 0, result.output
    assert "'Volcanoes' -> kept (6 documents; now 'Lava', 'Ash')" in result.stdout
    assert "added since: 2 concepts, which a model learns by training only" in result.stderr
    assert migrated(headword, model, before, parts, "-o", tmp_path / "new.hw").exit_code == 0


def test_endings_and_tables_are_looked_at_before_the_work(
    headword: Run, documents: Path, new: Path, tmp_path: Path
) -> None:
    nothing = tmp_path / "nothing.rdf"
    for command in (
        ("migrate", documents, "--from", new, "--to", nothing, "--plan"),
        ("align", documents, nothing, "-o"),
    ):
        result = headword("thesaurus", *command, tmp_path / "t.txt")
        assert (result.exit_code, "use .csv, .tsv or .jsonl" in result.stderr) == (6, True)
    (tmp_path / "t.csv").write_text("label,image\na,b\n", encoding="utf-8")
    result = migrated(headword, documents, new, nothing, "--table", tmp_path / "t.csv")
    assert "no column 'images'" in result.stderr
