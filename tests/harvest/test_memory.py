"""Ten thousand records pass through in no more memory than two thousand."""

import gzip
import sys

import pytest

from .local_server import Reply
from .repositories import OaiRepository, Paper


class EndlessOai(OaiRepository):
    """Makes the papers of a page when they are asked for, so that the server holds none itself."""

    def __init__(self, n: int) -> None:
        super().__init__([], page=500)
        self.n = n

    def __call__(self, asked) -> Reply:
        start = int(asked.query.get("resumptionToken", "0"))
        records = "".join(self.record(Paper(i, "2023-01-01"), "oai_dc") for i in range(start, min(start + 500, self.n)))
        token = str(start + 500) if start + 500 < self.n else ""
        closing = f'<resumptionToken completeListSize="{self.n}">{token}</resumptionToken>'
        return self.wrapped(f"<ListRecords>{records}{closing}</ListRecords>")


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_memory_does_not_grow_with_the_corpus(serve, harvester, tmp_path) -> None:
    used = []
    for n in (2_000, 10_000):
        output = tmp_path / f"{n}.jsonl.gz"
        _, was_killed, kib = harvester(None, f"oai:{serve(EndlessOai(n)).url}/oai", None, output)
        assert not was_killed
        assert len(gzip.decompress(output.read_bytes()).splitlines()) == n
        used.append(kib)
    # Some 70 bytes a record serve to tell doubles; a page of 500 records takes several megabytes whatever there is.
    assert used[1] - used[0] < 4_000
