"""A reply that goes out later: through the same door as any other, at its time, and once.

It goes by itself only when nothing has come between: whoever planned it still has the conversation, and the customer has
written nothing since. Else it is held back, and whoever answers now decides: send it, put it off, or drop it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Address, Agent, Conversation, File, LaterReply
from handoff.routing import clocks, holding, parking, presence
from handoff.rules import aging, answered, canned, consent, files, outbox, quiet, texting
from handoff.rules.outbox import Author
from shop.ground import clock, jobs
from shop.ground.errors import BadInput, Conflict, Forbidden, NotFound

DUE = "reply_due"
SOONEST, LATEST = timedelta(minutes=1), timedelta(days=30)
MOST = 10  # of one conversation, at once
WAITING, HELD_BACK, SENT, DROPPED = "waiting", "held_back", "sent", "dropped"
PENDING = (WAITING, HELD_BACK)


def plan(
    session: Session,
    conversation: Conversation,
    agent: Agent,
    text: str,
    at: datetime,
    key: str,
    *,
    brought: Sequence[str] = (),
    park: bool = False,
) -> LaterReply:
    """Have it go out at this time, with the files that were brought; by text, at the next moment at which one may be sent.
    With `park` the conversation sleeps until the customer writes. Raises `BadInput`, or `Conflict` for who does not answer
    this conversation."""
    known = session.scalar(select(LaterReply).where(LaterReply.key == key))
    if known is not None:
        return known
    _answers(conversation, agent)
    attached = files.staged(session, conversation.id, files.of_agent(agent.id), brought)
    _check(conversation, text, at, attached)
    waiting = select(func.count()).where(LaterReply.conversation_id == conversation.id, LaterReply.state.in_(PENDING))
    if (session.scalar(waiting) or 0) >= MOST:
        raise BadInput(f"{MOST} replies at once are the most: send or drop one first.", code="too_many")
    heard = conversation.last_customer_seq
    reply = LaterReply(
        conversation_id=conversation.id, key=key, agent_id=agent.id, text=text, due_at=at, version=0, heard_seq=heard
    )
    session.add(reply)
    _wait(session, conversation, reply, at)
    files.hand(attached, files.of_later(reply.id))
    if park and conversation.state == "held":
        holding.park(session, conversation, agent, until=None, wait_for=parking.CUSTOMER, note="")
    return reply


def change(
    session: Session, conversation: Conversation, agent: Agent, reply_id: str, version: int, text: str, at: datetime
) -> LaterReply:
    """Other words, another time, or the same again in full knowledge of what has come since. It is then the words of who
    changed it."""
    reply = _pending(session, conversation, reply_id, version)
    _answers(conversation, agent)
    _check(conversation, text, at, of(session, reply))
    reply.text, reply.agent_id = text, agent.id
    _wait(session, conversation, reply, at)
    return reply


def send_now(session: Session, conversation: Conversation, agent: Agent, reply_id: str, version: int) -> int:
    """Do not wait. Returns the seq."""
    reply = _find(session, conversation, reply_id)
    if reply.state == SENT and reply.seq is not None:
        return reply.seq
    _pending(session, conversation, reply_id, version)
    return _sent(reply, _say(session, conversation, agent, reply))


def drop(session: Session, conversation: Conversation, agent: Agent, reply_id: str, version: int) -> None:
    """It is not sent. Who wrote it may say so, and who has the conversation now."""
    reply = _pending(session, conversation, reply_id, version)
    if agent.id not in (reply.agent_id, conversation.held_by):
        raise Forbidden("This reply is not yours to drop.")
    reply.state = DROPPED
    aging.gone(session, of(session, reply))
    states.touch(session, conversation)


def due(session: Session, reply_id: str, version: int) -> None:
    """Its time has come: send it, unless something has come between."""
    found = session.get(LaterReply, reply_id)
    if found is None:
        return
    conversation = states.lock(session, found.conversation_id)
    session.refresh(found)
    if found.state != WAITING or found.version != version:
        return
    agent = presence.lock_agent(session, found.agent_id)
    allowed_at = _allowed_from(session, conversation, clock.now())
    if why := in_the_way(session, conversation, found):
        found.state, found.why = HELD_BACK, why
        states.touch(session, conversation)
    elif allowed_at > clock.now():
        _wait(session, conversation, found, allowed_at)
    elif conversation.state == "parked":
        _sent(found, _say_asleep(session, conversation, agent, found))
    else:
        _sent(found, _say(session, conversation, agent, found))


def of(session: Session, reply: LaterReply) -> list[File]:
    """The files that go out with it."""
    return files.unsent(session, reply.conversation_id, files.of_later(reply.id))


def in_the_way(session: Session, conversation: Conversation, reply: LaterReply) -> str | None:
    """Why it would not go out by itself as things stand."""
    if conversation.state not in ("held", "parked"):
        return conversation.state if conversation.state in ("closed", "bot") else "passed_on"
    if conversation.held_by != reply.agent_id:
        return "passed_on"
    if conversation.last_customer_seq > reply.heard_seq:
        return "customer_wrote"
    number = _number(session, conversation)
    if number is None:
        return None
    if consent.stopped(session, number):
        return "stopped"
    return "too_long" if texting.too_long(files.by_phone(reply.text, of(session, reply))) else None


def _answers(conversation: Conversation, agent: Agent) -> None:
    if conversation.state not in ("held", "parked") or conversation.held_by != agent.id:
        raise Conflict("You are not the one who answers this conversation.")


def _check(conversation: Conversation, text: str, at: datetime, attached: Sequence[File]) -> None:
    now = clock.now()
    if not text and not attached:
        raise BadInput("The reply is empty.")
    if unknown := canned.left_open(text):
        raise BadInput(f"{{{unknown[0]}}} has not been filled in.", code="left_open")
    if conversation.channel == "sms" and texting.too_long(files.by_phone(text, attached)):
        raise BadInput(f"By text message {texting.LONGEST} characters are the most.", code="too_long")
    if not now + SOONEST <= at <= now + LATEST:
        raise BadInput(f"A time from a minute to {LATEST.days} days ahead, please.", code="time")


def _wait(session: Session, conversation: Conversation, reply: LaterReply, at: datetime) -> None:
    """The timer of a version that is over finds nothing to do."""
    reply.due_at = _allowed_from(session, conversation, at)
    reply.state, reply.why, reply.heard_seq = WAITING, None, conversation.last_customer_seq
    reply.version += 1
    session.flush()
    key = f"{DUE}:{reply.id}:{reply.version}"
    jobs.owe(session, DUE, f"timer:{key}", {"reply": reply.id, "version": reply.version}, due_at=reply.due_at, key=key)
    states.touch(session, conversation)


def _say(session: Session, conversation: Conversation, agent: Agent, reply: LaterReply) -> int:
    attached = _handed(session, agent, reply)
    key = _key(conversation, agent, reply)
    return holding.reply(session, conversation, agent, reply.text, key, [file.id for file in attached])


def _say_asleep(session: Session, conversation: Conversation, agent: Agent, reply: LaterReply) -> int:
    """What is parked stays parked: it waits for the customer, and takes no place of an agent who may not be here."""
    author = Author("agent", agent.name, agent.id)
    attached, key = _handed(session, agent, reply), _key(conversation, agent, reply)
    seq = outbox.say(session, conversation, author, reply.text, key=key, files=attached)
    clocks.recount(session, conversation, answered=True)
    if conversation.channel == "web":
        answered.owe(session, conversation)
    return seq


def _handed(session: Session, agent: Agent, reply: LaterReply) -> list[File]:
    """Its files are now of who sends it."""
    attached = of(session, reply)
    files.hand(attached, files.of_agent(agent.id))
    return attached


def _sent(reply: LaterReply, seq: int) -> int:
    reply.state, reply.seq = SENT, seq
    return seq


def _key(conversation: Conversation, agent: Agent, reply: LaterReply) -> str:
    return f"agent:{conversation.id}:{agent.id}:{reply.id}"


def _allowed_from(session: Session, conversation: Conversation, at: datetime) -> datetime:
    """Nobody is texted at night."""
    number = _number(session, conversation)
    return (quiet.allowed_from(number, at) or at) if number else at


def _number(session: Session, conversation: Conversation) -> str | None:
    address = session.get(Address, conversation.address_id) if conversation.channel == "sms" else None
    return address.value if address else None


def _find(session: Session, conversation: Conversation, reply_id: str) -> LaterReply:
    reply = session.get(LaterReply, reply_id, populate_existing=True)
    if reply is None or reply.conversation_id != conversation.id:
        raise NotFound("There is no such reply.")
    return reply


def _pending(session: Session, conversation: Conversation, reply_id: str, version: int) -> LaterReply:
    reply = _find(session, conversation, reply_id)
    if reply.state not in PENDING or reply.version != version:
        raise Conflict("This reply has changed meanwhile." if reply.state in PENDING else "This reply waits no more.")
    return reply
