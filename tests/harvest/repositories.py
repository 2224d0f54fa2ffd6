"""Small services that speak the protocols of the real ones, over documents made up here."""

import json
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from .local_server import JSON, Asked, Reply

_SUBJECTS = ("Glaciers", "Sea ice", "Libraries", "Volcanoes", "Orchards", "Galaxies", "Proteins")
_CATEGORIES = ("cs.DL", "cs.IR", "stat.ML", "astro-ph.GA", "physics.ao-ph")


def day(i: int) -> str:
    """A day of 2023 for document i, ascending."""
    return f"2023-{1 + i * 12 // 400 % 12:02}-{1 + i % 28:02}"


@dataclass
class Paper:
    """A paper of arXiv."""

    number: int
    datestamp: str = ""
    deleted: bool = False

    @property
    def id(self) -> str:
        return f"2301.{self.number:05}"

    @property
    def title(self) -> str:
        return f"On {_SUBJECTS[self.number % 7].lower()} & others, number {self.number}"

    @property
    def abstract(self) -> str:
        return f"We study <i> number {self.number}.\n  Then {_SUBJECTS[self.number % 5].lower()} are compared."

    @property
    def terms(self) -> list[str]:
        found = [_CATEGORIES[self.number % 5], _CATEGORIES[(self.number + 1) % 5]]
        return [*found, "I.2.6; I.2.7"] if self.number % 4 == 0 else found


def papers(n: int) -> list[Paper]:
    return [Paper(i, day(i)) for i in range(n)]


@dataclass
class ArxivApi:
    """The Atom feed of search results; `totals` gives what is announced at each request, if not the truth."""

    papers: list[Paper]
    totals: list[int] = field(default_factory=list)
    most: int = 2000

    def __call__(self, asked: Asked) -> Reply:
        start, size = int(asked.query["start"]), int(asked.query["max_results"])
        total = self.totals.pop(0) if self.totals else len(self.papers)
        found = self.papers[start : start + min(size, self.most)]
        return Reply(self.feed("".join(map(self.entry, found)), total), kind="application/atom+xml; charset=UTF-8")

    @staticmethod
    def feed(entries: str, total: object) -> bytes:
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
            "<title>search results</title><id>http://arxiv.org/api/x</id>"
            '<opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
            f"{total}</opensearch:totalResults>{entries}</feed>"
        ).encode()

    @staticmethod
    def entry(paper: Paper) -> str:
        terms = "".join(f'<category term={quoteattr(term)} scheme="x"/>' for term in paper.terms)
        return (
            f"<entry><id>http://arxiv.org/abs/{paper.id}v2</id><updated>2023-02-03T04:05:06Z</updated>"
            f"<published>{paper.datestamp or '2023-01-01'}T00:00:00Z</published>"
            f"<title>{escape(paper.title)}</title><summary>  {escape(paper.abstract)}\n</summary>"
            '<arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cs.DL" scheme="x"/>'
            f"{terms}</entry>"
        )


@dataclass
class OaiRepository:
    """An OAI-PMH repository. `forgets`: numbers of requests (from 0) at which the resumption token is not known."""

    papers: list[Paper]
    page: int = 10
    announces: bool = True
    forgets: set[int] = field(default_factory=set)
    requests: int = 0
    earliest: str = "2023-01-01"

    def __call__(self, asked: Asked) -> Reply:
        number, self.requests = self.requests, self.requests + 1
        query = asked.query
        if query["verb"] == "Identify":
            return self.wrapped(f"<Identify><earliestDatestamp>{self.earliest}</earliestDatestamp></Identify>")
        if query["verb"] != "ListRecords":
            return self.error("badVerb", "no such verb")
        token = query.get("resumptionToken")
        if token is None:
            form, wanted = query.get("metadataPrefix", ""), query.get("set", "")
            first, last, offset = query.get("from", ""), query.get("until", "9"), 0
            if form not in ("oai_dc", "arXiv"):
                return self.error("cannotDisseminateFormat", "no such format")
        elif number in self.forgets or token.count("|") != 4:
            return self.error("badResumptionToken", "that token has expired")
        else:
            form, wanted, first, last, place = token.split("|")
            offset = int(place)
        found = [p for p in self.papers if first <= p.datestamp <= last and p.terms[0].startswith(wanted)]
        if not found:
            return self.error("noRecordsMatch", "nothing there")
        records = "".join(self.record(p, form) for p in found[offset : offset + self.page])
        after = offset + self.page
        size = f' completeListSize="{len(found)}" cursor="{offset}"' if self.announces else ""
        more = escape(f"{form}|{wanted}|{first}|{last}|{after}") if after < len(found) else ""
        closing = f"<resumptionToken{size}>{more}</resumptionToken>" if more or offset else ""
        return self.wrapped(f"<ListRecords>{records}{closing}</ListRecords>")

    @classmethod
    def error(cls, code: str, text: str) -> Reply:
        return cls.wrapped(f'<error code="{code}">{text}</error>')

    @staticmethod
    def wrapped(inside: str) -> Reply:
        return Reply(
            (
                '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
                "<responseDate>2023-05-01T00:00:00Z</responseDate><request>http://localhost/oai</request>"
                f"{inside}</OAI-PMH>"
            ).encode()
        )

    @staticmethod
    def record(paper: Paper, form: str) -> str:
        status = ' status="deleted"' if paper.deleted else ""
        header = (
            f"<header{status}><identifier>oai:arXiv.org:{paper.id}</identifier><datestamp>{paper.datestamp}</datestamp>"
            "<setSpec>cs</setSpec></header>"
        )
        if paper.deleted:
            return f"<record>{header}</record>"
        title, abstract = escape(paper.title), escape(paper.abstract)
        plain = [term for term in paper.terms if ";" not in term]
        if form == "arXiv":
            acm = "".join(f"<acm-class>{term}</acm-class>" for term in paper.terms if ";" in term)
            inside = (
                f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{paper.id}</id><created>2023-01-01</created>'
                f"<title>{title}</title><categories>{' '.join(plain)}</categories>{acm}"
                f"<license>http://example.org/l</license><abstract>  {abstract}\n</abstract></arXiv>"
            )
        else:
            subjects = "".join(f"<dc:subject>{escape(_SUBJECTS[paper.number % k])}</dc:subject>" for k in (7, 5))
            inside = (
                '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
                'xmlns:dc="http://purl.org/dc/elements/1.1/">'
                f'<dc:title xml:lang="en">{title}</dc:title><dc:description>{abstract}</dc:description>{subjects}'
                f"<dc:date>{paper.datestamp}</dc:date><dc:identifier>http://example.org/{paper.id}</dc:identifier>"
                "</oai_dc:dc>"
            )
        return f"<record>{header}<metadata>{inside}</metadata></record>"


