"""Other people's systems, through a harness file that is not part of this project and may be absent."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine, records

ANNIF = "annif"
# Each system with the virtual environment it lives in and the package that must be there.
HOMES = {
    "pecos-xrlinear": ("peers", "libpecos"),
    "sklearn-ovr-linearsvc": ("peers", "scikit-learn"),
    "omikuji-parabel": ("peers", "omikuji"),
    "omikuji-bonsai": ("peers", "omikuji"),
    "napkinxc-plt": ("peers", "napkinxc"),
    "annif-omikuji-bonsai": (ANNIF, "annif"),
    "annif-ensemble": (ANNIF, "annif"),
    "fasttext": ("peers", "fasttext"),
    "libmultilabel-1vsrest": ("lml", "libmultilabel"),
    "libmultilabel-tree": ("lml", "libmultilabel"),
    "keras-mlp": ("emb", "torch"),
    "minilm-knn": ("emb", "sentence-transformers"),
    "minilm-lr": ("emb", "sentence-transformers"),
}


@dataclass(frozen=True)
class Harness:
    """A copy of the harness in a folder where it may write, with the corpora where it looks for them."""

    script: Path
    venvs: Path

    @property
    def metrics(self) -> Path:
        """The file that scores the peers."""
        return self.script.with_name("metrics.py")

    def run(self, system: str, dataset: str, *, cap: int, threads: int) -> records.Record:
        """Train and test one system on one corpus; what goes wrong is in the record's `error`."""
        # Under Annif the harness itself runs in the environment of the others and calls Annif's command line.
        environment = machine.bounded(threads) | {
            "PEERS_VENVS": str(self.venvs),
            "PEERS_WORK": str(self.script.parents[1] / "work"),
        }
        command = [sys.executable, str(self.script), "--data", dataset, "--system", system, "--cap", str(cap)]
        results = self.script.with_name("results.jsonl")
        results.unlink(missing_ok=True)
        try:
            done = subprocess.run(
                command, check=False, env=environment, capture_output=True, text=True, timeout=cap + 300
            )
        except subprocess.TimeoutExpired:
            return {"error": f"did not end within {cap + 300} s"}
        found = records.read(results)
        if not found:
            return {"error": (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1][:500]}
        return records.from_peer(found[-1])


@contextmanager
def harness(script: Path, data: Path, venvs: Path) -> Iterator[Harness]:
    """Copy the harness into a temporary folder: it writes beside itself and reads ../data, and the original stays."""
    with tempfile.TemporaryDirectory(prefix="headword-peers-") as temporary:
        root = Path(temporary).resolve()
        (root / "bench").mkdir()
        for name in (script.name, "metrics.py"):
            shutil.copyfile(script.with_name(name), root / "bench" / name)
        link = root / "data"
        link.symlink_to(data.resolve(), target_is_directory=True)
        try:
            yield Harness(root / "bench" / script.name, venvs)
        finally:
            link.unlink()


def installed(venvs: Path) -> list[str]:
    """Return the systems whose environment and package are there."""
    found: dict[tuple[str, str], bool] = {}
    for home in HOMES.values():
        if home not in found:
            found[home] = _has(venvs / home[0], home[1])
    harness_home = found[HOMES["sklearn-ovr-linearsvc"]]
    return [name for name, home in HOMES.items() if found[home] and (home[0] != ANNIF or harness_home)]


def default_venvs() -> Path:
    """Return the folder of the peers' environments: $PEERS_VENVS, else ~/peers."""
    return Path(os.environ.get("PEERS_VENVS", Path.home() / "peers"))


def _has(venv: Path, package: str) -> bool:
    python = venv / "bin" / "python"
    if not python.is_file():
        return False
    asked = [str(python), "-c", f"from importlib.metadata import version; version({package!r})"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0
