"""What each feature of a document added to a linear member's scores: exact products, no approximation."""

from collections.abc import Mapping

import numpy as np

from headword.scorers.linear import Linear
from headword.text.features import Block, Features
from headword.text.latent import LatentFeatures


def member_contributions(
    scorer: Linear, blocks: Mapping[str, Block], features: Features, columns: np.ndarray
) -> tuple[str, np.ndarray]:
    """Return the block whose features people can read, and what each of the document's added to the scores.

    That is the block the scorer reads, or the block below it if it reads a latent one.

    Returns
    -------
    block
        The name of a block.
    contributions
        float64 (n_features of the document in that block, len(columns)). Column sums plus the scorer's bias are its
        scores of the one document in `features`, up to rounding.
    """
    block = blocks[scorer.block]
    if isinstance(block, LatentFeatures):
        return block.of, latent_contributions(scorer, block, features, columns)
    return scorer.block, feature_contributions(scorer, features, columns)


def feature_contributions(scorer: Linear, features: Features, columns: np.ndarray) -> np.ndarray:
    """Return feature value times weight, float64 (n_features of the document, len(columns))."""
    row, weights = features[scorer.block], scorer.weights
    out = np.zeros((row.nnz, len(columns)))
    if weights is None or not len(columns):
        return out
    place = np.full(weights.shape[1], -1, dtype=np.int64)
    place[columns] = np.arange(len(columns))
    for at, (feature, value) in enumerate(zip(row.indices.tolist(), row.data.tolist(), strict=True)):
        span = slice(weights.indptr[feature], weights.indptr[feature + 1])
        places = place[weights.indices[span]]
        wanted = places >= 0
        out[at, places[wanted]] = value * weights.data[span][wanted]
    return out


def latent_contributions(scorer: Linear, block: LatentFeatures, features: Features, columns: np.ndarray) -> np.ndarray:
    """Return what the features below a latent block add, float64 (n_features of the document, len(columns)).

    A latent row is x V / |x V|, so a score is the sum over features j of x_j (V_j · w) / |x V|: linear in the features
    once the length of this document's projection is known. A feature too rare to have a row in V adds nothing.
    """
    row = features[block.of]
    out = np.zeros((row.nnz, len(columns)))
    inside = row.indices < len(block.components)
    projected = row.data[inside, None].astype(np.float64) * block.components[row.indices[inside]]
    length = np.linalg.norm(projected.sum(axis=0))
    if scorer.weights is not None and length > 0:
        out[inside] = projected @ scorer.weights[:, columns].toarray() / length
    return out
