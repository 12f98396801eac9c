"""A wish to be left alone, in words of one's own: the carrier acts on keywords alone, so these are ours to understand.

Only texts about texts count: who wants an order stopped, or asks why the texts stopped, is no case of it.
"""

import re
import unicodedata

_TEXTS = r"(?:text(?:s|ing)?|messag(?:es?|ing)|sms|contact(?:ing)?|spam(?:ming)?|notifications?)"
_ALL = r"(?:(?:all|any|more|these|those|the|your|this|other) )*"
_ASKS = (
    rf"\bstop {_ALL}{_TEXTS}(?: to)? (?:me|us|this number|here)\b",
    rf"^(?:stop|quit) {_ALL}{_TEXTS}$",
    rf"\bstop (?:sending|writing)(?: me| us)? {_ALL}{_TEXTS}",
    rf"\bquit {_TEXTS} (?:me|us|this number)\b",
    rf"\b(?:don't|dont|do not|never) (?:ever )?{_TEXTS} (?:me|us|this number)$",
    rf"\b(?:don't|dont|do not|never) (?:ever )?{_TEXTS} (?:me|us|this number) (?:again|anymore|any more|ever)",
    rf"\b(?:don't|dont|do not|never) (?:want|send)(?: me| to get| to receive)? {_ALL}{_TEXTS}",
    rf"\bno more {_TEXTS}",
    r"\b(?:take|remove|delete) (?:me|(?:my|this)(?: phone)? number) (?:off|from) (?:\w+ ){0,3}(?:lists?|database|texts?)",
    r"\bunsubscribe (?:me|us|(?:my|this) number)\b",
    rf"\bopt (?:me )?out(?: of {_ALL}{_TEXTS})?$",
)
_WISH = re.compile("|".join(_ASKS))
_NOT_MEANT = re.compile(
    r"\b(?:don't|dont|do not|did not|didn't|did you|never|why) (?:you )?(?:want (?:you )?to )?stop\b"
)
_POLITE = re.compile(r"(?:[\s.!,;]|\b(?:please|pls|plz|thanks|thank you|thx|now|ok|okay))+$")


def to_be_left_alone(text: str) -> bool:
    """Does a text say that no more of them are wanted?"""
    said = " ".join(unicodedata.normalize("NFKC", text).replace("\u2019", "'").casefold().split())
    if said.endswith("?") and not re.search(r"\b(?:can|could|will|would) you\b", said):
        return False
    said = _POLITE.sub("", said.rstrip("?"))
    return _WISH.search(said) is not None and _NOT_MEANT.search(said) is None
