import io

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import dump_svmlight_file

from headword.core.errors import DataError
from headword.sources.reader import read, read_batches


def sparse(tmp_path, text, name="a.xmc.txt"):
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


def test_a_worked_example(tmp_path):
    corpus = read(sparse(tmp_path, "4 3 5\n0,3 0:1 2:0.5\n 1:2\n4\n\n\n"))
    assert corpus.ids == ("1", "2", "3", "4")
    assert corpus.label_space.names == ("0", "1", "2", "3", "4")
    assert corpus.label_sets() == [("0", "3"), (), ("4",), ()]
    assert corpus.features.dtype == np.float32
    assert corpus.features.toarray().tolist() == [[1, 0, 0.5], [0, 2, 0], [0, 0, 0], [0, 0, 0]]
    assert corpus.titles == corpus.abstracts == ("",) * 4


def test_svmlight_has_no_header_and_any_labels(tmp_path):
    corpus = read(sparse(tmp_path, "# made by hand\n+1 1:1 3:1 # why\n\n-1 2:1\n10,2.0 3:1\n", "a.svm"))
    assert corpus.label_space.names == ("-1", "1", "2", "10")
    assert corpus.label_sets() == [("1",), ("-1",), ("2", "10")]
    assert corpus.features.shape == (3, 4)


def test_files_of_several_widths_are_joined(tmp_path):
    first, second = sparse(tmp_path, "1 1:1\n", "a.svm"), sparse(tmp_path, "2 5:1\n", "b.svm")
    corpus = read([first, second])
    assert corpus.features.shape == (2, 6)
    assert corpus.ids == ("1", "2")


def test_batches_share_the_declared_label_space(tmp_path):
    batches = list(read_batches(sparse(tmp_path, "3 2 4\n0 0:1\n1 1:1\n3 0:1\n"), batch_size=2))
    assert [batch.ids for batch in batches] == [("1", "2"), ("3",)]
    assert batches[0].label_space == batches[1].label_space
    assert batches[1].features.shape == (1, 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2 3 4\n1 0:1\n", "the first line declares 2 documents, but there are 1"),
        ("1 3 4\n1 0:1\n1 0:1\n", "the first line declares 1 documents, but there are 2"),
        ("1 3 4\n5 0:1\n", "line 2: label 5, but the first line declares 4 labels, numbered from 0"),
        ("1 3 4\n1 0:1 3:1\n", "line 2: feature 3, but the first line declares 3 features"),
        ("1 3:x\n", "line 1: expected 'label,label feature:value .*could not convert"),
        ("1 3:1:2\n", "line 1: .*'3:1:2' is not feature:value"),
        ("1 2 3:1:5\n", "line 1: .*'2' is not feature:value"),
        ("1 2: :3\n", "line 1: .*'2:' is not feature:value"),
        ("a,b 3:1\n", "line 1: .*could not convert string to float: b'a'"),
        ("1.5 3:1\n", "line 1: .*label b'1.5' is not a whole number"),
        ("1 3:nan\n", "line 1: .*not finite"),
        ("1 -3:1\n", "line 1: .*features are numbered with whole numbers from 0"),
        ("1 99999999999:1\n", "line 1: .*features are numbered with whole numbers from 0"),
        ("1 qid:3 4:1\n", "line 1: .*could not convert"),
        ("1 3:1 3:2\n", "line 1: .*a feature stands twice"),
        ("1 2 99999999999\n1 0:1\n", "line 1 declares 2 features and 99999999999 labels: more than can be held"),
        ("\n\n", "holds no documents"),
    ],
)
def test_bad_files(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        read(sparse(tmp_path, text))


def test_sparse_and_texts_do_not_mix(tmp_path):
    (tmp_path / "a.csv").write_text("title\nA\n", encoding="utf-8")
    with pytest.raises(DataError, match="sparse features and texts cannot be read into one corpus"):
        read([sparse(tmp_path, "1 1:1\n"), tmp_path / "a.csv"])


@given(st.integers(0, 2**32 - 1))
def test_agrees_with_what_scikit_learn_writes(tmp_path_factory, seed):
    rng = np.random.default_rng(seed)
    features = sp.random(6, 9, density=0.4, format="csr", rng=rng)
    targets = sp.csr_matrix(rng.random((6, 4)) < 0.4)
    file = io.BytesIO()
    dump_svmlight_file(features, targets, file, multilabel=True, zero_based=True)
    corpus = read(sparse(tmp_path_factory.mktemp("sparse"), f"6 9 4\n{file.getvalue().decode()}"))
    assert np.allclose(corpus.features.toarray(), features.toarray())
    assert (corpus.targets.toarray() == targets.toarray()).all()
