"""Everything that is known of one document and some labels, computed once: members' terms, weights, neighbours."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from headword.core.corpus import Corpus
from headword.decisions.ensemble import Ensemble
from headword.explain.contributions import readable, readable_contributions
from headword.explain.explanation import Match, Member, Neighbor, SharedTerm, Step, Term
from headword.explain.names import NamesFound
from headword.explain.opinions import Opinions
from headword.explain.terms import DocumentTerms, joined
from headword.explain.training import TrainingDocuments
from headword.scorers.contributions import Compared, ComparingScorer, Contributions, ExplainingScorer, RoutingScorer
from headword.text.features import FeatureExtractor, Features
from headword.text.names import NameFeatures

_STACK = "stack"
_SHARED_TERMS = 5
# A fall of a score that is told from rounding, and the part that it is at least of all that moved the score.
_LEAST_FALL, _LEAST_PART = 1e-2, 0.05


@dataclass(frozen=True, eq=False)
class Evidence:
    """One document, and the labels that are asked for.

    Attributes
    ----------
    corpus
        The document.
    extractor, ensemble
        The parts of a tagger.
    columns
        int (k,), the labels.
    """

    corpus: Corpus
    extractor: FeatureExtractor
    ensemble: Ensemble
    columns: np.ndarray

    @cached_property
    def features(self) -> Features:
        """The document's feature blocks."""
        return self.extractor.transform(self.corpus, n_threads=1)

    @cached_property
    def document_terms(self) -> DocumentTerms:
        """The document's terms."""
        return DocumentTerms(self.corpus, self.extractor.stop_words)

    @cached_property
    def _scores(self) -> dict[str, np.ndarray]:
        """Each scorer's scores of all labels."""
        return {name: scorer.score(self.features, n_threads=1)[0] for name, scorer in self.ensemble.scorers.items()}

    @cached_property
    def _told(self) -> tuple[dict[str, np.ndarray], list[str], np.ndarray]:
        """(member -> base float64 (k,), terms, float64 (n_members, n_terms, k)) of the members that can tell."""
        bases, parts = {}, {}
        for name, scorer in self.ensemble.scorers.items():
            if isinstance(scorer, ExplainingScorer):
                block, found = readable_contributions(scorer, self.extractor.blocks, self.features, self.columns)
                bases[name], parts[name] = found.base, self._shared(block, found.values)
        return bases, *joined(parts)

    @cached_property
    def _opinions(self) -> Opinions:
        return Opinions(self.ensemble, self.features, self.columns)

    @cached_property
    def _effects(self) -> tuple[np.ndarray, np.ndarray]:
        """(prior float64 (k,), effects float64 (n_members, k)), the stack last."""
        return self._opinions.shapley()

    @cached_property
    def weights(self) -> np.ndarray:
        """float64 (n_telling members, k): the log odds that a unit of each one's score is worth, 0 at least."""
        bases, _, values = self._told
        given = np.maximum(values, 0).sum(axis=1)
        falls = np.maximum(np.maximum(given, _LEAST_PART * np.abs(values).sum(axis=1)), _LEAST_FALL)
        places = [i for i, name in enumerate(self.ensemble.scorers) if name in bases]
        return np.maximum(self._opinions.slopes(places, falls), 0)  # type: ignore[no-any-return]

    def term_values(self, place: int) -> tuple[list[str], np.ndarray]:
        """Return all terms, and what each is worth to the label at `place` in log odds, float64 (n_terms,)."""
        _, names, values = self._told
        return names, self.weights[:, place] @ values[:, :, place] if len(names) else np.zeros(0)

    def terms(self, place: int) -> list[Term]:
        """Return all terms of the label at `place`, the strongest support first; ties by the alphabet."""
        bases, names, values = self._told
        _, totals = self.term_values(place)
        order = sorted(range(len(names)), key=lambda i: (-totals[i], names[i]))
        found = []
        for i in order:
            by_member = {m: float(v) for m, v in zip(bases, values[:, i, place], strict=True) if v}
            found.append(Term(names[i], float(totals[i]), by_member, self.document_terms.spans(names[i])))
        return found

    def prior(self, place: int) -> float:
        """Return the log odds of the label at `place` if no member had an opinion."""
        return float(self._effects[0][place])

    def members(self, place: int) -> tuple[Member, ...]:
        """Return the opinions on the label at `place`."""
        column, bases, effects = int(self.columns[place]), self._told[0], self._effects[1][:, place].tolist()
        weights = dict(zip(bases, self.weights[:, place].tolist(), strict=True))
        found = []
        for (name, scores), effect in zip(self._scores.items(), effects, strict=False):
            bias = float(bases[name][place]) if name in bases else None
            route = self._route(name, place)
            found.append(
                Member(name, float(scores[column]), _rank(scores, column), bias, effect, weights.get(name), route)
            )
        if self.ensemble.stack is not None:
            candidates = self._opinions.candidates
            scores, at = candidates.values[:, -1], int(np.searchsorted(candidates.columns, column))
            found.append(Member(_STACK, float(scores[at]), _rank(scores, at), effect=effects[-1]))
        return tuple(found)

    @cached_property
    def _routes(self) -> dict[str, list[tuple[Contributions, list[str], np.ndarray]]]:
        """Member -> of each step its contributions, the terms and float64 (n_terms, k), what each added."""
        found = {}
        for name, scorer in self.ensemble.scorers.items():
            if isinstance(scorer, RoutingScorer):
                steps = scorer.routes(self.features, self.columns)
                told = [readable(scorer, step, self.extractor.blocks, self.features) for step in steps]
                found[name] = [(step, *self._shared(block, step.values)) for block, step in told]
        return found

    def _shared(self, block: str, values: np.ndarray) -> tuple[list[str], np.ndarray]:
        """Return the terms of a block, and what is theirs of float64 (n_features, k)."""
        terms, shares = self.document_terms.shares(self.extractor.blocks[block], self.features[block])
        return terms, shares @ values

    def _route(self, member: str, place: int) -> tuple[Step, ...]:
        route = []
        for step, terms, values in self._routes.get(member, ()):
            base, of_label = float(step.base[place]), values[:, place]
            if np.isfinite(base):
                best = np.argsort(-of_label, kind="stable")[:_SHARED_TERMS].tolist()
                led = {terms[i]: float(of_label[i]) for i in best if of_label[i] > 0}
                route.append(Step(base + float(of_label.sum()), base, led))
        return tuple(route)

    @cached_property
    def _named(self) -> tuple[str, ExplainingScorer, NamesFound] | None:
        """The first member that looks for names, and the labels it found named."""
        for name, scorer in self.ensemble.scorers.items():
            block = self.extractor.blocks[scorer.block]
            if isinstance(block, NameFeatures) and isinstance(scorer, ExplainingScorer):
                return name, scorer, self.document_terms.names(block, self.features[scorer.block])
        return None

    def match(self, place: int) -> Match | None:
        """Return how the label at `place` is named in the document; None where it is not, or nobody looks for names."""
        if self._named is None:
            return None
        _, scorer, found = self._named
        column = self.columns[place : place + 1]
        return found.match(int(column[0]), scorer.contributions(self.features, column).values[:, 0])

    def proposer(self, place: int, score: float) -> tuple[Member, ...]:
        """Return the opinion on a label without training documents, on which nobody else has one.

        `score` are the log odds that were made of it.
        """
        if self._named is None:
            return ()
        name, scorer, found = self._named
        column = int(self.columns[place])
        told = scorer.contributions(self.features, found.labels)
        scores = told.base + told.values.sum(axis=0)
        at = int(np.searchsorted(found.labels, column))
        return (Member(name, float(scores[at]), _rank(scores, at), float(told.base[at]), score),)

    @cached_property
    def _compared(self) -> tuple[Compared, list[str], np.ndarray] | None:
        """What the first member that compares documents found, its terms, and float64 (n, n_terms), their shares."""
        scorer = next((s for s in self.ensemble.scorers.values() if isinstance(s, ComparingScorer)), None)
        if scorer is None:
            return None
        found = scorer.compared(self.features, self.columns)
        terms, parts = self._shared(scorer.block, found.shared.T)
        return found, terms, parts.T

    def neighbors(self, place: int, training: TrainingDocuments, n: int) -> tuple[Neighbor, ...]:
        """Return the `n` nearest, and the nearest that carries the label at `place`."""
        if self._compared is None:
            return ()
        near, terms, parts = self._compared
        shown = list(range(min(n, len(near.rows))))
        carriers = np.flatnonzero(near.carries[:, place]).tolist()
        if carriers and carriers[0] >= n:
            shown.append(carriers[0])
        found = []
        for i in shown:
            row, best = int(near.rows[i]), np.argsort(-parts[i], kind="stable")[:_SHARED_TERMS].tolist()
            shared = tuple(SharedTerm(terms[t], float(parts[i, t])) for t in best if parts[i, t] > 0)
            name = training.id(row), training.title(row)
            found.append(Neighbor(*name, float(near.cosines[i]), bool(near.carries[i, place]), shared))
        return tuple(found)


def _rank(scores: np.ndarray, at: int) -> int:
    """Return the place of entry `at` among `scores`, 1 the highest; equals share the better place."""
    return 1 + int((scores > scores[at]).sum())
