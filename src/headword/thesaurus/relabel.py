"""Relabelling: other names for the labels of a corpus, with an account of what became of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from headword.core.corpus import Corpus

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
