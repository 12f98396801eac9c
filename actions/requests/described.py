"""Items told apart by what they are like ("the navy one should be black and the white one in L"), each with its part."""

import re
from collections.abc import Iterable, Sequence

from actions.requests import heard
from actions.requests.message import Message
from shop.orders import Line
from shop.picking.goods import Named, named
from shop.picking.mentions import has_option
from shop.picking.reading import with_options

# What shows that words describe an item at hand and are no answer: "the navy one", "my white one".
_ONE = re.compile(r"\s*ones?\b", re.I)
_THE = re.compile(r"\b(?:the|my|that|this)\s+$", re.I)
_SETS = ("both", "all")


def parts(lines: Sequence[Line], values: Iterable[object], message: Message) -> list[tuple[Line, Message]]:
    """The lines that the message describes or takes together, each with what is said of it; none where it does neither.

    `values` are those that the options of these products can have.
    """
    phrases = named(with_options(message.mentions, message.text, values), message.text)
    found = [(phrase, fitting) for phrase in phrases if (fitting := _described(phrase, lines, message.text))]
    if not found:
        together = any(mention.value in _SETS for mention in message.all("item_set"))
        return [(line, message) for line in lines] if together else []
    told = [phrase for phrase, _ in found]
    pieces = _pieces(told, any(p.options and p not in told and p.start < told[0].start for p in phrases), message)
    return [(line, piece) for (_, fitting), piece in zip(found, pieces, strict=True) for line in fitting]


def _described(phrase: Named, lines: Sequence[Line], text: str) -> list[Line]:
    """The lines of one kind that these words fit, where they fit no other."""
    marked = _ONE.match(text[phrase.end :]) or _THE.search(text[: phrase.start])
    if not phrase.options or phrase.product or phrase.alternative or phrase.negated or not marked:
        return []
    fitting = [line for line in lines if all(has_option(line.options.values(), option) for option in phrase.options)]
    return fitting if len({line.variant_id for line in fitting}) == 1 and len(fitting) < len(lines) else []


def _pieces(told: Sequence[Named], ahead: bool, message: Message) -> list[Message]:
    """What is said of each: behind it, or before it where the wish comes first ("L for the white one")."""
    if len(told) == 1:
        return [heard.without(message, told[0].start, told[0].end)]
    starts, ends = [phrase.start for phrase in told], [phrase.end for phrase in told]
    pieces = (
        zip([0, *ends], starts, strict=False) if ahead else zip(ends, [*starts[1:], len(message.text)], strict=True)
    )
    return [heard.cut(message, start, end) for start, end in pieces]
