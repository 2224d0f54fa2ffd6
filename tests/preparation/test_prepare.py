"""The published preparations, on small corpora of the shape of the published ones."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, RecipeError
from headword.preparation import PREPARATIONS
from headword.preparation.prepare import prepare, with_label_cells
from headword.preparation.reader import load_preparation, parse_preparation
from headword.sources.columns import ColumnChoice
from headword.sources.reader import read

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def keras_shape(scale: int = 20) -> list[dict[str, object]]:
    """A twentieth of arXiv as Keras took it: 51,774 rows, 12,802 of them of a title that was there before, and of the
    38,972 others 2,321 whose list of labels occurs once, among 836 lists that occur more often."""
    n_titles, n_single, n_lists = 38_972 // scale, 2_321 // scale, 836 // scale
    labels = [f"cs.{a}{b}" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJ"]
    lists = [[labels[i % 50], labels[50 + 7 * i % 50]] for i in range(n_lists)]
    # Lists that occur once differ from others in their order, too, which a set of labels would not see.
    single = [list(reversed(one)) for one in lists][: n_lists // 2]
    single += [[labels[i % 100], labels[(i + 3) % 100], labels[i // 7 % 100]] for i in range(n_single - len(single))]
    rows = []
    for i in range(n_titles):
        terms = single[i] if i < n_single else lists[i % n_lists]
        rows.append({"titles": f"Title\n {i}", "summaries": f"Abstract {i}", "terms": str(terms)})
    return rows + rows[: 51_774 // scale - n_titles]


def csv(rows: list[dict[str, object]], path: Path) -> Path:
    lines = [",".join(rows[0]), *(",".join(f'"{value}"' for value in row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_keras(tmp_path: Path) -> None:
    path = csv(keras_shape(), tmp_path / "arxiv_data.csv")
    choices: list[ColumnChoice] = []
    preparation = load_preparation("keras-arxiv")
    corpus = read(path, on_columns=choices.append)
    corpus = with_label_cells(corpus, path, choices[0], preparation.label_cells or "")
    assert corpus.fields["terms"][500] == str(keras_shape()[500]["terms"])
    prepared = prepare(corpus, preparation)
    assert [stage.n_docs for stage in prepared.stages] == [2588, 1948, 1832]
    assert prepared.stages[2].change is not None
    assert prepared.stages[2].change.details["combinations_removed"] == 116
    assert prepared.sizes() == {"train": 1648, "valid": 92, "test": 92}
    assert prepared.split is not None
    # Every list of labels, some 45 documents each, has its share of the test part.
    terms = prepared.corpus.fields["terms"]
    judged = [terms[i] for i in prepared.split.test]
    assert max(judged.count(one) for one in set(terms)) <= 5
    assert len(set(judged)) > 35


def test_sets_of_labels_would_keep_other_documents(tmp_path: Path) -> None:
    """The order counts in the published number: without it, lists that were turned round are no singletons."""
    corpus = read(csv(keras_shape(), tmp_path / "arxiv_data.csv"))
    tables = {"clean": [{"step": "duplicates", "by": "title"}, {"step": "rare-combinations"}]}
    assert prepare(corpus, parse_preparation("x", tables)).stages[-1].n_docs > 1832


@pytest.mark.shared
def test_keras_on_a_thousand_rows_of_the_real_file(tmp_path: Path) -> None:
    """Counted from the file with a plain dictionary: 993 titles, of which 154 have a list of labels of their own."""
    path = SHARED / "arxiv-keras-sample" / "documents.jsonl.gz"
    if not path.exists():
        pytest.skip("the shared corpora are not there")
    choices: list[ColumnChoice] = []
    corpus = with_label_cells(read(path, on_columns=choices.append), path, choices[0], "terms")
    prepared = prepare(corpus, load_preparation("keras-arxiv"))
    assert [stage.n_docs for stage in prepared.stages] == [1000, 993, 839]
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = {row["title"]: str(row["labels"]) for row in reversed([json.loads(line) for line in file])}
    lists = list(rows.values())
    assert sum(lists.count(one) > 1 for one in lists) == 839


PAIRS = [
    ("object-detection", "Object Detection"),
    ("speech-recognition", "Speech Recognition"),
    ("named-entity-recognition", "Named Entity Recognition"),
    ("text-classification", "Text Classification"),
    ("question-generation", "Question Generation"),
    ("sentence-embedding", "Sentence Embedding"),
    ("slot-filling", "Slot Filling"),
    ("intent-classification", "Intent Classification"),
    ("Weakly-supervised Semantic Segmentation", "Weakly supervised Semantic Segmentation"),
]


def tasks_shape() -> Corpus:
    """A tenth of the papers with tasks: 26 tasks of 30 documents and more, nine of them under two names, and many rare
    ones; some papers have no task."""
    often = [name for pair in PAIRS for name in pair] + [f"Task {i}" for i in range(8)]
    docs = [Document(f"d{i}", "", f"text {i}", (often[i % 26],)) for i in range(26 * 31)]
    docs += [Document(f"r{i}", "", f"rare {i}", (f"Rare {i % 190}",)) for i in range(300)]
    docs += [Document(f"m{i}", "", f"mixed {i}", (often[i % 26], f"Other {i}")) for i in range(100)]
    docs += [Document(f"n{i}", "", f"none {i}", ()) for i in range(50)]
    return Corpus.from_documents(docs)


def test_papers_with_tasks() -> None:
    prepared = prepare(tasks_shape(), load_preparation("papers-with-tasks"))
    assert [(stage.step, stage.n_docs, stage.n_labels) for stage in prepared.stages] == [
        ("read", 1256, 316),
        ("empty-labels", 1256, 316),
        ("unannotated", 1206, 316),
        ("rare-labels", 1206, 26),
        ("unannotated", 906, 26),
        ("labels", 906, 26),
    ]
    change = prepared.stages[-1].change
    assert change is not None
    found = {frozenset((proposal.source, *proposal.targets)) for proposal in change.details["proposed"]}
    assert found == {frozenset(pair) for pair in PAIRS}
    assert prepared.sizes() == {"train": 815, "valid": 91, "test": 0}


def test_nasa() -> None:
    rng = np.random.default_rng(0)
    docs = []
    for i in range(999):
        provider = f"P{min(int(rng.exponential(3)), 12)}"
        paths = {f"EARTH SCIENCE > {provider} > T{rng.integers(6)}", f"EARTH SCIENCE > OCEANS > T{rng.integers(4)}"}
        docs.append(Document(f"C{i}", "", f"abstract {i}", tuple(paths), {"provider": provider}))
    docs.append(Document("C999", "", "the only one", ("EARTH SCIENCE > X",), {"provider": "ALONE"}))
    docs.append(Document("C1000", "", "without keywords", (), {"provider": "P0"}))
    prepared = prepare(Corpus.from_documents(docs), load_preparation("nasa-gcmd"))
    assert prepared.sizes() == {"train": 800, "valid": 100, "test": 100}
    assert prepared.split is not None
    values = np.array(prepared.corpus.fields["provider"])
    for provider in set(values):
        size = (values == provider).sum()
        assert abs((values[prepared.split.test] == provider).sum() - 0.1 * size) <= 2


def test_scix() -> None:
    """The published sizes are those of this rule: 15 % of the documents without a rare concept, rounded."""
    assert int(np.floor(0.15 * (21_702 - 1_535) + 0.5)) == 3_025
    rng = np.random.default_rng(1)
    labels = [tuple({f"concept {int(rng.zipf(1.5)) % 120}" for _ in range(3)}) for _ in range(1000)]
    corpus = Corpus.from_documents([Document(f"b{i}", f"t{i}", "", some) for i, some in enumerate(labels)])
    prepared = prepare(corpus, load_preparation("scix-uat"))
    support = np.bincount(corpus.targets.indices, minlength=len(corpus.label_space))
    rare = int((corpus.targets[:, np.flatnonzero(support < 15)].sum(axis=1) > 0).sum())
    assert 0 < rare < 900
    assert prepared.sizes()["valid"] == 0
    assert prepared.sizes()["test"] == int(np.floor(0.15 * (1000 - rare) + 0.5))
    assert prepared.split is not None
    judged = corpus.targets[prepared.split.test]
    assert support[judged.indices].min() >= 15
    share = np.bincount(judged.indices, minlength=len(support))[support >= 40] / support[support >= 40]
    assert share.max() < 0.2


@pytest.mark.parametrize("name", PREPARATIONS)
def test_every_preparation_says_what_it_is(name: str) -> None:
    preparation = load_preparation(name)
    assert all((preparation.description, preparation.reference, preparation.expected, preparation.split))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour = 1", "unknown setting 'colour'; there are: description"),
        ("description = 1", "description is a text, found 1"),
        ("clean = 1", "is a list of tables, found 1"),
        ("clean = [1]", "is a table, found 1"),
        ("[[clean]]\nn = 2", "step is a text, found None"),
        ("[[clean]]\nstep = 'polish'", "there is no cleaning step 'polish'"),
        ("[[clean]]\nstep = 'rare-labels'\nm = 2", "unknown setting 'm'; there are: n"),
        ("[split]\nby = 'random'\nbuy = 1", "unknown setting 'buy'"),
        ("[[clean]]\nstep = 'rare-labels'\nn = 'a'", "step 'rare-labels', has n = 'a'; it takes a whole number"),
        ("[[clean]]\nstep = 'rare-labels'\nn = 1.5", "has n = 1.5; it takes a whole number"),
        ("[[clean]]\nstep = 'labels'\napply = 'most'", "apply = 'most'; it takes 'none' or 'high' or 'all'"),
        ("[[clean]]\nstep = 'rare-combinations'\nfield = 3", "field = 3; it takes a text"),
        ("[split]\ntest = true", r"\[split\], has test = True; it takes a number"),
        ("[split]\ngroup = ['a', 1]", "has group = \\['a', 1\\]; it takes a text, or a list of them"),
        ("[read]\ncells = 'x'", "unknown setting 'cells'; there are: label_cells"),
        ("[read]\nlabel_cells = 1", "is a text"),
        ("a = ", "not valid TOML"),
    ],
)
def test_mistakes_in_a_file_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError, match=message):
        load_preparation(path)


def test_settings_of_every_kind_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = "[[clean]]\nstep = 'rare-combinations'\nfield = 'x'\n[[clean]]\nstep = 'labels'\napply = 'all'\n"
    path.write_text(f"{text}[split]\ntest = 0\nvalid = 0.5\ngroup = ['a', 'b']\nnear_duplicates = true\n", "utf-8")
    preparation = load_preparation(path)
    assert preparation.steps == (("rare-combinations", {"field": "x"}), ("labels", {"apply": "all"}))
    assert preparation.split == {"test": 0, "valid": 0.5, "group": ["a", "b"], "near_duplicates": True}


def test_a_preparation_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="there are: keras-arxiv, nasa-gcmd"):
        load_preparation("keras")
    with pytest.raises(RecipeError, match="cannot read the preparation"):
        load_preparation(tmp_path / "absent.toml")
    (tmp_path / "odd.toml").write_bytes(b"\xff")
    with pytest.raises(RecipeError, match="not valid TOML"):
        load_preparation(tmp_path / "odd.toml")


def test_without_a_split_there_is_none() -> None:
    prepared = prepare(tasks_shape(), parse_preparation("x", {}))
    assert (prepared.split, prepared.sizes(), len(prepared.stages)) == (None, {}, 1)


def test_cells_of_labels_are_kept_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"title": "a", "tags": ["z", "b"]}\n{"title": "b"}\n', encoding="utf-8")
    choices: list[ColumnChoice] = []
    corpus = read(path, on_columns=choices.append)
    kept = with_label_cells(corpus, path, choices[0], "order")
    assert kept.fields["order"] == ('["z", "b"]', None)
    assert with_label_cells(kept, path, choices[0], "order") is kept
    with pytest.raises(DataError, match="has no column of labels"):
        with_label_cells(corpus, path, ColumnChoice("x"), "order")
    with pytest.raises(DataError, match="standard input can be read once"):
        with_label_cells(corpus, "-", choices[0], "order")
    path.write_text('{"title": "a", "tags": ["z", "b"]}\n', encoding="utf-8")
    with pytest.raises(DataError, match="has 1 rows now, and had 2 before"):
        with_label_cells(corpus, path, choices[0], "order")
