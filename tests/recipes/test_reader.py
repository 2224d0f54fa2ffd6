from pathlib import Path
from typing import Any

import pytest

from headword.core.errors import RecipeError
from headword.decisions.policies import TopK
from headword.recipes import RECIPES
from headword.recipes.reader import CrossFitOptions, load_recipe, parse_recipe, recipe_text
from headword.scorers.linear import Linear

FOLDER = Path(__file__).resolve().parents[2] / "src" / "headword" / "recipes"


def tables(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "features": {"words": {"min_df": 3}},
        "scorers": {"a": {"kind": "linear", "C": 2.0}},
        "crossfit": {"folds": 4},
        "fusion": {"stack": False},
        "decision": {"policy": "top-k", "k": 3},
    }
    return {**plain, **changes}


@pytest.mark.parametrize("name", RECIPES)
def test_every_bundled_recipe_can_be_made(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.name == name
    assert recipe.description
    for member in recipe.scorers:
        assert recipe.scorer(member).block in recipe.features
    assert recipe.policy() is not recipe.policy()


@pytest.mark.parametrize("name", RECIPES)
def test_a_bundled_recipe_survives_being_kept_as_plain_data(name: str) -> None:
    recipe = load_recipe(name)
    assert parse_recipe(recipe.to_dict()) == recipe


@pytest.mark.parametrize("name", [name for name in RECIPES if name != "lexical"])
def test_a_bundled_recipe_can_read_numbers(name: str) -> None:
    recipe = load_recipe(name).for_numbers()
    assert "given" in recipe.features
    assert not {"words", "characters"} & set(recipe.features)
    assert parse_recipe(recipe.to_dict()) == recipe


def test_names_cannot_be_looked_for_in_numbers() -> None:
    with pytest.raises(RecipeError, match="no scorer that reads features given as numbers"):
        load_recipe("lexical").for_numbers()


def test_the_table_of_recipes_names_every_file() -> None:
    assert sorted(RECIPES) == sorted(path.stem for path in FOLDER.glob("*.toml"))


def test_settings_reach_what_they_are_for() -> None:
    recipe = parse_recipe(tables(name="mine", description="of no use"))
    scorer = recipe.scorer("a")
    assert isinstance(scorer, Linear)
    assert scorer.C == 2.0
    assert recipe.policy() == TopK(3) or recipe.policy().k == 3
    assert recipe.crossfit == CrossFitOptions(folds=4)
    assert recipe.fusion.stack is False
    assert recipe.fusion.network is True
    assert (recipe.name, recipe.description) == ("mine", "of no use")


def test_a_whole_number_will_do_for_a_fraction() -> None:
    recipe = parse_recipe(
        tables(scorers={"a": {"kind": "linear", "C": 2}}, decision={"policy": "fixed", "threshold": 1})
    )
    assert recipe.scorer("a").C == 2


def test_what_is_left_out_has_its_default() -> None:
    recipe = parse_recipe({"features": {"words": {}}, "scorers": {"a": {"kind": "linear"}}})
    assert recipe.name == "custom"
    assert recipe.decision == {"policy": "micro-f1"}
    assert recipe.crossfit == CrossFitOptions()


def test_a_recipe_file_is_read_and_named_by_its_file(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(recipe_text("fast"), encoding="utf-8")
    assert load_recipe(path).name == "ours"
    assert load_recipe(str(path)).scorers == load_recipe("fast").scorers


def test_files_that_are_no_recipe_are_told(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"there is no recipe 'best'; there are: .*fast.*, or give a \.toml file"):
        load_recipe("best")
    with pytest.raises(RecipeError, match=r"cannot read recipe .*none\.toml"):
        load_recipe(tmp_path / "none.toml")
    (tmp_path / "torn.toml").write_text("[features\n", encoding="utf-8")
    with pytest.raises(RecipeError, match=r"torn\.toml' is not valid TOML: .*line 1"):
        load_recipe(tmp_path / "torn.toml")
    (tmp_path / "latin.toml").write_bytes(b"description = '\xe9'")
    with pytest.raises(RecipeError, match=r"cannot read recipe .*latin\.toml"):
        load_recipe(tmp_path / "latin.toml")


BAD = [
    (
        {"scorer": {}},
        r"unknown table scorer in a recipe; there are: .*scorers, .*crossfit, fusion, calibration, decision",
    ),
    ({"fusion": 3}, r"\[fusion\] of a recipe must be a table, found 3"),
    ({"scorers": {}}, r"needs at least one scorer"),
    ({"features": {"word": {}}}, r"there is no feature block 'word'; there are: words, characters"),
    ({"features": {"words": {"mindf": 1}}}, r"unknown setting mindf in \[features\.words\]: .*min_df"),
    ({"features": {"characters": {}}}, r"\[scorers\.a\] reads block 'words', which \[features\] lacks"),
    ({"scorers": {"a": {"C": 1.0}}}, r"\[scorers\.a\] needs a kind: .*linear"),
    ({"scorers": {"a": {"kind": "magic"}}}, r"there is no scorer 'magic'; there are: lexical, linear, neighbors, "),
    ({"scorers": {"a": {"kind": "linear", "c": 1.0}}}, r"\[scorers\.a\]: .*'c'"),
    ({"scorers": {"a": {"kind": "linear", "C": -1.0}}}, r"needs C > 0"),
    ({"scorers": {"a": {"kind": "neighbors", "k": 0}}}, r"neighbors need k >= 1, found 0"),
    ({"crossfit": {"fold": 3}}, r"unknown setting fold in \[crossfit\]; there are: folds, used"),
    ({"crossfit": {"folds": "3"}}, r"folds in \[crossfit\] must be of type int, found '3'"),
    ({"crossfit": {"folds": True}}, r"folds in \[crossfit\] must be of type int, found True"),
    ({"crossfit": {"group": 3}}, r"group in \[crossfit\] must be of type str, found 3"),
    ({"crossfit": {"folds": 1}}, r"\[crossfit\] needs folds >= 2.*1"),
    ({"crossfit": {"folds": 3, "used": 4}}, r"\[crossfit\] needs .*1 <= used <= folds"),
    ({"fusion": {"stack": 1}}, r"stack in \[fusion\] must be of type bool, found 1"),
    ({"fusion": {"candidates": 2.5}}, r"candidates in \[fusion\] must be of type int, found 2\.5"),
    ({"fusion": {"candidates": 0}}, r"\[fusion\] needs candidates >= 1, found 0"),
    ({"features": {"words": 3}}, r"\[features\.words\] of a recipe must be a table, found 3"),
    ({"features": {"words": {"min_df": "two"}}}, r"min_df in \[features\.words\] must be of type int, found 'two'"),
    ({"features": {"words": {"pairs": 1}}}, r"pairs in \[features\.words\] must be of type bool, found 1"),
    ({"features": {"words": {"min_df": 0}}}, r"min_df in \[features\.words\] must be at least 1, found 0"),
    ({"features": {"words": {"min_df": 2**70}}}, r"min_df in \[features\.words\] must be from 1 to 2147483647"),
    ({"features": {"words": {"idf_power": 0}}}, r"idf_power in \[features\.words\] must be above 0, found 0"),
    ({"features": {"words": {"idf_power": float("nan")}}}, r"idf_power in .* must be above 0, found nan"),
    ({"features": {"words": {}, "characters": {"longest": 2}}}, r"longest in .*characters\] must be from 3 to 100"),
    ({"features": {"words": {}, "characters": {"longest": 101}}}, r"must be from 3 to 100, found 101"),
    ({"features": {"words": {}, "characters": {"max_features": 0}}}, r"max_features in .* at least 1, found 0"),
    ({"features": {"words": {}, "latent": {"dim": 0}}}, r"dim in \[features\.latent\] must be at least 1, found 0"),
    ({"features": {"words": {}, "latent": {"most_features": 0}}}, r"most_features in .* at least 1, found 0"),
    ({"features": {"words": {}, "latent": {"of": "latent"}}}, r"\[features\.latent\] cannot be made of itself"),
    ({"features": {"words": {}, "latent": {"of": "given"}}}, r"is made of block 'given', which \[features\] lacks"),
    ({"scorers": {"a": {"kind": "linear", "prune": -0.1}}}, r"prune in \[scorers\.a\] must be .*0.*, found -0\.1"),
    ({"scorers": {"a": {"kind": "linear", "tolerance": -1}}}, r"tolerance in \[scorers\.a\] must be at least 0"),
    ({"scorers": {"a": {"kind": "linear", "dim": "wide"}}}, r"\[scorers\.a\]: .*'dim'"),
    ({"scorers": {"a": 3}}, r"\[scorers\.a\] of a recipe must be a table, found 3"),
    ({"scorers": {"a": {"kind": "linear", "C": "high"}}}, r"C in \[scorers\.a\] must be of type float, found 'high'"),
    ({"scorers": {"a": {"kind": "linear", "block": ["words"]}}}, r"block in \[scorers\.a\] must be of type str"),
    ({"decision": {"policy": "fixed", "threshold": "half"}}, r"threshold in \[decision\] must be of type float"),
    ({"decision": {"policy": "top-k", "k": 2.5}}, r"k in \[decision\] must be of type int, found 2\.5"),
    ({"decision": {}}, r"\[decision\] needs a policy: micro-f1"),
    ({"decision": {"policy": "guess"}}, r"there is no decision policy 'guess'; there are: expected-f1, fixed"),
    ({"decision": {"policy": "top-k", "n": 3}}, r"\[decision\]: .*'n'"),
    ({"decision": {"policy": "top-k", "k": 0}}, r"top-k needs k >= 1, found 0"),
]


@pytest.mark.parametrize(("change", "message"), BAD)
def test_bad_settings_are_told_with_their_place(change: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        parse_recipe(tables(**change))


def test_numbers_need_a_scorer_that_can_read_them() -> None:
    only = parse_recipe({"features": {"characters": {}}, "scorers": {"a": {"kind": "linear", "block": "characters"}}})
    with pytest.raises(RecipeError, match="no scorer that reads features given as numbers"):
        only.for_numbers()
