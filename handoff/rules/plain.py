"""Lines that people type into forms: one line of plain words, of a length."""

import re
import unicodedata

from shop.ground.errors import BadInput

# Signs that turn the direction of what stands around them, and other format characters; joiners belong to words.
_JOINERS = "\u200c\u200d"
_BLANKS = re.compile(r"\s+")


def line(text: str, longest: int, field: str) -> str:
    """The words with single blanks. `BadInput` with the field as its code when they are too long or no plain words."""
    words = _BLANKS.sub(" ", text).strip()
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co") and sign not in _JOINERS for sign in words):
        raise BadInput("This holds characters that can't be shown.", code=field)
    if len(words) > longest:
        raise BadInput(f"{longest} characters are the most; these are {len(words)}.", code=field)
    return words
