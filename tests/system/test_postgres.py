"""The same product on PostgreSQL, with a second gateway beside the first: orders, the handoff, and the bell between them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from handoff.entry.processes import ROOT
from handoff.entry.supervisor import die_with
from tests.conftest import _named
from tests.local import LOCALLY
from tests.system.agent import Agent
from tests.system.customer import Customer
from tests.system.phone import Phone
from tests.system.product import PATIENCE_S, Product, eventually, own_folder
from tests.system.shopping import Shop, stands, trackings
from tests.system.test_cancel import one_pending, up_to_the_plan
from tests.system.test_web_orders import on_the_way

pytestmark = pytest.mark.slow
QUESTION = "where's my order?"


class Two:
    """The product, and the address of one more gateway on the same database."""

    def __init__(self, product: Product, second: str) -> None:
        self.product = product
        self.second = second
        self.shop = Shop(product.database_url)


@pytest.fixture(scope="module", params=["postgresql"])
def two(postgres_server: str, tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[Two]:
    name = f"rapport_{uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        url = _named(postgres_server, name)
        folder = own_folder(tmp_path_factory.mktemp("postgres") / "var", model)
        tracker = url.replace("+psycopg", "") + ("&" if "?" in url else "?") + "schema=rasa"
        product = Product(folder, DATABASE_URL=url, TRACKER_URL=tracker)
        second = None
        try:
            product.ready()
            second = _one_more(product)
            both = Two(product, f"http://127.0.0.1:{product.port + 6}")
            eventually(lambda: _alive(both.second), what="the second gateway")
            yield both
            both.shop.close()
        finally:
            if second:
                second.kill()
                second.wait()
            product.close()
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_orders_and_a_cancelled_one(two: Two) -> None:
    person = two.shop.anyone(fits=on_the_way)
    customer = Customer(two.product, person.id)
    text = customer.asks(QUESTION).text
    assert person.open[0].id in text
    assert stands(person.open[0], text)
    assert [number for number in trackings(person.open[0]) if number not in text] == []
    assert person.open[0].id in Phone(two.product, person.phone).asks(QUESTION)
    customer.close()

    other = two.shop.anyone(fits=one_pending)
    customer = Customer(two.product, other.id, two.second)
    plan = up_to_the_plan(customer, other.open[0].id)
    done = customer.chooses(plan.option("Yes"))
    [number] = two.shop.receipts(other.open[0].id)
    assert number in done.text
    assert two.shop.order(other.open[0].id).status == "cancelled"
    customer.close()


def test_the_customer_at_one_gateway_and_the_representative_at_the_other(two: Two) -> None:
    person = two.shop.anyone("gold")
    dedicated = Agent(two.product, person.representative, two.second)
    customer = Customer(two.product, person.id)
    customer.asks(QUESTION)
    assert dedicated.name in customer.asks("I want to talk to a person").text
    dedicated.accepts(customer.conversation)
    customer.hears(f"{dedicated.name} has joined")
    dedicated.replies(customer.conversation, "Good day")
    assert customer.hears("Good day")["author"] == {"kind": "agent", "name": dedicated.name}
    customer.writes(QUESTION)
    two.product.kill("gateway")  # the other one goes on
    dedicated.hands_back(customer.conversation)
    customer.hears("You are with the assistant again")
    assert customer.asks(QUESTION).kinds == ["bot"]
    assert [kind for kind, _ in customer.told()] == [
        *("customer", "bot", "customer", "system", "system"),
        *("agent", "customer", "system", "customer", "bot"),
    ]
    customer.close()
    dedicated.signs_out()


def test_the_same_message_at_both_gateways_is_answered_once(two: Two) -> None:
    customer = Customer(two.product)
    headers = {"Authorization": f"Bearer {customer.token}"}
    for url in (two.product.url, two.second, two.product.url):
        answer = httpx.post(
            f"{url}/api/chat/messages",
            json={"client_id": "one", "text": "hi"},
            headers=headers,
            timeout=PATIENCE_S,
            **LOCALLY,
        )
        assert (answer.status_code, answer.json()["seq"]) == (202, 1)
    customer.answer(1)
    customer.asks("hi")
    assert [kind for kind, _ in customer.told()] == ["customer", "bot", "customer", "bot"]
    customer.close()


def _one_more(product: Product) -> subprocess.Popen[bytes]:
    """A gateway on a port of its own; to the world both are one, so PUBLIC_URL is the first one's."""
    ports = {name: str(product.port + n) for n, name in enumerate(("RASA_PORT", "ACTIONS_PORT", "TWIN_PORT"), start=1)}
    environment = product.environment | ports | {"PORT": str(product.port + 6), "SMTP_TWIN_PORT": str(product.port + 4)}
    with (product.var_dir / "second.log").open("w") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "handoff.entry.cli", "gateway"],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with(os.getpid()),
        )


def _alive(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=PATIENCE_S, **LOCALLY).status_code == 200
    except httpx.HTTPError:
        return False
