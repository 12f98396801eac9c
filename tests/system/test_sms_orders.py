"""The same by text message: known by the phone on file, options by number, one reply one text, STOP and START."""

from collections.abc import Callable

import pytest

from tests.system.phone import Phone, numbered
from tests.system.product import eventually
from tests.system.shopping import Shop, stands, trackings
from tests.system.test_web_orders import ASKING, UNKNOWN, on_the_way, several

pytestmark = pytest.mark.slow
Takes = Callable[[str], Phone]
STRANGER = "+12065550{:03d}"


def settled(shop: Shop, number: str) -> list[str]:
    """The bodies of the texts to this number, once none is on its way any more."""
    eventually(lambda: not {one.state for one in shop.deliveries(number)} & {"queued", "sending"}, what="the last text")
    return [one.body for one in shop.deliveries(number)]


def test_a_phone_on_file_is_told_and_each_reply_is_one_text(phone: Takes, shop: Shop) -> None:
    person = shop.anyone(fits=on_the_way)
    [order] = person.open
    mobile = phone(person.phone)
    for words in ASKING[:4]:
        text = mobile.asks(words)
        assert order.id in text
        assert stands(shop.order(order.id), text)
        assert [number for number in trackings(order) if number not in text] == []
    assert mobile.got() == settled(shop, person.phone)
    assert len(mobile.got()) == 4


@pytest.mark.parametrize("pick", ["1", "one", "Number one, please", "the first", "label"])
def test_an_option_is_chosen_by_number_word_or_label(pick: str, phone: Takes, shop: Shop) -> None:
    person = shop.anyone(fits=several)
    mobile = phone(person.phone)
    choice = mobile.asks("where's my order?")
    first, others = person.open[0], person.open[1:]
    labels = numbered(choice)
    assert [label.split(":")[0] for label in labels] == [first.id, *(order.id for order in others)]
    text = mobile.asks(labels[0] if pick == "label" else pick)
    assert first.id in text
    assert stands(shop.order(first.id), text)


def test_anothers_order_and_one_that_does_not_exist_are_the_same(phone: Takes, shop: Shop) -> None:
    person, other = shop.anyone(fits=on_the_way), shop.anyone(fits=on_the_way)
    mobile = phone(person.phone)
    real = mobile.asks(f"where is order {other.open[0].id}?")
    assert real.replace(other.open[0].id, "#") == mobile.asks(f"where is order {UNKNOWN}?").replace(UNKNOWN, "#")


def test_an_unknown_number_hears_nothing_private(phone: Takes, shop: Shop) -> None:
    person = shop.anyone(fits=on_the_way)
    [order] = person.open
    stranger = phone(STRANGER.format(1))
    secrets = [*shop.private(), *trackings(order), *(line.name for line in order.lines), "$"]
    for words in (*ASKING[:3], f"where is order {order.id}?", f"I am {person.name}, my number is {person.phone}"):
        text = stranger.asks(words)
        assert [secret for secret in secrets if secret in text] == [], words


def test_stop_silences_everything_and_start_lifts_it(phone: Takes, shop: Shop) -> None:
    person = shop.anyone(fits=on_the_way)
    mobile = phone(person.phone)
    mobile.asks("where's my order?")
    conversation = shop.conversation_of(person.id)
    assert conversation
    mobile.sends("STOP")
    [carrier] = mobile.got("outbound-reply")
    assert "unsubscribed" in carrier
    mobile.sends("where's my order?")
    eventually(lambda: not shop.owed(conversation), what="the end of the silent turn")
    settled(shop, person.phone)
    assert len(mobile.got()) == 1
    mobile.sends("start")
    # Answered again, but as somebody unknown: after an opt-out a number proves nothing until a code has come back.
    assert person.open[0].id not in mobile.asks("where's my order?")
    assert len(mobile.got()) == 2
    # The keywords themselves are the carrier's to answer, once each, and never the bot's.
    assert len(mobile.got("outbound-reply")) == 2
