"""The sparse text format of extreme classification (XMC) and of SVMlight: label numbers and feature values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from math import isfinite

import numpy as np
import scipy.sparse as sp

from headword.core.errors import DataError
from headword.core.labels import LabelSpace
from headword.sources.opening import Stream, short
from headword.sources.rows import Rows, batched, require_some

_HEADER = re.compile(rb"\s*(\d+)\s+(\d+)\s+(\d+)\s*")
_MOST_FEATURES = 2**31 - 1
_MOST_LABELS = 2**26


@dataclass(frozen=True)
class _Document:
    line: int
    labels: tuple[int, ...]
    indices: list[int]
    values: list[float]


def read_sparse(stream: Stream, batch_size: int) -> Iterator[Rows]:
    """Read lines `l1,l2 f:v f:v`, after a line `n_docs n_features n_labels` (XMC) or without one (SVMlight).

    Numbers are kept as they stand: XMC counts features from 0, SVMlight from 1 (its column 0 is then empty). Labels
    are named by their number; with a header every declared label is in the label space, in the order of the numbers.
    Without a header the features of a batch have as many columns as were seen so far.

    Raises
    ------
    DataError
        If a line is not of this form, a number is out of the declared range, or documents are missing.
    """
    lines = enumerate(stream.lines(), 1)
    first = next(lines, (1, b""))
    header = _HEADER.fullmatch(first[1])
    n_docs, width, n_labels = (int(n) for n in header.groups()) if header else (None, 0, None)
    if width > _MOST_FEATURES or (n_labels or 0) > _MOST_LABELS:
        raise DataError(f"{stream.name}, line 1 declares {width} features and {n_labels} labels: more than can be held")
    space = None if n_labels is None else LabelSpace(tuple(str(n) for n in range(n_labels)))
    documents = _documents(lines if header else chain([first], lines), stream.name, n_docs)
    total = 0
    for batch in batched(documents, batch_size):
        if space is None:
            width = max([width, *(max(d.indices) + 1 for d in batch if d.indices)])
        else:
            _require_range(batch, width, len(space), stream.name)
        total += len(batch)
        labels = [tuple(str(label) for label in d.labels) for d in batch]
        where = partial(_place, [d.line for d in batch])
        yield Rows({"labels": labels}, len(batch), where, features=_matrix(batch, width), label_space=space)
    require_some(total, stream.name)
    if n_docs is not None and total != n_docs:
        raise DataError(f"{stream.name}: the first line declares {n_docs} documents, but there are {total}")


def _place(lines: list[int], i: int) -> str:
    return f"line {lines[i]}"


def _documents(lines: Iterator[tuple[int, bytes]], name: str, n_docs: int | None) -> Iterator[_Document]:
    count = 0
    for number, line in lines:
        blank = not line.strip()
        # With a header a blank line is a document without labels and features, but not after the last one.
        if blank and (n_docs is None or count >= n_docs):
            continue
        count += 1
        try:
            yield _document(number, line.partition(b"#")[0])
        except (ValueError, OverflowError) as error:
            raise DataError(
                f"{name}, line {number}: expected 'label,label feature:value feature:value', found {short(line, 80)} "
                f"({error})"
            ) from error


def _document(number: int, line: bytes) -> _Document:
    tokens = line.split()
    labels: tuple[int, ...] = ()
    if tokens and not line[:1].isspace() and b":" not in tokens[0]:
        labels = tuple(dict.fromkeys(_whole(token) for token in tokens.pop(0).split(b",") if token))
    pairs = [token.split(b":") for token in tokens]
    if any(len(pair) != 2 for pair in pairs):
        bad = next(b":".join(pair) for pair in pairs if len(pair) != 2)
        raise ValueError(f"{short(bad, 30)} is not feature:value")
    indices = [int(index) for index, _ in pairs]
    if indices and min(indices) < 0:
        raise ValueError(f"feature number {min(indices)} is negative")
    if indices and max(indices) >= _MOST_FEATURES:
        raise ValueError(f"feature number {max(indices)} is too large")
    if len(set(indices)) < len(indices):
        raise ValueError("a feature stands twice")
    values = [float(value) for _, value in pairs]
    if not all(map(isfinite, values)):
        raise ValueError("a value is not finite")
    return _Document(number, labels, indices, values)


def _whole(token: bytes) -> int:
    value = float(token)
    if not value.is_integer():
        raise ValueError(f"label {short(token, 30)} is not a whole number")
    return int(value)


def _require_range(batch: list[_Document], n_features: int, n_labels: int, name: str) -> None:
    for document in batch:
        for kind, numbers, limit in (("feature", document.indices, n_features), ("label", document.labels, n_labels)):
            if numbers and not 0 <= min(numbers) <= max(numbers) < limit:
                bad = max(numbers) if max(numbers) >= limit else min(numbers)
                raise DataError(
                    f"{name}, line {document.line}: {kind} {bad}, but the first line declares {limit} {kind}s, "
                    f"numbered from 0"
                )


def _matrix(batch: list[_Document], n_features: int) -> sp.csr_matrix:
    indptr = np.cumsum([0, *(len(d.indices) for d in batch)], dtype=np.int64)
    indices = np.fromiter(chain.from_iterable(d.indices for d in batch), dtype=np.int64, count=int(indptr[-1]))
    data = np.fromiter(chain.from_iterable(d.values for d in batch), dtype=np.float32, count=int(indptr[-1]))
    matrix = sp.csr_matrix((data, indices, indptr), shape=(len(batch), n_features))
    matrix.sort_indices()
    return matrix
