"""The tagger from documents to suggestions, on the demo corpus."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from headword.bundle import read_bundle, write_bundle
from headword.core import parallel
from headword.core.corpus import Corpus, Document
from headword.core.errors import BundleError, DataError, NotFittedError, RecipeError
from headword.core.labels import LabelSpace
from headword.core.scores import Suggestions
from headword.decisions import crossfit
from headword.demo.corpus import demo_corpus
from headword.evaluation.report import Report
from headword.recipes.reader import CrossFitOptions, load_recipe
from headword.scorers import linear, neighbors
from headword.tagger import Tagger
from headword.tagger.folding import training_folds

OCEAN = "Surface currents of the ocean from satellite altimetry"
ARRAYS = ("indptr", "columns", "scores", "probabilities", "chosen")


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return demo_corpus()


@pytest.fixture(scope="module")
def train(corpus: Corpus) -> Corpus:
    return corpus.subset([part == "train" for part in corpus.fields["split"]])


@pytest.fixture(scope="module")
def test(corpus: Corpus) -> Corpus:
    return corpus.subset([part == "test" for part in corpus.fields["split"]])


@pytest.fixture(scope="module")
def fast(train: Corpus) -> Tagger:
    return Tagger("fast").fit(train)


@pytest.fixture(scope="module")
def default(train: Corpus) -> Tagger:
    return Tagger().fit(train)


@pytest.fixture(params=["fast", "default"])
def tagger(request: pytest.FixtureRequest, fast: Tagger, default: Tagger) -> Tagger:
    return {"fast": fast, "default": default}[request.param]


def same(one: Suggestions, other: Suggestions) -> bool:
    """Whether two suggestions are equal bit for bit."""
    return one.ids == other.ids and all(np.array_equal(getattr(one, a), getattr(other, a)) for a in ARRAYS)


def saved(tagger: Tagger, path: Path) -> bytes:
    tagger.save(path)
    return path.read_bytes()


def test_it_overfits_a_handful_of_documents() -> None:
    topics = {"tides": "sea level tide gauge", "rocks": "basalt magma dike", "stars": "spectra of a dwarf nova"}
    few = Corpus.from_documents(
        Document(f"{label}{i}", text, f"observation {i} of {text}", (label,))
        for i in range(4)
        for label, text in topics.items()
    )
    found = Tagger("fast").fit(few).suggest(few)
    assert [one[0].label for one in found] == [labels[0] for labels in few.label_sets() if labels]


def test_it_learns_what_the_demo_teaches(tagger: Tagger, test: Corpus) -> None:
    report = tagger.evaluate(test, n_bootstrap=0)
    assert isinstance(report, Report)
    assert report.n_docs == 60
    assert report.metrics["p@1"] > 0.8
    assert report.metrics["micro_f1"] > 0.6
    assert all(report.metrics["p@1"] > figures["p@1"] + 0.3 for figures in report.baselines.values())
    assert tagger.suggest(OCEAN)[0][0].label in ("Oceanography", "Ocean circulation")  # both are right


def test_the_default_recipe_is_not_worse_than_the_fast_one(fast: Tagger, default: Tagger, test: Corpus) -> None:
    one, other = (tagger.evaluate(test, n_bootstrap=0).metrics for tagger in (fast, default))
    assert other["p@1"] >= one["p@1"] - 0.05
    assert other["micro_f1"] >= one["micro_f1"] - 0.03


def test_quality_is_what_cross_fitting_found(tagger: Tagger, test: Corpus) -> None:
    assert tagger.quality["n_docs"] > 0
    figures = [value for name, value in tagger.quality.items() if name != "n_docs" and value is not None]
    assert all(isinstance(value, float) for value in figures)
    judged = tagger.evaluate(test, n_bootstrap=0).metrics
    for name in ("p@1", "micro_f1"):
        assert tagger.quality[name] == pytest.approx(judged[name], abs=0.15)
    assert json.dumps(tagger.quality)


def test_suggestions_are_ranked_and_sound(tagger: Tagger, test: Corpus) -> None:
    found = tagger.suggest(test)
    assert found.ids == test.ids
    assert found.shape == (60, len(tagger.label_space))
    assert np.isfinite(found.scores).all()
    assert ((found.probabilities >= 0) & (found.probabilities <= 1)).all()
    assert found.chosen.any()
    for a, b in zip(found.indptr[:-1], found.indptr[1:], strict=True):
        assert (np.diff(found.scores[a:b]) <= 0).all()
        assert len(set(found.columns[a:b].tolist())) == b - a


def test_k_keeps_the_best_and_all_chosen(fast: Tagger, test: Corpus) -> None:
    whole, best = fast.suggest(test), fast.suggest(test, k=2)
    assert same(best, whole.top(2))
    assert best.chosen.sum() == whole.chosen.sum()


def test_a_text_a_document_a_list_and_a_corpus_are_read_alike(tagger: Tagger) -> None:
    document = Document("1", abstract=OCEAN)
    by_text = tagger.suggest(OCEAN)
    for other in (document, [OCEAN], [document], (OCEAN,), Corpus.from_documents([document])):
        assert same(tagger.suggest(other), by_text)  # type: ignore[arg-type]
    assert tagger.suggest([OCEAN, "Magma"]).ids == ("1", "2")
    titled = tagger.suggest(Document("1", title=OCEAN))
    assert not np.array_equal(titled.scores, by_text.scores)


def test_all_at_once_is_one_by_one(tagger: Tagger, test: Corpus) -> None:
    some = test.subset(range(12))
    whole = tagger.suggest(some)
    for i, document in enumerate(some):
        alone = tagger.suggest(document)
        assert alone[0] == whole[i]


@pytest.mark.parametrize("text", ["", "  \n", "?!", "\0", "\ud800", "qqqq zzzz", "海洋", "x" * 50_000])
def test_any_text_gets_an_answer(tagger: Tagger, text: str) -> None:
    found = tagger.suggest(text)
    assert len(found) == 1
    assert np.isfinite(found.scores).all()


def test_no_documents_get_no_suggestions(tagger: Tagger, test: Corpus) -> None:
    for nothing in ([], test.subset([])):
        found = tagger.suggest(nothing)
        assert len(found) == 0
        assert found.label_space is tagger.label_space


def test_a_saved_tagger_suggests_bit_for_bit_alike(tagger: Tagger, test: Corpus, tmp_path: Path) -> None:
    path = tmp_path / "m.hw"
    bytes_written = saved(tagger, path)
    again = Tagger.load(path)
    assert same(again.suggest(test), tagger.suggest(test))
    assert same(again.suggest(OCEAN), tagger.suggest(OCEAN))
    assert again.quality == tagger.quality
    assert again.trained_on == tagger.trained_on
    assert again.label_space == tagger.label_space
    assert again.recipe == tagger.recipe
    assert again.train_support.tolist() == tagger.train_support.tolist()
    assert repr(again) == repr(tagger)
    assert saved(again, tmp_path / "again.hw") == bytes_written


@pytest.mark.parametrize("recipe", ["fast", "default"])
def test_threads_do_not_show_in_the_bytes(
    recipe: str, fast: Tagger, default: Tagger, train: Corpus, tmp_path: Path
) -> None:
    first = saved({"fast": fast, "default": default}[recipe], tmp_path / "a.hw")
    for n_threads in (1, 2):
        assert saved(Tagger(recipe, n_threads=n_threads).fit(train), tmp_path / "b.hw") == first


def test_one_thread_is_one_thread(train: Corpus, test: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def pool(workers: int) -> None:
        raise AssertionError(f"{workers} threads were started")

    monkeypatch.setattr(parallel, "ThreadPoolExecutor", pool)
    # small chunks, so that there would be work for several threads
    for module, name in ((linear, "_CHUNK_DOCS"), (neighbors, "_CHUNK_DOCS"), (crossfit, "_BATCH_DOCS")):
        monkeypatch.setattr(module, name, 8)
    recipe = load_recipe("default")
    recipe = replace(recipe, fusion=replace(recipe.fusion, select=False))
    tagger = Tagger(recipe, n_threads=1).fit(train)
    tagger.suggest(test)
    tagger.explain(test.document(0))
    tagger.n_threads = 2
    with pytest.raises(AssertionError, match="2 threads were started"):
        tagger.suggest(test)


def test_the_seed_is_all_that_chance_depends_on(fast: Tagger, train: Corpus, test: Corpus, tmp_path: Path) -> None:
    one, same_seed = (saved(Tagger("fast", seed=7).fit(train), tmp_path / f"{i}.hw") for i in range(2))
    assert one == same_seed
    assert one != saved(fast, tmp_path / "0.hw")
    other = Tagger("fast", seed=7).fit(train).evaluate(test, n_bootstrap=0).metrics["p@1"]
    assert other == pytest.approx(fast.evaluate(test, n_bootstrap=0).metrics["p@1"], abs=0.1)


def test_fitting_leaves_the_corpus_alone_and_can_be_repeated(train: Corpus, fast: Tagger, tmp_path: Path) -> None:
    before = train.fingerprint()
    tagger = Tagger("fast")
    assert tagger.fit(train.subset(range(40))) is tagger
    tagger.fit(train)
    assert train.fingerprint() == before
    assert saved(tagger, tmp_path / "a.hw") == saved(fast, tmp_path / "b.hw")


def test_what_it_was_trained_on_is_kept(fast: Tagger, train: Corpus) -> None:
    assert fast.trained_on == {"n_docs": 240, "fingerprint": train.fingerprint()}
    support = np.asarray(train.targets.sum(axis=0)).ravel()
    assert fast.train_support.tolist() == support[support > 0].astype(int).tolist()


def test_documents_without_annotation_and_labels_without_documents_are_left_out(train: Corpus) -> None:
    sets = [None if i % 3 == 0 else labels for i, labels in enumerate(train.label_sets())]
    wider = LabelSpace((*train.label_space.names, "Nobody has me"))
    partly = Tagger("fast").fit(train.with_labels(sets, wider))
    assert "Nobody has me" not in partly.label_space
    assert partly.trained_on["n_docs"] == sum(labels is not None for labels in sets)
    only = train.subset([i for i, labels in enumerate(sets) if labels is not None])
    plain = Tagger("fast").fit(only.with_labels(only.label_sets()))
    assert same(partly.suggest(OCEAN), plain.suggest(OCEAN))


def labelled(*sets: tuple[str, ...] | None, text: str = "a text of some words") -> Corpus:
    return Corpus.from_documents(Document(str(i), text, f"number{i}", labels) for i, labels in enumerate(sets))


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        (labelled(), "none of the 0 annotated documents has a label"),
        (labelled(*[None] * 9), "none of the 0 annotated documents has a label"),
        (labelled(*[()] * 9), "none of the 9 annotated documents has a label: .*--labels COLUMN"),
        (labelled(*[("a",)] * 9), "all documents share one label, 'a'"),
        (labelled(*[("a",), ()] * 9), "one label, 'a'"),
        (labelled(("a", "b")), "at least 6 documents with labels are needed, found 1"),
        (labelled(*[("a",), ("b",)] * 5, text="?").subset([]), "none of the 0"),
    ],
)
def test_what_cannot_be_learnt_from_is_told(documents: Corpus, message: str) -> None:
    with pytest.raises(DataError, match=message):
        Tagger("fast").fit(documents)


def test_empty_texts_are_told() -> None:
    empty = Corpus.from_documents(Document(str(i), "", "...", ("a",) if i % 2 else ("b",)) for i in range(10))
    with pytest.raises(DataError, match="the 10 documents have no words to learn from"):
        Tagger("fast").fit(empty)


@pytest.mark.parametrize("recipe", ["fast", "default"])
def test_the_smallest_corpus_that_is_taken(recipe: str) -> None:
    few = labelled(*[("a",), ("b",), ("a", "b")] * 2)
    found = Tagger(recipe).fit(few).suggest(few)
    assert np.isfinite(found.scores).all()


@pytest.mark.parametrize("n_docs", [6, 7, 8])
def test_a_few_documents_of_many_labels_are_taken(n_docs: int) -> None:
    words = ("tide", "basalt", "nova", "coral", "glacier", "aurora", "dune", "comet")
    few = Corpus.from_documents(
        Document(
            str(i), f"{words[i]} survey", f"{words[i]} and {words[i - 1]}", tuple(f"{words[i]} {n}" for n in "abcde")
        )
        for i in range(n_docs)
    )
    assert len(few.label_space) > 25
    # 30 and 97 keep none of the plainly wrong pairs of a half, and there are no others
    for seed in (0, 30, 97):
        found = Tagger("fast", seed=seed).fit(few).suggest(few)
        assert np.isfinite(found.scores).all()


def test_an_unfitted_tagger_says_so(tmp_path: Path, test: Corpus) -> None:
    blank = Tagger("fast")
    assert repr(blank) == "Tagger('fast', not fitted)"
    for use in (lambda: blank.suggest("x"), lambda: blank.evaluate(test), lambda: blank.save(tmp_path / "m.hw")):
        with pytest.raises(NotFittedError, match="not fitted; call fit, or load a bundle"):
            use()
    assert not list(tmp_path.iterdir())
    with pytest.raises(RecipeError, match="there is no recipe 'best'"):
        Tagger("best")


def test_a_recipe_of_ones_own(train: Corpus, test: Corpus) -> None:
    recipe = load_recipe("fast")
    own = replace(recipe, name="mine", decision={"policy": "top-k", "k": 2})
    found = Tagger(own).fit(train).suggest(test)
    assert np.diff(np.concatenate([[0], np.cumsum(found.chosen)])[found.indptr]).tolist() == [2] * 60


def test_progress_is_told_and_may_interrupt(train: Corpus) -> None:
    told: list[tuple[str, int, int]] = []
    Tagger("fast").fit(train, progress=lambda *step: told.append(step))
    assert told[0] == ("reading the texts", 0, 1)
    assert all(0 <= done <= total for _, done, total in told)

    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt(stage)

    tagger = Tagger("fast")
    with pytest.raises(KeyboardInterrupt, match="reading the texts"):
        tagger.fit(train, progress=stop)
    assert repr(tagger) == "Tagger('fast', not fitted)"


def test_groups_of_a_field_stay_in_one_fold(train: Corpus) -> None:
    recipe = load_recipe("fast")
    grouped = replace(recipe, crossfit=CrossFitOptions(folds=3, group="provider", near_duplicates=True))
    fold, providers = training_folds(train, grouped, seed=0), np.array(train.fields["provider"])
    assert all(len(set(fold[providers == provider].tolist())) == 1 for provider in set(providers.tolist()))
    held = Tagger(grouped).fit(train).held
    assert held is not None
    assert np.array_equal(held.fold, fold)
    with pytest.raises(DataError, match="country"):
        Tagger(replace(recipe, crossfit=CrossFitOptions(group="country"))).fit(train)


def test_held_out_documents_are_judged_by_models_that_did_not_see_them(train: Corpus) -> None:
    tagger = Tagger("fast").fit(train)
    held = tagger.held
    assert held is not None
    assert held.suggestions.ids == held.corpus.ids
    assert set(held.corpus.ids) < set(train.ids)
    assert len(set(held.fold.tolist())) == 1
    assert not same(held.suggestions, tagger.suggest(held.corpus))
    assert len(Tagger("default").fit(train).held.corpus) == len(train)


def numbers(n_docs: int = 120, seed: int = 0) -> Corpus:
    """Documents as counts of 40 features, the first eight of which tell the labels."""
    rng = np.random.default_rng(seed)
    dense = rng.poisson(0.3, (n_docs, 40)).astype(np.float32)
    documents = (
        Document(str(i), labels=tuple(f"label {j}" for j in np.flatnonzero(row[:8]))) for i, row in enumerate(dense)
    )
    space = LabelSpace(tuple(f"label {j}" for j in range(8)))
    return Corpus.from_documents(documents, label_space=space, features=sp.csr_matrix(dense))


@pytest.mark.parametrize("recipe", ["fast", "default"])
def test_a_corpus_of_numbers_goes_all_the_way(recipe: str, tmp_path: Path) -> None:
    tagger = Tagger(recipe).fit(numbers())
    report = tagger.evaluate(numbers(seed=1), n_bootstrap=0)
    assert report.metrics["micro_f1"] > 0.6
    tagger.save(tmp_path / "m.hw")
    again = Tagger.load(tmp_path / "m.hw")
    assert same(again.suggest(numbers(seed=1)), tagger.suggest(numbers(seed=1)))
    with pytest.raises(DataError, match="reads documents that come as numbers"):
        again.suggest("a text")


def test_each_fit_starts_from_the_recipe_that_was_given(train: Corpus, fast: Tagger) -> None:
    tagger = Tagger("fast").fit(numbers())
    assert "given" in tagger.recipe.features
    assert same(tagger.fit(train).suggest(OCEAN), fast.suggest(OCEAN))
    assert tagger.recipe == fast.recipe


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_out_of_range_is_told(seed: int) -> None:
    with pytest.raises(RecipeError, match=f"whole number from 0 to 4294967295, found {seed}"):
        Tagger("fast", seed=seed)


def test_a_text_tagger_refuses_nothing_but_finds_no_text_in_numbers(fast: Tagger) -> None:
    assert len(fast.suggest(numbers(5))) == 5


def rewritten(path: Path, **changes: object) -> Path:
    """A copy of a bundle with another manifest, whole in itself."""
    bundle = read_bundle(path)
    added = ("headword_bundle", "headword_version", "tensors", "checksum")
    manifest = {name: value for name, value in bundle.manifest.items() if name not in added}
    other = path.with_name("other.hw")
    write_bundle(other, {**manifest, **changes}, dict(bundle.tensors))
    return other


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label_space": "0" * 64}, "label space of the bundle is not the one its manifest names"),
        ({"kind": "thesaurus"}, "holds a 'thesaurus', not a tagger"),
        ({"members": ["nobody"]}, "is not a whole tagger"),
        ({"recipe": {}}, "is not a whole tagger: .*at least one scorer"),
        ({"recipe": 3}, "is not a whole tagger"),
    ],
)
def test_a_bundle_that_does_not_fit_itself_is_refused(
    fast: Tagger, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    fast.save(tmp_path / "m.hw")
    with pytest.raises(BundleError, match=message):
        Tagger.load(rewritten(tmp_path / "m.hw", **changes))


def test_a_bundle_without_one_of_its_arrays_is_refused(fast: Tagger, tmp_path: Path) -> None:
    fast.save(tmp_path / "m.hw")
    bundle = read_bundle(tmp_path / "m.hw")
    added = ("headword_bundle", "headword_version", "tensors", "checksum")
    manifest = {name: value for name, value in bundle.manifest.items() if name not in added}
    for left_out in bundle.tensors:
        kept = {name: array for name, array in bundle.tensors.items() if name != left_out}
        write_bundle(tmp_path / "torn.hw", manifest, kept)
        with pytest.raises(BundleError, match="is not a whole tagger"):
            Tagger.load(tmp_path / "torn.hw")


def test_evaluation_knows_labels_that_training_never_saw(fast: Tagger, test: Corpus) -> None:
    strange = test.with_labels([("Never seen", *(labels or ())) for labels in test.label_sets()])
    report = fast.evaluate(strange, n_bootstrap=0)
    assert report.metrics["micro_recall"] < fast.evaluate(test, n_bootstrap=0).metrics["micro_recall"]
