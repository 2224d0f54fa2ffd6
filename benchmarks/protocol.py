"""The protocol that every system is measured by: which documents, which text, which part.

Only numpy and scipy are imported here, so that a worker can start its clock before it imports a learning library.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

PARTS = ("train", "valid", "test")
_ALIASES = {"val": "valid", "validation": "valid", "dev": "valid"}


@dataclass(frozen=True, eq=False)
class Part:
    """Documents of one part; `targets` is CSR (n_docs, n_labels) of float32 ones over the labels of all parts."""

    ids: list[str]
    titles: list[str]
    abstracts: list[str]
    targets: sp.csr_matrix

    def __len__(self) -> int:
        return len(self.ids)

    def texts(self) -> list[str]:
        """Return title, line break, abstract of each document."""
        return [f"{title}\n{abstract}" for title, abstract in zip(self.titles, self.abstracts, strict=True)]


@dataclass(frozen=True, eq=False)
class Benchmark:
    """A corpus cut into its parts.

    Attributes
    ----------
    labels
        Names of the columns: every label of a kept document, sorted.
    """

    train: Part
    valid: Part
    test: Part
    labels: list[str]

    @property
    def train_support(self) -> np.ndarray:
        """int64 (n_labels,): training documents of each label."""
        return np.bincount(self.train.targets.indices, minlength=len(self.labels)).astype(np.int64)

    def facts(self) -> dict[str, Any]:
        """Return sizes, and the share of test assignments whose label training never saw."""
        truth = self.test.targets
        unseen = self.train_support[truth.indices] == 0
        return {
            "n_train": len(self.train),
            "n_valid": len(self.valid),
            "n_test": len(self.test),
            "n_labels": len(self.labels),
            "labels_per_doc": round(self.train.targets.nnz / max(len(self.train), 1), 3),
            "unseen_share": round(float(unseen.mean()) if truth.nnz else 0.0, 5),
        }


def load(path: Path) -> Benchmark:
    """Read a corpus and cut it.

    Documents without labels and exact repeats of a text are dropped, the first one kept. Rows that carry `split` keep
    it, and where no row is marked valid, a tenth of train (md5 of the id modulo 10 is 1) becomes it; without `split`,
    md5 of the id modulo 10 decides: 0 test, 1 valid, the rest train. Within a part, documents stand by the md5 of
    their text.
    """
    rows = list(_kept(path))
    given = any(row.get("split") for row in rows)
    place = [_given_part(row) if given else _hashed_part(row) for row in rows]
    if given and "valid" not in place:
        place = [
            "valid" if part == "train" and _hashed_part(row) == "valid" else part
            for part, row in zip(place, rows, strict=True)
        ]
    labels = sorted({label for row in rows for label in row["labels"]})
    columns = {label: column for column, label in enumerate(labels)}
    parts = {name: _part([row for row, at in zip(rows, place, strict=True) if at == name], columns) for name in PARTS}
    return Benchmark(labels=labels, **parts)


def _kept(path: Path) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    opened = partial(gzip.open, mode="rt") if path.suffix == ".gz" else open
    with opened(path, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = _text(row)
            if row["labels"] and text not in seen:
                seen.add(text)
                yield row


def _part(rows: list[dict[str, Any]], columns: dict[str, int]) -> Part:
    rows = sorted(rows, key=lambda row: _md5(_text(row)))
    sets = [sorted({columns[label] for label in row["labels"]}) for row in rows]
    indptr = np.cumsum([0, *map(len, sets)])
    indices = np.array([column for found in sets for column in found], dtype=np.int32)
    ones = np.ones(len(indices), dtype=np.float32)
    return Part(
        ids=[str(row.get("id") or row["title"]) for row in rows],
        titles=[row.get("title") or "" for row in rows],
        abstracts=[row.get("abstract") or "" for row in rows],
        targets=sp.csr_matrix((ones, indices, indptr), shape=(len(rows), len(columns))),
    )


def _text(row: dict[str, Any]) -> str:
    return (row.get("title") or "") + "\n" + (row.get("abstract") or "")


def _given_part(row: dict[str, Any]) -> str | None:
    part = row.get("split")
    return _ALIASES.get(part, part) if isinstance(part, str) else None


def _hashed_part(row: dict[str, Any]) -> str:
    remainder = int(_md5(str(row.get("id") or row["title"])), 16) % 10
    return {0: "test", 1: "valid"}.get(remainder, "train")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8"), usedforsecurity=False).hexdigest()
