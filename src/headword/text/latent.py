"""The latent block: the word block seen through its main directions, so that related words count as alike."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.errors import DataError
from headword.core.parallel import run_chunks
from headword.text.latent_kernels import multiply_rows
from headword.text.rows import csr

_CHUNK_DOCS = 1024
_EXTRA = 10
_ROUNDS = 2
_NEGLIGIBLE = 1e-10


@dataclass(frozen=True, eq=False)
class LatentFeatures:
    """Latent semantic analysis: projection of the most frequent word features on their leading singular vectors.

    Attributes
    ----------
    components
        float32 (n_word_features_used, dim), the right singular vectors, in the precision of a bundle (float16).

    of
        The block it is made of: `words`, or `given`.

    References
    ----------
    Deerwester et al., Indexing by latent semantic analysis, JASIS 41 (1990). Halko, Martinsson and Tropp, Finding
    structure with randomness, SIAM Review 53 (2011).
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
        used = csr(*_leading(words, n_columns), n_columns)
        turned = used.T.tocsr()
        turned = csr(turned.indptr, turned.indices.astype(np.int32), turned.data, n_docs)
        width = min(dim + _EXTRA, n_docs, n_columns)
        basis = np.random.default_rng(seed).standard_normal((n_columns, width), dtype=np.float32)
        for _ in range(_ROUNDS):
            basis = _orthonormal(_product(used, basis, n_threads))
            basis = _orthonormal(_product(turned, basis, n_threads))
        basis = _orthonormal(_product(used, basis, n_threads))
        # The last product's left singular vectors, strongest first, are those of the corpus.
        components = np.ascontiguousarray(_orthonormal(_product(turned, basis, n_threads))[:, ::-1][:, :dim])
        components *= np.where(components.sum(axis=0) < 0, -1, 1)  # a singular vector's sign is free: fix it
        return cls(components.astype(np.float16).astype(np.float32), of)

    def __len__(self) -> int:
        return int(self.components.shape[1])

    def transform(self, words: sp.csr_matrix, *, n_threads: int | None = None) -> sp.csr_matrix:
        """Return CSR (n_docs, dim) float32 with every entry stored and rows of length 1 (or 0)."""
        dense = _product(words, self.components, n_threads)
        norms = np.sqrt(np.einsum("ij,ij->i", dense, dense))
        dense /= np.where(norms > 0, norms, 1)[:, None]
        n_docs, dim = dense.shape
        columns = np.tile(np.arange(dim, dtype=np.int32), n_docs)
        return csr(np.arange(n_docs + 1, dtype=np.int64) * dim, columns, dense.ravel(), dim)

    def term(self, feature: int) -> str:
        """Return the direction's number as text."""
        return f"direction {feature}"

    def state(self) -> dict[str, Any]:
        """Return arrays from which `from_state` rebuilds this block."""
        return {"components": self.components.astype(np.float16), "of": [self.of]}

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
        components = stored.finite(state, "components", (None, None), np.float16)
        if not components.size:
            raise DataError("tensor 'components' is empty")
        return cls(components, of[0])


def _leading(words: sp.csr_matrix, n_columns: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (indptr, indices, data) of the first `n_columns` columns."""
    kept = words.indices < n_columns
    counted = np.concatenate([[0], np.cumsum(kept)])
    return counted[words.indptr].astype(np.int64), words.indices[kept], words.data[kept]


def _product(matrix: sp.csr_matrix, dense: np.ndarray, n_threads: int | None) -> np.ndarray:
    out = np.empty((matrix.shape[0], dense.shape[1]), dtype=np.float32)

    def multiply(start: int) -> None:
        part = out[start : start + _CHUNK_DOCS]
        multiply_rows(matrix.indptr, matrix.indices, matrix.data, dense, dense.shape[0], start, part)

    run_chunks(multiply, range(0, len(out), _CHUNK_DOCS), n_threads)
    return out


def _orthonormal(columns: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis of the columns' span, along its main axes, the weakest first."""
    wide = columns.astype(np.float64)
    values, vectors = np.linalg.eigh(wide.T @ wide)
    kept = values > values[-1] * _NEGLIGIBLE
    return np.ascontiguousarray(wide @ (vectors[:, kept] / np.sqrt(values[kept])), dtype=np.float32)
