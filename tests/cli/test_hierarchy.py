"""Commands that follow a hierarchy: evaluate --thesaurus."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from headword.cli import app

from .conftest import rows, write_rows

Run = Callable[..., Result]

CONCEPTS = [
    {"id": "t:0", "name": "Science"},
    {"id": "t:1", "name": "Earth science", "broader": ["t:0"]},
    {"id": "t:2", "name": "Oceans", "broader": ["t:1"]},
    {"id": "t:3", "name": "Volcanoes", "broader": ["t:1"]},
    {"id": "t:4", "name": "Glaciers", "broader": ["t:1"]},
    {"id": "t:5", "name": "Galaxies", "broader": ["t:0"]},
    {"id": "t:6", "name": "Proteins", "broader": ["t:0"]},
    {"id": "t:7", "name": "Networks"},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model, the documents it learnt from, and a thesaurus that lacks one of their eight labels and two more."""
    folder = tmp_path_factory.mktemp("hierarchy")
    write_rows(folder / "docs.jsonl", rows(120))
    write_rows(folder / "concepts.jsonl", CONCEPTS)
    arguments = ["train", folder / "docs.jsonl", "-o", folder / "model.hw", "--recipe", "fast", "-q"]
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    assert done.exit_code == 0, done.output
    return folder


def test_evaluate_adds_a_block_and_changes_nothing_else(headword: Run, folder: Path, tmp_path: Path) -> None:
    with_it, without = tmp_path / "with.json", tmp_path / "without.json"
    given = ("evaluate", folder / "model.hw", folder / "docs.jsonl")
    assert headword(*given, "--json", without).exit_code == 0
    result = headword(*given, "--thesaurus", folder / "concepts.jsonl", "--json", with_it)
    assert result.exit_code == 0, result.output
    assert "in the thesaurus: 6 of 8 labels" in result.stdout and "sibling of a true one" in result.stdout
    both = json.loads(with_it.read_text())
    block = both.pop("hierarchy")
    assert both == json.loads(without.read_text())
    assert set(block["baselines"]) == {"predict_nothing", "most_frequent_labels", "label_prior"}
    assert set(block["baselines"]["label_prior"]) == set(block["intervals"]) == set(block["metrics"])
    assert block["metrics"]["chosen_exact"] == pytest.approx(both["metrics"]["micro_precision"], abs=0.05)
    guessed = block["baselines"]["most_frequent_labels"]
    assert guessed["hierarchical_micro_f1"] > both["baselines"]["most_frequent_labels"]["micro_f1"]


def test_evaluate_refuses_labels_that_hold_no_hierarchy(headword: Run, folder: Path) -> None:
    result = headword("evaluate", folder / "model.hw", folder / "docs.jsonl", "--thesaurus", "in-labels")
    assert result.exit_code == 3
    assert "none of the 8 labels is a path" in result.stderr
