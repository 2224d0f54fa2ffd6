"""Bad input: its clear message and its exit code, never a trace."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from headword.cli import app

from .conftest import rows, write_rows

Run = Callable[..., Result]


def csv_of(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def jsonl_of(*records: dict[str, Any]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


UNUSABLE = {
    "missing column": ("d.csv", csv_of("a,b", "1,2"), "no column of titles or abstracts"),
    "no labels at all": ("d.csv", csv_of("id,title", "1,one", "2,two"), "none of the 2 documents has labels"),
    "empty file": ("d.jsonl", b"", "is empty"),
    "header only": ("d.csv", b"id,title,labels\n", "holds no documents"),
    "unknown encoding": ("d.csv", "id,title,labels\n1,Größe,x\n".encode("cp1252"), "not UTF-8"),
    "NUL bytes": ("d.csv", b"id,title,labels\n1,a\0b,x\n", "NUL byte"),
    "ragged": ("d.csv", csv_of("id,title,labels", "1,one,x", "2,two"), "row 2 (line 3): 2 cells"),
    "duplicate ids": ("d.csv", csv_of("id,title,labels", "1,one,x", "1,two,y"), "'1'"),
    "not json": ("d.jsonl", b'{"title": "a"\n', "line 1: not JSON"),
    "a pickle": ("d.jsonl", pickle.dumps({"a": 1}), "a pickle, which headword never loads"),
    "cut off": ("d.jsonl.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab", "cut off"),
    "nowhere marked train": ("d.csv", csv_of("id,title,labels,split", "1,one,x,test"), "no row is marked train"),
    "odd split": ("d.csv", csv_of("id,title,labels,split", "1,one,x,foo"), "'foo'"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_unusable_data_are_told(headword: Run, tmp_path: Path, case: str) -> None:
    name, content, message = UNUSABLE[case]
    (tmp_path / name).write_bytes(content)
    result = headword("train", tmp_path / name, "-o", tmp_path / "m.hw", "--recipe", "fast")
    assert result.exit_code == 3, result.output
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert [path.name for path in tmp_path.iterdir()] == [name]


SMALL = {
    "one label only": [{"id": str(i), "title": f"paper {i} of many", "labels": ["x"]} for i in range(30)],
    "one document": [{"id": "1", "title": "one paper", "labels": ["x", "y"]}],
    "empty texts": [{"id": str(i), "title": "", "labels": ["x" if i % 2 else "y"]} for i in range(30)],
    "two documents": [{"id": str(i), "title": f"paper {i}", "labels": ["x"]} for i in range(2)],
    "every label once": [{"id": str(i), "title": f"paper {i} word{i}", "labels": [f"l{i}"]} for i in range(20)],
    "one huge line": [
        *({"id": str(i), "title": f"paper {i}", "labels": ["x" if i % 2 else "y"]} for i in range(20)),
        {"id": "huge", "title": "word " * 10**6, "labels": ["x"]},
    ],
}


@pytest.mark.parametrize("recipe", ["fast", "default"])
@pytest.mark.parametrize("case", SMALL)
def test_little_data_are_learnt_from_or_refused_with_reasons(
    headword: Run, tmp_path: Path, case: str, recipe: str
) -> None:
    data = tmp_path / "d.jsonl"
    data.write_bytes(jsonl_of(*SMALL[case]))
    result = headword("train", data, "-o", tmp_path / "m.hw", "--recipe", recipe)
    assert result.exit_code in {0, 3}, result.output
    assert "Traceback" not in result.output
    if result.exit_code == 3:
        assert result.stderr.splitlines()[-1].startswith("error: ")
        return
    answer = headword("suggest", tmp_path / "m.hw", data, "--json", "-q")
    assert answer.exit_code == 0, answer.output
    assert len(answer.stdout.splitlines()) == len(SMALL[case])


def test_two_balanced_labels_are_learnt(headword: Run, tmp_path: Path) -> None:
    texts = {"Galaxies": "spiral galaxy rotation halo stars", "Oceans": "sea surface temperature wave tide"}
    records = [
        {"id": f"{i}{label}", "title": text, "labels": [label]} for i in range(20) for label, text in texts.items()
    ]
    (tmp_path / "d.jsonl").write_bytes(jsonl_of(*records))
    result = headword("train", tmp_path / "d.jsonl", "-o", tmp_path / "m.hw", "--recipe", "fast")
    assert result.exit_code == 0, result.output
    answer = headword("suggest", tmp_path / "m.hw", "--text", "the halo of a spiral galaxy", "--json").stdout
    assert json.loads(answer)["suggestions"][0]["label"] == "Galaxies"


def test_an_output_that_cannot_be_written_is_told_before_the_work(headword: Run, table: Path) -> None:
    for output in (table.parent, table.parent / "absent" / "m.hw"):
        result = headword("train", table, "-o", output, "--recipe", "fast")
        assert result.exit_code == 6
        assert "cannot write" in result.stderr
        assert "documents" not in result.stderr


def test_wrong_recipes_are_told(headword: Run, table: Path) -> None:
    assert headword("train", table, "-o", table.with_name("m.hw"), "--recipe", "nonsense").exit_code == 4
    broken = table.with_name("broken.toml")
    broken.write_text("= 3", encoding="utf-8")
    assert headword("train", table, "-o", table.with_name("m.hw"), "--recipe", broken).exit_code == 4
    assert headword("train", table, "-o", table.with_name("m.hw"), "--parts", "foo").exit_code == 4


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("model")
    data = write_rows(folder / "d.jsonl", rows(60))
    result = CliRunner().invoke(app, ["train", str(data), "-o", str(folder / "m.hw"), "--recipe", "fast"])
    assert result.exit_code == 0, result.output
    return (folder / "m.hw").read_bytes()


@pytest.mark.parametrize("command", [["suggest", "MODEL", "--text", "x"], ["evaluate", "MODEL", "DATA"]])
def test_bad_bundles_are_told(headword: Run, table: Path, model: bytes, command: list[str]) -> None:
    path = table.with_name("m.hw")
    arguments = [{"MODEL": str(path), "DATA": str(table)}.get(word, word) for word in command]
    cases = {
        b"": "the file is empty",
        model[: len(model) // 2]: "cut off or damaged",
        pickle.dumps({"weights": [1, 2]}): "this is a pickle; headword never loads pickles",
        table.read_bytes(): "this is a JSON file",
    }
    for content, message in cases.items():
        path.write_bytes(content)
        result = headword(*arguments)
        assert result.exit_code == 5, result.output
        assert message in result.stderr
    path.unlink()
    assert headword(*arguments).exit_code == 5


def test_a_bundle_with_a_foreign_label_space_is_told(headword: Run, tmp_path: Path, model: bytes) -> None:
    from headword.bundle import read_bundle, write_bundle

    (tmp_path / "m.hw").write_bytes(model)
    bundle = read_bundle(tmp_path / "m.hw")
    own = ("headword_bundle", "headword_version", "tensors", "checksum")
    manifest = json.loads(json.dumps(dict(bundle.manifest)).replace('"Galaxies"', '"Gardens"'))
    tensors = {
        name: tensor
        if b"Galaxies" not in tensor.tobytes()
        else __import__("numpy").frombuffer(tensor.tobytes().replace(b"Galaxies", b"Gardens!"), tensor.dtype)
        for name, tensor in bundle.tensors.items()
    }
    write_bundle(tmp_path / "x.hw", {k: v for k, v in manifest.items() if k not in own}, tensors)
    result = headword("suggest", tmp_path / "x.hw", "--text", "stars")
    assert result.exit_code == 5, result.output
    assert "label" in result.stderr
