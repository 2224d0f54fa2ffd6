"""Thesauri: controlled vocabularies with names, hierarchy and versions.

| file             | what it holds                                                              |
|------------------|----------------------------------------------------------------------------|
| concept.py       | Concept, Name, Note, Match                                                 |
| thesaurus.py     | Thesaurus: concepts in order, hierarchy as arrays                          |
| links.py         | Links: compressed sparse rows, closure, distances, cycles, walks           |
| names.py         | names as columns                                                           |
| reader.py        | `read_thesaurus`, `format_of`                                              |
| skos.py          | RDF/XML, Turtle, N-Triples, JSON-LD                                        |
| tables.py        | GCMD, UAT and Annif tables; `thesaurus_of_labels`                          |
| records.py       | JSON lines, UAT lists and trees                                            |
| draft.py         | a thesaurus while it is read                                               |
| writer.py        | `write_thesaurus`: JSON lines, Turtle, Annif TSV                           |
| check.py         | `check`: what is odd; findings.py: the kinds of findings                   |
| folding.py       | names as they are compared: case, punctuation, plurals                     |
| index.py         | NameIndex: a string to concepts; path_match.py: paths; codes.py: codes     |
| search.py        | `search_names`: concepts by words                                          |
| proposals.py     | Proposer: names that resemble a string                                     |
| align.py         | the labels of a corpus to concepts; context.py: which of several is meant  |
| hierarchy.py     | labels as nodes of a thesaurus; the hierarchy that paths and codes hold    |
| diff.py          | what changed between two versions                                          |
| migration.py     | labels of one version to the next; rewriting.py: how these are written     |
| relabel.py       | a corpus with other labels, and an account of them                         |
| label_table.py   | tables of labels, to be edited and read back                               |

A row of the table is a function `(data, source) -> Thesaurus` that reads one format from plain bytes.
"""

from headword.core.registry import Registry

__all__ = ["FORMATS"]

FORMATS = Registry(
    "thesaurus format",
    {
        "rdf-xml": "headword.thesaurus.skos:read_rdf_xml",
        "turtle": "headword.thesaurus.skos:read_turtle",
        "n-triples": "headword.thesaurus.skos:read_n_triples",
        "json-ld": "headword.thesaurus.skos:read_json_ld",
        "gcmd-csv": "headword.thesaurus.tables:read_gcmd_csv",
        "uat-csv": "headword.thesaurus.tables:read_uat_csv",
        "uat-json": "headword.thesaurus.records:read_json",
        "annif-csv": "headword.thesaurus.tables:read_annif_csv",
        "annif-tsv": "headword.thesaurus.tables:read_annif_tsv",
        "jsonl": "headword.thesaurus.records:read_jsonl",
    },
)
