"""Pages are filled between two marks, and only there."""

import pytest

from benchmarks.page import ENGINE, fill


def test_filling_replaces_what_stood_there(tmp_path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- x -->\nold\n<!-- /x -->\nb\n<!-- y -->\n<!-- /y -->\n")
    fill(page, "x", ["| 1 |", ""])
    fill(page, "x", [r"| \1 |"])
    assert page.read_text() == "a\n<!-- x -->\n\n| \\1 |\n\n<!-- /x -->\nb\n<!-- y -->\n<!-- /y -->\n"
    with pytest.raises(ValueError, match="0 places <!-- z -->"):
        fill(page, "z", [])


@pytest.mark.parametrize("name", ["floor", "goals", "scale", "phases arxiv-mixed default", "phases arxiv-mixed fast"])
def test_the_engine_page_has_a_place_for_each_figure(tmp_path, name: str) -> None:
    copy = tmp_path / "ENGINE.md"
    copy.write_text(ENGINE.read_text(encoding="utf-8"), encoding="utf-8")
    fill(copy, name, ["filled"])
    assert "filled" in copy.read_text(encoding="utf-8")
