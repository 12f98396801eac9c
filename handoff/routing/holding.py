"""What an agent does with a conversation they have or may have. Each checks who owns it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Conversation
from handoff.routing import (
    clocks,
    closing,
    covers,
    idle,
    matching,
    offers,
    parking,
    presence,
    stages,
    telling,
    transfer,
)
from handoff.rules import answered, files, outbox, texting
from handoff.rules.outbox import Author
from shop.ground import clock
from shop.ground.errors import BadInput, Conflict, Forbidden

NOT_YOURS = {
    "theirs": "This conversation waits for somebody else in person.",
    "queue": "This conversation stands in a queue that you don't serve.",
    "pushed": "The conversations of this queue are offered to you; they can't be taken.",
    "not_first": "In this queue the first in line is taken first.",
}


def accept(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """Take the conversation that was offered to you."""
    _offered_to(session, conversation, agent)
    _hold(session, conversation, agent, "accepted")


def claim(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """Take a waiting conversation out of a queue you serve; your own customer's as long as nobody has answered."""
    why_not = matching.may_take(session, conversation, agent)
    if why_not == "answered":
        raise Conflict(f"This conversation is not waiting any more: it is {conversation.state}.")
    if why_not:
        raise Forbidden(NOT_YOURS[why_not])
    _hold(session, conversation, agent, "claimed")


