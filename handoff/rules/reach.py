"""From the website to the phone: to which number a customer can be texted, and from when on they are."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Address, Conversation
from handoff.rules import consent, numbers
from shop import customers, identity
from shop.ground.errors import Conflict

AT_REST = ("bot", "closed")  # in these states nobody on staff has anything to do with a thread


def textable(session: Session, conversation: Conversation) -> Address | None:
    """Where this conversation's proved customer can be texted once they ask for it: their number on file, confirmed, not
    opted out, and not in a thread that somebody deals with. Not stored yet where the number never wrote to us."""
    customer_id = identity.of(session, conversation.id).customer_id
    if customer_id is None:
        return None
    number = customers.get(session, customer_id).phone
    if not number or consent.stopped(session, number) or numbers.owner(session, number) != customer_id:
        return None
    address = session.scalar(select(Address).where(Address.kind == "sms", Address.value == number))
    if address is None:
        return Address(kind="sms", value=number, conversation_id=conversation.id, customer_id=customer_id)
    if address.conversation_id != conversation.id and _dealt_with(session, address):
        return None
    return address


def by_text(session: Session, conversation: Conversation, wording: str = "") -> None:
    """The customer asked for it, in answer to `wording`: replies go to their number from now on, and what they text comes
    into this thread. The conversation is locked. Raises `Conflict` when there is no such number (any more)."""
    address = textable(session, conversation)
    if address is None:
        raise Conflict("There is no number that this customer can be texted at.", code="not_textable")
    session.add(address)
    address.conversation_id, address.customer_id = conversation.id, conversation.customer_id
    session.flush()
    conversation.channel, conversation.address_id = "sms", address.id
    consent.record(
        session, address.value, "start", wording=wording, source=f"web:{conversation.id}", scope="updates", how="asked"
    )


def _dealt_with(session: Session, address: Address) -> bool:
    other = session.get(Conversation, address.conversation_id)
    return other is not None and other.state not in AT_REST
