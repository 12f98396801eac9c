"""Cancelling as the form does it: which order, why, the plan, yes or no."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from shop.ground import clock
from shop.identity import Proof
from shop.models import CANCELLED, PENDING, PROCESSED, Order
from shop.records import PlanRow, ReceiptRow
from tests.actions.calls import Bot, Reply

CLEARED = {"cancel_order": None, "cancel_reason": None, "cancel_answer": None, "plan": None}
REASON = "ordered by mistake"


def validate(bot: Bot, *candidates: tuple[str, Any]) -> Reply:
    bot.loop = "cancel_form"
    return bot.run("validate_cancel_form", candidates)


def planned(bot: Bot, order_id: str) -> str:
    """The plan shown for this order."""
    bot.slots |= {"cancel_order": order_id, "cancel_reason": REASON}
    reply = bot.hear("inform").run("action_ask_cancel_answer")
    assert reply.only["response"] == "utter_cancel_plan"
    return str(reply.slots["plan"])


def status(bot: Bot, order_id: str) -> str:
    with bot.db.transaction() as session:
        return session.get_one(Order, order_id).status


def test_the_way_to_a_cancelled_order(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    bot.hear("cancel_order", {"order_id": order_id})
    assert validate(bot, ("cancel_order", order_id)).slots["cancel_order"] == order_id
    bot.hear("inform", {"cancel_reason": REASON})
    assert validate(bot, ("cancel_reason", REASON)).slots["cancel_reason"] == REASON
    reply = bot.run("action_ask_cancel_answer")
    assert "$75.00 goes back to your Visa ending in 1234" in reply.only["lines"]
    assert reply.only["custom"]["card"]["kind"] == "plan"
    assert status(bot, order_id) == PENDING
    bot.hear("affirm", {"plan": reply.slots["plan"]})
    assert validate(bot, ("cancel_answer", True)).slots["cancel_answer"] is True
    done = bot.run("action_cancel_commit")
    assert done.only["response"] == "utter_cancel_done" and done.only["receipt"].startswith("R-")
    assert done.only["custom"]["card"]["kind"] == "receipt"
    assert done.slots == {"topic": "cancel", **CLEARED, "order_id": order_id}
    assert status(bot, order_id) == CANCELLED


def test_the_same_turn_run_twice_is_one_effect(bot: Bot) -> None:
    """Rasa lost the first answer and the turn is run again: same plan, same receipt."""
    order_id = bot.order(bot.customer(), 1)
    plan = planned(bot, order_id)
    assert bot.run("action_ask_cancel_answer").slots["plan"] == plan
    bot.hear("affirm", {"plan": plan})
    first = bot.run("action_cancel_commit")
    bot.slots["plan"] = plan
    again = bot.run("action_cancel_commit")
    assert first.only["receipt"] == again.only["receipt"]
    with bot.db.transaction() as session:
        assert session.scalar(select(func.count()).where(ReceiptRow.conversation_id == bot.conversation)) == 1
        receipt = session.scalars(select(ReceiptRow).where(ReceiptRow.conversation_id == bot.conversation)).one()
        assert receipt.message_id == f"{bot.conversation}:{bot.seq}"


def test_a_plan_of_another_conversation_is_not_carried_out(bot: Bot) -> None:
    order_id = bot.order(bot.customer("bob of another", Proof.SIGNED), 1)
    plan = planned(bot, order_id)
    thief = Bot(bot.client, bot.db, bot.conversation + " thief")
    thief.customer()
    reply = thief.hear("affirm", {"plan": plan}).run("action_cancel_commit")
    assert reply.only["response"] == "utter_cancel_changed"
    assert status(bot, order_id) == PENDING


@pytest.mark.parametrize("change", ["expired", "dropped", "order moved on", "no such plan"])
def test_a_plan_that_does_not_hold_is_said_so(bot: Bot, change: str) -> None:
    order_id = bot.order(bot.customer(), 1)
    plan = planned(bot, order_id)
    if change == "dropped":
        assert bot.hear("deny", {"plan": plan}).run("action_cancel_drop").only["response"] == "utter_cancel_dropped"
    with bot.db.transaction() as session:
        if change == "expired":
            past = clock.now() - timedelta(seconds=1)
            session.execute(update(PlanRow).where(PlanRow.id == plan).values(expires_at=past))
        if change == "order moved on":
            session.get_one(Order, order_id).status = PROCESSED
    if change == "no such plan":
        plan = "forged"
    reply = bot.hear("affirm", {"plan": plan}).run("action_cancel_commit")
    assert reply.only["response"] == "utter_cancel_changed" and "Nothing was changed." in reply.only["why"]
    assert reply.slots == {"topic": "cancel", **CLEARED}
    assert status(bot, order_id) == (PROCESSED if change == "order moved on" else PENDING)


def test_the_order_spoken_of_last_is_taken(bot: Bot) -> None:
    ada = bot.customer()
    made = [bot.order(ada, number) for number in range(3)]
    bot.slots["order_id"] = made[1]
    assert validate(bot.hear("cancel_order")).slots["cancel_order"] == made[1]


def test_the_only_one_is_taken_and_of_several_none(bot: Bot) -> None:
    ada = bot.customer()
    bot.order(ada, 0, PROCESSED)
    only = bot.order(ada, 1)
    assert validate(bot.hear("cancel_order")).slots["cancel_order"] == only
    bot.slots.clear()
    newer = bot.order(ada, 2)
    assert "cancel_order" not in validate(bot.hear("cancel_order")).slots
    reply = bot.run("action_ask_cancel_order")
    assert reply.only["response"] == "utter_ask_cancel_order"
    assert reply.options == [("cancel_order", {"order_id": newer}), ("cancel_order", {"order_id": only})]


def test_an_order_that_is_not_theirs_or_too_far_is_refused(bot: Bot) -> None:
    ada = bot.customer()
    bot.order(ada, 1)
    sent = bot.order(ada, 2, PROCESSED)
    others = bot.order(bot.customer("bob of refused", Proof.NONE), 1)
    for asked, response in (
        (others, "utter_order_not_found_short"),
        ("#W9999999", "utter_order_not_found_short"),
        (sent, "utter_cancel_not_possible"),
    ):
        bot.slots.clear()
        reply = validate(bot.hear("cancel_order", {"order_id": asked}), ("cancel_order", asked))
        assert reply.only["response"] == response
        assert reply.slots["cancel_order"] is None


def test_where_nothing_can_be_cancelled_the_form_ends(bot: Bot) -> None:
    ada = bot.customer()
    sent = bot.order(ada, 1, PROCESSED)
    ended = validate(bot.hear("cancel_order", {"order_id": sent}), ("cancel_order", sent))
    assert not ended.said and ended.slots["requested_slot"] is None
    reply = bot.run("action_cancel_refuse")
    assert (reply.only["response"], reply.only["order_id"]) == ("utter_cancel_not_possible", sent)
    assert "handed to the carrier" in reply.only["why"]
    assert reply.slots == {"topic": "cancel", **CLEARED}
    assert bot.hear("cancel_order").run("action_cancel_refuse").only["response"] == "utter_cancel_none"
    asked = bot.hear("cancel_order", {"order_id": "#W9999999"}).run("action_cancel_refuse")
    assert asked.only["response"] == "utter_order_not_found"


def test_who_has_no_orders_is_told_so(bot: Bot) -> None:
    bot.customer()
    assert bot.hear("cancel_order").run("action_cancel_refuse").only["response"] == "utter_no_orders"


def test_a_visitor_cannot_cancel(bot: Bot) -> None:
    order_id = bot.order(bot.customer("owner of visited", Proof.NONE), 1)
    ended = validate(bot.hear("cancel_order", {"order_id": order_id}), ("cancel_order", order_id))
    assert not ended.said and ended.slots["requested_slot"] is None
    assert bot.run("action_cancel_refuse").only["response"] == "utter_not_recognised"
    bot.slots |= {"cancel_order": order_id, "cancel_reason": REASON}
    assert bot.run("action_ask_cancel_answer").only["response"] == "utter_cancel_not_possible"
    assert status(bot, order_id) == PENDING


def test_a_yes_without_a_plan_does_not_count(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    bot.slots |= {"cancel_order": order_id, "cancel_reason": REASON}
    assert validate(bot.hear("affirm"), ("cancel_answer", True)).slots["cancel_answer"] is None
    assert validate(bot.hear("deny"), ("cancel_answer", False)).slots["cancel_answer"] is False


def test_another_order_or_reason_makes_the_shown_plan_void(bot: Bot) -> None:
    ada = bot.customer()
    first, second = bot.order(ada, 1), bot.order(ada, 2)
    planned(bot, first)
    bot.hear("cancel_order", {"order_id": second})
    assert validate(bot, ("cancel_order", second)).slots["plan"] is None
    planned(bot, second)
    bot.hear("inform", {"cancel_reason": "no longer needed"})
    assert validate(bot, ("cancel_reason", "no longer needed")).slots["plan"] is None
    assert validate(bot.hear("inform"), ("cancel_reason", "because")).slots["cancel_reason"] is None


def test_of_two_orders_named_at_once_the_first_is_taken(bot: Bot) -> None:
    ada = bot.customer()
    made = [bot.order(ada, number) for number in range(2)]
    both = ("cancel_order", [made[0], made[1]])
    assert validate(bot.hear("cancel_order", {"order_id": made[0]}), both).slots["cancel_order"] == made[0]


def test_a_plan_that_cannot_be_made_ends_the_question(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1, PROCESSED)
    bot.slots |= {"cancel_order": order_id, "cancel_reason": REASON}
    reply = bot.hear("inform").run("action_ask_cancel_answer")
    assert reply.only["response"] == "utter_cancel_not_possible"
    assert reply.slots == {"topic": "cancel", "cancel_order": None, "requested_slot": None}
