"""The model card: made of nothing but the bundle, the same each time, and true."""

from pathlib import Path

import numpy as np
import pytest
from pages.reading import require_accessible

from headword.bundle import read_bundle, write_bundle
from headword.bundle.card import Facts, card_markdown
from headword.bundle.card_page import model_card_page
from headword.bundle.manifest import RESERVED
from headword.bundle.state import nested_state
from headword.core.corpus import Corpus, Document
from headword.core.errors import BundleError
from headword.demo.corpus import demo_corpus
from headword.tagger import Tagger


@pytest.fixture(scope="module")
def fitted() -> Tagger:
    return Tagger("fast", n_threads=1).fit(demo_corpus())


@pytest.fixture(scope="module")
def model(fitted: Tagger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("card") / "model.hw"
    fitted.save(path)
    return path


def facts_of(path: Path) -> Facts:
    bundle = read_bundle(path)
    return Facts.of(bundle.manifest, nested_state(bundle.tensors), bundle.manifest["headword_version"])


def rewritten(model: Path, path: Path, without: tuple[str, ...] = (), **tensors: np.ndarray) -> Path:
    bundle = read_bundle(model)
    manifest = {k: v for k, v in bundle.manifest.items() if k not in (*RESERVED, *without)}
    kept = {n: a for n, a in bundle.tensors.items() if not n.startswith(without or "-")}
    write_bundle(path, manifest, kept | tensors)
    return path


def test_the_bundle_holds_its_card_and_keeps_it(model: Path, tmp_path: Path) -> None:
    assert read_bundle(model).manifest["card"] == card_markdown(facts_of(model))
    Tagger.load(model).save(tmp_path / "again.hw")
    assert (tmp_path / "again.hw").read_bytes() == model.read_bytes()


def test_figures_equal_an_independent_count(fitted: Tagger, model: Path) -> None:
    held = fitted.held
    assert held is not None
    true = {doc: set(labels or ()) for doc, labels in zip(held.corpus.ids, held.corpus.label_sets(), strict=True)}
    said = {one: {s.label for s in held.suggestions[i] if s.chosen} for i, one in enumerate(held.corpus.ids)}
    rows = facts_of(model).labels
    assert [row.support for row in rows] == sorted((row.support for row in rows), reverse=True)
    for row in rows:
        hits = sum(row.label in true[d] and row.label in said[d] for d in true)
        assert row.true == sum(row.label in labels for labels in true.values())
        assert row.chosen == sum(row.label in labels for labels in said.values())
        assert row.precision == (pytest.approx(hits / row.chosen) if row.chosen else None)
        assert row.f1 == (pytest.approx(2 * hits / (row.true + row.chosen)) if row.true + row.chosen else None)


def test_baselines_and_reliability_stand_beside(fitted: Tagger, model: Path) -> None:
    facts = facts_of(model)
    figures = {name: (value, beside) for name, value, beside in facts.figures()}
    value, beside = figures["micro_f1"]
    assert value == fitted.quality["micro_f1"]
    assert beside["most_frequent_labels"] < value
    bins = facts.reliability()
    n = sum(count for *_, count in bins)
    error = sum(abs(p - right) * count for p, right, count in bins) / n
    assert error == pytest.approx(fitted.quality["ece"], abs=1e-6)
    assert f"{fitted.quality['ece']:.4f}" in facts.calibration()


def test_a_card_says_what_a_reader_must_know(model: Path) -> None:
    text = card_markdown(facts_of(model), None)
    for heading in (
        "Intended use",
        "Limits",
        "What it learnt from",
        "How good it is",
        "Probabilities",
        "Labels",
        "Recipe",
    ):
        assert f"\n## {heading}\n" in text
    assert "licence of the documents | not known" in text
    assert text.count("\n| ") > len(facts_of(model).labels)
    assert "gives all" not in text
    assert "gives all" in card_markdown(facts_of(model), 3)


def test_names_cannot_break_the_card(tmp_path: Path) -> None:
    docs = [Document(str(i), f"{'ab'[i % 2]} word{i}", labels=(("x | y", "<b>*z*\n## no")[i % 2],)) for i in range(12)]
    Tagger("fast", n_threads=1).fit(Corpus.from_documents(docs)).save(tmp_path / "m.hw")
    text = card_markdown(facts_of(tmp_path / "m.hw"))
    assert "| x \\| y | 6 |" in text
    assert "\n## no" not in text
    assert "<b>" not in text
    page = model_card_page(facts_of(tmp_path / "m.hw"), "<m>.hw")
    assert "<b>" not in page
    assert "&lt;m&gt;.hw" in page


def test_where_the_documents_came_from_is_told(fitted: Tagger, model: Path, tmp_path: Path) -> None:
    tagger = Tagger.load(model)
    tagger.trained_on |= {"source": {"name": "demo", "licence": "CC0 1.0"}}
    tagger.save(tmp_path / "m.hw")
    told = dict(facts_of(tmp_path / "m.hw").learnt_from())
    assert (told["name"], told["licence"]) == ("demo", "CC0 1.0")
    assert "licence of the documents" not in told


def test_bundles_from_before_there_were_cards_still_load(model: Path, tmp_path: Path) -> None:
    old = rewritten(model, tmp_path / "old.hw", ("card", "crossfit", "judged."))
    tagger = Tagger.load(old)
    assert tagger.record.counts is None
    assert tagger.quality == Tagger.load(model).quality
    text = card_markdown(facts_of(old))
    assert "| – | – | – |" in text
    assert "Every label" in model_card_page(facts_of(old), "old.hw")
    tagger.save(tmp_path / "new.hw")
    assert read_bundle(tmp_path / "new.hw").manifest["card"] == text


def test_a_manifest_from_anybody_makes_a_card_still(model: Path, tmp_path: Path) -> None:
    odd = {
        "quality": {"p@1": "high", "ece": [], "n_docs": None},
        "trained_on": {"n_docs": "many", "source": "web"},
        "crossfit": {"baselines": {"label_prior": 3, "most_frequent_labels": {"p@1": "x"}}, "reliability": []},
    }
    bundle = read_bundle(model)
    manifest = {k: v for k, v in bundle.manifest.items() if k not in RESERVED} | odd
    write_bundle(tmp_path / "odd.hw", manifest, bundle.tensors)
    Tagger.load(tmp_path / "odd.hw").save(tmp_path / "again.hw")
    text = card_markdown(facts_of(tmp_path / "again.hw"))
    assert "It was not measured." in text
    assert "| documents | an unknown number |" in text
    assert "It was not measured." in model_card_page(facts_of(tmp_path / "odd.hw"), "odd.hw")


@pytest.mark.parametrize("what", ["missing", "more hits than chosen", "negative", "too short"])
def test_counts_that_cannot_be_are_refused(model: Path, tmp_path: Path, what: str) -> None:
    hits = read_bundle(model).tensors["judged.hits"]
    changed = {"more hits than chosen": hits + 50, "negative": hits - 100, "too short": hits[1:]}
    bad = (
        rewritten(model, tmp_path / "bad.hw", ("judged.",))
        if what == "missing"
        else rewritten(model, tmp_path / "bad.hw", **{"judged.hits": changed[what]})
    )
    with pytest.raises(BundleError, match="is not a whole tagger"):
        Tagger.load(bad)


def test_the_page_stands_alone(model: Path) -> None:
    page = model_card_page(facts_of(model), "model.hw")
    require_accessible(page)
    assert "src=" not in page
    assert "`" not in page.partition("<main")[2].partition("Recipe</h2>")[0]
    assert "Stated probability and share right" in page
