"""The reasons behind the suggestions for one document."""

import sys
from collections.abc import Sequence

import numpy as np

from headword.core.corpus import Corpus
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestion
from headword.decisions.ensemble import Ensemble
from headword.explain.evidence import Evidence
from headword.explain.explanation import Explanation, Reasons
from headword.explain.training import TrainingDocuments
from headword.text.features import FeatureExtractor

# The smallest contribution that is told where not all are.
_ANYTHING = sys.float_info.min


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
    known = columns < len(ensemble.fusion.log_prior)
    work = Evidence(corpus, extractor, ensemble, columns[known])
    unseen = Evidence(corpus, extractor, ensemble, columns[~known])
    places = np.where(known, np.cumsum(known), np.cumsum(~known)) - 1
    reasons = []
    for one, place, is_known in zip(suggestions, places.tolist(), known.tolist(), strict=True):
        if not is_known:  # no training document has it: its name is all there is
            reasons.append(Reasons(one, (), (), unseen.proposer(place, one.score), (), match=unseen.match(place)))
            continue
        terms = work.terms(place)
        least = 0.0 if n_terms is None else _ANYTHING
        reasons.append(
            Reasons(
                one,
                tuple([t for t in terms if t.contribution >= least][:n_terms]),
                tuple([t for t in reversed(terms) if t.contribution < 0][:n_terms]),
                work.members(place),
                () if training is None else work.neighbors(place, training, n_neighbors),
                work.prior(place),
                work.match(place),
            )
        )
    return Explanation(corpus.ids[0], tuple(reasons), corpus.titles[0], corpus.abstracts[0])
