"""What a recipe becomes for a large corpus: explained by an estimate of the cost, before anything is computed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from headword.core.corpus import Corpus
from headword.recipes.reader import WHEN_LARGE, Recipe

# Multiply-adds of fitting a member once. A processor does about 5e9 a second, so this is less than a minute.
_DEAR = 2e11
# From here on a label tree is several times faster, at a loss of a few tenths of a point in P@5 (benchmarks/ENGINE.md).
_TREE_PAYS = 4e10
# Looks at a document in the course of a fit, for most labels of a large label space.
_LOOKS = 2
# Letters behind each entry of a block, for running text.
_LETTERS = {"words": 10, "characters": 5}
_STACK_ENTRIES = 40


@dataclass(frozen=True)
class Load:
    """The size of a corpus: documents, labels, letters of text, and entries of features given as numbers."""

    n_docs: int
    n_labels: int
    n_letters: int
    n_given: int = 0

    @classmethod
    def of(cls, corpus: Corpus) -> "Load":
        """Return the size of `corpus`."""
        n_letters = sum(map(len, corpus.titles)) + sum(map(len, corpus.abstracts))
        n_given = 0 if corpus.features is None else int(corpus.features.nnz)
        return cls(len(corpus), len(corpus.label_space), n_letters, n_given)

    def multiply_adds(self, block: str, features: Mapping[str, Mapping[str, Any]]) -> float:
        """Return about how many multiply-adds it takes to fit every label against every document on `block`."""
        if block == "latent":
            entries = self.n_docs * int(features["latent"].get("dim", 200))
        elif block in _LETTERS:
            entries = self.n_letters // _LETTERS[block]
        else:
            entries = self.n_given
        return float(_LOOKS * entries) * self.n_labels


def suited(recipe: Recipe, corpus: Corpus) -> Recipe:
    """Return the recipe as it is for texts, or what it has for numbers where the documents come as numbers."""
    numbers = corpus.features is not None and not any(corpus.titles) and not any(corpus.abstracts)
    return recipe.for_numbers() if numbers and "given" not in recipe.features else recipe


def scaled(recipe: Recipe, load: Load) -> tuple[Recipe, list[str]]:
    """Return the recipe for a corpus of this size, and the reason for each change.

    Only members that say so by `when_large` are changed: one beyond 4e10 multiply-adds a fit becomes a label tree
    (`tree`), one beyond 2e11 is left out (`leave-out`); so is the label stack. The last member stays.
    """
    reasons: list[str] = []
    scorers: dict[str, Mapping[str, Any]] = {}
    for name, options in recipe.scorers.items():
        block = options.get("block", "words")
        cost = load.multiply_adds(block, recipe.features)
        wish = options.get(WHEN_LARGE)
        every = (
            f"fitting {load.n_labels:,} labels against {load.n_docs:,} documents takes about {cost:.0e} multiply-adds"
        )
        if wish == "tree" and cost > _TREE_PAYS:
            kept = {key: value for key, value in options.items() if key in ("block", "C")}
            scorers[name] = {"kind": "tree", **kept}
            reasons.append(f"{name} is a label tree: {every}, more than {_TREE_PAYS:.0e}")
        elif wish == "leave-out" and cost > _DEAR and len(recipe.scorers) > 1:
            reasons.append(f"{name} is left out: {every}, more than {_DEAR:.0e}")
        else:
            scorers[name] = options
    if not scorers:
        scorers = dict(recipe.scorers)
        reasons = []
    fusion = recipe.fusion
    cost = float(load.n_docs) * _STACK_ENTRIES * load.n_labels
    if fusion.stack and cost > _DEAR:
        fusion = replace(fusion, stack=False)
        reasons.append(f"the label stack is left out: fitting it takes about {cost:.0e} multiply-adds")
    read = {options.get("block", "words") for options in scorers.values()}
    of = recipe.features.get("latent", {}).get("of", "words") if "latent" in read else None
    features = {name: options for name, options in recipe.features.items() if name in read or name == of}
    if not reasons:
        return recipe, []
    return replace(recipe, scorers=scorers, features=features, fusion=fusion), reasons
