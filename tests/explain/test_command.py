"""The command explains documents that come as numbers."""

import json
from pathlib import Path

from typer.testing import CliRunner

import headword as hw
from headword.cli import app
from headword.core.corpus import Corpus


def test_numbers_are_explained_from_the_command_line(numbers: Corpus, tmp_path: Path) -> None:
    hw.Tagger("fast").fit(numbers).save(tmp_path / "m.hw")
    rows = [f"0 {' '.join(f'{j}:1' for j in row.indices)}" for row in numbers.features]
    (tmp_path / "data.txt").write_text(f"90 30 3\n{chr(10).join(rows)}\n", encoding="utf-8")
    command = ["explain", str(tmp_path / "m.hw"), str(tmp_path / "data.txt"), "-k", "1", "-q", "--json", "-"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    (one,) = json.loads(result.stdout)["suggestions"]
    assert one["label"] == "a"
    assert one["terms_for"][0]["term"] in {f"feature {i}" for i in range(10)}


def test_faithfulness_from_the_command_line(tagger: hw.Tagger, test: Corpus, tmp_path: Path) -> None:
    tagger.save(tmp_path / "m.hw")
    rows = [json.dumps({"id": d.id, "title": d.title, "abstract": d.abstract, "split": "test"}) for d in test]
    (tmp_path / "data.jsonl").write_text("\n".join([*rows, '{"id": "other", "title": "", "split": "train"}']), "utf-8")
    command = ["explain", str(tmp_path / "m.hw"), str(tmp_path / "data.jsonl"), "--faithfulness", "--sample", "5"]
    result = CliRunner().invoke(app, [*command, "-q", "--json", str(tmp_path / "f.json")])
    assert result.exit_code == 0, result.output
    assert "a suggestion for each of 5 documents; 95 % intervals" in result.stdout
    found = json.loads((tmp_path / "f.json").read_text("utf-8"))
    assert [one["name"] for one in found["orders"]] == ["explanation", "idf", "random"]
    for other in (["--doc", "a"], ["--html", "x.html"]):
        assert CliRunner().invoke(app, [*command, *other]).exit_code == 2


def test_a_page_from_the_command_line(tagger: hw.Tagger, tmp_path: Path) -> None:
    tagger.save(tmp_path / "m.hw")
    command = ["explain", str(tmp_path / "m.hw"), "--text", "Ocean currents <b>", "-k", "2"]
    result = CliRunner().invoke(app, [*command, "--html", str(tmp_path / "out.html")])
    assert result.exit_code == 0, result.output
    page = (tmp_path / "out.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "currents</mark> &lt;b&gt;" in page
