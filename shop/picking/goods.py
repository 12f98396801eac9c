"""The phrases of a message that name goods: which words belong together, what is excluded, and what is wanted instead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from shop.picking.mentions import Mention, of
from shop.picking.sizes import RELATIVE

COUNTS = {
    w: n for n, w in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)
}
_N = rf"\d{{1,2}}|{'|'.join(COUNTS)}"
_ARTICLE = r"(?:(?:the|my|those|these|this|that|your|our)\s+)"
_COUNT = re.compile(rf"(?<![\w.$#/-])(?P<n>{_N})\s*x?\s+(?:of\s+{_ARTICLE}?(?:(?:{_N})\s+)?|{_ARTICLE})?$", re.I)
_EVERY = re.compile(
    rf"\b(?P<all>both|all|every|each|any)\s+(?:of\s+)?{_ARTICLE}?(?:(?P<n>{_N})\s+(?:of\s+)?{_ARTICLE}?)?$", re.I
)
_NOT = re.compile(
    rf"\b(?:(?:but\s+)?not|keep|keeping|except(?:\s+for)?|excluding|without|minus|instead\s+of|rather\s+than|apart\s+from"
    rf"|(?:don'?t|do\s+not|never)\s+(?:want\s+to\s+)?(?:send|return|exchange|change|swap|take|include|touch)(?:\s+back)?)"
    rf"\s+(?:back\s+)?{_ARTICLE}?(?:(?:{_N})\s+of\s+)?{_ARTICLE}?(?:\w+\s+one\s+of\s+)?$",
    re.I,
)
_CARRIES = re.compile(rf"^\s*,?\s*(?:and|or|nor)\s+{_ARTICLE}?$", re.I)
_WANTED = re.compile(r"\b(?:for|to|into|but|instead|prefer|want|need|make|be|get|as)\b", re.I)
_WANTED_ALONE = re.compile(
    r"(?:^\W*(?=(?:in|with|size)\b)"
    r"|(?:\b(?:to|into|but|it|them|instead|same|rather|prefer|should|shall)|\bfor\s+(?:an?|another|one)|->)\s+(?:have\s+|get\s+)?)"
    r"(?:(?:be|in|with|of|as|an?|the|size|color|colour)\s+)*$",
    re.I,
)
# "If there's no oak", "otherwise walnut"; and after a wish, "or walnut".
_FALLBACK = re.compile(
    r"\b(?:(?:then|otherwise|else|or\s+else)|(?:if|unless)\b[^,.;]*?)\s+(?:in\s+)?(?:the\s+|an?\s+)?$", re.I
)
_OR = re.compile(r"^\s*(?:,|/|,?\s*\bor\b)\s*(?:in\s+)?(?:the\s+|an?\s+)?$", re.I)
_IN = re.compile(r"\b(?:in|with)\s+(?:the\s+|an?\s+)?$", re.I)
# "The navy one in white": said of what was described just before.
_ONE_IN = re.compile(r"\s*ones?\s+(?:in|with|to|into|for|as)\s+(?:(?:the|an?|size|color|colour)\s+)*", re.I)
_WANTED_GOODS = re.compile(r"\b(?:for|to|into|with|by)\s+(?:an?|another|some)\s+$", re.I)
_WANTED_AGAIN = re.compile(r"\b(?:for|to|into|with|by)\s+(?:the\s+)?(?:other\s+)?$", re.I)
_APART = re.compile(
    r"[,.;!?&]|\b(?:and|or|not|one|ones|if|then|plus|also|except|without|excluding|keep|instead\s+of|rather\s+than|but\s+the)\b",
    re.I,
)
_BUT = re.compile(rf"^\s*(?:ones?\s+)?but\s+{_ARTICLE}?$", re.I)
_FAR = 40  # characters between a product and what still belongs to it


@dataclass(frozen=True)
class Named:
    """One phrase: "two of the blue chairs", "the second one", "the lamp (in black)".

    `options` describe it; `after` were said behind it and may describe it or tell what is wanted; `wanted` tells what is
    wanted for certain. `alternative`: the phrase itself is what is wanted instead.
    """

    product: Mention | None = None
    options: tuple[Mention, ...] = ()
    after: tuple[Mention, ...] = ()
    wanted: tuple[Mention, ...] = ()
    count: int | None = None
    every: bool = False
    ordinal: int | None = None
    negated: bool = False
    alternative: bool = False
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def said(self, text: str) -> str:
        """The customer's own words for it."""
        if self.end:
            return text[self.start : self.product.end if self.product else self.end]
        return " ".join(str(m.value) for m in (*self.options, *([self.product] if self.product else [])))

    def plural(self, text: str) -> str | None:
        """The last word, where it looks like several: "chairs"."""
        last = self.product.said(text).split()[-1].lower() if self.product and self.product.end else ""
        return last if last.endswith("s") and not last.endswith("ss") else None


