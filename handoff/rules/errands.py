"""Order operations by an agent: the bot's own plans and receipts, made in the agent's name, done after the customer's yes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Conversation
from handoff.routing import clocks
from handoff.rules import outbox
from handoff.rules.outbox import Author
from shop import (
    catalogue,
    customers,
    identity,
    operations,
    order_states,
    order_words,
    orders,
    plans,
    receipts,
    wording,
)
from shop.ground import clock
from shop.ground.errors import BadInput, Conflict, Forbidden, NotFound, Refusal, Unauthorised
from shop.identity import Identity, Proof
from shop.models import Address
from shop.operations import address, cancel, exchange, items, payment, returns
from shop.operations.swaps import Swap
from shop.orders import Line

Details = Mapping[str, Any]
Prepare = Callable[[Session, Identity, str, Details, str, datetime], plans.Plan]


def of_order(session: Session, conversation: Conversation, order_id: str) -> dict[str, Any]:
    """What can be done to this order of the conversation's customer, with what there is to choose from; and for what can't
    be done, the rule in words. `NotFound` for an order that is not theirs."""
    who = identity.of(session, conversation.id)
    order = orders.find(session, who.customer_id, order_id) if who.customer_id else None
    if order is None:
        raise NotFound("This customer has no such order.")
    allowed = [name for name in order_states.OPERATIONS if order_states.allows(order.status, name)]
    refused = {
        name: order_states.why_not(order.status, name) for name in order_states.OPERATIONS if name not in allowed
    }
    swapping = order_states.ITEMS in allowed or order_states.EXCHANGE in allowed
    return {
        "order": order.id,
        "allowed": allowed,
        "refused": refused,
        "reasons": list(cancel.REASONS),
        "address": asdict(order.address),
        "methods": [
            {"id": method.id, "label": method.label} for method in customers.methods(session, order.customer_id)
        ],
        "lines": [_line(session, line, swapping) for line in order.lines if not line.going_back],
    }


def plan(
    session: Session,
    conversation: Conversation,
    agent: Agent,
    key: str,
    operation: str,
    order_id: str,
    details: Details,
) -> plans.Plan:
    """A plan for the customer to agree to; nothing is done yet. The refusals are the shop's own: `BadInput`, `NotFound`,
    `Conflict`; `Forbidden` where the customer has not proved enough."""
    who = _asked_by(session, conversation, agent)
    prepare = PREPARE.get(operation)
    if prepare is None:
        raise BadInput(f"There is no operation {operation}.")
    try:
        return prepare(session, who, order_id, details, key, clock.now())
    except Unauthorised as error:
        raise _not_proved(error) from None


def carry_out(session: Session, conversation: Conversation, agent: Agent, plan_id: str, yes: str) -> receipts.Receipt:
    """Do what was planned: the customer has said `yes`, in these words. They get the receipt, in the thread and by mail."""
    who = _asked_by(session, conversation, agent)
    by = f"agent:{agent.id}"
    try:
        receipt = operations.commit(session, who, plan_id, f"{by}:{plan_id}", clock.now(), by=by)
    except Unauthorised as error:
        raise _not_proved(error) from None
    key = f"receipt:{receipt.number}"
    if outbox.seq_of(session, key, receipt.text) is None:
        detail = {"operation": receipt.operation, "order": receipt.order_id, "receipt": receipt.number, "note": yes}
        states.note(session, conversation, by=by, why="carried_out", detail=detail)
        author = Author("agent", agent.name, agent.id)
        outbox.say(session, conversation, author, receipt.text, card=receipt.card, key=key)
        clocks.recount(session, conversation, answered=True)
    return receipt


def drop(session: Session, conversation: Conversation, agent: Agent, plan_id: str) -> None:
    """The customer said no, or the agent thought better of it."""
    plans.drop(session, _asked_by(session, conversation, agent), plan_id, clock.now())


def _asked_by(session: Session, conversation: Conversation, agent: Agent) -> Identity:
    if conversation.state != "held" or conversation.held_by != agent.id:
        raise Conflict("You are not the one who answers this conversation.")
    who = identity.of(session, conversation.id)
    try:
        who.require(Proof.PHONE)
    except Unauthorised as error:
        raise _not_proved(error) from None
    return who


def _not_proved(error: Refusal) -> Forbidden:
    """A weak proof is the customer's, not the agent's: it does not end the agent's session."""
    return Forbidden(error.message, code=error.code)


def _line(session: Session, line: Line, swapping: bool) -> dict[str, Any]:
    others = catalogue.variants(session, line.product_id, available_only=True) if swapping else []
    return {
        "id": line.id,
        "label": order_words.item(line),
        "price": str(line.price),
        "variants": [
            {"id": one.id, "label": wording.option_words(one.options) or one.name, "price": str(one.price)}
            for one in others
            if one.id != line.variant_id
        ],
    }


def _cancel(session: Session, who: Identity, order: str, told: Details, key: str, now: datetime) -> plans.Plan:
    return cancel.prepare(session, who, order, told["reason"], key, now)


def _address(session: Session, who: Identity, order: str, told: Details, key: str, now: datetime) -> plans.Plan:
    return address.prepare(session, who, order, Address(**told["address"]), key, now)


def _payment(session: Session, who: Identity, order: str, told: Details, key: str, now: datetime) -> plans.Plan:
    return payment.prepare(session, who, order, told["method"], key, now)


def _return(session: Session, who: Identity, order: str, told: Details, key: str, now: datetime) -> plans.Plan:
    return returns.prepare(session, who, order, told["lines"], told["method"] or None, key, now)


def _items(session: Session, who: Identity, order: str, told: Details, key: str, now: datetime) -> plans.Plan:
    return items.prepare(session, who, order, _swaps(told), told["method"] or None, key, now)


def _exchange(session: Session, who: Identity, order: str, told: Details, key: str, now: datetime) -> plans.Plan:
    return exchange.prepare(session, who, order, _swaps(told), told["method"] or None, key, now)


def _swaps(told: Details) -> Sequence[Swap]:
    return [Swap(line_id, variant_id) for line_id, variant_id in told["swaps"].items()]


PREPARE: dict[str, Prepare] = {
    order_states.CANCEL: _cancel,
    order_states.ADDRESS: _address,
    order_states.PAYMENT: _payment,
    order_states.ITEMS: _items,
    order_states.RETURN: _return,
    order_states.EXCHANGE: _exchange,
}
