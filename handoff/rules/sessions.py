"""How a customer's address leads to a conversation: a web session, signed or not, and a phone number."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Address, Conversation, UsedIdentity, new_id
from handoff.rules import numbers
from shop import customers, identity
from shop.ground import clock
from shop.ground.errors import Unauthorised
from shop.identity import Proof

VISITOR_LASTS = timedelta(days=30)
SIGNED_LASTS = timedelta(days=1)  # and so long does a code keep an address that proves nothing by itself


@dataclass(frozen=True)
class Opened:
    """A web session. `visitor` is the secret that its token carries; it is never shown otherwise."""

    visitor: str
    conversation: str
    expires_at: datetime


@dataclass(frozen=True)
class Place:
    """Where a browser says that its reader is, and how they write: an IANA zone and a BCP 47 tag, if it says so."""

    zone: str | None = None
    locale: str | None = None


def open_web(
    session: Session,
    token: identity.Token | None,
    reopen: timedelta,
    place: Place | None = None,
    keep: str | None = None,
) -> Opened:
    """Open a web session. With the shop's signature it leads to the customer's one open conversation, whatever the
    device; without, to a new one. A signature opens one session: the second use is `Unauthorised`. `keep` is the visitor
    that the customer was until now, if they want to go on with that thread: it becomes theirs, unless one of theirs is open."""
    if token:
        _use_once(session, token)
    conversation = _of_customer(session, token, reopen) if token else None
    if token and keep and (conversation is None or conversation.state == "closed"):
        conversation = _kept(session, keep, token.customer_id) or conversation
    if conversation is None:
        conversation = Conversation(channel="web", customer_id=token.customer_id if token else None)
        session.add(conversation)
        session.flush()
    if token:
        identity.prove(session, conversation.id, token.customer_id, Proof.SIGNED, token.jti)
    expires_at = clock.now() + (SIGNED_LASTS if token else VISITOR_LASTS)
    address = Address(
        kind="web",
        value=new_id(),
        conversation_id=conversation.id,
        customer_id=token.customer_id if token else None,
        expires_at=expires_at,
        zone=place.zone if place else None,
        locale=place.locale if place else None,
    )
    session.add(address)
    session.flush()
    if conversation.address_id is None:
        conversation.address_id = address.id
        session.flush()
    return Opened(address.value, conversation.id, expires_at)


def renew(session: Session, visitor: str) -> Opened:
    """A visitor who comes again stays who they are. Where a customer was proved the proof has an end: `Unauthorised`."""
    address = web_address(session, visitor)
    if address.customer_id is not None:
        raise Unauthorised("Bring a new identity token.")
    address.expires_at = clock.now() + VISITOR_LASTS
    return Opened(address.value, address.conversation_id, address.expires_at)


def web_address(session: Session, visitor: str) -> Address:
    """The address of a web session, which leads to its conversation. Raises `Unauthorised` when the session is over."""
    address = session.scalar(select(Address).where(Address.kind == "web", Address.value == visitor))
    if address is None or (address.expires_at and address.expires_at <= clock.now()):
        raise Unauthorised("This session has ended; open a new one.")
    return address


def open_by_phone(session: Session, number: str) -> int:
    """The address of a number, with its conversation; both are made at the first text. A number on file of exactly one
    customer proves that customer. If the number changes hands, the thread does not go along."""
    address = _address_of(session, number)
    numbers.rested(session, address)
    customer_id = numbers.owner(session, number)
    conversation = states.lock(session, address.conversation_id)
    known = identity.at_best(session, conversation.id)
    if known.customer_id and known.customer_id != customer_id and not _joined(session, known, customer_id):
        conversation = Conversation(channel="sms", address_id=address.id, previous_id=None)
        session.add(conversation)
        session.flush()
        address.conversation_id = conversation.id
    if customer_id:
        identity.prove(session, conversation.id, customer_id, Proof.PHONE, number)
        conversation.customer_id = address.customer_id = customer_id
    session.flush()
    return address.id


def join(session: Session, conversation: Conversation, address: Address, customer_id: str) -> None:
    """A code came back: the thread is the customer's, and so is the address it was written from, no longer than a signature
    would make it. Other threads of theirs stay; who signs in next is led to the newest."""
    conversation.customer_id = address.customer_id = customer_id
    if address.kind == "sms" and customers.by_phone(session, address.value) == customer_id:
        numbers.restore(session, address.value)
    if address.expires_at:
        address.expires_at = min(address.expires_at, clock.now() + SIGNED_LASTS)


def carry_proof(session: Session, old: str, new: str) -> None:
    """A conversation that goes on from another belongs to the same customer, by the same proof and no younger one."""
    known = identity.of(session, old)
    if known.customer_id and known.contact:
        identity.prove(session, new, known.customer_id, known.level, known.contact, known.proved_at)


def _joined(session: Session, known: identity.Identity, owner: str | None) -> bool:
    """Did a code open this thread to a number that is nobody's? Not for ever: numbers change hands."""
    lately = known.proved_at is not None and clock.now() - known.proved_at < SIGNED_LASTS
    by_number = identity.contact_of(session, known.conversation_id, Proof.PHONE)
    return owner is None and known.level == Proof.CODE and by_number is None and lately


