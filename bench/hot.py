"""What a bot turn asks of the shop, as calls: their statements are explained by the benchmark and by a test."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from shop import catalogue, claims, codes, customers, identity, operations, orders, receipts, recommendations, value
from shop.claims import Claim
from shop.identity import Identity
from shop.models import Address
from shop.operations import account, address, cancel, exchange, items, payment, returns
from shop.operations.swaps import Swap
from shop.orders import OPEN, Line
from shop.picking import orders as picking
from shop.picking.mentions import Mention
from shop.plans import Plan

ZONE = ZoneInfo("America/New_York")
KEY = b"k" * 32
NEW = Address("9 Elm Street", "", "Boston", "MA", "02135", "USA")


@dataclass
class Turn:
    """A customer who has one order that is pending and one that may still be returned."""

    session: Session
    who: Identity
    pending: str
    done: str
    now: datetime

    def __post_init__(self) -> None:
        self.id = str(self.who.customer_id)
        self.customer = customers.get(self.session, self.id)

    def line(self, order_id: str) -> Line:
        order = orders.find(self.session, self.id, order_id)
        assert order is not None
        return order.lines[0]

    def swaps(self, order_id: str) -> list[Swap]:
        """The order's first item for another one that can be had, where there is one."""
        line = self.line(order_id)
        others = catalogue.variants(self.session, line.product_id, available_only=True)
        return [Swap(line.id, next(one.id for one in others if one.id != line.variant_id))]

    def commits(self, plan: Plan) -> None:
        operations.commit(self.session, self.who, plan.id, "turn:2", self.now)


def looks(turn: Turn) -> None:
    session = turn.session
    identity.of(session, turn.who.conversation_id)
    customers.get(session, turn.id)
    customers.methods(session, turn.id)
    customers.by_phone(session, str(turn.customer.phone))
    orders.recent(session, turn.id, 5, OPEN)
    orders.latest(session, turn.id)
    orders.count(session, turn.id, OPEN)
    orders.find(session, turn.id, turn.pending.lower())
    orders.some(session, turn.id, [turn.pending, turn.done])
    orders.summaries(session, turn.id)


def looks_for_a_parcel(turn: Turn) -> None:
    orders.by_tracking(turn.session, turn.id, "1Z999")


def looks_for_refunds(turn: Turn) -> None:
    orders.with_refunds(turn.session, turn.id, 5)


def looks_for_receipts(turn: Turn) -> None:
    receipts.of_conversation(turn.session, turn.who.conversation_id)
    receipts.of_message(turn.session, turn.who.conversation_id, "turn:2")


def picks_by_words(turn: Turn) -> None:
    name = turn.line(turn.done).name
    text = f"the {name} from march"
    said = (Mention("product", name, 4, 4 + len(name)), Mention("date", "march", len(text) - 5, len(text)))
    picking.pick(turn.session, turn.id, said, text, turn.now, ZONE)


def looks_at_products(turn: Turn) -> None:
    catalogue.products(turn.session)
    catalogue.variants(turn.session, turn.line(turn.done).product_id)


def asks_what_goes_with_it(turn: Turn) -> None:
    recommendations.suggest(turn.session, [turn.line(turn.done).product_id], turn.id)
    recommendations.stopped_at(turn.session, turn.id)


def is_worth(turn: Turn) -> None:
    value.tier(turn.session, turn.id, turn.now)


def claims_to_be_somebody(turn: Turn) -> None:
    for claim in (
        Claim(email=turn.customer.email),
        Claim(first=turn.customer.first_name, last=turn.customer.last_name, zip=turn.customer.address.zip),
        Claim(email=turn.customer.email, order_id=turn.pending),
        Claim(order_id=turn.pending),
    ):
        claims.find(turn.session, claim)


def proves_with_a_code(turn: Turn) -> None:
    challenge = codes.open_for_claim(turn.session, "other", Claim(email=turn.customer.email), "other:1", turn.now)
    codes.announce(turn.session, challenge.id, "other", turn.now)
    issued = codes.issue_code(turn.session, KEY, challenge.id, turn.now)
    assert issued is not None
    codes.check(turn.session, KEY, "other", issued.code, turn.now)


def asks_for_a_code(turn: Turn) -> None:
    plan = cancel.prepare(turn.session, turn.who, turn.pending, "no longer needed", "turn:1", turn.now)
    codes.open_for_plan(turn.session, turn.who, plan.id, "turn:1", turn.now)


def cancels(turn: Turn) -> None:
    turn.commits(cancel.prepare(turn.session, turn.who, turn.pending, "no longer needed", "turn:1", turn.now))


def changes_the_address(turn: Turn) -> None:
    turn.commits(address.prepare(turn.session, turn.who, turn.pending, NEW, "turn:1", turn.now))


def changes_the_payment(turn: Turn) -> None:
    method = payment.methods(turn.session, turn.id, turn.pending)[0]
    turn.commits(payment.prepare(turn.session, turn.who, turn.pending, method.id, "turn:1", turn.now))


def changes_items(turn: Turn) -> None:
    swaps = turn.swaps(turn.pending)
    method = items.methods(turn.session, turn.id, turn.pending, swaps)[0]
    turn.commits(items.prepare(turn.session, turn.who, turn.pending, swaps, method.id, "turn:1", turn.now))


def sends_back(turn: Turn) -> None:
    method, line = returns.methods(turn.session, turn.id, turn.done)[0], turn.line(turn.done)
    turn.commits(returns.prepare(turn.session, turn.who, turn.done, [line.id], method.id, "turn:1", turn.now))


def exchanges(turn: Turn) -> None:
    swaps = turn.swaps(turn.done)
    method = exchange.methods(turn.session, turn.id, turn.done, swaps)[0]
    turn.commits(exchange.prepare(turn.session, turn.who, turn.done, swaps, method.id, "turn:1", turn.now))


def changes_the_account(turn: Turn) -> None:
    turn.commits(account.prepare(turn.session, turn.who, NEW, [turn.pending], "turn:1", turn.now))


TURNS: tuple[Callable[[Turn], None], ...] = (
    looks,
    looks_for_a_parcel,
    looks_for_refunds,
    looks_for_receipts,
    looks_at_products,
    picks_by_words,
    asks_what_goes_with_it,
    is_worth,
    claims_to_be_somebody,
    proves_with_a_code,
    asks_for_a_code,
    cancels,
    changes_the_address,
    changes_the_payment,
    changes_items,
    sends_back,
    exchanges,
    changes_the_account,
)
