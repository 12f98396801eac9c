"""Who a conversation belongs to, and how that was proved. Every read and write of a customer's data asks here.

What a customer types is a claim and never reaches this module; a proof comes from the gateway (the number that a text
came from, a code that came back) or from the shop's own signature.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

import jwt
from sqlalchemy import Select, bindparam, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop import wording
from shop.ground import clock
from shop.ground.errors import Conflict, Unauthorised
from shop.ground.settings import Settings
from shop.models import Customer
from shop.records import BoundCustomer, ProofRow

AUDIENCE = "rapport"
CLAIMS = ["sub", "aud", "exp", "iat", "jti"]
LONGEST_TOKEN, LONGEST_ID = 4096, 200
CLOCK_SKEW_S = 60


class Proof(IntEnum):
    """Ordered: each level may do what those below it may."""

    NONE = 0
    PHONE = 1
    CODE = 2
    SIGNED = 3


@dataclass(frozen=True)
class Identity:
    """The customer of a conversation, if one is proved, and the strongest proof there is."""

    conversation_id: str
    customer_id: str | None = None
    level: Proof = Proof.NONE
    contact: str | None = None
    proved_at: datetime | None = None

    def require(self, level: Proof) -> str:
        """The customer's id, or `Unauthorised` when the proof is weaker than `level`."""
        if self.customer_id is None or self.level < level:
            raise Unauthorised(wording.say("not_proved"), code="not_proved")
        return self.customer_id


@dataclass(frozen=True)
class Token:
    """What the shop's signature vouches for; `jti` opens one session, until `expires_at`."""

    customer_id: str
    jti: str
    expires_at: datetime


# Asked at every turn and event: built once. A customer whom the shop no longer has is nobody.
_PROOFS = (
    select(BoundCustomer.customer_id, ProofRow.level, ProofRow.contact, ProofRow.proved_at)
    .join(ProofRow, ProofRow.conversation_id == BoundCustomer.conversation_id)
    .join(Customer, Customer.id == BoundCustomer.customer_id)
    .where(BoundCustomer.conversation_id == bindparam("of"))
    .order_by(ProofRow.level.desc())
    .limit(1)
)
_THAT_COUNT = _PROOFS.where(or_(BoundCustomer.at_most.is_(None), ProofRow.level <= BoundCustomer.at_most))


def of(session: Session, conversation_id: str) -> Identity:
    """Who the conversation belongs to, by the strongest proof that counts where they write from now."""
    return _strongest(session, conversation_id, _THAT_COUNT)


def at_best(session: Session, conversation_id: str) -> Identity:
    """Who the conversation belongs to, by the strongest proof there is, wherever it was given."""
    return _strongest(session, conversation_id, _PROOFS)


def limit(session: Session, conversation_id: str, at_most: Proof | None) -> None:
    """From now on no proof above this one counts: a shop's signature on the website is worth nothing in a text message."""
    session.execute(
        update(BoundCustomer)
        .where(BoundCustomer.conversation_id == conversation_id)
        .where(BoundCustomer.at_most.is_distinct_from(at_most))
        .values(at_most=at_most)
    )


def _strongest(
    session: Session, conversation_id: str, proofs: Select[str, int, str | None, datetime | None]
) -> Identity:
    """A customer whom the shop no longer has is nobody."""
    strongest = session.execute(proofs, {"of": conversation_id}).one_or_none()
    if strongest is None:
        return Identity(conversation_id)
    return Identity(conversation_id, strongest[0], Proof(strongest[1]), strongest[2], strongest[3])


def prove(
    session: Session, conversation_id: str, customer_id: str, level: Proof, contact: str, now: datetime | None = None
) -> Identity:
    """Note a proof down. A conversation has one customer for good: a proof of another one is a `Conflict`."""
    if level == Proof.NONE:
        raise ValueError("nothing is no proof")
    _bind(session, conversation_id, customer_id)
    moment = now or clock.now()
    row = session.get(ProofRow, (conversation_id, int(level)))
    if row is None:
        session.add(ProofRow(conversation_id=conversation_id, level=int(level), contact=contact, proved_at=moment))
    else:
        row.contact, row.proved_at = contact, moment
    session.flush()
    return of(session, conversation_id)


def contact_of(session: Session, conversation_id: str, level: Proof) -> str | None:
    """What proved this very level in the conversation: of `PHONE` it is the number in use."""
    found = session.get(ProofRow, (conversation_id, int(level)))
    return found.contact if found else None


def verify_token(settings: Settings, token: str) -> Token:
    """Read the shop's identity token (HS256). Whatever is wrong with it, the answer is the same `Unauthorised`."""
    try:
        if len(token) > LONGEST_TOKEN:
            raise jwt.InvalidTokenError
        for secret in settings.identity_secrets[:-1]:  # while it is exchanged
            with suppress(jwt.InvalidSignatureError):
                return _checked(_claims(token, secret))
        return _checked(_claims(token, settings.identity_secret))
    except (jwt.InvalidTokenError, ValueError, OverflowError):
        raise _refused() from None


def signed_customer(session: Session, settings: Settings, token: str) -> Token:
    """The token of a customer whom the shop knows; for an unknown one the same refusal as for a wrong token."""
    verified = verify_token(settings, token)
    if session.get(Customer, verified.customer_id) is None:
        raise _refused()
    return verified


def _bind(session: Session, conversation_id: str, customer_id: str) -> None:
    bound = _bound(session, conversation_id)
    if bound is None:
        try:
            with session.begin_nested():
                session.add(BoundCustomer(conversation_id=conversation_id, customer_id=customer_id))
        except IntegrityError:  # somebody else proved something at the same moment
            pass
        bound = _bound(session, conversation_id)
    if bound != customer_id:
        raise Conflict(wording.say("other_customer"), code="other_customer")


def _bound(session: Session, conversation_id: str) -> str | None:
    """The bound customer, locked: two proofs of one conversation are written one after the other."""
    where = BoundCustomer.conversation_id == conversation_id
    return session.scalar(select(BoundCustomer.customer_id).where(where).with_for_update())


def _claims(token: str, secret: str) -> dict[str, object]:
    # PyJWT compares in constant time. Its own clock is not ours: times are checked apart.
    options = {"require": CLAIMS, "verify_exp": False, "verify_iat": False}
    return jwt.decode(token, secret, algorithms=["HS256"], audience=AUDIENCE, options=options)  # type: ignore[arg-type]


def _checked(claims: dict[str, object]) -> Token:
    sub, jti, exp, iat = claims["sub"], claims["jti"], claims["exp"], claims["iat"]
    now = clock.now().timestamp()
    if not isinstance(sub, str) or not isinstance(jti, str) or not 0 < len(sub) <= LONGEST_ID:
        raise ValueError("sub or jti")
    if not 0 < len(jti) <= LONGEST_ID or not isinstance(exp, int | float) or not isinstance(iat, int | float):
        raise ValueError("jti or times")
    if not now < exp or not iat <= now + CLOCK_SKEW_S:
        raise ValueError("not now")
    return Token(sub, jti, datetime.fromtimestamp(exp, UTC))


def _refused() -> Unauthorised:
    return Unauthorised(wording.say("identity_refused"))
