import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from headword.core.errors import DataError, RecipeError
from headword.sources.reader import read, read_batches

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def jsonl(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_a_choice_is_told_once_a_file(tmp_path):
    choices = []
    first = jsonl(tmp_path / "a.jsonl", [{"title": "A", "terms": "x; y"}])
    second = jsonl(tmp_path / "b.jsonl", [{"id": "7", "abstract": "B", "labels": ["y"]}])
    corpus = read([first, str(second)], on_columns=choices.append)
    assert [choice.labels for choice in choices] == ["terms", "labels"]
    assert choices[0].label_cells == "separated by ';'"
    assert corpus.ids == ("1", "7")
    assert corpus.label_sets() == [("x", "y"), ("y",)]


def test_aliases_stand_beside_the_columns_they_come_from(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", [{"title": "A", "Year": 1999, "provider-id": "P", "Set": "train"}])
    assert read(path).document(0).fields == {
        **{"Year": 1999, "provider-id": "P", "Set": "train"},
        **{"date": 1999, "provider": "P", "split": "train"},
    }


def test_missing_values(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", [{"title": None, "id": ""}, {"title": ["A", "B"], "labels": []}, {"id": 5}])
    corpus = read(path)
    assert corpus.titles == ("", "A B", "")
    assert corpus.ids == ("1", "2", "5")
    assert corpus.annotated.tolist() == [False, True, False]


def test_repeated_ids_are_refused_with_both_places_or_numbered(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", [{"id": i, "title": "A"} for i in ("x", "y", "x", "x#2", "x")])
    with pytest.raises(
        DataError, match=r"'x' stands at .*a\.jsonl, line 1 and again at .*a\.jsonl, line 3 \(2 repeated"
    ):
        read(path)
    assert read(path, duplicate_ids="number").ids == ("x", "y", "x#3", "x#2", "x#4")
    with pytest.raises(DataError, match=r"'1' stands at .*b\.jsonl, line 1 and again at .*c\.jsonl, line 2"):
        read(
            [
                jsonl(tmp_path / f"{n}.jsonl", [{"title": n, "id": i} for i in ids])
                for n, ids in (("b", "1"), ("c", "21"))
            ]
        )
    with pytest.raises(RecipeError, match="duplicate_ids is 'error' or 'number', not 'drop'"):
        read(path, duplicate_ids="drop")


def test_bad_label_cells_name_file_row_and_column(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", [{"title": "A", "tags": ["x"]}, {"title": "B", "tags": {"x": 1}}])
    with pytest.raises(DataError, match=r"a\.jsonl, line 2, column 'tags': expected a list of labels, found an object"):
        read(path)


def test_one_hot_cells_and_rows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,title,A,B\n1,x,1,0\n2,y,0,0\n3,z,,\n4,w,1.0,1\n", encoding="utf-8")
    assert read(path).label_sets() == [("A",), (), None, ("A", "B")]
    path.write_text("id,title,A,B\n1,x,1,0\n2,y,0,7\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.csv, row 2 \(line 3\): label column 'B' holds 0 and 1, found '7'"):
        list(read_batches(path, batch_size=1))


def test_a_separator_may_be_named(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", [{"title": "A", "labels": "x/y; z"}])
    assert read(path, separator="/").label_sets() == [("x", "y; z")]
    with pytest.raises(DataError, match="at least one character"):
        read(path, separator="")


def test_an_empty_list_of_paths():
    with pytest.raises(DataError, match="no file to read"):
        read([])


@pytest.mark.parametrize("batch_size", [1, 3, 100])
def test_batches_hold_the_same_documents(tmp_path, batch_size):
    records = [{"id": i, "title": f"t{i}", "labels": [f"l{i % 3}"] if i % 4 else None, "n": i} for i in range(10)]
    path = jsonl(tmp_path / "a.jsonl", records)
    batches = list(read_batches(path, batch_size=batch_size))
    assert [len(batch) for batch in batches[:-1]] == [batch_size] * (len(batches) - 1)
    assert [document for batch in batches for document in batch] == list(read(path))


def test_batches_number_on_and_check_their_size(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", [{"title": "A"}] * 3)
    assert [batch.ids for batch in read_batches([path, path], batch_size=2)] == [("1", "2"), ("3",), ("4", "5"), ("6",)]
    with pytest.raises(RecipeError, match="batch_size must be at least 1, found 0"):
        next(read_batches(path, batch_size=0))


def test_a_column_may_appear_late_but_must_not_change_the_choice(tmp_path):
    late = [{"title": "A"}, {"title": "B", "labels": "x, y"}, {"title": "C", "labels": "x"}]
    choices = []
    batches = list(read_batches(jsonl(tmp_path / "a.jsonl", late), batch_size=1, on_columns=choices.append))
    assert [batch.label_sets()[0] for batch in batches] == [None, ("x", "y"), ("x",)]
    assert [choice.labels for choice in choices] == [None, "labels"]
    better = jsonl(tmp_path / "b.jsonl", [{"title": "A", "tags": "x"}, {"title": "B", "labels": "y"}])
    with pytest.raises(DataError, match=r"b\.jsonl, line 2 .*'labels' appears, which suits labels better than 'tags'"):
        list(read_batches(better, batch_size=1))
    assert [b.label_sets() for b in read_batches(better, batch_size=1, labels="tags")] == [[("x",)], [None]]


def test_errors_name_the_line_beyond_the_first_piece(tmp_path):
    records = [{"id": i, "title": "A"} for i in range(9000)] + [{"id": 4999, "title": "B"}]
    with pytest.raises(DataError, match=r"line 5000 and again at .*line 9001"):
        read(jsonl(tmp_path / "a.jsonl", records))


def test_json_lines_do_not_need_polars(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", [{"title": "A"}])
    code = f"import sys; from headword.sources.reader import read; read({str(path)!r}); print('polars' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.shared
@pytest.mark.skipif(not DATA.is_dir(), reason="the corpora beside the checkout are absent")
@pytest.mark.parametrize("folder", [path.parent.name for path in sorted(DATA.glob("*/documents.jsonl.gz"))] or ["none"])
def test_every_corpus_beside_the_checkout(folder):
    corpus = read(DATA / folder, duplicate_ids="number")
    assert len(corpus) > 400
    assert corpus.annotated.all()
    assert len(corpus.label_space) >= 18
    assert any(corpus.abstracts)


@pytest.mark.shared
@pytest.mark.skipif(not DATA.is_dir(), reason="the corpora beside the checkout are absent")
def test_sparse_and_text_forms_of_a_corpus_agree():
    folder = DATA / "mulan-bibtex"
    texts = read(folder)
    sparse = read([folder / "train.xmc.txt.gz", folder / "test.xmc.txt.gz"])
    names = (folder / "labels.txt").read_text(encoding="utf-8").splitlines()
    assert sparse.targets.shape == (len(texts), len(names))
    renamed = [tuple(sorted(names[int(label)] for label in labels)) for labels in sparse.label_sets()]
    assert renamed == [tuple(sorted(labels)) for labels in texts.label_sets()]
    assert np.diff(sparse.features.indptr).mean() == pytest.approx(
        np.mean([len(text.split()) for text in texts.abstracts]), rel=0.01
    )
