"""Findings: what is odd about a thesaurus; reported, never fatal."""

from dataclasses import dataclass

# What each kind of finding means, the gravest first.
FINDING_KINDS: dict[str, str] = {
    "cycle": "broader links that lead round in a circle",
    "dangling link": "a link to a concept that is not in the thesaurus",
    "no preferred name": "a concept without any preferred name",
    "several preferred names": "more than one preferred name in one language",
    "no id": "a concept that is a blank node; it is left out",
    "repeated id": "an id that stands in more than one record; the records are joined",
    "long name": "a name of more than 500 characters, such as come of quotes or tabs in the wrong place",
    "duplicate name": "one preferred name, but for case, of several concepts in use",
    "ambiguous name": "an alternative name that, but for case, is also a name of another concept in use",
    "deprecated but linked": "a deprecated concept that is broader than one in use",
    "replaced by deprecated": "a deprecated concept whose replacement is deprecated itself and leads nowhere",
    "replaced but in use": "a concept that says what to use instead, but not that it is deprecated",
    "no replacement": "a deprecated concept that does not say what to use instead",
    "orphan": "a concept in use with nothing broader or narrower, in a thesaurus that has a hierarchy",
    "missing level": "a broader concept that only occurs in the paths of others; it was added",
    "missing in a language": "a concept in use without a preferred name in a language that most others have",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its kind (a key of FINDING_KINDS), the ids of the concepts, and what it is, for people."""

    kind: str
    ids: tuple[str, ...]
    message: str
