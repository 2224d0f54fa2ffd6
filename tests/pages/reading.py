"""A page as a parser sees it, and what every page must keep."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"br", "col", "hr", "input", "meta", "link", "img"}


@dataclass
class Node:
    name: str
    attributes: dict[str, str | None]
    children: list["Node"] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> list["Node"]:
        found = [self] if self.name == name else []
        return found + [node for child in self.children for node in child.all(name)]

    def words(self) -> str:
        return self.text + "".join(child.words() for child in self.children)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().name == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.open[-1].text += data


def parsed(text: str) -> Node:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root], "an element is not closed"
    return reader.root


def require_accessible(text: str) -> None:
    """Check what can be checked without a browser: language, headings, names, tables, ids, no outside resource."""
    root = parsed(text)
    assert root.all("html")[0].attributes["lang"]
    assert root.all("title")[0].words().strip()
    assert len(root.all("h1")) == 1 and len(root.all("main")) == 1
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", text)]
    assert levels[0] == 1 and all(b <= a + 1 for a, b in pairwise(levels)), levels
    every = _every(root)
    ids = [node.attributes["id"] for node in every if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    regions = [node.attributes.get("aria-label") for node in every if node.attributes.get("role") == "region"]
    assert len(regions) == len(set(regions)), "regions must have names of their own"
    labelled = {node.attributes.get("for") for node in root.all("label")}
    for node in every:
        given = node.attributes
        if node.name in {"input", "select", "textarea"}:
            assert given.get("id") in labelled or given.get("aria-label")
        if node.name == "table":
            assert node.all("caption")[0].words().strip()
            assert all(head.attributes.get("scope") in {"col", "row"} for head in node.all("th"))
        if node.name == "svg":
            assert given.get("role") == "img" and given.get("aria-label")
        if node.name in {"a", "button", "summary"}:
            assert node.words().strip() or given.get("aria-label")
        if given.get("href", "").startswith("#"):  # type: ignore[union-attr]
            assert given["href"][1:] in ids  # type: ignore[index]
        if given.get("aria-labelledby"):
            assert given["aria-labelledby"] in ids
        if given.get("role") == "region":
            assert given.get("aria-label") and "tabindex" in given
        assert not [name for name in given if name.startswith("on") or name == "style"]
    require_offline(root)


def require_offline(root: Node) -> None:
    """Nothing may be loaded: the policy forbids it, and no element asks for it."""
    policy = next(m for m in root.all("meta") if m.attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy.attributes["content"].startswith("default-src 'none'")  # type: ignore[union-attr]
    for node in _every(root):
        assert node.name not in {"link", "img", "iframe", "object", "embed", "base", "form"}
        for name in ("src", "srcset", "xlink:href", "action", "data", "poster"):
            assert name not in node.attributes
        if node.name != "a":
            assert "href" not in node.attributes
    for node in root.all("style"):
        assert "url(" not in node.text and "@import" not in node.text


def _every(root: Node) -> list[Node]:
    return [root] + [node for child in root.children for node in _every(child)]
