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
