"""Context: which of several concepts with one name is meant, by the labels that stand beside it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from headword.thesaurus.index import Hit

if TYPE_CHECKING:
    import scipy.sparse as sp

    from headword.thesaurus.thesaurus import Thesaurus

_CLEAR_MARGIN = 0.1


class Context:
    """How often labels that may mean broader concepts stand beside a label.

    Parameters
    ----------
    hits
        What each label may mean, the likeliest first.
    together
        CSR matrix (n_labels, n_labels): documents that carry both labels; None where nothing is known of documents.
    """

    def __init__(self, thesaurus: "Thesaurus", hits: Sequence[Sequence[Hit]], together: "sp.csr_matrix | None") -> None:
        self._thesaurus = thesaurus
        self._together = together
        self._labels_of: dict[int, list[int]] = defaultdict(list)
        for label, found in enumerate(hits):
            for hit in found:
                if hit.confidence == found[0].confidence:
                    self._labels_of[hit.row].append(label)

    def scores(self, label: int, rows: Sequence[int]) -> np.ndarray:
        """Return, for each row, the mean over its ancestors of the share of the label's documents that carry them."""
        if self._together is None:
            return np.zeros(len(rows))
        beside = self._together[label].toarray().ravel()
        own = max(beside[label], 1)
        found = []
        for row in rows:
            above = self._thesaurus.broader.reachable(row).tolist()
            shares = [max((beside[other] for other in self._labels_of[a]), default=0) / own for a in above]
            found.append(float(np.mean(shares)) if shares else 0.0)
        return np.array(found)

    def choose(self, label: int, rows: Sequence[int]) -> tuple[int | None, str, np.ndarray]:
        """Return the row that is meant (None if that cannot be told), what told it, and the scores.

        What tells is "context", a clear lead of one score, or "depth": only one of the rows is the least deep.
        """
        scores = self.scores(label, rows)
        first, second = np.sort(scores)[::-1][:2]
        depths = self._thesaurus.depths[list(rows)]
        if first - second >= _CLEAR_MARGIN and depths[scores.argmax()] > 0:
            return rows[int(scores.argmax())], "context", scores
        if (depths == depths.min()).sum() == 1:
            return rows[int(depths.argmin())], "depth", scores
        return None, "", scores
