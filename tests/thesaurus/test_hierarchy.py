"""Labels as nodes of a thesaurus."""

import pytest
import scipy.sparse as sp

from headword.core.corpus import Corpus, Document
from headword.core.errors import DataError
from headword.core.labels import LabelSpace
from headword.thesaurus.hierarchy import hierarchy_of, thesaurus_in_labels
from headword.thesaurus.relabel import relabel
from headword.thesaurus.thesaurus import Thesaurus

from .conftest import concept


def names_above(hierarchy, label: str) -> list[str]:
    names = hierarchy.node_names()
    row = hierarchy.reach[hierarchy.label_space.column(label)]
    return sorted(names[node] for node in row.indices)


def test_labels_mean_concepts_and_what_is_above_them(small: Thesaurus) -> None:
    space = LabelSpace(("red giants", "suns", "Poetry"))
    hierarchy = hierarchy_of(space, small)
    assert (hierarchy.n_nodes, hierarchy.n_matched) == (len(small) + 1, 2)
    assert names_above(hierarchy, "red giants") == ["Giant stars", "Variable stars", "red giants", "suns"]
    assert names_above(hierarchy, "Poetry") == ["Poetry"]
    assert hierarchy.ancestry.depths.tolist() == [0, 1, 1, 2, 0, 0]


def test_two_labels_of_one_concept_are_one_node(small: Thesaurus) -> None:
    hierarchy = hierarchy_of(LabelSpace(("Stars", "Suns")), small)
    nodes = hierarchy.nodes_of(sp.csr_matrix([[1.0, 1.0], [0.0, 1.0]]))
    assert nodes.toarray().tolist() == [[1, 0, 0, 0, 0], [1, 0, 0, 0, 0]]
    assert hierarchy.node_names()[0] == "Stars"


def test_names_of_nodes_are_distinct_and_written_as_asked() -> None:
    thesaurus = Thesaurus((concept(1, "Ice"), concept(2, "Sea"), concept(3, "Ice", broader=(2,)), concept(4, "Peat")))
    hierarchy = hierarchy_of(LabelSpace(("peat", "Sea")), thesaurus)
    assert hierarchy.node_names() == ("Ice", "Sea", "Sea > Ice", "peat")
    assert hierarchy.node_names("path") == ("Ice", "Sea", "Sea > Ice", "peat")
    assert hierarchy.node_names("id") == (thesaurus.concepts[0].id, "Sea", thesaurus.concepts[2].id, "peat")
    with pytest.raises(DataError, match="written as id, name, path, not as 'code'"):
        hierarchy.node_names("code")


def test_the_labels_beside_it_tell_what_a_label_means() -> None:
    thesaurus = Thesaurus(
        (
            concept(1, "Land"), concept(2, "Sea"), concept(3, "Ice", broader=(1,)), concept(4, "Ice", broader=(2,)),
        )
    )  # fmt: skip
    corpus = Corpus.of([Document(f"d{i}", "t", "", ("Ice", "Sea")) for i in range(3)])
    hierarchy = hierarchy_of(corpus.label_space, thesaurus, corpus)
    assert names_above(hierarchy, "Ice") == ["Ice", "Sea"]
    assert names_above(hierarchy_of(corpus.label_space, thesaurus), "Ice") == ["Ice"]


def test_paths_are_a_hierarchy_by_themselves() -> None:
    labels = ("Earth > Sea > Ice", "Earth > Sea", "Peat")
    hierarchy = hierarchy_of(LabelSpace(labels), thesaurus_in_labels(labels))
    assert names_above(hierarchy, "Earth > Sea > Ice") == ["Earth", "Earth > Sea", "Earth > Sea > Ice"]
    assert names_above(hierarchy, "Peat") == ["Peat"]


def test_codes_are_a_hierarchy_by_themselves() -> None:
    labels = ("68T07 (Primary) 62J02", "I.2.7", "cs.CL", "68-01", "68T", "Essays")  # 68T is another name of 68Txx
    hierarchy = hierarchy_of(LabelSpace(labels), thesaurus_in_labels(labels))
    assert names_above(hierarchy, "68T07 (Primary) 62J02") == [
        "62-XX", "62J02", "62Jxx", "68-XX", "68T", "68T07",
    ]  # fmt: skip
    assert names_above(hierarchy, "I.2.7") == ["I", "I.2", "I.2.7"]
    assert names_above(hierarchy, "cs.CL") == ["cs", "cs.CL"]
    assert names_above(hierarchy, "68-01") == ["68-01", "68-XX"]
    assert names_above(hierarchy, "Essays") == ["Essays"]


def test_two_digits_are_a_class_among_codes_of_mathematics() -> None:
    labels = ("68T07", "68", "62, 15 (Secondary)", "Essays")
    thesaurus = thesaurus_in_labels(labels)
    assert "68" not in thesaurus
    assert names_above(hierarchy_of(LabelSpace(labels), thesaurus), "68T07") == ["68", "68T07", "68Txx"]
    assert [concept.id for concept in thesaurus_in_labels(("68", "I.2"))] == ["68", "I.2", "I"]
    hierarchy = hierarchy_of(LabelSpace(labels), thesaurus)
    assert names_above(hierarchy, "62, 15 (Secondary)") == ["15-XX", "62-XX"]


def test_labels_that_hold_no_hierarchy_are_an_error() -> None:
    with pytest.raises(DataError, match="none of the 2 labels is a path"):
        thesaurus_in_labels(["Ice", "Sea"])


def test_broader_labels_close_the_sets_of_a_corpus(small: Thesaurus) -> None:
    corpus = Corpus.of([Document("a", "t", "", ("red giants",)), Document("b", "t", "", ("Stars", "Poetry"))])
    hierarchy = hierarchy_of(corpus.label_space, small, corpus)
    closed, _ = relabel(corpus, hierarchy.broader_labels())
    found = [set(labels or ()) for labels in closed.label_sets()]
    assert found == [{"red giants", "Giant stars", "Variable stars", "Stars"}, {"Stars", "Poetry"}]
