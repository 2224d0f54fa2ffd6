"""Taggers to explain: of the demo corpus, and of a small corpus of numbers."""

import numpy as np
import pytest
import scipy.sparse as sp

import headword as hw
from headword.core.corpus import Corpus
from headword.core.labels import LabelSpace
from headword.demo.corpus import demo_corpus
from headword.splits.given import split
from headword.tagger import Tagger


@pytest.fixture(scope="session")
def train() -> Corpus:
    corpus = demo_corpus()
    return corpus.subset(split(corpus).train)


@pytest.fixture(scope="session")
def test() -> Corpus:
    corpus = demo_corpus()
    return corpus.subset(split(corpus).test)


@pytest.fixture(scope="session")
def tagger(train: Corpus) -> Tagger:
    """Words, characters, latent, neighbours and stack, all of them whether they pay or not."""
    recipe = hw.Tagger("default").recipe.to_dict()
    recipe["fusion"]["select"] = False
    from headword.recipes.reader import parse_recipe

    return hw.Tagger(parse_recipe(recipe)).fit(train)


@pytest.fixture(scope="session")
def numbers() -> Corpus:
    """Three labels, each told by ten of thirty features."""
    rng = np.random.default_rng(5)
    label = np.arange(90) % 3
    dense = (rng.random((90, 30)) < 0.05) | (
        (np.arange(30)[None] // 10 == label[:, None]) & (rng.random((90, 30)) < 0.4)
    )
    space = LabelSpace(("a", "b", "c"))
    return Corpus(
        ids=tuple(f"n{i}" for i in range(90)),
        titles=("",) * 90,
        abstracts=("",) * 90,
        targets=space.encode([(space.names[i],) for i in label]),
        label_space=space,
        annotated=np.ones(90, dtype=bool),
        features=sp.csr_matrix(dense.astype(np.float32)),
    )
