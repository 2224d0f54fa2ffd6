"""Proposals: concepts whose names resemble a string, ranked by shared character n-grams and shared words."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np

from headword.core.progress import Progress, silent
from headword.thesaurus.folding import fold_words

if TYPE_CHECKING:
    import scipy.sparse as sp

    from headword.thesaurus.thesaurus import Thesaurus

_N = 3
# Names, the best by cosine, whose characters are compared in full.
_LOOKED_AT = 50
# Shares of the characters in the cosine and of the ratio in the whole; chosen on names of two thesauri that were hidden
# or misspelt (docs/thesaurus.md).
_BY_CHARACTERS = 0.6
_BY_RATIO = 0.35
# Characters of a text that the ratio is worked out of.
_LENGTH = 200
# Cells of the table of similarities that is made at once.
_BATCH_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """A concept that resembles a label: its id and how much, from 0 to 1."""

    id: str
    score: float


class Proposer:
    """Ranks the concepts of a thesaurus by the resemblance of their names to a string.

    Resemblance is the weighted mean of a cosine and a matching ratio, both of folded names without accents. The cosine,
    of inverse-document-frequency weights, is over character trigrams and, less heavily, over words; it also chooses the
    names of which the ratio, the share of characters in common stretches, is worked out. Of several names of a concept
    the most alike one counts.
    """

    def __init__(self, thesaurus: "Thesaurus") -> None:
        table = thesaurus.names()
        self._names = names = [_plain(text) for text in table.texts]
        self._ids = [concept.id for concept in thesaurus]
        self._in_use = ~thesaurus.deprecated
        self._rows = table.concepts
        self._grams = _Space(names, _grams)
        self._words = _Space(names, str.split)

    def propose(
        self, labels: Sequence[str], k: int = 5, *, least: float = 0.3, progress: Progress = silent
    ) -> list[tuple[Proposal, ...]]:
        """Return at most `k` concepts in use for each label, the most alike first, none with less than `least`."""
        if not len(self._rows):
            return [()] * len(labels)
        step = max(1, _BATCH_CELLS // len(self._rows))
        found: list[tuple[Proposal, ...]] = []
        for start in range(0, len(labels), step):
            texts = [_plain(label) for label in labels[start : start + step]]
            scores = _BY_CHARACTERS * self._grams.similar(texts) + (1 - _BY_CHARACTERS) * self._words.similar(texts)
            found += [self._ranked(text, row, k, least) for text, row in zip(texts, scores, strict=True)]
            progress("looking for proposals", min(start + step, len(labels)), len(labels))
        return found

    def _ranked(self, text: str, scores: np.ndarray, k: int, least: float) -> tuple[Proposal, ...]:
        scores = np.where(self._in_use[self._rows], scores, 0)
        n_looked_at = min(len(scores), _LOOKED_AT)
        names = np.argpartition(-scores, n_looked_at - 1)[:n_looked_at]
        best: dict[int, float] = {}
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(text[:_LENGTH])
        for name in names[scores[names] > 0].tolist():
            matcher.set_seq1(self._names[name][:_LENGTH])
            row = int(self._rows[name])
            best[row] = max(best.get(row, 0.0), (1 - _BY_RATIO) * float(scores[name]) + _BY_RATIO * matcher.ratio())
        order = sorted((row for row in best if best[row] >= least), key=lambda row: (-best[row], row))
        return tuple(Proposal(self._ids[row], round(best[row], 3)) for row in order[:k])


class _Space:
    """Texts as unit vectors over their parts, weighted by inverse document frequency."""

    def __init__(self, texts: Sequence[str], parts: Callable[[str], Iterable[str]]) -> None:
        self._parts = parts
        self._columns: dict[str, int] = {}
        split = [list(dict.fromkeys(parts(text))) for text in texts]
        for part in (part for one in split for part in one):
            self._columns.setdefault(part, len(self._columns))
        n_known = len(self._columns)
        df = np.bincount([self._columns[part] for one in split for part in one], minlength=n_known + 1)
        # The last weight is that of parts which no text of the space has.
        self._idf = (np.log((1 + len(texts)) / (1 + df)) + 1).astype(np.float32)
        self._by_part = self._weighted(split).T.tocsr()

    def similar(self, texts: Sequence[str]) -> np.ndarray:
        """Return the cosine of each text with each of those that the space was made of; float32, dense."""
        found = self._weighted([list(dict.fromkeys(self._parts(text))) for text in texts]) @ self._by_part
        return np.asarray(found.toarray(), dtype=np.float32)

    def _weighted(self, texts: Sequence[Sequence[str]]) -> "sp.csr_matrix":
        import scipy.sparse as sp

        n_known = len(self._columns)
        columns = np.array([self._columns.get(part, n_known) for one in texts for part in one], dtype=np.int64)
        rows = np.repeat(np.arange(len(texts)), [len(one) for one in texts])
        weights = self._idf[columns]
        lengths = np.sqrt(np.bincount(rows, weights * weights, minlength=len(texts)))
        known = columns < n_known
        values = (weights / lengths[rows])[known].astype(np.float32)
        return sp.csr_matrix((values, (rows[known], columns[known])), shape=(len(texts), n_known))


def _plain(text: str) -> str:
    """Return folded words without accents."""
    apart = unicodedata.normalize("NFKD", fold_words(text))
    return "".join(c for c in apart if not unicodedata.combining(c))


def _grams(text: str) -> Iterable[str]:
    """Iterate the character trigrams of a text, with a blank before and after."""
    padded = f" {text} "
    return (padded[i : i + _N] for i in range(max(1, len(padded) - _N + 1)))
