"""The search for names against a plain one, and what its evidence means."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headword.text import name_kernels as kernels
from headword.text.name_kernels import N_EVIDENCE
from headword.text.name_patterns import LabelNames, parts_of
from headword.text.name_search_kernels import LEAST_COVERED, MOST_PARTS, SLACK
from headword.text.names import Found, NameFeatures, found_in
from headword.text.rows import csr
from headword.text.tokens import TokenStream, tokenize

DOCUMENTS = [
    ("Sea ice", "The thickness of sea ices was measured; ice of lakes was not."),
    ("", ""),
    (
        "Surface temperature of the sea",
        "Sea surface temperatures rise. Nothing else is of any use here.",
    ),
    ("Mercury", "A planet, not the metal."),
]
NAMES = ["sea ice", "Ice", "sea surface temperature", "Mercury (planet)", "temperature, surface", "analysis of lakes"]


def stream_of(documents: list[tuple[str, str]]) -> TokenStream:
    return tokenize([text for document in documents for text in document])


def searched(documents: list[tuple[str, str]], names: LabelNames) -> tuple[NameFeatures, Found]:
    stream = stream_of(documents)
    block = NameFeatures.fit(stream, names)
    return block, block.find(stream)


def evidence(found: Found, document: int, label: int) -> np.ndarray | None:
    inside = slice(found.indptr[document], found.indptr[document + 1])
    at = np.flatnonzero(found.labels[inside] == label)
    return found.evidence[inside][at[0]] if len(at) else None


def counts(row: np.ndarray | None) -> list[int]:
    """Whole in title and text, near in title and text, scattered."""
    assert row is not None
    columns = [kernels.TITLE, kernels.BODY, kernels.TITLE_NEAR, kernels.BODY_NEAR, kernels.SCATTERED]
    return np.rint(np.expm1(row[columns])).astype(int).tolist()


def parts(row: np.ndarray | None) -> list[int]:
    """In part in title and text."""
    assert row is not None
    return np.rint(np.expm1(row[[kernels.TITLE_PART, kernels.BODY_PART]])).astype(int).tolist()


def test_names_are_found_inflected_and_in_any_order() -> None:
    _, found = searched(DOCUMENTS, LabelNames.of(NAMES))
    assert counts(evidence(found, 0, 0)) == [1, 1, 0, 1, 0]
    assert counts(evidence(found, 0, 1)) == [1, 2, 0, 0, 0]
    assert counts(evidence(found, 2, 2)) == [0, 1, 1, 0, 0]
    assert counts(evidence(found, 2, 4)) == [2, 2, 0, 0, 0]  # and each place of what stands before the comma
    assert evidence(found, 0, 3) is None
    assert found.indptr[1] == found.indptr[2]


def test_a_name_without_its_qualifier_is_a_hidden_one() -> None:
    _, found = searched(DOCUMENTS, LabelNames.of(NAMES))
    row = evidence(found, 3, 3)
    assert counts(row) == [1, 0, 0, 0, 1]
    assert row is not None
    assert row[kernels.KIND] == 2
    assert row[kernels.NAMES] == pytest.approx(np.log1p(2))


def test_what_a_longer_name_covers_is_told() -> None:
    _, found = searched(DOCUMENTS, LabelNames.of(NAMES))
    row = evidence(found, 0, 1)
    assert row is not None
    assert row[kernels.FREE] == pytest.approx(1 / 3)


def test_names_of_several_labels_are_ambiguous() -> None:
    names = LabelNames(3, ("Star", "stars", "star"), np.array([0, 1, 2], np.int32), np.array([0, 1, 0], np.int8))
    block, found = searched([("Stars", "")], names)
    assert len(block.patterns) == 1
    assert found.labels.tolist() == [0, 1, 2]
    np.testing.assert_allclose(found.evidence[:, kernels.AMBIGUITY], np.log1p(3))
    assert found.evidence[:, kernels.KIND].tolist() == [0, 1, 0]


def test_links_count_labels_that_stand_as_a_whole() -> None:
    names = LabelNames(
        4,
        ("ocean", "wave", "tide", "sea floor"),
        np.arange(4, dtype=np.int32),
        np.zeros(4, np.int8),
        broader=np.array([[1, 0], [2, 0], [3, 0]], np.int32),
        related=np.array([[1, 2]], np.int32),
    )
    _, found = searched(
        [("", "ocean waves and tides; the floor is far away from here, and so is every other sea")], names
    )
    ocean, wave, floor = (evidence(found, 0, label) for label in (0, 1, 3))
    assert ocean is not None and wave is not None and floor is not None
    assert ocean[kernels.NARROWER] == pytest.approx(np.log1p(2))
    assert wave[kernels.BROADER] == wave[kernels.RELATED] == wave[kernels.SIBLINGS] == pytest.approx(np.log(2))
    assert counts(floor) == [0, 0, 0, 0, 1]
    assert floor[kernels.SIBLINGS] == pytest.approx(np.log1p(2))


def test_a_name_may_stand_there_in_part() -> None:
    names = LabelNames.of(["nuclear fusion reactors", "fusion systems", "systems"])
    documents = [("Fusion", "On fusion."), *[("", "systems and methods")] * 9]
    _, found = searched(documents, names)
    assert found.labels[: found.indptr[1]].tolist() == [1]
    row = evidence(found, 0, 1)
    assert parts(row) == [1, 1]
    assert counts(row) == [0, 0, 0, 0, 0]
    assert row is not None
    # 20 documents more are supposed, which all have words of so many of the names.
    fusion, system = np.log(31 / 22) + 0.3, np.log(31 / 30) + 0.3
    never = np.log(31 / 21) + 0.3
    assert row[kernels.COVERED] == pytest.approx(fusion / (fusion + system))
    assert row[kernels.RARE] == pytest.approx((fusion + system) / 2 / never)
    whole = evidence(found, 1, 2)
    assert whole is not None
    assert whole[kernels.COVERED] == 1
    assert whole[kernels.RARE] == pytest.approx(system / never)


def test_a_label_that_is_named_wholly_has_no_parts_and_few_parts_are_kept() -> None:
    same = LabelNames(1, ("sea ice", "sea floor"), np.zeros(2, np.int32), np.zeros(2, np.int8))
    _, found = searched([("Sea ice", "and other ice")], same)
    assert parts(found.evidence[0]) == [0, 0]
    assert found.evidence[0, kernels.COVERED] == 1
    many = LabelNames.of([f"glacier x{number}" for number in range(40)])
    everything = " ".join(f"x{number}" for number in range(40))
    _, found = searched([("A glacier", ""), *[("", everything)] * 9], many)
    assert found.indptr[1] == MOST_PARTS


def test_words_that_no_name_has_are_taken_apart() -> None:
    names = LabelNames(
        3,
        ("hiihto", "kirjastojen historia", "keskus"),
        np.arange(3, dtype=np.int32),
        np.zeros(3, np.int8),
        language="fi",
    )
    _, found = searched([("", "hiihtokeskus ja kirjastohistoria")], names)
    assert found.labels.tolist() == [0, 1, 2]
    assert all(counts(row) == [0, 1, 0, 0, 0] for row in found.evidence)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Puutarhat. Pihat", ["Puutarhat", "Pihat"]),
        ("snow/ice", ["snow", "ice"]),
        ("hamsters, as pets", ["hamsters"]),
        ("Receptors, LDL; agonists", ["Receptors", "agonists"]),
        ("4H, clubs", []),
        ("J. Smith", []),
        ("sea ice", []),
    ],
)
def test_names_that_are_strung_together_are_parted(text: str, expected: list[str]) -> None:
    assert parts_of(text) == expected


def test_a_part_of_a_name_is_of_a_kind_of_its_own() -> None:
    _, found = searched([("", "hamsters and snow")], LabelNames.of(["hamsters, as pets (animals)", "snow/ice", "snow"]))
    assert found.labels.tolist() == [0, 1, 2]
    assert found.evidence[:, kernels.KIND].tolist() == [3, 3, 0]


@pytest.mark.parametrize(
    ("language", "name", "text"),
    [("fi", "kirjasto", "Kirjastossa luetaan"), ("de", "Wälder", "im Wald"), ("en", "analyses", "we analyse")],
)
def test_several_languages_are_inflected(language: str, name: str, text: str) -> None:
    names = LabelNames(1, (name,), np.zeros(1, np.int32), np.zeros(1, np.int8), language=language)
    _, found = searched([("", text)], names)
    assert found.labels.tolist() == [0]


def naive(documents: list[list[list[str]]], names: list[list[str]], frequency: dict[str, int]) -> list[dict]:
    """Whole, near, scattered and partial occurrences of each name in each document, by looking everywhere."""
    out = []
    weight = {}
    for word in {word for name in names for word in name}:
        supposed = 20 * min(1, 30 * sum(word in name for name in names) / len(names))
        weight[word] = np.log((len(documents) + 21) / (frequency.get(word, 0) + supposed + 1)) + 0.3
    for fields in documents:
        places = [(f, p, word) for f, field in enumerate(fields) for p, word in enumerate(field)]
        found = {}
        for number, name in enumerate(names):
            words = sorted(set(name), key=lambda word: (-weight[word], word))
            there = [word for word in words if any(word == w for _, _, w in places)]
            tally = [0, 0, 0, 0, 0, 0, 0]
            if len(there) < len(words):
                if sum(weight[word] for word in there) / sum(weight[word] for word in words) > LEAST_COVERED - 1e-6:
                    for field, _, word in places:
                        tally[5 + field] += word == there[0]
                    found[number] = tally
                continue
            for field, place, word in places:
                if word != words[0]:
                    continue
                spots = [place]
                for other in words[1:]:
                    near = [p for f, p, w in places if f == field and w == other]
                    if near:
                        spots.append(min(near, key=lambda p: (abs(p - place), p)))
                if len(spots) == len(words):
                    span = max(spots) - min(spots) + 1
                    if span <= len(name):
                        tally[field] += 1
                    elif span <= len(name) + SLACK:
                        tally[2 + field] += 1
            found[number] = tally if any(tally) else [0, 0, 0, 0, 1, 0, 0]
        out.append(found)
    return out


words = st.sampled_from(["xa", "xb", "xc", "xd", "xe"])
fields = st.lists(words, max_size=14)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(fields, fields), min_size=1, max_size=4),
    st.lists(st.lists(words, min_size=1, max_size=3, unique=True), min_size=1, max_size=6, unique_by=frozenset),
)
def test_the_search_finds_what_a_plain_one_finds(
    documents: list[tuple[list[str], list[str]]], names: list[list[str]]
) -> None:
    texts = [(" ".join(title), " ".join(body)) for title, body in documents]
    _, found = searched(texts, LabelNames.of([" ".join(name) for name in names]))
    frequency: dict[str, int] = {}
    for title, body in documents:
        for word in {*title, *body}:
            frequency[word] = frequency.get(word, 0) + 1
    expected = naive([[list(title), list(body)] for title, body in documents], names, frequency)
    for document, wanted in enumerate(expected):
        inside = slice(found.indptr[document], found.indptr[document + 1])
        assert found.labels[inside].tolist() == sorted(wanted)
        for label, row in zip(found.labels[inside].tolist(), found.evidence[inside], strict=True):
            assert counts(row) + parts(row) == wanted[label]


def test_rows_undo_themselves_in_windows_and_on_threads() -> None:
    documents = DOCUMENTS * 400
    stream = stream_of(documents)
    block = NameFeatures.fit(stream, LabelNames.of(NAMES))
    one, two = (block.transform(stream, n_threads=n) for n in (1, 2))
    assert one.data.tobytes() == two.data.tobytes()
    assert one.indices.tobytes() == two.indices.tobytes()
    found = found_in(one)
    window = found_in(csr(one.indptr[2:7], one.indices, one.data, one.shape[1]))
    inside = slice(found.indptr[2], found.indptr[6])
    assert window.labels.tolist() == found.labels[inside].tolist()
    assert np.array_equal(window.evidence, found.evidence[inside])
    assert one.shape == (len(documents), len(NAMES) * N_EVIDENCE)


def test_no_documents_and_no_names() -> None:
    block, found = searched([], LabelNames.of(NAMES))
    assert found.indptr.tolist() == [0]
    assert block.transform(stream_of([])).shape == (0, len(block))
    _, found = searched(DOCUMENTS, LabelNames.of([]))
    assert found.indptr.tolist() == [0] * 5
    _, found = searched(DOCUMENTS, LabelNames.of(["", "!", "x"]))
    assert not len(found.labels)
