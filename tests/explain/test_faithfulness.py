"""The terms that explanations put first are those that suggestions rest on."""

import numpy as np
import pytest

import headword as hw
from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError
from headword.explain.faithfulness import ORDERS, Faithfulness, measure_faithfulness
from headword.tagger import Tagger


def measured(tagger: Tagger, corpus: Corpus, **options: int) -> Faithfulness:
    return measure_faithfulness(corpus, tagger.extractor, tagger.ensemble, n_steps=10, n_threads=1, **options)


@pytest.fixture(scope="module")
def found(tagger: Tagger, test: Corpus) -> Faithfulness:
    return measured(tagger, test, sample=40)


def test_explanations_are_better_than_chance_and_than_rarity(found: Faithfulness) -> None:
    assert [one.order for one in found.advantages] == ["idf", "random"]
    for one in found.advantages:
        assert one.deletion.low > 0.02, one.order
        assert one.insertion.low > 0.02, one.order
        assert max(one.deletion_p, one.insertion_p) < 0.01


def test_curves_begin_and_end_with_the_whole_document_and_with_none(found: Faithfulness) -> None:
    assert found.n_documents == 40
    assert found.shares[0] == 0
    assert found.shares[-1] == 1
    assert tuple(one.name for one in found.orders) == ORDERS
    for one in found.orders:
        assert len(one.deletion_curve) == len(one.insertion_curve) == len(found.shares) == 11
        assert one.deletion_curve[0] == pytest.approx(one.insertion_curve[-1])
        assert one.deletion_curve[-1] == pytest.approx(one.insertion_curve[0])
        assert one.deletion_curve[0] == pytest.approx(found.orders[0].deletion_curve[0])
        area = np.trapezoid(one.deletion_curve, dx=0.1)
        assert one.deletion.mean == pytest.approx(area)
        assert one.deletion.low <= one.deletion.mean <= one.deletion.high


def test_the_same_seed_gives_the_same_figures(tagger: Tagger, test: Corpus) -> None:
    assert measured(tagger, test, sample=8, seed=3) == measured(tagger, test, sample=8, seed=3)


def test_documents_without_words_are_left_out(tagger: Tagger, test: Corpus) -> None:
    poor = [Document("a", "", ""), Document("b", "...", "日"), Document("c", "lava", "")]
    found = measured(tagger, Corpus.from_documents([*poor, test.document(0), test.document(1)]), sample=9)
    assert (found.n_documents, found.n_skipped) == (2, 3)
    with pytest.raises(DataError, match="none of 3 documents has 5 words"):
        measured(tagger, Corpus.from_documents(poor))


def test_numbers_are_measured_too(numbers: Corpus) -> None:
    tagger = hw.Tagger("fast").fit(numbers)
    found = measured(tagger, numbers, sample=30)
    assert found.advantages[1].deletion.low > 0
