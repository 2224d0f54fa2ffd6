"""What LaTeX commands stand for: letters, accents, symbols, and what to do with arguments."""

# Greek letters become their names: that is how authors write them outside formulas ("alpha-stable").
_GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
)  # fmt: skip
GREEK = {
    **{name: name for name in _GREEK},
    **{name.capitalize(): name.capitalize() for name in _GREEK},
    **{f"var{name}": name for name in ("epsilon", "theta", "kappa", "pi", "rho", "sigma", "phi")},
}

# Operators become the characters a reader would type; names such as \log stay words.
OPERATORS = {
    "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "ne": "≠", "neq": "≠", "ll": "≪",
    "gg": "≫", "lesssim": "≲", "gtrsim": "≳", "sim": "~", "simeq": "≃", "approx": "≈", "equiv": "≡", "cong": "≅",
    "propto": "∝", "times": "×", "cdot": "·", "pm": "±", "mp": "∓", "div": "÷", "ast": "*", "star": "*", "circ": "°",
    "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "supseteq": "⊇", "cup": "∪", "cap": "∩",
    "setminus": "∖", "emptyset": "∅", "infty": "infinity", "partial": "∂", "nabla": "∇", "to": "→", "rightarrow": "→",
    "leftarrow": "←", "leftrightarrow": "↔", "mapsto": "↦", "Rightarrow": "⇒", "otimes": "⊗", "oplus": "⊕",
    "forall": "∀", "exists": "∃", "sum": "sum", "prod": "product", "int": "integral", "dots": "…", "ldots": "…",
    "cdots": "…", "dotsc": "…", "langle": "⟨", "rangle": "⟩", "mid": "|", "vert": "|", "Vert": "‖", "prime": "'",
    "ell": "l", "over": "/", "colon": ":", "lbrace": "{", "rbrace": "}", "degree": "°", "perp": "⊥", "dagger": "†",
}  # fmt: skip

# Letters that have a command of their own.
LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å",
    "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "th": "þ", "copyright": "©", "textregistered": "®", "texttrademark": "™",
    "textdegree": "°", "textmu": "µ", "pounds": "£", "euro": "€", "textasciitilde": "~", "textendash": "–",
    "textemdash": "—", "textquotesingle": "'", "textbar": "|", "textless": "<", "textgreater": ">", "slash": "/",
}  # fmt: skip

# Accent command -> the combining character that follows the letter in Unicode.
ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331",
}  # fmt: skip

# Commands that go together with their argument: they point elsewhere or only set the page.
WITHOUT_TRACE = frozenset({
    "cite", "citep", "citet", "citealt", "citealp", "citeauthor", "citeyear", "citenum", "nocite", "autocite",
    "parencite", "textcite", "footcite", "label", "ref", "eqref", "cref", "Cref", "autoref", "pageref", "vspace",
    "hspace", "vskip", "hskip", "begin", "end", "input", "includegraphics", "bibliography", "bibliographystyle",
    "color", "pagestyle", "thispagestyle", "phantom", "vphantom", "hphantom", "footnotemark", "index",
})  # fmt: skip

# Commands without an argument that only change how the rest looks.
SWITCHES = frozenset({
    "em", "it", "bf", "rm", "sc", "sf", "tt", "sl", "cal", "frak", "Bbb", "mathcal", "mathbb", "mathbf", "mathrm",
    "mathsf", "mathit", "mathfrak", "mathscr", "text", "textbf", "textit", "textrm", "textsf", "texttt", "textsc",
    "mbox", "hbox", "boldmath", "bfseries", "itshape", "scshape", "sffamily", "ttfamily", "rmfamily", "normalfont",
    "tiny", "scriptsize", "footnotesize", "small", "normalsize", "large", "Large", "LARGE", "huge", "Huge", "left",
    "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "middle", "displaystyle", "textstyle",
    "scriptstyle", "limits", "nolimits", "noindent", "indent", "par", "newline", "linebreak", "centering", "quad",
    "qquad", "hfill", "hfil", "vfill", "smallskip", "medskip", "bigskip", "protect", "relax", "ensuremath", "item",
    "nonumber", "hat", "tilde", "bar", "vec", "dot", "widehat", "widetilde", "overline", "underline", "boldsymbol",
    "operatorname", "mathop", "xspace", "leavevmode", "unskip", "break", "allowbreak", "ignorespaces", "space",
    "thinspace", "negthinspace",
})  # fmt: skip

FRACTIONS = frozenset({"frac", "dfrac", "tfrac", "nicefrac", "sfrac", "cfrac"})
LAST_OF_TWO = frozenset({"href", "textcolor", "colorbox", "hyperref", "texorpdfstring", "raisebox", "scalebox"})
