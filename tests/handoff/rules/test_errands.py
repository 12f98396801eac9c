"""Order operations by an agent: planned, agreed to, carried out once, told to the customer, and written down by whom."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from handoff.models import Agent
from handoff.routing import explain, holding
from handoff.rules import errands, notes, story
from shop import receipts
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict, Forbidden, NotFound
from shop.models import CANCELLED, DELIVERED, PENDING, Order, OrderLine, Payment, PaymentMethod, Product, Variant
from tests.conftest import Clock
from tests.handoff import world


def scene(session: Session, status: str = PENDING) -> str:
    """Mia's order of two lamps, and Dana who answers her."""
    mia = world.customer(session, "Mia", phone="+12125550001")
    session.add(
        PaymentMethod(
            customer_id=mia, id="m1", position=0, kind="credit_card", brand="visa", last_four="1234", currency="USD"
        )
    )
    session.add(Product(id="p1", sequence=1, name="Desk lamp"))
    session.flush()
    for position, colour in enumerate(("brass", "black")):
        session.add(
            Variant(id=f"v-{colour}", product_id="p1", position=position, options={"finish": colour}, price_minor=8000,
                    currency="USD", available=True)
        )  # fmt: skip
    session.flush()
    session.add(Order(id="#W1", customer_id=mia, sequence=1, status=status, currency="USD", paid_minor=8000))
    session.flush()
    session.add(OrderLine(order_id="#W1", position=0, product_id="p1", variant_id="v-brass", name="Desk lamp",
                          options={"finish": "brass"}, price_minor=8000, role="ordered"))  # fmt: skip
    session.add(Payment(order_id="#W1", position=0, kind="payment", amount_minor=8000, method_id="m1"))
    session.flush()
    world.agent(session, "Dana")
    asked = world.asks_for_a_person(session, mia)
    holding.accept(session, world.conversation(session, asked), world.locked(session, "dana"))
    return asked


def plan(session: Session, asked: str, operation: str = "cancel", key: str = "k1", **told: Any) -> Any:
    details = {"reason": "", "method": "", "lines": [], "swaps": {}, "address": None, **told}
    conversation, dana = world.conversation(session, asked), world.locked(session, "dana")
    return errands.plan(session, conversation, dana, key, operation, "#W1", details)


def test_planned_agreed_and_carried_out_once(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        asked = scene(session)
        made = plan(session, asked, reason="no longer needed")
        assert plan(session, asked, reason="no longer needed").id == made.id
        assert session.get_one(Order, "#W1").status == PENDING
        conversation, dana = world.conversation(session, asked), world.locked(session, "dana")
        receipt = errands.carry_out(session, conversation, dana, made.id, "yes please, in the chat")
        again = errands.carry_out(session, conversation, dana, made.id, "yes please, in the chat")
        assert (receipt.number, receipt.by) == (again.number, "agent:dana")
        assert session.get_one(Order, "#W1").status == CANCELLED
        told = [message for message in world.said(session, asked) if message.card]
        assert [(message.kind, message.card["number"]) for message in told if message.card] == [
            ("agent", receipt.number)
        ]
        [written] = [step for step in explain.decisions(session, asked) if step["reason"] == "carried_out"]
        assert (written["by"], written["detail"]["note"]) == ("agent:dana", "yes please, in the chat")
        assert "yes please" in written["text"]


def test_refused_with_the_rule(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        asked = scene(session, DELIVERED)
        offered = errands.of_order(session, world.conversation(session, asked), "W1")
        assert offered["allowed"] == ["return", "exchange"]
        with pytest.raises(Conflict) as refused:
            plan(session, asked, reason="no longer needed")
        assert refused.value.message == offered["refused"]["cancel"]
        assert [line["variants"] for line in offered["lines"]] == [
            [{"id": "v-black", "label": "black", "price": "$80.00"}]
        ]
        with pytest.raises(NotFound):
            errands.of_order(session, world.conversation(session, asked), "#W9")
        with pytest.raises(BadInput):
            plan(session, asked, operation="moon")


def test_only_who_answers_and_only_for_a_customer_who_has_proved_it(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        asked = scene(session)
        made = plan(session, asked, reason="no longer needed")
        world.agent(session, "Ben", here=False)
        ben = session.get_one(Agent, "ben")
        with pytest.raises(Conflict):
            errands.carry_out(session, world.conversation(session, asked), ben, made.id, "yes")
        stranger = world.asks_for_a_person(session)
        holding.accept(session, world.conversation(session, stranger), world.locked(session, "dana"))
        with pytest.raises(Forbidden) as refused:
            plan(session, stranger, reason="no longer needed", key="k2")
        assert refused.value.code == "not_proved"


def test_a_plan_that_was_dropped_is_not_carried_out(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        asked = scene(session)
        made = plan(session, asked, reason="no longer needed")
        conversation, dana = world.conversation(session, asked), world.locked(session, "dana")
        errands.drop(session, conversation, dana, made.id)
        with pytest.raises(Conflict):
            errands.carry_out(session, conversation, dana, made.id, "yes")
        assert receipts.of_conversation(session, asked) == []


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("items", {"swaps": {1: "v-black"}}),
        ("address", {"address": {"address1": "2 Elm St", "address2": "", "city": "Denver", "state": "CO", "zip": "80202",
                                 "country": "USA"}}),
    ],
)  # fmt: skip
def test_the_other_operations_are_planned_too(db: Database, clock: Clock, operation: str, told: dict[str, Any]) -> None:
    with db.transaction() as session:
        asked = scene(session)
        if "swaps" in told:
            [line] = errands.of_order(session, world.conversation(session, asked), "#W1")["lines"]
            told = {"swaps": {line["id"]: "v-black"}}
        assert plan(session, asked, operation=operation, **told).operation == operation


def test_the_customer_s_story(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        asked = scene(session)
        conversation, dana = world.conversation(session, asked), world.locked(session, "dana")
        notes.write(session, conversation, dana, "She rang before", "k1")
        holding.settle(session, conversation, dana, code="solved", tags=["praise"], note="")
        clock.advance(days=30)
        later = world.visitor(session, "mia").conversation
        told = story.beside(session, world.conversation(session, later))
        assert (told["value"]["orders"], told["value"]["ever"]) == (1, "$80.00")
        assert [(one["id"], one["closed_as"], one["tags"]) for one in told["past"]] == [(asked, "Solved", ["praise"])]
        past = story.past_thread(session, world.conversation(session, later), asked)
        assert past["messages"][-1]["text"] == world.said(session, asked)[-1].text
        assert [(one["text"], one["author"]["name"]) for one in past["notes"]] == [("She rang before", "Dana")]
        stranger = world.visitor(session).conversation
        nothing = {"value": None, "past": [], "files": [], "introduction": None}
        assert story.beside(session, world.conversation(session, stranger)) == nothing
        for whose, which in ((stranger, asked), (later, stranger), (later, "none")):
            with pytest.raises(NotFound):
                story.past_thread(session, world.conversation(session, whose), which)
