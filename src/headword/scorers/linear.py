"""Linear: one-vs-rest linear classifiers, all labels of a block trained together."""

from collections.abc import Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Self

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import NotFittedError, RecipeError
from headword.core.lanes import LANES, padded
from headword.core.parallel import run_chunks
from headword.core.stored import smallest_type
from headword.scorers.contributions import Contributions, products
from headword.scorers.linear_kernels import decoded, place_entries, pruned, score_rows, train_block
from headword.text.features import Features
from headword.text.words import csr

_BLOCK_LABELS = 64
_CHUNK_DOCS = 256
_LEAST_DENSITY = 1 / 4
_MOST_DENSE = 1 << 23
# Of one block: the feature, label column and code of each weight, and the largest weight of each of its labels.
_Pruned = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
LOSSES = ("squared-hinge", "logistic")


@dataclass(eq=False)
class Linear:
    """One-vs-rest L2-regularised linear classifiers by dual coordinate descent.

    Parameters
    ----------
    block
        The feature block to read.
    loss
        `squared-hinge` or `logistic`.
    C
        Weight of the losses against the regulariser; larger fits closer.
    passes
        Visits of each document at most. Loose beats tight: more than about 6 lose quality as well as time.
    tolerance
        Changes of a dual variable up to this are not made.
    prune
        Weights of at most this size are dropped.

    References
    ----------
    Hsieh et al., ICML 2008; Yu, Huang and Lin, Machine Learning 85 (2011). Babbar and Schölkopf, DiSMEC, WSDM 2017
    (pruning).
    """

    block: str = "words"
    loss: str = "squared-hinge"
    C: float = 1.0
    passes: int = 6
    tolerance: float = 0.03
    prune: float = 0.03
    bias: np.ndarray | None = None
    weights: sp.csr_matrix | None = None
    dense: np.ndarray | None = None
    codes: np.ndarray | None = None
    scale: np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise RecipeError(f"a linear scorer's loss is one of {', '.join(LOSSES)}, found {self.loss!r}")
        if not self.C > 0 or self.passes < 1:
            raise RecipeError(f"a linear scorer needs C > 0 and passes >= 1, found C={self.C}, passes={self.passes}")

    def fit(
        self,
        features: Features,
        targets: sp.csr_matrix,
        rows: np.ndarray | None = None,
        *,
        seed: int = 0,
        n_threads: int | None = None,
    ) -> Self:
        """Train all labels; labels without a document among `rows` get only a bias."""
        documents = features[self.block]
        rows = np.arange(documents.shape[0]) if rows is None else rows.astype(np.int64)
        by_support = _by_support(targets, rows)
        place = np.empty_like(by_support)
        place[by_support] = np.arange(len(by_support))
        y_indptr, y_indices = targets.indptr.astype(np.int64), place[targets.indices].astype(np.int32)

        blocks = _blocks(targets.shape[1])
        spare: SimpleQueue[np.ndarray] = SimpleQueue()  # zeroed weights, handed on: fresh memory is dear

        def train(block: range) -> tuple[np.ndarray, _Pruned]:
            width = padded(len(block))
            try:
                memory = spare.get_nowait()
            except Empty:
                memory = _zeros(documents.shape[1] * padded(len(blocks[0])))
            weights = memory[: documents.shape[1] * width].reshape(documents.shape[1], width)
            bias = np.empty(width, dtype=np.float32)
            used = train_block(
                documents.indptr, documents.indices, documents.data, y_indptr, y_indices, rows, block.start, weights,
                bias, np.float32(self.C), self.loss == "logistic", self.passes, np.float32(self.tolerance), seed,
            )  # fmt: skip
            features, columns, codes, scale = pruned(weights, used, np.float32(self.prune), len(block))
            spare.put(memory)
            return bias[: len(block)], (features, by_support[block.start + columns].astype(np.int32), codes, scale)

        parts = run_chunks(train, blocks, n_threads)
        bias = np.concatenate([part[0] for part in parts])[place]
        scale = np.concatenate([part[1][3] for part in parts])[place]
        return self._set(*_joined([part[1] for part in parts], documents.shape[1]), scale, bias)

    def _set(
        self, indptr: np.ndarray, labels: np.ndarray, codes: np.ndarray, scale: np.ndarray, bias: np.ndarray
    ) -> Self:
        n_dense, width = _n_leading(indptr, len(bias)), padded(len(bias))
        values, dense = np.empty(len(codes), dtype=np.float32), _zeros(n_dense * width).reshape(n_dense, width)
        decoded(indptr, labels, codes, scale, n_dense, values, dense)
        self.weights, self.dense = csr(indptr, labels, values, len(bias)), dense
        self.bias, self.codes, self.scale = bias, codes, scale
        return self

    def score(self, features: Features, *, n_threads: int | None = None) -> np.ndarray:
        """Return the signed distances float32 (n_docs, n_labels), bias included."""
        if self.weights is None or self.bias is None or self.dense is None:
            raise NotFittedError("call fit before score")
        documents, weights, dense = features[self.block], self.weights, self.dense
        out = np.empty((documents.shape[0], len(self.bias)), dtype=np.float32)
        bias = np.zeros(dense.shape[1], dtype=np.float32)
        bias[: len(self.bias)] = self.bias

        def score_chunk(start: int) -> None:
            score_rows(
                documents.indptr, documents.indices, documents.data, weights.indptr, weights.indices, weights.data,
                len(dense), dense, bias, start, out[start : start + _CHUNK_DOCS],
            )  # fmt: skip

        run_chunks(score_chunk, range(0, len(out), _CHUNK_DOCS), n_threads)
        return out

    def contributions(self, features: Features, columns: np.ndarray) -> Contributions:
        """Return bias, and feature value times weight, of one document's scores of `columns`."""
        if self.weights is None or self.bias is None:
            raise NotFittedError("call fit before contributions")
        values = products(features[self.block], self.weights, columns)
        return Contributions(self.bias[columns].astype(np.float64), values)

    def state(self) -> Mapping[str, Any]:
        """Return biases and pruned weights: how many each feature has, their labels, a byte for each, and its scale."""
        if self.weights is None:
            raise NotFittedError("call fit before state")
        label_type = smallest_type(self.weights.shape[1])
        return {
            "bias": self.bias,
            "counts": np.diff(self.weights.indptr).astype(smallest_type(self.weights.shape[1] + 1)),
            "labels": self.weights.indices.astype(label_type),
            "codes": self.codes,
            "scale": self.scale,
        }

    def restore(self, state: Mapping[str, Any], *, n_features: int | None = None, n_labels: int | None = None) -> Self:
        """Become the fitted scorer whose state this is.

        Parameters
        ----------
        n_features, n_labels
            The sizes it must have; None: any, as long as its arrays fit one another.

        Raises
        ------
        DataError
            If an array is missing, or of a wrong type, size or content.
        """
        bias = stored.finite(state, "bias", (n_labels,))
        scale = stored.finite(state, "scale", (len(bias),))
        codes = stored.array(state, "codes", np.uint8, (None,))
        labels = stored.indices(state, "labels", len(bias), size=len(codes), dtype=smallest_type(len(bias)))
        counts = stored.array(state, "counts", smallest_type(len(bias) + 1), (n_features,))
        return self._set(stored.bounds_of(counts, len(codes), "counts"), labels.astype(np.int32), codes, scale, bias)


