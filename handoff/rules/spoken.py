"""Six digits in what a customer writes: a one-time code as people type or paste it, and the same made illegible."""

import re
import unicodedata

DIGITS = 6
FEW_WORDS = 5
DOT = "•"
# Digits with blanks or dashes between them. What hangs on letters, on a # or on a currency is a number of something else.
_RUN = re.compile(r"(?<![\w#$€£])\d(?:[\s\-\u2010-\u2015]{0,3}\d)*(?!\w)")
_UNSEEN = dict.fromkeys(map(ord, "\ufe0f\u20e3\u200b\u200c\u200d\u2060\ufeff"))
_NAMED = ("code", "código", "codigo")


def code(text: str) -> str | None:
    """The code in a message that is hardly more than six digits, or that calls them a code; None in any other."""
    plain = unicodedata.normalize("NFKC", text.translate(_UNSEEN))
    runs = [re.sub(r"\D", "", run) for run in _RUN.findall(plain)]
    found = [run for run in runs if len(run) == DIGITS]
    if len(found) != 1:
        return None
    rest = _RUN.sub(" ", plain).casefold()
    short = len(runs) == 1 and not re.search(r"\d", rest) and len(re.findall(r"\w+", rest)) <= FEW_WORDS
    if not short and not any(name in rest for name in _NAMED):
        return None
    return "".join(str(unicodedata.digit(digit)) for digit in found[0])


def masked(text: str) -> str:
    """The same with a dot for each digit."""
    return "".join(DOT if char.isdigit() else char for char in text)
