"""What holds for every row of the table of cleaning steps."""

import inspect

import pytest

from headword.cleaning import CLEANERS
from headword.cleaning.change import MAX_EXAMPLES, Change
from headword.core.corpus import Corpus, Document

MESSY = [
    Document("1", r"Of \emph{cells}", "<p>They\u00a0live in colonies of many.</p>", ("Bio-logy", "rare"), {"n": 1}),
    Document("2", "Of cells", "They live in colonies of many.", ("Bio logy",)),
    Document("3", "Of cells", "They live in colonies of many.", ("Bio logy", "I.2.6; I.2.7")),
    Document("4", "", "", ()),
    Document("5", "", "", None),
    Document("6", "Stars", "cost $5 & more", ("Bio logy", "I.2.6")),
]


@pytest.fixture
def corpus() -> Corpus:
    return Corpus.from_documents(MESSY)


def documents(corpus: Corpus) -> list[Document]:
    return list(corpus)


@pytest.mark.parametrize("name", CLEANERS)
def test_the_input_stays_as_it_is(name: str, corpus: Corpus) -> None:
    fingerprint, fields = corpus.fingerprint(), dict(corpus.fields)
    CLEANERS.get(name)(corpus)
    assert (corpus.fingerprint(), dict(corpus.fields)) == (fingerprint, fields)


@pytest.mark.parametrize("name", CLEANERS)
def test_the_change_bears_the_steps_name_and_few_short_examples(name: str, corpus: Corpus) -> None:
    _, change = CLEANERS.get(name)(corpus)
    assert isinstance(change, Change)
    assert change.step == name
    assert change.n_changed >= 0
    assert len(change.examples) <= MAX_EXAMPLES
    assert all(example and "\n" not in example for example in change.examples)
    assert str(change).startswith(f"{name}: ")


@pytest.mark.parametrize("name", CLEANERS)
def test_twice_the_same_is_the_same(name: str, corpus: Corpus) -> None:
    first, second = (CLEANERS.get(name)(corpus) for _ in range(2))
    assert documents(first[0]) == documents(second[0])
    assert first[1] == second[1]


@pytest.mark.parametrize("name", CLEANERS)
def test_a_second_pass_finds_nothing_more(name: str, corpus: Corpus) -> None:
    once, _ = CLEANERS.get(name)(corpus)
    twice, change = CLEANERS.get(name)(once)
    assert documents(twice) == documents(once)
    if name != "near-duplicates":  # which reports groups, and leaves them where they are
        assert change.n_changed == 0


@pytest.mark.parametrize("name", CLEANERS)
def test_documents_keep_their_order_and_ids(name: str, corpus: Corpus) -> None:
    cleaned, _ = CLEANERS.get(name)(corpus)
    kept = [i for i in corpus.ids if i in set(cleaned.ids)]
    assert list(cleaned.ids) == kept


@pytest.mark.parametrize("name", CLEANERS)
def test_a_corpus_without_documents_passes_through(name: str) -> None:
    if name == "rare-labels":
        pytest.skip("without labels there are no rare ones: an error, tested with the step")
    cleaned, change = CLEANERS.get(name)(Corpus.from_documents([]))
    assert len(cleaned) == 0
    assert change.n_changed == 0


@pytest.mark.parametrize("name", CLEANERS)
def test_every_step_says_what_it_is_for(name: str) -> None:
    assert inspect.getdoc(CLEANERS.get(name))
