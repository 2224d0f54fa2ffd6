"""headword thesaurus: every command, on a miniature and on bad input."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from headword.cli import app

from .conftest import rows, write_rows

Run = Callable[..., Result]

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


def test_show_draws_a_tree(headword: Run, new: Path) -> None:
    result = headword("thesaurus", "show", new, "--depth", 1)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "Earth science",
        "├─ Dwarf galaxies",
        "├─ G Glaciers",
        "├─ Oceans",
        "├─ Spiral galaxies",
        "└─ Volcanoes",
    ]
    assert "8 concepts (1 deprecated); 11 names; 2 levels" in result.stderr
    assert headword("thesaurus", "show", new, "--depth", 0, "-q").stdout.splitlines() == ["Earth science (5)"]


def test_show_tells_all_about_one_concept(headword: Run, new: Path) -> None:
    result = headword("thesaurus", "show", new, "volcanos", "-q")
    assert result.stdout.splitlines() == [
        "Volcanoes",
        "  id            t:3",
        "  broader       Earth science",
        "  alternative   Volcanos",
        "  related       Glaciers",
    ]
    lines = headword("thesaurus", "show", new, "Earth science > Oceans", "-q").stdout.splitlines()
    assert "  definition    Salt water." in lines
    lines = headword("thesaurus", "show", new, "Galaxies", "-q").stdout.splitlines()
    assert lines[:4] == [
        "Galaxies (deprecated)",
        "  id            t:6",
        "  use instead   Earth science > Spiral galaxies",
        "                Earth science > Dwarf galaxies",
    ]
    lines = headword("thesaurus", "show", new, "t:1", "-q").stdout.splitlines()
    assert lines[2:4] == ["  narrower      ├─ Dwarf galaxies", "                ├─ G Glaciers"]
    found = json.loads(headword("thesaurus", "show", new, "G", "--json", "-", "-q").stdout)
    assert (found["name"], found["paths"]) == ("Glaciers", [["Earth science", "Glaciers"]])


def test_show_reads_standard_input(headword: Run, new: Path) -> None:
    result = headword("thesaurus", "show", "-", "--depth", 0, input=new.read_text(encoding="utf-8"))
    assert result.stdout == "Earth science (5)\n"
    assert result.stderr.startswith("-: 8 concepts")


def test_show_says_what_is_unclear(headword: Run, tmp_path: Path) -> None:
    twice = write_rows(tmp_path / "t.jsonl", [{"id": "a", "name": "Ice"}, {"id": "b", "name": "Ice"}])
    result = headword("thesaurus", "show", twice, "ice")
    assert result.exit_code == 3
    assert "2 concepts are called 'ice'; give the path or the id" in result.stderr
    result = headword("thesaurus", "show", twice, "icee")
    assert result.exit_code == 3
    assert "no concept is called 'icee'; like it are: 'Ice', 'Ice'" in result.stderr


def test_show_survives_a_circle(headword: Run, tmp_path: Path) -> None:
    circle = [
        {"id": "a", "name": "A"},
        {"id": "b", "name": "B", "broader": ["a", "c"]},
        {"id": "c", "name": "C", "broader": ["b"]},
    ]
    result = headword("thesaurus", "show", write_rows(tmp_path / "t.jsonl", circle), "--depth", 9, "-q")
    assert result.stdout.splitlines() == ["A", "└─ B", "   └─ C", "      └─ B (a circle)"]


def test_show_says_what_is_not_in_the_tree(headword: Run, tmp_path: Path) -> None:
    rows = [
        {"id": "a", "name": "A"},
        {"id": "b", "name": "B", "broader": ["a"]},
        {"id": "c", "name": "Alone"},
        {"id": "d", "name": "Gone", "deprecated": True, "replaced_by": ["z"]},
        {"id": "e", "name": "E", "broader": ["f"]},
        {"id": "f", "name": "F", "broader": ["e"]},
        {"id": "g", "name": "Below", "broader": ["e"], "replaced_by": ["b"]},
    ]
    file = write_rows(tmp_path / "t.jsonl", rows)
    result = headword("thesaurus", "show", file)
    assert result.stdout.splitlines() == ["A", "└─ B"]
    assert "not in this tree: 1 deprecated; 1 with nothing broader or narrower; 3 in circles" in result.stderr
    assert "  use instead   z" in headword("thesaurus", "show", file, "d", "-q").stdout.splitlines()
    assert headword("thesaurus", "show", file, "Below", "-q").stdout.splitlines()[1:] == [
        "  id            g",
        "  use instead   A > B",
        "  broader       … > E",
    ]
    circle = write_rows(tmp_path / "c.jsonl", rows[4:6])
    result = headword("thesaurus", "show", circle)
    assert "levels" not in result.stderr
    assert "not in this tree: 2 in circles" in result.stderr


def test_a_summary_is_there_for_machines(headword: Run, new: Path) -> None:
    found = json.loads(headword("thesaurus", "show", new, "--json", "-", "-q").stdout)
    assert (found["n_concepts"], found["n_deprecated"], found["top"]) == (8, 1, ["t:1"])


def test_an_unknown_language_is_said(headword: Run, new: Path) -> None:
    result = headword("thesaurus", "show", new, "--language", "fi", "-q")
    assert "no concept has a preferred name in fi" in result.stderr


def test_search_finds_words_and_slips(headword: Run, new: Path) -> None:
    assert (
        headword("thesaurus", "search", new, "galaxies", "-q")
        .stdout.splitlines()[0]
        .startswith("Galaxies (deprecated)")
    )
    lines = headword("thesaurus", "search", new, "seas", "-q").stdout.splitlines()
    assert lines[:3] == ["Oceans  (Seas)", "    Earth science > Oceans", "    t:2"]
    assert headword("thesaurus", "search", new, "glacirs", "-n", 1, "-q").stdout.splitlines()[0] == "G Glaciers"
    found = json.loads(headword("thesaurus", "search", new, "dwarf", "gal", "--json", "-", "-q").stdout)
    assert found[0]["id"] == "t:11"
    result = headword("thesaurus", "search", new, "xyzzy")
    assert result.exit_code == 3
    assert "nothing in" in result.stderr


def test_check_counts_and_lists(headword: Run, new: Path) -> None:
    result = headword("thesaurus", "check", new)
    assert result.exit_code == 0
    assert [line.split("  ")[0] for line in result.stdout.splitlines()[1:2]] == ["dangling link"]
    assert "1 finding" in result.stderr
    listed = headword("thesaurus", "check", new, "--kind", "dangling link", "-q").stdout
    assert listed == "'Orchards' has the broader concept 't:99', which is not in the thesaurus\n"
    assert json.loads(headword("thesaurus", "check", new, "--json", "-", "-q").stdout)["findings"][0]["ids"] == [
        "t:8",
        "t:99",
    ]
    assert headword("thesaurus", "check", new, "--kind", "frogs").exit_code == 2


def test_check_says_when_all_is_well(headword: Run, old: Path) -> None:
    kinds = {f["kind"] for f in json.loads(headword("thesaurus", "check", old, "--json", "-").stdout)["findings"]}
    assert kinds == {"orphan"}


def test_convert_and_back_changes_nothing(headword: Run, new: Path, tmp_path: Path) -> None:
    for name in ("t.ttl", "t.jsonl.gz"):
        assert headword("thesaurus", "convert", new, "-o", tmp_path / name).exit_code == 0
        result = headword("thesaurus", "diff", new, tmp_path / name)
        assert (result.exit_code, result.stdout) == (0, "")
        assert "nothing changed" in result.stderr
    assert headword("thesaurus", "convert", new, "-o", tmp_path / "t.xlsx").exit_code == 6


def test_browse_goes_up_and_down(headword: Run, new: Path) -> None:
    result = headword("thesaurus", "browse", new, input="1\n2\n2\n..\n..\nvolc\n1\n=\nhelp\nq\n")
    assert result.exit_code == 0, result.output
    text = result.stdout
    assert text.index("1  Earth science (5)") < text.index("2  G Glaciers") < text.index("code          G")
    assert "1  broader: Earth science (5)" in text
    assert text.index("2  related: Volcanoes") < text.index("2  related: G Glaciers")
    assert "1  Earth science > Volcanoes" in text
    assert "related       Glaciers" in text
    assert "a number goes there" in text
    assert "a number goes there" in result.stderr
    assert headword("thesaurus", "browse", new, "-q", input="").exit_code == 0
    assert headword("thesaurus", "browse", "-", input="").exit_code == 3


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
    assert "1 name such as 'Ice' stand for several concepts" in result.stderr


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


def test_a_model_cannot_merge_or_split(headword: Run, model: Path, tmp_path: Path) -> None:
    before = write_rows(tmp_path / "a.jsonl", [{"id": "1", "name": "Volcanoes"}, {"id": "2", "name": "Glaciers"}])
    merged = write_rows(tmp_path / "b.jsonl", [{"id": "2", "name": "Glaciers", "alt": ["Volcanoes"]}])
    result = migrated(headword, model, before, merged, "-o", tmp_path / "new.hw")
    assert result.exit_code == 3
    assert "migrate the corpus and train anew" in result.stderr
    split = [
        {"id": "1", "name": "Volcanoes", "deprecated": True, "replaced_by": ["3", "4"]},
        {"id": "3", "name": "Lava"},
    ]
    parts = write_rows(tmp_path / "c.jsonl", [*split, {"id": "4", "name": "Ash"}, {"id": "2", "name": "Glaciers"}])
    result = migrated(headword, model, before, parts, "-o", tmp_path / "new.hw", "--splits", "all")
    assert result.exit_code == 3
    assert "a model cannot tell their documents apart" in result.stderr
    assert migrated(headword, model, before, parts, "-o", tmp_path / "new.hw").exit_code == 0


@pytest.mark.parametrize("command", ["show", "check", "convert"])
def test_unusable_thesauri_are_told(headword: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "t.ttl").write_text("@prefix a: <http://a/> .\na:b a", encoding="utf-8")
    more = ("-o", tmp_path / "o.ttl") if command == "convert" else ()
    for file in ("t.ttl", "absent.ttl"):
        result = headword("thesaurus", command, tmp_path / file, *more)
        assert result.exit_code == 3, result.output
        assert result.stderr.startswith("error: ")
        assert "Traceback" not in result.output


def test_documents_without_labels_are_told(headword: Run, new: Path, tmp_path: Path) -> None:
    docs = write_rows(tmp_path / "d.jsonl", [{"title": "x"}])
    result = headword("thesaurus", "align", docs, new)
    assert result.exit_code == 3
    assert "has labels; name their column" in result.stderr


def test_the_group_explains_itself(headword: Run) -> None:
    result = headword("thesaurus", "-h")
    assert result.exit_code == 0
    for name in ("show", "browse", "search", "check", "align", "diff", "migrate", "convert"):
        assert name in result.stdout
