"""Back to those who wait: somebody had the conversation and can't go on with it, so another person is found, soon."""

from datetime import datetime

from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Conversation
from handoff.routing import clocks, matching, policy, stages, waits
from handoff.rules import outbox
from shop.ground import clock


def ask(
    session: Session, conversation: Conversation, *, by: str, why: str, agent_id: str | None, note: str = ""
) -> None:
    """Ask as for a new request, but with the tier's raised priority: a person was promised already. `agent_id`: who had it,
    or was to have it. Who waits already (for a transfer) goes on with the wait that they began."""
    rules, now = policy.current(), clock.now()
    queue = conversation.queue if conversation.queue in rules.queues else rules.queue_for(conversation.topic)
    place = stages.first(session, conversation.customer_id, clocks.tier_of(conversation)[0], queue or "", now)
    since = (conversation.waiting_since if conversation.state in ("waiting", "offered") else None) or now
    columns = {**place.columns(), "representative_id": place.representative_id or conversation.representative_id}
    detail = {"rule": "asked_again", "skipped": place.skipped, **({"note": note} if note else {})}
    states.change(
        session, conversation, "waiting", by=by, why=why, agent_id=agent_id, detail=detail, queue=queue,
        returns_to=None, waiting_since=since, rank_at=rank_at(conversation, since), **columns,
    )  # fmt: skip
    wait = waits.open_of(session, conversation.id) or waits.begin(session, conversation)
    wait.representative_id, wait.queue = conversation.representative_id, conversation.queue or ""
    clocks.recount(session, conversation)
    matching.offer(session, conversation)


def ask_and_tell(session: Session, conversation: Conversation, *, by: str, why: str, agent_id: str, name: str) -> None:
    """The same when the customer expects an answer of somebody who is not here: they hear who looks after them now."""
    ask(session, conversation, by=by, why=why, agent_id=agent_id)
    outbox.tell(session, conversation, "asked_again", [outbox.cancel_request()], agent=name)


def rank_at(conversation: Conversation, since: datetime) -> datetime:
    """Where somebody stands who had a person already and waits since then: with the head start of their tier, raised."""
    rules = policy.current()
    name, tier = clocks.tier_of(conversation)
    points = rules.points(name, conversation.channel, conversation.reason or "") + tier.raised
    return since - rules.head_start(points)
