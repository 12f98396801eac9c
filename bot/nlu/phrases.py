"""Entities said in set phrases: why, how many of the items, which of several, which address is meant."""

import re

from bot.nlu.found import Found, Pattern, pattern

ORDINALS = {
    w: n
    for n, w in enumerate(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 1
    )
}
COUNTS = {
    w: n for n, w in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)
}

_NOT = r"(?:no longer|not|never|don'?t|do not|doesn'?t|didn'?t|won'?t|dont|wont|didnt|doesnt)"
_ITEMS = r"(?:items?|things?|products?|pieces?|of (?:them|it|those|these|the items|my items|the order))"
_ALL = rf"(?:everything|(?:all|every)(?:\s+the)?(?:\s+(?:\d|two|three|four|five))?\s+{_ITEMS}|the (?:whole|entire) (?:order|lot|thing)|all)"
_BUT = r"(?:but|except(?:ing)?(?:\s+for)?|apart from|aside from|besides|excluding|minus|save for|other than|without)"

REASONS: list[Pattern] = [
    pattern(
        "cancel_reason",
        rf"\b{_NOT}\s+(?:really\s+|actually\s+|even\s+)?(?:need(?:ed)?|want(?:ed)?)\b(?:\s+(?:it|them|this|that|these|those)\b)?(?:\s+any\s?more\b)?"
        rf"(?!\s+to\b)|\bchang(?:ed?|ing)\s+(?:my|our|his|her)\s+minds?\b|\bno (?:more |further )?(?:need|use) (?:for|of)\b"
        rf"|\b(?:not interested|unneeded|not needed)\b",
        "no longer needed",
    ),
    pattern(
        "cancel_reason",
        r"\b(?:by|a|an|in|my|honest|made a|was a) (?:mistake|accident|error|misclick)\b|\baccident(?:al)?ly\b|\bmistakenly\b"
        r"|\b(?:order(?:ed)?|bought|picked|chose|clicked|selected)\s+(?:the\s+|a\s+)?wrong\b|\bdidn'?t mean to\b|\bdid not mean to\b"
        r"|\b(?:ordered|bought)\b[^.!?]{0,25}\btwice\b|\bduplicate\b|\bdouble[\s-]order(?:ed)?\b",
        "ordered by mistake",
    ),
    pattern(
        "problem",
        r"\b(?:damaged|smashed|crushed|shattered|cracked|dented|scratched|torn|ripped|stained|chipped|bent|in pieces)\b"
        r"|\b(?:arrived|came|is|was|are|were|got|it'?s|completely|all|totally)\s+broken\b|\bbroken (?:in|on|when|during)\b",
        "damaged",
    ),
    pattern(
        "problem",
        r"\b(?:defective|faulty|dead on arrival|malfunction\w*|not working|stopped working)\b"
        r"|\b(?:doesn'?t|does not|don'?t|won'?t|wont|doesnt|dont) (?:work|turn on|charge|switch on|power on|start)\b",
        "defective",
    ),
    pattern(
        "problem",
        r"\b(?:got|get|sent|received|shipped|delivered|give|gave)(?:\s+(?:me|us))?\s+(?:the\s+|a\s+)?(?:completely\s+)?wrong\b"
        r"|\bwrong (?:item|product|thing|parcel|order) (?:in the box|came|arrived|was sent|delivered)\b|\bnot what i ordered\b",
        "wrong item",
    ),
    pattern(
        "problem",
        r"\b(?:is|was|are|were|one|item|items|parts?|piece) missing\b|\bmissing (?:from|in|an?|one|the|parts?|items?|pieces?)\b"
        r"|\bempty (?:box|package|parcel)\b|\b(?:not|wasn'?t|weren'?t) in the (?:box|package|parcel)\b",
        "missing",
    ),
    pattern(
        "problem",
        r"\btoo (?:big|small|large|tight|loose|long|short|wide|narrow)\b|\b(?:doesn'?t|don'?t|does not|didn'?t|doesnt|dont) fit\b",
        "does not fit",
    ),
]

ITEM_SETS: list[Pattern] = [
    pattern("item_set", r"\b(?:everything|all(?: the)?) (?:else|others?|rest)\b", "rest"),
    pattern("item_set", rf"\b{_ALL}\s+{_BUT}(?=\s)", "all_but"),
    pattern("item_set", r"\b(?:both|the two of them)\b", "both"),
    pattern(
        "item_set",
        r"\b(?:the (?:rest|others)|(?:the )?(?:remaining|other) (?:ones|items|things)|what'?s left)\b",
        "rest",
    ),
    pattern("item_set", r"\b(?:none of (?:them|it|those|these)|neither(?: of them)?)\b", "none"),
    pattern(
        "item_set",
        rf"\b(?:everything|all(?:\s+the)?(?:\s+(?:\d|two|three|four|five))?\s+{_ITEMS}|every (?:item|single (?:one|item|thing)))\b",
        "all",
    ),
    pattern(
        "item_set",
        r"\b(?:the )?(?:whole|entire|complete) (?:lot|thing|order|package)\b|^\s*(?:all|all \w+|them all)\s*[.!]?\s*$|\b(?:them|it) all\b",
        "all",
    ),
]