def collection(i: int) -> dict[str, object]:
    """An item of umm_json."""
    keyword = {"Category": "EARTH SCIENCE", "Topic": "OCEANS", "Term": _SUBJECTS[i % 7]}
    deep = {"Category": "Earth Science", "Topic": "CRYOSPHERE", "Term": "SEA ICE", "VariableLevel1": "ICE EDGES"}
    return {
        "meta": {
            "concept-id": f"C{i:07}-PROV",
            "provider-id": f"PROV{i % 3}",
            "native-id": f"n{i}",
            "revision-id": 3,
            "revision-date": "2024-05-06T07:08:09Z",
        },
        "umm": {
            "EntryTitle": f"Measurements of {_SUBJECTS[i % 7].lower()}, part {i}",
            "ShortName": f"M{i}",
            "Version": "001",
            "Abstract": f"Data set {i} holds measurements.",
            "ScienceKeywords": [keyword, deep] if i % 2 else [keyword],
        },
    }


@dataclass
class Cmr:
    """The collection search of CMR, paging by search-after."""

    items: list[dict[str, object]]
    most: int = 20
    hits: list[int] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        if asked.path != "/search/collections.umm_json" or "page_num" in asked.query:
            return Reply(b'{"errors":["bad"]}', 400, JSON)
        items = self.items
        if "provider" in asked.query:
            items = [one for one in items if one["meta"]["provider-id"] == asked.query["provider"]]  # type: ignore[index]
        after = asked.headers.get("cmr-search-after")
        start = 0 if after is None else json.loads(after)[1]
        size = min(int(asked.query["page_size"]), self.most)
        found = items[start : start + size]
        hits = self.hits.pop(0) if self.hits else len(items)
        headers = {"CMR-Hits": str(hits)}
        if found:
            headers["CMR-Search-After"] = json.dumps(["é-0.5", start + len(found)])
        body = {"hits": hits, "took": 5, "items": found}
        return Reply(
            json.dumps(body).encode(), 200, "application/vnd.nasa.cmr.umm_results+json; charset=utf-8", headers
        )


def article(i: int) -> dict[str, object]:
    """A paper of ADS."""
    return {
        "bibcode": f"2023ApJ...{i:04}....1A",
        "title": [f"On <SUB>{i}</SUB> galaxies"],
        "abstract": f"We observed {i}.",
        "keyword": [_SUBJECTS[i % 7], "123", "Galaxies"],
        "keyword_schema": ["UAT", "Astronomy", "UAT"],
        "pubdate": "2023-05-00",
        "doctype": "article",
        "bibstem": ["ApJ", "ApJ...950"],
    }


@dataclass
class Ads:
    """The search API of ADS; `uat` tells whether it has fields for UAT concepts."""

    articles: list[dict[str, object]]
    token: str = "secret-token"
    uat: bool = False
    most: int = 30
    limits: dict[int, dict[str, str]] = field(default_factory=dict)
    totals: list[int] = field(default_factory=list)
    requests: int = 0

    def __call__(self, asked: Asked) -> Reply:
        number, self.requests = self.requests, self.requests + 1
        given = asked.headers.get("authorization", "")
        if given != f"Bearer {self.token}":
            return Reply(json.dumps({"error": f"Unauthorized: {given}"}).encode(), 401, JSON)
        fields = asked.query["fl"].split(",")
        if not self.uat and "uat" in fields:
            return Reply(b'{"error": "undefined field uat"}', 400, JSON)
        if asked.query["q"] == "((":
            return Reply(b'{"error": "cannot parse the query"}', 400, JSON)
        start, size = int(asked.query["start"]), min(int(asked.query["rows"]), self.most)
        found = [{k: v for k, v in one.items() if k in fields} for one in self.articles[start : start + size]]
        total = self.totals.pop(0) if self.totals else len(self.articles)
        body = {"responseHeader": {"status": 0}, "response": {"numFound": total, "start": start, "docs": found}}
        return Reply(json.dumps(body).encode(), 200, JSON, self.limits.get(number, {}))
