"""Another default address, and with it, where asked for, the address of pending orders."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from shop import customers, plans, wording
from shop.identity import Identity, Proof
from shop.models import Address, Customer
from shop.operations import addresses, own
from shop.operations.own import Held, void
from shop.order_states import ACCOUNT, ADDRESS
from shop.plans import Plan
from shop.receipts import Outcome
from shop.records import PlanRow


def prepare(
    session: Session, who: Identity, address: Address, order_ids: Sequence[str], message_id: str, now: datetime
) -> Plan:
    """Plan another default address; `order_ids` are own pending orders that get it too. Refuses with `Unauthorised`,
    `BadInput` (address_incomplete, address_same), `NotFound` or `Conflict`."""
    old = customers.get(session, who.require(Proof.PHONE)).address
    new = addresses.completed(address, like=old)
    named = {order.id: order for order in (own.to_plan(session, who, one, ADDRESS) for one in order_ids)}
    touched = {order.id: order.version for order in named.values() if order.address != new}
    if new == old and not touched:
        raise addresses.same()
    lines = [wording.say("account_plan", new=new), wording.say("account_plan_old", old=old), _of_orders(named, touched)]
    payload = {"address": asdict(new), "before": asdict(old), "orders": touched}
    return plans.make(session, who, ACCOUNT, None, message_id, lines, payload, now)


def _of_orders(named: Collection[str], touched: Collection[str]) -> str:
    """What becomes of the orders that were named; some may go there already."""
    if touched:
        return wording.say("account_plan_orders", orders=wording.listed(list(touched)))
    if named:
        return wording.say("account_plan_orders_there", orders=wording.listed(list(named)))
    return wording.say("account_plan_no_orders")


def carry_out(session: Session, plan: PlanRow, held: list[Held], now: datetime) -> Outcome:
    """Change the address of the locked customer and orders. Plan, versions, states and proof have been checked."""
    customer = session.get_one(Customer, plan.customer_id, populate_existing=True)
    new, old = Address(**plan.payload["address"]), customer.address
    if asdict(old) != plan.payload["before"]:
        raise void()
    customer.address = new
    changes = [{"what": "default_address", "before": str(old), "after": str(new)}]
    for one in held:
        one.row.address = new
        changes.append({"what": "address", "order": one.order.id, "before": str(one.order.address), "after": str(new)})
    lines = [wording.say("account_done", new=new, old=old)]
    if held:
        lines.append(wording.say("account_done_orders", orders=wording.listed([one.order.id for one in held]), new=new))
    return Outcome(tuple(lines), tuple(changes), wording.say("account_rule"))
