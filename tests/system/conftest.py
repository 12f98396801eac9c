"""One running product for all tests of this folder, and the people who use it. Each test brings its own customer."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.system.agent import Agent
from tests.system.customer import Customer
from tests.system.phone import Phone
from tests.system.product import Product, own_folder, trained_model
from tests.system.shopping import Person, Shop

CLEANER = "grace"  # no test's agent


@pytest.fixture(scope="session")
def model() -> Path:
    return trained_model()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[Product]:
    started = Product(own_folder(tmp_path_factory.mktemp("product") / "var", model))
    try:
        yield started.ready()
    finally:
        started.close()


@pytest.fixture(scope="session")
def shop(running: Product) -> Iterator[Shop]:
    opened = Shop(running.database_url)
    yield opened
    opened.close()


@pytest.fixture
def product(running: Product) -> Iterator[Product]:
    """The product with all its parts up, nobody online and nobody waiting, before and after each test."""
    running.ready()
    yield running
    running.ready()
    cleaner = Agent(running, CLEANER)
    cleaner.clears()
    cleaner.signs_out()


@pytest.fixture
def visitor(product: Product) -> Iterator[Callable[[Person | None], Customer]]:
    """Opens the chat: as this customer of the shop, or not signed in."""
    opened: list[Customer] = []

    def open_chat(person: Person | None = None) -> Customer:
        opened.append(Customer(product, person.id if person else None))
        return opened[-1]

    yield open_chat
    for customer in opened:
        customer.close()


@pytest.fixture
def phone(product: Product) -> Iterator[Callable[[str], Phone]]:
    """Takes the phone of this number in hand."""
    taken: list[Phone] = []

    def take(number: str) -> Phone:
        taken.append(Phone(product, number))
        return taken[-1]

    yield take
    for one in taken:
        one.close()


@pytest.fixture
def agent(product: Product) -> Iterator[Callable[[str], Agent]]:
    """Signs an agent in by id; signed out again, with empty hands, after the test."""
    came: list[Agent] = []

    def come(id_: str) -> Agent:
        came.append(Agent(product, id_))
        return came[-1]

    yield come
    for one in came:
        for item in one.queue()["mine"]:
            one.hands_back(item["id"])
        one.signs_out()
