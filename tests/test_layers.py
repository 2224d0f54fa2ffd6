"""The data flow is the import order: a module imports only from its own stage and from those before it."""

import ast
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "headword"

STAGES = (
    "core",
    "pages",
    "metrics",
    "thesaurus",
    "sources",
    "cleaning",
    "splits",
    "preparation",
    "harvest",
    "text",
    "losses",
    "scorers",
    "decisions",
    "recipes",
    "bundle",
    "evaluation",
    "explain",
    "tagger",
    "audit",
    "sklearn",
    "demo",
    "cli",
)
# A row of a lazy table, or what is given to import_module.
LAZY = re.compile(r"headword(\.\w+)+(:\w+)?")
# The face of the package stands outside: it names what every stage offers, and only its version may be used inside.
FACE = {"__init__", "__main__"}
MODULES = sorted(p for p in SOURCE.rglob("*.py") if p.relative_to(SOURCE).parts[0].removesuffix(".py") not in FACE)


def stage_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Every headword module that `path` names in an import, a lazy table row or `import_module`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(SOURCE.parent).with_suffix("").parts[: -node.level or None]
            module = ".".join([*(package if node.level else ()), *([node.module] if node.module else ())])
            found |= {f"{module}.{alias.name}" for alias in node.names} if module == "headword" else {module}
        elif isinstance(node, ast.Constant) and LAZY.fullmatch(str(node.value)):
            found.add(str(node.value).partition(":")[0])
    return {name for name in found if name.startswith("headword.") and name != "headword.__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_a_module_imports_only_from_its_own_stage_and_earlier_ones(path: Path) -> None:
    here = STAGES.index(stage_of(path))
    named = {name: name.split(".")[1] for name in imported(path)}
    later = {name for name, stage in named.items() if stage not in STAGES or STAGES.index(stage) > here}
    assert not later


def test_every_module_belongs_to_a_stage() -> None:
    assert {stage_of(path) for path in MODULES} <= set(STAGES)


def test_file_names_say_what_is_inside() -> None:
    assert not {p.stem for p in MODULES} & {"utils", "util", "helpers", "helper", "common", "base", "misc"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            # The docstring and decorators do not count.
            first = node.body[ast.get_docstring(node) is not None :][:1]
            length = (node.end_lineno or 0) - first[0].lineno + 1 if first else 0
            assert length <= 60, f"{node.name} has {length} lines"


def test_a_lazy_import_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "headword"
    module = source / "core" / "early.py"
    module.parent.mkdir(parents=True)
    module.write_text(
        "from typing import TYPE_CHECKING\n"
        "from headword import Tagger, __version__\n"
        "if TYPE_CHECKING:\n    from headword.cli import main\n"
        "def f():\n    import headword.tagger\n    from ..metrics import ranking\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(f"{__name__}.SOURCE", source)
    assert imported(module) == {"headword.Tagger", "headword.cli", "headword.tagger", "headword.metrics"}
