"""The systems that run in this project's own environment. Each imports its library only when it is fitted."""

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import scipy.sparse as sp

from benchmarks.protocol import Benchmark, Part

if TYPE_CHECKING:
    from benchmarks.judge import Answers
    from headword.core.corpus import Document

KEPT = 100
DENSE_LABELS = 500


class System(Protocol):
    """What a worker runs."""

    def load(self) -> None:
        """Import what fitting needs."""

    def fit(self, benchmark: Benchmark) -> None:
        """Learn from the raw texts of the training part."""

    def predict(self, part: Part) -> Any:
        """Answer for all documents of a part, from their raw texts."""

    def one(self, title: str, abstract: str) -> Any:
        """Answer for one document."""

    def answers(self, benchmark: Benchmark, predicted: Any) -> "Answers":
        """Put what `predict` gave for the test part on the columns of the benchmark, and decide; not timed."""

    def save(self, folder: Path) -> None:
        """Write the model into an empty folder."""

    def settings(self) -> dict[str, Any]:
        """Return what it was run with."""


class Headword:
    """A tagger with one of headword's recipes; it sees the training part alone and decides for itself."""

    def __init__(self, recipe: str, n_threads: int, seed: int = 0) -> None:
        self.recipe, self.n_threads, self.seed = recipe, n_threads, seed

    def load(self) -> None:
        from headword.core.corpus import Corpus
        from headword.tagger import Tagger

        self.tagger, self.corpus = Tagger(self.recipe, seed=self.seed, n_threads=self.n_threads), Corpus

    def fit(self, benchmark: Benchmark) -> None:
        train = benchmark.train
        bounds, columns = train.targets.indptr, train.targets.indices
        sets = [[benchmark.labels[c] for c in columns[bounds[i] : bounds[i + 1]]] for i in range(len(train))]
        self.tagger.fit(self.corpus.from_documents(_documents(train, sets)))

    def predict(self, part: Part) -> Any:
        return self.tagger.suggest(_documents(part))

    def one(self, title: str, abstract: str) -> Any:
        from headword.core.corpus import Document

        return self.tagger.suggest(Document("1", title, abstract))

    def answers(self, benchmark: Benchmark, predicted: Any) -> "Answers":
        from benchmarks.judge import Answers

        place = {label: column for column, label in enumerate(benchmark.labels)}
        columns = np.array([place[name] for name in self.tagger.label_space.names], dtype=np.int32)
        width = len(benchmark.labels)
        return Answers(
            _moved(predicted.score_matrix(), columns, width),
            _moved(predicted.chosen_matrix(), columns, width),
            _moved(predicted.probability_matrix(), columns, width),
        )

    def save(self, folder: Path) -> None:
        self.tagger.save(folder / "model.hw")

    def settings(self) -> dict[str, Any]:
        return {"recipe": self.recipe, "seed": self.seed, "n_threads": self.n_threads, "decision": "its own"}


class OneVsRestSvc:
    """scikit-learn: tf-idf of words and word pairs, one LinearSVC a label, one threshold tuned on the valid part."""

    def __init__(self, n_threads: int) -> None:
        self.n_threads = n_threads

    def load(self) -> None:
        import warnings

        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.multiclass import OneVsRestClassifier
        from sklearn.svm import LinearSVC

        warnings.filterwarnings("ignore", module="sklearn")
        self.words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, dtype=np.float32)
        self.model = OneVsRestClassifier(LinearSVC(C=1.0), n_jobs=self.n_threads)

    def fit(self, benchmark: Benchmark) -> None:
        from joblib.externals.loky import get_reusable_executor  # type: ignore[import-untyped]

        self.width = len(benchmark.labels)
        # A label without training documents would get a constant score above all true negatives.
        self.columns = np.flatnonzero(benchmark.train_support).astype(np.int32)
        features = self.words.fit_transform(benchmark.train.texts())
        self.model.fit(features, benchmark.train.targets[:, self.columns])
        get_reusable_executor().shutdown(wait=True)  # only ended workers count in the CPU time of children

    def predict(self, part: Part) -> sp.csr_matrix:
        return self._scores(part.texts())

    def one(self, title: str, abstract: str) -> sp.csr_matrix:
        return self._scores([f"{title}\n{abstract}"])

    def answers(self, benchmark: Benchmark, predicted: Any) -> "Answers":
        from benchmarks.judge import Answers, above, best_threshold

        self.threshold = best_threshold(self.predict(benchmark.valid), benchmark.valid.targets)
        return Answers(predicted, above(predicted, self.threshold))

    def save(self, folder: Path) -> None:
        (folder / "model.pkl").write_bytes(pickle.dumps((self.words, self.model)))

    def settings(self) -> dict[str, Any]:
        return {
            "features": "tfidf 1-2 grams, sublinear, min_df 2",
            "estimator": "OneVsRest(LinearSVC(C=1))",
            "n_jobs": self.n_threads,
            "decision": "one threshold with the best micro-F1 on valid",
            "threshold": round(self.threshold, 5),
        }

    def _scores(self, texts: Sequence[str], batch: int = 2000) -> sp.csr_matrix:
        features = self.words.transform(texts)
        found = []
        for start in range(0, len(texts), batch):
            dense = self.model.decision_function(features[start : start + batch])
            found.append(_best(np.asarray(dense, dtype=np.float32), self.columns, self.width))
        return sp.vstack(found, format="csr")


def system(name: str, n_threads: int) -> System:
    """Return the system called `name`: headword-RECIPE or sklearn-ovr-linearsvc."""
    if name.startswith("headword-"):
        return Headword(name.removeprefix("headword-"), n_threads)
    if name == "sklearn-ovr-linearsvc":
        return OneVsRestSvc(n_threads)
    raise ValueError(f"no system {name!r} here; expected headword-RECIPE or sklearn-ovr-linearsvc")


def _documents(part: Part, sets: Sequence[Sequence[str]] | None = None) -> "list[Document]":
    from headword.core.corpus import Document

    return [
        Document(part.ids[i], part.titles[i], part.abstracts[i], None if sets is None else tuple(sets[i]))
        for i in range(len(part))
    ]


def _moved(matrix: sp.csr_matrix, columns: np.ndarray, width: int) -> sp.csr_matrix:
    moved = sp.csr_matrix((matrix.data, columns[matrix.indices], matrix.indptr), shape=(matrix.shape[0], width))
    moved.sort_indices()
    return moved


def _best(dense: np.ndarray, columns: np.ndarray, width: int) -> sp.csr_matrix:
    """Return scores as CSR over all labels: every one up to DENSE_LABELS labels, the KEPT best of a row above."""
    n_docs, n_known = dense.shape
    if width <= DENSE_LABELS:
        at = np.tile(np.arange(n_known), (n_docs, 1))
    else:
        at = np.sort(np.argpartition(-dense, min(KEPT, n_known) - 1, axis=1)[:, :KEPT], axis=1)
    data = np.take_along_axis(dense, at, axis=1)
    indptr = np.arange(n_docs + 1) * at.shape[1]
    return sp.csr_matrix((data.ravel(), columns[at.ravel()], indptr), shape=(n_docs, width))
