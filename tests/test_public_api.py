"""`import headword as hw`: complete, lazy, and the same version everywhere."""

import ast
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import headword as hw

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = sorted(
    ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "src" / "headword").rglob("*.py")
    if path.stem != "__main__"
)


def test_the_face_offers_what_is_promised() -> None:
    assert set(hw.__all__) >= {"Corpus", "Document", "LabelSpace", "Tagger", "__version__", "evaluate", "read"}
    for name in hw.__all__:
        assert getattr(hw, name) is not None
    assert dir(hw) == sorted(hw.__all__)


def test_type_checkers_see_what_the_face_offers() -> None:
    tree = ast.parse(Path(hw.__file__).read_text(encoding="utf-8"))
    typed = {a.asname for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for a in node.names if a.asname}
    assert typed | {"__version__"} == set(hw.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Taggr'"):
        _ = hw.Taggr


def test_importing_the_face_costs_nothing() -> None:
    code = "import sys, headword; print(sorted({'numpy', 'scipy', 'numba', 'polars'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_stands_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == hw.__version__
    assert f"## [{hw.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PACKAGES)
def test_all_is_complete_where_it_is_declared(name: str) -> None:
    if name == "headword.sklearn":
        pytest.importorskip("sklearn")
    module = import_module(name)
    declared = getattr(module, "__all__", None)
    if declared is None:
        return
    for entry in declared:
        assert hasattr(module, entry), f"{name}.__all__ names {entry}, which is not there"
    tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    missing = {entry for entry in own if not entry.startswith("_")} - set(declared)
    assert not missing
