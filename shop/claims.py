"""What somebody says about who they are. It only finds a customer; nothing of theirs is shown before a code came back."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop import customers, guesses, orders, wording
from shop.ground.errors import BadInput
from shop.guesses import Budget
from shop.models import Customer, Order


@dataclass(frozen=True)
class Claim:
    """An e-mail, or first and last name with zip, or an order's number; of what is said, all must be so."""

    email: str | None = None
    first: str | None = None
    last: str | None = None
    zip: str | None = None
    order_id: str | None = None

    @property
    def complete(self) -> bool:
        """Can it find anybody?"""
        return bool(_said(self.email) or _said(self.order_id) or self.named)

    @property
    def named(self) -> bool:
        return bool(_said(self.first) and _said(self.last) and _said(self.zip))


def check(claim: Claim) -> None:
    """`BadInput` when too little was said to look for anybody."""
    if not claim.complete:
        raise BadInput(wording.say("claim_incomplete"), code="claim_incomplete")


def find(session: Session, claim: Claim) -> str | None:
    """The one customer of whom all of it is true. One query, whatever comes of it."""
    wanted = select(Customer.id, Customer.first_name, Customer.last_name)
    if _said(claim.email):
        wanted = wanted.where(Customer.email_key == customers.email_key(str(claim.email)))
    if _said(claim.order_id):
        wanted = wanted.join(Order, Order.customer_id == Customer.id)
        wanted = wanted.where(Order.id.in_(_order_ids(str(claim.order_id))))
    if _said(claim.zip):
        wanted = wanted.where(Customer.__table__.c.zip.in_(_zips(str(claim.zip))))
    rows = session.execute(wanted).all()
    ids = {row.id for row in rows if _same(claim.first, row.first_name) and _same(claim.last, row.last_name)}
    return ids.pop() if len(ids) == 1 else None


def budgets(claim: Claim, conversation_id: str, address: str | None) -> dict[str, Sequence[Budget]]:
    """What a guess counts against. Strangers' words are not kept: a target is its digest."""
    sources = [f"conversation:{conversation_id}", *([f"address:{address}"] if address else [])]
    name = (claim.first, claim.last, _zips(str(claim.zip))[-1]) if claim.named else ()
    order_id = orders.spelled(str(claim.order_id)) if _said(claim.order_id) else None
    targets = {"email": (claim.email,), "order": (order_id,), "name": name}
    digests = [_digest(kind, *said) for kind, said in targets.items() if any(said)]
    whole = _digest("claim", *(getattr(claim, field.name) for field in fields(claim)))
    spent: dict[str, Sequence[Budget]] = dict.fromkeys(sources, guesses.of_source())
    return spent | dict.fromkeys(digests, guesses.of_target()) | {whole: guesses.of_codes()}


def _digest(kind: str, *said: str | None) -> str:
    words = "\n".join(_plain(word or "") for word in said)
    return f"{kind}:{hashlib.sha256(words.encode()).hexdigest()}"


def _said(word: str | None) -> bool:
    return bool(word and word.strip())


def _same(said: str | None, known: str) -> bool:
    return not _said(said) or _plain(str(said)) == _plain(known)


def _plain(word: str) -> str:
    """As names are compared: case, accents and blanks make no difference."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if letter.isalnum() or letter in "@+#._-")


def _order_ids(order_id: str) -> list[str]:
    """As given, and as the shop writes it, with its # or without."""
    usual = orders.spelled(order_id)
    return [order_id.strip(), usual, usual.lstrip("#")]


def _zips(zip_: str) -> list[str]:
    """As given, and without the four digits that some put behind it."""
    given = zip_.strip().upper()
    return [zip_.strip(), given, given.partition("-")[0]]
