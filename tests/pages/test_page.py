import base64
import hashlib
import re
from pathlib import Path

import pytest

from headword.core.errors import OutputError
from headword.pages import (
    Bar,
    Cell,
    Column,
    Html,
    Line,
    Section,
    Tile,
    abbreviation,
    bar_chart,
    bullets,
    callout,
    charts,
    code,
    details,
    external,
    facts,
    heading,
    line_chart,
    page,
    paragraph,
    table,
    tiles,
    write_page,
)

from .reading import parsed, require_accessible

COLUMNS = [Column("label"), Column("documents", number=True, meaning="how many")]


def full() -> str:
    rows = [[f"label <{i}>", Cell(f"{i}%", i / 100)] for i in range(60)]
    curve = Line("ours", [(0.0, 0.2), (0.5, 0.4), (1.0, 0.9)], band=[(0.0, 0.1, 0.3), (1.0, 0.8, 1.0)], markers=True)
    drawn = [
        line_chart([curve, Line("theirs", [(0, 0.3), (1, 0.1)])], title="C", x="x", y="y", summary="s", diagonal=True),
        bar_chart([Bar("2020", 0.5, 0.4, 0.6)], title="B", x="F1", summary="by year"),
    ]
    return page(
        "All <pieces>",
        [
            Section("At a glance", [tiles([Tile("p@1", "0.9", "0.8 to 1.0")]), callout("warning", "look ", code("x"))]),
            Section("Curves", [charts(*drawn)]),
            Section("Labels", [heading("Every label"), table(COLUMNS, rows, caption="Labels", live=True)]),
            Section("At a glance", [facts([("version", "1")]), details("more", paragraph("text")), bullets(["a"])]),
            Section("Content", [abbreviation("ECE", "expected calibration error"), external("site", "https://x.org")]),
        ],
        lead="first",
        made="command",
    )


def test_a_page_of_all_pieces_is_accessible_and_offline() -> None:
    require_accessible(full())


def test_the_policy_names_style_and_script_by_hash() -> None:
    root = parsed(full())
    policy = next(m.attributes["content"] or "" for m in root.all("meta") if "http-equiv" in m.attributes)
    for name in ("style", "script"):
        digest = hashlib.sha256(root.all(name)[0].text.encode()).digest()
        assert f"{name}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy


def test_script_stands_only_where_a_table_wants_it() -> None:
    quiet = page("Quiet", [Section("One", [table(COLUMNS, [["a", 1]], caption="c")])])
    assert not parsed(quiet).all("script") and "script-src" not in quiet
    assert len(parsed(full()).all("script")) == 1


def test_contents_need_some_sections() -> None:
    assert "Contents" not in page("t", [Section("One", []), Section("Two", [])])
    links = [a.attributes["href"] for a in parsed(full()).all("nav")[0].all("a")]
    assert links == ["#at-a-glance", "#curves", "#labels", "#at-a-glance-2", "#content-2"]


def test_nothing_given_as_text_becomes_markup() -> None:
    bad = "</style></script><script>alert(1)</script>"
    text = page(bad, [Section(bad, [bad, table([Column(bad)], [[bad]], caption=bad), code(bad)])], lead=bad, made=bad)
    assert not parsed(text).all("script")
    assert isinstance(table(COLUMNS, [], caption="none"), Html)


def test_long_tables_scroll_and_say_what_is_printed() -> None:
    assert "(the first 40 of 60 rows are printed)" in full()
    short = table(COLUMNS, [["a", 1]], caption="c")
    assert "printed" not in short and 'class="scroll"' in short


def test_cells() -> None:
    row = parsed(table(COLUMNS, [["a", 1234], ["b", None], ["c", Cell("5%", 0.05)]], caption="c")).all("td")
    assert [cell.words() for cell in row] == ["1,234", "–", "5%"]
    assert [cell.attributes.get("data-by") for cell in row] == [None, None, "0.05"]
    assert not parsed(table(COLUMNS, [["a", 1]], caption="c", head=False)).all("tbody")[0].all("th")


def test_wrong_kinds_are_refused() -> None:
    with pytest.raises(ValueError, match="a callout is one of"):
        callout("panic", "x")
    with pytest.raises(ValueError, match="http or https"):
        external("x", "javascript:alert(1)")


def test_written_whole_or_not_at_all(tmp_path: Path) -> None:
    write_page(tmp_path / "a.html", "ü\n")
    assert (tmp_path / "a.html").read_bytes() == "ü\n".encode()
    with pytest.raises(OutputError, match="does not exist"):
        write_page(tmp_path / "no" / "a.html", "x")


def schemes() -> list[dict[str, str]]:
    """The colours of each `:root` rule: light, dark, print."""
    sheet = parsed(full()).all("style")[0].text
    rules = re.findall(r":root \{(.*?)\}", sheet, re.S)
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", rule)) for rule in rules]


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""

    def luminance(colour: str) -> float:
        shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("number", [0, 1, 2], ids=["light", "dark", "print"])
def test_contrast(number: int) -> None:
    colours = {**schemes()[0], **schemes()[number]}
    for ink in ("text", "quiet", "link"):
        for back in ("back", "raised"):
            assert contrast(colours[ink], colours[back]) >= 4.5, (ink, back)
    for kind in ("warning", "good"):
        assert contrast(colours[kind], colours[f"{kind}-back"]) >= 4.5
    for back in (
        "warning-back",
        "good-back",
        "note-back",
        *(f"{k}-{i}" for k in ("for", "against") for i in (1, 2, 3)),
    ):
        assert contrast(colours["text"], colours[back]) >= 4.5, back
    # Lines and marks are not text: 3 is enough.
    assert all(contrast(colours[f"c{i}"], colours["back"]) >= 3 for i in range(6))


def test_lines_differ_in_more_than_colour() -> None:
    several = [Line(str(i), [(0, i), (1, i)], markers=True) for i in range(6)]
    node = parsed(line_chart(several, title="t", x="x", y="y", summary="s"))
    curves = [p for p in node.all("path") if "L" in (p.attributes["d"] or "")]
    assert len({p.attributes.get("stroke-dasharray") for p in curves}) == 6
