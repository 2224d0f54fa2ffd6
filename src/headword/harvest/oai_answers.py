"""What an OAI-PMH repository answers: a piece of a list, an error of the protocol, or who it is."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from xml.etree.ElementTree import Element

from headword.core.errors import ServiceError
from headword.harvest.client import Answer
from headword.harvest.markup import Malformed, child, child_text, children, parse_xml, text_of
from headword.harvest.mending import mended
from headword.harvest.wire import Fault


class NoRepository(ServiceError):
    """What answers does not speak OAI-PMH."""


@dataclass(frozen=True)
class Listing:
    """A piece of a list.

    Attributes
    ----------
    records
        `record` elements that hold metadata.
    deleted
        Identifiers of records that are no more.
    token
        What to ask the next piece with; None after the last.
    size
        Records in the whole list, where the repository tells.
    error, message
        The code of an error of the protocol, and what is said about it.
    mended
        Whether the answer was no XML as it came.
    """

    records: Sequence[Element] = ()
    deleted: Sequence[str] = ()
    token: str | None = None
    size: int | None = None
    error: str | None = None
    message: str = ""
    mended: bool = False


def listing(answer: Answer) -> Listing:
    """Read the answer to ListRecords; a Fault if it is none."""
    tree, was_mended = _tree(answer)
    error = child(tree, "error")
    if error is not None:
        return Listing(error=error.get("code") or "an error without a code", message=text_of(error))
    found = child(tree, "ListRecords")
    if found is None:
        raise Fault("the answer is neither a list of records nor an error of OAI-PMH")
    records, deleted = [], []
    for record in children(found, "record"):
        header = child(record, "header")
        if header is not None and header.get("status") == "deleted":
            deleted.append(child_text(header, "identifier"))
        else:
            records.append(record)
    token = child(found, "resumptionToken")
    size = "" if token is None else (token.get("completeListSize") or "").strip()
    return Listing(
        records,
        [one for one in deleted if one],
        text_of(token) or None,
        int(size) if size.isascii() and size.isdigit() and len(size) < 16 else None,
        mended=was_mended,
    )


def first_day(answer: Answer) -> str:
    """Return the earliest day that Identify names; a Fault if the answer is none."""
    stated = child_text(child(_tree(answer)[0], "Identify"), "earliestDatestamp")
    try:
        return date.fromisoformat(stated[:10]).isoformat()
    except ValueError as error:
        raise Fault(f"the repository's earliest datestamp is no date: {stated[:40]!r}") from error


def _tree(answer: Answer) -> tuple[Element, bool]:
    """Return the tree, and whether the answer had to be mended."""
    try:
        try:
            return parse_xml(answer.body, "OAI-PMH"), False
        except Malformed as fault:
            with suppress(Malformed):
                return parse_xml(mended(answer.body, answer.headers.get("content-type", "")), "OAI-PMH"), True
            raise fault
    except Fault as fault:
        if answer.status < 400:
            raise
        raise NoRepository(
            f"{answer.url.partition('?')[0]} answers with status {answer.status} and not in OAI-PMH ({fault}); is this "
            "the address of a repository?"
        ) from fault
