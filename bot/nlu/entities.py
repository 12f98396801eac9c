"""All entities of a text: shapes, set phrases, addresses and the shop's vocabulary. No Rasa in here."""

import re

from bot.nlu.addresses import CITY, NAMES, STATE, STREETS, cities
from bot.nlu.dates import DATES
from bot.nlu.found import Found, Pattern, first_come
from bot.nlu.patterns import SHAPES, ZIPS
from bot.nlu.phrases import COUNTS, ITEM_SETS, PICKS, REASONS, SCOPES, places
from bot.nlu.vocabulary import Vocabulary

LONGEST = 4000
_QUANTITY = re.compile(
    rf"(?<![\w.$#/-])(?P<n>\d{{1,2}}|{'|'.join(COUNTS)})\s*x?\s+(?:of\s+)?(?:the\s+|those\s+|these\s+|my\s+)?$",
    re.IGNORECASE,
)


def find(text: str, vocabulary: Vocabulary) -> list[Found]:
    """In the order of the text. Reasons may overlap what they speak of; everything else has its own words."""
    text = text[:LONGEST]
    shapes = _all([*STREETS, *SHAPES], text)
    where = _all(STATE, text)
    where += first_come([cities(text, first_come([shapes, where])), _all(CITY, text)])
    names, dates, zips = _all(NAMES, text), _all(DATES, text), _all(ZIPS, text)
    goods = first_come([shapes, list(vocabulary.find(text))])
    goods = [found for found in goods if found.entity in ("product", "option")]
    said = first_come([_all(REASONS, text), _all(SCOPES, text)])
    # "too small" is what is wrong, not the size that is wanted
    goods = [g for g in goods if g.entity == "product" or not any(g.overlaps(s) for s in said if s.entity == "problem")]
    own = first_come([shapes, names, where, dates, zips, _all(ITEM_SETS, text), places(text), goods, _all(PICKS, text)])
    own += quantities(text, own)
    return sorted([*own, *said], key=lambda found: (found.start, found.end))


def _all(patterns: list[Pattern], text: str) -> list[Found]:
    return first_come(list(pattern.find(text)) for pattern in patterns)


def quantities(text: str, found: list[Found]) -> list[Found]:
    """Numbers of two and more right before a product and the options said with it: "two blue mugs"."""
    counted = []
    options = sorted((f for f in found if f.entity == "option"), key=lambda f: -f.start)
    for product in (f for f in found if f.entity == "product"):
        start = product.start
        for option in options:
            if option.end <= start and not text[option.end : start].strip(" ,"):
                start = option.start
        match = _QUANTITY.search(text[max(start - 20, 0) : start])
        number = (COUNTS.get(match["n"].lower()) or int(match["n"])) if match else 1
        if match and number > 1:
            at = max(start - 20, 0) + match.start("n")
            counted.append(Found("quantity", number, at, at + len(match["n"])))
    return [c for c in counted if not any(c.overlaps(f) for f in found)]