def _use_once(session: Session, token: identity.Token) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    used = session.scalar(
        insert(UsedIdentity)
        .values(jti=token.jti, expires_at=token.expires_at)
        .on_conflict_do_nothing()
        .returning(UsedIdentity.jti)
    )
    if used is None:
        raise Unauthorised("This identity token has been used; ask the shop for a new one.", code="identity_used")


def _of_customer(session: Session, token: identity.Token, reopen: timedelta) -> Conversation | None:
    """The customer's newest conversation that a strong proof opened and that is open, or can be opened again."""
    customers.lock(session, token.customer_id)  # two devices at once: the second finds what the first made
    newest = session.scalars(
        select(Conversation)
        .where(Conversation.customer_id == token.customer_id)
        .order_by(Conversation.opened_at.desc())
        .limit(20)
    )
    for conversation in newest:
        fresh = conversation.closed_at is None or clock.now() - conversation.closed_at <= reopen
        if fresh and identity.at_best(session, conversation.id).level >= Proof.CODE:
            return conversation
    return None


def _kept(session: Session, visitor: str, customer_id: str) -> Conversation | None:
    """A visitor's thread, from now on the customer's. The visitor's own session is over: who signs out does not leave the
    door open behind them."""
    address = session.scalar(select(Address).where(Address.kind == "web", Address.value == visitor).with_for_update())
    if address is None or (address.expires_at and address.expires_at <= clock.now()):
        return None
    conversation = states.lock(session, address.conversation_id)
    if conversation.customer_id is not None or conversation.state == "closed":
        return None
    conversation.customer_id, conversation.address_id = customer_id, None
    session.execute(
        update(Address)
        .where(Address.conversation_id == conversation.id, Address.kind == "web", Address.customer_id.is_(None))
        .values(expires_at=clock.now())
    )
    states.touch(session, conversation)
    return conversation


def _address_of(session: Session, number: str) -> Address:
    find = select(Address).where(Address.kind == "sms", Address.value == number)
    address = session.scalar(find)
    if address is not None:
        return address
    conversation = Conversation(channel="sms")
    session.add(conversation)
    session.flush()
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    made = session.scalar(
        insert(Address)
        .values(kind="sms", value=number, conversation_id=conversation.id, last_used_at=clock.now())
        .on_conflict_do_nothing()
        .returning(Address.id)
    )
    if made is None:  # the same number's first two texts came at once
        session.delete(conversation)
    else:
        conversation.address_id = made
    return session.execute(find).scalar_one()
