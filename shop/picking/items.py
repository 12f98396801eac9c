"""Which items of an order somebody means: "the mug, the rug and both chairs", "everything but the vase", "two of the chairs"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from shop.ground.money import exponent
from shop.orders import Line
from shop.picking.goods import COUNTS, Named, named
from shop.picking.mentions import Mention, called, called_exactly, has_option, of, stem
from shop.picking.reading import with_products

_OF_THEM = re.compile(
    rf"(?<![\w.$#/-])(\d{{1,2}}|{'|'.join(COUNTS)})\s+(?:of\s+(?:them|those|these|(?:the|my)\s+items)|items)\b", re.I
)
_FIRST = re.compile(
    rf"\b(first|last)\s+(\d{{1,2}}|{'|'.join(COUNTS)})\b(?!\s+(?:orders?|days?|weeks?|months?|digits?))", re.I
)
_LEFT_ALONE = re.compile(r"\b(?:keep|keeping|not|leave|without)\s+(?:the\s+)?$", re.I)


@dataclass(frozen=True)
class Unclear:
    """A word that fits several of the lines, or none of the kind it names as described: a question with these lines."""

    word: str
    line_ids: tuple[int, ...]


@dataclass(frozen=True)
class Items:
    """The lines meant, in the order's order; `unknown` are products that the order does not have.

    `dropped` are the lines that were said to be left out. `wishes` are options said behind the name of lines, which may
    say what these shall be exchanged for; `loose` are those said of no line in particular.
    """

    line_ids: tuple[int, ...]
    unclear: tuple[Unclear, ...] = ()
    unknown: tuple[str, ...] = ()
    asked: bool = False
    dropped: tuple[int, ...] = ()
    wishes: Mapping[int, tuple[Mention, ...]] = field(default_factory=dict)
    loose: tuple[Mention, ...] = ()


def pick(lines: Sequence[Line], mentions: Sequence[Mention], text: str, chosen: Sequence[int] = ()) -> Items:
    """The lines that a message speaks of. `chosen` are those picked before: "the rest" is without them."""
    tapped = {str(mention.value) for mention in of(mentions, "line")}
    if tapped:
        return Items(tuple(line.id for line in lines if str(line.id) in tapped), asked=True)
    search = _Search(lines, text, with_products(mentions, text, [line.name for line in lines]))
    search.sets(chosen)
    search.first_ones()
    for phrase in search.phrases:
        search.take(phrase)
    search.counted()
    search.priced()
    return search.items()


class _Search:
    """One message read against the lines of one order."""

    def __init__(self, lines: Sequence[Line], text: str, mentions: Sequence[Mention]) -> None:
        self.lines, self.text, self.mentions = lines, text, mentions
        phrases = named(mentions, text)
        self.excepted = next((m for m in of(mentions, "item_set") if m.value == "all_but"), None)
        self.loose = tuple(o for p in phrases if p.product is None for o in p.options if p.alternative)
        self.phrases = [phrase for phrase in phrases if not phrase.alternative]
        self.taken: list[int] = []
        self.left_out: list[int] = []
        self.unclear: list[Unclear] = []
        self.unknown: list[str] = []
        self.wishes: dict[int, tuple[Mention, ...]] = {}
        self.asked = False

    def items(self) -> Items:
        picked = set(self.taken) - set(self.left_out)
        if self.left_out and not self.taken and self.excepted:
            picked = {line.id for line in self.lines} - set(self.left_out)
        return Items(
            line_ids=self._in_order(picked),
            unclear=tuple(self.unclear),
            unknown=tuple(dict.fromkeys(self.unknown)),
            asked=self.asked,
            dropped=self._in_order(set(self.left_out)),
            wishes=self.wishes,
            loose=self.loose,
        )

    def sets(self, chosen: Sequence[int]) -> None:
        """All, both, the rest, none - where no product is said with it."""
        for mention in of(self.mentions, "item_set"):
            if any(p.product and p.start >= mention.start and self._beside(mention, p) for p in self.phrases):
                continue
            everything = [line.id for line in self.lines]
            if mention.value == "rest":
                spoken_of = {line.id for p in self.phrases if p.end <= mention.start for line in self._fitting(p)}
                everything = [line_id for line_id in everything if line_id not in {*chosen, *spoken_of}]
            self.asked = True
            if _LEFT_ALONE.search(self.text[: mention.start]):
                if mention.value != "rest":
                    self.unclear.append(Unclear(mention.said(self.text), tuple(everything)))
            elif mention.value == "both" and len(everything) != 2:
                self.unclear.append(Unclear(mention.said(self.text), tuple(everything)))
            elif mention.value != "none":
                self.taken += everything

    def _beside(self, mention: Mention, phrase: Named) -> bool:
        """Whether the set counts the phrase's things: "both chairs". What follows "all but" is left out of all."""
        gap = self.text[mention.end : phrase.start]
        return mention.value in ("both", "all") and not re.sub(r"\b(?:of|the|my|these|those)\b|\s", "", gap)

    def take(self, phrase: Named) -> None:
        out = phrase.negated or bool(self.excepted and phrase.start >= self.excepted.end)
        fitting = self._fitting(phrase)
        if phrase.product is None and not phrase.ordinal and not fitting:
            self.loose += phrase.options  # not a description of anything here: perhaps of what is wanted
            return
        self.asked = True
        among = [line for line in fitting if line.id in self.taken] or fitting if out else fitting
        (self.left_out if out else self.taken).extend(self._counted(phrase, among))

    def _fitting(self, phrase: Named) -> list[Line]:
        """The lines that the phrase describes."""
        lines = list(self.lines)
        if phrase.product:
            product = phrase.product
            lines = [line for line in lines if called_exactly(line.name, product, self.text)] or [
                line for line in lines if called(line.name, product, self.text)
            ]
        of_kind = lines
        for option in phrase.options:
            lines = [line for line in lines if has_option(line.options.values(), option)]
        for option in phrase.after:
            lines = [line for line in lines if has_option(line.options.values(), option)] or lines
        if phrase.product and not lines:
            self._missed(phrase, of_kind)
        return lines

    def _missed(self, phrase: Named, of_kind: list[Line]) -> None:
        word = phrase.said(self.text)
        if of_kind:
            self.unclear.append(Unclear(word, tuple(line.id for line in of_kind)))
        else:
            self.unknown.append(phrase.product.said(self.text) if phrase.product else word)

    def _counted(self, phrase: Named, fitting: list[Line]) -> list[int]:
        """As many of them as were said; several that are not alike are a question."""
        if not fitting:
            return []
        for line in fitting:
            self._note_wishes(line, phrase)  # where it is unclear which, it is for the one that turns out
        if phrase.ordinal:
            nth = fitting[phrase.ordinal - 1 : phrase.ordinal]
            return [line.id for line in nth] or self._ask(phrase.said(self.text), fitting)
        number = phrase.count or (len(fitting) if phrase.every or self._several(phrase, fitting) else 1)
        return self._some(number, fitting, phrase.said(self.text))

    def _some(self, number: int, fitting: list[Line], word: str) -> list[int]:
        if number == len(fitting):
            return [line.id for line in fitting]
        if number > len(fitting) or len({line.variant_id for line in fitting}) > 1:
            return self._ask(word, fitting)
        return [line.id for line in sorted(fitting, key=lambda line: line.id in self.taken)][:number]

    def _several(self, phrase: Named, fitting: list[Line]) -> bool:
        """Whether "chairs" means more than one; "curtains" are called so even when it is one item."""
        word = phrase.plural(self.text)
        return (
            bool(word) and all(word != line.name.split()[-1].lower() for line in fitting) and stem(word or "") != word
        )

    def _ask(self, word: str, fitting: list[Line]) -> list[int]:
        self.unclear.append(Unclear(word, tuple(line.id for line in fitting)))
        return []

    def _note_wishes(self, line: Line, phrase: Named) -> None:
        said = [option for option in phrase.after if not has_option(line.options.values(), option)]
        if (said or phrase.wanted) and not phrase.negated:
            self.wishes[line.id] = (*said, *phrase.wanted)

    def first_ones(self) -> None:
        """ "The first two"."""
        match = _FIRST.search(self.text)
        if not match or any(phrase.product for phrase in self.phrases):
            return
        number = COUNTS.get(match[2].lower()) or int(match[2])
        self.phrases = [p for p in self.phrases if not (p.ordinal and match.start() <= p.start < match.end())]
        self.asked = True
        ids = [line.id for line in self.lines]
        self.taken += ids[:number] if match[1].lower() == "first" else ids[-number:] if number else []

    def counted(self) -> None:
        """ "Two of them"."""
        match = None if self.asked else _OF_THEM.search(self.text)
        if match and self.lines:
            self.asked = True
            number = COUNTS.get(match[1].lower()) or int(match[1])
            self.taken += self._some(number, list(self.lines), match[0])

    def priced(self) -> None:
        """ "The one for $45"."""
        if self.asked or not self.lines:
            return
        minor = {int(Decimal(str(m.value)).scaleb(exponent(self._currency))) for m in of(self.mentions, "amount")}
        fitting = [line for line in self.lines if line.price.minor in minor]
        if fitting:
            self.asked = True
            self.taken += self._some(1, fitting, self.text.strip())

    @property
    def _currency(self) -> str:
        return self.lines[0].price.currency

    def _in_order(self, line_ids: set[int]) -> tuple[int, ...]:
        return tuple(line.id for line in self.lines if line.id in line_ids)
