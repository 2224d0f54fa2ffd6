"""Guarantee: a promise about the set of labels a document gets, with all that is needed to keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from headword.core import stored
from headword.core.corpus import Corpus
from headword.core.errors import DataError, RecipeError
from headword.core.scores import Suggestions
from headword.decisions.conformal import expected_gain
from headword.decisions.label_sets import MOST_SETS, LabelSets, kept_sets

KINDS = ("recall", "precision", "labelset")
BY_LABEL = "label"
SPLITS = ("exact", "cross-fit")
OTHER = "\x00other"
DELTA = 0.05
_WORDS = {
    "recall": "on average at least {level:.1%} of {whose} right labels are in the set",
    "precision": "on average at least {level:.1%} of the labels in {whose} set are right, with confidence {sure:.0%}",
    "labelset": "the whole set of right labels of {whose} is among the label sets, with probability {level:.1%}",
}


def parse_goal(text: str) -> tuple[str, float]:
    """Return kind and level of a goal such as `recall=0.9`; a RecipeError if it is none."""
    kind, _, level = text.partition("=")
    try:
        value = float(level)
    except ValueError:
        value = 0.0
    if kind not in KINDS or not 0 < value < 1:
        raise RecipeError(f"a guarantee is recall=, precision= or labelset= a level in (0, 1), found {text!r}")
    return kind, value


@dataclass(frozen=True, eq=False)
class Guarantee:
    """A promise, and its threshold for each class of documents or labels.

    Attributes
    ----------
    kind, level
        One of KINDS, and the share promised.
    by
        None: one threshold for all. "label": one for each label with documents enough, and one for the others. Else a
        field: one for each of its values with documents enough, and one for the others.
    split
        "exact": made from documents that nothing was learnt from. "cross-fit": from training documents scored by
        models that did not see them, while a model refitted on all of them answers.
    n_docs
        Documents it was made from.
    groups
        The name of each class: labels or values of the field; the last is OTHER if there is one for the others.
    thresholds
        float32 (n_classes,): an expected gain (recall, unless by label), a probability, or (labelset) a nonconformity.
    kept
        bool (n_classes,): whether the promise holds for the class. Where not, its set holds all candidates (recall),
        or nothing (precision, labelset).
    classes
        int32 (n_labels,): the class of each label; empty unless by label.
    delta
        For precision: the chance that the promise is wrong.
    """

    kind: str
    level: float
    by: str | None
    split: str
    n_docs: int
    groups: tuple[str, ...]
    thresholds: np.ndarray
    kept: np.ndarray
    classes: np.ndarray
    delta: float = DELTA

    @property
    def statement(self) -> str:
        """What is promised, in one sentence."""
        if self.by == BY_LABEL:
            whose = "each label's documents'" if self.kind == "recall" else "each label's"
            words = {
                "recall": "each label is in the set of at least {level:.1%} of the documents it is right for",
                "precision": "each label is right for at least {level:.1%} of the documents with it in their set, "
                "with confidence {sure:.0%}",
            }[self.kind]
        else:
            whose, words = "a document's" if self.kind != "labelset" else "a document", _WORDS[self.kind]
        text = words.format(level=self.level, sure=1 - self.delta, whose=whose)
        if self.by not in (None, BY_LABEL):
            text += f", for each value of {self.by}"
        if OTHER in self.groups:
            text += ", those with few documents taken together"
        if not self.kept.all():
            text += f" ({int((~self.kept).sum())} of {len(self.groups)} classes are without a promise)"
        n = f"{self.n_docs:,} documents"
        if self.split == "exact":
            return f"{text}; exact for documents exchangeable with the {n} it was made from"
        return f"{text}; approximate: made from {n} scored by models other than the one that answers"

    def inside(self, suggestions: Suggestions, corpus: Corpus) -> tuple[np.ndarray, np.ndarray]:
        """Return bool (n_pairs,), the pairs in their document's set, and bool (n_docs,), where the promise holds.

        All candidates of each document must be there.

        For `labelset`, a label is in the set if some label set may have it. By a field, a document without it, or with
        a value that was never seen, gets the most careful threshold, and no promise. By label, the promise holds for a
        document if it holds for each of its candidates.
        """
        if self.kind == "labelset":
            sets = self.label_sets(suggestions, corpus, limit=1)
            wanted = [np.array((*one.certain, *one.possible), dtype=np.int64) for one in sets]
            bounds = suggestions.indptr
            rows = [np.isin(suggestions.columns[bounds[i] : bounds[i + 1]], w) for i, w in enumerate(wanted)]
            inside = np.concatenate(rows) if rows else np.zeros(0, dtype=bool)
            return inside, self.of_documents(corpus)[1]
        lengths = np.diff(suggestions.indptr)
        if self.by == BY_LABEL:
            of = self.classes[suggestions.columns]
            broken = np.bincount(np.repeat(np.arange(len(lengths)), lengths), ~self.kept[of], minlength=len(lengths))
            return suggestions.probabilities >= self.thresholds[of], broken == 0
        thresholds, holds = self.of_documents(corpus)
        scores = suggestions.probabilities
        if self.kind == "recall":
            documents = np.repeat(np.arange(len(lengths)), lengths)
            scores = expected_gain(documents, scores, np.bincount(documents, weights=scores, minlength=len(lengths)))
        return scores >= np.repeat(thresholds, lengths), holds

    def label_sets(self, suggestions: Suggestions, corpus: Corpus, *, limit: int = MOST_SETS) -> list[LabelSets]:
        """Return the label sets that cannot be ruled out for each document; all of its candidates must be there."""
        if self.kind != "labelset":
            raise RecipeError(f"this is a guarantee of {self.kind}: it has one set a document, not label sets")
        most, _ = self.of_documents(corpus)
        bounds = suggestions.indptr
        return [
            kept_sets(
                suggestions.columns[bounds[i] : bounds[i + 1]],
                suggestions.probabilities[bounds[i] : bounds[i + 1]],
                float(most[i]),
                limit=limit,
            )
            for i in range(len(suggestions))
        ]

    def of_documents(self, corpus: Corpus) -> tuple[np.ndarray, np.ndarray]:
        """Return the threshold of each document, and whether the promise holds for it."""
        if self.by is None:
            return np.full(len(corpus), self.thresholds[0]), np.full(len(corpus), bool(self.kept[0]))
        unknown = ("",) * len(corpus)
        values = group_values(corpus, self.by) if self.by in corpus.fields else unknown
        number = {name: i for i, name in enumerate(self.groups)}
        of = np.array([number.get(value, number.get(OTHER, -1)) for value in values], dtype=np.int64)
        # A value that never was seen gets the most careful threshold of all.
        careful = self.thresholds.min() if self.kind == "recall" else self.thresholds.max()
        seen = np.array([value in number for value in values], dtype=bool)
        holds = (of >= 0) & self.kept[of] & (seen | (self.groups[-1] == OTHER))
        return np.where(of >= 0, self.thresholds[of], careful).astype(np.float32), holds

    def manifest(self) -> dict[str, Any]:
        """Return what the manifest of a bundle says of it."""
        plain = {name: getattr(self, name) for name in ("kind", "level", "by", "split", "n_docs", "delta")}
        return {**plain, "statement": self.statement}

    def state(self) -> Mapping[str, Any]:
        """Return arrays and a list of strings by name."""
        return {
            "groups": list(self.groups),
            "thresholds": self.thresholds,
            "kept": self.kept.astype(np.uint8),
            "classes": self.classes,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any], manifest: Mapping[str, Any], n_labels: int) -> "Guarantee":
        """Rebuild from `state()` and `manifest()`, which may come from anybody; a DataError if they do not fit."""
        groups = stored.strings(state, "groups")
        n = len(groups)
        kind, split = stored.entry(manifest, "kind", str), stored.entry(manifest, "split", str)
        level, delta = (stored.entry(manifest, name, float) for name in ("level", "delta"))
        by = manifest.get("by")
        if kind not in KINDS or split not in SPLITS or not 0 < level < 1 or not 0 < delta < 1:
            raise DataError(f"the guarantee of the manifest is none: {kind!r} {level} {split!r} {delta}")
        if not n or len(set(groups)) < n or not (by is None or isinstance(by, str)) or (by is None and n != 1):
            raise DataError(f"{n} groups do not fit a guarantee by {by!r}")
        classes = stored.indices(state, "classes", n, size=n_labels if by == BY_LABEL else 0)
        kept = stored.indices(state, "kept", 2, size=n, dtype=np.uint8).astype(bool)
        thresholds = stored.finite(state, "thresholds", (n,))
        n_docs = stored.entry(manifest, "n_docs", int)
        return cls(kind, level, by, split, n_docs, groups, thresholds, kept, classes, delta)


def group_values(corpus: Corpus, field: str) -> Sequence[str]:
    """Return the value of a field of each document as text; a DataError if there is no such field."""
    if field not in corpus.fields:
        has = ", ".join(sorted(corpus.fields)) or "none"
        raise DataError(f"the guarantee is by the field {field!r}, which the documents lack; their fields are: {has}")
    return ["" if value is None else str(value) for value in corpus.fields[field]]
