"""Other versions of items in a pending order: same product, available, once, the difference to the cent."""

from typing import Any

import pytest
from sqlalchemy import select

from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict, NotFound, Refusal
from shop.models import MODIFIED, Order, OrderLine, PaymentMethod, Variant
from shop.operations import exchange, items, swaps
from shop.operations.swaps import Swap
from tests.shop import small
from tests.shop.operations import acting
from tests.shop.operations.acting import ID
from tests.shop.small import NOW


def test_a_dearer_one_is_charged(db: Database) -> None:
    with db.transaction() as session:
        who = acting.shop(session)
        mug, lamp = acting.line_ids(session)
        wanted = [Swap(mug, "V-mug-red"), Swap(lamp, "V-lamp-oak")]
        assert str(swaps.price_difference(session, "ada", ID, wanted)) == "$22.50"
        plan = items.prepare(session, who, ID, wanted, "card", "c1:1", NOW)
        assert plan.lines == (
            "In order #W1000001:",
            "Mug (blue), $16.00, is replaced by Mug (red), $18.50.",
            "Desk Lamp (brass), $59.00, is replaced by Desk Lamp (oak), $79.00.",
            "The difference of $22.50 is charged to your Visa ending in 1234.",
            "Items can be changed only once per order: after this it can't be changed further, nor cancelled.",
        )
        receipt = acting.commit(session, who, plan)
        assert acting.moves(session) == [("payment", 7500, "card"), ("payment", 2250, "card")]
        order = session.get_one(Order, ID)
        assert (order.status, order.paid_minor) == (MODIFIED, 9750)
        assert receipt.lines[0] == "Order #W1000001 is changed."
        assert receipt.changes == (
            {"what": "status", "before": "pending", "after": MODIFIED},
            {"what": "item", "before": "Mug (blue), $16.00", "after": "Mug (red), $18.50"},
            {"what": "item", "before": "Desk Lamp (brass), $59.00", "after": "Desk Lamp (oak), $79.00"},
        )


def test_a_cheaper_one_is_refunded(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session)
        wanted = [Swap(acting.line_ids(session)[1], "V-lamp-steel")]
        plan = items.prepare(session, who, ID, wanted, "gift", "c1:1", NOW)
        assert "The difference of $5.00 goes back to your gift card, immediately." in plan.lines
        receipt = acting.commit(session, who, plan)
        assert receipt.lines[-1] == "The difference of $5.00 is back on your gift card."
        assert acting.moves(session)[1:] == [("refund", 500, "gift")]
        assert acting.balance(session) == 1500


@pytest.mark.parametrize("method", [None, "card", "nothing"])
def test_at_the_same_price_no_method_is_needed(sqlite_db: Database, method: str | None) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session)
        wanted = [Swap(acting.line_ids(session)[0], "V-mug-white")]
        plan = items.prepare(session, who, ID, wanted, method, "c1:1", NOW)
        assert "The price stays the same." in plan.lines
        assert acting.commit(session, who, plan).amounts == ()
        assert acting.moves(session) == [("payment", 7500, "card")]


def test_the_new_line_is_paired_with_the_old(db: Database) -> None:
    with db.transaction() as session:
        who = acting.shop(session)
        mug, lamp = acting.line_ids(session)
        acting.commit(session, who, items.prepare(session, who, ID, acting.red(session), "card", "c1:1", NOW))
        session.expire_all()
        found = {line.id: line for line in session.scalars(select(OrderLine))}
        assert (found[mug].role, found[lamp].role) == ("replaced", "ordered")
        [new] = [line for line in found.values() if line.id not in (mug, lamp)]
        assert (new.role, new.replaces_id, new.variant_id, new.price_minor) == ("ordered", mug, "V-mug-red", 1850)
        assert new.options == {"color": "red"} and new.name == "Mug" and new.position == 2


def test_two_of_the_same_are_two(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session)
        order = session.get_one(Order, ID)
        twin = {"variant_id": "V-mug", "product_id": "P-Mug", "name": "Mug", "options": {"color": "blue"}}
        order.lines.append(OrderLine(**twin, position=2, price_minor=1600))
        session.flush()
        first, _, second = acting.line_ids(session)
        both = [Swap(first, "V-mug-red"), Swap(second, "V-mug-red")]
        assert swaps.price_difference(session, "ada", ID, both).minor == 500
        with pytest.raises(BadInput) as refused:
            swaps.price_difference(session, "ada", ID, [both[0], both[0]])
        assert refused.value.code == "line_twice"
        acting.commit(session, who, items.prepare(session, who, ID, [both[1]], "card", "c1:1", NOW))
        session.expire_all()
        kept = [line for line in order.lines if line.role == "ordered" and line.variant_id == "V-mug"]
        assert [line.id for line in kept] == [first]


