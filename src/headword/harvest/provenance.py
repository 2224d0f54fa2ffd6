"""Provenance: where a corpus comes from, written beside it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from headword import __version__
from headword.core.files import replacing

SUFFIX = ".provenance.json"


@dataclass(frozen=True)
class Provenance:
    """Where a file comes from.

    Attributes
    ----------
    file, bytes, sha256
        The file, its size and its hash.
    name
        The row of the table of named corpora, None where the query was given.
    service, endpoint, asked
        What was asked, where.
    started, finished
        When the first request was sent and when the last page came, UTC.
    counts
        What became of the records; for thesauri, what the file holds.
    version
        The state of the source, where it has a name: the commit of a data set, the version of a thesaurus.
    announced
        How many documents the service announced at last, None where it does not tell.
    licence, citation
        Of named corpora.
    notes
        What the service, or headword, remarked on the way.
    """

    file: str
    bytes: int
    sha256: str
    service: str
    endpoint: str
    asked: Mapping[str, Any]
    started: str
    finished: str
    counts: Mapping[str, Any]
    version: str | None = None
    announced: int | None = None
    name: str | None = None
    licence: str | None = None
    citation: str | None = None
    notes: Sequence[str] = ()
    headword: str = field(default=__version__)

    def write(self, output: Path) -> Path:
        """Write it beside `output`; return the path."""
        path = output.with_name(output.name + SUFFIX)
        with replacing(path) as temporary:
            text = json.dumps(asdict(self), indent=2, ensure_ascii=True)
            temporary.write_text(text + "\n", encoding="utf-8", newline="\n")
        return path


def size_and_hash(path: Path) -> tuple[int, str]:
    """Return the size of a file and its SHA-256 in hexadecimal digits."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, digest
