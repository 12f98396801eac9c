"""What becomes of a bot turn: its answer, its failure, or its dropping when the bot does not own the conversation any more.

Whatever comes of the turn, what its actions did is told: the receipts written for its message are read first.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Conversation, Message
from handoff.routing import idle, requests
from handoff.rules import bot_turns, challenges, outbox
from handoff.tools.signs import Sign
from shop import receipts
from shop.ground import jobs
from shop.ground.db import ring
from shop.ground.jobs import Claimed

# What the gateway understands by itself when the bot cannot be asked.
BARE_WORDS = frozenset({"person", "agent", "human", "representative"})
PERSON_INTENT = "ask_person"


@dataclass(frozen=True)
class Question:
    """What Rasa is asked; the message id names the turn everywhere."""

    conversation: str
    message_id: str
    channel: str
    text: str
    choice: dict[str, Any] | None
    address: str | None = None  # which of the gateway's addresses it was written from; guesses are counted by it


@dataclass(frozen=True)
class Part:
    """One message of the bot's answer."""

    text: str
    options: list[outbox.Choice] = field(default_factory=list)
    card: dict[str, Any] | None = None


@dataclass(frozen=True)
class Answer:
    """What the bot said, and whether it asks for a person or opened a challenge; as what it understood the message, and how far
    the customer's request is."""

    parts: list[Part]
    handoff: requests.Wish | None = None
    challenge: str | None = None
    understood: dict[str, Any] | None = None
    request: dict[str, Any] | None = None


def question(session: Session, job: Claimed) -> Question | None:
    """What to ask for this job, noted as asked from now on; None when the conversation is not the bot's any more, or the
    job somebody else's."""
    conversation = session.get_one(Conversation, job.payload["conversation"])
    if conversation.state != "bot":
        jobs.finish(session, job)
        return None
    if not jobs.asking(session, job):
        return None
    message = _message(session, job)
    ring(session, Sign(conversation.id, "typing", {"kind": "bot", "name": outbox.bot().name, "shown": True}).topic)
    address = str(conversation.address_id) if conversation.address_id else None
    return Question(conversation.id, message_id(job), conversation.channel, message.text, message.choice, address)


def settle(session: Session, job: Claimed, answer: Answer) -> None:
    """Say the bot's answer, or hand over; or drop it, when somebody else owns the conversation now."""
    conversation = states.lock(session, job.payload["conversation"])
    if not jobs.finish(session, job):
        return
    bot_turns.keep(session, job, answer.understood, answer.request)
    if conversation.state != "bot":
        _tell_receipts(session, conversation, job)
        return
    for part in _as_sent(answer.parts, conversation.channel):
        outbox.say(session, conversation, outbox.bot(), part.text, part.options, part.card)
    if answer.challenge:
        challenges.owe(session, conversation, answer.challenge)
    if answer.handoff:
        requests.person(session, conversation, answer.handoff, by="bot")
    else:
        idle.watch(session, conversation)


def _as_sent(parts: list[Part], channel: str) -> list[Part]:
    """On the web a bubble each; by text one reply is one text, and of several lists the last is the one to choose from."""
    if channel != "sms" or len(parts) < 2:
        return parts
    options = next((part.options for part in reversed(parts) if part.options), [])
    card = next((part.card for part in reversed(parts) if part.card), None)
    return [Part("\n\n".join(part.text for part in parts if part.text), options, card)]


def fail(session: Session, job: Claimed, words: str = "bot_failed") -> None:
    """The turn came to nothing: say so, tell what was done all the same, and offer a person."""
    conversation = states.lock(session, job.payload["conversation"])
    if not jobs.finish(session, job):
        return
    bot_turns.keep(session, job, failed=words)
    _tell_receipts(session, conversation, job)
    if conversation.state != "bot":
        return
    if wants_person(session, job):
        requests.person(session, conversation, requests.Wish(reason="bot_down"))
    else:
        outbox.tell(session, conversation, words, [outbox.person()])


def excuse(session: Session, job: Claimed) -> None:
    """The bot can't be reached yet. Say so once; the question stays owed."""
    conversation = states.lock(session, job.payload["conversation"])
    if conversation.state == "bot":
        outbox.tell(session, conversation, "bot_away", [outbox.person()])


def wants_person(session: Session, job: Claimed) -> bool:
    """Is a person asked for in a bare word, or by the bot's own option? The gateway takes that without the bot, and in any
    message from this one on: those behind it wait in its lane."""
    written = select(Message).where(
        Message.conversation_id == job.payload["conversation"],
        Message.seq >= job.payload["seq"],
        Message.kind == "customer",
    )
    return any(_asks_for_person(message) for message in session.scalars(written))


def _asks_for_person(message: Message) -> bool:
    by_option = (message.choice or {}).get("intent") == PERSON_INTENT
    return by_option or message.text.strip(" .!?").casefold() in BARE_WORDS


def message_id(job: Claimed) -> str:
    return f"{job.payload['conversation']}:{job.payload['seq']}"


def _message(session: Session, job: Claimed) -> Message:
    return session.execute(
        select(Message).where(Message.conversation_id == job.payload["conversation"], Message.seq == job.payload["seq"])
    ).scalar_one()


def _tell_receipts(session: Session, conversation: Conversation, job: Claimed) -> None:
    for receipt in receipts.of_message(session, conversation.id, message_id(job)):
        outbox.tell(session, conversation, "done_meanwhile", receipt=receipt.text)
