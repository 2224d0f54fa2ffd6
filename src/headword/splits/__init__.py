"""Splits: Corpus -> Split (train, valid, test) or folds. Every row is `split(corpus, *, test, valid, seed, ...)`."""

from headword.core.registry import Registry

SPLITTERS = Registry(
    "split",
    {
        "given": "headword.splits.given:split",
        "hash": "headword.splits.hash:split",
        "random": "headword.splits.random:split",
        "stratified": "headword.splits.stratified:split",
        "grouped": "headword.splits.grouped:split",
        "grouped-stratified": "headword.splits.grouped_stratified:split",
        "temporal": "headword.splits.temporal:split",
    },
)

# The given split has no folds: a column names parts, not folds.
FOLDS = Registry(
    "kind of folds",
    {
        "hash": "headword.splits.hash:folds",
        "random": "headword.splits.random:folds",
        "stratified": "headword.splits.stratified:folds",
        "grouped": "headword.splits.grouped:folds",
        "grouped-stratified": "headword.splits.grouped_stratified:folds",
        "temporal": "headword.splits.temporal:folds",
    },
)
