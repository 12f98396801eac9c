"""Returning delivered items: by line, within the window, for a refund to where it came from or to an own gift card."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from shop import policy, value
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict, NotFound, Refusal
from shop.ground.jobs import Job
from shop.models import DELIVERED, RETURNING, Order, PaymentMethod
from shop.operations import returns
from tests.shop.operations import acting
from tests.shop.operations.acting import ID
from tests.shop.small import NOW

ZONE = ZoneInfo("America/New_York")


def test_the_return_is_noted_and_the_refund_promised(db: Database) -> None:
    with db.transaction() as session:
        who = acting.shop(session, status=DELIVERED)
        mug, lamp = acting.line_ids(session)
        plan = returns.prepare(session, who, ID, [lamp], "card", "c1:1", NOW)
        assert plan.lines == (
            "Desk Lamp (brass) of order #W1000001 will go back to us.",
            "Once that has arrived here, $59.00 goes back to your Visa ending in 1234, within 5 to 7 business days.",
            "A return or an exchange can be requested only once per order, so it should name everything that is to go back.",
            "An e-mail will tell how to send it back.",
        )
        receipt = acting.commit(session, who, plan)
        session.expire_all()
        order = session.get_one(Order, ID)
        assert (order.status, order.change_requested_at, order.change_method_id) == (RETURNING, NOW, "card")
        assert {line.id: line.going_back for line in order.lines} == {mug: False, lamp: True}
        assert acting.moves(session) == [("payment", 7500, "card")] and receipt.amounts == ()
        assert receipt.changes[-1]["amount_minor"] == 5900
        [job] = session.scalars(select(Job))
        assert receipt.number in job.payload["text"] and "400 Orchard Road" in job.payload["text"]


@pytest.mark.parametrize(
    ("moves", "allowed"),
    [
        ((("payment", 7500, "card"),), ["card", "gift"]),
        ((("payment", 7500, "gift"),), ["gift"]),
        ((("payment", 5000, "card"), ("payment", 2500, "gift")), ["card", "gift"]),
        ((("payment", 7500, "card"), ("payment", 7500, "paypal"), ("refund", 7500, "card")), ["paypal", "gift"]),
        ((("payment", 7500, "closed account"),), ["gift"]),
    ],
)
def test_where_the_refund_may_go(sqlite_db: Database, moves: Any, allowed: list[str]) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, status=DELIVERED, moves=moves)
        assert [one.id for one in returns.methods(session, "ada", ID)] == allowed
        lines = acting.line_ids(session)
        for method in ("card", "paypal", "gift"):
            if method in allowed:
                assert returns.prepare(session, who, ID, lines, method, f"c1:{method}", NOW)
                continue
            with pytest.raises(BadInput) as refused:
                returns.prepare(session, who, ID, lines, method, f"c1:{method}", NOW)
            assert refused.value.code == "return_method"


def test_with_nothing_left_to_refund_to_a_person_is_offered(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, status=DELIVERED, moves=(("payment", 7500, "closed account"),))
        session.delete(session.get_one(PaymentMethod, ("ada", "gift")))
        session.flush()
        session.expire_all()
        with pytest.raises(Conflict) as refused:
            returns.prepare(session, who, ID, acting.line_ids(session), "card", "c1:1", NOW)
        assert refused.value.code == "return_no_method" and refused.value.message.endswith("A person can look into it.")


def test_no_more_goes_back_than_the_shop_holds(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, status=DELIVERED, moves=(("payment", 7500, "card"), ("refund", 2000, "card")))
        plan = returns.prepare(session, who, ID, acting.line_ids(session), "card", "c1:1", NOW)
        assert "Once that has arrived here, $55.00 goes back" in plan.lines[1]


def test_what_cost_nothing_needs_no_method(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, status=DELIVERED, moves=())
        plan = returns.prepare(session, who, ID, acting.line_ids(session), None, "c1:1", NOW)
        assert plan.lines[1] == "Nothing was paid, so nothing has to be refunded."
        acting.commit(session, who, plan)
        assert session.get_one(Order, ID).change_method_id is None


@pytest.mark.parametrize(
    ("lines", "method", "error", "code"),
    [
        ([], "card", BadInput, "line_none"),
        ([0, 0], "card", BadInput, "line_twice"),
        ([0, 99], "card", NotFound, "line"),
        ([0], "bobs", NotFound, "method"),
        ([0], None, NotFound, "method"),
        ([0], "paypal", BadInput, "return_method"),
    ],
)
def test_what_is_refused(
    sqlite_db: Database, lines: list[int], method: str | None, error: type[Refusal], code: str
) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, status=DELIVERED)
        acting.bobs_method(session, "gift_card")
        ids = dict(enumerate(acting.line_ids(session)))
        before = acting.rows(session)
        with pytest.raises(error) as refused:
            returns.prepare(session, who, ID, [ids.get(one, one) for one in lines], method, "c1:1", NOW)
        assert refused.value.code == code
        assert acting.rows(session) == before


def returned(session: Any, delivered_at: datetime | None, now: datetime) -> None:
    who = acting.shop(session, status=DELIVERED)
    session.get_one(Order, ID).delivered_at = delivered_at
    session.flush()
    returns.prepare(session, who, ID, acting.line_ids(session), "card", "c1:1", now)


# Ada is the only buyer and so the shop's best: gold, 60 days.
@pytest.mark.parametrize("hour", [0, 12, 23])
def test_the_last_day_is_a_whole_day_in_the_shop(sqlite_db: Database, hour: int) -> None:
    delivered = datetime(2026, 9, 1, 22, 30, tzinfo=ZONE)
    last = datetime(2026, 10, 31, hour, 59, tzinfo=ZONE)
    with sqlite_db.transaction() as session:
        returned(session, delivered, last)


def test_after_the_last_day_it_is_over(sqlite_db: Database) -> None:
    delivered = datetime(2026, 9, 1, 22, 30, tzinfo=ZONE)
    with sqlite_db.transaction() as session, pytest.raises(Conflict) as refused:
        returned(session, delivered, datetime(2026, 11, 1, 0, 0, tzinfo=ZONE))
    assert refused.value.code == "return_window"
    assert refused.value.message == (
        "Items could be returned until October 31, 2026: 60 days after they were delivered. A person can look into it."
    )


def test_without_a_date_it_is_never_over(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        returned(session, None, NOW + timedelta(days=4000))


@pytest.mark.parametrize(("name", "days"), [("standard", 30), ("silver", 45), ("gold", 60)])
@pytest.mark.parametrize("over", [False, True])
def test_the_window_is_the_tiers(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch, name: str, days: int, over: bool
) -> None:
    monkeypatch.setattr(value, "tier", lambda *_: value.Tier(name, ""))
    with sqlite_db.transaction() as session:
        if not over:
            returned(session, NOW, NOW + timedelta(days=days))
            return
        with pytest.raises(Conflict):
            returned(session, NOW, NOW + timedelta(days=days + 1))


def test_a_policy_without_a_window(sqlite_db: Database) -> None:
    endless = {"standard": None, "silver": None, "gold": None}
    with (
        policy.using(policy.current().model_copy(update={"return_window_days": endless})),
        sqlite_db.transaction() as session,
    ):
        returned(session, NOW, NOW + timedelta(days=4000))


def test_a_plan_of_the_last_minute_holds(sqlite_db: Database) -> None:
    delivered = datetime(2026, 9, 1, 22, 30, tzinfo=ZONE)
    before, after = datetime(2026, 10, 31, 23, 58, tzinfo=ZONE), datetime(2026, 11, 1, 0, 3, tzinfo=ZONE)
    with sqlite_db.transaction() as session:
        who = acting.shop(session, status=DELIVERED)
        session.get_one(Order, ID).delivered_at = delivered
        session.flush()
        plan = returns.prepare(session, who, ID, acting.line_ids(session), "card", "c1:1", before)
        assert acting.commit(session, who, plan, now=after)
