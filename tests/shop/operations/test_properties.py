"""Whatever customers do, in whatever order: no cent comes from nowhere, lines stay paired, a refusal changes nothing."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import operations
from shop.ground.db import Database
from shop.ground.errors import Refusal
from shop.identity import Identity
from shop.models import CANCELLED, DELIVERED, PENDING, Order, OrderLine, Payment, PaymentMethod
from shop.operations import account, address, cancel, exchange, items, payment, returns
from shop.operations.swaps import Swap
from shop.plans import Plan
from shop.records import ReceiptRow
from tests.shop import small
from tests.shop.operations import acting
from tests.shop.operations.acting import ELM, VARIANTS
from tests.shop.small import HOME, NOW

ORDERS = {"#W1": PENDING, "#W2": PENDING, "#W3": DELIVERED, "#W4": DELIVERED}
GIFTS = {"gift": 3000, "gift2": 120_000}
TWINS = 3  # mugs of the same kind in every order, and one lamp
TOTAL = TWINS * 1600 + 5900

pending_ones = st.sampled_from(["#W1", "#W2", "#W1", "#W2", "#W3"])  # and one that is not
delivered_ones = st.sampled_from(["#W3", "#W4", "#W3", "#W4", "#W1"])
method_ids = st.sampled_from(["card", "paypal", "gift", "gift2", "gift2", "card", "nothing"])
any_places = st.lists(st.integers(0, TWINS + 1), max_size=4)  # one place too many: no line is there
places = st.one_of(st.lists(st.integers(0, TWINS), min_size=1, unique=True), any_places)
variant_ids = st.sampled_from([variant[0] for variant in VARIANTS])
mugs = st.sampled_from(["V-mug-red", "V-mug-white", "V-mug-gold"])
lamps = st.sampled_from(["V-lamp-steel", "V-lamp-oak"])
fitting = st.integers(0, TWINS).flatmap(lambda place: st.tuples(st.just(place), mugs if place < TWINS else lamps))
any_swaps = st.lists(st.tuples(st.integers(0, TWINS + 1), variant_ids), max_size=3)
swaps = st.one_of(st.lists(fitting, min_size=1, max_size=3, unique_by=lambda swap: swap[0]), any_swaps)

Step = tuple[str, str, Any, str]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("cancel"), pending_ones, st.sampled_from(cancel.REASONS), method_ids),
        st.tuples(st.just("address"), pending_ones, st.sampled_from([HOME, ELM]), method_ids),
        st.tuples(st.just("payment"), pending_ones, st.none(), method_ids),
        st.tuples(st.just("items"), pending_ones, swaps, method_ids),
        st.tuples(st.just("return"), delivered_ones, places, method_ids),
        st.tuples(st.just("exchange"), delivered_ones, swaps, method_ids),
        st.tuples(st.just("account"), pending_ones, st.sampled_from([HOME, ELM]), method_ids),
    ),
    min_size=3,
    max_size=8,
)
late = st.sampled_from([False, False, False, True])


def shop(session: Session, paid_with: list[tuple[str, int]]) -> Identity:
    """Orders of three mugs and a lamp, each paid to the cent."""
    acting.catalogue(session)
    customer = small.customer(session, balance=GIFTS["gift"])
    customer.methods.append(
        PaymentMethod(id="gift2", position=3, kind="gift_card", balance_minor=GIFTS["gift2"], currency="USD")
    )
    for sequence, (order_id, status) in enumerate(ORDERS.items()):
        moves = [("payment", amount, method) for method, amount in paid_with]
        order = small.order(session, order_id, status=status, moves=moves, sequence=sequence)
        for place in range(2, TWINS + 1):
            twin = {"variant_id": "V-mug", "product_id": "P-Mug", "name": "Mug", "options": {"color": "blue"}}
            order.lines.append(OrderLine(**twin, position=place, price_minor=1600))
    session.flush()
    return small.proved(session)


def plan(session: Session, who: Identity, step: Step, message: str) -> Plan:
    write, order_id, what, method = step
    lines = [line.id for line in session.get_one(Order, order_id).lines if line.role == "ordered"]
    lines.sort(key=lambda line: session.get_one(OrderLine, line).product_id != "P-Mug")  # the mugs first
    ids = dict(enumerate(lines))
    wanted = [Swap(ids.get(place, -1), variant) for place, variant in what] if write in ("items", "exchange") else []
    prepare: dict[str, Callable[[], Plan]] = {
        "cancel": lambda: cancel.prepare(session, who, order_id, what, message, NOW),
        "address": lambda: address.prepare(session, who, order_id, what, message, NOW),
        "payment": lambda: payment.prepare(session, who, order_id, method, message, NOW),
        "items": lambda: items.prepare(session, who, order_id, wanted, method, message, NOW),
        "return": lambda: returns.prepare(
            session, who, order_id, [ids.get(place, -1) for place in what], method, message, NOW
        ),
        "exchange": lambda: exchange.prepare(session, who, order_id, wanted, method, message, NOW),
        "account": lambda: account.prepare(session, who, what, [order_id], message, NOW),
    }
    return prepare[write]()


def check(session: Session, paid_with: list[tuple[str, int]]) -> None:
    """What holds after every step."""
    session.flush()
    session.expire_all()
    net: Counter[str] = Counter()
    for order in session.scalars(select(Order)):
        signed = [one.amount_minor if one.kind == "payment" else -one.amount_minor for one in order.payments]
        for one, minor in zip(order.payments, signed, strict=True):
            net[one.method_id] += minor
        worth = sum(line.price_minor for line in order.lines if line.role == "ordered")
        # the shop holds exactly what the items cost, and nothing for what was cancelled
        assert order.paid_minor == sum(signed) == (0 if order.status == CANCELLED else worth)
        assert [one.position for one in order.payments] == list(range(len(order.payments)))
        paired(order)
    for gift, balance in GIFTS.items():
        spent_before = sum(amount for method, amount in paid_with if method == gift) * len(ORDERS)
        now = session.get_one(PaymentMethod, ("ada", gift)).balance_minor
        assert now is not None and now >= 0
        assert now + net[gift] == balance + spent_before
    moved = [amount for row in session.scalars(select(ReceiptRow)) for amount in row.amounts]
    assert len(moved) == len(session.scalars(select(Payment)).all()) - len(ORDERS) * len(paid_with)


def paired(order: Order) -> None:
    """Each line that was replaced has its one successor, each that is exchanged its one wanted; nothing else is paired."""
    roles = Counter(line.role for line in order.lines)
    assert roles["ordered"] == TWINS + 1
    by_id = {line.id: line for line in order.lines}
    for line in order.lines:
        old = by_id[line.replaces_id] if line.replaces_id else None
        if line.role == "wanted":
            assert old is not None and old.going_back and old.role == "ordered"
        elif old is not None:
            assert line.role == "ordered" and old.role == "replaced"
        assert old is None or (old.product_id == line.product_id and old.variant_id != line.variant_id)
    successors = Counter(line.replaces_id for line in order.lines if line.replaces_id)
    assert all(count == 1 for count in successors.values())
    assert {line.id for line in order.lines if line.role == "replaced"} <= set(successors)


paid = st.sampled_from(
    [
        [("card", TOTAL)],
        [("paypal", TOTAL)],
        [("gift2", TOTAL)],
        [("gift", 1000), ("card", TOTAL - 1000)],
        [("closed account", TOTAL)],
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(todo=st.lists(st.tuples(steps, late), min_size=2, max_size=3), paid_with=paid, data=st.data())
def test_over_any_sequence_of_operations(
    sqlite_db: Database, todo: list[tuple[list[Step], bool]], paid_with: list[tuple[str, int]], data: st.DataObject
) -> None:
    """First all plans of a round, then their yeses in any order, some twice and some too late."""
    with Session(sqlite_db.engine) as session:
        who = shop(session, paid_with)
        check(session, paid_with)
        for turn, (wishes, late) in enumerate(todo):
            made = []
            for place, step in enumerate(wishes):
                before = acting.rows(session)
                try:
                    with session.begin_nested():
                        made.append(plan(session, who, step, f"c1:{turn}:{place}"))
                except Refusal:
                    assert acting.rows(session) == before
            for one in data.draw(st.permutations(made)):
                yes(session, who, one, late)
                check(session, paid_with)
        session.rollback()


def yes(session: Session, who: Identity, one: Plan, late: bool) -> None:
    """Say yes twice: the second changes nothing, whether the first was refused or not."""
    now = NOW + timedelta(minutes=10 if late else 1)
    before, first = acting.rows(session), None
    try:
        with session.begin_nested():
            first = operations.commit(session, who, one.id, "c1:9", now)
    except Refusal:
        assert acting.rows(session) == before
    after = acting.rows(session)
    with suppress(Refusal), session.begin_nested():
        assert operations.commit(session, who, one.id, "c1:10", now) == first
    assert acting.rows(session) == after
