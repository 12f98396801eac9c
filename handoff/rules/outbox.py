"""The one door out: every message to a customer is made by `say`, whoever its author is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff import states, wording
from handoff.models import Address, Conversation, Delivery, File, Message, Option, new_id
from handoff.rules import cardlinks, pace, texting
from handoff.rules import files as shelf
from shop.ground import jobs
from shop.ground.errors import Conflict

RANK = {"agent": pace.AGENT, "bot": pace.BOT}  # in the queue for our number


@dataclass(frozen=True)
class Author:
    """Whose words these are: bot, system, or an agent (who then has an id)."""

    kind: str
    name: str
    id: str | None = None


@dataclass(frozen=True)
class Choice:
    """An option to offer. `id` is given for the gateway's own three; a bot's gets one here."""

    label: str
    choice: dict[str, Any] | None = None
    id: str | None = None


def bot() -> Author:
    return Author("bot", wording.say("bot_name"))


def system() -> Author:
    return Author("system", wording.say("system_name"))


def person() -> Choice:
    return Choice(wording.say("option_person"), id="person")


def cancel_request() -> Choice:
    return Choice(wording.say("option_cancel_request"), id="cancel-request")


def say(
    session: Session,
    conversation: Conversation,
    author: Author,
    text: str,
    options: Sequence[Choice] = (),
    card: dict[str, Any] | None = None,
    key: str | None = None,
    files: Sequence[File] = (),
) -> int:
    """Add a message to a conversation that the caller has locked; returns its seq. By text it is also sent. Files alone
    are said in words too."""
    words, meta = (text, None) if text or not files else (shelf.in_words(len(files)), shelf.WORDLESS)
    said = Message(kind=author.kind, name=author.name, agent_id=author.id, text=words, card=card, key=key, meta=meta)
    seq = append(session, conversation, said)
    shelf.attach(conversation, seq, files)
    if author.kind in ("bot", "agent"):
        conversation.last_reply_seq = seq
    session.add_all(
        Option(
            conversation_id=conversation.id,
            seq=seq,
            position=position,
            id=option.id or f"o-{new_id()[:12]}",
            label=option.label,
            choice=option.choice,
        )
        for position, option in enumerate(options, start=1)
    )
    if conversation.channel == "sms":
        link = cardlinks.to(said)
        words = shelf.by_phone(text, files)
        body = texting.render(words, [option.label for option in options], link)
        owe_text(session, conversation, seq, body, RANK.get(author.kind, pace.NOTICE))
    return seq


def tell(
    session: Session, conversation: Conversation, key: str, options: Sequence[Choice] = (), **facts: object
) -> int:
    """Say something of the gateway's own, by the key of its wording."""
    return say(session, conversation, system(), wording.say(key, **facts), options)


def append(session: Session, conversation: Conversation, message: Message) -> int:
    """Give the message the next number of its conversation, and tell who watches, after the commit."""
    conversation.last_seq += 1
    message.conversation_id, message.seq = conversation.id, conversation.last_seq
    session.add(message)
    states.touch(session, conversation)
    session.flush()
    return message.seq


def seq_of(session: Session, key: str, text: str) -> int | None:
    """The seq of what was said under this key before, or None. With another text it is a `Conflict`."""
    said = session.scalar(select(Message).where(Message.key == key))
    if said is not None and said.text != text:
        raise Conflict("This client_id was used for another text.", code="client_id_reused")
    return said.seq if said else None


def last_word(session: Session, conversation: Conversation, seq: int) -> None:
    """This text goes out although the number has opted out: it confirms that."""
    where = (Delivery.conversation_id == conversation.id, Delivery.seq == seq)
    session.execute(update(Delivery).where(*where).values(last_word=True))


def owe_text(session: Session, conversation: Conversation, seq: int, body: str, rank: int) -> None:
    """Owe a text about the message `seq` to where the conversation goes on."""
    address = session.get_one(Address, conversation.address_id)
    segments = texting.segments(body).count
    delivery = Delivery(
        conversation_id=conversation.id, seq=seq, to=address.value, body=body, segments=segments, rank=rank
    )
    session.add(delivery)
    session.flush()
    jobs.owe(session, "deliver", f"sms:{address.value}", {"delivery": delivery.id})
