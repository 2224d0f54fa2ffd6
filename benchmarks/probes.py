"""Where the clocks of phases.py stand, and the least that each phase has to move.

The least is that of the task as the recipe states it, not of the code: inputs read once, outputs written once, and the
multiply-adds that no exhaustive method can save. What looks at less (a label tree, a pruned index) may beat it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from headword.decisions.candidates import n_pair_features

Arguments = Mapping[str, Any]
LINE, ROW = 64, 256  # bytes: a cache line, and the weights of one feature for 64 labels
_ENTRY = 8  # bytes of a sparse entry: column and value
_TOKEN = 4
_SLOTS = 24  # bytes of a hash table for each of its keys: two slots of a key and a number


@dataclass(frozen=True)
class Least:
    """Bytes read or written in order; bytes read one by one; rows gathered from a table, in bytes; multiply-adds."""

    streamed: float = 0.0
    scanned: float = 0.0
    gathered: float = 0.0
    table: float = 0.0
    row: int = ROW
    multiply_adds: float = 0.0


@dataclass(frozen=True)
class Probe:
    """A phase's name, the function or method that it is (`module:name`), and its least."""

    phase: Callable[[Arguments], str]
    place: str
    least: Callable[[Arguments, Any], Least]


def named(phase: str) -> Callable[[Arguments], str]:
    """Call the phase so, whatever the arguments."""
    return lambda arguments: phase


def member(verb: str) -> Callable[[Arguments], str]:
    """Call the phase by the scorer's kind and block."""
    return lambda arguments: f"{verb} {type(arguments['self']).__name__.lower()} on {arguments['self'].block}"


def text_bytes(corpus: Any) -> int:
    """Return the bytes of all titles and abstracts."""
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in (*corpus.titles, *corpus.abstracts))


def tokens_read(arguments: Arguments, stream: Any) -> Least:
    """Read every byte of text once, one after the other, and write a number a token."""
    texts = next(value for value in arguments.values() if isinstance(value, list | tuple))
    letters = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    return Least(_TOKEN * len(stream.ids), letters)


def tokens_counted(arguments: Arguments, result: Any) -> Least:
    """Read every token once; each word and each pair of words is looked up in a table."""
    tokens = len(arguments["stream"].ids)
    return Least(_TOKEN * tokens, gathered=2 * LINE * tokens, table=_SLOTS * len(result), row=LINE)


def tokens_weighed(arguments: Arguments, matrix: sp.csr_matrix) -> Least:
    """Like counting, and the matrix is written."""
    tokens = len(arguments["stream"].ids)
    written, table = _ENTRY * matrix.nnz, _SLOTS * matrix.shape[1]
    return Least(_TOKEN * tokens + written, gathered=2 * LINE * tokens, table=table, row=LINE)


def grams_counted(arguments: Arguments, result: Any) -> Least:
    """Read every token once."""
    return Least(streamed=_TOKEN * len(arguments["stream"].ids))


def grams_weighed(arguments: Arguments, matrix: sp.csr_matrix) -> Least:
    """Read every token once and write the matrix."""
    return Least(streamed=_TOKEN * len(arguments["stream"].ids) + _ENTRY * matrix.nnz)


def directions_found(arguments: Arguments, block: Any) -> Least:
    """Two rounds of subspace iteration and a last one: six products of the matrix with a dense block."""
    nnz, (columns, width) = arguments["words"].nnz, block.components.shape
    return Least(
        6 * _ENTRY * nnz, gathered=6 * 4 * width * nnz, table=4 * columns * width, multiply_adds=6 * width * nnz
    )


def directions_taken(arguments: Arguments, matrix: sp.csr_matrix) -> Least:
    """One product of the matrix with the directions; the result is dense."""
    components, nnz = arguments["self"].components, arguments["words"].nnz
    width = components.shape[1]
    moved, gathered = _ENTRY * nnz + 4 * matrix.nnz, 4 * width * nnz
    return Least(moved, gathered=gathered, table=components.nbytes, multiply_adds=width * nnz)


def linear_fitted(arguments: Arguments, result: Any) -> Least:
    """One look at every pair of document and label: the margin of each by the weights of its features."""
    matrix, rows, targets = arguments["features"][arguments["self"].block], arguments.get("rows"), arguments["targets"]
    lengths = np.diff(matrix.indptr)
    nnz = int(lengths.sum() if rows is None else lengths[rows].sum())
    labels = len(np.unique((targets if rows is None else targets[rows]).indices))
    pairs = float(nnz) * labels
    return Least(_ENTRY * nnz, gathered=4 * pairs, table=ROW * matrix.shape[1], multiply_adds=pairs)


