"""clean: steps in order, options checked."""

import pytest

from headword.cleaning.pipeline import DEFAULT_STEPS, clean
from headword.core.corpus import Corpus, Document
from headword.core.errors import RecipeError

CORPUS = Corpus.from_documents(
    [
        Document("1", r"Of \emph{cells}", "<p>They live.</p>", ("bio",)),
        Document("2", "Of  cells", "They live.", ("Bio",)),
        Document("3", "Stars", "", ()),
    ]
)


def test_the_default_steps_run_in_their_order() -> None:
    cleaned, changes = clean(CORPUS)
    assert tuple(change.step for change in changes) == DEFAULT_STEPS
    assert cleaned.titles == ("Of cells", "Stars")
    assert cleaned.label_sets() == [("bio",), None]
    assert CORPUS.titles[0] == r"Of \emph{cells}"


def test_options_reach_their_step() -> None:
    cleaned, (labels, rare) = clean(CORPUS, {"labels": {"apply": "high"}, "rare-labels": {"n": 2}})
    assert cleaned.label_space.names == ("Bio",)
    assert (labels.n_changed, rare.n_changed) == (1, 0)


def test_mistakes_are_named() -> None:
    with pytest.raises(RecipeError, match="no cleaning step 'polish'"):
        clean(CORPUS, ["polish"])
    with pytest.raises(RecipeError, match="'rare-labels' has no option 'k'; its options are: n"):
        clean(CORPUS, {"rare-labels": {"k": 2}})
    with pytest.raises(RecipeError, match="'unicode' has no option 'k'; it has none"):
        clean(CORPUS, {"unicode": {"k": 2}})


def test_no_steps_change_nothing() -> None:
    assert clean(CORPUS, []) == (CORPUS, ())
