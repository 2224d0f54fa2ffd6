"""The reasons behind the suggestions for one document."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from headword.core.corpus import Corpus
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestion
from headword.decisions.ensemble import Ensemble
from headword.explain.contributions import member_contributions
from headword.explain.explanation import Explanation, Member, Neighbor, Reasons, Term
from headword.explain.terms import DocumentTerms, joined
from headword.explain.training import TrainingDocuments
from headword.scorers.linear import Linear
from headword.scorers.neighbors import Neighbors
from headword.text.features import FeatureExtractor, Features

_STACK = "stack"


def explain_document(
    corpus: Corpus,
    suggestions: Sequence[Suggestion],
    label_space: LabelSpace,
    extractor: FeatureExtractor,
    ensemble: Ensemble,
    training: TrainingDocuments | None = None,
    *,
    n_terms: int | None = 8,
    n_neighbors: int = 5,
) -> Explanation:
    """Give the reasons for `suggestions`.

    Parameters
    ----------
    corpus
        One document.
    suggestions
        Labels suggested for it.
    label_space, extractor, ensemble
        The parts of the tagger that suggested them.
    training
        The names of the documents that the ensemble was fitted on; without them no neighbours are told.
    n_terms
        Terms at most on each side; None: all, whose contributions and the bias sum to the member's score.
    n_neighbors
        Nearest documents to tell.
    """
    columns = label_space.columns_of([one.label for one in suggestions])
    work = _Evidence(corpus, extractor, ensemble, columns)
    reasons = []
    for place, one in enumerate(suggestions):
        terms = work.terms(place)
        reasons.append(
            Reasons(
                one,
                tuple([t for t in terms if t.contribution > 0][:n_terms]),
                tuple([t for t in reversed(terms) if t.contribution < 0][:n_terms]),
                work.members(place),
                () if training is None else work.neighbors(place, training, n_neighbors),
            )
        )
    return Explanation(corpus.ids[0], tuple(reasons))


@dataclass(frozen=True, eq=False)
class _Evidence:
    """Everything computed once for the document, whatever the label."""

    corpus: Corpus
    extractor: FeatureExtractor
    ensemble: Ensemble
    columns: np.ndarray

    @cached_property
    def features(self) -> Features:
        return self.extractor.transform(self.corpus, n_threads=1)

    @cached_property
    def scores(self) -> dict[str, np.ndarray]:
        """Each scorer's scores of all labels."""
        return {name: scorer.score(self.features, n_threads=1)[0] for name, scorer in self.ensemble.scorers.items()}

    @cached_property
    def contributions(self) -> tuple[list[str], list[str], np.ndarray]:
        """(members, terms, float64 (n_members, n_terms, k)) of the linear members."""
        readable = DocumentTerms(self.corpus, self.extractor.stop_words)
        parts = {}
        for name, scorer in self.ensemble.scorers.items():
            if isinstance(scorer, Linear):
                block, of_features = member_contributions(scorer, self.extractor.blocks, self.features, self.columns)
                terms, shares = readable.shares(self.extractor.blocks[block], self.features[block].indices)
                parts[name] = (terms, shares @ of_features)
        return list(parts), *joined(parts)

    def terms(self, place: int) -> list[Term]:
        """Return all terms of the label at `place`, the strongest support first; ties by the alphabet."""
        members, names, values = self.contributions
        of_label = values[:, :, place] if len(members) else np.zeros((0, 0))
        totals = of_label.sum(axis=0)
        order = sorted(range(len(names)), key=lambda i: (-totals[i], names[i]))
        return [
            Term(names[i], float(totals[i]), {m: float(v) for m, v in zip(members, of_label[:, i], strict=True) if v})
            for i in order
        ]

    def members(self, place: int) -> tuple[Member, ...]:
        """Return the opinions on the label at `place`."""
        column = int(self.columns[place])
        found = []
        for name, scores in self.scores.items():
            scorer = self.ensemble.scorers[name]
            bias = float(scorer.bias[column]) if isinstance(scorer, Linear) and scorer.bias is not None else None
            found.append(Member(name, float(scores[column]), _rank(scores, column), bias))
        if self.ensemble.stack is not None:
            labels, scores = self.stacked
            at = int(np.searchsorted(labels, column))
            found.append(Member(_STACK, float(scores[at]), _rank(scores, at)))
        return tuple(found)

    @cached_property
    def stacked(self) -> tuple[np.ndarray, np.ndarray]:
        """(label columns ascending, the stack's scores) of the document's candidates; the stack is the last member."""
        found = self.ensemble.candidates(self.features)
        return found.columns, found.values[:, -1]

    @cached_property
    def nearest(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(training rows, cosines, bool (n, k): which carries which label), nearest first, of the first such member."""
        scorer = next((s for s in self.ensemble.scorers.values() if isinstance(s, Neighbors)), None)
        if scorer is None or scorer.targets is None or scorer.rows is None:
            return np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros((0, len(self.columns)), bool)
        documents, cosines = scorer.neighbors(self.features, n_threads=1)
        rows = documents[0][documents[0] >= 0]
        positions = np.argsort(scorer.rows)[np.searchsorted(scorer.rows, rows, sorter=np.argsort(scorer.rows))]
        carries = scorer.targets[positions][:, self.columns].toarray() > 0
        return rows, cosines[0][: len(rows)], carries

    def neighbors(self, place: int, training: TrainingDocuments, n: int) -> tuple[Neighbor, ...]:
        """Return the `n` nearest, and the nearest that carries the label at `place`."""
        rows, cosines, carries = self.nearest
        shown = list(range(min(n, len(rows))))
        carriers = np.flatnonzero(carries[:, place]).tolist()
        if carriers and carriers[0] >= n:
            shown.append(carriers[0])
        return tuple(
            Neighbor(training.id(rows[i]), training.title(rows[i]), float(cosines[i]), bool(carries[i, place]))
            for i in shown
        )


def _rank(scores: np.ndarray, at: int) -> int:
    """Return the place of entry `at` among `scores`, 1 the highest; equals share the better place."""
    return 1 + int((scores > scores[at]).sum())
