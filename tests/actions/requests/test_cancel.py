"""Cancelling: which order, why, the plan, yes or no."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from shop.ground import clock
from shop.identity import Proof
from shop.models import CANCELLED, DELIVERED, PENDING, PROCESSED, Order
from shop.records import PlanRow, ReceiptRow
from tests.actions.calls import Bot, Reply

REASON = "ordered by mistake"


def planned(bot: Bot, order_id: str) -> Reply:
    """The plan shown for this order."""
    reply = bot.says("cancel_order", {"order_id": order_id, "cancel_reason": REASON})
    assert reply.last["response"] == "utter_cancel_plan"
    return reply


def status(bot: Bot, order_id: str) -> str:
    with bot.db.transaction() as session:
        return session.get_one(Order, order_id).status


def receipts(bot: Bot) -> list[str]:
    with bot.db.transaction() as session:
        return list(session.scalars(select(ReceiptRow.number).where(ReceiptRow.conversation_id == bot.conversation)))


def test_the_way_to_a_cancelled_order(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    asked = bot.says("cancel_order", text="please cancel my order")
    assert asked.responses == ["utter_ask_cancel_reason"] and asked.only["order_id"] == order_id
    plan = bot.taps(asked, "I ordered it by mistake")
    assert "$75.00 goes back to your Visa ending in 1234" in plan.only["lines"]
    assert plan.only["custom"]["card"]["kind"] == "plan"
    assert status(bot, order_id) == PENDING
    done = bot.taps(plan, "Yes")
    assert done.only["response"] == "utter_cancel_done" and done.only["receipt"].startswith("R-")
    assert done.only["custom"]["card"]["kind"] == "receipt"
    assert bot.slots["request"] is None and bot.loop is None
    assert status(bot, order_id) == CANCELLED


def test_the_same_turn_run_twice_is_one_effect(bot: Bot) -> None:
    """Rasa lost the first answer and the turn is run again: same plan, same receipt."""
    order_id = bot.order(bot.customer(), 1)
    before = dict(bot.slots)
    plan = planned(bot, order_id)
    bot.slots, bot.loop, bot.events = before, None, bot.events[:1]
    assert bot.form().plan == plan.plan
    asked = dict(bot.slots)
    first = bot.says("affirm", text="yes")
    bot.slots, bot.loop, bot.events = asked, "request_form", bot.events[:-1]
    assert bot.form().only["receipt"] == first.only["receipt"]
    with bot.db.transaction() as session:
        assert session.scalar(select(func.count()).where(ReceiptRow.conversation_id == bot.conversation)) == 1
        receipt = session.scalars(select(ReceiptRow).where(ReceiptRow.conversation_id == bot.conversation)).one()
        assert receipt.message_id == f"{bot.conversation}:{bot.seq}"


def test_a_plan_of_another_conversation_is_not_carried_out(bot: Bot) -> None:
    order_id = bot.order(bot.customer("bob of another", Proof.SIGNED), 1)
    plan = planned(bot, order_id).plan
    thief = Bot(bot.client, bot.db, bot.conversation + " thief")
    own = thief.order(thief.customer(), 1)
    planned(thief, own)
    assert thief.says("affirm", {"plan": plan}).responses == ["utter_cancel_plan"]
    thief.slots["request"]["current"]["plan"]["id"] = plan
    assert thief.says("affirm", {"plan": plan}).responses == ["utter_plan_afresh", "utter_cancel_plan"]
    assert (status(bot, order_id), status(bot, own)) == (PENDING, PENDING)


def test_a_plan_that_has_expired_is_shown_afresh(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    old = planned(bot, order_id).plan
    with bot.db.transaction() as session:
        past = clock.now() - timedelta(seconds=1)
        session.execute(update(PlanRow).where(PlanRow.id == old).values(expires_at=past))
    again = bot.says("affirm", text="yes")
    assert again.responses == ["utter_plan_afresh", "utter_cancel_plan"] and again.plan != old
    assert "Nothing was changed." in again.said[0]["why"]
    assert status(bot, order_id) == PENDING
    assert bot.says("affirm", text="yes").responses == ["utter_cancel_done"]


def test_an_order_that_moved_on_is_told_so(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    planned(bot, order_id)
    with bot.db.transaction() as session:
        session.get_one(Order, order_id).status = PROCESSED
    reply = bot.says("affirm", text="yes")
    assert reply.last["response"] == "utter_cancel_not_possible" and "handed to the carrier" in reply.last["why"]
    assert (status(bot, order_id), bot.loop) == (PROCESSED, None)


def test_the_order_spoken_of_last_is_taken(bot: Bot) -> None:
    ada = bot.customer()
    made = [bot.order(ada, number) for number in range(3)]
    bot.slots["order_id"] = made[1]
    assert bot.says("cancel_order", text="cancel it").only["order_id"] == made[1]


def test_of_several_none_is_guessed(bot: Bot) -> None:
    ada = bot.customer()
    bot.order(ada, 0, PROCESSED)
    older, newer = bot.order(ada, 1), bot.order(ada, 2)
    reply = bot.says("cancel_order", text="cancel my order")
    assert reply.only["response"] == "utter_ask_cancel_order"
    assert reply.options == [("cancel_order", {"order_id": newer}), ("cancel_order", {"order_id": older})]
    assert bot.says("inform", {"order_id": older}, text=older).only["order_id"] == older


def test_what_is_not_theirs_or_does_not_exist_gets_the_same_words(bot: Bot) -> None:
    ada = bot.customer()
    others = bot.order(bot.customer("bob of refused", Proof.NONE), 1)
    for asked in (others, "#W9999999"):
        reply = bot.says("cancel_order", {"order_id": asked}, text=f"cancel {asked}")
        assert reply.only["response"] == "utter_order_not_found" and bot.loop is None
    bot.order(ada, 1), bot.order(ada, 2)
    for asked in (others, "#W9999999"):
        reply = bot.says("cancel_order", {"order_id": asked}, text=f"cancel {asked}")
        assert reply.responses == ["utter_order_not_found_short", "utter_ask_cancel_order"]


def test_what_is_too_far_is_refused_with_the_rule(bot: Bot) -> None:
    sent = bot.order(bot.customer(), 1, PROCESSED)
    reply = bot.says("cancel_order", {"order_id": sent}, text=f"cancel {sent}")
    assert (reply.only["response"], reply.only["order_id"]) == ("utter_cancel_not_possible", sent)
    assert "handed to the carrier" in reply.only["why"] and reply.options == [("ask_person", {})]
    assert bot.loop is None
    assert bot.says("cancel_order", text="cancel").last["response"] == "utter_cancel_none"


def test_who_has_no_orders_is_told_so(bot: Bot) -> None:
    bot.customer()
    assert bot.says("cancel_order").only["response"] == "utter_no_orders"


def test_another_order_or_reason_makes_the_shown_plan_void(bot: Bot) -> None:
    ada = bot.customer()
    first, second = bot.order(ada, 1), bot.order(ada, 2)
    old = planned(bot, first).plan
    changed = bot.says("correct", {"order_id": second}, text=f"no, {second}")
    assert changed.only["response"] == "utter_cancel_plan" and second in changed.only["lines"]
    newer = bot.says("inform", {"cancel_reason": "no longer needed"}, text="I do not need it")
    assert newer.only["response"] == "utter_cancel_plan" and newer.plan not in (old, changed.plan)
    assert bot.says("affirm", {"plan": old}).only["response"] == "utter_cancel_plan"
    assert (status(bot, first), status(bot, second), receipts(bot)) == (PENDING, PENDING, [])


@pytest.mark.parametrize("intent", ["deny", "stop", "goodbye"])
def test_leaving_drops_the_plan(bot: Bot, intent: str) -> None:
    order_id = bot.order(bot.customer(), 1)
    plan = planned(bot, order_id).plan
    assert bot.says(intent, text="no").responses[0] == "utter_cancel_dropped"
    assert bot.loop is None and bot.slots["request"] is None
    with bot.db.transaction() as session:
        assert session.get_one(PlanRow, plan).dropped_at is not None
    assert status(bot, order_id) == PENDING


def test_a_delivered_order_cannot_be_cancelled(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1, DELIVERED)
    reply = bot.says("cancel_order", {"order_id": order_id})
    assert "delivered already" in reply.only["why"]
