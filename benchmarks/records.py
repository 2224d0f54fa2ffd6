"""Results as JSON lines: appended when measured, never rewritten."""

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results")

# How the peers' harness calls what is called so here.
_NAMES = {
    "P@1": "p@1", "P@3": "p@3", "P@5": "p@5", "nDCG@5": "ndcg@5", "PSP@1": "psp@1", "PSP@3": "psp@3", "PSP@5": "psp@5",
    "LRAP": "lrap", "coverage": "coverage_error",
}  # fmt: skip
_DECISIONS = {
    "microF1": "micro_f1", "macroF1": "macro_f1", "weightedF1": "weighted_f1", "samplesF1": "samples_f1",
    "jaccard": "jaccard", "hamming": "hamming",
}  # fmt: skip

Record = dict[str, Any]


def append(path: Path, record: Record) -> None:
    """Add one record to the file at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(record, ensure_ascii=False) + "\n")


def read(path: Path) -> list[Record]:
    """Return all records of the file, none if it does not exist."""
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def from_peer(found: Record) -> Record:
    """Return a record of the peers' harness with the names used here; its tuned decision is the one that counts."""
    record = {name: value for name, value in found.items() if name not in ("quality", "limit", "version")}
    quality = found.get("quality")
    if quality:
        record["quality"] = {here: quality[there] for there, here in _NAMES.items()} | _decided(quality, "tuned")
        record["quality_default_decision"] = _decided(quality, "default")
    if "settings" in record:
        record["settings"] = record["settings"] | {"decision": "one threshold with the best micro-F1 on valid"}
    return record | {"versions": {found["system"]: found.get("version")}}


def earlier(path: Path) -> list[Record]:
    """Return the latest result of each corpus and system of an older file of the harness, whole runs only."""
    found = {(r["dataset"], r["system"]): r for r in read(path) if r.get("limit") is None}
    return [from_peer(record) for record in found.values()]


def _decided(quality: dict[str, float], how: str) -> dict[str, float]:
    return {here: quality[f"{there}@{how}"] for there, here in _DECISIONS.items()}
