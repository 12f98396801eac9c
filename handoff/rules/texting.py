"""A message as a text: its options become a numbered list, and what comes back finds the option again."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Protocol, TypeVar

from handoff import wording
from handoff.rules import segments as _segments
from handoff.rules.segments import Segments, fold

LONGEST = 1600  # characters in one body, a limit of Twilio's (error 21617)

_CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NUMBERS = {word: n for words in (_CARDINALS, _ORDINALS) for n, word in enumerate(words, start=1)}
_NUMERAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
# What people put around a choice without changing it: "I'll take the 2nd one, please".
# fmt: off
_AROUND = frozenset((
    "the", "option", "number", "no", "nr", "reply", "choice", "choose", "pick", "take", "want", "i", "id", "i'd",
    "ill", "i'll", "would", "like", "please", "pls", "plz", "thanks", "thank", "you", "thx", "ok", "okay", "for",
    "answer", "it's", "its",
))
# fmt: on


class Labelled(Protocol):
    """Anything with a label to choose by."""

    @property
    def label(self) -> str: ...


Chosen = TypeVar("Chosen", bound=Labelled)


def segments(body: str) -> Segments:
    """How the carrier will cut the body."""
    return _segments.count(body)


def length(body: str) -> int:
    """Characters as Twilio counts them: 16-bit units, an emoji is two."""
    return len(body) + sum(ord(char) > 0xFFFF for char in body)


def too_long(text: str) -> bool:
    """Would these words not fit into one body? People are told before they send; `render` would have to cut."""
    return length(fold(text).strip()) > LONGEST


def render(text: str, labels: Sequence[str], link: str | None = None) -> str:
    """One body of at most 1,600 characters: the text, a link to more of it, then "Reply 1 for ..." with a line for each
    option. Only the text is ever cut."""
    more = "\n\n" + wording.say("sms_card_link", link=link) if link else ""
    listed = more + _list_of([fold(label).strip() for label in labels])
    room = LONGEST - length(listed)
    return _shortened(fold(text).strip(), room) + listed


def resolve(text: str, options: Sequence[Chosen]) -> Chosen | None:
    """The option that a text chooses: by its label, its number ("2", "two", "the second one") or nearly its label."""
    said = _plain(text)
    if not said or not options:
        return None
    for names in (lambda option: {_plain(option.label)}, _heads):
        named = [option for option in options if said in names(option)]
        if len(named) == 1:
            return named[0]
    number = _number(said, len(options))
    if number is not None:
        return options[number - 1]
    return _nearly(said, options)


def _list_of(labels: Sequence[str]) -> str:
    if not labels:
        return ""
    lines = [wording.say("sms_first_option", label=labels[0])]
    lines += [wording.say("sms_next_option", number=n, label=label) for n, label in enumerate(labels[1:], start=2)]
    return "\n\n" + "\n".join(lines)


def _shortened(text: str, room: int) -> str:
    if length(text) <= room:
        return text
    ending = wording.say("sms_cut")
    kept = text[: max(0, room - length(ending))]
    while length(kept) > room - length(ending):
        kept = kept[:-1]
    while kept and (unicodedata.category(text[len(kept)]) in ("Mn", "Me", "Cf", "Sk") or kept[-1] == "\u200d"):
        kept = kept[:-1]  # an accent, a skin tone or a joined emoji goes as a whole
    at_blank = kept[: max(kept.rfind(" "), kept.rfind("\n"), 0)]
    return (at_blank if len(at_blank) > len(kept) - 80 else kept).rstrip() + ending


def _plain(text: str) -> str:
    """Lower case, single blanks, no punctuation around words, no keycaps: what is left is compared."""
    text = unicodedata.normalize("NFKC", fold(text)).replace("\ufe0f", "").replace("\u20e3", "").casefold()
    words = (word.strip("\"'.,:;!?()[]{}<>#*-_/\\") for word in re.split(r"[\s,;/]+", text))
    return " ".join(word for word in words if word)


def _heads(option: Labelled) -> set[str]:
    """The words of a label before its first comma or dash: "yes" of "Yes, cancel it"."""
    head, found, _ = re.sub(r"\s+-\s+|:\s", ",", fold(option.label)).partition(",")
    return {_plain(head)} if found else set()


def _number(said: str, highest: int) -> int | None:
    words = [word for word in said.split() if word not in _AROUND]
    if len(words) == 2 and words[1] == "one" and words[0] not in _CARDINALS:
        words = words[:1]  # "the second one"
    if len(words) != 1:
        return None
    if words[0] == "last":
        return highest
    numeral = _NUMERAL.fullmatch(words[0])
    number = int(numeral.group(1)) if numeral else _NUMBERS.get(words[0])
    return number if number is not None and 1 <= number <= highest else None


def _nearly(said: str, options: Sequence[Chosen]) -> Chosen | None:
    """The only label within a slip or two. Digits must agree and the first letter too: "7" is not "8", "undo" not "do"."""
    near = []
    for option in options:
        label = _plain(option.label)
        allowed = 0 if len(label) < 5 else 1 if len(label) < 10 else 2
        alike = label[:1] == said[:1] and re.findall(r"\d+", label) == re.findall(r"\d+", said)
        if alike and _distance(said, label, allowed) <= allowed:
            near.append(option)
    return near[0] if len(near) == 1 else None


def _distance(a: str, b: str, limit: int) -> int:
    """Edits between two strings, a swap of neighbours being one; anything above the limit is limit + 1."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, start=1):
        older, before, row = before, row, [i]
        for j, right in enumerate(b, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]
