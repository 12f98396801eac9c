"""Who may call the console's API: an agent with a session; to change something, only from the console's own page."""

from sqlalchemy.orm import Session

from handoff.http import Call, own_origin, same_origin_json
from handoff.routing import presence
from handoff.rules import staff
from shop.ground.errors import Forbidden

PREFIX = "/api/console/"
COOKIE = "rapport_console"


async def agent(call: Call) -> staff.Member:
    """The agent behind the cookie, who thereby gave a sign of life."""
    member, lease_is_due = await call.parts.db.read(_look, token(call))
    if member.must_enrol:
        raise Forbidden("Set up a second factor first.", code="enrol")
    if lease_is_due:
        await call.parts.db.write(staff.sign_of_life, member.id, token(call))
    return member


async def signed_in(call: Call) -> staff.Member:
    """The same, for their own account: also who still has to set up a second factor."""
    return await call.parts.db.read(staff.who, token(call))


def _look(session: Session, cookie: str) -> tuple[staff.Member, bool]:
    member = staff.who(session, cookie)
    return member, presence.is_due(session, member.id)


async def own_account(call: Call) -> staff.Member:
    """Who changes something about their own account: only JSON from the console's own page."""
    same_origin_json(call)
    return await signed_in(call)


async def supervisor(call: Call) -> staff.Member:
    """Who may look at the office."""
    return _one_of(await agent(call), "supervisor", "admin")


async def supervisor_writing(call: Call) -> staff.Member:
    """Who may change what the team needs at once."""
    return _one_of(await writing_agent(call), "supervisor", "admin")


async def admin(call: Call) -> staff.Member:
    """Who may change it."""
    return _one_of(await writing_agent(call), "admin")


def token(call: Call) -> str:
    return call.request.cookies.get(COOKIE) or ""


def _one_of(member: staff.Member, *roles: str) -> staff.Member:
    if member.role not in roles:
        raise Forbidden("Your role does not allow this.", code="role")
    return member


async def writing_agent(call: Call) -> staff.Member:
    """The same, for what changes something: only JSON from the console's own page."""
    same_origin_json(call)
    return await agent(call)


async def own_page(call: Call) -> None:
    """Signing in: only from the console's own page."""
    same_origin_json(call)


async def uploading_admin(call: Call) -> staff.Member:
    return _one_of(await uploading_agent(call), "admin")


async def uploading_agent(call: Call) -> staff.Member:
    """The same, for a file. A form of another site can send neither this type nor our origin."""
    if call.request.headers.get("content-type", "").lower() != "application/octet-stream":
        raise Forbidden("Send application/octet-stream.", code="not_a_file")
    own_origin(call)
    return await agent(call)
