"""A tagger with a thesaurus: concepts that no training document has, kept bundles, threads, tiny corpora."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import headword as hw
from headword.bundle.relabelling import relabel_bundle
from headword.cli.program import app
from headword.core.corpus import Corpus, Document
from headword.core.errors import BundleError, MissingExtraError, RecipeError
from headword.recipes.reader import load_recipe
from headword.sources.writer import write
from headword.tagger import Tagger
from headword.tagger.naming import named_labels, names_tell
from headword.text import stemming
from headword.thesaurus.concept import Concept, Name
from headword.thesaurus.thesaurus import Thesaurus
from headword.thesaurus.writer import write_thesaurus

SUBJECTS = (
    "volcano", "sea ice", "coral reef", "glacier", "sand dune", "tide", "forest fire", "peat bog", "salt marsh",
    "hot spring", "river delta", "lunar crater", "solar flare", "meteor shower", "dust storm", "landslide",
)  # fmt: skip
PLURALS = tuple(name.rstrip("e") + "es" if name in ("volcano",) else name + "s" for name in SUBJECTS)
N_KNOWN = 10
OF_THE_FORMAT = ("headword_bundle", "headword_version", "tensors", "checksum")
FILLER = [
    "we",
    "measured",
    "many",
    "samples",
    "with",
    "great",
    "care",
    "and",
    "report",
    "here",
    "what",
    "was",
    "found",
    "over",
    "several",
    "years",
    "of",
    "work",
]


def thesaurus() -> Thesaurus:
    concepts = [Concept(f"c:{i}", (Name(name, language="en"),)) for i, name in enumerate(PLURALS)]
    concepts[-1] = Concept(concepts[-1].id, concepts[-1].names, deprecated=True)
    return Thesaurus((*concepts, Concept("c:none", (Name("of no text at all", language="en"),))))


def corpus_of(n_docs: int, first: int = 0, last: int = N_KNOWN, seed: int = 0) -> Corpus:
    """Documents whose title names their label, and whose text mentions another in passing."""
    rng = np.random.default_rng(seed)
    documents = []
    for i in range(n_docs):
        meant = first + i % (last - first)
        other = (meant + int(rng.integers(1, N_KNOWN))) % N_KNOWN
        words = list(rng.permutation(FILLER))
        text = f"The {SUBJECTS[meant]} changed. " + " ".join([*words[:9], SUBJECTS[other], *words[9:]])
        documents.append(Document(f"{seed}-{i}", f"A {SUBJECTS[meant]} in detail", text, (f"c:{meant}",)))
    return Corpus.from_documents(documents)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger("lexical", thesaurus=thesaurus(), n_threads=1).fit(corpus_of(20))


@pytest.fixture(scope="module")
def default() -> Tagger:
    return Tagger("default", thesaurus=thesaurus(), n_threads=1).fit(corpus_of(40))


def test_twenty_documents_are_enough_to_suggest_concepts_that_none_of_them_has(tagger: Tagger) -> None:
    assert tagger.label_space.names[N_KNOWN:] == ("c:10", "c:11", "c:12", "c:13", "c:14", "c:none")
    assert tagger.train_support[N_KNOWN:].tolist() == [0] * 6
    unseen = corpus_of(10, N_KNOWN, 15, seed=1)
    found = tagger.suggest(unseen, k=3)
    right = [labels[0] in [one.label for one in row] for labels, row in zip(unseen.label_sets(), found, strict=True)]
    assert all(right)


def test_the_ensemble_suggests_them_too_and_knows_the_others_better(default: Tagger) -> None:
    assert "lexical" in default.ensemble.scorers
    known, unseen = corpus_of(20, seed=2), corpus_of(10, N_KNOWN, 15, seed=3)
    first = [row[0].label for row in default.suggest(known)]
    assert np.mean([f"c:{i % N_KNOWN}" == label for i, label in enumerate(first)]) > 0.8
    listed = [[one.label for one in row][:5] for row in default.suggest(unseen)]
    assert all(labels[0] in row for labels, row in zip(unseen.label_sets(), listed, strict=True))


def test_held_out_documents_are_judged_over_all_concepts(default: Tagger) -> None:
    held = default.held
    assert held is not None
    assert held.corpus.label_space == held.suggestions.label_space == default.label_space
    assert held.corpus.targets.shape == (40, len(default.label_space))
    for i in range(len(held.suggestions)):
        found = [one.label for one in held.suggestions[i]]
        assert len(found) == len(set(found))


def test_a_saved_tagger_suggests_alike(default: Tagger, tmp_path: Path) -> None:
    default.save(tmp_path / "a.hw")
    loaded = Tagger.load(tmp_path / "a.hw", n_threads=2)
    test = corpus_of(12, 4, 15, seed=4)
    one, two = default.suggest(test), loaded.suggest(test)
    assert one.columns.tobytes() == two.columns.tobytes()
    assert one.scores.tobytes() == two.scores.tobytes()
    loaded.save(tmp_path / "b.hw")
    assert (tmp_path / "a.hw").read_bytes() == (tmp_path / "b.hw").read_bytes()


def test_labels_that_are_ids_are_shown_with_their_names(tagger: Tagger, tmp_path: Path) -> None:
    tagger.save(tmp_path / "a.hw")
    first = Tagger.load(tmp_path / "a.hw").suggest("Sea ice in detail. The sea ice changed.", k=1)[0][0]
    assert (first.label, first.name, first.shown) == ("c:1", "sea ices", "sea ices (c:1)")
    done = CliRunner().invoke(app, ["suggest", str(tmp_path / "a.hw"), "--text", "A coral reef in detail."])
    assert "coral reefs (c:2)" in done.stdout
    renamed = relabel_bundle(tmp_path / "a.hw", tmp_path / "b.hw", {"c:1": "d:1"})
    assert renamed.names[1] == "d:1"
    again = Tagger.load(tmp_path / "b.hw").label_space
    assert again.readable[1:3] == ("", "coral reefs")  # what the old concept was called is not said of another one


def test_labels_that_are_names_are_shown_as_they_are() -> None:
    named = corpus_of(20).with_labels([(PLURALS[i % N_KNOWN],) for i in range(20)])
    tagger = Tagger("lexical", thesaurus=thesaurus(), n_threads=1).fit(named)
    assert tagger.label_space.readable == ()
    assert tagger.suggest("A coral reef in detail.")[0][0].shown == "coral reefs"


@pytest.mark.parametrize("recipe", ["lexical", "default"])
def test_threads_do_not_show_in_the_bytes(recipe: str, tmp_path: Path) -> None:
    for threads in (1, 2):
        tagger = Tagger(recipe, thesaurus=thesaurus(), n_threads=threads).fit(corpus_of(30))
        tagger.save(tmp_path / f"{threads}.hw")
    assert (tmp_path / "1.hw").read_bytes() == (tmp_path / "2.hw").read_bytes()


def test_all_at_once_is_one_by_one(default: Tagger) -> None:
    test = corpus_of(8, 5, 15, seed=5)
    whole = default.suggest(test)
    for i in range(len(test)):
        assert default.suggest(test.document(i))[0] == whole[i]


def test_damage_to_what_names_need_is_told(default: Tagger, tmp_path: Path) -> None:
    from headword.bundle import read_bundle, write_bundle

    default.save(tmp_path / "a.hw")
    bundle = read_bundle(tmp_path / "a.hw", writable=True)
    for name in ("block.names.meant", "ensemble.unseen.linear", "ensemble.scorer.lexical.support", "support"):
        tensors = {key: array.copy() for key, array in bundle.tensors.items()}
        tensors[name] = tensors[name][:-1]
        manifest = {key: value for key, value in bundle.manifest.items() if key not in OF_THE_FORMAT}
        write_bundle(tmp_path / "b.hw", manifest, tensors)
        with pytest.raises(BundleError, match="not a whole tagger"):
            Tagger.load(tmp_path / "b.hw")


def test_labels_without_documents_may_be_left_out() -> None:
    tagger = Tagger("lexical", thesaurus=thesaurus(), unseen=False).fit(corpus_of(20))
    assert len(tagger.label_space) == N_KNOWN
    assert tagger.ensemble.unseen is None


def test_the_smallest_corpus_empty_documents_and_an_empty_thesaurus() -> None:
    tiny = corpus_of(6, 0, 2)
    for scheme in (thesaurus(), Thesaurus(())):
        tagger = Tagger("lexical", thesaurus=scheme).fit(tiny)
        assert len(tagger.suggest(["", "!?", "a volcano"])) == 3


def test_a_recipe_without_names_gets_a_lexical_member_with_a_thesaurus() -> None:
    recipe, names, space = named_labels(corpus_of(20), load_recipe("fast"), thesaurus())
    assert list(recipe.scorers) == ["words", "lexical"]
    assert names is not None
    assert names.n_labels == len(space) == 16
    assert named_labels(corpus_of(20), load_recipe("fast"), None)[1] is None


def test_codes_are_no_names() -> None:
    codes = corpus_of(60)
    assert not names_tell(codes)
    recipe, names, _ = named_labels(codes, load_recipe("default"), None)
    assert "lexical" not in recipe.scorers
    assert "names" not in recipe.features
    assert names is None
    named = codes.with_labels(
        [tuple(PLURALS[int(label[2:])] for label in labels or ()) for labels in codes.label_sets()]
    )
    assert names_tell(named)
    assert "lexical" in named_labels(named, load_recipe("default"), None)[0].scorers


def test_numbers_have_no_names() -> None:
    import scipy.sparse as sp

    numbers = Corpus.from_documents(
        [Document(str(i), labels=("a" if i % 2 else "b",)) for i in range(12)],
        features=sp.csr_matrix(np.eye(12, dtype=np.float32)),
    )
    with pytest.raises(RecipeError, match="needs documents with text"):
        Tagger("fast", thesaurus=thesaurus()).fit(numbers)


def finnish(n_docs: int) -> tuple[Thesaurus, Corpus]:
    """Concepts and documents that name them in forms whose stems differ."""
    forms = {"vesi": "vettä", "käsi": "kädet", "lapsi": "lasten", "kivi": "kiviä", "susi": "suden", "kirje": "kirjeen"}
    concepts = [Concept(f"c:{i}", (Name(name, language="fi"),)) for i, name in enumerate(forms)]
    written = list(forms.values())
    documents = [
        Document(str(i), f"Tutkimus: {written[i % 4]}", "joka tehtiin eilen", (f"c:{i % 4}",)) for i in range(n_docs)
    ]
    return Thesaurus(tuple(concepts)), Corpus.from_documents(documents)


def test_lemmas_find_what_stems_do_not_and_threads_do_not_show(tmp_path: Path) -> None:
    scheme, corpus = finnish(24)
    for threads in (1, 2):
        tagger = Tagger("lexical", thesaurus=scheme, n_threads=threads).fit(corpus)
        tagger.save(tmp_path / f"{threads}.hw")
    assert (tmp_path / "1.hw").read_bytes() == (tmp_path / "2.hw").read_bytes()
    assert tagger.adapted == []
    loaded = Tagger.load(tmp_path / "1.hw")
    named = {"Veden": "c:0", "Kädessä": "c:1", "Suden": "c:4", "Kirjeitä": "c:5"}  # no document has the last two
    listed = {text: {one.label for one in loaded.suggest(text, k=6)[0]} for text in (*named, "Tutkimus")}
    assert all(label in listed[text] for text, label in named.items())
    assert not {"c:4", "c:5"} & listed["Tutkimus"]


def test_a_tagger_tells_where_lemmas_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scheme, corpus = finnish(24)
    Tagger("lexical", thesaurus=scheme).fit(corpus).save(tmp_path / "lemmas.hw")
    monkeypatch.setattr(stemming, "lemma_version", lambda: "")
    with pytest.raises(MissingExtraError, match=r"pip install 'headword\[lemmas\]'"):
        Tagger.load(tmp_path / "lemmas.hw")
    tagger = Tagger("lexical", thesaurus=scheme).fit(corpus)
    assert len(tagger.adapted) == 1
    assert "names in the language 'fi' are compared by their stems alone" in tagger.adapted[0]
    tagger.save(tmp_path / "stems.hw")
    assert Tagger.load(tmp_path / "stems.hw").adapted == tagger.adapted


def test_the_command_trains_with_a_thesaurus(tmp_path: Path) -> None:
    write(corpus_of(24), tmp_path / "data.jsonl")
    write_thesaurus(thesaurus(), tmp_path / "scheme.jsonl")
    data, scheme, bundle = (str(tmp_path / name) for name in ("data.jsonl", "scheme.jsonl", "a.hw"))
    options = ["--thesaurus", scheme, "--language", "en", "--recipe", "lexical", "-o", bundle]
    run = CliRunner().invoke(app, ["train", data, *options])
    assert run.exit_code == 0, run.output
    assert "6 further concepts of the thesaurus may be suggested by name" in run.output
    found = hw.Tagger.load(tmp_path / "a.hw").suggest("A solar flare in detail. The solar flare changed.", k=3)[0]
    assert "c:12" in [one.label for one in found]
