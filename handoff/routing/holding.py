"""What an agent does with a conversation: accept, claim, decline, reply, hand back, close. Each checks who owns it."""

from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Conversation
from handoff.routing import matching, offers, stages
from handoff.rules import outbox, texting
from handoff.rules.outbox import Author
from shop.ground import clock
from shop.ground.errors import BadInput, Conflict, Forbidden


def accept(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """Take the conversation that was offered to you."""
    _offered_to(session, conversation, agent)
    _hold(session, conversation, agent, "accepted")


def claim(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """Take a waiting conversation out of a queue you serve; your own customer's as long as nobody has answered."""
    own = agent.id in (conversation.wants_id, conversation.representative_id)
    if conversation.state != "waiting" and not (own and conversation.state == "offered"):
        raise Conflict(f"This conversation is not waiting any more: it is {conversation.state}.")
    if conversation.wants_id and not own:
        raise Forbidden("This conversation waits for the customer's own representative.")
    _hold(session, conversation, agent, "claimed")


def decline(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """You can't take it: the next agent is asked at once."""
    _offered_to(session, conversation, agent)
    agent.misses = 0
    by = f"agent:{agent.id}"
    stages.came_to_nothing(session, conversation, agent.id, "declined", by=by, why="declined", note=reason)
    matching.fill(session, agent.id)


def reply(session: Session, conversation: Conversation, agent: Agent, text: str, key: str) -> int:
    """Answer the customer; returns the seq. Only the one who holds the conversation can. `BadInput` when it does
    not fit into one text message."""
    _held_by(conversation, agent)
    if conversation.channel == "sms" and texting.too_long(text):
        raise BadInput(
            f"This customer is reached by text message: {texting.LONGEST} characters are the most.", code="too_long"
        )
    return outbox.say(session, conversation, Author("agent", agent.name, agent.id), text, key=key)


def hand_back(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """You are done: the bot answers again, but only what is written from now on."""
    _held_by(conversation, agent)
    states.change(session, conversation, "bot", by=f"agent:{agent.id}", why=reason or "handed_back", agent_id=agent.id)
    outbox.tell(session, conversation, "handed_back", agent=agent.name)
    matching.fill(session, agent.id)


def close(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """It is settled. What the customer writes within the next days opens it again."""
    _held_by(conversation, agent)
    by = f"agent:{agent.id}"
    states.change(
        session, conversation, "closed", by=by, why=reason or "closed", agent_id=agent.id, closed_at=clock.now()
    )
    outbox.tell(session, conversation, "closed", agent=agent.name)
    matching.fill(session, agent.id)


def allowed(session: Session, conversation: Conversation, agent: Agent) -> list[str]:
    """Which verbs this agent may use now."""
    own = agent.id in (conversation.wants_id, conversation.representative_id)
    if conversation.state == "offered" and agent.id in offers.agents(session, conversation.id):
        return ["accept", "decline"]
    if conversation.state in ("waiting", "offered") and own:
        return ["claim"]
    if conversation.state == "waiting" and conversation.wants_id is None:
        return ["claim"]
    if conversation.state in ("held", "parked") and conversation.held_by == agent.id:
        return ["reply", "hand-back", "close"]
    return []


def _hold(session: Session, conversation: Conversation, agent: Agent, why: str) -> None:
    agent.misses = 0
    by = f"agent:{agent.id}"
    others = [other for other in offers.agents(session, conversation.id) if other != agent.id]
    states.change(session, conversation, "held", by=by, why=why, agent_id=agent.id, held_by=agent.id)
    outbox.tell(session, conversation, "joined", agent=agent.name)
    for one in (agent.id, *others):
        matching.fill(session, one)


def _offered_to(session: Session, conversation: Conversation, agent: Agent) -> None:
    if conversation.state != "offered" or agent.id not in offers.agents(session, conversation.id):
        raise Conflict("This conversation is not offered to you any more.")


def _held_by(conversation: Conversation, agent: Agent) -> None:
    if conversation.state not in ("held", "parked") or conversation.held_by != agent.id:
        raise Conflict("You are not the one who answers this conversation.")


VERBS = {"accept": accept, "claim": claim, "decline": decline, "hand-back": hand_back, "close": close}
