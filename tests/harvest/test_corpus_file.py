"""From the journal to the corpus."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.harvest.corpus_file import Counts, write_corpus
from headword.harvest.journal import Journal
from headword.harvest.page import Page


def record(doc_id: str, state: int = 0, labels: list[str] | None = None) -> dict[str, Any]:
    return {"id": doc_id, "title": f"{doc_id} {state}", "abstract": "", "labels": labels}


def written(tmp_path: Path, pages: list[Page], limit: int | None = None) -> tuple[list[dict[str, Any]], Counts]:
    output = tmp_path / "c.jsonl"
    with Journal(tmp_path / "journal", {}, "") as journal:
        for page in pages:
            journal.append(page, "")
        counts = write_corpus(journal, output, limit)
        journal.remove()
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()], counts


def test_the_last_state_of_a_document_stands_where_it_came(tmp_path: Path) -> None:
    pages = [Page([record("a"), record("b")], {}, 0, 0), Page([record("c"), record("a", 1)], {}, 0, 0)]
    records, counts = written(tmp_path, pages)
    assert [one["title"] for one in records] == ["b 0", "c 0", "a 1"]
    assert (counts.records, counts.documents, counts.duplicates) == (4, 3, 1)


def test_labels_are_counted(tmp_path: Path) -> None:
    pages = [
        Page([record("a", labels=["x", "y"]), record("b", labels=["x"]), record("c"), record("d", labels=[])], {}, 0, 0)
    ]
    _, counts = written(tmp_path, pages)
    assert (counts.labels, counts.assignments, counts.not_annotated) == (2, 3, 1)


def test_the_limit_counts_documents_not_records(tmp_path: Path) -> None:
    pages = [Page([record("a"), record("a", 1), record("b"), record("c")], {}, 0, 0)]
    records, counts = written(tmp_path, pages, 2)
    assert [one["id"] for one in records] == ["a", "b"]
    assert counts.beyond_limit == 1


def test_no_records_at_all(tmp_path: Path) -> None:
    assert written(tmp_path, [Page([], {}, 0, 0)]) == ([], Counts())


def test_half_written_files_of_killed_runs_are_removed(tmp_path: Path) -> None:
    left, other = tmp_path / ".c.jsonl.abc123.part", tmp_path / ".d.jsonl.abc123.part"
    for path in (left, other):
        path.write_bytes(b"half")
    written(tmp_path, [Page([record("a")], {}, 0, 0)])
    assert (left.exists(), other.exists()) == (False, True)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=6)), max_size=6)
)
def test_as_a_plain_dictionary_would_have_it(tmp_path_factory: pytest.TempPathFactory, drawn: Any) -> None:
    pages, plain, n_records, n_gone = [], {}, 0, 0
    for number, (_, events) in enumerate(drawn):
        given_here = [record(str(i), number * 10 + k) for k, (i, gone) in enumerate(events) if not gone]
        gone_here = [str(i) for i, gone in events if gone]
        pages.append(Page(given_here, {}, 0, 0, gone=gone_here))
        for one in given_here:
            n_records += 1
            plain.pop(one["id"], None)
            plain[one["id"]] = one
        for gone in gone_here:
            plain.pop(gone, None)
    ever = {one["id"] for page in pages for one in page.records}
    n_gone = len(ever - set(plain))
    records, counts = written(tmp_path_factory.mktemp("c"), pages)
    assert records == list(plain.values())
    assert (counts.records, counts.documents, counts.gone) == (n_records, len(plain), n_gone)
    assert counts.duplicates == n_records - len(plain) - n_gone
