"""headword thesaurus: one thesaurus looked at, on a miniature and on bad input."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from .conftest import write_rows

Run = Callable[..., Result]


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


def test_check_of_one_kind_tells_how_many(headword: Run, new: Path) -> None:
    assert headword("thesaurus", "check", new, "--kind", "dangling link").stderr.endswith("1 finding of this kind\n")
    assert headword("thesaurus", "check", new, "--kind", "cycle").stderr.endswith("0 findings of this kind\n")


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
