"""What is odd about a corpus, and the command that puts it right."""

import unicodedata
from statistics import median
from typing import Any

import numpy as np

from headword.cleaning.duplicates import drop_duplicates
from headword.cleaning.labels import propose_merges
from headword.cleaning.near_duplicates import near_duplicate_groups
from headword.cleaning.pipeline import clean
from headword.core.corpus import Corpus

_SHOWN = 10
_RARE = 5
_CLEAN = "headword clean {data} -o cleaned.jsonl.gz"
# Count, what is counted, what is odd about it, and the remedy.
_CHECKS = (
    (
        "documents_without_text",
        "document",
        "with neither title nor abstract",
        "name columns with --title, --abstract",
    ),
    ("exact_duplicates", "document", "with the very text of another", f"{_CLEAN} --steps duplicates"),
    (
        "near_duplicates",
        "document",
        "with nearly the text of another: figures flatter where such a pair straddles parts",
        "headword split {data} -o split.jsonl.gz --near-duplicates",
    ),
    ("documents_with_leftovers", "document", "with leftovers of markup, LaTeX or control characters", _CLEAN),
    ("proposed_label_merges", "label", "like another, or like several in one", f"{_CLEAN} --apply-merges"),
    (
        "labels_with_one_document",
        "label",
        "with a single document: little to learn from",
        "headword train {data} -o model.hw --min-support 2",
    ),
)
_TEXT_STEPS = ("markup", "latex", "unicode")


def examine(corpus: Corpus, *, near_duplicates: bool = True) -> dict[str, Any]:
    """Return counts, the most frequent labels and the further fields of `corpus`, as plain data."""
    support = np.bincount(corpus.targets.indices, minlength=len(corpus.label_space))
    order = np.argsort(-support, kind="stable")[:_SHOWN]
    counts = {**_documents(corpus), **_labels(corpus, support), **_duplicates(corpus, near_duplicates)}
    if corpus.features is None:
        cleaned, _ = clean(corpus, _TEXT_STEPS)
        pairs = zip(corpus.texts(), cleaned.texts(), strict=True)
        counts["documents_with_leftovers"] = sum(_content(before) != _content(after) for before, after in pairs)
    return {
        "counts": counts,
        "most_frequent": [(corpus.label_space.names[c], int(support[c])) for c in order.tolist()],
        "fields": [_field(name, column) for name, column in corpus.fields.items()],
        "split": _split(corpus),
        "texts": corpus.features is None,
    }


def warnings_of(found: dict[str, Any], data: str) -> list[dict[str, str]]:
    """Return, for each thing that would harm training, the problem and the command that puts it right."""
    counts = {name: value or 0 for name, value in found["counts"].items()}
    warnings = []
    if not counts["annotated"]:
        warnings.append(("no document has labels", "name their column with --labels COLUMN"))
    if counts["labels"] == 1:
        warnings.append(("there is only one label: nothing to choose from", "name another column with --labels COLUMN"))
    for name, noun, problem, fix in _CHECKS:
        if counts.get(name):
            warnings.append((f"{_counted(counts[name], noun)} {problem}", fix.format(data=data)))
    if found["split"] is None and found["texts"]:
        fix = f"headword split {data} -o split.jsonl.gz --test 0.1 --valid 0.1 --by stratified"
        warnings.append(("no split field: what trains would also judge", fix))
    return [{"problem": problem, "fix": fix} for problem, fix in warnings]


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _content(text: str) -> list[str]:
    """Return what makes a text, so that blanks, line breaks and composed letters are no leftovers."""
    return unicodedata.normalize("NFC", text).split()


def _documents(corpus: Corpus) -> dict[str, Any]:
    words = [len(text.split()) for text in corpus.texts()]
    without = 0 if corpus.features is not None else sum(count == 0 for count in words)
    return {
        "documents": len(corpus),
        "annotated": int(corpus.annotated.sum()),
        "documents_without_text": without,
        "median_words": int(median(words)) if words else 0,
    }


def _labels(corpus: Corpus, support: np.ndarray) -> dict[str, Any]:
    per_document = np.diff(corpus.targets.indptr)[corpus.annotated]
    used = support[support > 0]
    return {
        "labels": len(used),
        "assignments": int(corpus.targets.nnz),
        "labels_per_document": float(per_document.mean()) if len(per_document) else 0.0,
        "most_labels_of_a_document": int(per_document.max(initial=0)),
        "median_documents_per_label": float(np.median(used)) if len(used) else 0.0,
        "labels_with_one_document": int((used == 1).sum()),
        f"labels_with_fewer_than_{_RARE}_documents": int((used < _RARE).sum()),
        "proposed_label_merges": len(propose_merges(corpus)),
    }


def _duplicates(corpus: Corpus, near: bool) -> dict[str, int | None]:
    if corpus.features is not None:
        return {"exact_duplicates": 0, "duplicates_that_disagree": 0, "near_duplicates": None}
    distinct, change = drop_duplicates(corpus)
    found = {
        "exact_duplicates": change.n_changed,
        "duplicates_that_disagree": int(change.details["groups_with_other_labels"]),
    }
    if not near:
        return {**found, "near_duplicates": None}
    return {**found, "near_duplicates": len(distinct) - len(np.unique(near_duplicate_groups(distinct)))}


def _field(name: str, column: tuple[Any, ...]) -> dict[str, Any]:
    present = [value for value in column if value is not None]
    return {
        "field": name,
        "n_docs": len(present),
        "n_values": len({str(value) for value in present}),
        "example": str(present[0])[:40] if present else "",
    }


def _split(corpus: Corpus) -> dict[str, int] | None:
    if "split" not in corpus.fields:
        return None
    values = [str(value) for value in corpus.fields["split"] if value is not None]
    return {value: values.count(value) for value in sorted(set(values))}
