"""The reasons behind the suggestions for one document."""

import sys
from collections.abc import Sequence

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
    work = Evidence(corpus, extractor, ensemble, columns)
    reasons = []
    for place, one in enumerate(suggestions):
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
            )
        )
    return Explanation(corpus.ids[0], tuple(reasons), corpus.titles[0], corpus.abstracts[0])
