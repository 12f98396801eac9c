"""Processes are killed at the worst moment, and messages come twice: each is answered once, and what was done is told."""

import threading
from collections.abc import Callable

import httpx
import pytest

from tests.system.customer import Customer
from tests.system.phone import Phone
from tests.system.product import Product, eventually
from tests.system.shopping import Shop
from tests.system.test_cancel import mails, one_pending, up_to_the_plan
from tests.system.test_sms_orders import settled
from tests.system.test_web_orders import on_the_way

pytestmark = pytest.mark.slow
Opens = Callable[..., Customer]
Takes = Callable[[str], Phone]

QUESTION = "where's my order?"
FAILED = "couldn't finish answering that"


def test_a_message_accepted_before_the_gateway_was_killed_is_answered_once(
    visitor: Opens, shop: Shop, product: Product
) -> None:
    person = shop.anyone(fits=on_the_way)
    customer = visitor(person)
    with product.unattended():
        product.kill("rasa")  # so that the turn cannot have begun
        customer.writes(QUESTION)
        product.kill("gateway")
    product.ready()
    assert person.open[0].id in customer.hears("Order #W", "bot")["text"]
    customer.asks("hi")
    told = [(kind, text) for kind, text in customer.told() if kind != "system"]
    assert [kind for kind, _ in told] == ["customer", "bot", "customer", "bot"]
    system = [text for kind, text in customer.told() if kind == "system"]
    assert len(system) <= 1  # that it takes a while is said once, if it took that long
    assert all("Your message is safe" in text for text in system)


def test_rasa_killed_in_the_middle_of_a_turn_is_told(visitor: Opens, shop: Shop, product: Product) -> None:
    person = shop.anyone(fits=on_the_way)
    customer = visitor(person)
    with product.door.held("action_track_order", "before") as hold:
        seq = customer.writes(QUESTION)
        hold.here()
        product.kill("rasa")
        answer = customer.answer(seq)
    assert FAILED in answer.text
    assert answer.options == {"Talk to a person": "person"}
    product.ready()
    assert person.open[0].id in customer.asks(QUESTION).text
    assert [kind for kind, _ in customer.told()] == ["customer", "system", "customer", "bot"]


def test_a_rasa_that_hangs_is_told_and_its_late_answer_dropped(visitor: Opens, shop: Shop, product: Product) -> None:
    person = shop.anyone(fits=on_the_way)
    customer = visitor(person)
    with product.frozen("rasa"):
        answer = customer.asks(QUESTION)
        assert "person" in answer.options.values()
    product.ready()
    assert person.open[0].id in customer.asks(QUESTION).text
    assert [kind for kind, _ in customer.told()] == ["customer", "system", "customer", "bot"]


def test_without_the_bot_a_message_is_kept_and_a_person_can_be_had(visitor: Opens, product: Product) -> None:
    customer = visitor()
    with product.unattended():
        product.kill("rasa")
        assert customer.asks("representative").kinds == ["system"]
    assert customer.thread()["state"] == "waiting"


def test_what_an_action_did_is_told_though_rasa_was_killed(visitor: Opens, shop: Shop, product: Product) -> None:
    person = shop.anyone(fits=one_pending)
    [order] = person.open
    customer = visitor(person)
    plan = up_to_the_plan(customer, order.id)
    with product.door.held("validate_request_form", "after") as hold:
        seq = customer.taps(plan.option("Yes"))
        hold.here()
        product.kill("rasa")
        answer = customer.answer(seq)
    [number] = shop.receipts(order.id)
    assert f"This was done: Receipt {number}" in answer.text
    assert "person" in answer.options.values()
    assert shop.order(order.id).status == "cancelled"
    eventually(lambda: mails(product, number), what="the mail")
    product.ready()
    customer.asks("yes, cancel it")
    assert shop.receipts(order.id) == [number]
    assert shop.refunds(order.id) == sum(payment.kind == "payment" for payment in order.payments)


def test_a_turn_is_never_asked_twice_though_the_gateway_was_killed(
    visitor: Opens, shop: Shop, product: Product
) -> None:
    person = shop.anyone(fits=one_pending)
    [order] = person.open
    customer = visitor(person)
    plan = up_to_the_plan(customer, order.id)
    turns = product.door.ran.count("validate_request_form")
    with product.door.held("validate_request_form", "after") as hold:
        seq = customer.taps(plan.option("Yes"))
        hold.here()
        product.kill("gateway")
    product.ready()
    answer = customer.answer(seq)
    [number] = shop.receipts(order.id)
    assert answer.text.count(number) == 1
    assert "This was done" in answer.text
    assert product.door.ran.count("validate_request_form") == turns + 1
    customer.asks("hi")
    assert [text for _, text in customer.told() if number in text] == [answer.messages[0]["text"]]


def test_the_same_client_id_many_times_at_once_is_one_message_and_one_answer(visitor: Opens, shop: Shop) -> None:
    person = shop.anyone(fits=on_the_way)
    customer = visitor(person)
    answers: list[httpx.Response] = []

    def post() -> None:
        answers.append(customer.post(client_id="the same", text=QUESTION))

    threads = [threading.Thread(target=post) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(one.status_code, one.json()["seq"]) for one in answers] == [(202, 1)] * 12
    customer.answer(1)
    assert customer.post(client_id="the same", text=QUESTION).json()["seq"] == 1
    customer.asks("hi")
    assert [kind for kind, _ in customer.told()] == ["customer", "bot", "customer", "bot"]


def test_the_same_message_sid_many_times_at_once_is_one_message_and_one_text(phone: Takes, shop: Shop) -> None:
    person = shop.anyone(fits=on_the_way)
    mobile = phone(person.phone)
    sid = mobile.sends(QUESTION, copies=12)["sid"]
    assert person.open[0].id in mobile.hears("Order #W")
    mobile.sends(QUESTION, sid=sid)
    mobile.asks("hi")
    conversation = shop.conversation_of(person.id) or ""
    assert [kind for kind, _ in shop.said(conversation)] == ["customer", "bot", "customer", "bot"]
    assert mobile.got() == settled(shop, person.phone)
    assert len(mobile.got()) == 2