def scored(arguments: Arguments, scores: Any) -> Least:
    """Read every document once, and of a linear scorer every weight of its features, of neighbours every posting."""
    scorer = arguments["self"]
    matrix = arguments["features"][scorer.block]
    entries = 0
    for name in ("weights", "index"):  # rows of weights, or columns of postings: both stand by feature
        table = getattr(scorer, name, None)
        if sp.issparse(table):
            entries += int(np.diff(table.indptr)[matrix.indices].sum())  # type: ignore[union-attr]
    return Least(_ENTRY * (matrix.nnz + entries), multiply_adds=entries)


def indexed(arguments: Arguments, result: Any) -> Least:
    """Read the documents once and write them again by feature."""
    return Least(streamed=2 * _ENTRY * arguments["features"][arguments["self"].block].nnz)


def candidates_read(arguments: Arguments, result: Any) -> Least:
    """Read every member's score of every candidate once."""
    found = next(value for name, value in arguments.items() if name in ("candidates", "found"))
    return Least(streamed=found.values.nbytes + found.columns.nbytes)


def pairs_read(arguments: Arguments, result: Any) -> Least:
    """Read every feature of every pair of document and candidate once; fitting takes many such passes."""
    found = next(value for name, value in arguments.items() if name in ("candidates", "found"))
    values = len(found.columns) * n_pair_features(found.values.shape[1])
    return Least(streamed=4 * values, multiply_adds=values)


def scores_read(arguments: Arguments, result: Any) -> Least:
    """Read all scores once and write the candidates."""
    return Least(streamed=arguments["scores"].nbytes + result.values.nbytes + result.columns.nbytes)


def texts_read(arguments: Arguments, result: Any) -> Least:
    """Read every byte of text once, one after the other."""
    return Least(scanned=text_bytes(arguments["corpus"]))


def nothing(arguments: Arguments, result: Any) -> Least:
    """Count nothing."""
    return Least()


def tensors_written(arguments: Arguments, result: Any) -> Least:
    """Write every array once."""
    return Least(streamed=sum(np.asarray(array).nbytes for array in arguments["tensors"].values()))


_FEATURES, _ENSEMBLE = "headword.text.features", "headword.decisions.ensemble"
PROBES = (
    Probe(named("near-duplicates"), "headword.cleaning.near_duplicates:near_duplicate_groups", texts_read),
    Probe(named("folds"), "headword.splits.folds:folds", nothing),
    Probe(named("tokens"), f"{_FEATURES}:tokenize", tokens_read),
    Probe(named("stop words"), f"{_FEATURES}:stop_words", grams_counted),
    Probe(named("words: choose"), "headword.text.words:WordFeatures.fit", tokens_counted),
    Probe(named("words: weigh"), "headword.text.words:WordFeatures.transform", tokens_weighed),
    Probe(named("characters: choose"), "headword.text.characters:CharacterFeatures.fit", grams_counted),
    Probe(named("characters: weigh"), "headword.text.characters:CharacterFeatures.transform", grams_weighed),
    Probe(named("latent: find"), "headword.text.latent:LatentFeatures.fit", directions_found),
    Probe(named("latent: project"), "headword.text.latent:LatentFeatures.transform", directions_taken),
    Probe(member("fit"), "headword.scorers.linear:Linear.fit", linear_fitted),
    Probe(member("score"), "headword.scorers.linear:Linear.score", scored),
    Probe(member("fit"), "headword.scorers.neighbors:Neighbors.fit", indexed),
    Probe(member("score"), "headword.scorers.neighbors:Neighbors.score", scored),
    Probe(named("candidates"), "headword.decisions.candidates:Candidates.select", scores_read),
    Probe(named("choose members"), f"{_ENSEMBLE}:paying_members", pairs_read),
    Probe(named("stack"), f"{_ENSEMBLE}:fit_stack", candidates_read),
    Probe(named("fusion: fit"), f"{_ENSEMBLE}:fit_fusion", pairs_read),
    Probe(named("fusion: use"), "headword.decisions.fusion:Fusion.logits", pairs_read),
    Probe(named("rank and decide"), f"{_ENSEMBLE}:ranked", candidates_read),
    Probe(named("quality by cross-fit"), "headword.tagger:Tagger._cross_fit_quality", nothing),
    Probe(named("save"), "headword.tagger:write_bundle", tensors_written),
)
