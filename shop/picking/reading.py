"""Words read in the light of what is at hand - an order's items, a product's options - beside what recognition found.

Recognition knows the whole shop, and leaves out what means something there only in company, such as sizes of one letter.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from shop.picking.mentions import WORD, Mention, Stems, of, spellings, stem, stems

# Last words of names that say nothing alone.
_VAGUE_WORDS = "set kit pack pro mini box bundle pair case cover system plus max one gift card item thing order"
_VAGUE = frozenset(_VAGUE_WORDS.split())
# Values that are also everyday words count only in company: "in plain", "the hand size".
_EVERYDAY_WORDS = "full short long plain clear hand open yes no one two with without hard soft new wide"
_EVERYDAY = frozenset(_EVERYDAY_WORDS.split())
_COMPANY = re.compile(r"\b(?:in|an?|the|to|for|size|sizes|as|into|make|it|of|or|otherwise|then)\s+$", re.I)
_TOO = re.compile(r"\b(?:too|so|very|how)\s+$", re.I)

Phrases = Mapping[Stems, tuple[str, str]]


def with_products(mentions: Sequence[Mention], text: str, names: Iterable[str]) -> tuple[Mention, ...]:
    """With the names of these things where they are said: whole, or their last words."""
    phrases: dict[Stems, tuple[str, str]] = {}
    for name in names:
        words = stems(name)
        for cut in range(len(words)):
            if len(words) - cut > 1 or words[cut] not in _VAGUE or len(words) == 1:
                phrases.setdefault(words[cut:], ("product", " ".join(words[cut:])))
    taken = of(mentions, "product")
    found = [m for m in _found(text, phrases) if not any(_overlap(m, other) for other in taken)]
    swallowed = {m for m in of(mentions, "option") if any(_inside(m, product) for product in found)}
    return (*(m for m in mentions if m not in swallowed), *found)


def with_options(mentions: Sequence[Mention], text: str, values: Iterable[object]) -> tuple[Mention, ...]:
    """With these option values where they are said."""
    phrases = {stems(spelling): ("option", str(value)) for value in values for spelling in spellings(value)}
    phrases.pop((), None)
    taken = of(mentions, "product", "option")
    found = []
    for read in _found(text, phrases):
        known = [m for m in taken if _overlap(m, read)]
        # "extra large" is no large
        longer = all(m.entity == "option" and _inside(m, read) and not _inside(read, m) for m in known)
        if longer and (known or _certain(read, text)):
            found.append(read)
    return (*(m for m in mentions if m.entity != "option" or not any(_inside(m, read) for read in found)), *found)


def _found(text: str, phrases: Phrases) -> list[Mention]:
    """The longest phrases first, left to right."""
    words = [(stem(match.group()), match.start(), match.end()) for match in WORD.finditer(text)]
    longest = max(map(len, phrases), default=0)
    found, at = [], 0
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            part = words[at : at + length]
            hit = phrases.get(tuple(word for word, _, _ in part))
            if hit:
                found.append(Mention(*hit, part[0][1], part[-1][2]))
                break
        else:
            length = 1
        at += length
    return found


def _certain(mention: Mention, text: str) -> bool:
    said, before = mention.said(text), text[: mention.start]
    if _TOO.search(before):
        return False
    if len(said) > 2 and not said.isdigit() and said.lower() not in _EVERYDAY:
        return True
    alone = len(WORD.findall(text)) <= 3
    return alone or bool(_COMPANY.search(before)) or (said.isalpha() and said.isupper() and said not in ("I", "A"))


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def _inside(one: Mention, other: Mention) -> bool:
    return other.start <= one.start and one.end <= other.end and one.end > 0
