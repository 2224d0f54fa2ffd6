"""Shapley values of members: as the definition says, and they sum to the fused log odds."""

from dataclasses import replace
from itertools import permutations

import numpy as np

from headword.core.corpus import Corpus
from headword.decisions.ensemble import Ensemble
from headword.explain.opinions import Opinions, shapley_values
from headword.tagger import Tagger


def test_shapley_values_are_means_over_all_orders() -> None:
    rng = np.random.default_rng(0)
    n = 4
    inside = np.arange(1 << n)[:, None] >> np.arange(n) & 1 == 1
    worth = rng.normal(size=(1 << n, 2))
    expected = np.zeros((n, 2))
    orders = list(permutations(range(n)))
    for order in orders:
        there = 0
        for player in order:
            expected[player] += (worth[there | 1 << player] - worth[there]) / len(orders)
            there |= 1 << player
    np.testing.assert_allclose(shapley_values(inside, worth), expected)


def test_effects_sum_to_the_log_odds_of_any_label(tagger: Tagger, test: Corpus) -> None:
    features = tagger.extractor.transform(test.subset([2]))
    ranking = tagger.ensemble.rank(features)
    columns = np.sort(ranking.columns)
    opinions = Opinions(tagger.ensemble, features, columns)
    prior, effects = opinions.shapley()
    assert effects.shape == (6, len(columns))
    expected = ranking.logits[np.argsort(ranking.columns)]
    np.testing.assert_allclose(prior + effects.sum(axis=0), expected, atol=1e-4)


def test_a_label_that_nobody_nominates_is_looked_at_too(tagger: Tagger, test: Corpus) -> None:
    features = tagger.extractor.transform(test.subset([2]))
    few = replace_candidates(tagger, 2)
    nominated = few.candidates(features).columns
    other = np.setdiff1d(np.arange(len(tagger.label_space)), nominated)[:2]
    opinions = Opinions(few, features, other)
    prior, effects = opinions.shapley()
    assert set(opinions.candidates.columns) == {*nominated.tolist(), *other.tolist()}
    assert np.isfinite(prior + effects.sum(axis=0)).all()


def replace_candidates(tagger: Tagger, most: int) -> Ensemble:
    return replace(tagger.ensemble, options=replace(tagger.ensemble.options, candidates=most))


def test_the_log_odds_fall_with_the_score(tagger: Tagger, test: Corpus) -> None:
    features = tagger.extractor.transform(test.subset([2]))
    columns = tagger.ensemble.rank(features).columns[:1]
    opinions = Opinions(tagger.ensemble, features, columns)
    found = opinions.slopes([0, 1, 2], np.full((3, 1), 0.5))
    assert found.shape == (3, 1)
    assert found.sum() > 0
