"""Where the clocks of phases.py stand, and the least that each phase has to move.

The least is that of the task as the recipe states it, not of the code: inputs read once, outputs written once, and the
multiply-adds that no exhaustive method can save. What looks at less (a label tree, a pruned index) may beat it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from benchmarks.floor import CACHE
from headword.decisions.candidates import n_pair_features

Arguments = Mapping[str, Any]
LINE, ROW = 64, 256  # bytes: a cache line, and the weights of one feature for 64 labels
_ENTRY = 8  # bytes of a sparse entry: column and value
_TOKEN = 4
_SLOTS = 24  # bytes of a hash table for each of its keys: two slots of a key and a number


@dataclass(frozen=True)
class Least:
    """Bytes moved in order, bytes read one by one, bytes of rows (hot, or from all over a table), multiply-adds."""

    streamed: float = 0.0
    scanned: float = 0.0
    hot: float = 0.0
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
    tokens, block = _tokens(arguments), result[0] if isinstance(result, tuple) else result
    return Least(_TOKEN * tokens, gathered=2 * LINE * tokens, table=_SLOTS * len(block), row=LINE)


def rows_counted(arguments: Arguments, result: Any) -> Least:
    """Count once for both the choice and the rows."""
    return tokens_weighed(arguments, result[1])


def tokens_weighed(arguments: Arguments, matrix: sp.csr_matrix) -> Least:
    """Like counting, and the matrix is written."""
    tokens = _tokens(arguments)
    written, table = _ENTRY * matrix.nnz, _SLOTS * matrix.shape[1]
    return Least(_TOKEN * tokens + written, gathered=2 * LINE * tokens, table=table, row=LINE)


def grams_counted(arguments: Arguments, result: Any) -> Least:
    """Read every token once."""
    return Least(streamed=_TOKEN * _tokens(arguments))


def grams_weighed(arguments: Arguments, matrix: sp.csr_matrix) -> Least:
    """Read every token once and write the matrix."""
    return Least(streamed=_TOKEN * _tokens(arguments) + _ENTRY * matrix.nnz)


def directions_found(arguments: Arguments, block: Any) -> Least:
    """Two rounds of subspace iteration and a last one: six products of the matrix with a dense block."""
    matrix, (columns, width) = arguments["words"], block.components.shape
    used = matrix.indices[matrix.indices < columns]
    return _gathers(used, 4 * width, columns, times=6)


def directions_taken(arguments: Arguments, matrix: sp.csr_matrix) -> Least:
    """One product of the matrix with the directions; the result is dense."""
    columns, width = arguments["self"].components.shape
    words = arguments["words"]
    return _gathers(words.indices[words.indices < columns], 4 * width, columns, written=4 * matrix.nnz)


def linear_fitted(arguments: Arguments, result: Any) -> Least:
    """One look at every pair of document and label: the margin of each by the weights of its features."""
    matrix, rows, targets = arguments["features"][arguments["self"].block], arguments.get("rows"), arguments["targets"]
    rows = np.arange(matrix.shape[0]) if rows is None else rows
    labels = len(np.unique(targets[rows].indices))
    return _gathers(matrix[rows].indices, ROW, matrix.shape[1], times=4 * labels / ROW)


def scored(arguments: Arguments, scores: Any) -> Least:
    """Read every document once, and of a linear scorer every weight of its features, of neighbours every posting."""
    scorer = arguments["self"]
    matrix = arguments["features"][scorer.block]
    found = matrix.indices[matrix.indptr[0] : matrix.indptr[-1]]  # of a window, whose bounds need not begin at 0
    tables: list[Any] = [getattr(scorer, name, None) for name in ("weights", "index")]
    for table in tables:  # rows of weights, or columns of postings: both stand by feature
        if sp.issparse(table):
            size = _ENTRY if table.nnz < np.prod(table.shape) else 4
            entries = int(np.diff(table.indptr)[found].sum())
            moved = size * entries
            return Least(_ENTRY * len(found), gathered=moved, table=size * table.nnz, multiply_adds=entries)
    return Least(_ENTRY * len(found))


def sorted_once(arguments: Arguments, result: Any) -> Least:
    """Read every candidate and its log odds once and write them in order."""
    return Least(streamed=2 * sum(np.asarray(array).nbytes for array in result))


def decided(arguments: Arguments, result: Any) -> Least:
    """Read the log odds of every candidate once."""
    return Least(streamed=arguments["logits"].nbytes)


def _tokens(arguments: Arguments) -> int:
    """Return the number of tokens of the one stream among the arguments."""
    return len(next(value.ids for value in arguments.values() if hasattr(value, "ids") and hasattr(value, "indptr")))


def _gathers(features: np.ndarray, row: int, n_rows: int, *, times: float = 1.0, written: float = 0.0) -> Least:
    """Return the least of adding up a row of a table for each feature, `times` over.

    Features are numbered by falling frequency, so that the first of them are those whose rows a cache keeps.
    """
    n_hot = int((features < CACHE // row).sum())
    n_cold = len(features) - n_hot
    return Least(
        streamed=_ENTRY * len(features) * max(times, 1.0) + written,
        hot=row * n_hot * times,
        gathered=row * n_cold * times,
        table=row * n_rows,
        multiply_adds=row // 4 * len(features) * times,
    )


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
    Probe(named("words: choose and weigh"), "headword.text.words:WordFeatures.fit_rows", rows_counted),
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
    Probe(named("rank"), f"{_ENSEMBLE}:sort_candidates", sorted_once),
    Probe(named("decide"), f"{_ENSEMBLE}:_decided", decided),
    Probe(named("quality by cross-fit"), "headword.tagger.record:Record.of", nothing),
    Probe(named("save"), "headword.tagger.tagger:write_bundle", tensors_written),
)
