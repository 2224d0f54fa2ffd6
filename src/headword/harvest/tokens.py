"""Tokens: from the environment, checked, and kept out of everything that is told or written."""

import os
from collections.abc import Mapping

from headword.core.errors import RecipeError

_SHORTEST = 8
_HIDDEN = "***"


def token(*variables: str) -> str:
    """Return the token that the first of the environment's `variables` holds which is not empty; "" if none does.

    Raises
    ------
    RecipeError
        If it cannot be a token.
    """
    for name in variables:
        found = os.environ.get(name, "").strip()
        if found:
            if len(found) < _SHORTEST or not found.isascii() or not found.isprintable() or " " in found:
                raise RecipeError(f"what {name} holds is no token: it has blanks, odd characters, or very few")
            return found
    return ""


def bearer(found: str) -> dict[str, str]:
    """Return the header that shows a token; none without a token."""
    return {"Authorization": f"Bearer {found}"} if found else {}


def hidden(text: str, secret: Mapping[str, str] | None) -> str:
    """Return `text` without the token that the headers `secret` show, for services may repeat what they were told."""
    for value in (secret or {}).values():
        text = text.replace(value.rpartition(" ")[2], _HIDDEN)
    return text
