"""Scores that all measurements of trust share: each tagger is fitted once and its scores are kept in a folder."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from benchmarks import corpora
from benchmarks.protocol import Benchmark, Part, load

CORPORA = ("arxiv-mixed", "arxiv-cs", "reuters21578", "nasa-cmr")
PARTS = ("held", "valid", "test")
SYSTEMS = ("headword", "linear", "sklearn-logistic", "sklearn-svc")
KEPT = 100


def default_cache() -> Path:
    """Return the folder of kept scores: $HEADWORD_TRUST_CACHE, else one in the user's cache."""
    return Path(os.environ.get("HEADWORD_TRUST_CACHE") or Path.home() / ".cache" / "headword-trust")


@dataclass(frozen=True, eq=False)
class Scored:
    """One system's scores of one corpus.

    Attributes
    ----------
    scores
        By part: CSR (n_docs, n_labels) over the benchmark's labels. Log odds for headword and both of scikit-learn's
        logistic models, margins for the others; absent means -inf.
    truth
        By part: CSR (n_docs, n_labels) of ones.
    support
        int64 (n_labels,): training documents of each label.
    ids, lengths
        By part: the documents' names, and the letters of their texts.
    fold
        int64: the fold of each held-out training document; empty for other systems than headword.
    thresholds
        float32 (n_labels,): the probability from which headword chooses a label; 2 where there is none.
    """

    scores: dict[str, sp.csr_matrix]
    truth: dict[str, sp.csr_matrix]
    support: np.ndarray
    ids: dict[str, np.ndarray]
    lengths: dict[str, np.ndarray]
    fold: np.ndarray
    thresholds: np.ndarray


def scored(corpus: str, system: str, data: Path, cache: Path) -> Scored:
    """Return the scores of `system` on `corpus`, computed now unless they are in the folder `cache`."""
    file = cache / f"{corpus}.{system}.npz"
    if not file.is_file():
        benchmark = load(corpora.find(data, [corpus])[corpus])
        cache.mkdir(parents=True, exist_ok=True)
        if system in ("headword", "linear"):
            made = _headword(benchmark, cache, corpus)
        else:
            made = {system: _sklearn(benchmark, system)}
        for name, arrays in made.items():
            np.savez_compressed(cache / f"{corpus}.{name}.npz", **arrays)
    with np.load(file, allow_pickle=False) as found:
        return _rebuilt({name: found[name] for name in found.files})


def _headword(benchmark: Benchmark, cache: Path, corpus: str) -> dict[str, dict[str, Any]]:
    """Fit the default recipe; return its scores, and those of its linear scorer of words alone."""
    from benchmarks.systems import Headword

    system = Headword("default", 1)
    system.load()
    system.fit(benchmark)
    tagger = system.tagger
    tagger.save(cache / f"{corpus}.hw")
    place = {label: column for column, label in enumerate(benchmark.labels)}
    columns = np.array([place[name] for name in tagger.label_space.names], dtype=np.int32)
    held, width = tagger.held, len(benchmark.labels)
    where = {doc: row for row, doc in enumerate(benchmark.train.ids)}
    rows = np.array([where[doc] for doc in held.corpus.ids])
    parts = {"held": _rows(benchmark.train, rows), "valid": benchmark.valid, "test": benchmark.test}
    ours, linear = _described(benchmark, parts), _described(benchmark, {n: parts[n] for n in ("valid", "test")})
    thresholds = np.full(width, 2.0, dtype=np.float32)
    thresholds[columns] = tagger.ensemble.policy.thresholds
    ours |= {"fold": held.fold, "thresholds": thresholds} | _matrix(
        "held", _moved(held.suggestions.score_matrix(), columns, width)
    )
    for name in ("valid", "test"):
        ours |= _matrix(name, _moved(system.predict(parts[name]).score_matrix(), columns, width))
        found = [_words(tagger, parts[name], start, columns, width) for start in range(0, len(parts[name]), 1000)]
        linear |= _matrix(name, sp.vstack(found, format="csr"))
    return {"headword": ours, "linear": linear}


