"""TrainingDocuments: what the nearest documents are called, kept packed until somebody asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from headword.bundle.strings import pack_strings
from headword.core.corpus import Corpus
from headword.core.errors import BundleError

_TITLE_LETTERS = 80


@dataclass(frozen=True, eq=False)
class TrainingDocuments:
    """Ids and titles of the documents a tagger learnt from, by row number.

    They stay packed, because most taggers are loaded to suggest, and an explanation names a dozen of them at most.

    Attributes
    ----------
    ids, titles
        UTF-8 bytes, uint8 (n_bytes,), and bounds, int64 (n_docs + 1,). A title is cut after 80 letters; where there is
        none, the abstract's beginning stands in its place.
    """

    ids: tuple[np.ndarray, np.ndarray]
    titles: tuple[np.ndarray, np.ndarray]

    @classmethod
    def of(cls, corpus: Corpus) -> "TrainingDocuments":
        """Keep the names of a corpus."""
        pairs = zip(corpus.titles, corpus.abstracts, strict=True)
        titles = [_beginning(title) or _beginning(abstract) for title, abstract in pairs]
        return cls(pack_strings(corpus.ids), pack_strings(titles))

    def __len__(self) -> int:
        return len(self.ids[1]) - 1

    def id(self, row: int) -> str:
        """Return the id of the document at `row`."""
        return _unpacked(self.ids, row)

    def title(self, row: int) -> str:
        """Return the beginning of its title, or of its abstract; empty for a document that came as numbers."""
        return _unpacked(self.titles, row)

    def state(self) -> dict[str, np.ndarray]:
        """Return the arrays that `from_state` needs."""
        return dict(zip(_STATE, (*self.ids, *self.titles), strict=True))

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray], n_docs: int) -> "TrainingDocuments":
        """Rebuild the names of `n_docs` documents.

        Raises
        ------
        BundleError
            If the arrays are not packed strings of that number.
        """
        arrays = [state[name] for name in _STATE]
        _require_packed(arrays, n_docs)
        return cls((arrays[0], arrays[1]), (arrays[2], arrays[3]))


_STATE = ("id_text", "id_bounds", "title_text", "title_bounds")


def _require_packed(arrays: Sequence[np.ndarray], n_docs: int) -> None:
    for text, bounds in zip(arrays[::2], arrays[1::2], strict=True):
        whole = text.dtype == np.uint8 and text.ndim == 1 and bounds.dtype == np.int64 and bounds.shape == (n_docs + 1,)
        if not whole or bounds[0] != 0 or bounds[-1] != len(text) or (np.diff(bounds) < 0).any():
            raise BundleError(f"the names of the training documents are not those of {n_docs} documents")


def _beginning(text: str) -> str:
    whole = " ".join(text[: 4 * _TITLE_LETTERS].split())
    return whole if len(whole) <= _TITLE_LETTERS else whole[: _TITLE_LETTERS - 3].rstrip() + "..."


def _unpacked(packed: tuple[np.ndarray, np.ndarray], row: int) -> str:
    text, bounds = packed
    try:
        return text[bounds[row] : bounds[row + 1]].tobytes().decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise BundleError(f"the name of training document {row} is not UTF-8: {error}") from error
