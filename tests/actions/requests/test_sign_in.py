"""Codes: before a plan is carried out, and to learn who a visitor is."""

import pytest

from shop import identity
from shop.ground import clock
from shop.identity import Proof
from shop.models import CANCELLED, PENDING, Order
from tests.actions.calls import Bot, Reply

NEW = {"street": "12 Oak Street", "city": "Austin", "state": "TX", "zip": "78701"}


def proved(bot: Bot, customer_id: str) -> None:
    """The code came back, and the gateway has noted that down."""
    with bot.db.transaction() as session:
        identity.prove(session, bot.conversation, customer_id, Proof.CODE, "mail", clock.now())


def agreed(bot: Bot) -> Reply:
    """By text from the number on file: an address needs more than that."""
    bot.order(bot.customer(level=Proof.PHONE), 1)
    bot.says("change_address", {"address_scope": "order", **NEW}, text="to 12 Oak Street Austin TX 78701")
    return bot.says("affirm", text="yes")


def test_the_yes_waits_for_the_code_and_is_not_asked_again(bot: Bot) -> None:
    reply = agreed(bot)
    assert reply.responses == ["utter_code_sent", None] and "@" in reply.said[0]["hint"]
    assert reply.challenge
    assert bot.says("inform", text="hm").responses == []
    proved(bot, f"ada {bot.conversation}")
    assert bot.says("code_accepted").responses == ["utter_address_done"]
    assert bot.loop is None


def test_a_yes_instead_of_a_code_does_nothing(bot: Bot) -> None:
    agreed(bot)
    assert bot.says("affirm", text="yes").responses == ["utter_code_waiting_again"]
    assert bot.says("affirm", text="yes").responses == ["utter_person_stuck", "utter_code_waiting"]
    assert bot.says("code_accepted").responses == ["utter_code_sent", None], "the proof decides, not the word"


@pytest.mark.parametrize(
    ("why", "left", "response"),
    [
        ("wrong", 4, "utter_code_wrong"),
        ("wrong", 1, "utter_code_wrong_last"),
        ("wrong", 0, "utter_code_void"),
        ("expired", 3, "utter_code_void"),
        ("spent", 0, "utter_code_void"),
    ],
)
def test_a_wrong_code_says_how_often_it_may_be_tried(bot: Bot, why: str, left: int, response: str) -> None:
    first = agreed(bot).challenge
    assert bot.says("code_refused", {"why": why, "tries_left": left}).responses == [response]
    again = bot.says("resend_code", text="send me a new code")
    assert again.responses == ["utter_code_sent", None] and again.challenge != first


def test_too_many_codes_leave_the_plan_open(bot: Bot) -> None:
    agreed(bot)
    for _ in range(2):
        assert bot.says("resend_code", text="again").challenge
    reply = bot.says("resend_code", text="again")
    assert reply.responses == ["utter_code_not_sent"] and reply.options == [("ask_person", {})]
    assert bot.loop


def test_who_lost_the_contact_is_offered_a_person(bot: Bot) -> None:
    agreed(bot)
    assert bot.says("resend_code", text="I have no access to that email").responses == ["utter_code_lost"]


def test_a_question_about_the_code_makes_no_new_one(bot: Bot) -> None:
    agreed(bot)
    asked = bot.says("resend_code", text="what do i need a code for")
    assert asked.responses == ["utter_code_why"] and asked.challenge is None


def test_a_corrected_plan_takes_the_agreement_back(bot: Bot) -> None:
    agreed(bot)
    assert bot.says("correct", {"zip": "78702"}, text="78702 I mean").responses == ["utter_address_plan"]
    proved(bot, f"ada {bot.conversation}")
    assert bot.says("code_accepted").responses == ["utter_code_accepted_short", "utter_address_plan"]
    assert bot.says("affirm", text="yes").responses == ["utter_address_done"]


def test_a_visitor_is_recognised_and_the_wish_goes_on(bot: Bot) -> None:
    customer_id = bot.customer("zoe", Proof.NONE)
    order_id = bot.order(customer_id, 1)
    asked = bot.says("cancel_order", {"order_id": order_id, "cancel_reason": "no longer needed"}, text=order_id)
    assert asked.responses == ["utter_code_sent_order", None] and asked.challenge, "the order's number is claim enough"
    proved(bot, customer_id)
    plan = bot.says("code_accepted")
    assert plan.responses == ["utter_code_accepted_short", "utter_cancel_plan"]
    assert bot.says("affirm", text="yes").responses == ["utter_cancel_done"]
    with bot.db.transaction() as session:
        assert session.get_one(Order, order_id).status == CANCELLED


