"""When somebody can be asked again who could not: after a rest, after too many offers, in their own hours, at full strength.
Each is a moment that is known beforehand, and has its job; `shifts.ready_again` offers what waits then.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Offer
from handoff.routing import hours, policy
from handoff.routing.hours import Hours
from shop.ground import clock, jobs

DUE, OPENS = "agent_ready", "queue_opens"
MINUTE = timedelta(minutes=1)
_LATELY = (
    select(Offer.made_at)
    .where(Offer.agent_id == bindparam("agent"), Offer.made_at > bindparam("since"))
    .order_by(Offer.made_at.desc())
    .limit(1)
    .offset(bindparam("but"))
)


def at(session: Session, agent_id: str, moment: datetime) -> None:
    """From this moment on they can be asked for more than now."""
    key = f"{DUE}:{agent_id}:{clock.iso(moment)}"
    jobs.owe(session, DUE, f"timer:{key}", {"agent": agent_id}, due_at=moment, key=key)


def after_a_rest(session: Session, agent_id: str) -> None:
    """They let an offer pass: they can be asked for the same one again a while later."""
    at(session, agent_id, clock.now() + policy.current().offers.rest)


def after_many_offers(session: Session, agent_id: str) -> None:
    """They were asked as often as anybody is in a minute: again when the first of these offers is a minute old."""
    session.flush()
    asked = {"agent": agent_id, "since": clock.now() - MINUTE, "but": policy.current().offers.a_minute - 1}
    if (made_at := session.connection().execute(_LATELY, asked).scalar()) is not None:
        at(session, agent_id, made_at + MINUTE)


def in_their_hours(session: Session, agent: Agent) -> None:
    """They are here, perhaps before their own hours or in a break: they can be asked when these begin again."""
    if agent.hours is not None:
        opens_at = _opens(hours.read(agent.hours, policy.current().default_queue.hours.zone))
        if opens_at is not None:
            at(session, agent.id, opens_at)


def when_the_team_is_back(session: Session, queue: str) -> None:
    """Somebody waits in a team's queue: looked at again when it opens next, once for all who wait there."""
    rules = policy.current()
    opens_at = _opens(rules.queues.get(queue, rules.default_queue).hours)
    if opens_at is not None:
        key = f"{OPENS}:{queue}:{clock.iso(opens_at)}"
        jobs.owe(session, OPENS, f"timer:{key}", {"queue": queue}, due_at=opens_at, key=key)


def _opens(own: Hours) -> datetime | None:
    """The next opening to come; while it is open, that after the next closing."""
    now = clock.now()
    opens_at = own.next_open(own.closes_at(now) or now)
    return opens_at if opens_at and opens_at > now else None
