"""From suggestions and truth to a report."""

from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from headword.core.corpus import Corpus
from headword.core.scores import Suggestions
from headword.evaluation.align import Aligned, align
from headword.evaluation.baselines import baselines, typical_cardinality
from headword.evaluation.frequency import FREQUENCY_BOUNDS, by_frequency, unseen_labels
from headword.evaluation.measure import intervals, measurements, values
from headword.evaluation.report import Report
from headword.metrics.propensity import JAIN_A, JAIN_B, inverse_propensities


class Evaluable(Protocol):
    """Whatever can judge itself on a corpus, such as a fitted tagger."""

    def evaluate(self, corpus: Corpus) -> Report:
        """Return the report on the annotated documents of `corpus`."""


def evaluate(tagger: Evaluable, corpus: Corpus) -> Report:
    """Return the report of a fitted `tagger` on the annotated documents of `corpus`."""
    return tagger.evaluate(corpus)


def evaluate_suggestions(
    suggestions: Suggestions,
    corpus: Corpus,
    *,
    train_support: np.ndarray,
    n_train: int,
    n_bootstrap: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
    propensity: tuple[float, float] = (JAIN_A, JAIN_B),
    frequency_bounds: tuple[int, int] = FREQUENCY_BOUNDS,
) -> Report:
    """Judge suggestions by the labels their documents have.

    Documents that are not annotated are left out and counted. The figures are over the model's labels and those that
    only the corpus has: a label that training never saw counts as missed, everywhere.

    Parameters
    ----------
    suggestions
        For the documents of `corpus`, in its order.
    corpus
        Its label space may differ from the suggestions'.
    train_support
        int (n_model_labels,), training documents of each label of the suggestions' label space.
    n_train
        Training documents.
    n_bootstrap
        Resamples behind the intervals; 0 for no intervals.
    confidence
        Of the intervals, in (0, 1).
    propensity
        The constants (A, B) of the propensity model.
    frequency_bounds
        Labels with more training documents than the second are head, with fewer than the first tail.

    Raises
    ------
    DataError
        If documents differ, none is annotated, or a parameter is out of range.
    LabelSpaceError
        If `train_support` does not fit the suggestions' label space.
    """
    aligned = align(suggestions, corpus, train_support=train_support, n_train=n_train)
    return _report(aligned, _Parameters(n_bootstrap, seed, confidence, propensity, frequency_bounds))


def measure_suggestions(
    suggestions: Suggestions, corpus: Corpus, *, train_support: np.ndarray, n_train: int
) -> dict[str, float]:
    """Return the metrics of `evaluate_suggestions` alone: no intervals, baselines or tables."""
    aligned = align(suggestions, corpus, train_support=train_support, n_train=n_train)
    weights = inverse_propensities(aligned.train_support, aligned.n_train)
    return values(measurements(aligned.y_true, aligned.predictions, weights))


@dataclass(frozen=True)
class _Parameters:
    n_bootstrap: int
    seed: int
    confidence: float
    propensity: tuple[float, float]
    frequency_bounds: tuple[int, int]


def _report(aligned: Aligned, given: _Parameters) -> Report:
    weights = inverse_propensities(aligned.train_support, aligned.n_train, a=given.propensity[0], b=given.propensity[1])
    groups = measurements(aligned.y_true, aligned.predictions, weights)
    found = intervals(
        groups,
        n_labels=len(aligned.label_space),
        n_bootstrap=given.n_bootstrap,
        seed=given.seed,
        confidence=given.confidence,
    )
    return Report(
        metrics=values(groups),
        intervals=found,
        baselines={
            name: values(measurements(aligned.y_true, predictions, weights))
            for name, predictions in baselines(aligned).items()
        },
        by_frequency=by_frequency(aligned, given.frequency_bounds),
        unseen_labels=unseen_labels(aligned),
        labels_per_document={
            "true": aligned.y_true.nnz / len(aligned.ids),
            "chosen": aligned.predictions.y_pred.nnz / len(aligned.ids),
        },
        conventions={**asdict(given), **_conventions(aligned)},
        aligned=aligned,
    )


def _conventions(aligned: Aligned) -> dict[str, Any]:
    k = typical_cardinality(aligned.train_support, aligned.n_train)
    return {
        "label_space": "the labels of the model, then those that only the evaluated documents have",
        "unseen_labels": "labels without training documents stay in every figure; what is not chosen is missed",
        "rank_ties": "p, r, ndcg, psp: by column order; lrap, coverage_error: the worst rank of the tie",
        "without_labels": "documents without labels count in p@k and are left out of r@k and ndcg@k",
        "macro": "mean over labels with at least one evaluated document; macro_f1_all: over all labels",
        "zero_division": "0",
        "ece": "each document's 10 best suggestions, 15 bins of equal mass",
        "brier": "mean over all (document, label) pairs",
        "intervals": "percentiles of resamples of the documents, centred on the value",
        "predict_nothing": "no label is suggested",
        "most_frequent_labels": f"the {k} most frequent training labels for every document, with probability 1",
        "label_prior": "the 100 most frequent training labels with their share as probability, chosen from one half",
    }
