"""Decisions of people on probable errors, and the corpus as it is when they are followed."""

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from headword.audit.label_errors import MISSING, WRONG
from headword.audit.out_of_fold import OutOfFold, score_out_of_fold
from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.core.progress import Progress, silent
from headword.recipes.reader import Recipe

ACCEPT, REJECT = "accept", "reject"


@dataclass(frozen=True)
class Decision:
    """What a person decided: that the label of a document is an error (`accept`), or that it is none (`reject`).

    `problem` is `wrong`, `missing`, or empty: the opposite of what the document has now. `place` names the line.
    """

    document: str
    label: str
    action: str
    problem: str = ""
    place: str = ""


@dataclass(frozen=True, eq=False)
class Corrections:
    """A corrected corpus, and what was done.

    Attributes
    ----------
    corpus
        The same documents in the same order; only labels differ.
    n_added, n_removed
        Labels that documents got and lost.
    n_rejected
        Probable errors that a person found to be none.
    n_already
        Accepted errors that were corrected before.
    """

    corpus: Corpus
    n_added: int
    n_removed: int
    n_rejected: int
    n_already: int


def read_decisions(path: str | os.PathLike[str]) -> list[Decision]:
    """Read decisions from CSV, TSV (by its name) or JSON lines; rows without an action are left out.

    The columns are document, label, action (accept or reject), and perhaps problem: the report of `headword audit
    labels` with its column action filled in will do.

    Raises
    ------
    DataError
        If a column is missing, or an action or problem is none of these; the message names the line.
    """
    found = []
    for place, row in _rows(Path(path)):
        lacking = [name for name in ("document", "label", "action") if name not in row]
        if lacking:
            raise DataError(f"{path}, {place}: there is no {lacking[0]}; decisions have document, label and action")
        document, label, action, problem = (
            str(row.get(name) or "").strip() for name in ("document", "label", "action", "problem")
        )
        if not action:
            continue
        if action not in (ACCEPT, REJECT):
            raise DataError(f"{path}, {place}: the action is {ACCEPT} or {REJECT}, found {action!r}")
        if problem not in (WRONG, MISSING, ""):
            raise DataError(f"{path}, {place}: the problem is {WRONG} or {MISSING}, found {problem!r}")
        found.append(Decision(document, label, action, problem, f"{path}, {place}"))
    return found


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot read {path}: {error}") from error
    if path.suffix in (".jsonl", ".ndjson"):
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield f"line {number}", _record(path, number, line)
        return
    rows = csv.DictReader(text.splitlines(keepends=True), delimiter="\t" if path.suffix == ".tsv" else ",")
    for row in rows:
        yield f"line {rows.line_num}", row


def _record(path: Path, number: int, line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(f"{path}, line {number}: not JSON: {error}") from error
    if not isinstance(row, dict):
        raise DataError(f"{path}, line {number}: expected an object, found {line[:40]!r}")
    return row


def apply_decisions(corpus: Corpus, decisions: Iterable[Decision]) -> Corrections:
    """Return the corpus with accepted errors corrected; the one given is left as it is.

    Raises
    ------
    DataError
        If a document or label is unknown, or two decisions contradict one another.
    """
    row_of = {document: row for row, document in enumerate(corpus.ids)}
    labels = [set(names or ()) for names in corpus.label_sets()]
    annotated = corpus.annotated.copy()
    actions: dict[tuple[str, str], str] = {}
    counts = dict.fromkeys(("added", "removed", "rejected", "already"), 0)
    for one in decisions:
        if one.document not in row_of:
            raise DataError(f"{one.place}: no document has the id {one.document!r}; is this the corpus of the report?")
        if one.label not in corpus.label_space:
            raise DataError(f"{one.place}: no document has the label {one.label!r}; is this the corpus of the report?")
        key = one.document, one.label
        if actions.setdefault(key, one.action) != one.action:
            raise DataError(f"{one.place}: {one.label!r} of {one.document} is both accepted and rejected")
        if one.action == REJECT:
            counts["rejected"] += 1
            continue
        row = row_of[one.document]
        held = one.label in labels[row]
        problem = one.problem or (WRONG if held else MISSING)
        if held != (problem == WRONG):
            counts["already"] += 1
        elif held:
            labels[row].discard(one.label)
            counts["removed"] += 1
        else:
            labels[row].add(one.label)
            annotated[row] = True
            counts["added"] += 1
    sets = [names if known else None for names, known in zip(labels, annotated, strict=True)]
    corrected = corpus.with_labels(sets, corpus.label_space)
    return Corrections(corrected, counts["added"], counts["removed"], counts["rejected"], counts["already"])


def quality_change(
    before: Corpus,
    after: Corpus,
    recipe: Recipe,
    *,
    seed: int = 0,
    n_threads: int | None = None,
    progress: Progress = silent,
) -> dict[str, dict[str, float]]:
    """Return cross-fitted figures by name: `before`, `judged_anew` and `after`.

    `before` are models that learnt from the old labels, judged by them; `judged_anew` the same models, judged by the
    new labels; `after` models that learnt from the new labels, judged by them. The same documents are held out together
    in all of them. The middle column tells what was a fault of the judgement and not of the models.
    """
    old = score_out_of_fold(before, recipe, seed=seed, n_threads=n_threads, progress=progress)
    new = score_out_of_fold(after, recipe, fold=old.fold, seed=seed, n_threads=n_threads, progress=progress)
    return {"before": _figures(old, before), "judged_anew": _figures(old, after), "after": _figures(new, after)}


def _figures(scored: OutOfFold, judge: Corpus) -> dict[str, float]:
    from headword.evaluation import measure_suggestions

    support = np.bincount(judge.targets.indices, minlength=len(judge.label_space)).astype(np.int64)
    figures = measure_suggestions(scored.suggestions, judge, train_support=support, n_train=len(judge))
    return {name: float(value) for name, value in figures.items() if np.isfinite(value)}
