"""A page in a real browser: its script runs under its own policy, and nothing is asked of the network."""

import shutil
import subprocess
from pathlib import Path

import pytest

from headword.pages import Column, Section, page, table, write_page

from .reading import parsed

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
pytestmark = pytest.mark.skipif(not BROWSER, reason="needs Chromium on the path")


def opened(path: Path) -> tuple[str, str]:
    """Return the document as the browser leaves it, and what it has to say."""
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom"]
    folder = f"--user-data-dir={path.parent / 'browser'}"
    command = [BROWSER, *options, folder, path.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout, done.stderr


def test_tables_become_sortable_and_searchable(tmp_path: Path) -> None:
    rows = [["b", 2], ["a", 10]]
    live = table([Column("name"), Column("n", number=True)], rows, caption="Letters", live=True)
    write_page(tmp_path / "page.html", page("Letters", [Section("All", [live])]))
    text, told = opened(tmp_path / "page.html")
    root = parsed(text)
    assert [button.words() for button in root.all("button")] == ["name", "n"]
    assert [label.attributes["for"] for label in root.all("label")] == [root.all("input")[0].attributes["id"]]
    assert "Content Security Policy" not in told and "CONSOLE" not in told


def test_what_slips_in_does_not_run(tmp_path: Path) -> None:
    text = page("Letters", [Section("All", [])]).replace("<main", "<script>document.title='run'</script><main", 1)
    write_page(tmp_path / "page.html", text)
    found, told = opened(tmp_path / "page.html")
    assert parsed(found).all("title")[0].words() == "Letters"
    assert "Content Security Policy" in told
