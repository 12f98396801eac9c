"""Set aside until a time, the customer's next word or a change of an order: it takes no place meanwhile, and comes back to
who parked it first, else to the team.

Whatever it was parked for, the customer's next word ends it, and so does its time: nothing sleeps for ever.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Assignment, Conversation
from handoff.routing import again, clocks, matching, presence, transfer
from shop.ground import clock, jobs
from shop.ground.errors import BadInput, Conflict
from shop.models import Order

LONGEST = timedelta(days=30)
WITHOUT_A_TIME = timedelta(days=7)  # what waits for a customer or an order is looked at again after this long
LOOKED_AT = 500
TIME, CUSTOMER, ORDER = "time", "customer", "order:"


def park(
    session: Session, conversation: Conversation, agent: Agent, *, until: datetime | None, wait_for: str, note: str = ""
) -> None:
    """Set it aside. `wait_for`: time, customer, or order:<id>. `BadInput` for a time that is over or too far away, and for an
    order that is not the customer's."""
    now = clock.now()
    if wait_for == TIME and until is None:
        raise BadInput("Until when? Please give a time.")
    if until is not None and not now < until <= now + LONGEST:
        raise BadInput(f"A time within the next {LONGEST.days} days, please.")
    order = _order(session, conversation, wait_for.removeprefix(ORDER)) if wait_for.startswith(ORDER) else None
    due_at = until or now + WITHOUT_A_TIME
    detail = {
        "for": wait_for,
        "until": clock.iso(due_at),
        "note": note,
        "order_version": order.version if order else None,
    }
    states.change(
        session, conversation, "parked", by=f"agent:{agent.id}", why="parked", agent_id=agent.id, detail=detail,
        held_by=agent.id, parked_until=due_at, parked_for=wait_for,
    )  # fmt: skip
    clocks.recount(session, conversation)
    key = f"park_due:{conversation.id}:{conversation.version}"
    payload = {"conversation": conversation.id, "version": conversation.version}
    jobs.owe(session, "park_due", f"timer:{key}", payload, due_at=due_at, key=key)
    matching.fill(session, agent.id)


def unpark(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """You go on with it."""
    if conversation.state != "parked" or conversation.held_by != agent.id:
        raise Conflict("This conversation is not parked by you.")
    _hold_again(session, conversation, agent.id, by=f"agent:{agent.id}", why="unparked")


def park_due(session: Session, conversation_id: str, version: int) -> None:
    """The time it was parked for is over."""
    conversation = states.lock(session, conversation_id)
    if conversation.state == "parked" and conversation.version == version:
        wake(session, conversation, by="system", why="park_over")


def wake(session: Session, conversation: Conversation, *, by: str, why: str) -> None:
    """What it was parked for has come: to who parked it, if they are here and have room; else to the team."""
    keeper = presence.lock_agent(session, str(conversation.held_by))
    load = presence.loads(session, [keeper.id])[keeper.id]
    room = load.units + presence.weight(conversation.channel) <= keeper.capacity
    if room and transfer.can_be_asked(session, keeper):
        _hold_again(session, conversation, keeper.id, by=by, why=why)
    elif by == "customer":
        again.ask_and_tell(session, conversation, by=by, why=why, agent_id=keeper.id, name=keeper.name)
    else:
        again.ask(session, conversation, by=by, why=why, agent_id=keeper.id)


def orders_changed(session: Session) -> None:
    """A round over what is parked for an order: whatever changed since comes back."""
    parked = (
        select(Conversation.id, Conversation.parked_for, Assignment.detail)
        .join(Assignment, Assignment.conversation_id == Conversation.id)
        .where(
            Conversation.state == "parked",
            Conversation.parked_for.startswith(ORDER),
            Assignment.version == Conversation.version,
            Assignment.to_state == "parked",
        )
        .limit(LOOKED_AT)
    )
    seen = {
        row.id: (row.parked_for.removeprefix(ORDER), (row.detail or {}).get("order_version"))
        for row in session.execute(parked)
    }
    if not seen:
        return
    ids = {order_id for order_id, _ in seen.values()}
    now = session.execute(select(Order.id, Order.version).where(Order.id.in_(ids)))
    versions = {row.id: row.version for row in now}
    for conversation_id, (order_id, version) in seen.items():
        if versions.get(order_id) == version:
            continue
        conversation = states.lock(session, conversation_id)
        if conversation.state == "parked" and conversation.parked_for == ORDER + order_id:
            wake(session, conversation, by="system", why="order_changed")


def _hold_again(session: Session, conversation: Conversation, agent_id: str, *, by: str, why: str) -> None:
    states.change(session, conversation, "held", by=by, why=why, agent_id=agent_id, held_by=agent_id)
    matching.keep_place(session, conversation)
    clocks.recount(session, conversation)


def _order(session: Session, conversation: Conversation, order_id: str) -> Order:
    order = session.get(Order, order_id)
    if order is None or conversation.customer_id is None or order.customer_id != conversation.customer_id:
        raise BadInput("This customer has no such order.", code="unknown_order")
    return order
