"""Synthetic corpora: the same bytes however they are drawn, and of the shape they claim."""

import gzip
import json
import re

import numpy as np
import pytest
import scipy.sparse as sp

from benchmarks.synthetic import PARTS, Synthetic, main
from benchmarks.synthetic_kernels import ONCE, alias_table, chance, drawn, mixed
from benchmarks.synthetic_lines import put_number
from benchmarks.synthetic_world import World
from headword.sources.reader import read

SMALL = Synthetic(2500, 120, 300)
_MASK = (1 << 64) - 1


def plainly_mixed(value: int) -> int:
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB & _MASK
    return value ^ (value >> 31)


@pytest.fixture(scope="module")
def small():
    return SMALL.corpora()


def test_the_bits_are_those_of_splitmix64() -> None:
    values = [0, 1, 2**63, _MASK, 1234567]
    assert [int(mixed(np.uint64(value))) for value in values] == [plainly_mixed(value) for value in values]
    # The first numbers of the published generator for seed 1234567.
    state = np.array([1234567], dtype=np.uint64)
    first = [chance(state) for _ in range(3)]
    assert first == [
        n / 2**53 for n in (6457827717110365317 >> 11, 3203168211198807973 >> 11, 9817491932198370423 >> 11)
    ]


@pytest.mark.parametrize("weights", [[1.0], [1.0, 1.0], [5.0, 1.0, 0.0, 2.0], list(range(1, 40))])
def test_an_alias_table_holds_its_weights(weights: list[float]) -> None:
    given = np.array(weights, dtype=np.float64)
    stays, alias = alias_table(given)
    share = stays.copy()
    np.add.at(share, alias, 1 - stays)
    assert share / len(given) == pytest.approx(given / given.sum(), abs=1e-12)
    state = np.array([7], dtype=np.uint64)
    counts = np.bincount([drawn(state, stays, alias, 0, len(given)) for _ in range(4000)], minlength=len(given))
    assert counts[given == 0].sum() == 0
    assert counts / 4000 == pytest.approx(given / given.sum(), abs=0.04)


@pytest.mark.parametrize(("number", "width", "text"), [(0, 1, "0"), (7, 3, "007"), (1 << 32, 1, "4294967296")])
def test_numbers_are_written_as_people_do(number: int, width: int, text: str) -> None:
    out = np.zeros(20, dtype=np.uint8)
    assert out[: put_number(out, 0, number, width)].tobytes().decode() == text


def test_neither_threads_nor_size_change_a_document() -> None:
    lines = [b"".join(chunk.lines for chunk in SMALL.chunks("train", n_threads=n)) for n in (1, 2)]
    assert lines[0] == lines[1]
    longer = b"".join(chunk.lines for chunk in Synthetic(3100, 120, 10).chunks("train"))
    assert longer.startswith(lines[0])
    assert longer.count(b"\n") == 3100
    assert lines[0] != b"".join(chunk.lines for chunk in Synthetic(2500, 120, 10, seed=1).chunks("train"))


def test_what_is_written_is_read_as_what_is_drawn(tmp_path, small) -> None:
    train, test, fingerprint = small
    assert SMALL.write(tmp_path, numbers=True) == SMALL.fingerprint() == fingerprint
    both = read(tmp_path / "documents.jsonl")
    assert both.label_space.names == train.label_space.names == test.label_space.names
    part = np.array(both.fields["split"])
    for name, corpus in zip(PARTS, (train, test), strict=True):
        assert both.subset(part == name).fingerprint() == corpus.fingerprint()


def test_packed_files_hold_the_same_lines(tmp_path) -> None:
    main(["--documents", "50", "--labels", "10", "--test", "5", "--output", str(tmp_path), "--packed"])
    packed = tmp_path / "synthetic-50x10-0" / "documents.jsonl.gz"
    Synthetic(50, 10, 5).write(tmp_path / "plain")
    assert gzip.decompress(packed.read_bytes()) == (tmp_path / "plain" / "documents.jsonl").read_bytes()


def test_numbers_count_the_words_of_the_texts(tmp_path) -> None:
    corpus = Synthetic(60, 30, 5)
    corpus.write(tmp_path, numbers=True)
    found = read(tmp_path / "train.xmc.txt")
    rows = [json.loads(line) for line in (tmp_path / "documents.jsonl").read_text().splitlines()[:60]]
    names = corpus.world.names
    assert [sorted(names[int(label)] for label in labels) for labels in found.label_sets()] == [
        sorted(row["labels"]) for row in rows
    ]
    kinds = np.concatenate([chunk.kinds for chunk in corpus.chunks("train")])
    words = [len(re.findall(r"\w+", f"{row['title']} {row['abstract']}")) for row in rows]
    assert sum(words) == len(kinds)
    assert found.features.sum() == (kinds != ONCE).sum()
    assert sp.isspmatrix_csr(found.features)
    assert found.features.shape[1] == corpus.world.n_kinds


def test_labels_are_frequent_by_zipf_and_together_by_topic(small) -> None:
    train, _, _ = small
    support = np.sort(np.bincount(train.targets.indices, minlength=120))[::-1]
    assert 2.2 < train.targets.nnz / len(train) < 3.2
    # 1 / (rank + 5), noise and the distinctness of a document's labels aside.
    assert support[0] / support[30] == pytest.approx(35 / 6, rel=0.5)
    together = (train.targets.T @ train.targets).toarray()
    world = World(120)
    topic = {name: world.topics.topic_of[label] for label, name in enumerate(world.names)}
    topics = np.array([topic[name] for name in train.label_space.names])
    same = topics[:, None] == topics[None, :]
    np.fill_diagonal(together, 0)
    expected = np.outer(support, support).sum() and (same.sum() - 120) / (120 * 119)
    assert together[same].sum() / together.sum() > 1.4 * expected


def test_texts_are_as_long_as_abstracts_and_names_distinct(small) -> None:
    train, _, _ = small
    words = np.array([len(text.split()) for text in train.abstracts])
    titles = np.array([len(text.split()) for text in train.titles])
    assert 100 < np.median(words) < 140
    assert words.min() >= 30
    assert 5 <= titles.min() <= titles.max() <= 26
    assert len(set(World(5000).names)) == 5000


def test_a_stem_that_is_only_of_one_label_speaks_for_it(small) -> None:
    """What can be learnt is there, and not too much of it: a label's own stem is often missing, and often misleads."""
    train, _, _ = small
    world = World(120)
    letters, bounds = world.words.letters.tobytes().decode(), world.words.bounds
    label = int(np.argmax([np.isin(train.label_space.column(name), train.targets.indices) for name in world.names]))
    stem = world.profiles.of_label[label, 0]
    own = letters[bounds[stem] : bounds[stem + 1]]
    has = np.array([own in text.lower() for text in train.texts()])
    true = train.targets[:, train.label_space.column(world.names[label])].toarray().ravel() > 0
    assert 0.3 < true[has].mean() < 0.95
    assert 0.3 < has[true].mean() < 0.95
