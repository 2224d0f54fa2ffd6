"""HeadwordClassifier: a tagger as a scikit-learn estimator."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from typing import Any, Self

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus, Document
from headword.core.errors import HeadwordError, MissingExtraError
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions
from headword.recipes.reader import Recipe
from headword.tagger import Tagger

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets, type_of_target
    from sklearn.utils.validation import check_array, check_consistent_length, check_is_fitted, column_or_1d
    from sklearn.utils.validation import validate_data as validated
except ModuleNotFoundError as error:
    raise MissingExtraError(
        f"the scikit-learn classifier needs {error.name}; install it with: pip install 'headword[sklearn]'"
    ) from error

__all__ = ["HeadwordClassifier"]

_FLOOR = -20.0
_LABEL_SETS, _INDICATOR, _CLASSES = "label sets", "indicator", "classes"


class HeadwordClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Learns labels of texts, or of rows of numbers, as any scikit-learn classifier does.

    Parameters
    ----------
    recipe
        A recipe's name, a TOML file, or a Recipe.
    random_state
        The seed: an int, a RandomState, or None for a random one.
    n_threads
        Threads to use; None: all processors. The result does not depend on it.

    Attributes
    ----------
    tagger_
        The fitted Tagger, for `explain`, `save` and `evaluate`.
    classes_
        (n_labels,): the classes, the label names, or for an indicator matrix the numbers of its columns.
    n_features_in_, feature_names_in_
        Of rows of numbers only.

    Examples
    --------
    >>> from headword.demo.corpus import demo_corpus
    >>> corpus = demo_corpus()
    >>> model = HeadwordClassifier("fast").fit(corpus.texts(), corpus.label_sets())
    >>> "Oceanography" in model.predict(["Surface currents of the ocean from satellite altimetry"])[0]
    True
    """

    _of_texts: bool

    def __init__(
        self,
        recipe: str | PathLike[str] | Recipe = "default",
        *,
        random_state: Any = 0,
        n_threads: int | None = None,
    ) -> None:
        self.recipe = recipe
        self.random_state = random_state
        self.n_threads = n_threads

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.string = True
        tags.target_tags.multi_output = True
        tags.classifier_tags.multi_label = True
        return tags

    def fit(self, X: Any, y: Any) -> Self:
        """Learn.

        Parameters
        ----------
        X
            Texts or Documents (n_docs,), or numbers (n_docs, n_features), dense or sparse.
        y
            Label sets, one a document; a 0/1 matrix (n_docs, n_labels), dense or sparse; or one class a document.

        Raises
        ------
        ValueError
            If there are fewer than 6 documents or 2 classes, or X or y are not of such a kind.
        """
        if y is None:
            raise ValueError("HeadwordClassifier requires y to be passed, but the target y is None")
        documents = self._documents(X, reset=True)
        targets = self._targets(y)
        check_consistent_length(documents[0], targets)
        # Labels without a document stay outside, in the order given, so that they change nothing.
        used = np.unique(targets.indices)
        names = _names(self.classes_)
        corpus = _corpus(documents, targets[:, used], LabelSpace(tuple(names[column] for column in used)))
        with _value_errors():
            self.tagger_ = Tagger(self.recipe, seed=_seed(self.random_state), n_threads=self.n_threads).fit(corpus)
        self._columns = used
        return self

    def predict(self, X: Any) -> Any:
        """Return the chosen labels in the form that y had: label sets, a 0/1 matrix, or one class a document."""
        found = self._suggestions(X)
        if self._y_kind == _CLASSES:
            return self.classes_[self._scores(found).argmax(axis=1)]
        chosen = self._wide(found.chosen_matrix())
        if self._y_kind == _LABEL_SETS:
            bounds = chosen.indptr
            return [
                tuple(self.classes_[sorted(chosen.indices[bounds[i] : bounds[i + 1]])]) for i in range(chosen.shape[0])
            ]
        chosen = chosen.astype(self._y_dtype)
        return chosen.toarray() if self._y_container is None else self._y_container(chosen)

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return probabilities, float64 (n_docs, n_labels).

        Each label's own, in (0, 1), where a document may have several; with one class a document, rows sum to 1.
        """
        scores = self._scores(self._suggestions(X))
        believed: np.ndarray = 1 / (1 + np.exp(-scores))
        return believed / believed.sum(axis=1, keepdims=True) if self._y_kind == _CLASSES else believed

    def decision_function(self, X: Any) -> np.ndarray:
        """Return scores, float64 (n_docs, n_labels), or (n_docs,) for two classes, positive for the second.

        Where a document may have several labels: log odds less those of the label's threshold, so that labels above 0
        are the chosen ones (if the recipe decides by thresholds; else plain log odds).
        """
        scores = self._scores(self._suggestions(X))
        if self._y_kind == _CLASSES:
            if len(self.classes_) > 2:
                return scores
            # The logarithm of the ratio of both probabilities.
            return np.logaddexp(0, -scores[:, 0]) - np.logaddexp(0, -scores[:, 1])  # type: ignore[no-any-return]
        thresholds = getattr(self.tagger_.ensemble.policy, "thresholds", None)
        if thresholds is not None:
            cut = np.clip(thresholds.astype(np.float64), 1e-9, 1 - 1e-9)
            scores[:, self._columns] -= np.log(cut / (1 - cut))
        return scores

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the share of documents whose labels are all right and complete."""
        if self._y_kind != _LABEL_SETS:
            return float(super().score(X, y, sample_weight))
        right = [set(given) == set(found) for given, found in zip(y, self.predict(X), strict=True)]
        return float(np.average(right, weights=sample_weight))

    def _documents(self, X: Any, *, reset: bool) -> Any:
        """Return (titles, texts), or (numbers,): a CSR matrix."""
        items = _texts(X)
        if not reset and (items is not None) != self._of_texts:
            raise ValueError(f"fitted on {'texts' if self._of_texts else 'numbers'}, found the other")
        if reset:
            self._of_texts = items is not None
        if items is None:
            numbers = validated(self, X, accept_sparse="csr", dtype=np.float32, reset=reset)
            return (sp.csr_matrix(numbers),)
        if reset:
            for stale in ("n_features_in_", "feature_names_in_"):
                self.__dict__.pop(stale, None)
        documents = [one if isinstance(one, Document) else Document("", abstract=one) for one in items]
        return [one.title for one in documents], [one.abstract for one in documents]

    def _targets(self, y: Any) -> sp.csr_matrix:
        """Set what is to be known of y, and return it as CSR (n_docs, n_labels)."""
        self._y_container = type(y) if sp.issparse(y) else None
        sets = None if sp.issparse(y) else _label_sets(y)
        if sets is not None:
            space = LabelSpace.from_sets(sets)
            self._y_kind, self._y_dtype, self.classes_ = _LABEL_SETS, None, np.array(space.names, dtype=object)
            return space.encode(sets)
        y = check_array(y, accept_sparse="csr", ensure_2d=False, dtype=None, input_name="y")
        if not sp.issparse(y) and (y.ndim == 1 or y.shape[1] == 1):
            y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        if type_of_target(y) == "multilabel-indicator":
            self._y_kind, self._y_dtype, self.classes_ = _INDICATOR, y.dtype, np.arange(y.shape[1])
            targets = sp.csr_matrix(y).astype(np.float32)
            targets.eliminate_zeros()
            return targets
        if y.ndim > 1:
            raise ValueError(
                f"y of type {type_of_target(y)!r} is not supported: give label sets, a 0/1 matrix or 1-d y"
            )
        self._y_kind, self._y_dtype = _CLASSES, y.dtype
        self.classes_, columns = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("HeadwordClassifier needs samples of at least 2 classes, found 1 class")
        rows = np.arange(len(y) + 1)
        return sp.csr_matrix((np.ones(len(y), np.float32), columns, rows), shape=(len(y), len(self.classes_)))

    def _suggestions(self, X: Any) -> Suggestions:
        check_is_fitted(self, "tagger_")
        documents = self._documents(X, reset=False)
        n_docs = documents[0].shape[0] if len(documents) == 1 else len(documents[0])
        space = self.tagger_.label_space
        with _value_errors():
            return self.tagger_.suggest(_corpus(documents, sp.csr_matrix((n_docs, len(space))), space))

    def _wide(self, matrix: sp.csr_matrix) -> sp.csr_matrix:
        """Return a matrix over the tagger's labels as one over `classes_`: the tagger knows only labels in use."""
        shape = (matrix.shape[0], len(self.classes_))
        return sp.csr_matrix((matrix.data, self._columns[matrix.indices], matrix.indptr), shape=shape)

    def _scores(self, found: Suggestions) -> np.ndarray:
        """Return log odds, float64 (n_docs, n_labels); what was not even a candidate stands below all that was."""
        out = np.empty((len(found), len(self.classes_)))
        for row in range(len(found)):
            span = slice(found.indptr[row], found.indptr[row + 1])
            out[row] = min(_FLOOR, float(found.scores[span].min(initial=0)) - 1)
            out[row, self._columns[found.columns[span]]] = found.scores[span]
        return out


