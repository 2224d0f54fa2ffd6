"""Thesauri: controlled vocabularies with names, hierarchy and versions.

| file           | what it holds                                                               |
|----------------|-----------------------------------------------------------------------------|
| concept.py     | Concept, Name, Note, Match                                                  |
| thesaurus.py   | Thesaurus: concepts in order, hierarchy as arrays                           |
| links.py       | Links: compressed sparse rows, closure, distances, cycles, walks            |
| names.py       | names as columns                                                            |
| reader.py      | `read_thesaurus`; the rows below read one format each                       |
| writer.py      | `write_thesaurus`: JSON lines, Turtle, Annif TSV                            |
| check.py       | what is odd about a thesaurus                                               |
| folding.py     | names as they are compared: case, punctuation, plurals                      |
| index.py       | a label string to concepts                                                  |
| align.py       | the labels of a corpus to concepts, with proposals for what does not match  |
| diff.py        | what changed between two versions                                           |
| migration.py   | labels of one version to labels of the next                                 |

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
