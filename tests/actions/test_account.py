"""What customers see of their account: nothing before they are proved, and of a card never more than four digits."""

from datetime import timedelta

import pytest

from shop.identity import Proof
from shop.models import CANCELLED, RETURNING, Customer, Order, PaymentMethod
from shop.records import PlanRow, ReceiptRow
from tests.actions.calls import Bot
from tests.shop.small import NOW

ACTIONS = (
    *("action_show_account", "action_list_payments", "action_gift_card_balance", "action_list_requests"),
    "action_refund_status",
)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_visitor_learns_nothing(bot: Bot, action: str) -> None:
    bot.customer("owner of " + action, Proof.NONE)
    reply = bot.hear("show_account").run(action)
    assert "1234" not in str(reply.said) and "Byron" not in str(reply.said)


def test_name_contacts_and_address(bot: Bot) -> None:
    ada = bot.customer(level=Proof.PHONE)
    lines = bot.hear("show_account").run("action_show_account").only["lines"].split("\n")
    assert lines == [
        f"Name: {ada.title()} Byron",
        f"E-mail: {ada.title()}@Example.com",
        "Mobile number: none",
        "Default address: 12 Maple Street, Boston, MA 02134, USA",
    ]
    for confirmed, words in (
        (True, "Mobile number: +15550100"),
        (False, "Mobile number: +15550100, not confirmed yet"),
    ):
        with bot.db.transaction() as session:
            row = session.get_one(Customer, ada)
            row.phone, row.phone_confirmed = "+15550100", confirmed
        assert words in bot.hear("show_account").run("action_show_account").only["lines"].split("\n")


def test_ways_to_pay_and_what_is_on_the_gift_card(bot: Bot) -> None:
    ada = bot.customer()
    reply = bot.hear("list_payments").run("action_list_payments")
    assert reply.only["lines"] == "- Visa ending in 1234\n- PayPal\n- gift card, $10.00 left"
    reply = bot.hear("gift_card_balance").run("action_gift_card_balance")
    assert (reply.only["response"], reply.only["balance"]) == ("utter_gift_card", "$10.00")
    with bot.db.transaction() as session:
        more = PaymentMethod(customer_id=ada, id="more", position=3, kind="gift_card", balance_minor=5, currency="USD")
        session.add(more)
    reply = bot.hear("gift_card_balance").run("action_gift_card_balance")
    assert (reply.only["count"], reply.only["lines"], reply.only["total"]) == ("2", "$10.00 and $0.05", "$10.05")


def test_nothing_to_pay_with(bot: Bot) -> None:
    ada = bot.customer()
    with bot.db.transaction() as session:
        for method in session.get_one(Customer, ada).methods:
            session.delete(method)
    assert bot.hear("list_payments").run("action_list_payments").only["response"] == "utter_no_payments"
    reply = bot.hear("gift_card_balance").run("action_gift_card_balance")
    assert reply.only["response"] == "utter_no_gift_card"


def receipt(bot: Bot, customer_id: str, number: int) -> None:
    at = NOW + timedelta(days=number)
    name = f"{bot.conversation}:{number}"
    common = {"conversation_id": "elsewhere", "customer_id": customer_id, "operation": "cancel", "message_id": name}
    with bot.db.transaction() as session:
        plan = PlanRow(id=name, lines=[], payload={}, hash="", made_at=at, expires_at=at, order_version=1, **common)
        session.add(plan)
        session.flush()
        done = {"lines": [f"Done number {number}."], "amounts": [], "changes": [], "rule": "", "at": at}
        session.add(ReceiptRow(number=f"R-{name}", plan_id=name, **common, **done))


def test_requests_of_all_conversations_the_newest_first(bot: Bot) -> None:
    ada = bot.customer()
    assert bot.hear("list_requests").run("action_list_requests").only["response"] == "utter_no_requests"
    for number in range(5):
        receipt(bot, ada, number)
    receipt(bot, "somebody else", 9)
    lines = bot.hear("list_requests").run("action_list_requests").only["lines"].split("\n")
    assert lines[0] == f"R-{bot.conversation}:4, November 24, 2026: Done number 4."
    assert len(lines) == 5 and "number 9" not in str(lines)
    bot.channel = "sms"
    assert bot.hear("list_requests").run("action_list_requests").only["lines"].count("\n") == 3


def test_refunds_of_the_order_asked_for_or_of_all_that_have_any(bot: Bot) -> None:
    ada = bot.customer()
    assert bot.hear("refund_status").run("action_refund_status").only["response"] == "utter_no_refunds"
    back = (("payment", 7500, "card"), ("refund", 7500, "card"))
    cancelled = bot.order(ada, 1, CANCELLED, moves=back)
    pending = bot.order(ada, 2)
    reply = bot.hear("refund_status", text="where is my money").run("action_refund_status")
    assert reply.only["lines"].startswith(f"Order {cancelled}: $75.00 to your Visa ending in 1234, requested on")
    reply = bot.hear("refund_status", {"order_id": pending}, f"refund of {pending}").run("action_refund_status")
    assert (reply.only["response"], reply.only["order_id"]) == ("utter_no_refund_of_order", pending)


def test_a_refund_that_should_be_there_says_so(bot: Bot) -> None:
    ada = bot.customer()
    back = (("payment", 7500, "card"), ("refund", 7500, "card"))
    bot.order(ada, 1, CANCELLED, moves=back, placed_at=NOW - timedelta(days=3000))
    reply = bot.hear("refund_status").run("action_refund_status")
    assert reply.only["response"] == "utter_refunds_late"
    assert ("ask_person", {}) in reply.choices.values()


def test_a_return_is_refunded_when_it_has_come_back(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1, RETURNING)
    with bot.db.transaction() as session:
        row = session.get_one(Order, order_id)
        row.lines[0].going_back, row.change_method_id, row.change_requested_at = True, "paypal", NOW
    reply = bot.hear("refund_status").run("action_refund_status")
    assert reply.only["response"] == "utter_refunds"
    assert reply.only["lines"].endswith("once the items have come back to us.")
