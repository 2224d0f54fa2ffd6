"""The latent block: the word block seen through its main directions, so that related words count as alike."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError
from headword.core.parallel import run_chunks
from headword.text.latent_kernels import multiply_rows, project_rows, turn
from headword.text.rows import csr

_CHUNK_DOCS = 1024
_BLOCK = 32
_SPARE = 64
_NEGLIGIBLE, _SHORT = 1e-4, 1e-3


@dataclass(frozen=True, eq=False)
class LatentFeatures:
    """Latent semantic analysis: projection of the most frequent word features on their leading singular vectors.

    Attributes
    ----------
    components
        float32 (n_word_features_used, dim), the right singular vectors, in the precision of a bundle: a byte each,
        times a power of 2 for each feature.

    of
        The block it is made of: `words`, or `given`.

    References
    ----------
    Deerwester et al., Indexing by latent semantic analysis, JASIS 41 (1990). Musco and Musco, Randomized block Krylov
    methods for stronger and faster approximate singular value decomposition, NeurIPS 2015.
    """

    components: np.ndarray
    of: str = "words"

    @classmethod
    def fit(
        cls,
        words: sp.csr_matrix,
        *,
        of: str = "words",
        dim: int = 200,
        most_features: int = 20_000,
        seed: int = 0,
        n_threads: int | None = None,
    ) -> "LatentFeatures":
        """Find the leading directions of the first `most_features` columns, which are a word block's most frequent.

        `dim` is at most a quarter of the number of documents and of columns.
        """
        n_docs = words.shape[0]
        n_columns = min(most_features, words.shape[1])
        dim = max(1, min(dim, n_docs // 4, n_columns // 4))
        basis, products = _krylov(words, n_columns, max(2 * dim, dim + _SPARE), seed, n_threads)
        _, vectors = np.linalg.eigh(products)
        components = basis @ vectors[:, : -dim - 1 : -1].astype(np.float32)
        components *= np.where(components.sum(axis=0) < 0, -1, 1)  # a singular vector's sign is free: fix it
        return cls(_unpacked(*_packed(components)), of)

    def __len__(self) -> int:
        return int(self.components.shape[1])

    def transform(self, words: sp.csr_matrix, *, n_threads: int | None = None) -> sp.csr_matrix:
        """Return CSR (n_docs, dim) float32 with every entry stored and rows of length 1 (or 0)."""
        n_docs, dim = words.shape[0], len(self)
        columns, values = np.empty(n_docs * dim, dtype=np.int32), np.empty(n_docs * dim, dtype=np.float32)

        def project(start: int) -> None:
            stop = min(start + _CHUNK_DOCS, n_docs)
            project_rows(words.indptr, words.indices, words.data, self.components, start, stop, columns, values)

        run_chunks(project, range(0, n_docs, _CHUNK_DOCS), n_threads)
        return csr(np.arange(0, n_docs * dim + 1, dim, dtype=np.int64), columns, values, dim)

    def term(self, feature: int) -> str:
        """Return the direction's number as text."""
        return f"direction {feature}"

    def state(self) -> dict[str, Any]:
        """Return arrays from which `from_state` rebuilds this block."""
        codes, exponents = _packed(self.components)
        return {"components": codes, "exponents": exponents, "of": [self.of]}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "LatentFeatures":
        """Rebuild a block.

        Raises
        ------
        DataError
            If an array is missing, or of a wrong type or shape, or `of` is not the name of one block.
        """
        of = stored.strings(state, "of")
        if len(of) != 1:
            raise DataError(f"the latent block is made of one other block, found {len(of)}")
        codes = stored.array(state, "components", np.int8, (None, None))
        if not codes.size:
            raise DataError("tensor 'components' is empty")
        exponents = stored.array(state, "exponents", np.int8, (len(codes),))
        if exponents.max() > 0:
            raise DataError("tensor 'exponents' holds numbers above 0")
        return cls(_unpacked(codes, exponents), of[0])