def named(mentions: Sequence[Mention], text: str) -> list[Named]:
    """All phrases that name goods, in the order of the text."""
    found: list[Named] = []
    goods = [m for m in of(mentions, "product", "option", "ordinal") if not _says_something_else(m, text)]
    for place, mention in enumerate(goods):
        before = found[-1] if found else None
        gap = text[before.end : mention.start] if before else text[: mention.start]
        if before and _continues(before, mention, gap) and not (before.product and _leads(goods[place:], text)):
            found[-1] = _joined(before, mention, gap)
        else:
            found.append(_begun(mention))
    return _placed(found, text)


def _says_something_else(mention: Mention, text: str) -> bool:
    """ "Larger" is no value of its own, and the second order is no item."""
    if mention.entity == "ordinal":
        return counts_orders(mention, text)
    return mention.entity == "option" and bool(RELATIVE.search(mention.said(text)))


def counts_orders(ordinal: Mention, text: str) -> bool:
    """Whether "second" counts orders and not items."""
    behind = text[ordinal.end :].lower().lstrip(" -")
    return bool(ordinal.end) and behind.startswith(("order", "purchase", "last order", "latest order"))


def _begun(mention: Mention) -> Named:
    start, end = mention.start, mention.end
    if mention.entity == "product":
        return Named(product=mention, start=start, end=end)
    if mention.entity == "option":
        return Named(options=(mention,), start=start, end=end)
    return Named(ordinal=int(mention.value), start=start, end=end)


def _leads(goods: Sequence[Mention], text: str) -> bool:
    """Whether an option stands right before a product: "blue large mug"."""
    for mention, behind in pairwise(goods):
        if mention.entity != "option" or not behind.end or text[mention.end : behind.start].strip(" ,-"):
            return False
        if behind.entity == "product":
            return True
    return False


def _continues(before: Named, mention: Mention, gap: str) -> bool:
    """Whether a word belongs to the phrase before it: "blue" + "mug", "second" + "chair", "lamp" ... "in black"."""
    beside = not gap.strip(" ,-(")
    if mention.entity == "ordinal":
        return False
    if before.product is None or before.product == mention:
        return beside and bool(before.end)
    return mention.entity == "option" and bool(before.end) and len(gap) <= _FAR and not _APART.search(gap.strip(" ,("))


def _joined(before: Named, mention: Mention, gap: str) -> Named:
    if mention.entity == "product":
        return replace(before, product=mention, end=mention.end)
    if before.product is None:
        return replace(before, options=(*before.options, mention), end=mention.end)
    if _WANTED.search(gap):
        return replace(before, wanted=(*before.wanted, mention), end=mention.end)
    if before.wanted:
        return replace(before, wanted=(*before.wanted, mention), end=mention.end)
    return replace(before, after=(*before.after, mention), end=mention.end)


def _placed(found: list[Named], text: str) -> list[Named]:
    """With what the words before each phrase say of it: how many, not that one, this instead."""
    placed: list[Named] = []
    for place, phrase in enumerate(found):
        since = placed[-1].end if placed else 0
        before = text[since : phrase.start]
        phrase = _counted(phrase, before)
        last = placed[-1] if placed else None
        negated = bool(_NOT.search(before)) or bool(last and last.negated and _CARRIES.match(before))
        negated = negated or bool(last and last.every and _BUT.match(before))
        wanted = not negated and _alternative(phrase, before, found[:place], last)
        phrase = replace(phrase, negated=negated, alternative=wanted)
        placed.append(phrase)
    return placed


def _counted(phrase: Named, before: str) -> Named:
    if match := _EVERY.search(before):
        number = _number(match["n"]) if match["n"] else 2 if match["all"].lower() == "both" else None
        return replace(phrase, every=match["all"].lower() != "any", count=number)
    if match := _COUNT.search(before):
        return replace(phrase, count=_number(match["n"]))
    return phrase


def _number(word: str) -> int:
    return COUNTS.get(word.lower()) or int(word)


def _alternative(phrase: Named, before: str, ahead: Sequence[Named], last: Named | None) -> bool:
    if phrase.product is None:
        return bool(phrase.options) and _wanted_alone(before, ahead, last)
    if _WANTED_GOODS.search(before):
        return True
    again = any(n.product and n.product.value == phrase.product.value for n in ahead)
    return again and bool(_WANTED_AGAIN.search(before))


def _wanted_alone(before: str, ahead: Sequence[Named], last: Named | None) -> bool:
    """Whether options without a product are what is wanted. "In oak" is, once it was said of what."""
    if _WANTED_ALONE.search(before) or _FALLBACK.search(before):
        return True
    if last and last.options and not last.alternative and _ONE_IN.fullmatch(before):
        return True
    if last and (last.alternative or last.after or last.wanted) and _OR.match(before):
        return True
    return bool(_IN.search(before)) and any(n.product for n in ahead)
