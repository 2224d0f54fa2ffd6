"""kill -9 at random moments: the corpus in the end is that of an undisturbed run, byte for byte."""

import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .hub_server import Hub
from .local_server import LocalServer
from .repositories import Cmr, OaiRepository, collection, papers
from .test_hub import scix

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and kill -9")

KILLS = {"oai": 20, "cmr": 7, "hub": 7}


def cases(serve: Callable[..., LocalServer]) -> dict[str, tuple[str, str | None]]:
    hub = {f"data/train-0000{i}.parquet": scix(200 * i, 200) for i in range(3)}
    return {
        "oai": ("oai:" + serve(OaiRepository(papers(120), page=10)).url + "/oai", None),
        "cmr": ("cmr:", serve(Cmr([collection(i) for i in range(240)])).url + "/search"),
        "hub": ("hub:owner/name", serve(Hub({"main": hub})).url),
    }


@pytest.mark.parametrize("case", KILLS)
def test_killed_again_and_again_the_corpus_is_the_same(serve, harvester, tmp_path: Path, case: str) -> None:
    what, endpoint = cases(serve)[case]
    calm, harried = tmp_path / "calm.jsonl.gz", tmp_path / "harried.jsonl.gz"
    seconds, was_killed, _ = harvester(None, what, endpoint, calm)
    assert not was_killed
    draw = random.Random(4)
    kills = 0
    for _ in range(200):
        # Moments of every stage: from the first bytes to the writing of the corpus, across all runs together.
        _, was_killed, _ = harvester(seconds * draw.random() * 1.1, what, endpoint, harried)
        kills += was_killed
        if not was_killed:
            assert harried.read_bytes() == calm.read_bytes()
            for path in (harried, harried.with_name(f"{harried.name}.provenance.json")):
                path.unlink()
        if kills == KILLS[case]:
            break
    assert kills == KILLS[case], f"only {kills} of 200 runs were killed"
    assert not harvester(None, what, endpoint, harried)[1]
    assert harried.read_bytes() == calm.read_bytes()
    beside = {path.name for path in tmp_path.iterdir()}
    assert beside == {f"{path.name}{ending}" for path in (calm, harried) for ending in ("", ".provenance.json")}
