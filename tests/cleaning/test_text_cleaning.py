"""Unicode, markup and LaTeX: worked examples, and that nothing is lost which is not meant to be."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headword.cleaning.latex import clean_latex, plain_latex
from headword.cleaning.markup import clean_markup, strip_markup
from headword.cleaning.unicode import clean_unicode, plain_unicode
from headword.core.corpus import Corpus, Document


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("e\u0301clair", "éclair"),
        ("co\u00adoperate", "cooperate"),
        ("a\u200bb\ufeffc\u2060d", "abcd"),
        ("1\u202f000\u00a0km\u2003wide", "1 000 km wide"),
        ("  two \t blanks\r\nand a line ", "two blanks and a line"),
        ("one\n \n\ntwo\nlines", "one\n\ntwo lines"),
        ("0\r\r0", "0\n\n0"),
        ("\n\none\x85\u2029two\n \n", "one\n\ntwo"),
        ("ا\u200d\ufeffa", "اa"),
        ("e\u200d\u0301", "é"),
        ("smart \x93quotes\x94", "smart “quotes”"),
        ("broken â\x80\x93 dash", "broken – dash"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("Ã© stays, for © is an honest sign", "Ã© stays, for © is an honest sign"),
    ],
)
def test_unicode_examples(before: str, after: str) -> None:
    assert plain_unicode(before) == after


@given(st.text() | st.text(alphabet="0a\r\n\x0b\x85\u2029 \xa0\u200b\u200d\ufeff\u180e\u0301eا\u1f71\xc3\xa9\x80\xad"))
def test_unicode_is_idempotent_and_leaves_no_control_character(text: str) -> None:
    once = plain_unicode(text)
    assert plain_unicode(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in once.replace("\n", ""))


@given(st.text(st.characters(codec="ascii", min_codepoint=33)))
def test_unicode_leaves_plain_words_alone(text: str) -> None:
    assert plain_unicode(text) == text.replace("\x7f", "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("CO<sub>2</sub> and <i>E. coli</i>", "CO2 and E. coli"),
        ("one<br>two<br/>three<p>four</p>", "one two three four "),
        ("<jats:title>Abstract</jats:title><jats:p>Text</jats:p>", " Abstract  Text "),
        ("<mml:math><mml:mi>x</mml:mi><mml:mo>=</mml:mo><mml:mn>1</mml:mn></mml:math>", " x=1 "),
        ("<mml:semantics>x<mml:annotation>\\alpha</mml:annotation></mml:semantics>", " x  "),
        ('see <a href="http://x.y/?a=1">here</a>', "see here"),
        ("R&amp;D at &lt; 5 &#176;C &mdash; caf&eacute;", "R&D at < 5 °C — café"),
        ("&amp;lt;b&amp;gt;twice", "<b>twice"),
        ("GENERAL MOTORS <GM> AND <P>", "GENERAL MOTORS <GM> AND <P>"),
        ("<think> about <x,y> with a<b and c>d", "<think> about <x,y> with a<b and c>d"),
        ("the index <i> alone", "the index <i> alone"),
        ("AT&T, R&D &unknown; &#0;", "AT&T, R&D &unknown; &#0;"),
        ("<script>alert(1)</script><!-- note -->text", "  text"),
        ("<![CDATA[kept]]>", "kept"),
    ],
)
def test_markup_examples(before: str, after: str) -> None:
    assert strip_markup(before) == after


@given(st.text(st.characters(exclude_characters="<&")))
def test_markup_leaves_text_without_markup_alone(text: str) -> None:
    assert strip_markup(text) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (r"\texttt{x}", "x"),
        (r"Schr\"odinger, Erd\H{o}s, Poincar\'e and {\v{S}}", "Schrödinger, Erdős, Poincaré and Š"),
        (r"na\"{\i}ve \c{c} Ve\'iculos \O rsted", "naïve ç Veículos Ørsted"),
        (r"Pad\'e Nets", "Padé Nets"),
        (r"$\alpha$-stable", "alpha-stable"),
        (r"$O(n\log n)$", "O(n log n)"),
        (r"$x_{i}^{2^{k}}$", "x_i^2^k"),
        (r"$\frac{a_{1}}{b}$ and $\sqrt{n}$", "a_1/b and sqrt(n)"),
        (r"$\mathcal{F}\subseteq\mathbb{R}^d$", "F⊆R^d"),
        (r"$n\geq\frac{a}{b}$, $\alpha\mathbb{R}$, $\log\log n$", "n≥a/b, alpha R, log log n"),
        (r"shown before \cite[p. 3]{a,b}.", "shown before ."),
        (r"\emph{a \textbf{b} c}", "a b c"),
        (r"{\em i.e.}", "i.e."),
        (r"\href{http://x.y}{the code} at \url{http://z}", "the code at http://z"),
        (r"90\% of \$5 \& \#1 a\_b \{c\}", "90% of $5 & #1 a_b {c}"),
        ("costs $5 and $10, or US$5-$10", "costs $5 and $10, or US$5-$10"),
        ("over $200 billion in $k$-means", "over $200 billion in k-means"),
        (r"an $ n $-set with p$<$0.001", "an n-set with p<0.001"),
        (r"\begin{itemize}\item one\end{itemize}", " one"),
        (r"text\footnote{a note}", "text (a note)"),
        (r"\LaTeX{} is", "LaTeX is"),
        ("``quoted'' text", '"quoted" text'),
        ("the set {a, b} and {BERT}", "the set {a, b} and BERT"),
        (
            "growth into {111} texture, {11-20}, Si{001} and {110}{112}",
            "growth into {111} texture, {11-20}, Si{001} and {110}{112}",
        ),
        (
            r"\emph{bcc} {111} planes, $\{110\}$ and \textbf{{1, 2} or} {100}",
            "bcc {111} planes, {110} and {1, 2} or {100}",
        ),
        (
            r"H_{2}O, 10^{23}, {10}^{3}, \texttt{111} \cite{12} \frac{1}{2} and ${111}$",
            "H_2O, 10^23, 10^3, 111 1/2 and 111",
        ),
        ("CO_{2} of {3D} cells", "CO_2 of 3D cells"),
        (r"$\|x\|_2$", "‖x‖_2"),
        (r"$\binom{n}{k}$", "(n choose k)"),
        ("no LaTeX at all; C:/x ~5 km", "no LaTeX at all; C:/x ~5 km"),
    ],
)
def test_latex_examples(before: str, after: str) -> None:
    assert plain_latex(before).replace("  ", " ") == after


@given(st.text(st.characters(exclude_characters="\\${`")))
def test_latex_leaves_text_without_latex_alone(text: str) -> None:
    assert plain_latex(text) == text


@given(st.text(alphabet="\\{}$ab1^_ \"'~%c"))
def test_latex_never_fails_on_broken_input(text: str) -> None:
    assert "\ufdd0" not in plain_latex(text)


def test_a_long_broken_text_takes_no_long_time() -> None:
    assert plain_latex("$" + r"\a{" * 3_000 + "x_" * 3_000)
    assert strip_markup("<a " * 20_000)


@pytest.mark.parametrize(
    ("step", "text"), [(clean_unicode, "a  b"), (clean_markup, "<b>a</b> b"), (clean_latex, r"\emph{a} b")]
)
def test_steps_report_what_they_change_and_touch_nothing_else(step, text: str) -> None:  # type: ignore[no-untyped-def]
    corpus = Corpus.from_documents([Document("1", "fine", "fine", ("x",)), Document("2", "", text, ("y",), {"f": 3})])
    before = corpus.fingerprint()
    cleaned, change = step(corpus)
    assert cleaned.abstracts == ("fine", "a b")
    assert change.n_changed == 1
    assert change.examples[0].startswith("2: ")
    assert " -> 'a b'" in str(change)
    assert (cleaned.label_sets(), cleaned.fields, cleaned.ids) == (corpus.label_sets(), corpus.fields, corpus.ids)
    assert corpus.fingerprint() == before
    assert step(cleaned)[0] is cleaned