def _by_support(targets: sp.csr_matrix, rows: np.ndarray) -> np.ndarray:
    """Return the label columns by falling support: blocks of rare labels leave most documents alone."""
    support = np.bincount(targets[rows].indices, minlength=targets.shape[1])
    return np.argsort(-support, kind="stable")


def _blocks(n_labels: int) -> list[range]:
    """Return even label blocks of at most 64, an even number of them, so that two processors end together."""
    n_blocks = 2 * -(-n_labels // (2 * _BLOCK_LABELS))
    width = padded(-(-n_labels // n_blocks))
    return [range(first, min(first + width, n_labels)) for first in range(0, n_labels, width)]


def _zeros(size: int) -> np.ndarray:
    """Return float32 zeros that begin with a cache line, so that sixteen lie in one."""
    memory = np.zeros(size + LANES, dtype=np.float32)
    skipped = -(memory.ctypes.data // memory.itemsize) % LANES
    return memory[skipped : skipped + size]


def _n_leading(indptr: np.ndarray, n_labels: int) -> int:
    """Return how many features, the first ones, have their weights in full as well: while a quarter of them is there.

    At most 32 MB. Blocks put frequent features first, so that most of what a document has lies there, where it is
    added without looking up labels.
    """
    rows = np.arange(1, len(indptr))
    fits = (indptr[1:] >= _LEAST_DENSITY * n_labels * rows) & (rows * padded(n_labels) <= _MOST_DENSE)
    return int(rows[fits].max(initial=0))


def _joined(parts: list[_Pruned], n_features: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Join pruned blocks to (indptr, labels, codes), feature after feature; `parts` is used up."""
    lengths = np.zeros(n_features, dtype=np.int64)
    for features, _, _, _ in parts:
        lengths += np.bincount(features, minlength=n_features)
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    labels = np.empty(indptr[-1], dtype=np.int32)
    codes = np.empty(indptr[-1], dtype=np.uint8)
    filled = indptr[:-1].copy()
    while parts:
        features, columns, coded, _ = parts.pop(0)
        place_entries(features, columns, coded, filled, labels, codes)
    return indptr, labels, codes
