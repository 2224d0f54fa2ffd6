"""A world whose probabilities are known, with label errors planted in it."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp


@dataclass(frozen=True, eq=False)
class World:
    """CSR matrices (n_docs, n_labels): probabilities, labels with errors, decisions, draws, and the errors."""

    probabilities: sp.csr_matrix
    targets: sp.csr_matrix
    chosen: sp.csr_matrix
    drawn: sp.csr_matrix
    wrong: sp.csr_matrix
    missing: sp.csr_matrix


def world(n_docs: int = 600, n_labels: int = 30, *, share: float = 0.05, seed: int = 0) -> World:
    """Labels by their own frequencies; calibrated probabilities; errors come and go by lot."""
    rng = np.random.default_rng(seed)
    prior = np.clip(2 / (np.arange(n_labels) + 4), 0.02, 0.3)
    noise = rng.normal(0, 2.5, (n_docs, n_labels))
    p = 1 / (1 + np.exp(-(np.log(prior / (1 - prior)) * 1.6 + noise)))
    y = rng.random(p.shape) < p
    y[np.arange(n_docs), p.argmax(axis=1)] = True
    n = round(share * y.sum())
    noisy = y.copy()
    several = np.flatnonzero((y & (y.sum(axis=1, keepdims=True) > 1)).ravel())
    gone = rng.choice(several, n, replace=False)
    come = rng.choice(np.flatnonzero(~y.ravel()), n, replace=False)
    noisy.ravel()[gone], noisy.ravel()[come] = False, True
    drawn = np.zeros_like(y)
    drawn[np.repeat(np.arange(n_docs), 3), rng.integers(0, n_labels, 3 * n_docs)] = True
    errors = [np.zeros(y.size, dtype=bool) for _ in range(2)]
    errors[0][come], errors[1][gone] = True, True
    stored = np.where(p > 0.003, p, 0).astype(np.float32)
    flags = [noisy, p > 0.4, drawn & ~noisy, *(one.reshape(y.shape) for one in errors)]
    return World(sp.csr_matrix(stored), *(sp.csr_matrix(one.astype(np.float32)) for one in flags))
