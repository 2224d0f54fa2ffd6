"""Two corpora as one."""

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.core.labels import LabelSpace


def join(a: Corpus, b: Corpus) -> tuple[Corpus, np.ndarray]:
    """Return the documents of A and then those of B as one corpus, and which are B's, bool (n_docs,).

    Labels are told apart by their names. Fields that one of them lacks are None there. Ids may occur twice.

    Raises
    ------
    DataError
        If one comes as text and the other as numbers, or with other numbers.
    """
    if (a.features is None) != (b.features is None):
        raise DataError("one corpus comes as text and the other as numbers: they cannot be compared")
    features = None
    if a.features is not None and b.features is not None:
        if a.features.shape[1] != b.features.shape[1]:
            raise DataError(
                f"the corpora have {a.features.shape[1]:,} and {b.features.shape[1]:,} features: "
                "they cannot be compared"
            )
        features = sp.vstack([a.features, b.features], format="csr")
    space = LabelSpace(tuple(sorted({*a.label_space.names, *b.label_space.names})))
    names = sorted({*a.fields, *b.fields})
    both = Corpus(
        ids=a.ids + b.ids,
        titles=a.titles + b.titles,
        abstracts=a.abstracts + b.abstracts,
        targets=space.encode([*a.label_sets(), *b.label_sets()]),
        label_space=space,
        annotated=np.concatenate([a.annotated, b.annotated]),
        fields={n: a.fields.get(n, (None,) * len(a)) + b.fields.get(n, (None,) * len(b)) for n in names},
        features=features,
    )
    return both, np.arange(len(both)) >= len(a)
