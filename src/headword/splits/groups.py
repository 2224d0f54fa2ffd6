"""Groups: which documents must stay on one side of a split."""

import json
from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from headword.core.corpus import Corpus
from headword.core.errors import DataError, RecipeError


def field_groups(corpus: Corpus, field: str) -> np.ndarray:
    """Return the group of each document, int64 (n_docs,): equal for equal values of `field`.

    A document without a value (None or empty) is a group of its own.

    Raises
    ------
    DataError
        If there is no such field.
    """
    if field not in corpus.fields:
        has = ", ".join(sorted(corpus.fields)) or "none"
        raise DataError(f"there is no field {field!r} to group by; the fields are: {has}")
    number: dict[str | int, int] = {}
    keys: list[str | int] = [
        i if value is None or value in ("", [], ()) else _key(value) for i, value in enumerate(corpus.fields[field])
    ]
    return np.array([number.setdefault(key, len(number)) for key in keys], dtype=np.int64)


def field_values(corpus: Corpus, field: str) -> np.ndarray:
    """Return the value of `field` of each document as a number from 0, int64 (n_docs,); no value is a value as well.

    Raises
    ------
    DataError
        If there is no such field.
    """
    if field not in corpus.fields:
        has = ", ".join(sorted(corpus.fields)) or "none"
        raise DataError(f"there is no field {field!r} to split within; the fields are: {has}")
    number: dict[str, int] = {}
    keys = ["" if value is None else _key(value) for value in corpus.fields[field]]
    return np.array([number.setdefault(key, len(number)) for key in keys], dtype=np.int64)


def _key(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)


def join_groups(*groupings: np.ndarray | Sequence[int]) -> np.ndarray:
    """Return the finest groups in which documents that share a group in any grouping are together, int64 (n_docs,).

    They are the connected components of documents and groups, numbered by first appearance.

    Raises
    ------
    RecipeError
        If no grouping is given, or they differ in length.

    Examples
    --------
    >>> join_groups([0, 0, 1, 2], [0, 1, 1, 2]).tolist()
    [0, 0, 0, 1]
    """
    if not groupings:
        raise RecipeError("there is no grouping to join; give at least one")
    columns = [np.unique(np.asarray(g), return_inverse=True)[1].ravel() for g in groupings]
    n_docs = len(columns[0])
    if any(len(c) != n_docs for c in columns):
        raise RecipeError(f"groupings differ in length: {', '.join(str(len(c)) for c in columns)}")
    offsets = n_docs + np.cumsum([0] + [int(c.max(initial=-1)) + 1 for c in columns])
    documents = np.tile(np.arange(n_docs), len(columns))
    nodes = np.concatenate([c + offset for c, offset in zip(columns, offsets, strict=False)])
    n_nodes = int(offsets[-1])
    graph = sp.csr_matrix((np.ones(len(nodes), dtype=np.int8), (documents, nodes)), shape=(n_nodes, n_nodes))
    return dense_groups(connected_components(graph, directed=False)[1][:n_docs], n_docs)


def dense_groups(groups: np.ndarray | Sequence[int], n_docs: int) -> np.ndarray:
    """Return groups renumbered 0, 1, ... by first appearance, int64 (n_docs,).

    Raises
    ------
    RecipeError
        If there is not one group a document.
    """
    array = np.asarray(groups)
    if array.shape != (n_docs,):
        raise RecipeError(f"{n_docs} documents need one group each, found an array of shape {array.shape}")
    _, first, inverse = np.unique(array, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse.ravel()]


def require_groups(groups: np.ndarray | None, n_docs: int, rule: str) -> np.ndarray:
    """Return dense groups; a RecipeError if there are none."""
    if groups is None:
        raise RecipeError(f"the {rule} split needs groups: name a field (--group provider) or near-duplicates")
    return dense_groups(groups, n_docs)
