"""Documents to feature blocks: computed once, read by every scorer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.text.characters import CharacterFeatures
from headword.text.given import GivenFeatures
from headword.text.tokens import TokenStream, tokenize
from headword.text.words import WordFeatures, csr

BLOCKS: Mapping[str, type] = {"words": WordFeatures, "characters": CharacterFeatures, "given": GivenFeatures}


class Block(Protocol):
    """A fitted block of features."""

    def __len__(self) -> int:
        """Return the number of features."""
        ...

    def term(self, feature: int) -> str:
        """Return a feature as people read it."""
        ...

    def state(self) -> dict[str, Any]:
        """Return arrays and string lists that rebuild it."""
        ...


@dataclass(frozen=True, eq=False)
class Features:
    """The feature blocks of some documents: name -> CSR (n_docs, n_features of the block) float32, unit rows."""

    blocks: Mapping[str, sp.csr_matrix]

    def __getitem__(self, name: str) -> sp.csr_matrix:
        return self.blocks[name]

    def __len__(self) -> int:
        return int(next(iter(self.blocks.values())).shape[0])

    def rows(self, rows: np.ndarray | slice) -> "Features":
        """Return the blocks of some of the documents."""
        some = {name: block[rows] for name, block in self.blocks.items()}
        # scipy narrows the bounds; kernels would be compiled a second time for them
        return Features({name: csr(b.indptr, b.indices, b.data, b.shape[1]) for name, b in some.items()})


@dataclass(frozen=True, eq=False)
class FeatureExtractor:
    """Fitted blocks; turns a corpus into `Features`."""

    blocks: Mapping[str, Block]

    @classmethod
    def fit(
        cls,
        corpus: Corpus,
        options: Mapping[str, Mapping[str, Any]],
        *,
        n_threads: int | None = None,
    ) -> tuple["FeatureExtractor", Features]:
        """Fit the blocks named in `options` (name -> parameters of the block's `fit`) and return the corpus's features.

        Raises
        ------
        DataError
            If no document has any text or feature.
        """
        fitted: dict[str, Block] = {}
        stream = _stream(corpus, n_threads) if set(options) - {"given"} else None
        for name, parameters in options.items():
            source = _given(corpus) if name == "given" else stream
            fitted[name] = BLOCKS[name].fit(source, **parameters)  # type: ignore[attr-defined]
            if not len(fitted[name]):
                raise DataError(
                    f"the {len(corpus)} documents have no {name} to learn from: titles and abstracts are empty or hold "
                    "no letters and digits; check which columns were chosen (--title, --abstract)"
                )
        extractor = cls(fitted)
        return extractor, extractor._transform(corpus, stream, n_threads)

    def transform(self, corpus: Corpus, *, n_threads: int | None = None) -> Features:
        """Return the feature blocks of `corpus`."""
        stream = _stream(corpus, n_threads) if set(self.blocks) - {"given"} else None
        return self._transform(corpus, stream, n_threads)

    def _transform(self, corpus: Corpus, stream: TokenStream | None, n_threads: int | None) -> Features:
        out = {}
        for name, block in self.blocks.items():
            if isinstance(block, GivenFeatures):
                out[name] = block.transform(_given(corpus))
            else:
                out[name] = block.transform(stream, n_threads=n_threads)  # type: ignore[attr-defined]
        return Features(out)


def _stream(corpus: Corpus, n_threads: int | None) -> TokenStream:
    fields: Sequence[str] = [field for pair in zip(corpus.titles, corpus.abstracts, strict=True) for field in pair]
    return tokenize(fields, n_threads=n_threads)


def _given(corpus: Corpus) -> sp.csr_matrix:
    if corpus.features is None:
        raise DataError("this model reads documents that come as numbers (XMC or SVMlight files), found text")
    return corpus.features
