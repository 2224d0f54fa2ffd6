"""Scores to probabilities to chosen labels. The table of decision policies: name -> maker."""

from headword.core.registry import Registry

__all__ = ["DECISIONS"]

DECISIONS = Registry(
    "decision policy",
    {
        "micro-f1": "headword.decisions.policies:micro_f1",
        "per-label": "headword.decisions.policies:per_label",
        "top-k": "headword.decisions.policies:TopK",
        "fixed": "headword.decisions.policies:fixed",
        "expected-f1": "headword.decisions.policies:ExpectedF1",
    },
)
