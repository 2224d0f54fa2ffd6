"""A kept block of names: the same again, and what of it must fit."""

import numpy as np
import pytest

from headword.core.errors import DataError
from headword.text import name_kernels as kernels
from headword.text.name_kernels import N_EVIDENCE
from headword.text.name_patterns import LabelNames
from headword.text.names import NameFeatures

from .test_names import DOCUMENTS, NAMES, searched, stream_of


def test_a_kept_block_finds_the_same() -> None:
    stream = stream_of(DOCUMENTS)
    names = LabelNames.of(NAMES)
    block = NameFeatures.fit(stream, names)
    again = NameFeatures.from_state({name: array.copy() for name, array in block.state().items()})
    assert np.array_equal(again.transform(stream).data, block.transform(stream).data)
    assert again.term(N_EVIDENCE + kernels.BODY) == "label 1: name in the text"


DAMAGE = {
    "words": lambda array: array + 100,
    "meant": lambda array: array + 100,
    "counts": lambda array: array * 0,
    "lengths": lambda array: array[:-1],
    "kinds": lambda array: array + 4,
    "weights": lambda array: array * 0,
    "weights of all sizes": lambda array: array * np.logspace(0, 30, len(array), dtype=np.float32),
    "broader": lambda array: np.append(array, np.int32(0)),
    "n_labels": lambda array: array * 0 - 1,
}


@pytest.mark.parametrize("part", DAMAGE)
def test_a_damaged_block_is_told(part: str) -> None:
    state = NameFeatures.fit(stream_of(DOCUMENTS), LabelNames.of(NAMES)).state()
    name = part.partition(" ")[0]
    with pytest.raises(DataError):
        NameFeatures.from_state({**state, name: DAMAGE[part](state[name])})


def test_words_of_one_stem_in_every_document_do_not_make_it_worse_than_common() -> None:
    block, _ = searched(
        [("Data model", "datas models modelled modelling dataset")] * 200, LabelNames.of(["model data"])
    )
    assert block.patterns.weights == pytest.approx([0.3, 0.3])
    assert len(NameFeatures.from_state(block.state()).find(stream_of([("Data of a model", "")])).labels) == 1
