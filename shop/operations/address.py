"""Another address for one pending order; the customer's default address stays as it is."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from shop import plans, wording
from shop.identity import Identity
from shop.models import Address
from shop.operations import addresses, own
from shop.operations.own import Held
from shop.order_states import ADDRESS
from shop.plans import Plan
from shop.receipts import Outcome
from shop.records import PlanRow


def prepare(session: Session, who: Identity, order_id: str, address: Address, message_id: str, now: datetime) -> Plan:
    """Plan another address. Refuses with `Unauthorised`, `BadInput` (address_incomplete, address_same), `NotFound` or
    `Conflict`."""
    order = own.to_plan(session, who, order_id, ADDRESS)
    new = addresses.completed(address, like=order.address)
    if new == order.address:
        raise addresses.same()
    lines = [
        wording.say("address_plan", order=order.id, new=new),
        wording.say("address_plan_old", old=order.address),
    ]
    return plans.make(session, who, ADDRESS, order, message_id, lines, {"address": asdict(new)}, now)


def carry_out(session: Session, plan: PlanRow, held: list[Held], now: datetime) -> Outcome:
    """Change the locked order's address. Plan, version, state and proof have been checked."""
    [one] = held
    new, old = Address(**plan.payload["address"]), one.order.address
    one.row.address = new
    return Outcome(
        lines=(wording.say("address_done", order=one.order.id, new=new, old=old),),
        changes=({"what": "address", "before": str(old), "after": str(new)},),
        rule=wording.say("address_rule"),
    )
