"""A loaded tagger answers soon: what suggesting does not need is not imported by it."""

import json
import subprocess
import sys
from pathlib import Path

from headword.demo.corpus import demo_corpus
from headword.tagger import Tagger

PROGRAM = """
import json, sys
from headword.tagger import Tagger
Tagger.load(sys.argv[1]).suggest("Sea ice seen from satellites")
print(json.dumps(sorted(sys.modules)))
"""
NEEDLESS = (
    "polars",
    "rich",
    "zstandard",
    "sklearn",
    "scipy.sparse.csgraph",
    "scipy.sparse.linalg",
    "headword.sources",
    "headword.cleaning",
    "headword.splits",
    "headword.evaluation",
    "headword.metrics",
    "headword.cli",
)


def test_suggesting_imports_nothing_that_only_fitting_needs(tmp_path: Path) -> None:
    Tagger("fast", n_threads=1).fit(demo_corpus()).save(tmp_path / "model.hw")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "model.hw")], capture_output=True, encoding="utf-8", check=True
    )
    modules = json.loads(done.stdout)
    assert "headword.scorers.linear" in modules
    assert [name for name in modules if any(f"{name}.".startswith(f"{one}.") for one in NEEDLESS)] == []
