"""From the journal to the corpus: the newest state of each document once, in bounded memory."""

import hashlib
from array import array
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from headword.harvest.journal import Journal
from headword.harvest.page import Record
from headword.sources.writer import write_jsonl


@dataclass
class Counts:
    """What became of the records that came in.

    Attributes
    ----------
    records
        Those that came in and could be understood.
    duplicates
        Older states of documents that came again.
    gone
        Documents that the service withdrew after it had given them.
    beyond_limit
        Documents that came with the last page though no more were wanted.
    unusable
        Records that could not be understood; `unusable_examples` names the first.
    documents, not_annotated, labels, assignments
        What the corpus holds.
    """

    records: int = 0
    duplicates: int = 0
    gone: int = 0
    beyond_limit: int = 0
    unusable: int = 0
    documents: int = 0
    not_annotated: int = 0
    labels: int = 0
    assignments: int = 0
    unusable_examples: list[str] = field(default_factory=list)


_EXAMPLES = 20


def write_corpus(journal: Journal, output: Path, limit: int | None = None) -> Counts:
    """Write the records of a journal as JSON lines; the same journal gives the same bytes.

    Of records with one id the last one stands, where it came; ids that the service took back after it are left out.
    Some seventy bytes a record and one page are held in memory. Ids are told apart by hashes of eight bytes: that two
    of three million documents share one, and one of them is lost, happens once in four million corpora.
    """
    _remove_leftovers(output)
    counts = Counts()
    keep = _kept(journal, counts)
    if limit is not None:
        surplus = np.flatnonzero(keep)[limit:]
        keep[surplus] = False
        counts.beyond_limit = len(surplus)
    labels: set[str] = set()
    write_jsonl(_counted(journal, keep, counts, labels), output)
    counts.labels = len(labels)
    return counts


def n_standing(journal: Journal) -> int:
    """Return how many documents a corpus of all pages would have."""
    return int(_kept(journal, Counts()).sum())


def _kept(journal: Journal, counts: Counts) -> np.ndarray:
    """Return which records stand, bool (n_records,)."""
    hashes, is_record = array("Q"), bytearray()
    for state, records in journal.pages():
        counts.unusable += len(state["unusable"])
        counts.unusable_examples += state["unusable"][: _EXAMPLES - len(counts.unusable_examples)]
        for record in records:
            hashes.append(_hash(record["id"]))
            is_record.append(1)
        for gone in state["gone"]:
            hashes.append(_hash(gone))
            is_record.append(0)
    every = np.frombuffer(hashes, dtype=np.uint64) if hashes else np.empty(0, np.uint64)
    real = np.frombuffer(is_record, dtype=np.uint8).astype(bool) if is_record else np.empty(0, bool)
    # Seen from the end, the first of equal hashes is the last of them.
    _, from_end, group = np.unique(every[::-1], return_index=True, return_inverse=True)
    last = np.zeros(len(every), dtype=bool)
    last[len(every) - 1 - from_end] = True
    counts.records = int(real.sum())
    known = np.bincount(group[::-1], weights=real, minlength=len(from_end))[group[::-1]] > 0
    counts.gone = int((last & ~real & known).sum())
    kept: np.ndarray = last[real]
    counts.duplicates = counts.records - int(kept.sum()) - counts.gone
    return kept


def _hash(doc_id: str) -> int:
    digest = hashlib.blake2b(doc_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _counted(journal: Journal, keep: np.ndarray, counts: Counts, labels: set[str]) -> Iterator[Record]:
    number = -1
    for _, records in journal.pages():
        for record in records:
            number += 1
            if not keep[number]:
                continue
            counts.documents += 1
            found: list[Any] | None = record["labels"]
            if found is None:
                counts.not_annotated += 1
            else:
                counts.assignments += len(found)
                labels.update(found)
            yield record


def _remove_leftovers(output: Path) -> None:
    """Remove half-written files of runs that were killed while they wrote the corpus."""
    for path in output.parent.glob(f".{_escaped(output.name)}.*.part"):
        with suppress(OSError):
            path.unlink()


def _escaped(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)
