"""Evaluation: how good suggestions are on documents whose labels are known."""

from headword.evaluation.evaluate import evaluate, evaluate_suggestions, measure_suggestions
from headword.evaluation.hierarchy import HierarchyReport, evaluate_hierarchy
from headword.evaluation.report import Report, ReportRow
from headword.evaluation.table import DocumentRow, LabelRow, write_table

__all__ = [
    "DocumentRow",
    "HierarchyReport",
    "LabelRow",
    "Report",
    "ReportRow",
    "evaluate",
    "evaluate_hierarchy",
    "evaluate_suggestions",
    "measure_suggestions",
    "write_table",
]
