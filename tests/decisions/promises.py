"""A world with known truth for promises: independent labels whose probabilities are right."""

import numpy as np

from headword.core.corpus import Corpus, Document
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions
from headword.decisions.judged import Judged

NAMES = tuple(f"label {i}" for i in range(8))


def drawn(
    n_docs: int, seed: int = 0, *, spread: float = 2.0, wrong: bool = False, n_listed: int = 8
) -> tuple[Suggestions, Corpus]:
    """Suggestions for documents, and the documents with labels drawn from the probabilities (or not from them)."""
    rng = np.random.default_rng(seed)
    logits = spread * rng.standard_normal((n_docs, len(NAMES))) - 1
    logits = -np.sort(-logits, axis=1)
    columns = np.argsort(rng.random(logits.shape), axis=1)
    p = (1 / (1 + np.exp(-logits))).astype(np.float32)
    truth = rng.random(p.shape) < (p * 0.7 if wrong else p)
    kept = (slice(None), slice(0, n_listed))
    found = Suggestions(
        ids=tuple(str(i) for i in range(n_docs)),
        label_space=LabelSpace(NAMES),
        indptr=(np.arange(n_docs + 1) * n_listed).astype(np.int64),
        columns=columns[kept].astype(np.int32).ravel(),
        scores=logits[kept].astype(np.float32).ravel(),
        probabilities=p[kept].ravel(),
        chosen=(p[kept] >= 0.4).ravel(),
    )
    corpus = Corpus.from_documents(
        (
            Document(str(i), labels=tuple(NAMES[c] for c in columns[i][truth[i]]), fields={"kind": "ab"[i % 3 == 0]})
            for i in range(n_docs)
        ),
        label_space=LabelSpace(NAMES),
    )
    return found, corpus


def judged(n_docs: int, seed: int = 0, **kwargs) -> Judged:  # type: ignore[no-untyped-def]
    return Judged.of(*drawn(n_docs, seed, **kwargs))


def recalls(inside: np.ndarray, world: Judged) -> np.ndarray:
    """Share of each document's right labels in its set; 1 without right labels."""
    n_true = np.bincount(world.true_documents, minlength=len(world))
    hits = np.bincount(world.documents, weights=inside * world.right, minlength=len(world))
    return np.where(n_true > 0, hits / np.maximum(n_true, 1), 1.0)
