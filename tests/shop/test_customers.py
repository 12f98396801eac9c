import pytest

from shop import customers
from shop.ground.db import Database
from shop.ground.errors import NotFound
from tests.shop import small

NUMBER = "+16175550101"


def test_a_customer_is_shown_without_full_card_numbers(db: Database) -> None:
    with db.transaction() as session:
        small.customer(session)
        shown = customers.get(session, "ada")
    assert shown.name == "Ada Byron"
    assert [method.label for method in shown.methods] == ["Visa ending in 1234", "PayPal", "gift card"]
    assert [str(method.balance) for method in shown.methods] == ["None", "None", "$10.00"]


def test_nobody_is_not_found(db: Database) -> None:
    with db.transaction() as session, pytest.raises(NotFound):
        customers.get(session, "nobody")


def test_names_of_those_who_exist(db: Database) -> None:
    with db.transaction() as session:
        small.customer(session)
        assert customers.names(session, {"ada", "nobody"}) == {"ada": "Ada Byron"}


def test_a_number_of_one_customer_finds_them(db: Database) -> None:
    with db.transaction() as session:
        small.customer(session, phone=NUMBER)
        assert customers.by_phone(session, NUMBER) == "ada"
        assert customers.by_phone(session, "+16175550199") is None


def test_a_shared_number_finds_nobody(db: Database) -> None:
    with db.transaction() as session:
        small.customer(session, phone=NUMBER)
        small.customer(session, "bob", phone=NUMBER)
        assert customers.by_phone(session, NUMBER) is None


def test_an_unconfirmed_number_finds_nobody(db: Database) -> None:
    with db.transaction() as session:
        small.customer(session, phone=NUMBER).phone_confirmed = False
        session.flush()
        assert customers.by_phone(session, NUMBER) is None
