"""What the fusion made of the members: whose opinion moved the log odds, and how far a score would move them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from headword.decisions.candidate_kernels import MEMBER_FEATURES
from headword.decisions.candidates import Candidates
from headword.decisions.ensemble import Ensemble
from headword.text.features import Features


class Opinions:
    """One document's candidates as the fusion sees them.

    Parameters
    ----------
    ensemble
        The members, the stack and the fusion.
    features
        One document.
    columns
        int (k,), the labels that are asked for. One that is no candidate is looked at as if it were one.
    """

    def __init__(self, ensemble: Ensemble, features: Features, columns: np.ndarray) -> None:
        self._ensemble = ensemble
        self._features = features
        self._columns = columns

    @cached_property
    def candidates(self) -> Candidates:
        """The document's candidates with all members' scores, the stack's last."""
        found = self._ensemble.candidates(self._features)
        if np.isin(self._columns, found.columns).all():
            return found
        columns = np.union1d(found.columns, self._columns).astype(np.int32)
        scores = [scorer.score(self._features, n_threads=1)[0, columns] for scorer in self._ensemble.scorers.values()]
        values = np.stack(scores, axis=1).astype(np.float32)
        return self._stacked(Candidates(np.array([0, len(columns)]), columns, values, found.n_labels))

    def _stacked(self, found: Candidates) -> Candidates:
        stack = self._ensemble.stack
        return found if stack is None else found.with_member(stack.score(found, n_threads=1))

    @cached_property
    def _places(self) -> np.ndarray:
        return np.searchsorted(self.candidates.columns, self._columns)

    def shapley(self) -> tuple[np.ndarray, np.ndarray]:
        """Return (log odds without any member float64 (k,), what each member added float64 (n_members, k)).

        All of them sum to the fused log odds. The values are exact Shapley values of the game in which a member that
        stays away shows the mean features of the pairs that the fusion was fitted on, and the consensus is that of the
        scores shown; the stack is a member of its own, and keeps its score whoever stays away. The label's prior and
        the number of candidates are always there. Takes 2^n_members evaluations a label.

        References
        ----------
        Shapley, A value for n-person games, 1953.
        """
        fusion, found = self._ensemble.fusion, self.candidates
        present = found.features(fusion.log_prior, fusion.scales, n_threads=1)[self._places]
        absent = np.mean([model.mean for model in fusion.models], axis=0)
        n = found.values.shape[1]
        inside = np.arange(1 << n)[:, None] >> np.arange(n) & 1 == 1
        shown = np.ones((1 << n, len(absent)), dtype=bool)
        shown[:, : MEMBER_FEATURES * n] = np.repeat(inside, MEMBER_FEATURES, axis=1)
        games = np.where(shown[:, None], present, absent).astype(np.float32).reshape(-1, len(absent))
        games[:, -2:] = fusion.scales.consensus(np.ascontiguousarray(games[:, : MEMBER_FEATURES * n : MEMBER_FEATURES]))
        worth = fusion.of_features(games, np.tile(self._columns, 1 << n)).astype(np.float64)
        worth = worth.reshape(1 << n, len(self._columns))
        return worth[0], shapley_values(inside, worth)

    def slopes(self, scorers: Sequence[int], falls: np.ndarray) -> np.ndarray:
        """Return how far the log odds fall a unit when a scorer's score of one label falls, float64 (n, k).

        Parameters
        ----------
        scorers
            The places of n scorers among the members.
        falls
            float64 (n, k), above 0: how far the score falls. The stack follows; other labels stay where they are.
        """
        found, at, each = self.candidates, self._places, np.arange(len(self._columns))
        values = np.tile(found.values, (len(scorers), len(each), 1, 1))
        for turn, member in enumerate(scorers):
            values[turn, each, at, member] -= falls[turn]
        variants = _repeated(found, values.reshape(-1, values.shape[-1]), len(scorers) * len(each))
        variants = self._stacked(variants.of_members(range(len(self._ensemble.scorers))))
        fusion = self._ensemble.fusion
        moved = fusion.logits(variants, n_threads=1).reshape(len(scorers), len(each), len(found.columns))
        return (fusion.logits(found, n_threads=1)[at] - moved[:, each, at]) / falls  # type: ignore[no-any-return]


def _repeated(found: Candidates, values: np.ndarray, times: int) -> Candidates:
    """Return the candidates of one document `times` over, with other scores."""
    size = len(found.columns)
    indptr = np.arange(times + 1, dtype=np.int64) * size
    return replace(found, indptr=indptr, columns=np.tile(found.columns, times), values=np.ascontiguousarray(values))


def shapley_values(inside: np.ndarray, worth: np.ndarray) -> np.ndarray:
    """Return float64 (n_players, k) from bool (2^n, n), who is in coalition i, and float64 (2^n, k), what it is worth.

    A player who joins s of n counts s! (n - s - 1)! / n!, the share of all orders in which those come first.
    """
    n = inside.shape[1]
    ways = np.array([1.0, *np.cumprod(np.arange(n, 0, -1) / np.arange(1, n + 1))])  # n over s
    size = inside.sum(axis=1)
    out = np.empty((n, worth.shape[1]))
    for player in range(n):
        without = np.flatnonzero(~inside[:, player])
        gained = worth[without | (1 << player)] - worth[without]
        shares = 1 / (ways[size[without]] * (n - size[without]))
        out[player] = shares @ gained
    return out
