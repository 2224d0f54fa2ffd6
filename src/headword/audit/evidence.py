"""What speaks for and against a probable label error: terms of the text, and the nearest documents on either side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from headword.audit.label_errors import LabelError
from headword.audit.out_of_fold import OutOfFold
from headword.core.errors import DataError
from headword.explain.contributions import readable_contributions
from headword.explain.terms import DocumentTerms
from headword.scorers.contributions import ExplainingScorer
from headword.scorers.linear import Linear
from headword.scorers.neighbors import Neighbors
from headword.scorers.protocol import Scorer

_TERMS = 6
_NEAREST = 3
_SEARCHED = 50
_BLOCKS = ("words", "given", "characters")


@dataclass(frozen=True)
class Near:
    """A document near the one in question: its id, title, and the cosine of both in (0, 1]."""

    id: str
    title: str
    cosine: float


@dataclass(frozen=True)
class ErrorEvidence:
    """The reasons behind one probable error.

    Attributes
    ----------
    terms_for, terms_against
        Terms of the document that speak for and against the label, strongest first, by a member that did not learn
        from the document; empty where no member tells.
    near_with, near_without
        Of the 50 nearest documents those that carry the label and those that do not, nearest first, three at most.
    n_with, n_near
        How many of how many nearest documents carry it.
    """

    terms_for: tuple[str, ...]
    terms_against: tuple[str, ...]
    near_with: tuple[Near, ...]
    near_without: tuple[Near, ...]
    n_with: int
    n_near: int


def gather_evidence(
    scored: OutOfFold, errors: Sequence[LabelError], *, n_threads: int | None = None
) -> list[ErrorEvidence]:
    """Return the evidence for each of `errors`, which were found in `scored`.

    Raises
    ------
    DataError
        If the models of the cross-fit were not kept.
    """
    if scored.models is None:
        raise DataError("evidence needs the models of the cross-fit: score with keep_models=True")
    rows = np.unique([error.row for error in errors]).astype(np.int64)
    near = _nearest(scored, rows, n_threads)
    wanted: dict[int, list[str]] = {}
    for error in errors:
        wanted.setdefault(error.row, []).append(error.label)
    terms = {row: _terms(scored, row, labels) for row, labels in wanted.items()}
    out = []
    for error in errors:
        speaking = terms[error.row].get(error.label, ((), ()))
        others, cosines = near.get(error.row, (np.zeros(0, np.int64), np.zeros(0, np.float32)))
        column = scored.corpus.label_space.column(error.label)
        carries = scored.corpus.targets[others][:, [column]].toarray().ravel() > 0
        sides = [_named(scored, others[side], cosines[side]) for side in (carries, ~carries)]
        out.append(ErrorEvidence(*speaking, sides[0], sides[1], int(carries.sum()), len(others)))
    return out


def _nearest(scored: OutOfFold, rows: np.ndarray, n_threads: int | None) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """Return row -> (the nearest other documents, their cosines)."""
    features = scored.models.features  # type: ignore[union-attr]
    block = next((name for name in _BLOCKS if name in features.blocks), None)
    if block is None or not len(rows):
        return {}
    search = Neighbors(block, k=_SEARCHED + 1).fit(features, scored.corpus.targets, n_threads=n_threads)
    documents, cosines = search.neighbors(features.rows(rows), n_threads=n_threads)
    found = {}
    for row, some, similar in zip(rows.tolist(), documents, cosines, strict=True):
        kept = (some >= 0) & (some != row)
        found[row] = some[kept][:_SEARCHED], similar[kept][:_SEARCHED]
    return found


def _named(scored: OutOfFold, rows: np.ndarray, cosines: np.ndarray) -> tuple[Near, ...]:
    corpus = scored.corpus
    pairs = zip(rows[:_NEAREST].tolist(), cosines[:_NEAREST].tolist(), strict=True)
    return tuple(Near(corpus.ids[row], corpus.titles[row], float(cosine)) for row, cosine in pairs)


def _terms(scored: OutOfFold, row: int, labels: Sequence[str]) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return label -> (terms for, terms against), by the first linear member of the models without this document."""
    models = scored.models
    scorer = _telling(models.scorers[int(scored.fold[row])].values())  # type: ignore[union-attr]
    if scorer is None:
        return {}
    features = models.features.rows(np.array([row]))  # type: ignore[union-attr]
    blocks = models.extractor.blocks  # type: ignore[union-attr]
    columns = scored.corpus.label_space.columns_of(labels)
    block, found = readable_contributions(scorer, blocks, features, columns)
    readable = DocumentTerms(scored.corpus.subset([row]), models.extractor.stop_words)  # type: ignore[union-attr]
    names, shares = readable.shares(blocks[block], features[block])
    values = shares @ found.values
    out = {}
    for place, label in enumerate(labels):
        order = np.argsort(-values[:, place], kind="stable")
        speaks_for = [names[i] for i in order[:_TERMS] if values[i, place] > 0]
        speaks_against = [names[i] for i in order[::-1][:_TERMS] if values[i, place] < 0]
        out[label] = tuple(speaks_for), tuple(speaks_against)
    return out


def _telling(scorers: Iterable[Scorer]) -> ExplainingScorer | None:
    return next((one for one in scorers if isinstance(one, Linear)), None)
