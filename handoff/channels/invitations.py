"""A page is about to ask its reader whether help is wanted, and asks here whether it may."""

from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from handoff.channels import web
from handoff.http import Body, Call, Endpoint
from handoff.rules import contacts
from handoff.tools.throttle import Throttle
from shop import identity
from shop.ground.settings import Settings

RATE = "30/minute"


class InvitationIn(Body):
    identity: str | None = Field(None, max_length=4096)
    shown: int = Field(0, ge=0, le=1000)


class InvitationMay(BaseModel):
    show: bool
    why: str | None = None


def endpoints() -> list[Endpoint]:
    throttle = Throttle(RATE)

    async def ask(call: Call) -> dict[str, Any]:
        throttle.check(call.request.remote_addr or call.request.ip)
        why = await call.parts.db.write(_invited, call.parts.settings, call.body)
        return {"show": not why, **({"why": why} if why else {})}

    return [
        Endpoint("POST", f"{web.PREFIX}invitations", "May this reader be asked whether help is wanted?", ask,
                 web.public, InvitationIn, InvitationMay, refusals=(400, 401, 403, 429)),
    ]  # fmt: skip


def _invited(session: Session, settings: Settings, wish: InvitationIn) -> str:
    """The token opens nothing here and is not used up."""
    signed = identity.signed_customer(session, settings, wish.identity) if wish.identity is not None else None
    return contacts.invited(session, signed.customer_id if signed else None, wish.shown)
