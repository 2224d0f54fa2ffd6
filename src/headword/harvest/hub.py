"""Data sets on the hub, read as Parquet, without any code of theirs."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, OutputError, RecipeError
from headword.harvest.client import Client
from headword.harvest.hub_files import CONVERTED, HubFile, commit, download, parquet_files
from headword.harvest.named import refuse
from headword.harvest.page import Cursor, Order, Page, Record
from headword.sources.columns import ColumnChoice
from headword.sources.reader import read_batches

ENDPOINT = "https://huggingface.co"
BATCH = 2000
_QUERY = re.compile(r"([\w.-]+/[\w.-]+)(?:@([\w./-]+))?(?::(\S+))?")
_MEGABYTE = 1e6


@dataclass
class _Table:
    """A file that is being read: where, and how it goes on."""

    file: int
    row: int
    n_rows: int
    batches: Iterator[Corpus]
    choices: list[ColumnChoice]


@dataclass
class Hub:
    """The hub with a data set."""

    endpoint: str
    asked: Mapping[str, Any]
    interval: float = 0.2
    unit: str = "MB"
    _open: _Table | None = field(default=None, repr=False)

    def start(self, client: Client) -> Cursor:
        """Fix the commit and its files, so that what is read is one state of the data set, whenever it is read."""
        name, wanted = self.asked["dataset"], self.asked["files"]
        for revision in dict.fromkeys([self.asked["revision"], CONVERTED]):
            sha = commit(client, self.endpoint, name, revision)
            files = parquet_files(client, self.endpoint, name, sha, wanted)
            if files:
                return {"sha": sha, "files": [asdict(file) for file in files], "file": 0, "row": 0}
        raise DataError(f"the data set {name} has no Parquet files that fit {wanted!r}")

    def page(self, client: Client, cursor: Cursor, folder: Path) -> Page:
        """Read some rows of a file, which is fetched before and removed afterwards."""
        number, row = cursor["file"], cursor["row"]
        files = [HubFile(**one) for one in cursor["files"]]
        path = folder / f"{number:05}.parquet"
        if self._open is None or (self._open.file, self._open.row) != (number, row):
            self._open = self._opened(client, cursor, files[number], path)
        table = self._open
        batch = next(table.batches, None) if table.n_rows else None  # the readers refuse an empty table
        records = [] if batch is None else list(_records(batch, table, files[number]))
        table.row += len(records)
        size = sum(file.size for file in files)
        done = sum(file.size for file in files[:number])
        if batch is not None and table.row < table.n_rows:
            done += int(files[number].size * table.row / table.n_rows)
            following: Cursor | None = {**cursor, "row": table.row}
        else:
            self._open = None
            path.unlink(missing_ok=True)
            done += files[number].size
            following = {**cursor, "file": number + 1, "row": 0} if number + 1 < len(files) else None
        return Page(records, following, math.ceil(done / _MEGABYTE), math.ceil(size / _MEGABYTE), version=cursor["sha"])

    def _opened(self, client: Client, cursor: Cursor, file: HubFile, path: Path) -> _Table:
        try:
            path.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot make the folder {path.parent}: {error.strerror or error}") from error
        address = f"{self.endpoint}/datasets/{quote(self.asked['dataset'])}/resolve/{cursor['sha']}/{quote(file.path)}"
        download(client, address, file, path)
        choices: list[ColumnChoice] = []
        batches = read_batches(
            path, batch_size=BATCH, format="parquet", on_columns=choices.append, **self.asked["columns"]
        )
        table = _Table(cursor["file"], 0, _n_rows(path), batches, choices)
        while table.row < cursor["row"]:  # what an earlier run has read already
            table.row += len(next(batches))
        return table


def service(order: Order) -> Hub:
    """Return the hub: the query is `owner/name`, with `@revision` and `:files` (a pattern) if wanted."""
    refuse(order, "since", "until")
    found = _QUERY.fullmatch(order.query)
    if found is None:
        raise RecipeError(
            f"a data set of the hub is written OWNER/NAME, OWNER/NAME@REVISION or OWNER/NAME:data/*.parquet, not "
            f"{order.query!r}"
        )
    asked = {
        "dataset": found[1],
        "revision": found[2] or "main",
        "files": found[3] or "*",
        "columns": dict(order.columns),
    }
    return Hub(order.endpoint or ENDPOINT, asked)


def _n_rows(path: Path) -> int:
    import polars as pl

    try:
        return int(pl.scan_parquet(path).select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        reason = next(iter(str(error).splitlines()), "it cannot be read")
        raise DataError(f"{path.name} is not a whole Parquet file: {reason}") from error


def _records(batch: Corpus, table: _Table, file: HubFile) -> Iterator[Record]:
    choice = table.choices[-1]
    stem = file.path.removesuffix(".parquet")
    for document in batch:
        record = _record(document)
        if choice.id is None:
            record["id"] = f"{stem}-{document.id}"
        if choice.split is None and file.part is not None:
            record["split"] = file.part
        yield record


def _record(document: Document) -> Record:
    fields = {name: _plain(value) for name, value in document.fields.items()}
    labels = None if document.labels is None else list(document.labels)
    own = {"id": document.id, "title": document.title, "abstract": document.abstract, "labels": labels}
    return {**own, **{name: value for name, value in fields.items() if name not in own}}


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it: numbers that are none become null."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return {name: _plain(one) for name, one in value.items()} if isinstance(value, dict) else value
