"""The sparse text format of extreme classification (XMC) and of SVMlight: label numbers and feature values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain

import numpy as np
import scipy.sparse as sp

from headword.core.errors import DataError
from headword.core.labels import LabelSpace
from headword.core.opening import Stream, short
from headword.sources.rows import Rows, batched, require_some

_HEADER = re.compile(rb"\s*(\d+)\s+(\d+)\s+(\d+)\s*")
_MOST_FEATURES = 2**31 - 1
_MOST_LABELS = 2**26
_NOT_SKELETON = bytes(set(range(256)) - set(b": "))


@dataclass(frozen=True, eq=False)
class _Document:
    line: int
    labels: tuple[int, ...]
    indices: np.ndarray
    values: np.ndarray


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
            width = max([width, *(int(d.indices.max()) + 1 for d in batch if len(d.indices))])
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
    for number, whole in lines:
        line, comment, _ = whole.partition(b"#")
        blank = not line.strip()
        # With a header a blank line is a document without labels and features, but not after the last one.
        if blank and (comment or n_docs is None or count >= n_docs):
            continue
        count += 1
        try:
            yield _document(number, line)
        except (ValueError, OverflowError) as error:
            raise DataError(
                f"{name}, line {number}: expected 'label,label feature:value feature:value', found {short(whole, 80)} "
                f"({error})"
            ) from error


def _document(number: int, line: bytes) -> _Document:
    tokens = line.split()
    labels: tuple[int, ...] = ()
    if tokens and not line[:1].isspace() and b":" not in tokens[0]:
        labels = tuple(dict.fromkeys(_whole(token) for token in tokens.pop(0).split(b",") if token))
    indices, values = _pairs(tokens)
    return _Document(number, labels, indices, values)


def _pairs(tokens: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Parse `feature:value` tokens, all at once: a line may hold millions."""
    line = b" ".join(tokens)
    numbers = line.replace(b":", b" ").split()
    if len(numbers) != 2 * len(tokens) or line.translate(None, _NOT_SKELETON) != b" ".join([b":"] * len(tokens)):
        bad = next(token for token in tokens if token.count(b":") != 1 or not all(token.split(b":")))
        raise ValueError(f"{short(bad, 30)} is not feature:value")
    found = np.array([float(number) for number in numbers], dtype=np.float64).reshape(-1, 2)
    features, values = found[:, 0], found[:, 1].astype(np.float32)
    if not np.isfinite(found).all():
        raise ValueError("a number is not finite")
    if ((features < 0) | (features >= _MOST_FEATURES) | (features % 1 != 0)).any():
        raise ValueError(f"features are numbered with whole numbers from 0 to {_MOST_FEATURES - 1}")
    indices = features.astype(np.int64)
    if (np.diff(indices) <= 0).any() and len(np.unique(indices)) < len(indices):
        raise ValueError("a feature stands twice")
    return indices, values


def _whole(token: bytes) -> int:
    value = float(token)
    if not value.is_integer():
        raise ValueError(f"label {short(token, 30)} is not a whole number")
    return int(value)


def _require_range(batch: list[_Document], n_features: int, n_labels: int, name: str) -> None:
    for document in batch:
        numbers = (("feature", document.indices, n_features), ("label", np.array(document.labels, dtype=int), n_labels))
        for kind, found, limit in numbers:
            bad = found[(found < 0) | (found >= limit)]
            if len(bad):
                raise DataError(
                    f"{name}, line {document.line}: {kind} {bad[0]}, but the first line declares {limit} {kind}s, "
                    f"numbered from 0"
                )


def _matrix(batch: list[_Document], n_features: int) -> sp.csr_matrix:
    indptr = np.cumsum([0, *(len(d.indices) for d in batch)], dtype=np.int64)
    indices = np.concatenate([d.indices for d in batch])
    data = np.concatenate([d.values for d in batch])
    matrix = sp.csr_matrix((data, indices, indptr), shape=(len(batch), n_features))
    matrix.sort_indices()
    return matrix
