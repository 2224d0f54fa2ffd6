"""LaTeX leftovers: commands, accents, formulas, escapes -> plain text."""

import re
import unicodedata

from headword.cleaning.change import Change, rewrite_texts
from headword.cleaning.latex_symbols import (
    ACCENTS,
    FRACTIONS,
    GREEK,
    LAST_OF_TWO,
    LETTERS,
    OPERATORS,
    SWITCHES,
    WITHOUT_TRACE,
)
from headword.core.corpus import Corpus

_DEPTH = 12  # braces nested deeper than this are dropped without looking inside

# Escaped characters wait as Unicode non-characters, which no text holds, until all commands are gone.
_ESCAPED = {r"\{": "\ufdd0", r"\}": "\ufdd1", r"\$": "\ufdd2", r"\%": "\ufdd3", r"\#": "\ufdd4", r"\&": "\ufdd5"}
_ESCAPED |= {r"\_": "\ufdd6", r"\|": "\ufdd7"}
_ESCAPE = re.compile(r"\\[{}$%#&_|]")
_JOINT = "\ufdd8"
_LEFT_OVER = str.maketrans({"{": None, "}": None, _JOINT: None})
_UNESCAPE = str.maketrans({mark: "‖" if escape == r"\|" else escape[1] for escape, mark in _ESCAPED.items()})

# A dollar opens a formula unless a blank follows and closes one unless a blank precedes or a digit follows; so sums of
# money stay. With a backslash, ^ or _ inside, blanks at the ends are allowed.
_MATH = re.compile(
    r"\$\$(?P<display>[^$]{1,2000}?)\$\$"
    r"|\$(?P<inline>(?=\S)[^$]{1,2000}?(?<=\S))\$(?!\d)"
    r"|\$(?P<short>\s*[^\s$\d]{1,3}\s*)\$"
    r"|\$(?P<loose>[^$]{0,2000}?[\\^_][^$]{0,2000}?)\$"
    r"|\\\((?P<round>.{1,2000}?)\\\)"
    r"|\\\[(?P<square>.{1,2000}?)\\\]",
    re.S,
)
_ACCENT = re.compile(
    r"""\{?\\(?:(?P<sign>[`'^"~=.])\s*|(?P<letter>[uvHcdbkr])(?:\s+|(?=\{|\\[ij](?![A-Za-z]))))"""
    r"(?:\{\s*(?P<inside>\\[ij]|[^\W\d_])\s*\}|(?P<base>\\[ij](?![A-Za-z])\s*|[^\W\d_]))"
)
_ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z]+$")
_HAS_LATEX = re.compile(r"\\[^\s]")
_COMMAND_ARGUMENT = re.compile(r"\\(?P<name>[A-Za-z]+)\*?\s*(?P<option>(?:\[[^\[\]]*\]\s*)*)\{(?P<argument>[^{}]*)\}")
_TWO_ARGUMENTS = re.compile(
    r"\\(?P<name>[A-Za-z]+)\*?\s*(?:\[[^\[\]]*\]\s*)*\{(?P<first>[^{}]*)\}\s*\{(?P<last>[^{}]*)\}"
)
_GROUP = re.compile(r"(?<![A-Za-z*}\]\\ ])\{(?P<inside>[^{}]*)\}|(?<=[\s(])\{(?P<apart>[^{}]*)\}")
_COMMAND = re.compile(r"\\(?P<name>[A-Za-z]+)\*?(?P<blank>[ \t\n]*)")
_SPACING = re.compile(r"\\[,;:!>/@\- ]|\\\\(?:\[[^\]]*\])?|(?<=[A-Za-z.,)])~(?=[A-Za-z\\(\[])")
_PROTECTED_WORD = re.compile(r"\{([A-Za-z0-9][A-Za-z0-9-]*)\}")
# Figures in braces are a set, or a family of crystal planes, unless a command, ^ or _ stands before or ^ or _ behind.
_FIGURES = re.compile(r"(?:\{\s*[-−–]?\d[\d\s,−–\u0304\u0305-]*\}){1,20}(?![\^_{])")
_TAKES_ARGUMENT = re.compile(r"(?:\\(?:[A-Za-z]+\*?|[^A-Za-z\s])\s*(?:\[[^\[\]]*\]\s*)*|[}^_])$")
_BEFORE = 80  # letters before a brace in which its command is looked for
_QUOTES = re.compile(r"``(.*?)''", re.S)