def _words(tagger: Any, part: Part, start: int, columns: np.ndarray, width: int) -> sp.csr_matrix:
    from benchmarks.systems import _best, _documents
    from headword.core.corpus import Corpus

    stop = min(start + 1000, len(part))
    some = Corpus.of(_documents(_rows(part, np.arange(start, stop))))
    features = tagger.extractor.transform(some, n_threads=1)
    return _best(tagger.ensemble.scorers["words"].score(features, n_threads=1), columns, width)


def _sklearn(benchmark: Benchmark, system: str) -> dict[str, Any]:
    """Fit one-vs-rest logistic regressions or SVCs on tf-idf of words and word pairs; return their margins."""
    import warnings

    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.svm import LinearSVC

    from benchmarks.systems import _best

    warnings.filterwarnings("ignore", module="sklearn")
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, dtype=np.float32)
    known = np.flatnonzero(benchmark.train_support).astype(np.int32)
    estimator = LinearSVC(C=1.0) if system == "sklearn-svc" else LogisticRegression(C=10.0, solver="liblinear")
    model = OneVsRestClassifier(estimator)
    model.fit(words.fit_transform(benchmark.train.texts()), benchmark.train.targets[:, known])
    parts = {"valid": benchmark.valid, "test": benchmark.test}
    out = _described(benchmark, parts)
    for name, part in parts.items():
        features = words.transform(part.texts())
        dense = [model.decision_function(features[i : i + 1000]) for i in range(0, len(part), 1000)]
        width = len(benchmark.labels)
        out |= _matrix(name, _best(np.vstack(dense).astype(np.float32), known, width))
    return out


def _rows(part: Part, rows: np.ndarray) -> Part:
    def some(values: Sequence[str]) -> list[str]:
        return [values[i] for i in rows.tolist()]

    return Part(some(part.ids), some(part.titles), some(part.abstracts), part.targets[rows])


def _described(benchmark: Benchmark, parts: dict[str, Part]) -> dict[str, Any]:
    out: dict[str, Any] = {"support": benchmark.train_support, "fold": np.zeros(0, np.int64)}
    for name, part in parts.items():
        out[f"{name}.ids"] = np.array(part.ids)
        out[f"{name}.lengths"] = np.array([len(text) for text in part.texts()])
        out |= _matrix(f"{name}.truth", part.targets)
    return out


def _matrix(name: str, matrix: sp.csr_matrix) -> dict[str, Any]:
    return {
        f"{name}.data": matrix.data.astype(np.float32),
        f"{name}.indices": matrix.indices.astype(np.int32),
        f"{name}.indptr": matrix.indptr.astype(np.int64),
    }


def _rebuilt(arrays: dict[str, Any]) -> Scored:
    parts = [name for name in PARTS if f"{name}.ids" in arrays]

    def matrix(name: str) -> sp.csr_matrix:
        data, indices, indptr = (arrays[f"{name}.{one}"] for one in ("data", "indices", "indptr"))
        return sp.csr_matrix((data, indices, indptr), shape=(len(indptr) - 1, len(arrays["support"])))

    return Scored(
        scores={name: matrix(name) for name in parts},
        truth={name: matrix(f"{name}.truth") for name in parts},
        support=arrays["support"],
        ids={name: arrays[f"{name}.ids"] for name in parts},
        lengths={name: arrays[f"{name}.lengths"] for name in parts},
        fold=arrays["fold"],
        thresholds=arrays.get("thresholds", np.full(len(arrays["support"]), 2.0, dtype=np.float32)),
    )


def _moved(matrix: sp.csr_matrix, columns: np.ndarray, width: int) -> sp.csr_matrix:
    moved = sp.csr_matrix((matrix.data, columns[matrix.indices], matrix.indptr), shape=(matrix.shape[0], width))
    moved.sort_indices()
    return moved
