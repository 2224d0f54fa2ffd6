"""headword learns which subject headings belong to which documents, then suggests headings for new ones.

The names below are imported when first used, so that `import headword` itself costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headword.core.corpus import Corpus as Corpus
    from headword.core.corpus import Document as Document
    from headword.core.labels import LabelSpace as LabelSpace
    from headword.evaluation import evaluate as evaluate
    from headword.sources.reader import read as read
    from headword.tagger import Tagger as Tagger

__version__ = "0.1.0"

_HOMES = {
    "Corpus": "headword.core.corpus",
    "Document": "headword.core.corpus",
    "LabelSpace": "headword.core.labels",
    "Tagger": "headword.tagger",
    "evaluate": "headword.evaluation",
    "read": "headword.sources.reader",
}

__all__ = ["Corpus", "Document", "LabelSpace", "Tagger", "__version__", "evaluate", "read"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'headword' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
