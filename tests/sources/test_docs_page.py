import doctest
import re
from pathlib import Path

import pytest

from headword.sources import SOURCES
from headword.sources.columns import USUAL_NAMES
from headword.sources.detect import _EXTENSIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sources.md"


def test_the_examples_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8").failed == 0


@pytest.mark.parametrize("role", USUAL_NAMES)
def test_every_usual_name_is_listed_in_its_order(role):
    assert f"| {role} | {', '.join(USUAL_NAMES[role])} |" in PAGE.read_text(encoding="utf-8")


def test_every_format_and_extension_is_listed():
    text = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE) == list(SOURCES)
    assert all(f"`{extension}`" in text for extension in _EXTENSIONS)