def _packed(components: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (int8 codes, int8 exponents), of each row: a component is code * 2 ** exponent, to the nearest.

    What `_unpacked` gives back is packed into the same numbers again.
    """
    most = np.abs(components).max(axis=1, initial=0)
    fraction, exponents = np.frexp(most / np.float32(127))
    exponents = np.clip(exponents - (fraction == 0.5), -126, 0)  # the least power of 2 that is not smaller
    codes = np.rint(components / np.ldexp(np.float32(1), exponents)[:, None])
    return np.clip(codes, -127, 127).astype(np.int8), exponents.astype(np.int8)


def _unpacked(codes: np.ndarray, exponents: np.ndarray) -> np.ndarray:
    scales = np.ldexp(np.float32(1), exponents.astype(np.int32))
    return np.multiply(codes, scales[:, None], dtype=np.float32)  # type: ignore[no-any-return]


def _krylov(
    words: sp.csr_matrix, n_columns: int, size: int, seed: int, n_threads: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Return (Q, Q.T @ X.T @ X @ Q) for the first `n_columns` columns X of `words`.

    Q float32 (n_columns, up to `size`) is an orthonormal basis of the random columns R, X.T X R, (X.T X)^2 R, ... but
    for the first: its span holds what is close to the leading right singular vectors.
    """
    rows, turned = (words.indptr, words.indices, words.data), turn(words.indptr, words.indices, words.data, n_columns)
    n_docs = words.shape[0]

    def squared(block: np.ndarray) -> np.ndarray:
        below = _product(rows, n_docs, np.ascontiguousarray(block), n_columns, n_threads)
        return _product(turned, n_columns, below, n_docs, n_threads)

    size = min(size, n_columns)
    start = np.random.default_rng(seed).standard_normal((n_columns, min(_BLOCK, size)), dtype=np.float32)
    block, _ = _orthonormal(squared(start), 0.0)
    basis = np.empty((n_columns, size), dtype=np.float32)
    products = np.zeros((size, size))
    n = 0
    while block.shape[1]:
        first, n = n, n + block.shape[1]
        basis[:, first:n] = block
        image = squared(block)
        shares = basis[:, :n].T @ image
        products[:n, first:n] = shares
        products[first:n, :n] = shares.T
        scale = float(products.max())
        block, shortest = _orthonormal(image - basis[:, :n] @ shares, scale * _NEGLIGIBLE)
        if shortest < scale * _SHORT:  # rounding has left something of the directions that are there
            block, _ = _orthonormal(block - basis[:, :n] @ (basis[:, :n].T @ block), 0.5)
        block = block[:, max(0, n + block.shape[1] - size) :]
    return basis[:, :n], products[:n, :n]


def _product(
    matrix: tuple[np.ndarray, np.ndarray, np.ndarray],
    n_rows: int,
    dense: np.ndarray,
    n_columns: int,
    n_threads: int | None,
) -> np.ndarray:
    """Return the product of the first `n_columns` columns of (indptr, indices, data) and `dense`."""
    out = np.empty((n_rows, dense.shape[1]), dtype=np.float32)

    def multiply(start: int) -> None:
        multiply_rows(*matrix, dense, n_columns, start, out[start : start + _CHUNK_DOCS])

    run_chunks(multiply, range(0, n_rows, _CHUNK_DOCS), n_threads)
    return out


def _orthonormal(columns: np.ndarray, least: float) -> tuple[np.ndarray, float]:
    """Return an orthonormal basis of the columns' span along its main axes, the weakest first, and its length there.

    Axes along which they are not longer than `least`, or negligible beside the longest, are rounding errors.
    """
    values, vectors = np.linalg.eigh((columns.T @ columns).astype(np.float64))
    kept = values > max(least**2, values.max(initial=0.0) * _NEGLIGIBLE**2)
    shortest = np.sqrt(values[kept].min(initial=np.inf))
    return columns @ (vectors[:, kept] / np.sqrt(values[kept])).astype(np.float32), float(shortest)
