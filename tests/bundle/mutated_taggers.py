"""Spoil a tagger's bundle in every way, load each and use it; print what came of it, a JSON line each.

A program of its own, since what it looks for would end the process: run as `python mutated_taggers.py GOOD FOLDER`.
"""

import copy
import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from headword.bundle import read_bundle, write_bundle
from headword.bundle.manifest import RESERVED
from headword.core.errors import BundleError
from headword.tagger import Tagger

TEXTS = ["Surface currents of the ocean from satellite altimetry", "", "magma 海洋 q" * 9]


def spoilt(array: np.ndarray, rng: np.random.Generator) -> Iterator[tuple[str, np.ndarray | None]]:
    """Yield what may become of one tensor, by the name of the damage."""
    yield "missing", None
    yield "longer", np.concatenate([array, array[-1:]])
    yield "shorter", array[:-1]
    yield "empty", array[:0]
    yield "type", array.astype(np.float64 if array.dtype != np.float64 else np.int8)
    yield "shape", array[None]
    yield "shuffled", rng.permutation(array)
    flat = array.reshape(-1)
    limits = np.finfo(array.dtype) if array.dtype.kind == "f" else np.iinfo(array.dtype)
    values = {"highest": limits.max, "lowest": limits.min, "one more": flat.max() if array.dtype.kind != "f" else 9}
    values |= {"nan": np.nan, "inf": np.inf} if array.dtype.kind == "f" else {}
    for name, value in values.items():
        for at in {0, len(flat) - 1, int(rng.integers(len(flat)))}:
            changed = flat.copy()
            changed[at] = value + (name == "one more" and value < limits.max)
            yield name, changed.reshape(array.shape)


def manifests(manifest: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield spoilt manifests, by the name of the damage."""
    changes: dict[str, list[Any]] = {
        "seed": [None, "0", -1, 1.5, True],
        "n_docs": [None, "9", -1, 0, 10**30],
        "blocks": [None, [], ["words"], ["words", "x"], ["latent", "words", "characters"], [["words"]], "words"],
        "members": [None, [], ["words"], ["x"], manifest["members"][::-1], [1], {"words": 1}],
        "recipe": [None, [], {}, {"scorers": 1}],
        "quality": [None, []],
        "label_space": [None, "0"],
        "guarantee": [None, {}, {**manifest["guarantee"], "level": 7.0}, {**manifest["guarantee"], "by": None}],
        "bands": [None, {}, {**manifest["bands"], "accept": -1.0}, {**manifest["bands"], "n_docs": "9"}],
    }
    for key, values in changes.items():
        for value in values:
            yield f"{key} = {value}", {**manifest, key: value}
        yield f"no {key}", {k: v for k, v in manifest.items() if k != key}
    for name in manifest["members"]:
        for block in ("words", "characters", "latent", "given"):
            other = copy.deepcopy(manifest)
            other["recipe"]["scorers"][name]["block"] = block
            yield f"{name} reads {block}", other
    for key, flag in (("stack", False), ("network", False), ("select", True)):
        other = copy.deepcopy(manifest)
        other["recipe"]["fusion"][key] = flag
        yield f"{key} = {flag}", other


def outcome(path: Path) -> str:
    """Return `refused`, `works`, or the error that should not be."""
    try:
        tagger = Tagger.load(path, n_threads=1)
    except BundleError as error:
        return "refused" if str(path) in str(error) else f"not named: {error}"
    except Exception as error:
        return f"load: {type(error).__name__} {error}"
    try:
        found = tagger.suggest(TEXTS, k=3)
        tagger.explain(TEXTS[0])
    except BundleError:
        return "refused"  # names of documents are unpacked when they are asked for
    except Exception as error:
        return f"suggest: {type(error).__name__} {error}"
    return "works" if len(found) == len(TEXTS) else "lost documents"


def main(good: str, folder: str) -> None:
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(0)
    bundle = read_bundle(good)
    manifest = {key: value for key, value in bundle.manifest.items() if key not in RESERVED}
    path = Path(folder) / "spoilt.hw"

    def tried(what: str, how: str, head: dict[str, Any], tensors: dict[str, np.ndarray]) -> None:
        print(json.dumps([what, how]), end=" ", flush=True)
        write_bundle(path, head, tensors)
        print(json.dumps(outcome(path)), flush=True)

    tried("nothing", "whole", manifest, dict(bundle.tensors))
    for how, head in manifests(manifest):
        tried("manifest", how, head, dict(bundle.tensors))
    for name, array in bundle.tensors.items():
        # The pair models of further folds are read as the first is.
        spared = not array.size or name.startswith(("ensemble.fusion.1.", "ensemble.fusion.2."))
        for how, changed in () if spared else spoilt(array, rng):
            others = {n: a for n, a in bundle.tensors.items() if n != name}
            tried(name, how, manifest, others if changed is None else {**others, name: changed})


if __name__ == "__main__":
    main(*sys.argv[1:])
