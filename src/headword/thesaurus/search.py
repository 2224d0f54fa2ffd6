"""Search: concepts by words of their names."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headword.thesaurus.folding import fold_words

if TYPE_CHECKING:
    from headword.thesaurus.thesaurus import Thesaurus

_WHOLE, _BEGINNING, _WITHIN = 1.0, 0.9, 0.8
_PREFERRED = 0.02


@dataclass(frozen=True, slots=True)
class Found:
    """A concept that was looked for: its row, the name that answers, and how well, from 0 to 1."""

    row: int
    name: str
    score: float


def search_names(thesaurus: "Thesaurus", words: str, k: int = 10) -> list[Found]:
    """Return at most `k` concepts whose names hold all `words` or resemble them, the best first.

    First the names that are these words, then those that begin with them, then those that hold words beginning with
    each of them, the shortest first; then, where there are fewer than `k`, names that resemble them. Ids and codes
    count as names.
    """
    best: dict[int, Found] = {}

    def offer(row: int, name: str, score: float) -> None:
        if row not in best or best[row].score < score:
            best[row] = Found(row, name, round(score, 4))

    for hit in thesaurus.index.codes(words):
        offer(hit.row, thesaurus.name(hit.row), 1.0)
    wanted = fold_words(words)
    table = thesaurus.names()
    for text, row, kind in zip(table.texts, table.concepts.tolist(), table.kinds.tolist(), strict=True):
        score = _score(wanted, fold_words(text))
        if score:
            offer(row, text, score - (_PREFERRED if kind else 0))
    if len(best) < k:
        for one in thesaurus.proposer.propose([words], k)[0]:
            row = thesaurus.row(one.id)
            offer(row, thesaurus.name(row), one.score * _WITHIN / 2)
    found = sorted(best.values(), key=lambda hit: (-hit.score, thesaurus.deprecated[hit.row], hit.row))
    return found[:k]


def _score(wanted: str, name: str) -> float:
    if not wanted:
        return 0.0
    if name == wanted:
        return _WHOLE
    # A longer name is less likely the one that was meant.
    longer = min(len(name), 200) / 2000
    if name.startswith(wanted):
        return _BEGINNING - longer
    parts = name.split()
    within = all(any(part.startswith(word) for part in parts) for word in wanted.split())
    return _WITHIN - longer if within else 0.0
