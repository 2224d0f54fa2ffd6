"""Contributions over features that people can read: those of a latent block are led back to the words below it."""

from collections.abc import Mapping

import numpy as np

from headword.scorers.contributions import Contributions, ExplainingScorer
from headword.scorers.protocol import Scorer
from headword.text.features import Block, Features
from headword.text.latent import LatentFeatures


def readable_contributions(
    scorer: ExplainingScorer, blocks: Mapping[str, Block], features: Features, columns: np.ndarray
) -> tuple[str, Contributions]:
    """Return a block whose features people can read, and what each of the document's did to the scores of `columns`."""
    return readable(scorer, scorer.contributions(features, columns), blocks, features)


def readable(
    scorer: Scorer, found: Contributions, blocks: Mapping[str, Block], features: Features
) -> tuple[str, Contributions]:
    """Return a block whose features people can read, and over it what `found` tells of the features of the scorer's.

    That is the block the scorer reads, or the block below it if it reads a latent one.
    """
    block = blocks[scorer.block]
    if isinstance(block, LatentFeatures):
        return block.of, below(found, features[scorer.block].data, block, features)
    return scorer.block, found


def below(found: Contributions, directions: np.ndarray, block: LatentFeatures, features: Features) -> Contributions:
    """Return the contributions of the features below a latent block.

    A latent row is z = x V / |x V|. Direction d, whose contribution is c_d, moves the score by c_d / z_d a unit, and
    feature j has the part x_j V_jd / |x V| in z_d: linear in the features once the length of this document's projection
    is known. A feature too rare to have a row in V adds nothing.

    Parameters
    ----------
    found
        Of the directions.
    directions
        float32 (dim,), the document's row z.
    """
    row = features[block.of]
    out = np.zeros((row.nnz, found.values.shape[1]))
    inside = row.indices < len(block.components)
    projected = row.data[inside, None].astype(np.float64) * block.components[row.indices[inside]]
    length = np.linalg.norm(projected.sum(axis=0))
    if length > 0:
        there = directions != 0
        slopes = found.values[there] / directions[there, None].astype(np.float64)
        out[inside] = projected[:, there] @ slopes / length
    return Contributions(found.base, out)
