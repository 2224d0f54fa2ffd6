"""What goes to stdout, to files and to terminals."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from headword.cli.output import (
    counted,
    plain,
    printable,
    require_table,
    require_writable,
    show_table,
    to_json,
    write_json,
)
from headword.core.errors import OutputError


@dataclass
class Pair:
    a: float
    b: tuple[int, ...]


def test_plain_holds_only_what_json_holds() -> None:
    value = {"x": np.float32(0.5), "y": np.array([[1, 2]]), "z": Pair(float("nan"), (1,)), 3: {Path("p")}}
    assert plain(value) == {"x": 0.5, "y": [[1, 2]], "z": {"a": None, "b": [1]}, "3": ["p"]}


def test_json_goes_to_a_file_or_to_stdout_or_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_json(str(tmp_path / "x.json"), {"label": "é"})
    assert json.loads((tmp_path / "x.json").read_text(encoding="utf-8")) == {"label": "é"}
    write_json("-", {"label": "é"})
    write_json(None, {"label": "é"})
    assert json.loads(capsys.readouterr().out) == {"label": "é"}


def test_half_a_surrogate_pair_is_escaped() -> None:
    line = to_json({"label": "a\ud800é"})
    assert json.loads(line.encode()) == {"label": "a\ud800é"}


def test_control_characters_cannot_steer_the_terminal() -> None:
    assert printable("a\x1b[2Jb\nc") == "a\ufffd[2Jb\nc"


def test_brackets_in_cells_are_text(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(["label", "n"], [("[bold]x[/]", 1000), ("y", None)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["[bold]x[/]", "1,000"]
    assert lines[2].split() == ["y", "–"]


def test_an_output_is_tested_before_the_work_and_left_as_it_is(tmp_path: Path) -> None:
    old = tmp_path / "old.hw"
    old.write_text("old", encoding="utf-8")
    require_writable(str(old), None, "-", str(tmp_path / "new.hw"))
    assert old.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["old.hw"]
    with pytest.raises(OutputError, match="it is a folder"):
        require_writable(str(tmp_path))
    with pytest.raises(OutputError, match="create it first"):
        require_writable(str(tmp_path / "absent" / "x"))


@pytest.mark.skipif(not Path(os.devnull).exists(), reason="no device files here")
def test_a_device_is_never_replaced() -> None:
    with pytest.raises(OutputError, match="it is a device"):
        require_writable(os.devnull)


def test_tables_are_known_by_their_ending() -> None:
    for name in ("a.jsonl", "a.jsonl.gz", "b.csv.zst", "c.tsv", "d.parquet"):
        require_table(name)
    with pytest.raises(OutputError, match=r"use \.jsonl, \.csv or \.tsv"):
        require_table("x.doc")


def test_one_thing_is_singular() -> None:
    assert [counted(n, "label") for n in (0, 1, 2, 1000)] == ["0 labels", "1 label", "2 labels", "1,000 labels"]
