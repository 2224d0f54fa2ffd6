"""The errors headword raises, and nothing else does it raise on purpose.

HeadwordError
├── DataError            a document, table or file is not usable; names the place (file, row, column)
│   └── LabelSpaceError  labels do not fit the label space they are used with
├── RecipeError          a recipe, option or parameter is not valid
├── BundleError          a model file is damaged, hostile, of another format, or not a model file
├── OutputError          a result cannot be written
├── ServiceError         a service on the network is not to be had, or does not keep to its protocol
├── NotFittedError       a method was called that needs `fit` first
└── MissingExtraError    an optional dependency is not installed; the message says what to install
"""

__all__ = [
    "BundleError",
    "DataError",
    "HeadwordError",
    "LabelSpaceError",
    "MissingExtraError",
    "NotFittedError",
    "OutputError",
    "RecipeError",
    "ServiceError",
]


class HeadwordError(Exception):
    """Any error that headword raises on purpose; its text tells what was found, where, and what to do."""


class DataError(HeadwordError):
    """A document, table or file is not usable."""


class LabelSpaceError(DataError):
    """Labels do not fit the label space they are used with."""


class RecipeError(HeadwordError):
    """A recipe, option or parameter is not valid."""


class BundleError(HeadwordError):
    """A model file is damaged, hostile, of another format, or not a model file."""


class OutputError(HeadwordError):
    """A result cannot be written."""


class ServiceError(HeadwordError):
    """A service on the network is not to be had, or does not keep to its protocol."""


class NotFittedError(HeadwordError):
    """A method was called that needs `fit` first."""


class MissingExtraError(HeadwordError):
    """An optional dependency is not installed."""
