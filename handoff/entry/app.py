"""The gateway as a process: its edges mounted on one app, the worker beside it."""

import asyncio
import contextlib
import sys
from typing import Any

import httpx
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sanic import HTTPResponse, Request, Sanic
from sanic.response import json as json_answer
from sqlalchemy import text
from sqlalchemy.orm import Session

from handoff import http, openapi, pages
from handoff.channels import cards, files, introductions, invitations, ratings, signs, sms, text_me, transcripts, web
from handoff.console import api as console
from handoff.demo import edge as demo
from handoff.entry import policy as policies
from handoff.entry import worker
from handoff.entry.wiring import wire
from handoff.http import Endpoint
from handoff.rules import board, links, second
from handoff.tools import meters
from handoff.tools.parts import Parts
from shop.ground import logs
from shop.ground.settings import Settings

VERSION = "0.1.0"
RESPONSE_TIMEOUT_S = 60
SWITCH_S = 0.001  # so long the loop waits for a thread that computes; five times longer by default


def build(settings: Settings) -> Sanic[Any, Any]:
    """The app with everything mounted; its parts are made when it starts and closed when it stops."""
    Sanic.START_METHOD_SET = True
    app: Sanic[Any, Any] = Sanic("rapport", configure_logging=False)
    app.config.update(
        REQUEST_MAX_SIZE=http.BODY_LIMIT,
        RESPONSE_TIMEOUT=RESPONSE_TIMEOUT_S,
        REQUEST_TIMEOUT=30,
        GRACEFUL_SHUTDOWN_TIMEOUT=3.0,
        PROXIES_COUNT=settings.trusted_proxies or None,
        FALLBACK_ERROR_FORMAT="json",
        MOTD=False,
        TOUCHUP=False,
    )
    links.start(settings)
    parts = wire(settings)
    served = declared(settings)
    http.add_error_handlers(app)
    http.mount(app, parts, served)
    web.allow_origins(app, settings, served)
    pages.add(app, settings)
    if settings.development:
        demo.add_pages(app, settings)
    _add_operations(app, parts, served)
    _add_lifetime(app, parts)
    return app


def declared(settings: Settings) -> list[Endpoint]:
    """Every endpoint of this installation."""
    edges = [
        *web.endpoints(settings),
        *signs.endpoints(),
        *text_me.endpoints(),
        *sms.endpoints(),
        *files.endpoints(),
        *introductions.endpoints(),
        *invitations.endpoints(),
        *ratings.endpoints(),
        *transcripts.endpoints(),
        *cards.endpoints(),
        *console.endpoints(settings),
    ]
    return [*edges, *demo.endpoints(settings)] if settings.development else edges


def serve(settings: Settings) -> None:
    """Run until stopped."""
    policies.agree(settings)
    logs.configure(settings.log_level, plain=settings.development)
    sys.setswitchinterval(SWITCH_S)
    build(settings).run(host=settings.host, port=settings.port, single_process=True, access_log=False, motd=False)


def _add_operations(app: Sanic[Any, Any], parts: Parts, served: list[Endpoint]) -> None:
    document = openapi.describe(served, VERSION)

    @app.get("/openapi.json")
    async def description(request: Request) -> HTTPResponse:
        return json_answer(document)

    @app.get("/healthz")
    async def alive(request: Request) -> HTTPResponse:
        return json_answer({"status": "alive", "version": VERSION})

    @app.get("/readyz")
    async def ready(request: Request) -> HTTPResponse:
        """Which part is down. The gateway itself goes on without the bot."""
        names = ("database", "bot", "actions")
        states = await asyncio.gather(_database(parts), parts.rasa.ready(), _actions(parts.settings))
        report = dict(zip(names, ("up" if up else "down" for up in states), strict=True))
        return json_answer({"ready": all(states), "parts": report}, status=200 if all(states) else 503)

    @app.get("/metrics")
    async def metrics(request: Request) -> HTTPResponse:
        meters.CONVERSATIONS.clear()
        for state, count in (await parts.db.read(board.counts)).items():
            meters.CONVERSATIONS.labels(state).set(count)
        return HTTPResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


async def _database(parts: Parts) -> bool:
    def ask(session: Session) -> bool:
        return bool(session.scalar(text("SELECT 1")))

    try:
        return await asyncio.wait_for(parts.db.read(ask), 2)
    except Exception:
        return False


async def _actions(settings: Settings) -> bool:
    # Certificates only where they are asked for: to read them takes 26 ms, in which nobody is answered.
    secure = settings.actions_url.startswith("https:")
    async with httpx.AsyncClient(timeout=2, trust_env=False, verify=secure) as client:
        try:
            return (await client.get(settings.actions_url.removesuffix("/webhook") + "/health")).status_code == 200
        except httpx.HTTPError:
            return False


def _add_lifetime(app: Sanic[Any, Any], parts: Parts) -> None:
    tasks: list[asyncio.Task[None]] = []

    @app.before_server_start
    async def start(_: Sanic[Any, Any]) -> None:
        parts.bell.attach()
        if parts.settings.seal_secret_before:
            await parts.db.write(second.seal_anew, *parts.settings.seal_secrets)
        tasks.append(asyncio.create_task(worker.run(parts), name="worker"))
        if not parts.db.sqlite:
            tasks.append(asyncio.create_task(parts.bell.hear_postgres(parts.settings.database_url), name="bell"))

    @app.after_server_stop
    async def stop(_: Sanic[Any, Any]) -> None:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await parts.close()
