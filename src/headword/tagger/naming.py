"""The names of labels as a recipe uses them: from a thesaurus, or the labels' own where these tell anything."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from headword.core.corpus import Corpus
from headword.core.errors import RecipeError
from headword.core.labels import LabelSpace
from headword.recipes.reader import Recipe
from headword.text.label_names import label_names
from headword.text.name_kernels import BODY, TITLE
from headword.text.name_patterns import LabelNames
from headword.text.names import NameFeatures
from headword.text.stemming import WordForms
from headword.text.tokens import tokenize
from headword.thesaurus.thesaurus import Thesaurus

_BLOCK = "names"
_SAMPLE = 1000
# Of the labels that documents carry, the share whose name stands in the document, at least.
_LEAST_NAMED = 0.03
_LEAST_FOUND = 3

Names = tuple[Recipe, LabelNames | None, LabelSpace]


def named_labels(
    corpus: Corpus, recipe: Recipe, thesaurus: Thesaurus | None, *, unseen: bool = True, language: str = ""
) -> Names:
    """Return the recipe for this corpus, the names to look for (None: no member does), and the label space.

    A thesaurus adds a lexical member to a recipe without one. Without a thesaurus, members that read names are left
    out where labels are codes, or otherwise seldom stand in the documents that carry them, unless there are no others.

    Raises
    ------
    RecipeError
        If there is a thesaurus, but documents come as numbers.
    """
    reads = [name for name, options in recipe.scorers.items() if options.get("block") == _BLOCK]
    if thesaurus is not None:
        if not any(corpus.titles) and not any(corpus.abstracts):
            raise RecipeError("a thesaurus needs documents with text, to look for the names of its concepts")
        if not reads:
            recipe = replace(
                recipe,
                features={**recipe.features, _BLOCK: {}},
                scorers={**recipe.scorers, "lexical": {"kind": "lexical", "block": _BLOCK}},
            )
        return recipe, *label_names(corpus, thesaurus, unseen=unseen, language=language)
    if not reads:
        return recipe, None, corpus.label_space
    if len(reads) < len(recipe.scorers) and not names_tell(corpus, language):
        scorers = {name: options for name, options in recipe.scorers.items() if name not in reads}
        features = {name: options for name, options in recipe.features.items() if name != _BLOCK}
        return replace(recipe, scorers=scorers, features=features), None, corpus.label_space
    return recipe, *label_names(corpus, language=language)


def names_tell(corpus: Corpus, language: str = "") -> bool:
    """Tell whether, in at most 1,000 documents, 3 % of the labels stand by name in the documents that carry them."""
    if not len(corpus):
        return False
    some = corpus.subset(np.unique(np.linspace(0, len(corpus) - 1, _SAMPLE).astype(np.int64)))
    used = np.flatnonzero(np.bincount(some.targets.indices, minlength=len(some.label_space)))
    space = LabelSpace(tuple(some.label_space.names[column] for column in used.tolist()))
    some = replace(some, targets=some.targets[:, used], label_space=space)
    names, _ = label_names(some, language=language)
    stream = tokenize([text for pair in zip(some.titles, some.abstracts, strict=True) for text in pair])
    found = NameFeatures.fit(stream, names).find(stream)
    whole = found.evidence[:, TITLE] + found.evidence[:, BODY] > 0
    documents = np.repeat(np.arange(len(some)), np.diff(found.indptr))
    named = sp.csr_matrix((whole.astype(np.float32), (documents, found.labels)), shape=some.targets.shape)
    right = float(named.multiply(some.targets).sum())
    return bool(right >= max(_LEAST_FOUND, _LEAST_NAMED * some.targets.nnz))


def advice(names: LabelNames | None) -> list[str]:
    """Return what to install so that more names are found, a sentence; none where nothing is lacking."""
    said = "" if names is None else WordForms.best(names.language).advice
    return [said] if said else []


def widened(corpus: Corpus, space: LabelSpace) -> Corpus:
    """Return the corpus over a label space that begins with its own; it stays where both are equal."""
    if len(space) == len(corpus.label_space):
        return corpus
    y = corpus.targets
    targets = sp.csr_matrix((y.data, y.indices, y.indptr), shape=(len(corpus), len(space)))
    return replace(corpus, targets=targets, label_space=space)


def thesaurus_of(source: "Thesaurus | str | Path | None") -> Thesaurus | None:
    """Return a thesaurus as it is, or read from a file."""
    if source is None or isinstance(source, Thesaurus):
        return source
    from headword.thesaurus.reader import read_thesaurus

    return read_thesaurus(source)
