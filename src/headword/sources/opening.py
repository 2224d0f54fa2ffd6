"""Documents are opened as thesauri are: `headword.core.opening`, under the name that the sources know."""

from headword.core.opening import BOM, Stream, listed, opened, short, text_of

__all__ = ["BOM", "Stream", "listed", "opened", "short", "text_of"]
