"""The progress bar is drawn on terminals only."""

import io
import sys

import pytest

from headword.cli.output import tell
from headword.cli.progress import progress_bar
from headword.core.progress import silent


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_no_terminal_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar() as progress:
        assert progress is silent
    assert capsys.readouterr().err == ""


def test_quiet_means_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar(quiet=True) as progress:
        assert progress is silent


def test_a_bar_for_each_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress_bar() as progress:
        for stage in ("words", "[fold] 1"):
            for done in range(4):
                progress(stage, done, 3)
    drawn = terminal.getvalue()
    assert "words" in drawn
    assert "[fold] 1" in drawn
    assert "3/3" in drawn
    assert "left" in drawn


class ByteTerminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def test_what_is_told_meanwhile_stands_above_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", ByteTerminal(drawn, encoding="utf-8", write_through=True))
    with progress_bar() as progress:
        progress("words", 1, 3)
        tell("a remark")
        progress("words", 2, 3)
    before, _, after = drawn.getvalue().decode().partition("a remark")
    assert before.endswith("\x1b[2K")  # the line of the bar was cleared
    assert after.startswith("\nwords")
