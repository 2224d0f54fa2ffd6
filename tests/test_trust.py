"""What a tagger promises: from held-out documents or from others, through a bundle, beside its suggestions."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from headword.bundle import read_bundle, write_bundle
from headword.bundle.manifest import RESERVED
from headword.core.corpus import Corpus
from headword.core.errors import BundleError, DataError, NotFittedError, RecipeError
from headword.decisions.calibration import CalibrationOptions
from headword.demo.corpus import demo_corpus
from headword.recipes.reader import load_recipe, parse_recipe
from headword.tagger import Tagger


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return demo_corpus()


@pytest.fixture(scope="module")
def apart(corpus: Corpus) -> Corpus:
    return corpus.subset(np.arange(len(corpus)) % 3 == 0)


@pytest.fixture(scope="module")
def learnt(corpus: Corpus) -> Tagger:
    return Tagger("fast", n_threads=1).fit(corpus.subset(np.arange(len(corpus)) % 3 != 0))


@pytest.fixture
def tagger(learnt: Tagger, tmp_path: Path) -> Tagger:
    """A loaded copy, which may be changed."""
    learnt.save(tmp_path / "learnt.hw")
    return Tagger.load(tmp_path / "learnt.hw", n_threads=1)


def test_without_promises_nothing_is_marked(tagger: Tagger) -> None:
    found = tagger.suggest("sea ice")
    assert (found.in_set, found.holds, found.bands, found.automatic) == (None,) * 4
    assert found[0][0].in_set is None


def test_promises_travel_through_a_bundle(tagger: Tagger, apart: Corpus, tmp_path: Path) -> None:
    tagger.promise("recall=0.8", by="provider", corpus=apart).promise("bands=0.7", corpus=apart)
    for name in ("one.hw", "two.hw"):
        tagger.save(tmp_path / name)
    assert (tmp_path / "one.hw").read_bytes() == (tmp_path / "two.hw").read_bytes()
    again = Tagger.load(tmp_path / "one.hw", n_threads=1)
    before, after = tagger.suggest(apart), again.suggest(apart)
    for name in ("in_set", "holds", "bands", "automatic"):
        assert np.array_equal(getattr(before, name), getattr(after, name))
    assert again.trust.guarantee is not None
    assert again.trust.guarantee.split == "exact"
    assert read_bundle(tmp_path / "one.hw").manifest["guarantee"]["statement"] == again.trust.guarantee.statement


def test_the_best_few_keep_the_whole_set(tagger: Tagger, apart: Corpus) -> None:
    tagger.promise("recall=0.8", corpus=apart)
    whole, few = tagger.suggest(apart), tagger.suggest(apart, k=1)
    assert whole.in_set is not None
    assert few.in_set is not None
    assert few.in_set.sum() == whole.in_set.sum()
    assert len(few.columns) < len(whole.columns)


def test_sets_hold_the_promised_share_of_the_documents_they_were_made_from(tagger: Tagger, apart: Corpus) -> None:
    tagger.promise("recall=0.8", corpus=apart)
    shares = []
    for ranked, labels in zip(tagger.suggest(apart), apart.label_sets(), strict=True):
        inside = {one.label for one in ranked if one.in_set}
        shares.append(len(inside & set(labels or ())) / max(len(labels or ()), 1))
    assert np.mean(shares) >= 0.8


def test_held_out_documents_make_an_approximate_promise(corpus: Corpus) -> None:
    tagger = Tagger("fast", n_threads=1).fit(corpus)
    assert tagger.promise("recall=0.7").trust.guarantee is not None
    assert tagger.trust.guarantee.split == "cross-fit"
    assert "approximate" in tagger.trust.guarantee.statement
    tagger.fit(corpus)
    assert tagger.trust.guarantee is None


def test_what_cannot_be_promised_is_told(tagger: Tagger, apart: Corpus) -> None:
    with pytest.raises(NotFittedError, match="a loaded tagger keeps no held-out documents"):
        tagger.promise("recall=0.8")
    with pytest.raises(RecipeError, match="they take no field"):
        tagger.promise("bands=0.9", by="provider", corpus=apart)
    with pytest.raises(DataError, match=r"recall 0\.999 cannot be promised from 100 documents"):
        tagger.promise("recall=0.999", corpus=apart)
    with pytest.raises(DataError, match="by the field 'colour', which the documents lack"):
        tagger.promise("recall=0.8", by="colour", corpus=apart)
    assert tagger.trust.guarantee is None


def test_a_guarantee_without_its_entry_is_refused(tagger: Tagger, apart: Corpus, tmp_path: Path) -> None:
    tagger.promise("recall=0.8", corpus=apart).save(tmp_path / "whole.hw")
    bundle = read_bundle(tmp_path / "whole.hw")
    manifest = {key: value for key, value in bundle.manifest.items() if key not in (*RESERVED, "guarantee")}
    write_bundle(tmp_path / "spoilt.hw", manifest, dict(bundle.tensors))
    with pytest.raises(BundleError, match="the manifest says of none"):
        Tagger.load(tmp_path / "spoilt.hw")


def test_a_bundle_from_before_calibration_and_promises_loads(corpus: Corpus, tmp_path: Path) -> None:
    recipe = replace(load_recipe("fast"), calibration=CalibrationOptions("none", per_label=False))
    tagger = Tagger(recipe, n_threads=1).fit(corpus)
    tagger.save(tmp_path / "new.hw")
    bundle = read_bundle(tmp_path / "new.hw")
    manifest = {key: value for key, value in bundle.manifest.items() if key not in RESERVED}
    manifest["recipe"] = {key: value for key, value in manifest["recipe"].items() if key != "calibration"}
    tensors = {name: array for name, array in bundle.tensors.items() if ".calibration." not in name}
    assert len(tensors) < len(bundle.tensors)
    write_bundle(tmp_path / "old.hw", manifest, tensors)
    old = Tagger.load(tmp_path / "old.hw", n_threads=1)
    assert np.array_equal(old.suggest(corpus).probabilities, tagger.suggest(corpus).probabilities)


@pytest.mark.parametrize("method", ["temperature", "platt", "beta", "isotonic"])
def test_the_recipe_names_the_calibration(corpus: Corpus, method: str) -> None:
    tables = {**load_recipe("fast").to_dict(), "calibration": {"method": method, "per_label": False}}
    tagger = Tagger(parse_recipe(tables), n_threads=1).fit(corpus.subset(range(150)))
    assert tagger.recipe.to_dict()["calibration"] == {"method": method, "per_label": False, "strength": 20}
    assert tagger.ensemble.fusion.calibration.name == method
    with pytest.raises(RecipeError, match=r"method in \[calibration\] is one of auto"):
        parse_recipe({**tables, "calibration": {"method": "guess"}})
    with pytest.raises(RecipeError, match=r"unknown setting bins in \[calibration\]"):
        parse_recipe({**tables, "calibration": {"bins": 3}})
