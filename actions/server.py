"""The action server: one process on the loopback, asked by Rasa alone. `python -m actions.server` starts it.

A rule that breaks is answered with a 500, so that the turn counts as failed; what broke stands in the log, not in the
answer.
"""

import sys
from typing import Any

import structlog
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionMissingDomainException, ActionNotFoundException
from sanic import HTTPResponse, Request, Sanic, json

from actions import (
    account,
    general,
    knowledge,
    orders,
    patience,
    person,
    price_difference,
    products,
    smalltalk,
    suggestions,
    tracking,
)
from actions.requests import form
from actions.turn import Run, reading, writing
from shop import policy
from shop.ground import logs
from shop.ground import settings as settings_
from shop.ground.db import Database
from shop.ground.settings import BadSetting, Settings

log = structlog.get_logger()
HOST = "127.0.0.1"
TOPICS = (
    *(orders, tracking, account, products, price_difference, suggestions),
    *(form, person, smalltalk, knowledge, general),
)
# As rasa_sdk's own server answers them.
REFUSED = {ActionExecutionRejection: 400, ActionNotFoundException: 404, ActionMissingDomainException: 449}


def runs(db: Database, settings: Settings) -> dict[str, Run]:
    """Every action by its name in the bot's domain."""
    found: dict[str, Run] = {}
    for topic in TOPICS:
        found |= {
            name: reading(patience.heed(rule), db, settings.zone) for name, rule in getattr(topic, "READS", {}).items()
        }
        found |= {
            name: writing(patience.heed(rule), db, settings.zone) for name, rule in getattr(topic, "WRITES", {}).items()
        }
        found |= {name: make(db, settings.zone) for name, make in getattr(topic, "RUNS", {}).items()}
    return found


def build(settings: Settings) -> Sanic[Any, Any]:
    """The server, wired to the settings' database."""
    app = Sanic("actions", configure_logging=False)
    db = Database(settings.database_url)
    executor = ActionExecutor()
    for name, run in runs(db, settings).items():
        executor.register_function(name, run)

    @app.get("/health")
    async def health(request: Request) -> HTTPResponse:
        return json({"status": "ok"})

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        return await _answer(executor, request)

    @app.after_server_start
    async def warm(app: Sanic[Any, Any]) -> None:
        app.add_task(knowledge.warm(db))  # questions may come before it is done; they wait for it

    @app.after_server_stop
    async def close(app: Sanic[Any, Any]) -> None:
        db.close()

    return app


async def _answer(executor: ActionExecutor, request: Request) -> HTTPResponse:
    call = request.json
    if not isinstance(call, dict) or not call.get("next_action"):
        return json({"error": "This is no call of an action."}, status=400)
    call.setdefault("domain", {})  # Rasa 3.6 sends it only to the actions that ask for it; the kit would want it always
    try:
        result = await executor.run(call)
    except tuple(REFUSED) as refusal:
        return json({"error": refusal.message, "action_name": refusal.action_name}, status=REFUSED[type(refusal)])
    except Exception:
        # The edge of this process: whatever went wrong, Rasa must learn that the action failed.
        log.exception("action_failed", action=call["next_action"], conversation=call.get("sender_id"))
        return json({"error": "The action failed; the log of the action server says why."}, status=500)
    return json(result.model_dump())


def main() -> None:
    try:
        settings = settings_.load()
        policy.start(settings)
    except BadSetting as bad:
        sys.stderr.write(f"{bad}\n")
        sys.exit(2)
    logs.configure(settings.log_level, plain=settings.development)
    build(settings).run(HOST, settings.actions_port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
