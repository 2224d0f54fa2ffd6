"""What evaluate and compare write for keeping: the closer look, how it was made, and the page."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headword.core.corpus import Corpus
    from headword.evaluation.details import Details
    from headword.evaluation.hierarchy import HierarchyReport
    from headword.evaluation.report import Report
    from headword.explain import Reasons
    from headword.tagger import Tagger

_TERMS, _TITLE = 5, 70
_CHUNK = 1 << 20


def details_of(report: "Report", corpus: "Corpus") -> "Details":
    """Look closer at an evaluation, by everything that sorts the documents into kinds."""
    from headword.audit.composition import properties
    from headword.evaluation.details import details

    return details(report, corpus, properties(corpus))


def made_by(
    command: str, files: Mapping[str, str], corpus: "Corpus", taggers: Mapping[str, "Tagger"]
) -> dict[str, str]:
    """Return how figures came about: the command, versions, and hashes of models and documents."""
    import platform

    import numpy
    import scipy

    from headword import __version__

    made = {"command": command, "headword": __version__}
    made["other versions"] = f"Python {platform.python_version()}, numpy {numpy.__version__}, scipy {scipy.__version__}"
    for name, tagger in taggers.items():
        trained = tagger.trained_on
        made[name] = f"{Path(files[name]).name}, SHA-256 {_hash(files[name])}"
        made[f"{name} learnt"] = (
            f"recipe {tagger.recipe.name}, seed {tagger.seed}, {trained.get('n_docs', 0):,} documents with fingerprint "
            f"{trained.get('fingerprint', 'unknown')}"
        )
    made["documents"] = f"{len(corpus):,}, fingerprint {corpus.fingerprint()}"
    return made


def learnt_from_these(taggers: Mapping[str, "Tagger"], corpus: "Corpus") -> list[str]:
    """Return a warning for each tagger that learnt from exactly these documents: its figures are flattery."""
    from headword.cleaning.annotation import learnable
    from headword.core.errors import DataError

    try:
        fingerprint = learnable(corpus).fingerprint()
    except DataError:  # too few for anybody to have learnt from
        return []
    return [
        f"{name} learnt from exactly these documents: the figures flatter it. Put documents aside with headword split, "
        "and train on the others."
        for name, tagger in taggers.items()
        if tagger.trained_on.get("fingerprint") == fingerprint
    ]


def write_evaluation_page(
    path: str | os.PathLike[str],
    report: "Report",
    found: "Details",
    tagger: "Tagger",
    corpus: "Corpus",
    *,
    model: str,
    made: Mapping[str, str],
    hierarchy: "HierarchyReport | None",
    warnings: Sequence[str],
) -> None:
    """Write the page, with the reasons for the surest wrong choices."""
    from headword.evaluation.page import evaluation_page
    from headword.pages import write_page

    at = {doc_id: i for i, doc_id in enumerate(corpus.ids)}
    reasons = {}
    for one in found.wrong:
        told = tagger.explain(corpus.subset([at[one.id]]), k=1).of(one.label)
        if told is not None:
            reasons[one.id, one.label] = _lines(told)
    text = evaluation_page(
        report, found, model=Path(model).name, made=made, reasons=reasons, hierarchy=hierarchy, warnings=warnings
    )
    write_page(path, text)


def _lines(told: "Reasons") -> list[str]:
    """Return the reasons in a few lines: its name, the terms for it, the nearest document that carries it."""
    lines = [f"its name stands there: {told.match.name}"] if told.match is not None else []
    if told.terms_for:
        lines.append("for it: " + ", ".join(f"{t.term} {t.contribution:+.2f}" for t in told.terms_for[:_TERMS]))
    carrier = next((n for n in told.neighbors if n.carries), None)
    if carrier is not None:
        title = f" {carrier.title[:_TITLE]}{'…' * (len(carrier.title) > _TITLE)}".rstrip()
        shared = ", ".join(one.term for one in carrier.shared[:_TERMS])
        shared = f" (both have {shared})" if shared else ""
        lines.append(f"near it ({carrier.cosine:.2f}), with the label: {carrier.id}{title}{shared}")
    return lines


def _hash(path: str) -> str:
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
