"""A conversation on the website goes on by text: to a number on file at once, to any other once a code came back from it.

Whether a number is on somebody's file is not to be found out here: the answers are the same, and so is the work. A code
costs money and a stranger's peace, so it goes out within budgets: each conversation, each address that asks, each number,
and, for numbers on nobody's file, each range of numbers, and all of them together.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import phonenumbers
from phonenumbers import PhoneNumberType
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states, wording
from handoff.models import Address, Conversation, NumberCode
from handoff.routing import ways
from handoff.rules import consent, links, numbers, outbox, places, proving, reach
from shop import customers, guesses, identity, policy
from shop.contacts import HIDDEN
from shop.ground import clock, jobs
from shop.ground.errors import BadInput, Conflict, TooMany
from shop.guesses import DAY, HOUR, Budget
from shop.identity import Proof

A_SOURCE = (Budget(3, HOUR), Budget(6, DAY))  # codes for one conversation, to one number
AN_ADDRESS = (Budget(6, HOUR), Budget(12, DAY))  # asked for from one address of the net: families share one
A_RANGE = (Budget(5, DAY),)  # numbers that differ in their last four digits: pumping goes through them one by one
# What takes texts at an ordinary price. FIXED_LINE: some plans tell no difference, and the carrier says so.
TEXTABLE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


@dataclass(frozen=True)
class Terms:
    """To what numbers codes may go: countries, and how many a day to numbers on nobody's file. `key` is that of codes."""

    countries: frozenset[str]
    new_numbers_per_day: int
    key: bytes
    shop: str


@dataclass(frozen=True)
class Moved:
    """Where it stands: `off`, `code` (one is expected) or `on`. Numbers are hinted at by their last digits."""

    possible: bool
    state: str
    number: str | None = None
    on_file: str | None = None
    expires_at: str | None = None


def standing(session: Session, address: Address) -> Moved:
    """For the web session with this address."""
    conversation = session.get_one(Conversation, address.conversation_id)
    textable = reach.textable(session, conversation)
    on_file, possible = _hint(textable.value) if textable else None, bool(links.our_number())
    if conversation.channel == "sms":
        phone = session.get_one(Address, conversation.address_id)
        return Moved(possible, "on", _hint(phone.value), on_file)
    row = _open(session, address)
    if row is not None and row.expires_at > clock.now():
        return Moved(possible, "code", _hint(row.number), on_file, clock.iso(row.expires_at))
    return Moved(possible, "off", None, on_file)


def ask(session: Session, address: Address, wanted: str | None, asker: str, terms: Terms) -> Moved:
    """Go on at this number, or at the one on file where none is named. Raises `BadInput` for what is no number that we
    text, `Conflict` (texts_off, not_textable) or `TooMany`."""
    if not links.our_number():
        raise Conflict("Texts are off here.", code="texts_off")
    conversation = states.lock(session, address.conversation_id)
    on_file = reach.textable(session, conversation)
    if wanted is None and on_file is None:
        raise Conflict("There is no number on file that can be texted.", code="not_textable")
    number = _checked(wanted, terms) if wanted is not None else None
    if on_file is not None and number in (None, on_file.value):
        _move(session, conversation, None, terms.shop)
    else:
        assert number is not None
        _owe_code(session, conversation, address, number, asker, terms)
    return standing(session, address)


def confirm(session: Session, address: Address, digits: str, terms: Terms) -> str:
    """Hear the code. Returns "" when it was right and the conversation goes on by text, else why not: wrong, expired,
    spent, or elsewhere (the number is another customer's, or in a conversation that somebody deals with)."""
    row = _locked(session, address)
    if row is None:
        return "expired"
    if row.tries >= policy.current().codes.tries:
        return "spent"
    if clock.now() >= row.expires_at:
        return "expired"
    row.tries += 1
    if not hmac.compare_digest(row.code_hash, proving.hash_of(terms.key, row.id, digits)):
        return "wrong"
    row.ended_at = clock.now()
    conversation = states.lock(session, address.conversation_id)
    phone = _free(session, conversation, row.number)
    if phone is None:
        return "elsewhere"
    _link(session, conversation, row.number)
    _move(session, conversation, phone, terms.shop)
    return ""


