"""The orders that an operation is about: the customer's own, in a state that allows it; found to plan, locked to change."""

from dataclasses import dataclass

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from shop import customers, order_states, orders, policy, wording
from shop.ground.errors import Conflict, NotFound
from shop.identity import Identity, Proof
from shop.models import Order as OrderRow
from shop.order_states import ACCOUNT, ADDRESS
from shop.orders import Order
from shop.records import PlanRow


@dataclass(frozen=True)
class Held:
    """An order at the version of its plan: the locked row, and how it was seen then."""

    row: OrderRow
    order: Order


def find(session: Session, customer_id: str, order_id: str) -> Order:
    """The customer's own order; `NotFound` for another's as for one that does not exist."""
    order = orders.find(session, customer_id, order_id)
    if order is None:
        raise NotFound(wording.say("not_found"))
    return order


def to_plan(session: Session, who: Identity, order_id: str, operation: str) -> Order:
    """The order, for a plan. Refuses with `Unauthorised`, `NotFound` or `Conflict`."""
    order = find(session, who.require(Proof.PHONE), order_id)
    order_states.check(order.status, operation)
    return order


def lock(session: Session, plan: PlanRow) -> list[Held]:
    """The orders of a plan, locked; `Conflict` when one is not at the plan's version, or in another state.

    The customer's row is locked first: changes of one customer's orders and gift cards happen one after the other.
    """
    customers.lock(session, plan.customer_id)
    versions = {plan.order_id: plan.order_version} if plan.order_id else plan.payload["orders"]
    operation = ADDRESS if plan.operation == ACCOUNT else plan.operation
    return [_held(session, plan.customer_id, order_id, versions[order_id], operation) for order_id in sorted(versions)]


def touch(session: Session, held: list[Held]) -> None:
    """Raise the orders' versions, also where only their lines or payments changed: plans made before are void."""
    for one in held:
        flag_modified(one.row, "status")
    session.flush()


def _held(session: Session, customer_id: str, order_id: str, version: int, operation: str) -> Held:
    row = orders.locked(session, customer_id, order_id)
    order = orders.find(session, customer_id, order_id)
    if row is None or order is None or row.version != version:
        raise void()
    order_states.check(order.status, operation)
    return Held(row, order)


def offering(key: str, rule: policy.Rule, **facts: object) -> str:
    """The words of a refusal; they offer a person where somebody on staff may waive the rule."""
    told = wording.say(key, **facts)
    return f"{told} {wording.say('person_can')}" if policy.current().waivable(rule) else told


def void() -> Conflict:
    """What the plan was made from has changed."""
    return Conflict(wording.say("plan_void"), code="plan_void")
