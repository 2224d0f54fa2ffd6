"""A comparison of two corpora in words."""

from headword.audit.drift import Drift
from headword.audit.drift_families import Family, Item
from headword.audit.language import UNKNOWN
from headword.pages.figures import percent

SHOWN = 8
_DEGREES = ((0.55, "hardly"), (0.65, "a little"), (0.8, "clearly"), (1.01, "almost always"))
_ADVICE = {
    "text": "measure the model on the new documents before relying on it: headword evaluate MODEL {data}",
    "terms": "train anew with the new documents, so that their words are known: headword train BOTH -o model.hw",
    "labels": "thresholds and probabilities follow the labels' frequency: train anew with the new documents",
    "labels per document": "how many labels are given is decided by the old habit: train anew, or look at the decision",
    "length": "look at some of the longest and shortest documents: the source may have begun to cut or to join texts",
    "language": "headword learns from the languages it sees: train with documents of the new ones",
}


def verdict(drift: Drift) -> str:
    """Return one sentence: whether anything differs beyond chance, and what."""
    which = f"{drift.n_a:,} and {drift.n_b:,} documents"
    if drift.n_drawn != (drift.n_a, drift.n_b):
        which += f" ({drift.n_drawn[0]:,} and {drift.n_drawn[1]:,} drawn by lot)"
    if not drift.drifted:
        return f"no difference beyond chance between {which}; accepted rate of false alarms {drift.alpha:g}"
    return f"{which} differ beyond chance in: {', '.join(drift.drifted)}"


def capitalised(text: str) -> str:
    """Return `text` with a capital first."""
    return text[:1].upper() + text[1:]


def telling(drift: Drift) -> str | None:
    """Return how well the documents can be told apart, in a sentence; None if that was not tried."""
    if drift.text is None:
        return None
    degree = next(word for least, word in _DEGREES if drift.text.auc < least)
    return (
        f"by their text, documents of A and B can {degree} be told apart: in {percent(drift.text.auc)} of pairs "
        "a classifier finds which is of B (50% is a guess)"
    )


def described(family: Family, alpha: float) -> list[str]:
    """Return what differs in one family, in a few lines: what became more frequent, what less, and the notes."""
    found = family.drifted(alpha)
    lines = []
    for word, some in (
        ("more in B", [i for i in found if i.share_b > i.share_a]),
        ("less in B", [i for i in found if i.share_b < i.share_a]),
    ):
        if some:
            more = f" and {len(some) - SHOWN:,} more" if len(some) > SHOWN else ""
            lines.append(f"{word}: {', '.join(map(change, some[:SHOWN]))}{more}")
    return [*lines, *family.notes]


def change(item: Item) -> str:
    """Return `name (1.0% to 2.5%)`."""
    return f"{item.name} ({_share(item.share_a)} to {_share(item.share_b)})"


def advice(drift: Drift, data: str) -> list[str]:
    """Return what to do about what differs; `data` is the file that holds B."""
    said = [name for name in _ADVICE if name in drift.drifted]
    if "language" in said:
        risen = [item.name for item in drift.family("language").drifted(drift.alpha) if item.share_b > item.share_a]
        # Texts of which no language could be told are mostly short, which the lengths say better.
        said = said if set(risen) - {UNKNOWN} else [name for name in said if name != "language"]
    return [_ADVICE[name].format(data=data) for name in said]


def _share(share: float) -> str:
    return percent(share) if share == 0 or share >= 0.0005 else percent(share, 3)
