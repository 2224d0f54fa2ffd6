"""The docs are complete, their links lead somewhere, and their code runs."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from headword.cli import app
from headword.cli.reference import commands_of, reference

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")])
RUNNABLE = re.compile(r"^```python runnable\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def commands() -> dict[str, Any]:
    return commands_of(typer.main.get_command(app))


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual renderers make them."""
    lines = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    written = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written == reference(), "docs/cli.md is stale: run make docs"


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_and_option_is_documented(name: str) -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    section = page.partition(f"\n## headword {name}\n")[2].partition("\n## ")[0]
    assert section, f"docs/cli.md lacks headword {name}"
    for parameter in commands()[name].params:
        assert parameter.name == "help" or parameter.help, f"{name} {parameter.name} has no help"
        if parameter.param_type_name == "option" and parameter.name != "help":
            for option in parameter.opts:
                assert f"`{option}" in section, f"headword {name} {option} is not documented"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        file = (page.parent / target) if target else page
        assert file.exists(), f"{page.name} links to {link}, which is not there"
        if anchor and file.suffix == ".md":
            assert anchor in headings(file), f"{page.name} links to {link}, but there is no such heading"


@pytest.mark.parametrize("page", [p for p in PAGES if RUNNABLE.search(p.read_text("utf-8"))], ids=lambda p: p.name)
def test_code_in_pages_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks that begin ```python runnable share one namespace, as a reader would type them one after another."""
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    names: dict[str, Any] = {"__name__": page.stem}
    for block in RUNNABLE.finditer(text):
        line = text.count("\n", 0, block.start(1))
        exec(compile("\n" * line + block.group(1), str(page), "exec"), names)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_commands_in_pages_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:sh|bash|console)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    known = commands()
    for line in "\n".join(blocks).replace("\\\n", " ").splitlines():
        # The longest name that is known: the commands of a group have two words.
        match = next(
            (
                found
                for pattern in (r"([a-z-]+ [a-z-]+)(.*)", r"([a-z-]+)(.*)")
                if (found := re.match(r"(?:\$ )?headword " + pattern, line.strip())) and found[1] in known
            ),
            re.match(r"(?:\$ )?headword ([a-z-]+)(.*)", line.strip()),
        )
        if not match or match[1] not in known:
            assert not match or match[1].startswith("-"), f"{page.name}: there is no command headword {match[1]}"
            continue
        options = {option for p in known[match[1]].params for option in (*p.opts, *p.secondary_opts)} | {"-h", "--help"}
        used = set(re.findall(r"(?<=\s)(--?[a-z][a-z-]*)", match[2].partition(" #")[0].partition(" | ")[0]))
        assert used <= options, f"{page.name}: headword {match[1]} has no {', '.join(sorted(used - options))}"
