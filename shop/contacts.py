"""Where a one-time code may go: a contact on file that is old enough, and not the one that asks for it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from shop import policy
from shop.models import Customer

Kind = Literal["email", "sms"]
HIDDEN = "•••"
DIGITS_SHOWN = 2


@dataclass(frozen=True)
class Contact:
    """An e-mail address or a phone number on file."""

    kind: Kind
    address: str

    @property
    def hint(self) -> str:
        """Enough for its owner to know it by, too little for anybody else."""
        if self.kind == "sms":
            return HIDDEN + self.address[-DIGITS_SHOWN:]
        name, _, domain = self.address.rpartition("@")
        return f"{name[:1]}{HIDDEN}@{domain}"


def choose(session: Session, customer_id: str, in_use: Collection[str | None], now: datetime) -> Contact | None:
    """The e-mail, else the confirmed phone; none that is in use, and none that was changed a few days ago."""
    row = session.get(Customer, customer_id)
    if row is None:
        return None
    fresh = now - timedelta(days=policy.current().fresh_contact_days)
    usable = []
    if "@" in row.email and not _since(row.email_changed_at, fresh):
        usable.append(Contact("email", row.email))
    if row.phone and row.phone_confirmed and not _since(row.phone_changed_at, fresh):
        usable.append(Contact("sms", row.phone))
    return next((contact for contact in usable if contact.address not in in_use), None)


def _since(changed_at: datetime | None, fresh: datetime) -> bool:
    return changed_at is not None and changed_at > fresh
