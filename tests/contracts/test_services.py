"""What holds for every row of the table of services."""

import json
from pathlib import Path

import pytest

from headword.core.errors import RecipeError
from headword.harvest import SERVICES
from headword.harvest.named import order_of
from headword.harvest.page import FileService
from headword.harvest.wire import require_safe

QUERIES = {
    "arxiv": "arxiv:cat:cs.DL",
    "arxiv-oai": "arxiv-oai:cs",
    "oai": "oai:https://example.org/oai?set=x",
    "cmr": "cmr:provider=X",
    "ads": "ads:bibstem:ApJ",
    "ads-uat": "ads-uat:bibstem:ApJ",
    "hub": "hub:owner/name",
    "kms": "kms:sciencekeywords",
    "uat": "uat:5.1.0",
}
PAGE = Path(__file__).resolve().parents[2] / "docs" / "harvest.md"


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_asked_is_json_and_the_same_each_time(name: str) -> None:
    one, other = (SERVICES.get(name)(order_of(QUERIES[name])[1]) for _ in range(2))
    assert json.loads(json.dumps(one.asked)) == one.asked == other.asked
    require_safe(one.endpoint, secret=True)
    assert one.interval > 0


@pytest.mark.parametrize("name", SERVICES)
def test_it_gives_pages_or_a_file(name: str) -> None:
    service = SERVICES.get(name)(order_of(QUERIES[name])[1])
    if isinstance(service, FileService):
        assert not hasattr(service, "page")
    else:
        assert service.unit in ("documents", "days", "MB")
        assert callable(service.start)
        assert callable(service.page)


@pytest.mark.parametrize("name", SERVICES)
def test_an_option_is_used_or_refused(name: str) -> None:
    """An option either changes what is asked, or is an error."""
    plain = SERVICES.get(name)(order_of(QUERIES[name])[1])
    options = {
        "since": "2020-01-02",
        "until": "2020-03-04",
        "columns": {"labels": "x"},
        "endpoint": "https://mirror.example/x",
    }
    for option, value in options.items():
        try:
            changed = SERVICES.get(name)(order_of(QUERIES[name], **{option: value})[1])
        except RecipeError as error:
            assert "leave it out" in str(error) or name == "oai"
            continue
        assert (changed.asked, changed.endpoint) != (plain.asked, plain.endpoint)


def test_every_service_is_documented() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in SERVICES if f"| `{name}` |" not in text] == []
