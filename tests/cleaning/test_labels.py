"""Label normalisation: what is proposed, what never is, and that nothing happens untold."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from headword.cleaning.label_codes import split_codes
from headword.cleaning.label_forms import fold, singular
from headword.cleaning.labels import Proposal, apply_proposals, normalise_labels, propose_merges
from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError, RecipeError


def corpus_with(support: dict[str, int]) -> Corpus:
    docs = [Document(f"{label}/{i}", labels=(label,)) for label, n in support.items() for i in range(n)]
    return Corpus.from_documents(docs)


def merges(support: dict[str, int] | Sequence[str]) -> dict[str, tuple[str, ...]]:
    counts = support if isinstance(support, dict) else dict.fromkeys(support, 1)
    return {p.source: p.targets for p in propose_merges(corpus_with(counts))}


@pytest.mark.parametrize(
    ("rare", "frequent"),
    [
        ("object-detection", "Object Detection"),
        ("speech-recognition", "Speech Recognition"),
        ("named-entity-recognition", "Named Entity Recognition"),
        ("text-classification", "Text Classification"),
        ("Question Generation", "Question-Generation"),
        ("Sentence Embedding", "Sentence-Embedding"),
        ("slot-filling", "Slot Filling"),
        ("intent-classification", "Intent Classification"),
        ("Weakly supervised Semantic Segmentation", "Weakly-supervised Semantic Segmentation"),
        ("deep_learning", "Deep learning"),
        ("human  pose", "human pose"),
        ("Poincare\u0301 maps", "Poincaré maps"),
        ("Oceans >\n   Bathymetry", "Oceans > Bathymetry"),
    ],
)
def test_the_more_frequent_of_two_spellings_wins_with_high_confidence(rare: str, frequent: str) -> None:
    (proposal,) = propose_merges(corpus_with({rare: 2, frequent: 3}))
    assert (proposal.source, proposal.targets, proposal.n_docs) == (rare, (frequent,), 2)
    assert proposal.confidence == "high"


def test_of_equally_frequent_spellings_the_tidy_one_wins() -> None:
    assert merges(["human  pose", "human pose"]) == {"human  pose": ("human pose",)}


@pytest.mark.parametrize(
    "labels",
    [
        ["physics", "physic"],
        ["gas", "gases"],
        ["gas", "ga"],
        ["glass", "glasses"],
        ["analysis", "analysi"],
        ["statistic", "statistics"],
        ["virus", "viru"],
        ["new", "news"],
        ["Turkey", "Turkeys"],
        ["1-2", "12", "1 2"],
        ["90-05", "9005"],
        ["C", "C++", "C#"],
        ["-1", "1"],
        ["cs.NA", "math.NA"],
        ["Poincaré", "Poincare"],
        ["Cells, Cultured", "Cells"],
        ["Statistics, Nonparametric"],
        ["1,000", "1"],
        ["AC/DC", "AC"],
        ["68T07", "68T05"],
    ],
)
def test_what_is_never_proposed(labels: list[str]) -> None:
    assert merges(labels) == {}


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (["Graph", "Graphs"], "plural"),
        (["Large Language Model", "large language models"], "plural"),
        (["battery", "batteries"], "plural"),
        (["box", "boxes"], "plural"),
        (["pretraining", "pre-training"], "joined"),
        (["AIDS", "aids"], "case"),
        (["Sequence Analysis, DNA", "Sequence Analysis", "DNA"], "compound"),
    ],
)
def test_doubtful_proposals_have_low_confidence(labels: list[str], kind: str) -> None:
    assert [(p.kind, p.confidence) for p in propose_merges(corpus_with(dict.fromkeys(labels, 1)))] == [(kind, "low")]


@pytest.mark.parametrize(
    ("label", "codes"),
    [
        ("I.2.6; I.2.7", ("I.2.6", "I.2.7")),
        ("68T07 (Primary) 62J02 (Secondary)", ("68T07", "62J02")),
        ("Primary: 97U50, Secondary: 97U70, 97D40", ("97U50", "97U70", "97D40")),
        ("68T45 68T45", ("68T45",)),
        ("es: 37N40", ("37N40",)),
        ("G.0; F.m", ("G.0", "F.m")),
        ("65Mxx, 90-05", ("65Mxx", "90-05")),
        ("cs.LG, hep-th", None),
        ("68T07 and words", None),
        ("62", None),
        ("60 Applications of stochastic analysis", None),
        ("Carbon, Organic", None),
    ],
)
def test_compound_codes(label: str, codes: tuple[str, ...] | None) -> None:
    assert split_codes(label) == codes


def test_a_code_takes_the_known_spelling() -> None:
    assert merges({"41AXX": 3, "41Axx, 65M06": 1}) == {"41Axx, 65M06": ("41AXX", "65M06")}


def test_lists_of_existing_labels() -> None:
    assert merges(["cells; genes", "cells", "genes"]) == {"cells; genes": ("cells", "genes")}
    assert merges(["cells; genes", "cells"]) == {}


def test_folding_goes_from_fine_to_coarse() -> None:
    assert fold("Ｄeep­ Learning", "unicode") == "Deep Learning"
    assert [fold(" Deep_ Learning", level) for level in ("spacing", "case", "hyphen")] == [
        "Deep_ Learning",
        "deep_ learning",
        "deep learning",
    ]
    assert singular("buses") == "buse"  # harmless: a merge needs both labels to exist


def test_applying_follows_chains_and_leaves_the_input_alone() -> None:
    corpus = Corpus.from_documents(
        [Document("1", labels=("A", "c")), Document("2", labels=("B",)), Document("3"), Document("4", labels=())]
    )
    proposals = [
        Proposal("case", "A", ("B",), 1, "high", ""),
        Proposal("compound", "B", ("x", "y"), 1, "high", ""),
    ]
    cleaned, change = apply_proposals(corpus, proposals)
    assert cleaned.label_sets() == [("c", "x", "y"), ("x", "y"), None, ()]
    assert corpus.label_sets()[0] == ("A", "c")
    assert (change.n_changed, change.details["labels_before"], change.details["labels_after"]) == (2, 3, 3)


def test_proposals_that_contradict_are_errors() -> None:
    corpus = corpus_with({"A": 1, "B": 1})
    a_to_b, b_to_a = Proposal("case", "A", ("B",), 1, "high", ""), Proposal("case", "B", ("A",), 1, "high", "")
    with pytest.raises(DataError, match="circle: 'A' -> 'B' -> 'A'"):
        apply_proposals(corpus, [a_to_b, b_to_a])
    with pytest.raises(DataError, match="two proposals change 'A'"):
        apply_proposals(corpus, [a_to_b, a_to_b])
    with pytest.raises(DataError, match="'Z', which is none"):
        apply_proposals(corpus, [Proposal("case", "Z", ("A",), 1, "high", "")])


def test_the_step_only_proposes_unless_told() -> None:
    corpus = corpus_with({"Graph": 3, "graph": 2, "Graphs": 1})
    same, change = normalise_labels(corpus)
    assert same is corpus
    assert (change.n_changed, change.details["by_kind"]) == (0, {"plural": 1, "case": 1})
    assert normalise_labels(corpus, "high")[0].label_space.names == ("Graph", "Graphs")
    assert normalise_labels(corpus, "all")[0].label_space.names == ("Graph",)
    with pytest.raises(RecipeError, match="not 'some'"):
        normalise_labels(corpus, "some")  # type: ignore[arg-type]


def test_after_applying_everything_nothing_of_high_confidence_is_left() -> None:
    names = ["Deep Learning", "deep-learning", "deep learning", "Deep_Learning", "Graphs", "graph", "I.2.6; i.2.7"]
    corpus = corpus_with({name: i + 1 for i, name in enumerate(names)})
    cleaned, _ = normalise_labels(corpus, "all")
    assert propose_merges(cleaned) == []


@pytest.mark.shared
def test_arxiv_codes_are_taken_apart() -> None:
    path = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "arxiv-recent" / "documents.jsonl.gz"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    corpus = Corpus.from_documents([Document(r["id"], labels=tuple(r["labels"])) for r in rows])
    cleaned, change = normalise_labels(corpus, "high")
    assert change.details["by_kind"]["compound"] > 2_700
    assert len(cleaned.label_space) < 2_000
    assert not any(";" in name for name in cleaned.label_space.names)
