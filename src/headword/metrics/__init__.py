"""Metrics: pure functions on sparse arrays. The table says what exists, what each reads, and which way is better."""

from headword.core.registry import Registry

_SCORES = {
    "p@k": "headword.metrics.ranking:precision_at_k",
    "r@k": "headword.metrics.ranking:recall_at_k",
    "ndcg@k": "headword.metrics.ranking:ndcg_at_k",
    "psp@k": "headword.metrics.propensity:psp_at_k",
    "lrap": "headword.metrics.tied_ranks:lrap",
    "coverage_error": "headword.metrics.tied_ranks:coverage_error",
}
_DECISIONS = {
    "micro_precision": "headword.metrics.micro:micro_precision",
    "micro_recall": "headword.metrics.micro:micro_recall",
    "micro_f1": "headword.metrics.micro:micro_f1",
    "macro_precision": "headword.metrics.macro:macro_precision",
    "macro_recall": "headword.metrics.macro:macro_recall",
    "macro_f1": "headword.metrics.macro:macro_f1",
    "macro_f1_all": "headword.metrics.macro:macro_f1_all",
    "weighted_precision": "headword.metrics.macro:weighted_precision",
    "weighted_recall": "headword.metrics.macro:weighted_recall",
    "weighted_f1": "headword.metrics.macro:weighted_f1",
    "samples_precision": "headword.metrics.samples:samples_precision",
    "samples_recall": "headword.metrics.samples:samples_recall",
    "samples_f1": "headword.metrics.samples:samples_f1",
    "jaccard": "headword.metrics.samples:jaccard",
    "hamming": "headword.metrics.samples:hamming",
    "subset_accuracy": "headword.metrics.samples:subset_accuracy",
}
_PROBABILITIES = {
    "ece": "headword.metrics.calibration:expected_calibration_error",
    "brier": "headword.metrics.calibration:brier",
}

METRICS = Registry("metric", {**_SCORES, **_DECISIONS, **_PROBABILITIES})
"""Each row is a function `(y_true, second, ...) -> float`; CONSUMES names the second argument."""

CONSUMES = {
    **dict.fromkeys(_SCORES, "y_score"),
    **dict.fromkeys(_DECISIONS, "y_pred"),
    **dict.fromkeys(_PROBABILITIES, "y_prob"),
}

LOWER_IS_BETTER = frozenset({"coverage_error", "hamming", "ece", "brier"})
