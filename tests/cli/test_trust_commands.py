"""train --guarantee, suggest with what it promises, and bands."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from .conftest import rows, write_rows

Run = Callable[..., Result]


@pytest.fixture
def many(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "many.jsonl", rows(240))


def trained(headword: Run, data: Path, folder: Path, *options: str) -> tuple[Path, Result]:
    model = folder / "model.hw"
    done = headword("train", data, "-o", model, "--recipe", "fast", *options)
    assert done.exit_code == 0, done.output
    return model, done


def answers(headword: Run, model: Path, data: Path) -> list[dict]:  # type: ignore[type-arg]
    done = headword("suggest", model, data, "--json", "--quiet")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("how", ["exact", "cross-fit"])
def test_train_promises_and_suggest_gives_the_sets(headword: Run, many: Path, tmp_path: Path, how: str) -> None:
    told = tmp_path / "told.json"
    model, done = trained(
        headword, many, tmp_path, "--guarantee", "recall=0.8", "--guarantee-split", how, "--json", str(told)
    )
    found = json.loads(told.read_text(encoding="utf-8"))
    word = {"exact": "exact for documents exchangeable", "cross-fit": "approximate"}[how]
    assert word in found["guarantee"]["statement"]
    assert f"guarantee: {found['guarantee']['statement']}" in done.stderr
    assert found["n_docs"] == (128 if how == "exact" else 160)
    for one in answers(headword, model, many):
        assert one["guarantee"] == {"statement": found["guarantee"]["statement"], "holds": True}
        inside = [s["in_set"] for s in one["suggestions"]]
        assert inside == sorted(inside, reverse=True)
    assert any(s["in_set"] for one in answers(headword, model, many) for s in one["suggestions"])


def test_the_text_of_suggest_names_promise_and_set(headword: Run, many: Path, tmp_path: Path) -> None:
    model, _ = trained(headword, many, tmp_path, "--guarantee", "recall=0.8", "--guarantee-by", "label")
    text = json.loads(many.read_text(encoding="utf-8").splitlines()[2])["abstract"]
    done = headword("suggest", model, "--text", text)
    assert "each label is in the set of at least 80.0%" in done.stderr
    assert "[in the set]" in done.stdout


def test_label_sets_are_shown(headword: Run, many: Path, tmp_path: Path) -> None:
    model, _ = trained(headword, many, tmp_path, "--guarantee", "labelset=0.8")
    one = answers(headword, model, many)[0]["label_sets"]
    assert set(one) == {"certain", "possible", "sets", "complete", "others"}
    assert all(set(one["certain"]) <= set(some) for some in one["sets"])
    assert "label sets that cannot be ruled out" in headword("suggest", model, "--text", "lava and ash").stdout


def test_by_a_field_the_promise_holds_only_where_the_field_is_known(headword: Run, many: Path, tmp_path: Path) -> None:
    table = [{**row, "kind": "ab"[i % 2]} for i, row in enumerate(rows(240))]
    data = write_rows(tmp_path / "kinds.jsonl", table)
    model, _ = trained(headword, data, tmp_path, "--guarantee", "recall=0.8", "--guarantee-by", "kind")
    assert {one["guarantee"]["holds"] for one in answers(headword, model, data)} == {True}
    assert {one["guarantee"]["holds"] for one in answers(headword, model, many)} == {False}
    assert "the guarantee does not hold for this document" in headword("suggest", model, "--text", "lava").stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--guarantee", "luck=0.9"], "a guarantee is recall=, precision= or labelset="),
        (["--guarantee", "recall=0.9", "--guarantee-split", "half"], "--guarantee-split is one of exact, cross-fit"),
        (["--guarantee-by", "label"], "--guarantee-by needs a --guarantee"),
        (["--guarantee", "labelset=0.9", "--guarantee-by", "label"], "cannot be by label"),
    ],
)
def test_wrong_options_are_refused(headword: Run, many: Path, tmp_path: Path, options: list[str], message: str) -> None:
    done = headword("train", many, "-o", tmp_path / "m.hw", "--recipe", "fast", *options)
    assert done.exit_code == 4
    assert message in done.stderr


def test_what_cannot_be_promised_is_told_with_what_can(headword: Run, many: Path, tmp_path: Path) -> None:
    done = headword("train", many, "-o", tmp_path / "m.hw", "--recipe", "fast", "--guarantee", "recall=0.999")
    assert done.exit_code == 3
    assert "recall 0.999 cannot be promised from 32 documents: the highest level within reach is 0.97" in done.stderr


def test_bands_are_made_audited_and_kept(headword: Run, many: Path, tmp_path: Path) -> None:
    model, _ = trained(headword, many, tmp_path)
    better, told = tmp_path / "better.hw", tmp_path / "bands.json"
    done = headword("bands", model, many, "--precision", "0.8", "-o", better, "--json", told)
    assert done.exit_code == 0, done.output
    assert "made from 40 documents, audited by 40" in done.stdout
    found = json.loads(told.read_text(encoding="utf-8"))
    assert [one["name"] for one in found["audit"]["bands"]] == ["accept", "review", "reject"]
    assert found["curve"][-1]["share"] == 1
    assert "bands" not in (headword("suggest", model, many, "--json").stdout)
    for one in answers(headword, better, many):
        assert isinstance(one["automatic"], bool)
        for suggestion in one["suggestions"]:
            p, band = suggestion["probability"], suggestion["band"]
            want = "accept" if p >= found["bands"]["accept"] else "reject" if p < found["bands"]["reject"] else "review"
            assert band == want
    text = headword("suggest", better, "--text", "lava and ash").stdout
    assert "needs no human" in text or "to be looked at by a human" in text


def test_bands_halve_a_table_without_a_split(headword: Run, many: Path, unsplit: Path, tmp_path: Path) -> None:
    model, _ = trained(headword, many, tmp_path)
    done = headword("bands", model, unsplit)
    assert done.exit_code == 0, done.output
    assert "made from 30 documents, audited by 30" in done.stdout
    assert "there is no split field" in done.stderr


def test_evaluate_says_what_came_of_the_promise(headword: Run, many: Path, tmp_path: Path) -> None:
    model, _ = trained(headword, many, tmp_path, "--guarantee", "recall=0.8")
    done = headword("evaluate", model, many, "--json", tmp_path / "report.json")
    assert done.exit_code == 0, done.output
    assert "found: recall" in done.stderr
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["guarantee"]
    assert found["level"] == 0.8
    assert found["found"]["low"] <= found["found"]["found"] <= 1
    assert found["found"]["n"] == 40
