"""The customer was asked and stays silent: one warning, then the conversation is closed. What they write opens it again.

Each conversation has one timer at most; when it rings, what is true then counts.
"""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Conversation, Message, Option
from handoff.routing import matching, policy, telling
from handoff.rules import outbox
from shop.ground import clock, jobs

BETWEEN = (
    "waiting",
    "offered",
    "parked",
)  # nobody's turn now; but it may be the customer's again, when somebody has it
OURS = ("person", *telling.LABELS)  # options that ask the customer nothing


def watch(session: Session, conversation: Conversation) -> None:
    """Somebody just answered the customer: from now on it is noticed when they say no more."""
    if _asked(session, conversation):
        due_at = clock.now() + policy.current().channels[conversation.channel].idle_warn  # type: ignore[index]
        _owe(session, conversation, due_at)


def idle_due(session: Session, conversation_id: str, version: int) -> None:
    """The timer: warn who stays silent, close when the warning changed nothing, or look again when it is time."""
    conversation = states.lock(session, conversation_id)
    rules, now = policy.current().channels[conversation.channel], clock.now()  # type: ignore[index]
    if conversation.state in BETWEEN:
        return _owe(session, conversation, now + rules.idle_warn)
    if not _asked(session, conversation):
        return None
    last, warned = _last_word(session, conversation), conversation.idle_warned_at
    if warned is None or warned < last:
        due_at = last + rules.idle_warn
        if now >= due_at:
            conversation.idle_warned_at, due_at = now, now + rules.idle_close
            outbox.tell(session, conversation, "idle_warning")
        _owe(session, conversation, due_at)
    elif now < warned + rules.idle_close:
        _owe(session, conversation, warned + rules.idle_close)
    else:
        _close(session, conversation, now)
    return None


def _close(session: Session, conversation: Conversation, now: datetime) -> None:
    holder = conversation.held_by
    states.change(session, conversation, "closed", by="system", why="idle", agent_id=holder, closed_at=now)
    outbox.tell(session, conversation, "idle_closed")
    if holder:
        matching.fill(session, holder)


def _asked(session: Session, conversation: Conversation) -> bool:
    """Is it the customer's turn? After an agent's words it always is; the bot must have asked something."""
    if not 0 < conversation.last_customer_seq < conversation.last_reply_seq:
        return False
    return conversation.state == "held" or (conversation.state == "bot" and _bot_asks(session, conversation))


def _bot_asks(session: Session, conversation: Conversation) -> bool:
    here = (
        Option.conversation_id == conversation.id,
        Option.seq == conversation.last_reply_seq,
        Option.id.not_in(OURS),
    )
    if session.scalar(select(exists().where(*here))):
        return True
    return _message(session, conversation).text.rstrip().endswith("?")


def _last_word(session: Session, conversation: Conversation) -> datetime:
    return _message(session, conversation).at


def _message(session: Session, conversation: Conversation) -> Message:
    last = (Message.conversation_id == conversation.id, Message.seq == conversation.last_reply_seq)
    return session.execute(select(Message).where(*last)).scalar_one()


def _owe(session: Session, conversation: Conversation, due_at: datetime) -> None:
    key = f"idle_due:{conversation.id}"
    payload = {"conversation": conversation.id, "version": conversation.version}
    jobs.owe(session, "idle_due", f"timer:{key}", payload, due_at=due_at, key=key)
