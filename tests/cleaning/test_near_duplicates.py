"""Near-duplicates: agreement with brute force, the theory of banding, and the corner cases."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.cleaning.near_duplicates import (
    RECALL,
    banding,
    candidate_recall,
    near_duplicate_groups,
    near_duplicates,
    shingle_sets,
)
from headword.core.corpus import Corpus, Document
from headword.core.errors import RecipeError
from headword.demo.corpus import demo_corpus, planted


def corpus_of(texts: list[str]) -> Corpus:
    return Corpus.from_documents([Document(str(i), "", text) for i, text in enumerate(texts)])


def shingles(text: str, width: int = 3) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+|[\u3000-\u9fff]", text.lower())
    width = min(width, len(words))
    return {tuple(words[i : i + width]) for i in range(len(words) - width + 1)} if words else set()


def brute_force_groups(texts: list[str], threshold: float) -> list[int]:
    sets = [shingles(t) for t in texts]
    group = list(range(len(texts)))
    for i in range(len(texts)):
        for j in range(i):
            if sets[i] and len(sets[i] & sets[j]) >= threshold * len(sets[i] | sets[j]) > 0:
                low, high = sorted((group[i], group[j]))
                group = [low if g == high else g for g in group]
    order = {g: n for n, g in enumerate(dict.fromkeys(group))}
    return [order[g] for g in group]


def noisy_copies(seed: int, n_texts: int = 40, n_copies: int = 4) -> list[str]:
    rng = np.random.default_rng(seed)
    out = []
    for _ in range(n_texts):
        words = [f"w{w}" for w in rng.integers(0, 400, 60)]
        for _ in range(n_copies):
            copy = list(words)
            for place in rng.integers(0, 60, rng.integers(0, 6)):
                copy[place] = f"w{rng.integers(0, 400)}"
            out.append(" ".join(copy))
    return [out[i] for i in rng.permutation(len(out))]


@pytest.mark.parametrize("threshold", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_groups_are_those_of_brute_force(seed: int, threshold: float) -> None:
    texts = noisy_copies(seed)
    found = near_duplicate_groups(corpus_of(texts), threshold, seed=seed)
    assert found.dtype == np.int64
    assert found.tolist() == brute_force_groups(texts, threshold)


def test_a_pair_at_the_threshold_is_found_as_often_as_stated() -> None:
    # Two texts of 9 shared shingles among 11 or 12: similarity 0.75, sought at exactly 0.75.
    texts = ["a b c d e f g h i j k l", "a b c d e f g h i j k z"]
    similarity = len(shingles(texts[0]) & shingles(texts[1])) / len(shingles(texts[0]) | shingles(texts[1]))
    found = [near_duplicate_groups(corpus_of(texts), similarity, seed=s)[1] == 0 for s in range(400)]
    assert np.mean(found) >= RECALL - 3 * np.sqrt(RECALL * (1 - RECALL) / 400)


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.8, 0.9, 0.99, 1.0])
def test_banding_reaches_its_recall_with_few_hashes(threshold: float) -> None:
    n_bands, n_rows = banding(threshold)
    assert candidate_recall(threshold, threshold) >= RECALL
    assert n_bands * n_rows <= 256
    assert candidate_recall(min(1, threshold + 0.1), threshold) >= candidate_recall(threshold, threshold)


def test_unrelated_documents_are_seldom_compared() -> None:
    assert candidate_recall(0.1, 0.8) < 1e-5


def test_texts_reworded_by_hand_are_found_and_no_others() -> None:
    corpus = demo_corpus()
    group = dict(zip(corpus.ids, near_duplicate_groups(corpus).tolist(), strict=True))
    pairs = [entry["ids"] for entry in planted()["near_duplicates"]]
    assert all(group[one] == group[other] for one, other in pairs)
    assert len(set(group.values())) == len(corpus) - len(pairs)


def test_case_and_punctuation_do_not_count_and_every_script_has_words() -> None:
    texts = ["The Cell, divided: twice!", "the cell divided twice", "Ääni kuuluu yössä aina", "ÄÄNI kuuluu yössä aina"]
    texts += ["細胞分裂的研究進展", "细胞", "細胞分裂的研究進展。"]
    group = near_duplicate_groups(corpus_of(texts), 0.7)
    assert group.tolist() == [0, 0, 1, 1, 2, 3, 2]


def test_texts_without_words_are_nobodys_duplicate() -> None:
    assert near_duplicate_groups(corpus_of(["", "", "?!", "?!", "a", "a"])).tolist() == [0, 1, 2, 3, 4, 4]
    assert near_duplicate_groups(corpus_of([])).tolist() == []
    assert near_duplicate_groups(corpus_of(["", " "])).tolist() == [0, 1]


def test_a_title_moved_into_the_abstract_is_a_near_duplicate() -> None:
    docs = [Document("1", "Of cells", "they live and divide"), Document("2", "", "Of cells they live and divide")]
    assert near_duplicate_groups(Corpus.from_documents(docs)).tolist() == [0, 0]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=8).map(" ".join), max_size=12), st.randoms())
def test_groups_do_not_depend_on_the_order_of_documents(texts, random) -> None:  # type: ignore[no-untyped-def]
    order = list(range(len(texts)))
    random.shuffle(order)
    straight = near_duplicate_groups(corpus_of(texts), 0.6)
    shuffled = near_duplicate_groups(corpus_of([texts[i] for i in order]), 0.6)
    together = {(i, j) for i in order for j in order if straight[i] == straight[j]}
    assert together == {
        (order[i], order[j]) for i in range(len(order)) for j in range(len(order)) if shuffled[i] == shuffled[j]
    }


def test_shingles_are_distinct_and_ascending() -> None:
    hashes, bounds = shingle_sets(corpus_of(["a b a b a b", "x", ""]), 2)
    assert np.diff(bounds).tolist() == [2, 1, 0]
    assert hashes[0] < hashes[1]


def test_the_step_numbers_groups_in_a_field() -> None:
    corpus = corpus_of(["one two three four", "else", "one two three four!"])
    cleaned, change = near_duplicates(corpus)
    assert cleaned.fields["near_duplicate_group"] == (0, 1, 0)
    assert len(cleaned) == 3
    assert (change.n_changed, change.details["groups"], change.details["dropped"]) == (1, 1, 0)
    assert change.examples == ("0, 2: 'one two three four'",)
    assert not corpus.fields


def test_the_step_drops_all_but_the_first_when_told() -> None:
    cleaned, change = near_duplicates(corpus_of(["one two three four", "else", "one two three four!"]), drop=True)
    assert cleaned.ids == ("0", "1")
    assert change.details["dropped"] == 1


@pytest.mark.parametrize("threshold", [0, -1, 1.1])
def test_a_threshold_out_of_range_is_an_error(threshold: float) -> None:
    with pytest.raises(RecipeError, match="above 0 and at most at 1"):
        near_duplicate_groups(corpus_of(["a"]), threshold)


def test_an_empty_shingle_is_an_error() -> None:
    with pytest.raises(RecipeError, match="at least 1 word"):
        near_duplicate_groups(corpus_of(["a"]), shingle_size=0)