def plain_latex(text: str) -> str:
    r"""Return `text` without LaTeX.

    Commands give way to their argument (`\texttt{x}` -> `x`), accents to the letter (`\"o` -> `ö`), citations, labels
    and references vanish, formulas stay as words and signs (`$\alpha$-stable` -> `alpha-stable`, `$O(n\log n)$` ->
    `O(n log n)`, `$x_{i}$` -> `x_i`). Sums of money are no formulas, and figures in braces (`{111}`) stay as they are.
    Text without a backslash, dollar or brace comes back as it is.

    Examples
    --------
    >>> plain_latex(r"\emph{G\"odel} numbers \cite{g31} in $O(n \log n)$ for \$5")
    'Gödel numbers  in O(n log n) for $5'
    """
    if not any(sign in text for sign in "\\${"):
        return _QUOTES.sub(r'"\1"', text) if "``" in text else text
    text = _ESCAPE.sub(lambda m: _ESCAPED[m.group()], text)
    text = _MATH.sub(lambda m: _formula(next(g for g in m.groups() if g is not None)), text)
    text = _FIGURES.sub(_figures, text)
    if _HAS_LATEX.search(text):
        text = _resolve(_ACCENT.sub(_accented, text), in_math=False)
    else:
        text = _PROTECTED_WORD.sub(r"\1", text)
    return _QUOTES.sub(r'"\1"', text).translate(_UNESCAPE)


def _formula(inside: str) -> str:
    return _resolve(inside.strip(), in_math=True)


def _figures(match: re.Match[str]) -> str:
    if _TAKES_ARGUMENT.search(match.string[max(0, match.start() - _BEFORE) : match.start()]):
        return match.group()
    return match.group().replace("{", _ESCAPED[r"\{"]).replace("}", _ESCAPED[r"\}"])


def _accented(match: re.Match[str]) -> str:
    base = (match.group("inside") or match.group("base")).strip().lstrip("\\")
    letter = unicodedata.normalize("NFC", base + ACCENTS[match.group("sign") or match.group("letter")])
    return "{" + letter if match.group().startswith("{") else letter  # its partner goes with the other braces


def _resolve(text: str, *, in_math: bool) -> str:
    text = _SPACING.sub(_space, text)
    for _ in range(_DEPTH):
        before = text
        text = _TWO_ARGUMENTS.sub(lambda m: _apart(m, _two_arguments(m)), text)
        text = _COMMAND_ARGUMENT.sub(lambda m: _apart(m, _one_argument(m)), text)
        text = _GROUP.sub(lambda m: m.group("inside") or m.group("apart") or "", text)
        if text == before:
            break
    text = _COMMAND.sub(lambda m: _bare(m, in_math=in_math), text)
    return text.translate(_LEFT_OVER)


def _apart(match: re.Match[str], result: str) -> str:
    r"""Keep the name of a command before apart from a letter that now follows it (`\leq\mathbb{R}`)."""
    if not result[:1].isalpha() or not match.string[match.start() - 1 : match.start()].isalpha():
        return result
    before = match.string[max(0, match.start() - 32) : match.start()]
    return _JOINT + result if _ENDS_IN_COMMAND.search(before) else result


def _space(match: re.Match[str]) -> str:
    return "" if match.group() in ("\\-", "\\/", "\\!", "\\@") else " "


def _two_arguments(match: re.Match[str]) -> str:
    name, first, last = match.group("name", "first", "last")
    if name in FRACTIONS:
        return f"{first}/{last}"
    if name in LAST_OF_TWO:
        return last
    return match.group() if name != "binom" else f"({first} choose {last})"


def _one_argument(match: re.Match[str]) -> str:
    name, argument = match.group("name"), match.group("argument")
    if name in FRACTIONS or name in LAST_OF_TWO or name == "binom":
        return match.group()  # its other argument is not flat yet
    if name in WITHOUT_TRACE:
        return ""
    if not argument or name in GREEK or name in OPERATORS or name in LETTERS:
        return f"\\{name} {argument}"  # a symbol; what stands in the braces is not its argument
    return {"footnote": f" ({argument})", "sqrt": f"sqrt({argument})"}.get(name, argument)


def _bare(match: re.Match[str], *, in_math: bool) -> str:
    name, blank = match.group("name", "blank")
    if name in SWITCHES or name in WITHOUT_TRACE or name in LAST_OF_TWO:
        return " " if name in ("quad", "qquad", "par", "newline", "item", "space") else ""
    if not in_math and name in LETTERS:
        return LETTERS[name]
    before = match.string[match.start() - 1 : match.start()]
    word = GREEK.get(name) or OPERATORS.get(name) or name
    after = match.string[match.end() : match.end() + 2].lstrip(_JOINT)[:1]
    # A name must not grow together with its neighbours: "n\log n" is "n log n", "2\pi r" is "2 pi r".
    left = " " if before.isalnum() and word[0].isalpha() else ""
    right = " " if blank or (after.isalnum() and word[-1].isalpha()) else ""
    return left + word + right


def clean_latex(corpus: Corpus) -> tuple[Corpus, Change]:
    """Apply `plain_latex` to titles and abstracts; blanks left behind are the `unicode` step's work."""
    return rewrite_texts(corpus, "latex", plain_latex)
