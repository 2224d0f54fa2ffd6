"""The script behind the prior of names: on small corpora, what it learns and writes."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import lexical_prior
from headword.scorers.lexical import COLUMNS

SUBJECTS = ["volcanoes", "Sea ice", "sea Ice", "coral reefs", "glaciers", "sand dunes", "tides", "peat bogs"]


N_TEST = 12


def corpus(folder: Path, n_docs: int = 72) -> Path:
    folder.mkdir()
    rng = np.random.default_rng(0)
    with gzip.open(folder / "documents.jsonl.gz", "wt", encoding="utf-8") as out:
        for number in range(n_docs):
            meant, other = rng.permutation(len(SUBJECTS))[:2].tolist()
            part = "train" if number < n_docs - N_TEST else "test"
            row = {"title": f"On {SUBJECTS[meant]} {number}", "abstract": f"not {SUBJECTS[other]}", "split": part}
            out.write(json.dumps({**row, "labels": [SUBJECTS[meant]]}) + "\n")
    return folder


def test_names_in_the_title_are_learnt_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical_prior, "SIZES", (20, 30))
    read = lexical_prior.keywords()(corpus(tmp_path / "small"))
    assert 50 <= read.targets.shape[0] <= 60  # test and valid documents of the benchmarks teach it nothing
    assert read.targets.shape[1] == len(SUBJECTS) - 1
    assert not any(title.endswith(("70", "71")) for title, _ in read.texts)
    x, y = lexical_prior.drawn(read)
    assert x.shape == (len(y), len(COLUMNS))
    assert 0.3 < y.mean() < 0.7
    trees = lexical_prior.fit([(x, y)])
    titled = x[:, COLUMNS.index("name in the title")] > 0
    used = [column for column, name in enumerate(COLUMNS) if name not in lexical_prior._LEFT_OUT]
    logits = trees.logits(np.ascontiguousarray(x[:, used]))
    assert logits[titled].mean() > logits[~titled].mean() + 1
    lexical_prior.write(trees, tmp_path / "prior.json")
    kept = json.loads((tmp_path / "prior.json").read_text())
    assert kept["columns"] == [COLUMNS[column] for column in used]
    np.testing.assert_allclose(kept["values"], trees.values, atol=1e-4)


def test_codes_have_the_names_beside_them(tmp_path: Path) -> None:
    folder = tmp_path / "codes"
    folder.mkdir()
    with gzip.open(folder / "documents.jsonl.gz", "wt", encoding="utf-8") as out:
        for text in ("Tides", "Tides", "Glaciers", "none"):
            out.write(
                json.dumps(
                    {"title": text, "abstract": "", "labels": ["a1"] if text != "none" else [], "split": "train"}
                )
                + "\n"
            )
    with gzip.open(folder / "labels.jsonl.gz", "wt", encoding="utf-8") as out:
        out.write(json.dumps({"id": "a1", "name": "Tides", "alt": ["Tidal waves"]}) + "\n")
    read = lexical_prior.categories(folder)
    assert read.targets.shape == (2, 1)
    assert read.names.texts == ("Tides", "Tidal waves")
    assert read.texts == [("Tides", ""), ("Glaciers", "")]