def test_a_gift_card_must_cover_the_difference(db: Database) -> None:
    with db.transaction() as session:
        who = acting.shop(session, balance=249)
        wanted = acting.red(session)
        assert [one.id for one in items.methods(session, "ada", ID, wanted)] == ["card", "paypal"]
        with pytest.raises(Conflict) as refused:
            items.prepare(session, who, ID, wanted, "gift", "c1:1", NOW)
        assert refused.value.code == "gift_card_short"
        session.get_one(PaymentMethod, ("ada", "gift")).balance_minor = 250
        assert [one.id for one in items.methods(session, "ada", ID, wanted)] == ["card", "paypal", "gift"]
        acting.commit(session, who, items.prepare(session, who, ID, wanted, "gift", "c1:1", NOW))
        assert acting.balance(session) == 0


# (line, variant) with the line by its place or as a number of no line, method, error, code
REFUSED: list[tuple[list[tuple[int, str]], str | None, type[Refusal], str]] = [
    ([], "card", BadInput, "line_none"),
    ([(0, "V-mug-red"), (0, "V-mug-white")], "card", BadInput, "line_twice"),
    ([(99, "V-mug-red")], "card", NotFound, "line"),
    ([(0, "V-lamp-oak")], "card", BadInput, "variant_other_product"),
    ([(0, "V-none")], "card", BadInput, "variant_other_product"),
    ([(0, "P-Mug")], "card", BadInput, "variant_other_product"),
    ([(0, "V-mug")], "card", BadInput, "variant_same"),
    ([(0, "V-mug-gold")], "card", Conflict, "variant_sold_out"),
    ([(0, "V-mug-red"), (1, "V-lamp")], "card", BadInput, "variant_same"),
    ([(0, "V-mug-red")], "bobs", NotFound, "method"),
    ([(0, "V-mug-red")], None, NotFound, "method"),
]


@pytest.mark.parametrize(("module", "status"), [(items, "pending"), (exchange, "delivered")])
@pytest.mark.parametrize(("wanted", "method", "error", "code"), REFUSED)
def test_what_is_refused(
    sqlite_db: Database,
    module: Any,
    status: str,
    wanted: list[tuple[int, str]],
    method: str | None,
    error: type[Refusal],
    code: str,
) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, status=status)
        acting.bobs_method(session)
        ids = dict(enumerate(acting.line_ids(session)))
        asked = [Swap(ids.get(place, place), variant) for place, variant in wanted]
        before = acting.rows(session)
        with pytest.raises(error) as refused:
            module.prepare(session, who, ID, asked, method, "c1:1", NOW)
        assert refused.value.code == code
        assert acting.rows(session) == before


def test_a_line_of_another_order_is_no_line_of_this(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session)
        small.order(session, "#W1000002", sequence=1)
        with pytest.raises(NotFound):
            items.prepare(
                session, who, ID, [Swap(acting.line_ids(session, "#W1000002")[0], "V-mug-red")], "card", "m", NOW
            )


def test_more_than_the_shop_holds_does_not_go_back(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, moves=(("payment", 7500, "card"), ("refund", 7100, "card")))
        with pytest.raises(Conflict) as refused:
            items.prepare(session, who, ID, [Swap(acting.line_ids(session)[1], "V-lamp-steel")], "card", "c1:1", NOW)
        assert refused.value.code == "kept_too_little"
        assert refused.value.message.startswith("$4.00 is what we still hold for this order, so $5.00 can't go back.")


@pytest.mark.parametrize("change", [{"available": False}, {"price_minor": 1900}])
def test_a_variant_that_changed_after_the_plan(db: Database, change: dict[str, Any]) -> None:
    with db.transaction() as session:
        who = acting.shop(session)
        plan = items.prepare(session, who, ID, acting.red(session), "card", "c1:1", NOW)
        for name, value in change.items():
            setattr(session.get_one(Variant, "V-mug-red"), name, value)
        before = acting.rows(session)
        with pytest.raises(Conflict) as refused:
            acting.commit(session, who, plan)
        assert refused.value.code in ("variant_sold_out", "plan_void")
        assert acting.rows(session) == before
