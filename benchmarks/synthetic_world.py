"""The world that synthetic documents come from: a lexicon, topics, and what each label sounds like.

Words are strings of syllables. Labels of a topic share their first two syllables, as scientific words do, and each has
a stem of its own, one that it shares with two siblings, and words of its topic and of the background; endings are
drawn at each use. So words, pairs of words and n-grams of characters all mean something, and a rare label can be
told from its siblings, but not easily.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import NormalDist

import numpy as np

from benchmarks.synthetic_kernels import Profiles, Style, Topics, Words, alias_table, uniform

BACKGROUND = 40_000
_LABELS_A_TOPIC, _TOPICS_A_FIELD, _SIBLINGS = 40, 10, 3
_OF_TOPIC, _OF_FIELD = 28, 12  # stems in a topic's vocabulary
_ENDINGS = {"": 55, "s": 20, "l": 8, "ting": 7, "tion": 6, "ric": 4}
_PREFIXES = 4  # of a field
_PARTS = (0.27, 0.15, 0.11, 0.11, 0.10, 0.10, 0.08, 0.08)  # own stem, siblings' stem, 4 of the topic, 2 of all
_SHORT, _MIDDLE = 60, 6_000  # background words of one and of two syllables
_SYLLABLES = np.array([list((a + b).encode()) for a in "bcdfghjklmnprstvwz" for b in "aeiou"], dtype=np.uint8)
_MANY = len(_SYLLABLES)
IN_TITLE = Style(label=0.40, topic=0.20, once=0.002, plain=0.6, hidden=0.35, missed=0.10, mistaken=0.04)
IN_ABSTRACT = Style(label=0.09, topic=0.16, once=0.004, plain=0.6, hidden=0.35, missed=0.10, mistaken=0.04)


@dataclass(frozen=True)
class World:
    """Everything but the documents, the same for any number of them.

    Attributes
    ----------
    n_labels
        Labels there are; a small corpus shows only some.
    seed
        Of the world and of its documents.
    """

    n_labels: int
    seed: int = 0

    @property
    def n_topics(self) -> int:
        """Groups of about 40 labels, at least 3."""
        return max(3, self.n_labels // _LABELS_A_TOPIC)

    @property
    def n_kinds(self) -> int:
        """Words that are not unique to a document, an upper bound on the columns of `write_numbers`."""
        return (len(self.words.bounds) - 1) * len(_ENDINGS)

    @cached_property
    def topics(self) -> Topics:
        """Labels by falling frequency ~ 1 / (rank + 5), dealt out to topics, large ones first."""
        weights = 1.0 / (self._shuffled(self.n_labels, 1) + 6.0)
        topic_of = np.floor(self.n_topics * self._uniform(self.n_labels, 2) ** 1.3).astype(np.int64)
        members = np.argsort(topic_of, kind="stable")
        bounds = np.searchsorted(topic_of[members], np.arange(self.n_topics + 1))
        stays, alias = np.ones(self.n_labels), np.zeros(self.n_labels, dtype=np.int32)
        totals = np.zeros(self.n_topics)
        for topic, (start, stop) in enumerate(pairwise(bounds)):
            if stop > start:
                of_members = weights[members[start:stop]]
                stays[start:stop], alias[start:stop] = alias_table(of_members)
                totals[topic] = of_members.sum()
        counts = _poisson(1.9, 11) + 1
        topic_stays, topic_alias = alias_table(totals)
        return Topics(topic_stays, topic_alias, bounds, members, stays, alias, topic_of, counts)

    @cached_property
    def words(self) -> Words:
        """Stems: background by rank, then topics', fields', labels' own, and those of siblings."""
        fields, families = np.arange(self._n_fields), np.arange(self._n_families)
        of_topic, of_field = np.arange(self.n_topics * _OF_TOPIC), np.arange(self._n_fields * _OF_FIELD)
        first_of_family = self.topics.members[::_SIBLINGS]
        groups = [
            _syllables(np.arange(_SHORT), 1),
            _syllables(np.arange(_MIDDLE - _SHORT), 2),
            _syllables(np.arange(BACKGROUND - _MIDDLE), 3),
            np.hstack([self._prefix(self._field_of_topic.repeat(_OF_TOPIC), of_topic), _syllables(of_topic, 2)]),
            np.hstack([self._prefix(fields.repeat(_OF_FIELD), of_field), _syllables(of_field + 4_000, 2)]),
            np.hstack([_syllables(self.topics.topic_of, 2), _syllables(np.arange(self.n_labels), 3)]),
            np.hstack([_syllables(self.topics.topic_of[first_of_family], 2), _syllables(families + 400_000, 3)]),
        ]
        lengths = np.concatenate([np.full(len(group), group.shape[1]) for group in groups])
        endings = [np.frombuffer(ending.encode(), dtype=np.uint8) for ending in _ENDINGS]
        return Words(
            letters=np.concatenate([group.ravel() for group in groups]),
            bounds=_bounds(lengths),
            endings=np.concatenate(endings),
            ending_bounds=_bounds([len(ending) for ending in endings]),
            ending_of=np.repeat(np.arange(len(_ENDINGS)), list(_ENDINGS.values())),
        )

    @cached_property
    def profiles(self) -> Profiles:
        """Which stems each topic and each label use."""
        topic_words = BACKGROUND + np.arange(self.n_topics * _OF_TOPIC).reshape(self.n_topics, _OF_TOPIC)
        first = BACKGROUND + topic_words.size
        field_words = first + np.arange(self._n_fields * _OF_FIELD).reshape(self._n_fields, _OF_FIELD)
        first += field_words.size
        of_topic = np.hstack([topic_words, field_words[self._field_of_topic]])
        of_label = np.empty((self.n_labels, len(_PARTS)), dtype=np.int64)
        of_label[:, 0] = first + np.arange(self.n_labels)
        of_label[:, 1] = first + self.n_labels + self._family_of_label
        for part in range(2, 6):
            rank = (of_topic.shape[1] * self._uniform(self.n_labels, 10 + part)).astype(np.int64)
            of_label[:, part] = of_topic[self.topics.topic_of, rank]
        for part in (6, 7):
            of_label[:, part] = 150 + (8_000 * self._uniform(self.n_labels, 10 + part)).astype(np.int64)
        background = alias_table((np.arange(BACKGROUND) + 2.7) ** -1.05)
        ranks = alias_table(1.0 / (np.arange(of_topic.shape[1]) + 4.0))
        parts = alias_table(np.array(_PARTS))
        return Profiles(background[0], background[1], of_topic, ranks[0], ranks[1], of_label, parts[0], parts[1])

    @cached_property
    def lengths(self) -> np.ndarray:
        """Words of an abstract, to draw from: log-normal, median 115, 30 to 350."""
        normal = np.array([NormalDist().inv_cdf((i + 0.5) / 1024) for i in range(1024)])
        return np.clip(115 * np.exp(0.40 * normal), 30, 350).astype(np.int64)  # type: ignore[no-any-return]

    @cached_property
    def names(self) -> list[str]:
        """The name of each label: its own stem and its siblings'."""
        letters, bounds = self.words.letters.tobytes().decode(), self.words.bounds.tolist()
        pairs = self.profiles.of_label[:, :2].tolist()
        return [
            f"{letters[bounds[own] : bounds[own + 1]].capitalize()} {letters[bounds[kin] : bounds[kin + 1]]}"
            for own, kin in pairs
        ]

    @property
    def _n_fields(self) -> int:
        return -(-self.n_topics // _TOPICS_A_FIELD)

    @property
    def _field_of_topic(self) -> np.ndarray:
        return np.arange(self.n_topics) // _TOPICS_A_FIELD

    @property
    def _n_families(self) -> int:
        return int(self._family_of_label.max()) + 1

    @cached_property
    def _family_of_label(self) -> np.ndarray:
        """Number families of three labels that stand next to one another, mostly in one topic."""
        family = np.empty(self.n_labels, dtype=np.int64)
        family[self.topics.members] = np.arange(self.n_labels) // _SIBLINGS
        return family

    @staticmethod
    def _prefix(field: np.ndarray, number: np.ndarray) -> np.ndarray:
        """Return two of the syllables with which words of a field begin."""
        return _syllables(_PREFIXES * field + number % _PREFIXES + 5_500, 2)

    def _uniform(self, n: int, purpose: int) -> np.ndarray:
        return uniform(n, self.seed, purpose)  # type: ignore[no-any-return]

    def _shuffled(self, n: int, purpose: int) -> np.ndarray:
        ranks = np.empty(n, dtype=np.int64)
        ranks[np.argsort(self._uniform(n, purpose), kind="stable")] = np.arange(n)
        return ranks


def _syllables(ids: np.ndarray, n_syllables: int) -> np.ndarray:
    """Return uint8 (len(ids), 2 * n_syllables): distinct letters for distinct ids below 90^n, alike ids unlike."""
    rest, out = ids * 7919 % _MANY**n_syllables, []
    for _ in range(n_syllables):
        out.append(_SYLLABLES[rest % _MANY])
        rest = rest // _MANY
    return np.hstack(out)


def _bounds(lengths: Sequence[int] | np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def _poisson(mean: float, most: int) -> np.ndarray:
    """Return 1,024 counts, as frequent as a Poisson variable's values up to `most`."""
    chances = np.cumsum([mean**k * math.exp(-mean) / math.factorial(k) for k in range(most)])
    return np.searchsorted(chances, (np.arange(1024) + 0.5) / 1024).astype(np.int64)  # type: ignore[no-any-return]
