"""Queries for the arXiv API: what it would misunderstand in silence is refused, mended, or said aloud."""

import re

from headword.core.errors import RecipeError

_PHRASE = re.compile(r'"([^"]*)"')
_HYPHEN = re.compile(r"[-‐‑‒–—]+")
_LOWER_OPERATOR = re.compile(r"(?:^|\s)(and|or|andnot|not)(?:\s|$)")
_FIELD = re.compile(r"\b([A-Za-z_]+):")
_FIELDS = ("ti", "au", "abs", "co", "jr", "cat", "rn", "id", "id_list", "all", "submittedDate", "lastUpdatedDate")


def prepare(query: str, since: str | None = None, until: str | None = None) -> tuple[str, list[str]]:
    """Return the query as it is sent, and remarks on what may not mean what it seems to.

    A hyphen inside a quoted phrase makes the API find nothing, so it becomes a blank. Days become a range of
    `submittedDate`.

    Raises
    ------
    RecipeError
        If the query is empty, or a quotation mark or a bracket has no partner.

    Examples
    --------
    >>> prepare('all:"few-shot learning" AND cat:cs.LG')[0]
    'all:"few shot learning" AND cat:cs.LG'
    """
    text = " ".join(query.replace("“", '"').replace("”", '"').split())
    if not text:
        raise RecipeError('the arXiv query is empty; write one such as arxiv:cat:cs.DL or arxiv:ti:"sea ice"')
    if text.count('"') % 2:
        raise RecipeError(f"a quotation mark has no partner in the arXiv query {text!r}; arXiv would search nonsense")
    bare = _PHRASE.sub(" ", text)
    for opening, closing in ("()", "[]"):
        if bare.count(opening) != bare.count(closing):
            raise RecipeError(f"a bracket {opening!r} or {closing!r} has no partner in the arXiv query {text!r}")
    remarks = []
    sent = _PHRASE.sub(lambda phrase: f'"{" ".join(_HYPHEN.sub(" ", phrase[1]).split())}"', text)
    if sent != text:
        remarks.append(f"arXiv finds nothing for quoted phrases with hyphens; asked instead: {sent}")
    if _LOWER_OPERATOR.search(bare):
        remarks.append("arXiv knows AND, OR and ANDNOT in capitals only; written small they are words to search for")
    unknown = sorted({name for name in _FIELD.findall(bare) if name not in _FIELDS})
    if unknown:
        remarks.append(f"arXiv knows no field {', '.join(unknown)}; its fields are {', '.join(_FIELDS)}")
    if since or until:
        first, last = (since or "1991-01-01").replace("-", ""), (until or "2999-12-31").replace("-", "")
        sent = f"({sent}) AND submittedDate:[{first}0000 TO {last}2359]"
    return sent, remarks
