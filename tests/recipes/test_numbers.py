from typing import Any

import pytest

from headword.core.errors import RecipeError
from headword.recipes.reader import Recipe, load_recipe, parse_recipe
from headword.scorers.poly2 import Poly2


def recipe_of(numbers: dict[str, Any], **tables: Any) -> Recipe:
    usual = {
        "features": {"words": {}, "characters": {}},
        "scorers": {"a": {"kind": "linear", "C": 2.0}, "b": {"kind": "linear", "block": "characters"}},
    }
    return parse_recipe({**usual, "numbers": numbers, **tables})


def test_numbers_change_members_and_add_some() -> None:
    recipe = recipe_of({"a": {"C": 0.5}, "pairs": {"kind": "poly2", "block": "given"}})
    assert recipe.scorer("a").C == 2.0
    assert list(recipe.scorers) == ["a", "b"]
    found = recipe.for_numbers()
    assert found.scorers == {
        "a": {"kind": "linear", "C": 0.5, "block": "given"},
        "pairs": {"kind": "poly2", "block": "given"},
    }
    assert found.numbers == {}
    assert isinstance(found.scorer("pairs"), Poly2)


def test_a_recipe_with_numbers_survives_being_kept_as_plain_data() -> None:
    recipe = recipe_of({"a": {"C": 0.5}})
    assert recipe.to_dict()["numbers"] == {"a": {"C": 0.5}}
    assert parse_recipe(recipe.to_dict()) == recipe
    assert "numbers" not in recipe.for_numbers().to_dict()


def test_the_default_recipe_pairs_numbers_and_not_words() -> None:
    recipe = load_recipe("default")
    assert "pairs" not in recipe.scorers
    assert isinstance(recipe.for_numbers().scorer("pairs"), Poly2)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"a": 3}, r"\[numbers\.a\] of a recipe must be a table, found 3"),
        (3, r"\[numbers\] of a recipe must be a table, found 3"),
        ({"a": {"C": -1.0}}, r"with \[numbers\], a linear scorer needs C > 0"),
        ({"c": {"C": 1.0}}, r"with \[numbers\], \[scorers\.c\] needs a kind"),
        ({"a": {"c": 1.0}}, r"with \[numbers\], \[scorers\.a\]: .*'c'"),
        ({"b": {"C": 1.0}}, r"\[numbers\] names b, of a block that documents given as numbers do not have"),
        ({"c": {"kind": "linear", "block": "letters"}}, r"\[numbers\] names c, of a block"),
        (
            {"c": {"kind": "linear", "block": "latent"}},
            r"\[scorers\.c\] reads block 'latent', which \[features\] lacks",
        ),
    ],
)
def test_bad_settings_are_told_with_their_place(numbers: Any, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        recipe_of(numbers)


def test_numbers_that_could_change_nothing_are_refused() -> None:
    tables = {"features": {"given": {}}, "scorers": {"a": {"kind": "linear", "block": "given"}}}
    with pytest.raises(RecipeError, match=r"\[numbers\] changes nothing where \[features\.given\] reads numbers"):
        recipe_of({"a": {"C": 0.5}}, **tables)
