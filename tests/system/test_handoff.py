"""A person is asked for: the right one is offered the talk, the bot is silent, and comes back when it is handed back."""

from collections.abc import Callable

import pytest

from tests.system.agent import Agent
from tests.system.customer import Customer
from tests.system.phone import Phone
from tests.system.product import eventually
from tests.system.shopping import Shop
from tests.system.test_cancel import one_pending

pytestmark = pytest.mark.slow
Opens = Callable[..., Customer]
Takes = Callable[[str], Phone]
Comes = Callable[[str], Agent]

PERSON = "I want to talk to a person"
QUESTION = "where's my order?"


def kinds(customer: Customer) -> list[str]:
    return [kind for kind, _ in customer.told()]


def test_a_gold_customer_gets_their_representative_and_nobody_else_sees_it(
    visitor: Opens, agent: Comes, shop: Shop
) -> None:
    person = shop.anyone("gold")
    dedicated, other = agent(person.representative), agent("alice")
    second = agent(next(id_ for id_ in ("dana", "marcus", "priya") if id_ != person.representative))
    customer = visitor(person)
    before = customer.asks(QUESTION)
    asked = customer.asks(PERSON)
    assert asked.kinds == ["system"]
    assert dedicated.name in asked.text

    dedicated.offered(customer.conversation)
    assert dedicated.listed(customer.conversation) == "dedicated"
    for outsider in (other, second):
        assert outsider.listed(customer.conversation) == ""
        assert outsider.http.get(f"/api/console/conversations/{customer.conversation}").status_code == 404
        body = {"version": shop.conversation(customer.conversation).version}
        for verb in ("accept", "claim", "decline", "hand-back", "close"):
            path = f"/api/console/conversations/{customer.conversation}/{verb}"
            assert outsider.http.post(path, json=body).status_code == 404
        assert outsider.replies(customer.conversation, "hello").status_code == 404

    seen = dedicated.sees(customer.conversation)
    assert [one["text"] for one in seen["messages"]] == [QUESTION, before.text, PERSON, asked.text]
    assert (seen["customer"]["name"], seen["customer"]["tier"], seen["proof"]["level"]) == (
        person.name,
        "gold",
        "signed",
    )
    assert {order["id"] for order in seen["orders"]} >= {order.id for order in person.open[:5]}

    customer.writes(QUESTION)  # from the request on, nobody but a person answers
    dedicated.accepts(customer.conversation)
    customer.hears(f"{dedicated.name} has joined", "system")
    assert customer.thread()["status"]["agent"] == {"name": dedicated.name, "dedicated": True}
    assert dedicated.replies(customer.conversation, "Good day, how can I help?").status_code == 201
    assert customer.hears("how can I help?")["author"] == {"kind": "agent", "name": dedicated.name}
    customer.writes(QUESTION)
    eventually(lambda: dedicated.queue()["mine"][0]["unanswered"], what="the customer's words in the console")

    dedicated.hands_back(customer.conversation)
    customer.hears("You are with the assistant again", "system")
    again = customer.asks(QUESTION)
    assert again.kinds == ["bot"]
    assert kinds(customer) == [
        *("customer", "bot", "customer", "system", "customer"),
        *("system", "agent", "customer", "system", "customer", "bot"),
    ]
    assert "ask_bot" not in shop.owed(customer.conversation)


def test_a_standard_customer_is_offered_to_the_free_agent(visitor: Opens, agent: Comes, shop: Shop) -> None:
    free = agent("alice")
    customer = visitor(shop.anyone())
    assert "asked my colleagues" in customer.asks("can I speak to a human please").text
    free.offered(customer.conversation)
    assert free.listed(customer.conversation) == "general"
    free.accepts(customer.conversation)
    assert free.listed(customer.conversation) == "mine"
    free.replies(customer.conversation, "Alice here.")
    assert customer.hears("Alice here.")["author"]["name"] == free.name


