"""What the running product answers is as its OpenAPI says, in good and in bad."""

from collections.abc import Callable

import pytest

from tests.system.agent import Agent
from tests.system.api import Api
from tests.system.customer import Customer
from tests.system.product import Product
from tests.system.shopping import Shop
from tests.system.test_cancel import one_pending, up_to_the_plan

pytestmark = pytest.mark.slow


def test_answers_are_as_the_openapi_says(
    product: Product, shop: Shop, visitor: Callable[..., Customer], agent: Callable[[str], Agent]
) -> None:
    api = Api(product)
    person = shop.anyone(fits=one_pending)
    for what in ("customers", "phones", "agents"):
        api.fits("get", f"/demo/{what}", api.http.get(f"/demo/{what}"))
    identity = api.http.post("/demo/identity", json={"customer": person.id})
    api.fits("post", "/demo/identity", identity)
    api.fits("post", "/api/chat/session", api.http.post("/api/chat/session", json=identity.json()))
    api.fits("post", "/api/chat/session", api.http.post("/api/chat/session", json=identity.json()))  # used: 401
    api.fits("post", "/demo/identity", api.http.post("/demo/identity", json={"customer": "nobody"}))

    customer = visitor(person)
    customer.asks("where's my order?")
    plan = up_to_the_plan(customer, person.open[0].id)
    customer.chooses(plan.option("Yes"))
    api.fits("post", "/api/chat/messages", customer.post(option=plan.option("No")))
    api.fits("post", "/api/chat/messages", customer.post(text="hi"))
    api.fits("get", "/api/chat/messages", customer.http.get("/api/chat/messages"))

    alice = agent("alice")
    customer.chooses("person")
    alice.offered(customer.conversation)
    at = "/api/console/conversations/{conversation_id}"
    url = at.format(conversation_id=customer.conversation)
    for what in ("me", "queue"):
        api.fits("get", f"/api/console/{what}", alice.http.get(f"/api/console/{what}"))
    api.fits("get", at, alice.http.get(url))
    api.fits("post", f"{at}/accept", alice.http.post(f"{url}/accept", json={"version": 1}))
    api.fits("post", f"{at}/accept", alice.does("accept", customer.conversation))
    api.fits("post", f"{at}/reply", alice.replies(customer.conversation, "Hello"))
    api.fits("post", f"{at}/reply", alice.replies(customer.conversation, ""))
    seen = alice.http.get(url)
    api.fits("get", at, seen)
    assert [receipt["order"] for receipt in seen.json()["receipts"]] == [person.open[0].id]
    api.fits("get", "/api/chat/messages", customer.http.get("/api/chat/messages"))
    for verb in ("decline", "claim"):
        api.fits("post", f"{at}/{verb}", alice.does(verb, customer.conversation))
    api.fits("post", f"{at}/close", alice.does("close", customer.conversation))
    api.fits("post", "/api/console/presence", alice.http.post("/api/console/presence", json={"status": "away"}))
    api.fits("post", "/api/console/presence", alice.http.post("/api/console/presence", json={"status": "asleep"}))
