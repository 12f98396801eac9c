"""One-time codes: six digits that go to a contact on file, and prove who writes when they come back in time.

A challenge is opened by an action, for a plan or for a claim. The gateway has its code made (`issue_code`), sends it, and
checks what comes back. The code itself is in the sender's memory alone: a keyed hash is stored. All that changes a
challenge stands here, which is why the file is a little long.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop import claims, contacts, customers, guesses, identity, policy, wording
from shop.claims import Claim
from shop.contacts import Contact, Kind
from shop.ground.errors import Conflict, NotFound
from shop.ground.settings import Settings
from shop.identity import Identity, Proof
from shop.records import ChallengeRow, PlanRow

DIGITS = 6
HEARD_FOR = timedelta(hours=1)  # a code that comes that late is still told that it has expired


@dataclass(frozen=True)
class Challenge:
    """A code that will be sent. Of a claim nothing is known: it may have found nobody."""

    id: str
    kind: Kind | None = None
    hint: str | None = None


@dataclass(frozen=True)
class Issued:
    """A code on its way, and what it is for: a plan's operation (and order), or a claim."""

    contact: Contact
    code: str = field(repr=False)
    operation: str = "claim"
    order_id: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What became of a code that came back. `why`: wrong, expired or spent."""

    customer_id: str | None = None
    why: str = ""
    tries_left: int = 0

    @property
    def accepted(self) -> bool:
        return self.customer_id is not None


def key(settings: Settings) -> bytes:
    """What the hashes are keyed with; the database alone does not tell a code."""
    return hmac.new(settings.identity_secret.encode(), b"one-time codes", hashlib.sha256).digest()


def open_for_plan(session: Session, who: Identity, plan_id: str, message_id: str, now: datetime) -> Challenge:
    """Ask for a code before an own plan is carried out. Refuses with `NotFound` (plan_gone, or no_contact: a person can
    help) or `TooMany`. The same message opens it once."""
    customer_id = who.require(Proof.PHONE)
    if not _plan_stands(session, who.conversation_id, customer_id, plan_id):
        raise NotFound(wording.say("plan_gone"), code="plan_gone")
    customers.lock(session, customer_id)
    contact = _contact(session, who.conversation_id, customer_id, (), now)
    if contact is None:
        raise NotFound(wording.say("no_contact"), code="no_contact")
    row = _opened_before(session, message_id, plan_id)
    if row is None:
        guesses.refuse(_wait(session, who.conversation_id, customer_id, now))
        row = _open(session, who.conversation_id, customer_id, plan_id, message_id, now)
    return Challenge(row.id, contact.kind, contact.hint)


def open_for_claim(
    session: Session, conversation_id: str, claim: Claim, message_id: str, now: datetime, address: str | None = None
) -> Challenge:
    """Ask for a code to prove a claim: the same words and the same work whether it finds somebody or not, and whether a
    code may go there or not. Refuses with `BadInput` (claim_incomplete) or `TooMany`. `address`: where it came from."""
    claims.check(claim)
    row = _opened_before(session, message_id, "")
    if row is None:
        guesses.spend(session, claims.budgets(claim, conversation_id, address), now)
        found, bound = claims.find(session, claim), identity.of(session, conversation_id).customer_id
        customers.lock(session, found or "")
        wait = _wait(session, conversation_id, found or "", now)
        sendable = found if bound in (None, found) and not wait else None
        row = _open(session, conversation_id, sendable, "", message_id, now)
    return Challenge(row.id)


def announce(session: Session, challenge_id: str, conversation_id: str, now: datetime) -> str | None:
    """The customer is told of the code: from now on it is owed, and six digits are heard as the code. Returns what to put
    the sendings in a row by; None when there is nothing to send, or it was owed before."""
    row = _locked(session, challenge_id)
    if row is None or row.conversation_id != conversation_id or row.owed_at is not None or not _sendable(row, now):
        return None
    row.owed_at = now
    return row.customer_id or row.id


def issue_code(
    session: Session, key: bytes, challenge_id: str, now: datetime, in_use: Collection[str] = ()
) -> Issued | None:
    """Make a code and store its hash; a code made before is void. It is returned once, to who sends it. None: nothing is to
    be sent (any more). `in_use`: the numbers that the conversation is written from."""
    if not key:
        raise ValueError("codes need a key")
    row = _locked(session, challenge_id)
    if row is None or not _sendable(row, now):
        return None
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    contact = _contact(session, row.conversation_id, row.customer_id, in_use, now)
    row.code_hash = _hash(key, row.id, code) if contact else _no_hash()
    row.contact = contact.address if contact else None
    row.expires_at = now + _lifetime()
    plan = session.get(PlanRow, row.plan_id) if row.plan_id else None
    session.flush()
    if contact is None:
        return None
    return Issued(contact, code, plan.operation, plan.order_id) if plan else Issued(contact, code)


def check(session: Session, key: bytes, conversation_id: str, digits: str, now: datetime) -> Verdict | None:
    """Hear six digits in this conversation as its code; None when no code is expected. The right one proves the customer.

    A wrong one costs a try, so call it once for a message.
    """
    row = _heard(session, conversation_id, now)
    if row is None:
        return None
    left = policy.current().codes.tries - row.tries
    if left <= 0:
        return Verdict(why="spent")
    if now >= row.expires_at or (row.plan_id and not _plan_stands(session, conversation_id, None, row.plan_id)):
        return Verdict(why="expired", tries_left=left)
    row.tries += 1
    right = hmac.compare_digest(row.code_hash, _hash(key, row.id, digits))
    if right and _prove(session, row, now):
        row.accepted_at = now
        return Verdict(row.customer_id, tries_left=left - 1)
    return Verdict(why="wrong", tries_left=left - 1)


def void(session: Session, challenge_id: str, now: datetime) -> bool:
    """A plan's code could not be sent and will not come. True: the customer should be told. Of a claim nothing changes, and
    nothing is told: that there was a code to send would say that it found somebody."""
    row = _locked(session, challenge_id)
    if row is None or not row.plan_id or row.voided_at or row.accepted_at:
        return False
    row.voided_at = now
    return True


def _open(
    session: Session, conversation_id: str, customer_id: str | None, plan_id: str, message_id: str, now: datetime
) -> ChallengeRow:
    """A new challenge voids the others of its conversation."""
    row = ChallengeRow(
        id=secrets.token_urlsafe(12),
        conversation_id=conversation_id,
        message_id=message_id,
        plan_id=plan_id,
        customer_id=customer_id,
        code_hash=_no_hash(),
        opened_at=now,
        expires_at=now + _lifetime(),
    )
    others = and_(ChallengeRow.conversation_id == conversation_id, *_open_still())
    try:
        with session.begin_nested():
            session.execute(update(ChallengeRow).where(others).values(voided_at=now))
            session.add(row)
    except IntegrityError:  # the same message at the same moment
        before = _opened_before(session, message_id, plan_id)
        assert before is not None
        return before
    return row


def _opened_before(session: Session, message_id: str, plan_id: str) -> ChallengeRow | None:
    where = (ChallengeRow.message_id == message_id, ChallengeRow.plan_id == plan_id)
    return session.scalar(select(ChallengeRow).where(*where))


def _heard(session: Session, conversation_id: str, now: datetime) -> ChallengeRow | None:
    """The challenge that six digits answer, as a row that others wait for."""
    here = (ChallengeRow.conversation_id == conversation_id, ChallengeRow.owed_at.is_not(None), *_open_still())
    newest = select(ChallengeRow).where(*here, ChallengeRow.opened_at > now - HEARD_FOR)
    newest = newest.order_by(ChallengeRow.opened_at.desc()).limit(1).with_for_update()
    return session.scalar(newest.execution_options(populate_existing=True))


def _locked(session: Session, challenge_id: str) -> ChallengeRow | None:
    row = select(ChallengeRow).where(ChallengeRow.id == challenge_id).with_for_update()
    return session.scalar(row.execution_options(populate_existing=True))


def _open_still() -> tuple[ColumnElement[bool], ...]:
    return ChallengeRow.voided_at.is_(None), ChallengeRow.accepted_at.is_(None)


def _sendable(row: ChallengeRow, now: datetime) -> bool:
    closed = row.voided_at or row.accepted_at or row.tries >= policy.current().codes.tries
    return not closed and now < row.opened_at + _lifetime()


def _wait(session: Session, conversation_id: str, customer_id: str, now: datetime) -> timedelta:
    """How long until one more code may go to this customer, and be asked for in this conversation."""
    of_either = or_(ChallengeRow.customer_id == customer_id, ChallengeRow.conversation_id == conversation_id)
    columns = (ChallengeRow.customer_id, ChallengeRow.conversation_id, ChallengeRow.opened_at)
    lately = (ChallengeRow.customer_id.is_not(None), ChallengeRow.opened_at > now - guesses.HOUR)
    rows = session.execute(select(*columns).where(of_either, *lately)).all()
    customers_ = [row.opened_at for row in rows if row.customer_id == customer_id]
    conversations = [row.opened_at for row in rows if row.conversation_id == conversation_id]
    return max(budget.wait(times, now) for budget in guesses.of_codes() for times in (customers_, conversations))


def _plan_stands(session: Session, conversation_id: str, customer_id: str | None, plan_id: str) -> bool:
    """Is it a plan of this conversation (and customer) to which nobody said no?"""
    here = (PlanRow.id == plan_id, PlanRow.conversation_id == conversation_id, PlanRow.dropped_at.is_(None))
    found = session.scalar(select(PlanRow.customer_id).where(*here))
    return found is not None and customer_id in (None, found)


def _contact(
    session: Session, conversation_id: str, customer_id: str | None, in_use: Collection[str], now: datetime
) -> Contact | None:
    number = identity.contact_of(session, conversation_id, Proof.PHONE)
    return contacts.choose(session, customer_id, {*in_use, number}, now) if customer_id else None


def _prove(session: Session, row: ChallengeRow, now: datetime) -> bool:
    """A conversation that meanwhile belongs to another customer stays theirs."""
    if row.customer_id is None or row.contact is None:
        return False
    try:
        known = identity.prove(session, row.conversation_id, row.customer_id, Proof.CODE, row.contact, now)
    except Conflict:
        return False
    return known.customer_id == row.customer_id


def _lifetime() -> timedelta:
    return timedelta(minutes=policy.current().codes.lifetime_minutes)


def _hash(key: bytes, challenge_id: str, code: str) -> str:
    return hmac.new(key, f"{challenge_id}:{code}".encode(), hashlib.sha256).hexdigest()


def _no_hash() -> str:
    """Of no code at all, and not to be told from one that is."""
    return secrets.token_hex(hashlib.sha256().digest_size)
