"""Everything that changes an order or an account: `prepare` in a module a topic, and `commit`, once, after the yes."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from shop import order_states, plans, receipts
from shop.identity import Identity, Proof
from shop.operations import account, address, cancel, exchange, items, own, payment, proofs, returns
from shop.operations.own import Held
from shop.receipts import Outcome, Receipt
from shop.records import PlanRow

# (session, the plan, the locked orders it is about, the time) -> what was done
Effect = Callable[[Session, PlanRow, list[Held], datetime], Outcome]


def commit(
    session: Session, who: Identity, plan_id: str, message_id: str, now: datetime, by: str = "customer"
) -> Receipt:
    """Carry out a plan of this conversation. Done before: the same receipt. `by` stands in the receipt.

    Refuses with `NotFound`, `Conflict` (plan_gone, plan_expired, plan_void, order_state) or `Unauthorised` (needs_code:
    the plan stays open). The plan's row lock makes a second commit wait, and then find the first one's receipt.
    """
    who.require(Proof.PHONE)
    plan = plans.locked(session, who, plan_id)
    done = receipts.of_plan(session, plan.id)
    if done is not None:
        return done
    plans.check_open(plan, now)
    held = own.lock(session, plan)
    proofs.check(session, who, plan, now)
    outcome = EFFECTS[plan.operation](session, plan, held, now)
    own.touch(session, held)
    return receipts.write(session, plan, message_id, outcome, by, now)


EFFECTS: dict[str, Effect] = {
    order_states.CANCEL: cancel.carry_out,
    order_states.ADDRESS: address.carry_out,
    order_states.PAYMENT: payment.carry_out,
    order_states.ITEMS: items.carry_out,
    order_states.RETURN: returns.carry_out,
    order_states.EXCHANGE: exchange.carry_out,
    order_states.ACCOUNT: account.carry_out,
}
