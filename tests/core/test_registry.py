import pytest

from headword.core.errors import MissingExtraError, RecipeError
from headword.core.registry import Registry

TABLE = Registry(
    "method",
    {
        "ordered": "collections:OrderedDict",
        "absent": "a_module_nobody_has.deeper:Thing",
        "broken": "another_module_nobody_has:Thing",
    },
    extras={"absent": "neural"},
)


def test_rows_are_imported_when_asked_for() -> None:
    assert TABLE.get("ordered").__name__ == "OrderedDict"


def test_a_registry_is_a_table_of_names() -> None:
    assert list(TABLE) == ["ordered", "absent", "broken"]
    assert len(TABLE) == 3
    assert "absent" in TABLE
    assert "other" not in TABLE


def test_an_unknown_row_lists_those_there_are() -> None:
    with pytest.raises(RecipeError, match="there is no method 'sorted'; there are: absent, broken, ordered"):
        TABLE.get("sorted")


def test_a_missing_extra_says_what_to_install() -> None:
    with pytest.raises(MissingExtraError, match=r"needs a_module_nobody_has.*pip install 'headword\[neural\]'"):
        TABLE.get("absent")


def test_a_missing_module_without_an_extra_stays_what_it_is() -> None:
    with pytest.raises(ModuleNotFoundError, match="another_module_nobody_has"):
        TABLE.get("broken")
