"""From the website to the phone: to which number a customer can be texted, and from when on they are."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import wording
from handoff.models import Address, Consent, Conversation, Message
from handoff.rules import consent, links, numbers, outbox
from shop import identity, policy
from shop import wording as shop_words
from shop.ground.errors import Conflict

AT_REST = ("bot", "closed")  # in these states nobody on staff has anything to do with a thread


def textable(session: Session, conversation: Conversation) -> Address | None:
    """Where this conversation's proved customer can be texted once they ask for it: a number that is theirs, not opted
    out, and not in a thread that somebody deals with. Not stored yet where the number never wrote to us."""
    customer_id = identity.of(session, conversation.id).customer_id
    if customer_id is None:
        return None
    for number in numbers.of_customer(session, customer_id):
        if not consent.stopped(session, number) and numbers.owner(session, number) == customer_id:
            address = free(session, conversation, number)
            if address is not None and not (address.id and numbers.idle(address)):
                return address
    return None


def free(session: Session, conversation: Conversation, number: str) -> Address | None:
    """The address of a number for this conversation; None while it is in another one that somebody deals with."""
    address = session.scalar(select(Address).where(Address.kind == "sms", Address.value == number))
    if address is None:
        return Address(kind="sms", value=number, conversation_id=conversation.id, customer_id=conversation.customer_id)
    return None if address.conversation_id != conversation.id and _dealt_with(session, address) else address


def by_text(session: Session, conversation: Conversation, wording: str = "", address: Address | None = None) -> None:
    """The customer asked for it, in answer to `wording`: replies go to their number from now on (the `address`, where a
    code just proved it), and what they text comes into this thread. The conversation is locked. Raises `Conflict` when
    there is no such number (any more)."""
    address = address or textable(session, conversation)
    if address is None:
        raise Conflict("There is no number that this customer can be texted at.", code="not_textable")
    session.add(address)
    address.conversation_id, address.customer_id = conversation.id, conversation.customer_id
    session.flush()
    conversation.channel, conversation.address_id = "sms", address.id
    consent.record(
        session, address.value, "start", wording=wording, source=f"web:{conversation.id}", scope="updates", how="asked"
    )


def offer_start(session: Session, conversation: Conversation) -> None:
    """On the website, once for each opt-out: why nothing comes to the phone any more, and how to change that."""
    customer_id = identity.of(session, conversation.id).customer_id
    stop = _stop(session, customer_id) if customer_id else None
    if stop is None or not links.our_number():
        return
    key = f"offer-start:{stop.id}"
    if session.scalar(select(Message.id).where(Message.key == key)) is None:
        text = wording.say("sms_offer_start", date=shop_words.day(stop.at, policy.zone()), number=links.our_number())
        outbox.say(session, conversation, outbox.system(), text, key=key)


def _stop(session: Session, customer_id: str) -> Consent | None:
    """The opt-out of the number on file. A number that a code proved is nobody's once it opted out."""
    number = next(numbers.of_customer(session, customer_id), None)
    return consent.stop_of(session, number) if number else None


def _dealt_with(session: Session, address: Address) -> bool:
    other = session.get(Conversation, address.conversation_id)
    return other is not None and other.state not in AT_REST