def _ordinal(match: re.Match[str]) -> int:
    word = match.group("n").lower()
    return ORDINALS.get(word) or COUNTS.get(word) or int(re.sub(r"\D", "", word))


_NTH = rf"(?P<n>{'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))"
_THING = r"(?:one|order|item|option|choice|product|parcel|package|card|address)"

# A message that is nothing but a list of places: "1 and 3", "options 2, 3".
_PLACES = re.compile(
    r"\W*(?:(?:the|just|only|please|numbers?|options?|items?|no|nr)\W+)*[1-9]\d?"
    r"(?:\s*(?:,|&|\+|\band\b|\bor\b|,\s*and\b)\s*(?:(?:number|option|item|no|nr)\W+)?[1-9]\d?)+(?:\W+please)?\W*",
    re.IGNORECASE,
)


def places(text: str) -> list[Found]:
    """Each place of such a list."""
    if not _PLACES.fullmatch(text):
        return []
    return [Found("ordinal", int(m.group()), m.start(), m.end()) for m in re.finditer(r"\d+", text)]


PICKS: list[Pattern] = [
    pattern(
        "order_pick",
        r"\b(?:latest|newest|most recent|last)(?:\s+(?:order|one|purchase|thing i (?:bought|ordered)))?\b(?!\s+(?:4|four|name|time))",
        "latest",
    ),
    pattern("order_pick", r"\b(?:oldest|earliest|very first)(?:\s+(?:order|one|purchase))?\b", "oldest"),
    pattern(
        "order_pick",
        r"\b(?:previous (?:order|one|purchase)|the one before(?: that)?|order before(?: that)?)\b",
        "previous",
    ),
    pattern("order_pick", r"\b(?:the |my )?(?:other|different) (?:order|one)\b", "other"),
    pattern(
        "ordinal", rf"\b(?:the|number|option|pick|my)\s+(?P<it>{_NTH})\b(?!\s+(?:of all|name|time|thing))", _ordinal
    ),
    pattern("ordinal", rf"\b(?P<it>{_NTH})\s+{_THING}\b", _ordinal),
    pattern("ordinal", rf"^\W*(?P<it>{_NTH})\W*$", _ordinal),
    pattern(
        "ordinal",
        rf"\b(?:number|option|choice|no\.|#)\s?(?P<it>(?P<n>\d{{1,2}}|{'|'.join(COUNTS)}))\b(?!\s*(?:/|\d))",
        _ordinal,
    ),
    pattern("ordinal", r"^\W*(?P<it>(?P<n>[1-9]))\W*$", _ordinal),
]

SCOPES: list[Pattern] = [
    pattern(
        "address_scope",
        r"\bmy default(?: one)?\b(?! address)|\b(?:only|just)(?: for)? my (?:account|profile|default)\b"
        r"|\b(?:default|home|saved|profile|account|permanent|main)\s+(?:\w+\s+)?address\b|\baddress\s+(?:on|in|of|for)\s+(?:my\s+|the\s+)?(?:account|profile|file)\b"
        r"|\b(?:i|we)(?:'ve| have|'m| am)?\s+(?:just\s+|recently\s+)?mov(?:ed|ing)\b",
        "account",
    ),
    pattern(
        "address_scope",
        r"\b(?:only|just) for (?:this|that|my|the) order\b|\b(?:only|just) this (?:one )?order\b|\bthis order only\b"
        r"|\baddress\s+(?:on|of|for)\s+(?:my\s+|the\s+|this\s+|that\s+)?(?:\w+\s+)?order\b|\b(?:this|that) order'?s address\b"
        r"|\border to (?:a different|another|a new) address\b",
        "order",
    ),
    pattern(
        "also",
        r"\b(?:for|to|on|with) (?:all )?(?:of )?(?:my|the|those|these) (?:\w+ )?(?:pending|open) orders?\b"
        r"|\b(?:pending|open) orders? (?:too|also|as well)\b",
        "orders",
    ),
    pattern(
        "suggestions",
        r"\b(?:no|stop|without)\s+(?:more\s+|any\s+|the\s+|your\s+|these\s+)*(?:suggest|recommend)(?:ions?|ing|ations?)\b"
        r"|\b(?:don'?t|do not|never)\s+(?:(?:want|need|like|show|send|give|me|any|more|your)\s+)*(?:suggest|recommend)\w*"
        r"|\b(?:turn|switch)\s+(?:off\s+)?(?:the\s+|your\s+)?(?:suggest|recommend)(?:ions|ations)(?:\s+off)?\b(?!\s+(?:back\s+)?on)",
        "off",
    ),
    pattern(
        "suggestions",
        r"\b(?:turn|switch)\s+(?:on\s+)?(?:the\s+|your\s+)?(?:suggest|recommend)(?:ions|ations)\s+(?:back\s+)?on\b|\b(?:suggest|recommend)"
        r"(?:ions|ations)\s+(?:on\s+)?again\b",
        "on",
    ),
]
