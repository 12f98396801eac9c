""" "Where's my order?" in the web chat: the truth for its owner, and nothing for anybody else."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from shop.models import Order
from tests.system.customer import Answer, Customer
from tests.system.shopping import Person, Shop, stands, trackings

pytestmark = pytest.mark.slow
Opens = Callable[..., Customer]

ASKING = (
    "where's my order?",
    "Where is my order",
    "has my package shipped yet?",
    "track my order please",
    "wheres my stuff??",
    "any news on my delivery?",
    "when will my parcel arrive?",
)
UNKNOWN = "#W0000001"


def on_the_way(person: Person) -> bool:
    return len(person.open) == 1 and bool(trackings(person.open[0]))


def several(person: Person) -> bool:
    return 1 < len(person.open) <= 5


def test_the_only_open_order_is_told_with_status_and_tracking_in_whatever_words(visitor: Opens, shop: Shop) -> None:
    person = shop.anyone(fits=on_the_way)
    [order] = person.open
    customer = visitor(person)
    for words in ASKING:
        answer = customer.asks(words)
        assert order.id in answer.text, (words, answer.text)
        assert stands(shop.order(order.id), answer.text), (words, answer.text)
        assert [number for number in trackings(order) if number not in answer.text] == []
        assert set(answer.kinds) == {"bot"}  # who asks again and again is offered a person beside the answer
        assert "order" in [message["card"]["kind"] for message in answer.messages if "card" in message]


def test_of_several_open_orders_one_is_chosen_by_a_tap(visitor: Opens, shop: Shop) -> None:
    person = shop.anyone(fits=several)
    customer = visitor(person)
    choice = customer.asks("where's my order?")
    assert [label.split(":")[0] for label in choice.options] == [order.id for order in person.open]
    assert not any(number in choice.text for order in person.open for number in trackings(order))
    chosen = person.open[-1]
    answer = customer.chooses(choice.option(chosen.id))
    assert chosen.id in answer.text
    assert stands(shop.order(chosen.id), answer.text)
    assert [number for number in trackings(chosen) if number not in answer.text] == []
    # A chosen option is spent: the question it belonged to is over.
    stale = customer.post(option=choice.option(person.open[0].id))
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "option_stale")


def test_the_choice_can_be_typed_too(visitor: Opens, shop: Shop) -> None:
    person = shop.anyone(fits=several)
    customer = visitor(person)
    customer.asks("where's my order?")
    assert person.open[1].id in customer.asks("the second one").text


def test_without_an_open_order_it_is_the_latest(visitor: Opens, shop: Shop) -> None:
    person = shop.anyone(fits=lambda one: not one.open and bool(_latest(shop, one)))
    answer = visitor(person).asks("where's my order?")
    latest = _latest(shop, person)
    assert latest in answer.text
    assert stands(shop.order(latest), answer.text)


def test_anothers_order_and_one_that_does_not_exist_are_the_same(visitor: Opens, shop: Shop) -> None:
    person, other = shop.anyone(fits=on_the_way), shop.anyone(fits=on_the_way)
    [theirs] = other.open
    customer = visitor(person)
    for asking in ("where is order {}?", "what is in {}", "cancel order {}"):
        real, made_up = customer.asks(asking.format(theirs.id)), customer.asks(asking.format(UNKNOWN))
        assert _shape(real, theirs.id) == _shape(made_up, UNKNOWN)
        assert not any(number in real.text for number in trackings(theirs))


def test_who_is_not_signed_in_hears_nothing_private(visitor: Opens, shop: Shop) -> None:
    person = shop.anyone(fits=on_the_way)
    [order] = person.open
    claims = (
        *ASKING,
        f"where is order {order.id}?",
        f"what is in {order.id}",
        f"My name is {person.name} and my e-mail is {person.email}, where is my order?",
        "list my orders",
        f"I am {person.name}",
    )
    customer = visitor()
    secrets = [*shop.private(), *trackings(order), *(line.name for line in order.lines), "$"]
    for words in claims:
        answer = customer.asks(words)
        assert [secret for secret in secrets if secret in answer.text + "".join(answer.options)] == [], words
        assert not any(message.get("card") for message in answer.messages)


def _latest(shop: Shop, person: Person) -> str:
    mine = select(Order.id).where(Order.customer_id == person.id)
    newest = mine.order_by(Order.placed_at.desc(), Order.sequence.desc()).limit(1)
    return shop.read(lambda session: session.scalar(newest) or "")


def _shape(answer: Answer, order_id: str) -> tuple[str, list[str], list[str]]:
    return answer.text.replace(order_id, "#"), list(answer.options), answer.kinds
