"""No change makes the suggestions worse unnoticed: floors on pinned corpora, for the recipes that people use."""

import hashlib
import tomllib
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from benchmarks.synthetic import Synthetic
from headword.core.corpus import Corpus
from headword.demo.corpus import demo_corpus
from headword.tagger import Tagger

FLOORS = tomllib.loads(Path(__file__).with_name("quality_floors.toml").read_text(encoding="utf-8"))
LEAST, MOST = ("p@1", "micro_f1", "macro_f1"), ("ece",)
ADVICE = """
Do not lower a floor to get past this test: find the commit (git bisect run python -m pytest
tests/benchmarks/test_quality_gate.py) and repair it. If the loss is the price of something worth more, lower the floor
in quality_floors.toml in that same commit, and say in its message and in CHANGELOG.md what was lost, and for what."""


def demo() -> tuple[Corpus, Corpus, str]:
    corpus = demo_corpus()
    part = np.array(corpus.fields["split"])
    digest = hashlib.sha256(files("headword.demo").joinpath("corpus.jsonl").read_bytes()).hexdigest()[:16]
    return corpus.subset(part == "train"), corpus.subset(part == "test"), digest


def synthetic() -> tuple[Corpus, Corpus, str]:
    about = FLOORS["synthetic"]
    return Synthetic(about["n_train"], about["n_labels"], about["n_test"], about["seed"]).corpora()


@pytest.fixture(scope="module", params=[demo, synthetic], ids=lambda made: made.__name__)
def pinned(request):
    train, test, digest = request.param()
    about = FLOORS[request.param.__name__]
    found = {"sha256": digest, "n_train": len(train), "n_test": len(test)}
    assert found == {name: about[name] for name in found}, (
        "the corpus under the floors is another one: undo the change to it, or measure and set the floors anew"
    )
    return about, train, test


@pytest.mark.parametrize("recipe", ["fast", "default"])
def test_quality_stays_above_the_floors(pinned, recipe: str) -> None:
    about, train, test = pinned
    floors = about[recipe]
    metrics = Tagger(recipe, n_threads=2).fit(train).evaluate(test, n_bootstrap=0).metrics
    assert set(floors) == {*LEAST, *MOST}
    short = [
        f"{name} is {metrics[name]:.4f}, the floor {floors[name]}" for name in LEAST if metrics[name] < floors[name]
    ]
    short += [
        f"{name} is {metrics[name]:.4f}, the most {floors[name]}" for name in MOST if metrics[name] > floors[name]
    ]
    assert not short, "; ".join(short) + ADVICE


def test_the_floors_can_fail() -> None:
    """The gate looks at what a tagger says: one that guesses falls through every floor."""
    about, (train, test, _) = FLOORS["demo"], demo()
    order = np.random.default_rng(0).permutation(len(train))
    guessing = train.with_labels([train.label_sets()[i] for i in order])
    metrics = Tagger("fast", n_threads=2).fit(guessing).evaluate(test, n_bootstrap=0).metrics
    assert all(metrics[name] < about["fast"][name] for name in LEAST)
