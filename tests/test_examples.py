"""The examples run, are short and are listed; the scorer that the docs build works; so do the quickstart's commands."""

import importlib.util
import inspect
import re
import runpy
import shlex
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from typer.testing import CliRunner

import headword as hw
from headword.cli import app
from headword.decisions import DECISIONS
from headword.decisions.ensemble import EnsembleOptions
from headword.demo.corpus import demo_corpus
from headword.recipes import RECIPES
from headword.recipes.reader import CrossFitOptions
from headword.scorers import SCORERS
from headword.text.features import BLOCKS

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
PAGES = sorted((ROOT / "docs").glob("*.md"))
SCORER_PAGE = (ROOT / "docs" / "adding-a-scorer.md").read_text(encoding="utf-8")


def marked_block(name: str) -> str:
    """The code block of the scorer page that follows the comment `name`."""
    found = re.search(rf"<!-- {name} -->\n```\w+\n(.*?)^```", SCORER_PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/adding-a-scorer.md lacks the block {name}"
    return found[1]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_runs(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(path)])
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out.strip(), "an example shows something"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_short_and_listed(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""'), "an example begins by saying what it shows"
    assert len(text.splitlines()) <= 60
    assert f"(../examples/{path.name})" in (ROOT / "docs" / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_is_in_the_index(page: Path) -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert page.name == "index.md" or f"]({page.name})" in index


def settings() -> list[tuple[str, str, str]]:
    """(page, name, setting) of everything that a recipe can say."""
    plain = str | int | float  # what is passed from stage to stage has no such default
    found = [("recipes.md", name, name) for name in RECIPES]
    for options in (CrossFitOptions, EnsembleOptions):
        found += [("recipes.md", options.__name__, field.name) for field in fields(options)]
    for name, block in BLOCKS.items():
        of_fit = inspect.signature(block.fit).parameters.values()  # type: ignore[attr-defined]
        kept = [p.name for p in of_fit if isinstance(p.default, plain) and p.name != "seed"]
        found += [("features.md", name, setting) for setting in [name, *kept]]
    for page, table in (("scorers.md", SCORERS), ("decisions.md", DECISIONS)):
        for name in table:
            maker = inspect.signature(table.get(name)).parameters.values()
            kept = [p.name for p in maker if isinstance(p.default, plain)]
            found += [(page, name, setting) for setting in [name, *kept]]
    return found


@pytest.mark.parametrize(("page", "name", "setting"), settings())
def test_what_a_recipe_can_say_is_documented(page: str, name: str, setting: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert f"`{setting}`" in text, f"docs/{page} does not explain {setting} of {name}"


def test_the_scorer_of_the_docs_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = re.fullmatch(r'"(\w+)": "([\w.]+):\w+",\s*', marked_block("row"))
    assert row
    kind, module = row[1], row[2]
    source = tmp_path / "centroid.py"
    source.write_text(marked_block("scorer"), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(module, source)
    assert spec and spec.loader
    loaded = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, module, loaded)
    spec.loader.exec_module(loaded)
    monkeypatch.setitem(SCORERS.rows, kind, marked_block("row").split('"')[3])  # type: ignore[arg-type]
    recipe = tmp_path / "centroids.toml"
    recipe.write_text(marked_block("recipe").replace("[crossfit]", "[fusion]\nselect = false\n\n[crossfit]"), "utf-8")

    corpus = demo_corpus()
    test = corpus.subset([part == "test" for part in corpus.fields["split"]])
    train = corpus.subset([part == "train" for part in corpus.fields["split"]])
    tagger = hw.Tagger(recipe).fit(train)
    assert list(tagger.ensemble.scorers) == ["words", "centroids"]
    alone = tagger.ensemble.scorers["centroids"].score(tagger.extractor.transform(test))
    best = alone.argmax(axis=1)
    assert test.targets[range(len(test)), best].mean() > 0.6, "centroids alone are right more often than not"

    tagger.save(tmp_path / "model.hw")
    again = hw.Tagger.load(tmp_path / "model.hw")
    assert list(again.suggest(test)) == list(tagger.suggest(test))


def test_the_commands_of_the_quickstart_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "quickstart.md").read_text(encoding="utf-8")
    code = re.search(r"^```python runnable\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert code
    exec(compile(code[1], "quickstart.md", "exec"), {})
    commands = re.findall(r"^\$ headword (.+)$", text, re.MULTILINE)
    assert len(commands) >= 5
    for command in commands:
        result = CliRunner().invoke(app, shlex.split(command))
        assert result.exit_code == 0, f"headword {command}: {result.output}"
