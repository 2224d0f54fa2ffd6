"""Which corpora there are. Imports nothing large: see machine.peak_rss_mb."""

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks import goals, machine

DEMO = "demo"
_FILES = ("documents.jsonl.gz", "documents.jsonl")
_WRITE_DEMO = """
import json, sys
from headword.demo.corpus import demo_corpus
with open(sys.argv[1], "w", encoding="utf-8") as file:
    for d in demo_corpus():
        row = {"id": d.id, "title": d.title, "abstract": d.abstract, "labels": d.labels, "split": d.fields["split"]}
        file.write(json.dumps(row) + "\\n")
"""


def find(data: Path, wanted: Sequence[str] | None) -> dict[str, Path]:
    """Return the documents file of each corpus in the folder `data`.

    `wanted`: names, or ["all"]; None means the corpora with goals, and all where none of those is there. A name that is
    not there ends the program.
    """
    found: dict[str, Path] = {}
    for folder in sorted(data.iterdir()) if data.is_dir() else ():
        file = next((folder / name for name in _FILES if (folder / name).is_file()), None)
        if file is not None:
            found[folder.name] = file
    if wanted is None:
        return {name: found[name] for name in goals.GOALS if name in found} or found
    if list(wanted) == ["all"]:
        return found
    missing = sorted(set(wanted) - set(found))
    if missing:
        raise SystemExit(f"no documents.jsonl or .gz for {', '.join(missing)} in {data}; there are: {', '.join(found)}")
    return {name: found[name] for name in wanted}


@contextmanager
def demo() -> Iterator[Path]:
    """Give a folder of one corpus, the demo that comes with headword, for where there is no other."""
    with tempfile.TemporaryDirectory(prefix="headword-demo-") as folder:
        target = Path(folder) / DEMO / "documents.jsonl"
        target.parent.mkdir()
        subprocess.run([sys.executable, "-c", _WRITE_DEMO, str(target)], check=True, cwd=machine.ROOT)
        yield Path(folder)


def fingerprint(path: Path) -> str:
    """Return the first 16 hex digits of the file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
