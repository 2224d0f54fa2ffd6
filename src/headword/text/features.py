"""Documents to feature blocks: computed once, read by every scorer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import scipy.sparse as sp

from headword.core import stored
from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.text.characters import CharacterFeatures
from headword.text.given import GivenFeatures
from headword.text.latent import LatentFeatures
from headword.text.name_patterns import LabelNames
from headword.text.names import NameFeatures
from headword.text.rows import csr
from headword.text.stopwords import stop_words
from headword.text.tokens import NO_TOKENS, TokenStream, tokenize
from headword.text.vocabulary import Vocabulary
from headword.text.words import WordFeatures

BLOCKS: Mapping[str, type] = {
    "words": WordFeatures,
    "characters": CharacterFeatures,
    "given": GivenFeatures,
    "latent": LatentFeatures,
    "names": NameFeatures,
}


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
    """The feature blocks of some documents: name -> CSR (n_docs, n_features of the block) float32.

    Rows have length 1, but for `names`, whose rows hold evidence (see `NameFeatures`).
    """

    blocks: Mapping[str, sp.csr_matrix]

    def __getitem__(self, name: str) -> sp.csr_matrix:
        return self.blocks[name]

    def __len__(self) -> int:
        return int(next(iter(self.blocks.values())).shape[0])

    def rows(self, rows: np.ndarray | slice) -> "Features":
        """Return the blocks of some of the documents; those of a slice share their numbers with these."""
        return Features({name: _rows(block, rows) for name, block in self.blocks.items()})


@dataclass(frozen=True, eq=False)
class FeatureExtractor:
    """Fitted blocks; turns a corpus into `Features`.

    Attributes
    ----------
    blocks
        By name.
    stop_words
        Words that no block sees.
    """

    blocks: Mapping[str, Block]
    stop_words: frozenset[str] = frozenset()

    @classmethod
    def fit(
        cls,
        corpus: Corpus,
        options: Mapping[str, Mapping[str, Any]],
        stop_options: Mapping[str, float] | None = None,
        *,
        names: LabelNames | None = None,
        seed: int = 0,
        n_threads: int | None = None,
    ) -> tuple["FeatureExtractor", Features]:
        """Fit the blocks named in `options` (name -> parameters of the block's `fit`) and return the corpus's features.

        `stop_options` are the parameters of `stop_words`; None: every word counts. `names` are what the block `names`
        looks for, stop words included; None: the labels as they are.

        Raises
        ------
        DataError
            If no document has any text or feature.
        """
        fitted: dict[str, Block] = {}
        out: dict[str, sp.csr_matrix] = {}
        stream = _stream(corpus, options, n_threads)
        dropped = frozenset[str]()
        if stop_options is not None and len(stream.ids):
            dropped = frozenset(stop_words(stream, corpus.targets, **stop_options, n_threads=n_threads))
        whole, stream = stream, stream.ranked(dropped, n_threads=n_threads)
        for name in sorted(options, key=lambda name: name == "latent"):
            parameters = options[name]
            if name == "latent":
                of = out[parameters.get("of", "words")]
                block: Any = LatentFeatures.fit(of, **parameters, seed=seed, n_threads=n_threads)
                rows = block.transform(of, n_threads=n_threads)
            elif name == "given":
                block = GivenFeatures.fit(_given(corpus), **parameters)
                rows = block.transform(_given(corpus))
            elif name == "names":
                sought = LabelNames.of(corpus.label_space.names) if names is None else names
                block, rows = NameFeatures.fit_rows(whole, sought, **parameters, n_threads=n_threads)
            else:
                block, rows = BLOCKS[name].fit_rows(stream, **parameters, n_threads=n_threads)  # type: ignore[attr-defined]
            if not len(block):
                raise DataError(
                    f"the {len(corpus)} documents have no {name} to learn from: titles and abstracts are empty or hold "
                    "no letters and digits; check which columns were chosen (--title, --abstract)"
                )
            fitted[name], out[name] = block, rows
        return cls(fitted, dropped), Features(out)

    @classmethod
    def from_state(
        cls, state: Mapping[str, Any], names: Sequence[str], stop_words: Collection[str]
    ) -> "FeatureExtractor":
        """Rebuild the blocks `names`, in their order, from entries NAME.TENSOR of `state`.

        Raises
        ------
        DataError
            If a block is unknown, its arrays are missing or do not fit one another, or the block it is made of does not
            come before it.
        """
        blocks: dict[str, Any] = {}
        for name in names:
            if name not in BLOCKS:
                raise DataError(f"there is no feature block {name!r}; there are: {', '.join(BLOCKS)}")
            inside = stored.inside(state, f"{name}.")
            with stored.part(f"block {name}"):
                block = BLOCKS[name].from_state(inside)  # type: ignore[attr-defined]
                if isinstance(block, LatentFeatures) and len(block.components) > len(blocks.get(block.of, ())):
                    raise DataError(f"{len(block.components)} components' rows do not fit block {block.of!r}")
            blocks[name] = block
        return cls(blocks, frozenset(stop_words))

    @cached_property
    def _stop_vocabulary(self) -> Vocabulary:
        return Vocabulary.of(sorted(self.stop_words - {""}))

    def transform(self, corpus: Corpus, *, n_threads: int | None = None) -> Features:
        """Return the feature blocks of `corpus`."""
        named = any(isinstance(block, NameFeatures) for block in self.blocks.values())
        # Names may hold stop words, so that these stay in the texts at first.
        whole = stream = _stream(corpus, self.blocks, n_threads, without=NO_TOKENS if named else self._stop_vocabulary)
        if named and len(self.blocks) > 1:
            stream = whole.without(self.stop_words)
        out: dict[str, sp.csr_matrix] = {}
        for name, block in self.blocks.items():
            if isinstance(block, GivenFeatures):
                out[name] = block.transform(_given(corpus))
            else:
                source: Any = whole if isinstance(block, NameFeatures) else stream
                source = out[block.of] if isinstance(block, LatentFeatures) else source
                out[name] = block.transform(source, n_threads=n_threads)  # type: ignore[attr-defined]
        return Features(out)

    def only(self, needed: set[str]) -> "FeatureExtractor":
        """Return the blocks in `needed`, and those that they are made of."""
        latent = self.blocks.get("latent")
        if "latent" in needed and isinstance(latent, LatentFeatures):
            needed = needed | {latent.of}
        blocks = {name: block for name, block in self.blocks.items() if name in needed}
        return FeatureExtractor(blocks, self.stop_words)


def _stream(
    corpus: Corpus, blocks: Collection[str], n_threads: int | None, without: Vocabulary = NO_TOKENS
) -> TokenStream:
    """Return the tokens of title and abstract of each document; none where no block reads them."""
    if not {"words", "characters", "names"} & set(blocks):
        return tokenize([])
    fields: Sequence[str] = [field for pair in zip(corpus.titles, corpus.abstracts, strict=True) for field in pair]
    return tokenize(fields, without=without, n_threads=n_threads)


def _rows(block: sp.csr_matrix, rows: np.ndarray | slice) -> sp.csr_matrix:
    if isinstance(rows, slice):
        start, stop, step = rows.indices(block.shape[0])
        if step == 1:
            bounds = block.indptr[start : max(start, stop) + 1]
            inside = slice(bounds[0], bounds[-1])
            return csr(bounds - bounds[0], block.indices[inside], block.data[inside], block.shape[1])
        rows = np.arange(start, stop, step)
    some = block[rows]
    # scipy narrows the bounds; kernels would be compiled a second time for them
    return csr(some.indptr, some.indices, some.data, block.shape[1])


def _given(corpus: Corpus) -> sp.csr_matrix:
    if corpus.features is None:
        raise DataError("this model reads documents that come as numbers (XMC or SVMlight files), found text")
    return corpus.features
