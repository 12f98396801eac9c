"""The office over HTTP: supervisors read it, admins change it, and every change stands in the record."""

import asyncio
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from handoff.console import article_bodies, book_bodies
from handoff.console import office_bodies as bodies
from handoff.console.guards import PREFIX, admin, supervisor
from handoff.http import Body, Call, Endpoint
from handoff.routing import policy
from handoff.rules import articles, audit, office, second, shelves, staff, versions
from shop.ground import clock
from shop.ground.errors import NotFound

AT = f"{PREFIX}office"
ONE = "agents/<agent_id:str>"
READ, WRITE = (401, 403, 404), (400, 401, 403, 404, 409)


def endpoints() -> list[Endpoint]:
    return [
        _get("agents", "The staff", _agents, bodies.Staff),
        _post("agents", "A new agent", _add, bodies.NewAgent, bodies.AgentOut, 201),
        _post(ONE, "Change what an agent is and can be asked for", _change, bodies.AgentChange, bodies.AgentOut),
        _post(f"{ONE}/disable", "They can no longer sign in", _disable, bodies.Mark, bodies.AgentOut),
        _post(f"{ONE}/password", "A first password anew", _password, bodies.FirstPassword, bodies.AgentOut),
        _post(f"{ONE}/second-factor/reset", "Take their second factor away", _reset, bodies.Mark, bodies.AgentOut),
        _post("second-factor", "Which roles must have a second factor", _require, bodies.Roles, bodies.Staff),
        _post("hours", "What typed hours mean", _hours, bodies.HoursIn, bodies.Week),
        _get("queues", "The queues, and when they are open", _queues, bodies.Queues),
        _get("books", "The books of business, and who is away", _books, book_bodies.Books),
        _get("books/<agent_id:str>", "The customers of a book", _entries, book_bodies.Entries),
        _post(
            "books/preview",
            "What giving a book to others would do",
            _preview,
            book_bodies.BookPlanIn,
            book_bodies.BookPlan,
        ),
        _post(
            "books/reassign", "Give it to them, as it was shown", _reassign, book_bodies.Reassign, book_bodies.BookPlan
        ),
        _post("leaves", "A leave", _leave, book_bodies.LeaveIn, book_bodies.Notes, 201),
        _post("leaves/end", "It ends now, or is called off", _end_leave, book_bodies.LeaveEnd, book_bodies.Books),
        _get("articles", "The help articles", _articles, article_bodies.Articles),
        _get("articles/<locale:str>/<slug:str>", "One article", _article, article_bodies.ArticleOut),
        _post(
            "articles",
            "A new version of an article, or a new one",
            _write,
            article_bodies.ArticleIn,
            article_bodies.ArticleOut,
        ),
        _post(
            "articles/withdraw",
            "Nobody is shown it any more",
            _withdraw,
            article_bodies.ArticleAway,
            article_bodies.ArticleOut,
        ),
        _get("policies", "The routing policies that were in force", _policies, bodies.Versions),
        _get("policies/<old:str>/<new:str>", "What differs between two", _difference, bodies.Difference),
        _get("record", "Who changed what", _record, bodies.Record),
    ]


def _get(path: str, summary: str, handle: Any, answer: type[BaseModel]) -> Endpoint:
    return Endpoint("GET", f"{AT}/{path}", summary, handle, supervisor, answer=answer, refusals=READ)


def _post(
    path: str, summary: str, handle: Any, body: type[Body], answer: type[BaseModel], status: int = 200
) -> Endpoint:
    return Endpoint("POST", f"{AT}/{path}", summary, handle, admin, body, answer, status, refusals=WRITE)


def _by(call: Call) -> str:
    return f"agent:{call.who.id}"


async def _agents(call: Call) -> dict[str, Any]:
    return await call.parts.db.read(_staff)


def _staff(session: Session) -> dict[str, Any]:
    return {"agents": office.agents(session), "roles": list(office.ROLES), "required": second.roles(session)}