def stop(session: Session, address: Address) -> Moved:
    """Replies come to the website again."""
    conversation = states.lock(session, address.conversation_id)
    if conversation.channel == "sms":
        conversation.channel, conversation.address_id = "web", address.id
        if conversation.waits_by == "text":
            conversation.waits_by = None
        states.touch(session, conversation)
    return standing(session, address)


def _owe_code(
    session: Session, conversation: Conversation, address: Address, number: str, asker: str, terms: Terms
) -> None:
    """Owe a code, and void the one before. Where it may not go the answer is the same, and nothing is owed."""
    now = clock.now()
    guesses.spend(session, _budgets(conversation, number, asker), now)
    before = _open(session, address)
    if before is not None:
        before.ended_at = now
    lasts = timedelta(minutes=policy.current().codes.lifetime_minutes)
    row = NumberCode(
        id=secrets.token_urlsafe(12),
        address_id=address.id,
        number=number,
        code_hash=secrets.token_hex(32),
        opened_at=now,
        expires_at=now + lasts,
    )
    session.add(row)
    session.flush()
    if _may_have_one(session, number, now, terms):
        payload = {"code": row.id, "conversation": conversation.id}
        jobs.owe(session, proving.JOB, f"{proving.JOB}:{number}", payload, key=f"{proving.JOB}:{row.id}")


def _may_have_one(session: Session, number: str, now: datetime, terms: Terms) -> bool:
    if consent.stopped(session, number):
        return False
    if customers.by_phone(session, number) is not None or numbers.owner(session, number) is not None:
        return True
    if terms.new_numbers_per_day < 1:
        return False
    budgets: dict[str, Sequence[Budget]] = {
        f"text-me-range:{_digest(number[:-4])}": A_RANGE,
        "text-me-new-numbers": (Budget(terms.new_numbers_per_day, DAY),),
    }
    try:
        guesses.spend(session, budgets, now)
    except TooMany:
        return False
    return True


def _budgets(conversation: Conversation, number: str, asker: str) -> dict[str, Sequence[Budget]]:
    return {
        f"text-me:{conversation.id}": A_SOURCE,
        f"text-me-number:{_digest(number)}": A_SOURCE,
        f"text-me-address:{_digest(asker)}": AN_ADDRESS,
    }


def _free(session: Session, conversation: Conversation, number: str) -> Address | None:
    """The number's address, unless it is another customer's or in use elsewhere."""
    bound = identity.at_best(session, conversation.id).customer_id
    if bound is not None and numbers.owner(session, number) not in (None, bound):
        return None
    return reach.free(session, conversation, number)


def _link(session: Session, conversation: Conversation, number: str) -> None:
    """It is theirs from now on, where it is proved well enough who they are: on the page, every proof counts."""
    known = identity.at_best(session, conversation.id)
    if known.customer_id is not None and known.level >= Proof.CODE:
        numbers.link(session, number, known.customer_id)


def _move(session: Session, conversation: Conversation, phone: Address | None, shop: str) -> None:
    if conversation.state in ways.WAITS and conversation.waits_by != "text":
        ways.text_me(session, conversation, phone)
        return
    reach.by_text(session, conversation, wording.say("option_text_me_on"), phone)
    outbox.tell(session, conversation, "moved_to_text", shop=shop)


def _checked(wanted: str, terms: Terms) -> str:
    """The number as we write it (E.164)."""
    region = places.country_of(links.our_number())
    try:
        parsed = phonenumbers.parse(wanted, region)
    except phonenumbers.NumberParseException:
        raise _no_number() from None
    number: str = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) not in TEXTABLE:
        raise _no_number()
    allowed = terms.countries or {region}
    if number == links.our_number() or places.country_of(number) not in allowed:
        raise _no_number()
    return number


def _no_number() -> BadInput:
    return BadInput(wording.say("text_me_no_number"), code="no_number")


def _open(session: Session, address: Address) -> NumberCode | None:
    """The newest code that this web session waits for."""
    mine = (NumberCode.address_id == address.id, NumberCode.ended_at.is_(None))
    return session.scalar(select(NumberCode).where(*mine).order_by(NumberCode.opened_at.desc()).limit(1))


def _locked(session: Session, address: Address) -> NumberCode | None:
    """The same, and nobody else guesses at it meanwhile."""
    found = _open(session, address)
    if found is not None:
        session.refresh(found, with_for_update=True)
    return found if found is not None and found.ended_at is None else None


def _hint(number: str) -> str:
    return HIDDEN + number[-2:]


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:32]
