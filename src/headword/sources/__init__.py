"""Sources: files to corpora.

A row is a function `(stream, batch_size) -> Iterator[Rows]` that reads one format; `reader.read` picks the row by the
file's extension and content and turns rows into a Corpus.
"""

from headword.core.registry import Registry

__all__ = ["SOURCES"]

SOURCES = Registry(
    "format",
    {
        "jsonl": "headword.sources.jsonl:read_jsonl",
        "csv": "headword.sources.table:read_csv",
        "tsv": "headword.sources.table:read_tsv",
        "parquet": "headword.sources.parquet:read_parquet",
        "xmc": "headword.sources.sparse:read_sparse",
        "annif": "headword.sources.annif:read_folder",
        "annif-tsv": "headword.sources.annif:read_annif_tsv",
        "annif-csv": "headword.sources.table:read_csv",
        "annif-jsonl": "headword.sources.annif:read_annif_jsonl",
    },
)
