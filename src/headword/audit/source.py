"""Where a file of documents comes from: its hash, and what was written beside it when it was fetched."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headword.core.files import replacing
from headword.harvest.provenance import SUFFIX, size_and_hash

_TOLD = ("name", "service", "endpoint", "version", "licence", "citation", "sha256")


@dataclass(frozen=True)
class Source:
    """Where a corpus comes from.

    Attributes
    ----------
    bytes, sha256
        Of the file; None for a folder or standard input.
    provenance
        What was written beside it when it was fetched, None if nothing is there.
    as_fetched
        Whether the file is still what was fetched, or made of that; None if that is not known.
    """

    file: str
    bytes: int | None = None
    sha256: str | None = None
    provenance: Mapping[str, Any] | None = None
    as_fetched: bool | None = None

    @property
    def licence(self) -> str | None:
        """The licence that the provenance names."""
        found = (self.provenance or {}).get("licence")
        return str(found) if found else None

    def steps(self) -> list[str]:
        """Return the commands that made this file of what was fetched, in their order; empty if it is that itself."""
        found = (self.provenance or {}).get("derived")
        steps = found if isinstance(found, list) else []
        return [str(step["by"]) for step in steps if isinstance(step, dict) and "by" in step]

    @classmethod
    def of(cls, data: str) -> "Source":
        """Look at the file and at `FILE.provenance.json` beside it; what is no provenance counts as none."""
        path = Path(data)
        if data == "-" or not path.is_file():
            return cls(data)
        size, digest = size_and_hash(path)
        found = provenance_beside(path)
        return cls(data, size, digest, found, None if found is None else found.get("sha256") == digest)


def provenance_beside(path: Path) -> dict[str, Any] | None:
    """Return what `headword fetch` wrote beside the file, None if there is nothing of that kind."""
    try:
        found = json.loads(path.with_name(path.name + SUFFIX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and "service" in found else None


def carry(data: str, output: str, by: str) -> None:
    """Write beside `output` where it comes from, if that is known of `data`: the same source, and one step more.

    Parameters
    ----------
    by
        The command that made `output`.
    """
    if provenance_beside(Path(data)) is None or not Path(output).is_file():
        return
    source = Source.of(data)
    if source.provenance is None:
        return
    size, digest = size_and_hash(Path(output))
    step = {"by": by, "file": Path(data).name, "sha256": source.sha256, "as_fetched": source.as_fetched}
    told = {**source.provenance, "file": Path(output).name, "bytes": size, "sha256": digest}
    told["derived"] = [*source.provenance.get("derived", []), step]
    with replacing(Path(output).with_name(Path(output).name + SUFFIX)) as temporary:
        text = json.dumps(told, indent=2, ensure_ascii=True)
        temporary.write_text(text + "\n", encoding="utf-8", newline="\n")


def origin(data: str) -> dict[str, Any]:
    """Return what a model should say of the file it learnt from: `{"source": ...}`, or nothing if nothing is known.

    The hash of what was fetched is told only if the file is still that.
    """
    # A large file is hashed only where there is something to compare the hash with.
    source = Source.of(data) if provenance_beside(Path(data)) is not None else Source(data)
    if source.provenance is None:
        return {}
    told = {key: source.provenance[key] for key in _TOLD if isinstance(source.provenance.get(key), str)}
    if not source.as_fetched:
        told.pop("sha256", None)
    if steps := source.steps():
        told["derived"] = ", then ".join(steps)
    return {"source": told}
