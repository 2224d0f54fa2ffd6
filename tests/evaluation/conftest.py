"""Suggestions made by hand, so that every figure of a report can be checked with pencil and paper."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from headword.core.corpus import Corpus, Document
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions

Row = Sequence[tuple[str, float]]


def suggest(names: Sequence[str], rows: Sequence[Row], threshold: float = 0.5) -> Suggestions:
    """Suggestions from (label, probability) pairs, best first; chosen from `threshold`; scores are logits."""
    space = LabelSpace(tuple(names))
    pairs = [pair for row in rows for pair in row]
    p = np.array([q for _, q in pairs], dtype=np.float32)
    return Suggestions(
        ids=tuple(str(i) for i in range(len(rows))),
        label_space=space,
        indptr=np.cumsum([0, *map(len, rows)]).astype(np.int64),
        columns=space.columns_of([label for label, _ in pairs]).astype(np.int32),
        scores=np.log(p / (1 - p)).astype(np.float32),
        probabilities=p,
        chosen=p >= threshold,
    )


def corpus_of(sets: Sequence[Sequence[str] | None]) -> Corpus:
    return Corpus.from_documents(
        Document(id=str(i), title=f"document {i}", labels=None if labels is None else tuple(labels))
        for i, labels in enumerate(sets)
    )


@pytest.fixture
def make_suggestions() -> Callable[..., Suggestions]:
    return suggest


@pytest.fixture
def make_corpus() -> Callable[..., Corpus]:
    return corpus_of


@pytest.fixture
def case() -> tuple[Suggestions, Corpus]:
    """Five documents, the last not annotated; `new` is a label the model lacks, and column order differs."""
    suggestions = suggest(
        ["zoology", "botany", "rare"],
        [
            [("botany", 0.9), ("zoology", 0.6), ("rare", 0.1)],
            [("zoology", 0.8), ("botany", 0.3)],
            [("botany", 0.7)],
            [],
            [("botany", 0.9)],
        ],
    )
    return suggestions, corpus_of([["botany"], ["zoology", "new"], ["zoology"], [], None])


@pytest.fixture
def training() -> dict:
    """Training counts for the labels of `case`: zoology, botany, rare."""
    return {"train_support": np.array([600, 90, 3]), "n_train": 700}
