"""Who may call the console's API: an agent with a session; to change something, only from the console's own page."""

from handoff.http import Call, same_origin_json
from handoff.routing import presence
from handoff.rules import staff

PREFIX = "/api/console/"
COOKIE = "rapport_console"


async def agent(call: Call) -> staff.Member:
    """The agent behind the cookie, who thereby gave a sign of life."""
    member = await call.parts.db.read(staff.who, call.request.cookies.get(COOKIE) or "")
    if await call.parts.db.read(presence.is_due, member.id):
        await call.parts.db.write(presence.renew, member.id)
    return member


async def writing_agent(call: Call) -> staff.Member:
    """The same, for what changes something: only JSON from the console's own page."""
    same_origin_json(call)
    return await agent(call)


async def own_page(call: Call) -> None:
    """Signing in: only from the console's own page."""
    same_origin_json(call)
