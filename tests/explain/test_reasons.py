"""Reasons are exact, faithful, and there for every kind of tagger."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

import headword as hw
from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, NotFittedError
from headword.explain import Reasons
from headword.explain.contributions import readable
from headword.explain.page import explanation_page
from headword.recipes.reader import parse_recipe
from headword.scorers.linear import Linear
from headword.tagger import Tagger
from headword.text.features import Features
from headword.text.latent import LatentFeatures
from headword.text.tokens import fold_text, tokenize
from headword.thesaurus.concept import Concept, Name
from headword.thesaurus.thesaurus import Thesaurus


def linear(weights: sp.csr_matrix, bias: list[float], block: str = "words") -> Linear:
    return Linear(block, bias=np.array(bias, np.float32), weights=weights.astype(np.float32))


def test_latent_contributions_of_a_worked_example() -> None:
    """x V = 2 (3, 4) + 0 = (6, 8) of length 10; the third feature is too rare to have a direction."""
    block = LatentFeatures(np.array([[3, 4], [1, -2], [-1, 2]], dtype=np.float32))
    scorer, blocks = linear(sp.csr_matrix([[1.0, 5], [2, 0]]), [0.5, 0], "latent"), {"latent": block}
    row = sp.csr_matrix(np.array([[2.0, 1, 1, 7]], dtype=np.float32))
    latent = sp.csr_matrix(np.array([[0.6, 0.8]], dtype=np.float32))
    features = Features({"words": row, "latent": latent})
    name, found = readable(scorer, scorer.contributions(features, np.array([1, 0])), blocks, features)
    assert name == "words"
    np.testing.assert_allclose(found.values, [[3, 2.2], [0.5, -0.3], [-0.5, 0.3], [0, 0]], rtol=1e-6)
    np.testing.assert_allclose(found.values.sum(axis=0), (latent @ scorer.weights).toarray()[0, [1, 0]], rtol=1e-6)
    assert found.base.tolist() == [0, 0.5]
    nothing = Features({"words": sp.csr_matrix([[0.0, 1, 1, 7]]), "latent": sp.csr_matrix([[0.0, 0]])})
    told = scorer.contributions(nothing, np.array([0, 1]))
    assert not readable(scorer, told, blocks, nothing)[1].values.any()


def totals(reasons: Reasons) -> dict[str, float]:
    out: dict[str, float] = {}
    weights = {member.name: member.weight for member in reasons.members}
    for term in (*reasons.terms_for, *reasons.terms_against):
        assert term.contribution == pytest.approx(sum(weights[m] * value for m, value in term.by_member.items()))
        for member, value in term.by_member.items():
            out[member] = out.get(member, 0) + value
    return out


def test_contributions_and_bias_sum_to_the_members_score(tagger: Tagger, test: Corpus) -> None:
    for i in range(0, 20, 4):
        for reasons in tagger.explain(test.document(i), n_terms=None).suggestions:
            sums = totals(reasons)
            telling = [m for m in reasons.members if m.bias is not None]
            assert [m.name for m in telling] == ["words", "characters", "latent", "neighbors", "lexical"]
            assert set(sums) | {"lexical"} == {m.name for m in telling}
            for member in telling:
                assert member.bias + sums.get(member.name, 0.0) == pytest.approx(member.score, abs=1e-4)


def test_terms_are_words_of_the_document_strongest_first(tagger: Tagger, test: Corpus) -> None:
    document = test.document(3)
    words = set(tokenize([document.title, document.abstract]).tokens)
    explanation = tagger.explain(document, k=4)
    assert [r.suggestion for r in explanation.suggestions][:4] == tagger.suggest(document, k=4)[0][:4]
    for reasons in explanation.suggestions:
        for terms, sign in ((reasons.terms_for, 1), (reasons.terms_against, -1)):
            strengths = [sign * term.contribution for term in terms]
            assert strengths == sorted(strengths, reverse=True)
            assert all(s > 0 for s in strengths)
            assert len(terms) <= 8
            assert all(set(term.term.split()) <= words for term in terms)
            assert not any(set(term.term.split()) & tagger.extractor.stop_words for term in terms)


def without(document: Document, words: set[str]) -> Document:
    """Drop words from title and abstract."""
    kept = [" ".join(w for w in tokenize_plainly(t) if w not in words) for t in (document.title, document.abstract)]
    return replace(document, title=kept[0], abstract=kept[1])


def tokenize_plainly(text: str) -> list[str]:
    stream = tokenize([text])
    return [stream.tokens[i] for i in stream.ids]


def test_removing_the_top_terms_lowers_the_scores_more_than_removing_random_words(tagger: Tagger, test: Corpus) -> None:
    rng = np.random.default_rng(0)
    drops: dict[str, list[tuple[float, float]]] = {"words": [], "characters": [], "latent": []}
    for document in list(test)[:25]:
        reasons = tagger.explain(document, k=1)[0]
        column = tagger.label_space.column(reasons.suggestion.label)
        top = {word for term in reasons.terms_for[:3] for word in term.term.split()}
        others = sorted(set(tokenize_plainly(fold_text(f"{document.title} {document.abstract}"))) - top)
        drawn = set(rng.choice(others, size=len(top), replace=False).tolist())
        versions = Corpus.from_documents([document, without(document, top), without(document, drawn)])
        features = tagger.extractor.transform(versions)
        for name, pairs in drops.items():
            whole, no_top, no_drawn = tagger.ensemble.scorers[name].score(features)[:, column]
            pairs.append((whole - no_top, whole - no_drawn))
    for name, pairs in drops.items():
        by_top, by_chance = np.array(pairs).T
        assert (by_top > by_chance).mean() > 0.9, name
        assert by_top.mean() > 3 * max(by_chance.mean(), 0), name


def test_members_tell_score_and_rank(tagger: Tagger, test: Corpus) -> None:
    document = test.document(0)
    features = tagger.extractor.transform(test.subset([0]))
    scores = tagger.ensemble.scorers["words"].score(features)[0]
    for reasons in tagger.explain(document).suggestions:
        assert [m.name for m in reasons.members] == ["words", "characters", "latent", "neighbors", "lexical", "stack"]
        column = tagger.label_space.column(reasons.suggestion.label)
        words = reasons.members[0]
        assert words.score == scores[column]
        assert words.rank == 1 + int((scores > scores[column]).sum())
        assert reasons.members[5].bias is reasons.members[5].weight is None


def test_neighbors_are_named_and_say_whether_they_carry_the_label(tagger: Tagger, train: Corpus, test: Corpus) -> None:
    labels = dict(zip(train.ids, train.label_sets(), strict=True))
    titles = dict(zip(train.ids, train.titles, strict=True))
    shared = tagger.extractor.transform(test.subset([5]))["words"]
    documents = tagger.extractor.transform(train)["words"]
    cosines = dict(zip(train.ids, (documents @ shared.T).toarray().ravel().tolist(), strict=True))
    nearest = sorted(cosines.values(), reverse=True)
    for reasons in tagger.explain(test.document(5)).suggestions:
        label = reasons.suggestion.label
        found = reasons.neighbors
        assert [n.cosine for n in found[:5]] == pytest.approx(nearest[:5], rel=0.01)
        for neighbor in found:
            assert neighbor.carries == (label in (labels[neighbor.id] or ()))
            assert neighbor.cosine == pytest.approx(cosines[neighbor.id], rel=0.01)
            assert titles[neighbor.id].startswith(neighbor.title.removesuffix("..."))
        assert len(found) == 5 or (len(found) == 6 and found[5].carries and not any(n.carries for n in found[:5]))


def test_a_saved_tagger_explains_alike(tagger: Tagger, test: Corpus, tmp_path: Path) -> None:
    tagger.save(tmp_path / "m.hw")
    loaded = Tagger.load(tmp_path / "m.hw")
    for i in range(3):
        assert loaded.explain(test.document(i)).to_json() == tagger.explain(test.document(i)).to_json()


def test_the_fast_recipe_explains_without_neighbors(train: Corpus, test: Corpus, tmp_path: Path) -> None:
    fast = hw.Tagger("fast").fit(train)
    fast.save(tmp_path / "m.hw")
    for tagger in (fast, Tagger.load(tmp_path / "m.hw")):
        reasons = tagger.explain(test.document(0))[0]
        assert reasons.neighbors == ()
        assert [m.name for m in reasons.members] == ["words"]
        assert reasons.terms_for
    assert b"train.id_text" not in (tmp_path / "m.hw").read_bytes()


@pytest.mark.parametrize("recipe", ["default", "fast"])
def test_numbers_are_explained_by_feature_numbers(numbers: Corpus, recipe: str) -> None:
    tagger = hw.Tagger(recipe).fit(numbers)
    row = numbers.subset([4])
    reasons = tagger.explain(row, k=1, n_terms=None)[0]
    assert reasons.suggestion.label == "b"
    assert reasons.terms_for[0].term in {f"feature {i}" for i in range(10, 20)}
    assert row.features is not None
    told = {t.term for t in (*reasons.terms_for, *reasons.terms_against)}
    assert told <= {f"feature {i}" for i in row.features.indices}
    for neighbor in reasons.neighbors:
        assert neighbor.id.startswith("n")
        assert neighbor.title == ""


def test_members_below_which_numbers_lie_sum_to_their_scores(numbers: Corpus) -> None:
    recipe = hw.Tagger("default").recipe.to_dict()
    recipe["fusion"]["select"] = False
    tagger = hw.Tagger(parse_recipe(recipe)).fit(numbers)
    for reasons in tagger.explain(numbers.subset([4]), n_terms=None).suggestions:
        telling = [m for m in reasons.members if m.bias is not None]
        assert [m.name for m in telling] == ["words", "latent", "neighbors", "pairs"]
        for member in telling:
            assert member.bias + totals(reasons)[member.name] == pytest.approx(member.score, abs=1e-4)


def test_texts_without_a_known_word_have_no_terms(tagger: Tagger) -> None:
    for text in ("", "...", "日"):
        for reasons in tagger.explain(text).suggestions:
            assert reasons.terms_for == reasons.terms_against == ()
            assert reasons.neighbors == ()


def test_one_document_at_a_time(tagger: Tagger, test: Corpus) -> None:
    with pytest.raises(DataError, match="one document is explained at a time, found 2"):
        tagger.explain(test.subset([0, 1]))
    with pytest.raises(NotFittedError, match="not fitted"):
        hw.Tagger("fast").explain("lava")


def test_names_in_the_text_are_told_with_their_places_and_evidence(tagger: Tagger) -> None:
    text = "A star cluster and its variable stars"
    reasons = next(r for r in tagger.explain(text, k=10) if r.suggestion.label == "Star clusters")
    assert reasons.match is not None
    assert reasons.match.name == "star cluster"
    assert [text[span.start : span.end] for span in reasons.match.spans] == ["star", "cluster", "stars"]
    lexical = next(m for m in reasons.members if m.name == "lexical")
    assert lexical.bias is not None
    assert lexical.bias + sum(reasons.match.evidence.values()) == pytest.approx(lexical.score, abs=1e-4)
    assert all(r.match is None for r in tagger.explain("Lava"))


def test_a_label_without_training_documents_is_told_by_its_name(train: Corpus) -> None:
    names = [*train.label_space.names, "Zymurgy"]
    thesaurus = Thesaurus(tuple(Concept(str(i), (Name(name),)) for i, name in enumerate(names)))
    text = "Zymurgy: the zymurgy of beer and stars"
    explanation = hw.Tagger("default", thesaurus=thesaurus).fit(train).explain(text, k=60)
    reasons = explanation.of("Zymurgy")
    assert reasons is not None
    assert reasons.match is not None
    assert [text[span.start : span.end] for span in reasons.match.spans] == ["Zymurgy", "zymurgy"]
    (member,) = reasons.members
    assert member.name == "lexical"
    assert member.effect == reasons.suggestion.score
    assert reasons.terms_for == ()
    seen = explanation.of("Stars")
    assert seen is not None
    assert len(seen.members) > 1
    assert "zymurgy" in explanation_page(explanation)


def test_a_tree_tells_its_terms_and_the_way_to_a_label(train: Corpus, test: Corpus) -> None:
    recipe = hw.Tagger("fast").recipe.to_dict()
    (name,) = recipe["scorers"]
    recipe["scorers"] = {name: {"kind": "tree", "block": "words", "leaf": 6, "beam": 3}}
    tagger = hw.Tagger(parse_recipe(recipe)).fit(train)
    reasons = tagger.explain(test.document(1), k=1, n_terms=None)[0]
    member = reasons.members[0]
    assert member.bias is not None
    assert member.bias + totals(reasons)[member.name] == pytest.approx(member.score, abs=1e-4)
    (step,) = member.route
    tree, features = tagger.ensemble.scorers[name], tagger.extractor.transform(test.subset([1]))
    scores = tree.router.matcher.score(features)[0]
    cluster = np.searchsorted(
        tree.ranker.label_bounds,
        np.flatnonzero(tree.labels == tagger.label_space.column(reasons.suggestion.label))[0],
        side="right",
    )
    assert step.score == pytest.approx(scores[cluster - 1], abs=1e-4)
    assert step.terms
