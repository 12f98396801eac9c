"""The demo shop's page and sign-in. A real shop's backend mints the identity token; here the gateway does it."""

import secrets
from datetime import timedelta
from typing import Any

import jwt
from pydantic import BaseModel, RootModel
from sanic import HTTPResponse, Request, Sanic
from sanic.response import redirect
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import pages
from handoff.demo import staff
from handoff.http import Body, Call, Endpoint
from handoff.routing import books
from shop import customers, demo, identity
from shop.ground import clock
from shop.ground.errors import NotFound
from shop.ground.settings import Settings
from shop.models import Customer

TOKEN_LASTS = timedelta(minutes=5)


class Player(BaseModel):
    id: str
    name: str
    tier: str
    note: str


class Players(RootModel[list[Player]]):
    pass


class Phone(BaseModel):
    number: str
    name: str


class Phones(RootModel[list[Phone]]):
    pass


class Login(BaseModel):
    name: str
    email: str
    role: str
    password: str


class Logins(RootModel[list[Login]]):
    pass


class IdentityWish(Body):
    customer: str


class IdentityMade(BaseModel):
    identity: str


def endpoints(settings: Settings) -> list[Endpoint]:
    async def mint(call: Call) -> dict[str, str]:
        wish: IdentityWish = call.body
        return {"identity": token(settings, await call.parts.db.read(_named, wish.customer))}

    return [
        Endpoint("GET", "/demo/customers", "Who can be played in the demo shop", _customers, answer=Players),
        Endpoint("GET", "/demo/phones", "Phones that can be played", _phones, answer=Phones),
        Endpoint("GET", "/demo/agents", "The demo's agents", _agents, answer=Logins),
        Endpoint(
            "POST",
            "/demo/identity",
            "The token the shop's backend would mint",
            mint,
            None,
            IdentityWish,
            IdentityMade,
            refusals=(400, 404),
        ),
    ]


def token(settings: Settings, customer_id: str) -> str:
    """An identity token as docs/widget.md describes it: HS256, for this customer, five minutes, one session."""
    now = clock.now()
    claims = {
        "sub": customer_id,
        "aud": identity.AUDIENCE,
        "iat": now,
        "exp": now + TOKEN_LASTS,
        "jti": secrets.token_hex(16),
    }
    return jwt.encode(claims, settings.identity_secret, algorithm="HS256")


def add_pages(app: Sanic[Any, Any], settings: Settings) -> None:
    """The shop's page, on another origin than the gateway as a real shop's is, and the way to the twins' pages."""
    shop_origin = f"http://localhost:{settings.port}"
    twin = f"http://127.0.0.1:{settings.twin_port}"
    policy = (
        f"default-src 'none'; script-src 'self' {settings.public_url}; style-src 'self'; img-src 'self' data: {settings.public_url};"
        f" connect-src 'self' {settings.public_url}; base-uri 'none'; form-action 'none'"
    )

    @app.get("/")
    async def shop_page(request: Request) -> HTTPResponse:
        if request.host != f"localhost:{settings.port}":
            return redirect(f"{shop_origin}/")
        fill = {"PUBLIC_URL": settings.public_url}
        return pages.file(request, "demo/index.html", {"Content-Security-Policy": policy}, fill)

    for page in ("phone", "outbox"):
        app.add_route(_to(f"{twin}/{page}"), f"/{page}", name=f"demo-{page}")


def _to(address: str) -> Any:
    async def go(request: Request) -> HTTPResponse:
        return redirect(address)

    return go


async def _customers(call: Call) -> list[dict[str, str]]:
    return await call.parts.db.read(_players)


async def _phones(call: Call) -> list[dict[str, str]]:
    return await call.parts.db.read(_numbers)


async def _agents(call: Call) -> list[dict[str, str]]:
    return [{"name": r.name, "email": r.email, "role": r.role, "password": staff.PASSWORD} for r in staff.ROLES]


def _named(session: Session, word: str) -> str:
    """The id of the customer with this id or e-mail; `NotFound` when there is none."""
    by_email = session.scalars(
        select(Customer.id).where(Customer.email_key == customers.email_key(word)).limit(2)
    ).all()
    return by_email[0] if len(by_email) == 1 else customers.get(session, word).id


def _players(session: Session) -> list[dict[str, str]]:
    """A few of each tier, with who represents them."""
    players = [_player(session, pick) for pick in demo.picks(session, clock.now())]
    if not players:
        raise NotFound("The demo shop is empty: run `rapport seed`.")
    return players


def _player(session: Session, pick: demo.Pick) -> dict[str, str]:
    representative = books.representative(session, pick.id)
    note = f"{pick.note}, represented by {representative.name}" if representative else pick.note
    return {"id": pick.id, "name": pick.name, "tier": pick.tier, "note": note}


def _numbers(session: Session) -> list[dict[str, str]]:
    known = customers.some(session, [pick.id for pick in demo.picks(session, clock.now())])
    return [{"number": customer.phone, "name": customer.name} for customer in known.values() if customer.phone]
