"""A person; and how the server answers what is no call, or breaks."""

from pathlib import Path

import pytest

from shop import plans, receipts
from shop.ground.db import Database
from shop.models import PENDING, Order, PaymentMethod
from shop.records import PlanRow
from tests.actions.calls import Bot


def test_a_person_is_asked_for_without_a_word(bot: Bot) -> None:
    reply = bot.hear("ask_person").run("action_ask_person")
    assert reply.only["custom"] == {"handoff": {"topic": "general", "reason": "customer_asked", "facts": {}}}
    assert reply.slots == {"request": None}


def test_a_person_is_told_what_it_is_about(bot: Bot) -> None:
    bot.slots |= {"topic": "orders", "order_id": "#W1"}
    reply = bot.hear("ask_person").run("action_ask_person")
    assert reply.only["custom"]["handoff"] | {"reason": ""} == {
        "topic": "orders",
        "reason": "",
        "facts": {"order_id": "#W1"},
    }
    order_id = bot.order(bot.customer(), 1)
    plan = bot.says("cancel_order", {"order_id": order_id, "cancel_reason": "ordered by mistake"})
    reply = bot.hear("ask_person").run("action_ask_person")
    handoff = reply.only["custom"]["handoff"]
    assert (handoff["topic"], handoff["facts"]) == (
        "cancel",
        {"order_id": order_id, "reason": "ordered by mistake", "last_wish": "Cancel an order"},
    )
    assert bot.says("affirm", text="yes").plan == plan.plan, "a yes after a person shows the plan again"
    assert bot.says("affirm", text="yes").responses == ["utter_cancel_done"]


def test_a_broken_action_is_a_500_that_tells_nothing_and_a_line_in_the_log(bot: Bot, database_path: Path) -> None:
    ada = bot.customer()
    bot.order(ada, 1)
    bot.hear("cancel_order")
    del bot.latest["metadata"]
    bot.latest["entities"] = [{"entity": "cancel_reason", "value": "ordered by mistake"}]
    answer = bot.post("validate_request_form")
    assert answer.status_code == 500
    assert "metadata" not in answer.text and ada not in answer.text
    log = (database_path.parent / "actions.log").read_text()
    assert "action_failed" in log and "validate_request_form" in log


def test_an_action_that_breaks_half_way_changes_nothing(bot: Bot, shop_db: Database) -> None:
    """The refund is written, then the effect breaks: no refund stays."""
    order_id = bot.order(bot.customer(), 1, moves=(("payment", 7500, "gift"),))
    plan = bot.says("cancel_order", {"order_id": order_id, "cancel_reason": "ordered by mistake"}).plan
    with shop_db.transaction() as session:
        row = session.get_one(PlanRow, plan)
        row.payload = {}
        row.hash = plans._seal(row)
    bot.hear("affirm", {"plan": plan})
    assert bot.post("validate_request_form").status_code == 500
    with shop_db.transaction() as session:
        order = session.get_one(Order, order_id)
        card = session.get_one(PaymentMethod, (order.customer_id, "gift"))
        assert (order.status, order.paid_minor, len(order.payments), card.balance_minor) == (PENDING, 7500, 1, 1000)
        assert not receipts.of_conversation(session, bot.conversation)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"next_action": ""}'])
def test_what_is_no_call_is_a_400(bot: Bot, body: bytes) -> None:
    answer = bot.client.post("/webhook", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400


def test_an_unknown_action_is_a_404(bot: Bot) -> None:
    assert bot.hear("greet").post("action_listen_to_me").status_code == 404
