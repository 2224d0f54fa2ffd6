"""Models that one might as well have fitted: other seeds, other folds, another C, other features."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from headword.audit.out_of_fold import score_out_of_fold
from headword.core.corpus import Corpus
from headword.core.errors import DataError
from headword.core.progress import Progress, silent
from headword.core.scores import Suggestions
from headword.recipes.reader import Recipe
from headword.tagger.folding import training_folds


@dataclass(frozen=True)
class Variant:
    """One way to fit models: the recipe, the seed of what is drawn while fitting, and that of the folds."""

    name: str
    recipe: Recipe
    seed: int = 0
    fold_seed: int = 0


def variants(recipe: Recipe, *, n_each: int = 2, seed: int = 0) -> list[Variant]:
    """Return the recipe itself, then `n_each` with other seeds and `n_each` with other folds, then others.

    Other folds mean that each document is judged by models that learnt from other documents. The others have half or
    twice the C of every member that has one, or lack one member.
    """
    found = [Variant("as it is", recipe, seed, seed)]
    found += [Variant(f"seed {seed + i}", recipe, seed + i, seed) for i in range(1, n_each + 1)]
    found += [Variant(f"folds {seed + i}", recipe, seed, seed + i) for i in range(1, n_each + 1)]
    for factor in (0.5, 2.0):
        scorers = {
            name: {**options, "C": factor * float(options["C"])} if "C" in options else options
            for name, options in recipe.scorers.items()
        }
        if scorers != recipe.scorers:
            found.append(Variant(f"C x {factor:g}", replace(recipe, scorers=scorers), seed, seed))
    if len(recipe.scorers) > 1:
        for name in recipe.scorers:
            kept = {other: options for other, options in recipe.scorers.items() if other != name}
            found.append(Variant(f"without {name}", replace(recipe, scorers=kept), seed, seed))
    return found


def fit_variants(
    corpus: Corpus, found: Sequence[Variant], *, n_threads: int | None = None, progress: Progress = silent
) -> list[Suggestions]:
    """Return each variant's suggestions for all documents, by models that did not learn from them.

    `corpus` holds annotated documents, over labels that each have one at least.

    Raises
    ------
    DataError
        If there is no variant.
    """
    if not found:
        raise DataError("there is no model to fit")
    out = []
    for done, variant in enumerate(found):
        progress(f"cross-fit: {variant.name}", done, len(found))
        fold = training_folds(corpus, variant.recipe, variant.fold_seed)
        scored = score_out_of_fold(corpus, variant.recipe, fold=fold, seed=variant.seed, n_threads=n_threads)
        out.append(scored.suggestions)
    progress("cross-fit", len(found), len(found))
    return out