async def _add(call: Call) -> dict[str, Any]:
    body: bodies.NewAgent = call.body
    hashed = await asyncio.to_thread(staff.hash_password, body.password)
    return await call.parts.db.write(office.add, _by(call), body.written(), hashed)


async def _change(call: Call, agent_id: str) -> dict[str, Any]:
    body: bodies.AgentChange = call.body
    return await call.parts.db.write(office.change, _by(call), agent_id, body.mark, body.written())


async def _disable(call: Call, agent_id: str) -> dict[str, Any]:
    return await call.parts.db.write(office.disable, _by(call), agent_id, call.body.mark)


async def _password(call: Call, agent_id: str) -> dict[str, Any]:
    body: bodies.FirstPassword = call.body
    hashed = await asyncio.to_thread(staff.hash_password, body.password)
    return await call.parts.db.write(office.set_password, _by(call), agent_id, body.mark, hashed)


async def _reset(call: Call, agent_id: str) -> dict[str, Any]:
    return await call.parts.db.write(office.reset_factor, _by(call), agent_id, call.body.mark)


async def _require(call: Call) -> dict[str, Any]:
    await call.parts.db.write(second.require, call.body.roles, _by(call))
    return await _agents(call)


async def _hours(call: Call) -> dict[str, Any]:
    return office.week(call.body.hours, clock.now())


async def _queues(call: Call) -> dict[str, Any]:
    now = clock.now()
    return {
        "queues": [
            {"name": name, "title": queue.title, "topics": sorted(queue.topics), **office.spans(queue.hours, now)}
            for name, queue in policy.current().queues.items()
        ]
    }


async def _books(call: Call) -> dict[str, Any]:
    return await call.parts.db.read(shelves.every)


async def _entries(call: Call, agent_id: str) -> dict[str, Any]:
    return {"entries": await call.parts.db.read(shelves.entries, agent_id)}


async def _preview(call: Call) -> dict[str, Any]:
    return await call.parts.db.read(shelves.preview, call.body.agent, call.body.to)


async def _reassign(call: Call) -> dict[str, Any]:
    body: book_bodies.Reassign = call.body
    return await call.parts.db.write(shelves.reassign, _by(call), body.agent, body.to, body.why.strip(), body.mark)


async def _leave(call: Call) -> dict[str, Any]:
    body: book_bodies.LeaveIn = call.body
    since, until = body.span()
    notes = await call.parts.db.write(
        shelves.add_leave, _by(call), body.agent, since, until, body.deputy, body.reason.strip()
    )
    return {"notes": notes}


async def _end_leave(call: Call) -> dict[str, Any]:
    await call.parts.db.write(shelves.end_leave, _by(call), call.body.agent, call.body.id)
    return await _books(call)


async def _articles(call: Call) -> dict[str, Any]:
    return {"articles": await call.parts.db.read(articles.every)}


async def _article(call: Call, locale: str, slug: str) -> dict[str, Any]:
    return await call.parts.db.read(articles.one, slug, locale)


async def _write(call: Call) -> dict[str, Any]:
    body: article_bodies.ArticleIn = call.body
    return await call.parts.db.write(
        articles.write, _by(call), body.slug, body.locale, body.seen, body.title, body.category, body.body, body.asked
    )


async def _withdraw(call: Call) -> dict[str, Any]:
    body: article_bodies.ArticleAway = call.body
    return await call.parts.db.write(articles.withdraw, _by(call), body.slug, body.locale, body.seen)


async def _policies(call: Call) -> dict[str, Any]:
    return {"versions": await call.parts.db.read(versions.every)}


async def _difference(call: Call, old: str, new: str) -> dict[str, Any]:
    if not all(one.isascii() and one.isdigit() and len(one) < 10 for one in (old, new)):
        raise NotFound("There is no such version.")
    return {"lines": await call.parts.db.read(versions.between, int(old), int(new))}


async def _record(call: Call) -> dict[str, Any]:
    return {"record": await call.parts.db.read(audit.latest)}
