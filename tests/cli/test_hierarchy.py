"""Commands that follow a hierarchy: evaluate --thesaurus, train --thesaurus and --closure, suggest --back-off."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
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


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of codes that are hard to tell apart within their class, and the documents it learnt from."""
    folder = tmp_path_factory.mktemp("coded")
    words = {"68T": "neural learning agent", "35A": "elliptic boundary operator", "57K": "knot manifold surface"}
    table = []
    for i in range(150):
        start, text = list(words.items())[i % 3]
        table.append({"id": f"d{i}", "title": text, "abstract": f"{text} {i}", "labels": [f"{start}0{i // 3 % 4}"]})
    write_rows(folder / "docs.jsonl", table)
    given = ["train", folder / "docs.jsonl", "-o", folder / "model.hw", "--recipe", "fast", "--thesaurus", "in-labels"]
    done = CliRunner().invoke(app, [str(one) for one in given])
    assert done.exit_code == 0, done.output
    return folder


def answers(stdout: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in stdout.splitlines()]


def test_suggest_backs_off_where_no_label_is_sure(headword: Run, coded: Path) -> None:
    given = ("suggest", coded / "model.hw", coded / "docs.jsonl", "--thesaurus", "in-labels", "--json", "-q")
    result = headword(*given, "--back-off", "0.7")
    assert result.exit_code == 0, result.output
    found = answers(result.stdout)
    chosen = [[one["label"] for one in row["suggestions"] if one["chosen"]] for row in found]
    assert chosen[:3] == [["68Txx"], ["35Axx"], ["57Kxx"]]
    below = found[0]["backed_off"]["68Txx"]
    assert len(below) == 3 and all(one["label"].startswith("68T0") and one["probability"] < 0.7 for one in below)
    low = answers(headword(*given, "--back-off", "0.01").stdout)
    assert not any(row["backed_off"] for row in low)


def test_suggest_tells_people_what_a_broader_concept_stands_for(headword: Run, coded: Path) -> None:
    result = headword(
        "suggest", coded / "model.hw", "--text", "knot manifold", "--thesaurus", "in-labels", "--back-off", "0.7"
    )
    assert result.exit_code == 0, result.output
    assert "57Kxx: this or something narrower, such as 57K0" in result.stdout
    assert "are a guess" not in result.stderr


def test_suggest_looks_around_for_concepts_without_documents(headword: Run, folder: Path) -> None:
    given = ("suggest", folder / "model.hw", folder / "docs.jsonl", "--thesaurus", folder / "concepts.jsonl")
    found = answers(headword(*given, "--nearby", "2", "--json", "-q").stdout)
    assert [one["label"] for one in found[1]["nearby"]] == ["Earth science", "Science"]
    assert "backed_off" not in found[1] and found[1]["suggestions"][0]["label"] == "Oceans"
    both = headword(*given, "--nearby", "1", "--back-off", "0.9")
    assert both.exit_code == 0, both.output
    assert "nearby, without training documents: Earth science" in both.stdout


def test_suggest_learns_from_other_documents(headword: Run, folder: Path, coded: Path) -> None:
    thesaurus = folder / "concepts.jsonl"
    given = ("suggest", folder / "model.hw", "--text", "sea ice", "--thesaurus", thesaurus, "--back-off", "0.9")
    guessed = headword(*given)
    assert "are a guess" in guessed.stderr
    learnt = headword(*given, "--calibrate-on", folder / "docs.jsonl")
    assert learnt.exit_code == 0 and "are a guess" not in learnt.stderr
    without_labels = write_rows(folder / "bare.jsonl", [{"id": "a", "title": "t", "labels": []}])
    assert headword(*given, "--calibrate-on", without_labels).exit_code == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--back-off", "0.5"], "goes together"),
        (["--thesaurus", "in-labels"], "goes together"),
        (["--nearby", "3"], "goes together"),
        (["--calibrate-on", "x.jsonl"], "is for --back-off"),
        (["--thesaurus", "in-labels", "--back-off", "1.5"], "threshold of back-off"),
    ],
)
def test_options_that_do_nothing_alone_are_refused(
    headword: Run, coded: Path, options: list[str], message: str
) -> None:
    result = headword("suggest", coded / "model.hw", "--text", "knots", *options)
    assert result.exit_code == 4
    assert message in " ".join(result.stderr.split())


def test_train_closes_the_labels_of_documents(headword: Run, folder: Path, tmp_path: Path) -> None:
    given = ("train", folder / "docs.jsonl", "--recipe", "fast", "-o", tmp_path / "closed.hw", "--closure")
    assert "name it with --thesaurus" in " ".join(headword(*given).stderr.split())
    result = headword(*given, "--thesaurus", folder / "concepts.jsonl")
    assert result.exit_code == 0, result.output
    assert "broader concepts were added" in result.stderr and "2 new labels" in result.stderr
    ranked = headword("suggest", tmp_path / "closed.hw", folder / "docs.jsonl", "--json", "-q", "-k", "3")
    first = {one["label"] for one in answers(ranked.stdout)[1]["suggestions"]}
    assert first >= {"Oceans", "Earth science", "Science"}


def test_the_map_of_a_bundle_is_checked(coded: Path) -> None:
    from headword.bundle import read_bundle, write_bundle
    from headword.bundle.manifest import RESERVED
    from headword.core.errors import BundleError
    from headword.tagger import Tagger

    tagger = Tagger.load(coded / "model.hw")
    assert tagger.trust.closure is not None and (tagger.trust.closure.weights[:2] >= 0).all()
    bundle = read_bundle(coded / "model.hw")
    manifest = {key: value for key, value in bundle.manifest.items() if key not in RESERVED}
    hostile = {**bundle.tensors, "closure.weights": np.array([-1, 0, 0], dtype=np.float32)}
    write_bundle(coded / "hostile.hw", manifest, hostile)
    with pytest.raises(BundleError, match="less probable"):
        Tagger.load(coded / "hostile.hw")
