"""Synthetic out-of-fold scores with a known truth behind them."""

from dataclasses import dataclass

import numpy as np
import pytest
import scipy.sparse as sp

from headword.decisions.candidates import Candidates


@dataclass(frozen=True)
class Scored:
    """Members' scores of all labels (n_members, n_docs, n_labels), true log odds, and labels drawn from them."""

    scores: np.ndarray
    log_odds: np.ndarray
    truth: np.ndarray

    @property
    def targets(self) -> sp.csr_matrix:
        return sp.csr_matrix(self.truth.astype(np.float32))

    @property
    def candidates(self) -> Candidates:
        return Candidates.select(self.scores, self.truth.shape[1])

    @property
    def fold(self) -> np.ndarray:
        return np.arange(len(self.truth)) % 3

    @property
    def log_prior(self) -> np.ndarray:
        support = self.truth.sum(axis=0)
        return np.log((support + 0.5) / (len(self.truth) - support + 0.5)).astype(np.float32)


def draw(n_docs: int, noises: tuple[float, ...], n_labels: int = 15, seed: int = 0, signal: float = 2.5) -> Scored:
    """Labels drawn from log odds; each member sees them through its own noise (inf: sees nothing)."""
    rng = np.random.default_rng(seed)
    log_odds = signal * rng.standard_normal((n_docs, n_labels)) - 2.5 + rng.standard_normal(n_labels)
    truth = rng.random(log_odds.shape) < 1 / (1 + np.exp(-log_odds))
    members = [
        rng.standard_normal(log_odds.shape)
        if np.isinf(noise)
        else log_odds + noise * rng.standard_normal(log_odds.shape)
        for noise in noises
    ]
    return Scored(np.stack(members).astype(np.float32), log_odds, truth)


@pytest.fixture(scope="session")
def scored() -> Scored:
    return draw(300, (1.0, 2.0))
