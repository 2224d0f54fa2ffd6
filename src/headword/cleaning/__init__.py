"""Cleaning: Corpus -> Corpus and what changed. Every step is `step(corpus, **options) -> (Corpus, Change)`."""

from headword.core.registry import Registry

CLEANERS = Registry(
    "cleaning step",
    {
        "markup": "headword.cleaning.markup:clean_markup",
        "latex": "headword.cleaning.latex:clean_latex",
        "unicode": "headword.cleaning.unicode:clean_unicode",
        "duplicates": "headword.cleaning.duplicates:drop_duplicates",
        "near-duplicates": "headword.cleaning.near_duplicates:near_duplicates",
        "labels": "headword.cleaning.labels:normalise_labels",
        "rare-combinations": "headword.cleaning.combinations:drop_rare_combinations",
        "rare-labels": "headword.cleaning.annotation:min_support",
        "empty-labels": "headword.cleaning.annotation:empty_labels",
        "unannotated": "headword.cleaning.annotation:drop_unannotated",
    },
)
