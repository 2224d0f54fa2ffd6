from dataclasses import replace

import pytest

from headword.core.errors import RecipeError
from headword.recipes.reader import load_recipe, parse_recipe
from headword.recipes.scaling import Load, scaled

SMALL = Load(24_000, 176, 28_000_000)
MANY_LABELS = Load(100_000, 9_000, 90_000_000)
LARGEST = Load(1_000_000, 200_000, 850_000_000)


@pytest.mark.parametrize("name", ["default", "fast"])
def test_a_usual_corpus_leaves_a_recipe_as_it_is(name: str) -> None:
    recipe = load_recipe(name)
    assert scaled(recipe, SMALL) == (recipe, [])


def test_words_become_a_tree_and_dear_members_leave() -> None:
    found, reasons = scaled(load_recipe("default"), MANY_LABELS)
    assert list(found.scorers) == ["words", "neighbors", "lexical"]
    assert found.scorers["words"]["kind"] == "tree"
    assert list(found.features) == ["words", "names"]
    assert [reason.split()[0] for reason in reasons] == ["words", "characters", "latent"]
    assert all("9,000 labels against 100,000 documents" in reason for reason in reasons)


def test_words_become_a_tree_before_others_leave() -> None:
    found, reasons = scaled(load_recipe("default"), replace(MANY_LABELS, n_labels=3_000))
    assert found.scorers["words"]["kind"] == "tree"
    assert "characters" in found.scorers
    assert len(reasons) == 1


def test_the_largest_corpora_have_a_tree_and_no_stack() -> None:
    found, reasons = scaled(load_recipe("fast"), LARGEST)
    assert found.scorers == {"words": {"kind": "tree", "block": "words", "C": 1.0}}
    assert len(reasons) == 1
    assert "3e+13" in reasons[0]
    found, reasons = scaled(load_recipe("default"), LARGEST)
    assert not found.fusion.stack
    assert len(reasons) == 4
    assert parse_recipe(found.to_dict()) == found


def test_the_estimate_rises_with_documents_and_labels() -> None:
    features = load_recipe("default").features
    for block in features:
        cost = SMALL.multiply_adds(block, features)
        assert replace(SMALL, n_labels=352).multiply_adds(block, features) == 2 * cost
        assert replace(SMALL, n_docs=48_000, n_letters=56_000_000).multiply_adds(block, features) == 2 * cost


def test_a_recipe_that_does_not_ask_is_never_changed() -> None:
    plain = parse_recipe(
        {"features": {"words": {}}, "scorers": {"words": {"kind": "linear"}}, "fusion": {"stack": False}}
    )
    assert scaled(plain, LARGEST) == (plain, [])


def test_the_last_member_stays() -> None:
    scorers = {name: {"kind": "linear", "when_large": "leave-out"} for name in ("one", "two")}
    recipe = parse_recipe({"features": {"words": {}}, "scorers": scorers, "fusion": {"stack": False}})
    assert scaled(recipe, LARGEST)[0].scorers == recipe.scorers


def test_wishes_are_checked() -> None:
    with pytest.raises(RecipeError, match=r"when_large in \[scorers.words\] is one of tree, leave-out, found 'bush'"):
        parse_recipe({"features": {"words": {}}, "scorers": {"words": {"kind": "linear", "when_large": "bush"}}})
