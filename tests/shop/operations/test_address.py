"""Another address: of one pending order, or of the account with or without the orders that are pending."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from shop import receipts
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict, NotFound, Unauthorised
from shop.ground.jobs import Job
from shop.identity import Identity
from shop.models import DELIVERED, PENDING, Address, Customer, Order
from shop.operations import account, address
from shop.records import PlanRow, ReceiptRow
from tests.shop import small
from tests.shop.operations import acting
from tests.shop.operations.acting import ELM, ID
from tests.shop.small import HOME, NOW

OTHER = "#W1000002"


def test_the_plan_names_both_addresses_and_the_yes_changes_the_order_alone(db: Database) -> None:
    with db.transaction() as session:
        who = acting.shop(session)
        plan = address.prepare(session, who, "w1000001", ELM, "c1:1", NOW)
        assert plan.lines == (
            "Order #W1000001 will go to 7 Elm Street, Apt 2, Portland, ME 04101, USA.",
            "Until now it was to go to 12 Maple Street, Boston, MA 02134, USA.",
        )
        assert session.get_one(Order, ID).address == HOME
        receipt = acting.commit(session, who, plan)
        session.expire_all()
        order = session.get_one(Order, ID)
        assert (order.address, order.status, order.version) == (ELM, PENDING, 2)
        assert session.get_one(Customer, "ada").address == HOME
        assert receipt.changes == ({"what": "address", "before": str(HOME), "after": str(ELM)},)
        assert receipt.rule and receipt.amounts == () and receipt.by == "customer"
        assert receipts.of_plan(session, plan.id) == receipt


def test_an_address_is_tidied(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session)
        loose = Address("  7  Elm\nStreet ", "", "Portland", "ME", "04101-2233", "")
        plan = address.prepare(session, who, ID, loose, "c1:1", NOW)
        acting.commit(session, who, plan)
        session.expire_all()
        assert session.get_one(Order, ID).address == Address("7 Elm Street", "", "Portland", "ME", "04101-2233", "USA")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (replace(ELM, address1=" "), "An address needs a street and number."),
        (replace(ELM, city="", zip=""), "An address needs a city and a zip code."),
        (replace(ELM, address1="", city="", state="", zip=""), "a street and number, a city, a state and a zip code."),
        (replace(ELM, zip="4101"), "4101 is not a zip code of the USA"),
        (replace(ELM, zip="ABCDE"), "ABCDE is not a zip code of the USA"),
        (replace(ELM, address1="x" * 101), "too long"),
        (HOME, "That is the address already"),
        (replace(HOME, address1=" 12  Maple Street"), "That is the address already"),
    ],
)
def test_an_address_that_cannot_be(sqlite_db: Database, given: Address, said: str) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session)
        before = acting.rows(session)
        for refused in (
            lambda: address.prepare(session, who, ID, given, "c1:1", NOW),
            lambda: account.prepare(session, who, given, [], "c1:1", NOW),
        ):
            with pytest.raises(BadInput) as error:
                refused()
            assert said in error.value.message
        assert acting.rows(session) == before


def test_abroad_needs_no_state(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session)
        vienna = Address("Neubaugasse 3", "", "Wien", "", "1070", "Austria")
        assert address.prepare(session, who, ID, vienna, "c1:1", NOW).payload["address"]["zip"] == "1070"


def test_the_default_address_alone(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session)
        plan = account.prepare(session, who, ELM, [], "c1:1", NOW)
        assert plan.order_id is None and plan.card["order"] is None
        assert plan.lines == (
            "Your default address will be 7 Elm Street, Apt 2, Portland, ME 04101, USA.",
            "Until now it is 12 Maple Street, Boston, MA 02134, USA.",
            "Orders that were placed already keep their address.",
        )
        receipt = acting.commit(session, who, plan)
        assert acting.default_address(session) == ELM
        assert session.get_one(Order, ID).address == HOME
        assert receipt.order_id is None and receipt.operation == "account"
        [job] = session.scalars(select(Job))
        assert job.payload["subject"] == f"Your receipt {receipt.number}"


def test_the_default_address_and_pending_orders(db: Database) -> None:
    with db.transaction() as session:
        who = acting.shop(session)
        small.order(session, OTHER, sequence=1)
        small.order(session, "#W1000003", sequence=2)
        plan = account.prepare(session, who, ELM, [OTHER, ID, OTHER], "c1:1", NOW)
        assert plan.lines[-1] == "It will also be the address of #W1000002 and #W1000001."
        receipt = acting.commit(session, who, plan)
        session.expire_all()
        found = {order.id: order.address for order in session.scalars(select(Order))}
        assert found == {ID: ELM, OTHER: ELM, "#W1000003": HOME}
        assert [change.get("order") for change in receipt.changes] == [None, ID, OTHER]


def test_one_of_its_orders_changed_and_the_whole_plan_is_void(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session)
        small.order(session, OTHER, sequence=1)
        plan = account.prepare(session, who, ELM, [ID, OTHER], "c1:1", NOW)
        session.get_one(Order, OTHER).cancel_reason = "touched"
        before = acting.rows(session)
        with pytest.raises(Conflict) as refused:
            acting.commit(session, who, plan)
        assert refused.value.code == "plan_void"
        assert acting.rows(session) == before


def test_the_default_address_changed_meanwhile(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session)
        plan = account.prepare(session, who, ELM, [], "c1:1", NOW)
        session.get_one(Customer, "ada").address = replace(HOME, address1="14 Maple Street")
        with pytest.raises(Conflict) as refused:
            acting.commit(session, who, plan)
        assert refused.value.code == "plan_void"


def test_the_account_is_not_for_everybodys_orders(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session)
        small.customer(session, "bob")
        small.order(session, OTHER, "bob", sequence=1)
        small.order(session, "#W1000003", status=DELIVERED, sequence=2)
        before = acting.rows(session)
        for order_ids, error in (([OTHER], NotFound), ([ID, "#W9"], NotFound), ([ID, "#W1000003"], Conflict)):
            with pytest.raises(error):
                account.prepare(session, who, ELM, order_ids, "c1:1", NOW)
        with pytest.raises(Unauthorised):
            account.prepare(session, Identity("c9"), ELM, [], "c1:1", NOW)
        assert acting.rows(session) == before


def test_the_same_message_makes_one_plan_of_the_account(db: Database) -> None:
    with db.transaction() as session:
        who = acting.shop(session)
        first = account.prepare(session, who, ELM, [ID], "c1:1", NOW)
        assert account.prepare(session, who, ELM, [ID], "c1:1", NOW) == first
        assert account.prepare(session, who, ELM, [ID], "c1:2", NOW).id != first.id
        receipt = acting.commit(session, who, first)
        assert acting.commit(session, who, first, "c1:10") == receipt
        assert session.scalar(select(func.count()).select_from(PlanRow)) == 2
        assert session.scalar(select(func.count()).select_from(ReceiptRow)) == 1
