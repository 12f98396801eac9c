"""Exchanging delivered items: requested once, no money moved, no order made, everything noted for those who settle it."""

import pytest
from sqlalchemy import func, select

from shop import orders
from shop.ground.db import Database
from shop.ground.errors import Conflict
from shop.ground.jobs import Job
from shop.models import DELIVERED, EXCHANGING, Order
from shop.operations import exchange
from shop.operations.swaps import Swap
from tests.shop.operations import acting
from tests.shop.operations.acting import ID
from tests.shop.small import NOW


def test_the_exchange_is_noted_and_nothing_moves(db: Database) -> None:
    with db.transaction() as session:
        who = acting.shop(session, status=DELIVERED)
        mug, lamp = acting.line_ids(session)
        plan = exchange.prepare(session, who, ID, acting.red(session), "card", "c1:1", NOW)
        assert plan.lines == (
            "The exchange for order #W1000001:",
            "Mug (blue), $16.00, is replaced by Mug (red), $18.50.",
            "Once your items have arrived here, the difference of $2.50 is charged to your Visa ending in 1234.",
            "A return or an exchange can be requested only once per order, so it should name everything that is to be exchanged.",
            "An e-mail will tell how to send it back.",
        )
        receipt = acting.commit(session, who, plan)
        session.expire_all()
        order = session.get_one(Order, ID)
        assert (order.status, order.change_requested_at, order.change_method_id) == (EXCHANGING, NOW, "card")
        assert [(line.role, line.going_back, line.replaces_id) for line in order.lines] == [
            ("ordered", True, None),
            ("ordered", False, None),
            ("wanted", False, mug),
        ]
        assert acting.moves(session) == [("payment", 7500, "card")] and order.paid_minor == 7500
        assert session.scalar(select(func.count()).select_from(Order)) == 1
        assert receipt.amounts == ()
        settlement = receipt.changes[-1]
        assert (settlement["kind"], settlement["amount_minor"], settlement["method_id"]) == ("payment", 250, "card")
        seen = orders.find(session, "ada", ID)
        assert seen is not None and [line.id for line in seen.lines] == [mug, lamp]


def test_the_mail_tells_how_to_send_it_back(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, status=DELIVERED)
        receipt = acting.commit(session, who, acting.PREPARE["exchange"](session, who, "c1:1"))
        [job] = session.scalars(select(Job))
        assert f"the number {receipt.number} into the parcel" in job.payload["text"]
        assert "400 Orchard Road" in job.payload["text"] and "{" not in job.payload["text"]


def test_what_it_gives_back_follows_later(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, status=DELIVERED)
        wanted = [Swap(acting.line_ids(session)[1], "V-lamp-steel")]
        plan = exchange.prepare(session, who, ID, wanted, "gift", "c1:1", NOW)
        assert plan.lines[2] == (
            "Once your items have arrived here, the difference of $5.00 goes back to your gift card, immediately."
        )
        acting.commit(session, who, plan)
        assert acting.balance(session) == 1000


def test_a_gift_card_must_cover_it_now_though_it_pays_later(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, status=DELIVERED, balance=249)
        with pytest.raises(Conflict) as refused:
            exchange.prepare(session, who, ID, acting.red(session), "gift", "c1:1", NOW)
        assert refused.value.code == "gift_card_short"
        assert [one.id for one in exchange.methods(session, "ada", ID, acting.red(session))] == ["card", "paypal"]


def test_at_the_same_price_no_method_is_noted(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, status=DELIVERED)
        wanted = [Swap(acting.line_ids(session)[0], "V-mug-white")]
        plan = exchange.prepare(session, who, ID, wanted, None, "c1:1", NOW)
        assert "The price stays the same." in plan.lines
        acting.commit(session, who, plan)
        assert session.get_one(Order, ID).change_method_id is None