def _texts(X: Any) -> list[Any] | None:
    """Return the texts or Documents that X holds, or None if it holds something else."""
    if isinstance(X, str):
        raise ValueError("X is one text; give a sequence of texts, [text]")
    if sp.issparse(X) or getattr(X, "ndim", 1) != 1 or not hasattr(X, "__iter__"):
        return None
    items = list(X)
    return items if items and all(isinstance(one, str | Document) for one in items) else None


def _label_sets(y: Any) -> list[tuple[str, ...]] | None:
    """Return the label sets that y holds, or None if it holds something else."""
    if getattr(y, "ndim", 1) != 1 or not hasattr(y, "__iter__"):
        return None
    sets = list(y)
    if not any(isinstance(one, set | frozenset | list | tuple) for one in sets):
        return None
    if not all(isinstance(one, set | frozenset | list | tuple) for one in sets):
        raise ValueError("y mixes label sets with other things; a document without labels has an empty set")
    if any(not isinstance(label, str) for one in sets for label in one):
        return None
    return [tuple(one) for one in sets]


def _names(classes: np.ndarray) -> tuple[str, ...]:
    """Return distinct names for the label space."""
    names = tuple(str(one) for one in classes.tolist())
    return names if all(names) and len(set(names)) == len(names) else tuple(f"class {i}" for i in range(len(names)))


def _corpus(documents: Any, targets: sp.csr_matrix, space: LabelSpace) -> Corpus:
    n_docs = targets.shape[0]
    titles, texts = documents if len(documents) == 2 else ([""] * n_docs, [""] * n_docs)
    return Corpus(
        ids=tuple(str(i) for i in range(n_docs)),
        titles=tuple(titles),
        abstracts=tuple(texts),
        targets=targets.sorted_indices(),
        label_space=space,
        annotated=np.ones(n_docs, dtype=bool),
        features=documents[0] if len(documents) == 1 else None,
    )


def _seed(random_state: Any) -> int:
    if isinstance(random_state, int | np.integer):
        return int(random_state)
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))


@contextmanager
def _value_errors() -> Iterator[None]:
    """Raise what scikit-learn expects of an estimator."""
    try:
        yield
    except HeadwordError as error:
        raise ValueError(str(error)) from error
