"""Bundles whose checksums are right and whose content is not: refused, or still a tagger, never a crash."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from headword import __version__
from headword.bundle import read_bundle, write_bundle
from headword.bundle.manifest import RESERVED
from headword.core.errors import BundleError
from headword.demo.corpus import demo_corpus
from headword.recipes.reader import load_recipe
from headword.scorers.linear_kernels import score_rows
from headword.scorers.neighbor_kernels import nearest
from headword.scorers.neighbor_vote_kernels import vote
from headword.tagger import Tagger
from headword.text.latent_kernels import multiply_rows
from headword.text.table_kernels import table_of

# Damage after which no tensor can be what it was; the last row of components is the one thing that may be missing.
ALWAYS_REFUSED = {"missing", "longer", "shorter", "empty", "type", "shape", "nan", "inf"}
STILL_FITS = {
    ("block.latent.components", "shorter"),
    # One string more, empty, changes nothing.
    ("block.words.tokens#bounds", "longer"),
    ("stop_words#bounds", "longer"),
    # Labels without curves of their own: so few documents may have none.
    ("ensemble.fusion.calibration.labels", "empty"),
}
INDICES = ("indptr", "counts", "labels", "documents", "rows", "target_indptr", "target_labels")


@pytest.fixture(scope="module")
def fitted() -> Tagger:
    recipe = load_recipe("default")
    every_member = replace(recipe, fusion=replace(recipe.fusion, select=False))
    tagger = Tagger(every_member, n_threads=1).fit(demo_corpus().subset(range(240)))
    return tagger.promise("recall=0.5", by="label").promise("bands=0.5")


@pytest.fixture(scope="module")
def good(fitted: Tagger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good") / "model.hw"
    fitted.save(path)
    return path


def rewritten(good: Path, path: Path, without: str = "", **changes: object) -> Path:
    bundle = read_bundle(good)
    manifest = {key: value for key, value in bundle.manifest.items() if key not in RESERVED} | changes
    write_bundle(path, manifest, {n: a for n, a in bundle.tensors.items() if not without or not n.startswith(without)})
    return path


def test_a_spoilt_tagger_is_refused_or_works(good: Path, tmp_path: Path) -> None:
    program = Path(__file__).with_name("mutated_taggers.py")
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", str(program), str(good), str(tmp_path)],
        capture_output=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout[-200:]} {done.stderr[-2000:]}"
    found: dict[tuple[str, str], set[str]] = {}
    for line in done.stdout.splitlines():
        what, end = json.JSONDecoder().raw_decode(line)
        found.setdefault(tuple(what), set()).add(json.loads(line[end:]))
    assert len(found) > 300
    assert found.pop(("nothing", "whole")) == {"works"}
    assert {what: ends for what, ends in found.items() if not ends <= {"refused", "works"}} == {}
    worked = {what for what, ends in found.items() if "works" in ends}
    assert {(name, how) for name, how in worked if how in ALWAYS_REFUSED} <= STILL_FITS
    indices = {name for name, _ in worked if name.split(".")[-1] in INDICES and ".calibration." not in name}
    assert not {name for name, how in worked if name in indices and how == "highest"}


@pytest.mark.parametrize("part", ["stop_words", "block.latent", "ensemble.fusion", "labels"])
def test_a_bundle_of_an_older_layout_names_what_is_missing_and_who_wrote_it(
    good: Path, tmp_path: Path, part: str
) -> None:
    path = rewritten(good, tmp_path / "old.hw", without=part)
    with pytest.raises(BundleError, match=rf"missing.*headword {__version__} wrote it"):
        Tagger.load(path)


def test_a_tagger_that_lost_its_stack_is_refused(good: Path, tmp_path: Path) -> None:
    path = rewritten(good, tmp_path / "old.hw", without="ensemble.stack")
    with pytest.raises(BundleError, match="fusion: "):
        Tagger.load(path)


def test_the_message_names_part_and_tensor(good: Path, tmp_path: Path) -> None:
    bundle = read_bundle(good)
    manifest = {key: value for key, value in bundle.manifest.items() if key not in RESERVED}
    name = "ensemble.scorer.words.labels"
    far = bundle.tensors[name].copy()
    far[7] = 250
    path = tmp_path / "far.hw"
    write_bundle(path, manifest, {**bundle.tensors, name: far})
    with pytest.raises(BundleError, match=r"scorer\.words: tensor 'labels' must lie between 0 and \d+, found 0 to 250"):
        Tagger.load(path)


def test_a_loaded_tagger_compiles_nothing_that_fitting_did_not(fitted: Tagger, good: Path) -> None:
    texts = list(demo_corpus().texts()[:5])
    before = fitted.suggest(texts)
    kernels = (score_rows, nearest, vote, multiply_rows, table_of)
    compiled = [len(kernel.signatures) for kernel in kernels]
    after = Tagger.load(good, n_threads=1).suggest(texts)
    assert [len(kernel.signatures) for kernel in kernels] == compiled
    assert np.array_equal(before.probabilities, after.probabilities)
