"""A round over those who wait: what the ended waits taught, and, by text, who has come near the front."""

from itertools import islice

from sqlalchemy.orm import Session

from handoff import states
from handoff.routing import estimates, lanes, policy, standing, telling, waits
from handoff.routing.lanes import Lane

NEAR = 3  # from this place on one is told by text; on the web the place is always in sight


def go_round(session: Session) -> None:
    """Made every few seconds."""
    estimates.learn(session)
    for queue in policy.current().queues:
        tell_near(session, queue)


def tell_near(session: Session, queue: str) -> None:
    """Tell the first of a queue, once, who wait by text. Who is locked has something happening to them already."""

    def here(lane: Lane) -> bool:
        return lane.queue == queue

    for _, conversation_id in islice(lanes.in_line(session, here), NEAR):
        wait = waits.open_of(session, conversation_id)
        if wait is None or wait.told_place is None or wait.told_place <= NEAR:
            continue
        conversation = states.try_lock(session, conversation_id)
        if conversation is None or conversation.state != "waiting" or conversation.channel != "sms":
            continue
        where = standing.of(session, conversation)
        if where.outcome == standing.IN_LINE and where.place <= NEAR:
            wait.told_place = where.place
            telling.near(session, conversation, where)