def decline(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """You can't take it: the next agent is asked at once."""
    _offered_to(session, conversation, agent)
    agent.misses = 0
    by = f"agent:{agent.id}"
    stages.came_to_nothing(session, conversation, agent.id, "declined", by=by, why="declined", note=reason)
    matching.fill(session, agent.id)


def reply(
    session: Session, conversation: Conversation, agent: Agent, text: str, key: str, brought: Sequence[str] = ()
) -> int:
    """Answer the customer; returns the seq. Only the one who holds the conversation can. `BadInput` when it does
    not fit into one text message."""
    _held_by(conversation, agent)
    sent = files.staged(session, conversation.id, files.of_agent(agent.id), brought)
    if conversation.channel == "sms" and texting.too_long(files.by_phone(text, sent)):
        raise BadInput(
            f"This customer is reached by text message: {texting.LONGEST} characters are the most.", code="too_long"
        )
    if conversation.state == "parked":
        parking.unpark(session, conversation, agent)
    seq = outbox.say(session, conversation, Author("agent", agent.name, agent.id), text, key=key, files=sent)
    clocks.recount(session, conversation, answered=True)
    idle.watch(session, conversation)
    if conversation.channel == "web":
        answered.owe(session, conversation)
    return seq


def pass_on(session: Session, conversation: Conversation, agent: Agent, *, to: str, queue: str, note: str) -> None:
    """Pass it on to a colleague (`to`) or a team queue: they must accept, else it comes back to you."""
    _held_by(conversation, agent)
    if bool(to) == bool(queue):
        raise BadInput("Pass it on to a colleague or to a queue: one of them, please.")
    if to:
        transfer.to_agent(session, conversation, agent, to, note)
    else:
        transfer.to_queue(session, conversation, agent, queue, note)


def park(
    session: Session, conversation: Conversation, agent: Agent, *, until: datetime | None, wait_for: str, note: str
) -> None:
    """Set it aside until a time, the customer's next word or a change of an order; it takes none of your places."""
    _held_by(conversation, agent)
    parking.park(session, conversation, agent, until=until, wait_for=wait_for, note=note)


def take_over(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """It is somebody else's and becomes yours; the customer is told."""
    if conversation.state not in ("held", "parked") or conversation.held_by == agent.id:
        raise Conflict(f"There is nobody to take it over from: it is {conversation.state}.")
    if not _may_take_over(session, conversation, agent):
        raise Forbidden("You can't take this conversation over: its holder is here, and it is not your customer's.")
    holder = session.get_one(Agent, conversation.held_by)
    detail = {"rule": "take_over", "from": holder.id, **({"note": reason} if reason else {})}
    states.change(
        session, conversation, "held", by=f"agent:{agent.id}", why="taken_over", agent_id=agent.id, detail=detail,
        held_by=agent.id,
    )  # fmt: skip
    outbox.tell(session, conversation, "taken_over", agent=agent.name, before=holder.name)
    matching.keep_place(session, conversation)
    clocks.recount(session, conversation)
    matching.fill(session, holder.id)


def hand_back(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """You are done: the bot answers again, but only what is written from now on."""
    _held_by(conversation, agent)
    states.change(session, conversation, "bot", by=f"agent:{agent.id}", why=reason or "handed_back", agent_id=agent.id)
    outbox.tell(session, conversation, "handed_back", agent=agent.name)
    matching.fill(session, agent.id)


def close(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """It is settled. What the customer writes within the next days opens it again."""
    _held_by(conversation, agent)
    closing.close(session, conversation, agent, note=reason)


def settle(
    session: Session, conversation: Conversation, agent: Agent, *, code: str, tags: Sequence[str], note: str
) -> None:
    """The same with what the queue asks for: a reason of the policy's, and tags. `BadInput` when it lacks."""
    _held_by(conversation, agent)
    closing.check(conversation, code, tags)
    closing.close(session, conversation, agent, code=code, tags=tags, note=note)


def seen(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """You have looked at what a colleague did for your customer: it is off your list."""
    if not covers.is_open(session, conversation.id, agent.id):
        raise Conflict("There is nothing in this conversation that you have not looked at.")
    covers.seen(session, conversation, agent)


def allowed(session: Session, conversation: Conversation, agent: Agent) -> list[str]:
    """Which verbs this agent may use now."""
    look = ["seen"] if covers.is_open(session, conversation.id, agent.id) else []
    if conversation.state == "closed" and closing.of(session, agent.id, [conversation.id]):
        look = ["wrapped", *look]
    if conversation.state in ("held", "parked"):
        if conversation.held_by == agent.id:
            return HOLDING if conversation.state == "held" else PARKED
        return ["take-over", *look] if _may_take_over(session, conversation, agent) else look
    back = ["take-back"] if transfer.on_its_way(conversation) and conversation.returns_to == agent.id else []
    if conversation.state == "offered" and agent.id in offers.agents(session, conversation.id):
        return ["accept", "decline", *back]
    if matching.may_take(session, conversation, agent) is None and not (back and conversation.wants_id is None):
        return ["claim", *back]
    return [*back, *look]


def _may_take_over(session: Session, conversation: Conversation, agent: Agent) -> bool:
    """Supervisors may, the customer's own representative, and anybody who sees it when its holder is not here."""
    holder = session.get_one(Agent, conversation.held_by)
    own = agent.id == conversation.representative_id
    return agent.role in ("supervisor", "admin") or own or not presence.takes_transfers(holder, clock.now())


def _hold(session: Session, conversation: Conversation, agent: Agent, why: str) -> None:
    agent.misses = 0
    by = f"agent:{agent.id}"
    others = [other for other in offers.agents(session, conversation.id) if other != agent.id]
    states.change(session, conversation, "held", by=by, why=why, agent_id=agent.id, held_by=agent.id)
    telling.joined(session, conversation, agent)
    matching.keep_place(session, conversation)
    clocks.recount(session, conversation)
    for one in (agent.id, *others):
        matching.fill(session, one)


def _offered_to(session: Session, conversation: Conversation, agent: Agent) -> None:
    if conversation.state != "offered" or agent.id not in offers.agents(session, conversation.id):
        raise Conflict("This conversation is not offered to you any more.")


def _held_by(conversation: Conversation, agent: Agent) -> None:
    if conversation.state not in ("held", "parked") or conversation.held_by != agent.id:
        raise Conflict("You are not the one who answers this conversation.")


HOLDING = ["reply", "transfer", "park", "hand-back", "close"]
PARKED = ["reply", "unpark", "transfer", "hand-back", "close"]
VERBS = {
    "accept": accept,
    "claim": claim,
    "decline": decline,
    "take-back": transfer.take_back,
    "unpark": parking.unpark,
    "take-over": take_over,
    "seen": seen,
    "hand-back": hand_back,
    "close": close,
    "wrapped": closing.wrapped,
}