@pytest.mark.parametrize("words", ["", "hi", QUESTION, "qwertz asdf", "cancel my order"])
def test_the_option_of_a_person_is_there_at_every_turn(words: str, visitor: Opens, agent: Comes, shop: Shop) -> None:
    free = agent("ben")
    customer = visitor(shop.anyone())
    if words:
        customer.asks(words)
    assert customer.chooses("person").kinds == ["system"]
    free.offered(customer.conversation)


def test_what_was_begun_with_the_bot_goes_on_after_the_hand_back(visitor: Opens, agent: Comes, shop: Shop) -> None:
    person = shop.anyone(fits=one_pending)
    free = agent("ben")
    customer = visitor(person)
    customer.asks("cancel my order")
    customer.chooses("person")
    free.accepts(customer.conversation)
    customer.hears("has joined")
    customer.writes("yes")  # to Ben, not to the bot
    free.hands_back(customer.conversation)
    customer.hears("You are with the assistant again")
    plan = customer.asks("I no longer need it")
    assert person.open[0].id in plan.text
    assert "Yes, cancel it" in plan.options
    assert shop.order(person.open[0].id).status == "pending"


def test_an_absent_representative_is_named_and_the_next_free_agent_asked(
    visitor: Opens, agent: Comes, shop: Shop
) -> None:
    person = shop.anyone("gold")
    free = agent("carla")
    customer = visitor(person)
    answer = customer.asks(PERSON)
    assert f"{shop.agents()[person.representative]}, your representative, isn't available" in answer.text
    free.offered(customer.conversation)
    assert free.listed(customer.conversation) == "general"


def test_with_nobody_online_it_is_said_kept_and_offered_to_who_comes(visitor: Opens, agent: Comes, shop: Shop) -> None:
    customer = visitor(shop.anyone())
    assert "Nobody from the team is online" in customer.asks(PERSON).text
    customer.writes("It is about my lamp.")
    assert customer.thread()["state"] == "waiting"
    comes = agent("derek")
    comes.offered(customer.conversation)
    comes.accepts(customer.conversation)
    assert "It is about my lamp." in [one["text"] for one in comes.sees(customer.conversation)["messages"]]
    customer.hears(f"{comes.name} has joined")


def test_who_gives_up_waiting_is_back_with_the_bot(visitor: Opens, agent: Comes, shop: Shop) -> None:
    customer = visitor(shop.anyone())
    waiting = customer.asks(PERSON)
    assert customer.chooses(waiting.option("Stop waiting")).kinds == ["system"]
    assert customer.asks("hi").kinds == ["bot"]
    assert agent("elena").listed(customer.conversation) == ""


def test_the_same_by_text_message(phone: Takes, agent: Comes, shop: Shop) -> None:
    person = shop.anyone("gold")
    dedicated, other = agent(person.representative), agent("farid")
    mobile = phone(person.phone)
    assert dedicated.name in mobile.asks(PERSON)
    conversation = shop.conversation_of(person.id) or ""
    dedicated.accepts(conversation)
    assert other.listed(conversation) == ""
    mobile.hears(f"{dedicated.name} has joined")
    dedicated.replies(conversation, "Good day, how can I help?")
    mobile.hears("Good day, how can I help?")
    mobile.sends(QUESTION)
    eventually(lambda: dedicated.sees(conversation)["messages"][-1]["text"] == QUESTION, what="the text in the console")
    dedicated.hands_back(conversation)
    mobile.hears("You are with the assistant again")
    texts = len(mobile.got())
    mobile.asks(QUESTION)
    said = [kind for kind, _ in shop.said(conversation)]
    assert said == ["customer", "system", "system", "agent", "customer", "system", "customer", "bot"]
    assert len(mobile.got()) == texts + 1 == 5


def test_an_absent_representative_by_text_message(phone: Takes, agent: Comes, shop: Shop) -> None:
    person = shop.anyone("gold")
    free = agent("carla")
    mobile = phone(person.phone)
    mobile.sends(PERSON)
    mobile.hears("your representative, isn't available")
    free.offered(shop.conversation_of(person.id) or "")
