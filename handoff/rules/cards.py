"""One conversation as a card of the lists: who, where it stands, what is promised, what was said last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation, Cover, Message, Offer, Target
from handoff.routing import clocks, closing, offers
from shop import customers
from shop.ground import clock

PREVIEW = 120


@dataclass(frozen=True)
class Around:
    """What the cards need beside the conversations' own rows, read once for all of them."""

    agents: dict[str, str]
    targets: dict[str, dict[str, Target]]
    offered: dict[str, int]
    expiries: dict[str, datetime]  # of the offers to the agent who looks
    wraps: dict[str, datetime]  # until when the agent who looks wraps up
    covers: dict[str, Cover]  # what others took for the customers of the agent who looks


def cards(session: Session, agent_id: str, rows: Sequence[Conversation]) -> list[dict[str, Any]]:
    """The cards of these conversations, as this agent sees them."""
    shown = func.coalesce(func.nullif(Conversation.last_customer_seq, 0), Conversation.last_seq)
    last = {
        message.conversation_id: message
        for message in session.scalars(
            select(Message)
            .join(Conversation, and_(Conversation.id == Message.conversation_id, Message.seq == shown))
            .where(Conversation.id.in_([row.id for row in rows]))
        )
    }
    known = customers.some(session, list({row.customer_id for row in rows if row.customer_id}))
    names = {customer_id: customer.name for customer_id, customer in known.items()}
    beside = around(session, agent_id, rows)
    return [_card(row, last.get(row.id), names, beside) for row in rows]


def around(session: Session, agent_id: str, rows: Sequence[Conversation]) -> Around:
    ids = [row.id for row in rows]
    targets: dict[str, dict[str, Target]] = {}
    for target in session.scalars(select(Target).where(Target.conversation_id.in_(ids), Target.ended_at.is_(None))):
        targets.setdefault(target.conversation_id, {})[target.kind] = target
    offered = session.execute(
        select(Offer.conversation_id, func.count())
        .where(Offer.conversation_id.in_(ids), Offer.ended_at.is_(None))
        .group_by(Offer.conversation_id)
    )
    covers = session.scalars(
        select(Cover).where(
            Cover.conversation_id.in_(ids), Cover.representative_id == agent_id, Cover.seen_at.is_(None)
        )
    )
    covered = {cover.conversation_id: cover for cover in covers}
    wanted = {one for row in rows for one in (row.wants_id, row.representative_id, row.returns_to, row.held_by) if one}
    people = session.execute(
        select(Agent.id, Agent.name).where(
            Agent.id.in_(wanted | {cover.agent_id for cover in covered.values() if cover.agent_id})
        )
    )
    return Around(
        {agent.id: agent.name for agent in people},
        targets,
        {row[0]: row[1] for row in offered},
        offers.expiries(session, agent_id),
        closing.of(session, agent_id, [row.id for row in rows if row.state == "closed"]),
        covered,
    )


def stands(row: Conversation, beside: Around) -> dict[str, Any]:
    """Where it stands: its stage and queue, for whom it waits, what is promised, until when it sleeps."""
    cover = beside.covers.get(row.id)
    held = row.state in ("held", "parked")
    return {
        "stage": None if held else row.stage,
        "queue": row.queue,
        "wants": _named(row.wants_id, beside),
        "representative": _named(row.representative_id, beside),
        "returns_to": _named(row.returns_to, beside),
        "offered": beside.offered.get(row.id, 0),
        "cover": held and row.representative_id not in (None, row.held_by),
        "covered_by": _named(cover.agent_id, beside) if cover else None,
        "gave_up": cover is not None and cover.agent_id is None,
        "target": _target(beside.targets.get(row.id, {}).values()),
        "parked_until": clock.iso(row.parked_until) if row.parked_until else None,
        "parked_for": row.parked_for,
        "wrap_until": clock.iso(beside.wraps[row.id]) if row.id in beside.wraps else None,
    }


def expiry(row: Conversation, expiries: dict[str, datetime]) -> str | None:
    return clock.iso(expiries[row.id]) if row.id in expiries else None


def _card(row: Conversation, last: Message | None, names: dict[str, str], beside: Around) -> dict[str, Any]:
    known = row.customer_id in names
    return {
        "id": row.id,
        "customer": {"id": row.customer_id, "name": names[str(row.customer_id)]} if known else None,
        "tier": row.tier,
        "state": row.state,
        "channel": row.channel,
        "topic": row.topic,
        "waiting_since": clock.iso(row.waiting_since) if row.waiting_since else None,
        "offer_expires_at": expiry(row, beside.expiries),
        "held_by": row.held_by,
        "preview": last.text[:PREVIEW] if last else "",
        "last_at": clock.iso(last.at if last else row.changed_at),
        "unanswered": row.last_customer_seq > row.last_reply_seq,
        "version": row.version,
        **stands(row, beside),
    }


def _target(targets: Iterable[Target]) -> dict[str, Any] | None:
    """Of what is promised, what is most pressing: the answer while one is owed, or what is late already."""
    late = sorted(targets, key=lambda target: (target.kind == clocks.RESOLUTION, target.due_at is None))
    shown = next((target for target in late if target.kind != clocks.RESOLUTION or target.warned_at), None)
    if shown is None:
        return None
    times = {"warn_at": shown.warn_at, "due_at": shown.due_at, "breached_at": shown.breached_at}
    return {"kind": shown.kind, **{name: clock.iso(at) if at else None for name, at in times.items()}}


def _named(agent_id: str | None, beside: Around) -> dict[str, str] | None:
    return {"id": agent_id, "name": beside.agents[agent_id]} if agent_id in beside.agents else None
