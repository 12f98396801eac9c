"""A bot that answers at once, and a carrier that takes every text: both count. `python -m bench.stubs PORT`."""

import json
import sys
from collections import Counter
from typing import Any

from sanic import HTTPResponse, Request, Sanic, empty
from sanic.response import json as answer

from handoff.tools import signature


def make() -> Sanic[Any, Any]:
    app: Sanic[Any, Any] = Sanic("stubs", configure_logging=False)
    turns: Counter[str] = Counter()
    texts: Counter[tuple[str, str]] = Counter()

    @app.post("/webhooks/gateway/turn")
    async def turn(request: Request) -> HTTPResponse:
        asked = json.loads(request.body)
        turns[asked["message_id"]] += 1
        return answer({"message_id": asked["message_id"], "parts": [{"text": f"You wrote: {asked['text']}"}]})

    @app.get("/webhooks/gateway/")
    async def ready(_: Request) -> HTTPResponse:
        return empty(200)

    @app.post("/2010-04-01/Accounts/<account>/Messages.json")
    async def take(request: Request, account: str) -> HTTPResponse:
        form = dict(signature.fields(request.body))
        texts[form["To"], form["Body"]] += 1
        return answer({"sid": f"SM{texts.total():032x}", "account_sid": account, "status": "queued"}, status=201)

    @app.get("/2010-04-01/Accounts/<account>/Messages.json")
    async def look_up(_: Request, account: str) -> HTTPResponse:
        return answer({"messages": [], "next_page_uri": None, "page": 0, "page_size": 50})

    @app.get("/count")
    async def count(_: Request) -> HTTPResponse:
        twice = sum(n - 1 for counted in (turns, texts) for n in counted.values())
        return answer({"turns": turns.total(), "texts": texts.total(), "twice": twice})

    return app


if __name__ == "__main__":
    make().run("127.0.0.1", int(sys.argv[1]), single_process=True, access_log=False, motd=False)
