"""Relabelling: other names for the labels of a corpus, with an account of what became of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from headword.core.corpus import Corpus
from headword.core.errors import RecipeError
from headword.thesaurus.align import LabelMatch
from headword.thesaurus.thesaurus import Thesaurus

WRITTEN_AS = ("id", "name", "path")

_MOST_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Relabelled:
    """What became of one label.

    Attributes
    ----------
    label
        As it was.
    images
        What stands in its place; the label itself where it was kept.
    n_docs
        Documents that carried it.
    examples
        Ids of some of them.
    """

    label: str
    images: tuple[str, ...]
    n_docs: int
    examples: tuple[str, ...]


def relabel(corpus: Corpus, images: Mapping[str, tuple[str, ...]]) -> tuple[Corpus, list[Relabelled]]:
    """Replace labels by their images; a label without images stays as it is.

    A document that carried several labels with one image carries it once. The account lists every label that occurs, in
    the order of the label space, and so also those that stayed.
    """
    carriers: dict[str, list[int]] = {}
    sets = corpus.label_sets()
    for row, labels in enumerate(sets):
        for label in labels or ():
            carriers.setdefault(label, []).append(row)
    account = [
        Relabelled(
            label,
            images.get(label) or (label,),
            len(carriers[label]),
            tuple(corpus.ids[row] for row in carriers[label][:_MOST_EXAMPLES]),
        )
        for label in corpus.label_space.names
        if label in carriers
    ]
    new = [
        None
        if labels is None
        else tuple(dict.fromkeys(one for label in labels for one in images.get(label) or (label,)))
        for labels in sets
    ]
    return corpus.with_labels(new), account


def images_of(
    matches: Iterable[LabelMatch], thesaurus: Thesaurus, written_as: str = "id"
) -> dict[str, tuple[str, ...]]:
    """Return, for each label that was matched, how its concepts are written, and what is left of it.

    Parameters
    ----------
    written_as
        One of WRITTEN_AS. Names and paths are in the working language of the thesaurus.
    """
    if written_as not in WRITTEN_AS:
        raise RecipeError(f"concepts are written as {', '.join(WRITTEN_AS)}, not as {written_as!r}")

    def written(concept_id: str) -> str:
        row = thesaurus.row(concept_id)
        if written_as == "id":
            return concept_id
        return thesaurus.name(row) if written_as == "name" else thesaurus.path(row)

    return {
        match.label: (*dict.fromkeys(written(one) for one in match.concepts), *match.rest)
        for match in matches
        if match.concepts
    }
