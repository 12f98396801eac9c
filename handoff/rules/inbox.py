"""The one door in: every customer message is taken by `accept`, whatever the channel, once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states, wording
from handoff.models import Address, Conversation, Message, Option
from handoff.routing import reopening, requests, shifts, telling, ways
from handoff.rules import challenges, files, outbox, ratings, sessions, spoken, texting
from shop import identity
from shop.ground import clock, jobs
from shop.ground.errors import BadInput, Conflict
from shop.identity import Proof

LONGEST = 4000
LOOKED_BACK = 10  # messages of the bot
REOPEN = timedelta(days=7)

# Options that always exist and are carried out here, without Rasa.
_OURS = {
    "person": lambda session, conversation: _person(session, conversation),
    "bot": lambda session, conversation: requests.give_up(session, conversation, "back_with_bot"),
    "cancel-request": lambda session, conversation: requests.give_up(session, conversation, "request_cancelled"),
    telling.ANYONE: ways.anyone_now,
    telling.BY_TEXT: ways.text_me,
    telling.MESSAGE: ways.leave_message,
}
_OUR_LABELS = {"person": "option_person", **telling.LABELS}


@dataclass(frozen=True)
class Inbound:
    """What a customer sent: words or the id of an option, and the id that makes it one message however often it comes."""

    channel: str
    id: str  # web: the widget's client id, unique in its conversation; sms: Twilio's MessageSid, unique for ever
    text: str = ""
    option: str | None = None
    files: tuple[str, ...] = ()  # ids of what was brought before
    meta: dict[str, Any] | None = None
    mute: bool = False  # words for the carrier (STOP, HELP): kept, but nobody is asked to answer them

    def key(self, conversation_id: str) -> str:
        return f"sms:{self.id}" if self.channel == "sms" else f"web:{conversation_id}:{self.id}"


@dataclass(frozen=True)
class Accepted:
    """Where the message stands. `created` is False when it was here before."""

    conversation: str
    seq: int
    created: bool


def accept(
    session: Session, address_id: int, inbound: Inbound, reopen: timedelta = REOPEN, key: bytes = b""
) -> Accepted:
    """Store the message and owe the answer. Raises `BadInput` for what cannot be a message, `Conflict` for a key
    that was used for other words or an option that is not on offer any more. `key`: of one-time codes; without it no code
    is the right one."""
    address = session.get_one(Address, address_id)
    conversation = _locked(session, address)
    before = _seen_before(session, inbound, address.conversation_id)
    if before is not None:
        return before
    chosen = _chosen(session, conversation, inbound)
    text = chosen.label if chosen and inbound.option else _words(inbound)  # what was typed stays as it was typed
    brought = files.staged(session, conversation.id, files.of_customer(address.id), inbound.files)
    was_closed = conversation.state == "closed"
    if was_closed and not inbound.mute and _rates(session, conversation, address, text, inbound):
        return Accepted(conversation.id, conversation.last_customer_seq, created=True)
    conversation = _awake(session, conversation, address, reopen)
    address.last_used_at = clock.now()
    if not _waits_for_a_text(conversation):
        conversation.channel, conversation.address_id = address.kind, address.id
    identity.limit(session, conversation.id, Proof.CODE if address.kind == "sms" else None)
    heard = None if inbound.option else challenges.hear(session, conversation, address, text, key)
    message = Message(
        kind="customer",
        name="",
        text=heard.text if heard else text,
        key=inbound.key(conversation.id),
        meta=files.WORDLESS if brought and not inbound.text.strip() else inbound.meta,
        choice=heard.choice if heard else chosen.choice if chosen else None,
    )
    seq = outbox.append(session, conversation, message)
    files.attach(conversation, seq, brought)
    conversation.last_customer_seq = seq
    if heard and conversation.state != "bot":
        challenges.tell(session, conversation, heard.verdict)
    elif not inbound.mute:
        if was_closed and not heard and not chosen:
            reopening.to_their_person(session, conversation)
        _answer(session, conversation, seq, None if heard else chosen)
    return Accepted(conversation.id, seq, created=True)


def _rates(session: Session, conversation: Conversation, address: Address, text: str, inbound: Inbound) -> bool:
    """A score that answers our question by text is kept and thanked for; it opens nothing again."""
    if address.kind != "sms" or conversation.channel != "sms" or not ratings.heard(session, conversation, text):
        return False
    message = Message(kind="customer", name="", text=text, key=inbound.key(conversation.id), meta=inbound.meta)
    conversation.last_customer_seq = outbox.append(session, conversation, message)
    address.last_used_at = clock.now()
    outbox.tell(session, conversation, "rating_thanks")
    return True


def _locked(session: Session, address: Address) -> Conversation:
    """The conversation that the address leads to, locked; looked up again if it moved on while we waited for the lock."""
    while True:
        conversation = states.lock(session, address.conversation_id)
        session.refresh(address)
        if address.conversation_id == conversation.id:
            return conversation


def _waits_for_a_text(conversation: Conversation) -> bool:
    """They asked to be texted when it is their turn: that stands, whatever they add on the page meanwhile."""
    return conversation.waits_by == "text" and conversation.state in ("waiting", "offered")


def _answer(session: Session, conversation: Conversation, seq: int, chosen: outbox.Choice | None) -> None:
    """See to it that somebody answers: our own options at once, the bot by a job, a person by reading."""
    if chosen and chosen.id in _OURS:
        _OURS[chosen.id](session, conversation)
    if conversation.state != "bot":
        shifts.heard(session, conversation)
    elif not (chosen and chosen.id in _OURS):
        payload = {"conversation": conversation.id, "seq": seq}
        jobs.owe(session, "ask_bot", f"bot:{conversation.id}", payload, key=f"ask:{conversation.id}:{seq}")


def _person(session: Session, conversation: Conversation) -> None:
    requests.person(session, conversation, _subject(session, conversation))


def _subject(session: Session, conversation: Conversation) -> requests.Wish:
    """What it was about when the customer tapped "person": the order, plan or receipt that the bot showed last."""
    shown = select(Message.card).where(Message.conversation_id == conversation.id, Message.kind == "bot")
    for card in session.scalars(shown.order_by(Message.seq.desc()).limit(LOOKED_BACK)):
        if card and card["kind"] == "order":
            return requests.Wish("orders", facts={"order_id": card["id"]})
        if card and card["kind"] in ("plan", "receipt"):
            return requests.Wish(card["operation"], facts={"order_id": card["order"]} if card["order"] else {})
    return requests.Wish()


def _seen_before(session: Session, inbound: Inbound, conversation_id: str) -> Accepted | None:
    message = session.scalar(select(Message).where(Message.key == inbound.key(conversation_id)))
    if message is None:
        return None
    words = _words(inbound) if inbound.option is None else message.text
    brought = files.sent_with(session, message.conversation_id, message.seq) if inbound.channel == "web" else []
    if message.text not in (words, spoken.masked(words)) or brought != list(inbound.files):  # a code is kept masked
        raise Conflict("This client_id was used for another text.", code="client_id_reused")
    return Accepted(message.conversation_id, message.seq, created=False)


def _words(inbound: Inbound) -> str:
    words = inbound.text.replace("\x00", "").strip()  # PostgreSQL stores no NUL
    if not words and inbound.files:
        return files.in_words(len(inbound.files))
    if not words:
        raise BadInput("The text is empty.")
    if len(words) > LONGEST:
        raise BadInput(f"The text has {len(words)} characters; {LONGEST} are the most.")
    return words


def _chosen(session: Session, conversation: Conversation, inbound: Inbound) -> outbox.Choice | None:
    """The option that was tapped, or that a text answers by number or label; None when these are plain words."""
    if inbound.option is None:
        found = texting.resolve(inbound.text, _live(session, conversation))
        return outbox.Choice(found.label, found.choice, found.id) if found else None
    if inbound.option in _OURS:
        return outbox.Choice(wording.say(_OUR_LABELS[inbound.option]), id=inbound.option)
    option = session.scalar(
        select(Option).where(Option.conversation_id == conversation.id, Option.id == inbound.option)
    )
    if option is None:
        raise BadInput("There is no such option in this conversation.", code="unknown_option")
    if option.seq <= conversation.last_customer_seq or conversation.state != "bot":
        raise Conflict("This option was for an earlier question.", code="option_stale")
    return outbox.Choice(option.label, option.choice, option.id)


def _live(session: Session, conversation: Conversation) -> list[Option]:
    """The options under the newest message that has some, if nothing was written since."""
    newest = select(Option.seq).where(Option.conversation_id == conversation.id).order_by(Option.seq.desc()).limit(1)
    seq = session.scalar(newest)
    if seq is None or seq <= conversation.last_customer_seq or conversation.state in ("held", "parked"):
        return []  # what is written to a person is words: "1" answers the person's question
    offered = select(Option).where(Option.conversation_id == conversation.id, Option.seq == seq)
    return list(session.scalars(offered.order_by(Option.position)))


def _awake(session: Session, conversation: Conversation, address: Address, reopen: timedelta) -> Conversation:
    """The conversation to write in: a closed one opens again, or after a while a new one goes on from it."""
    if conversation.state != "closed":
        return conversation
    now = clock.now()
    if conversation.closed_at is not None and now - conversation.closed_at <= reopen:
        states.change(session, conversation, "bot", by="customer", why="wrote_again")
        return conversation
    follow_up = Conversation(channel=address.kind, customer_id=conversation.customer_id, previous_id=conversation.id)
    session.add(follow_up)
    session.flush()
    for other in session.scalars(select(Address).where(Address.conversation_id == conversation.id)):
        other.conversation_id = follow_up.id
    sessions.carry_proof(session, conversation.id, follow_up.id)
    states.touch(session, conversation)  # who watches the old thread learns that it goes on elsewhere
    return follow_up
