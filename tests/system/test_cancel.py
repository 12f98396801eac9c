"""Cancelling an order: the plan, an explicit yes, the receipt; in the database once, and in the customer's mail."""

from collections.abc import Callable

import httpx
import pytest

from tests.local import LOCALLY
from tests.system.customer import Answer, Customer
from tests.system.phone import Phone, numbered
from tests.system.product import PATIENCE_S, Product, eventually
from tests.system.shopping import Person, Shop

pytestmark = pytest.mark.slow
Opens = Callable[..., Customer]
Takes = Callable[[str], Phone]


def one_pending(person: Person) -> bool:
    return len(person.open) == len(person.pending) == 1


def up_to_the_plan(customer: Customer, order_id: str) -> Answer:
    """The talk until the bot asks for the yes."""
    reasons = customer.asks(f"please cancel order {order_id}")
    return customer.chooses(reasons.option("no longer need"))


def mails(product: Product, words: str) -> list[dict[str, object]]:
    sent = httpx.get(f"{product.twin}/twin/mails", timeout=PATIENCE_S, **LOCALLY).json()["mails"]
    return [mail for mail in sent if words in mail["subject"] + mail["text"]]


def test_plan_yes_receipt(visitor: Opens, shop: Shop, product: Product) -> None:
    person = shop.anyone(fits=one_pending)
    [order] = person.open
    customer = visitor(person)
    plan = up_to_the_plan(customer, order.id)
    assert plan.messages[0]["card"]["kind"] == "plan"
    assert order.id in plan.text
    assert shop.order(order.id).status == "pending"  # nothing happens before the yes
    done = customer.chooses(plan.option("Yes"))
    [number] = shop.receipts(order.id)
    assert number in done.text
    cancelled = shop.order(order.id)
    assert (cancelled.status, cancelled.paid_minor) == ("cancelled", 0)
    assert shop.refunds(order.id) == sum(payment.kind == "payment" for payment in order.payments)
    eventually(lambda: mails(product, number), what="the mail")
    # Said again in several ways, it stays done once.
    for words in ("yes", "Yes, cancel it", f"cancel order {order.id}"):
        customer.asks(words)
    assert shop.receipts(order.id) == [number]
    assert shop.order(order.id).version == cancelled.version
    [mail] = mails(product, number)
    assert mail["receivers"] == [person.email]


def test_a_typed_yes_counts_and_a_no_drops_the_plan(visitor: Opens, shop: Shop) -> None:
    person = shop.anyone(fits=one_pending)
    [order] = person.open
    customer = visitor(person)
    up_to_the_plan(customer, order.id)
    customer.asks("no, keep it")
    customer.asks("yes")
    assert shop.order(order.id).status == "pending"
    up_to_the_plan(customer, order.id)
    assert shop.receipts(order.id) == []
    said = customer.asks("yes please").text
    [number] = shop.receipts(order.id)
    assert number in said


def test_a_yes_out_of_the_blue_does_nothing(visitor: Opens, shop: Shop) -> None:
    person = shop.anyone(fits=one_pending)
    [order] = person.open
    customer = visitor(person)
    for words in ("yes", "Yes, cancel it", "yes please do it"):
        customer.asks(words)
    customer.asks("where's my order?")  # the bot's next words are no plan
    customer.asks("yes")
    now = shop.order(order.id)
    assert (now.status, now.version) == ("pending", order.version)


def test_nobody_cancels_without_proof(visitor: Opens, phone: Takes, shop: Shop) -> None:
    person = shop.anyone(fits=one_pending)
    [order] = person.open
    customer, stranger = visitor(), phone("+12065550102")
    for words in (f"cancel order {order.id}", "I no longer need it", "yes", "Yes, cancel it"):
        assert not any(message.get("card") for message in customer.asks(words).messages)
        stranger.asks(words)
    now = shop.order(order.id)
    assert (now.status, now.version, shop.receipts(order.id)) == ("pending", order.version, [])


def test_by_text_with_a_receipt(phone: Takes, shop: Shop, product: Product) -> None:
    person = shop.anyone(fits=one_pending)
    [order] = person.open
    mobile = phone(person.phone)
    assert len(numbered(mobile.asks("cancel my order please"))) == 2  # reasons
    plan = mobile.asks("1")
    assert order.id in plan
    assert numbered(plan) == ["Yes, cancel it", "No, keep it"]
    again = mobile.asks("qwertz asdf")  # not understood, and asked again: still one text, with one list to choose from
    assert numbered(again) == ["Yes, cancel it", "No, keep it"]
    done = mobile.asks("1")
    [number] = shop.receipts(order.id)
    assert number in done
    assert shop.order(order.id).status == "cancelled"
    assert len(mobile.got()) == 4
    eventually(lambda: mails(product, number), what="the mail")
