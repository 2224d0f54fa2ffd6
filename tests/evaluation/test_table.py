import pytest

from headword.core.errors import OutputError
from headword.evaluation.align import align
from headword.evaluation.table import DocumentRow, LabelRow, document_rows, label_rows, write_table


def test_labels_by_hand(case, training) -> None:
    rows = label_rows(align(*case, **training))
    assert rows[0] == LabelRow("zoology", 2, 600, 1, 1, 1, 0.5, 0.5, 0.5)
    assert rows[1] == LabelRow("botany", 1, 90, 1, 1, 0, 0.5, 1.0, pytest.approx(2 / 3))
    assert rows[2] == LabelRow("rare", 0, 3, 0, 0, 0, 0.0, 0.0, 0.0)
    assert rows[3] == LabelRow("new", 1, 0, 0, 0, 1, 0.0, 0.0, 0.0)


def test_documents_by_hand(case, training) -> None:
    assert list(document_rows(align(*case, **training))) == [
        DocumentRow("0", ("botany",), ("zoology",), ()),
        DocumentRow("1", ("zoology",), (), ("new",)),
        DocumentRow("2", (), ("botany",), ("zoology",)),
        DocumentRow("3", (), (), ()),
    ]


def test_writes_tsv_and_csv(case, training, tmp_path) -> None:
    aligned = align(*case, **training)
    write_table(label_rows(aligned), tmp_path / "labels.tsv")
    lines = (tmp_path / "labels.tsv").read_text(encoding="utf-8").split("\n")
    assert lines[0] == "label\tsupport\ttrain_support\ttp\tfp\tfn\tprecision\trecall\tf1"
    assert lines[2] == "botany\t1\t90\t1\t1\t0\t0.5000\t1.0000\t0.6667"
    write_table([DocumentRow("a,b", ("x", "y"), (), ("ä",))], tmp_path / "documents.CSV")
    text = (tmp_path / "documents.CSV").read_bytes().decode("utf-8")
    assert text == 'id,right,wrong,missed\n"a,b",x; y,,ä\n'


def test_other_endings_are_refused(tmp_path) -> None:
    with pytest.raises(OutputError, match=r"name the table .csv or .tsv"):
        write_table([], tmp_path / "table.xlsx")


def test_a_missing_folder_is_named(tmp_path) -> None:
    with pytest.raises(OutputError, match="does not exist"):
        write_table([], tmp_path / "nowhere" / "table.tsv")
