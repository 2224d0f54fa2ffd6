"""Errors become messages and exit codes in one place."""

import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from headword.cli import app, exits
from headword.core import errors

RUNNER = CliRunner()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.DataError, 3),
        (errors.LabelSpaceError, 3),
        (errors.RecipeError, 4),
        (errors.NotFittedError, 4),
        (errors.BundleError, 5),
        (errors.OutputError, 6),
        (errors.MissingExtraError, 7),
        (errors.ServiceError, 8),
        (errors.HeadwordError, 1),
        (ValueError, 1),
        (KeyboardInterrupt, 130),
        (BrokenPipeError, 0),
    ],
)
def test_every_kind_of_error_has_its_code(error: type[BaseException], code: int) -> None:
    assert exits.exit_code(error("x")) == code


def test_every_error_of_the_library_has_a_code_of_its_own() -> None:
    kinds = [getattr(errors, name) for name in errors.__all__ if name != "HeadwordError"]
    assert all(exits.exit_code(kind("x")) > 2 for kind in kinds)


def test_the_table_in_the_docstring_names_every_code() -> None:
    listed = {int(line.split("|")[1]) for line in exits.__doc__.splitlines() if line[:3].strip("| ").isdigit()}
    assert {*exits.CODES.values(), 0, 1, 2}.union({130}) >= listed
    assert all(f"| {code}" in exits.__doc__ for code in {*exits.CODES.values(), 0, 1, 2, 130})


def test_an_error_is_told_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught, exits.reported():
        raise errors.DataError("row 3 is odd")
    assert caught.value.exit_code == 3
    assert capsys.readouterr() == ("", "error: row 3 is odd\n")


def test_a_bug_shows_its_trace_and_asks_to_be_reported(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught, exits.reported():
        raise ZeroDivisionError("oops")
    assert caught.value.exit_code == 1
    shown = capsys.readouterr().err
    assert "ZeroDivisionError: oops" in shown
    assert "please report it" in shown


def test_wrong_usage_is_two() -> None:
    assert RUNNER.invoke(app, ["train"]).exit_code == 2
    assert RUNNER.invoke(app, ["no-such-command"]).exit_code == 2
    assert RUNNER.invoke(app, ["inspect", "x", "--no-such-option"]).exit_code == 2


def test_version_and_help_end_well() -> None:
    assert RUNNER.invoke(app, ["--version"]).output.startswith("headword 0.")
    assert RUNNER.invoke(app, ["-h"]).exit_code == 0


def test_every_command_takes_json_and_quiet() -> None:
    program = typer.main.get_command(app)
    leaves = {}
    for name, command in program.commands.items():
        leaves |= {f"{name} {n}": c for n, c in getattr(command, "commands", {"": command}).items()}
    assert {"train ", "thesaurus show"} <= set(leaves)
    for name, command in leaves.items():
        options = {option for parameter in command.params for option in parameter.opts}
        assert {"--json", "--quiet"} <= options or name == "thesaurus browse", name  # a dialogue


def test_starting_is_light() -> None:
    code = "import sys\nfrom headword.cli import main\nsys.argv = ['headword', '--help']\n"
    code += "try:\n    main()\nexcept SystemExit:\n    pass\n"
    code += "print(sorted({'numba', 'numpy', 'scipy', 'polars', 'rich', 'headword.tagger'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_who_stops_reading_is_no_error(tmp_path_factory: pytest.TempPathFactory) -> None:
    data = tmp_path_factory.mktemp("pipe") / "d.jsonl"
    data.write_text('{"id": "1", "title": "a", "labels": ["x"]}\n', encoding="utf-8")
    command = [sys.executable, "-m", "headword", "inspect", str(data), "--json", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read().decode().count("Traceback") == 0
        assert process.wait(timeout=60) == 0