def test_another_claim_is_taken_instead_of_the_order_s_number(bot: Bot) -> None:
    customer_id = bot.customer("zelda", Proof.NONE)
    order_id = bot.order(customer_id, 1)
    first = bot.says("cancel_order", {"order_id": "#W0000404"}, text="cancel #W0000404")
    assert first.responses == ["utter_code_sent_order", None] and first.challenge, "found or not sounds the same"
    assert bot.says("affirm", text="ok").responses == ["utter_code_waiting_claim_again"]
    sent = bot.says("inform", {"order_id": order_id}, text=f"sorry, {order_id}")
    assert sent.responses == ["utter_code_sent_claim", None] and sent.challenge != first.challenge


def test_of_a_wish_nothing_but_its_order_says_who_one_is(bot: Bot) -> None:
    bot.customer("zora", Proof.NONE)
    named = {"email": "zora@example.com", "name": "Zora Byron", "zip": "02134"}
    assert bot.says("change_address", named, text="send it to zora@example.com").responses == ["utter_sign_in_ask"]


def test_what_is_asked_meanwhile_with_its_number_needs_no_other_claim(bot: Bot) -> None:
    customer_id = bot.customer("zack", Proof.NONE)
    order_id = bot.order(customer_id, 1)
    bot.says("sign_in", text="log me in")
    bot.says("inform", {"zip": "02134"}, text="02134")
    asked = bot.hear("track_order", {"order_id": order_id}, text=f"where is {order_id}").run("action_track_order")
    assert asked.then == "request_form"
    assert bot.form().challenge


def test_found_and_not_found_sound_the_same(bot: Bot) -> None:
    bot.order(bot.customer("known", Proof.NONE), 1)
    said = []
    for email in ("known@example.com", "nobody@example.com"):
        talk = Bot(bot.client, bot.db, bot.conversation + email)
        talk.says("sign_in", text="sign me in")
        reply = talk.says("inform", {"email": email}, text=email)
        assert reply.challenge
        said.append([{**message, "custom": None} for message in reply.said])
    assert said[0] == said[1]


def test_a_name_needs_its_zip(bot: Bot) -> None:
    assert bot.says("sign_in", text="log in").responses == ["utter_sign_in_ask"]
    assert bot.says("inform", {"name": "Ada Byron"}, text="Ada Byron").responses == ["utter_sign_in_more"]
    assert bot.says("inform", {"zip": "02134"}, text="02134").challenge


def test_a_visitor_who_wishes_something_else_meanwhile(bot: Bot) -> None:
    customer_id = bot.customer("yan", Proof.NONE)
    order_id = bot.order(customer_id, 1)
    bot.says("change_payment", text="pay otherwise")
    assert bot.says("cancel_order", text="or rather cancel it").responses == ["utter_sign_in_ask_again"]
    bot.says("inform", {"email": "yan@example.com"}, text="yan@example.com")
    proved(bot, customer_id)
    assert bot.says("code_accepted").responses == ["utter_code_accepted_short", "utter_ask_cancel_reason"]
    assert bot.says("deny", text="no").responses == ["utter_cancel_dropped"]
    with bot.db.transaction() as session:
        assert session.get_one(Order, order_id).status == PENDING


def test_a_read_goes_on_too(bot: Bot) -> None:
    customer_id = bot.customer("rita", Proof.NONE)
    order_id = bot.order(customer_id, 1)
    asked = bot.hear("track_order", text="where is my order?").run("action_track_order")
    assert asked.then == "request_form" and not asked.said
    assert bot.form().responses == ["utter_sign_in_ask"]
    bot.says("inform", {"email": "rita@example.com"}, text="rita@example.com")
    proved(bot, customer_id)
    told = bot.says("code_accepted")
    assert told.responses[0] == "utter_code_accepted_short" and told.last["order_id"] == order_id
    assert bot.loop is None


def test_who_is_known_need_not_prove_it(bot: Bot) -> None:
    bot.customer()
    assert bot.says("sign_in", text="log me in").responses == ["utter_sign_in_known"]
    assert bot.loop is None
