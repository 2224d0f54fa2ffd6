"""clean: several cleaning steps one after another."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from headword.cleaning import CLEANERS
from headword.cleaning.change import Change
from headword.core.corpus import Corpus
from headword.core.errors import RecipeError

DEFAULT_STEPS = ("markup", "latex", "unicode", "duplicates", "empty-labels")


def clean(
    corpus: Corpus, steps: Sequence[str] | Mapping[str, Mapping[str, Any]] = DEFAULT_STEPS
) -> tuple[Corpus, tuple[Change, ...]]:
    """Apply cleaning steps in the order given; return the clean corpus and what each step changed.

    Parameters
    ----------
    steps
        Names of the table `CLEANERS`, or a mapping from name to options. `corpus` itself is never changed.

    Raises
    ------
    RecipeError
        If there is no such step, or it has no such option.

    Examples
    --------
    >>> from headword.core.corpus import Document
    >>> docs = [Document("1", "Of  cells", labels=("Bio",)), Document("2", "Of cells", labels=("bio",))]
    >>> corpus, changes = clean(Corpus.from_documents(docs), {"labels": {"apply": "high"}, "duplicates": {}})
    >>> len(corpus), [change.n_changed for change in changes]
    (1, [1, 1])
    """
    changes = []
    for name in [steps] if isinstance(steps, str) else steps:
        step = CLEANERS.get(name)
        options = steps[name] if isinstance(steps, Mapping) else {}
        _check_options(name, options, step)
        corpus, change = step(corpus, **options)
        changes.append(change)
    return corpus, tuple(changes)


def _check_options(name: str, options: Mapping[str, Any], step: Any) -> None:
    known = list(inspect.signature(step).parameters)[1:]
    for option in options:
        if option not in known:
            has = f"its options are: {', '.join(known)}" if known else "it has none"
            raise RecipeError(f"cleaning step {name!r} has no option {option!r}; {has}")
