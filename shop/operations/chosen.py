"""Which items of an order are meant, by line: two of the same are two lines, and a line counts once."""

from collections.abc import Sequence

from shop import order_words, policy, wording
from shop.ground.errors import BadInput, NotFound
from shop.orders import Line, Order


def lines(order: Order, line_ids: Sequence[int]) -> list[Line]:
    """The named lines, as they stand in the order. Refuses with `BadInput` (line_none, line_twice) or `NotFound` (line)."""
    if not line_ids:
        raise BadInput(wording.say("line_none"), code="line_none")
    if len(set(line_ids)) != len(line_ids):
        raise BadInput(wording.say("line_twice"), code="line_twice")
    if not set(line_ids) <= {line.id for line in order.lines}:
        raise NotFound(wording.say("line_not_in_order"), code="line")
    return [line for line in order.lines if line.id in line_ids]


def in_words(some: Sequence[Line]) -> str:
    return wording.listed([order_words.item(line) for line in some])


def send_back() -> str:
    """What the e-mail says about sending items back; {number} is left for the receipt's."""
    return wording.say("mail_back", number="{number}", address=policy.current().return_address)
