"""A Rasa with our channel and tracker store on a real port, and beside it an action server that does as it is told."""

import asyncio
import itertools
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import requests
import yaml
from aiohttp import web
from rasa.core.agent import Agent
from rasa.core.run import configure_app
from rasa.model_training import train as rasa_train
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig
from sanic import Sanic

from bot.channel import GatewayInput
from bot.tracker_store import BoundedTrackerStore
from tests.bot.actions import answer

ROOT = Path(__file__).parents[2]
SECRET = "the gateway's secret"

Json = dict[str, Any]

# Rasa gives every app the same name; Sanic allows that once, except in tests.
Sanic.test_mode = True

CONFIG = {
    "recipe": "default.v1",
    "language": "en",
    "assistant_id": "test",
    "pipeline": [
        {"name": "KeywordIntentClassifier"},
        {"name": "RegexEntityExtractor"},
        {"name": "FallbackClassifier", "threshold": 0.5, "ambiguity_threshold": 0.0},
    ],
    "policies": yaml.safe_load((ROOT / "config.yml").read_text())["policies"],
}


def train(folder: Path) -> Path:
    domain = Domain.load(str(ROOT / "bot" / "domain"))
    intents = [i for i in domain.intents if i not in ("restart", "back", "session_start", "nlu_fallback")]
    examples = [{"intent": i, "examples": f"- say_{i}\n- please say_{i}\n"} for i in intents]
    order = {"intent": "inform", "examples": "- say_inform [#W1234567](order_id)\n- say_inform [#W2222222](order_id)\n"}
    pattern = {"regex": "order_id", "examples": "- #W\\d{7}\n"}
    (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": [*examples, order, pattern]}))
    (folder / "config.yml").write_text(yaml.safe_dump(CONFIG))
    result = rasa_train(
        domain=str(ROOT / "bot" / "domain"),
        config=str(folder / "config.yml"),
        training_files=[str(folder / "nlu.yml"), str(ROOT / "data" / "rules")],
        output=str(folder),
        fixed_model_name="test",
    )
    return Path(result.model)


class World:
    """Runs in a thread of its own; tests speak HTTP to it, as the gateway does."""

    def __init__(self, model: Path | None, tracker: Path) -> None:
        self.model, self.tracker = model, tracker
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.numbers = itertools.count(1)
        self.act: Callable[[Json], Json] = answer
        self.called: list[str] = []
        self.conversation = "c0"

    def __enter__(self) -> "World":
        self.thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self.loop).result(120)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(30)

    async def _start(self) -> None:
        actions = web.Application()
        actions.router.add_post("/webhook", self._webhook)
        runner = web.AppRunner(actions)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]
        app = configure_app([GatewayInput(SECRET)], enable_api=False)
        if self.model:
            app.ctx.agent = Agent.load(
                str(self.model),
                tracker_store=BoundedTrackerStore(Domain.empty(), str(self.tracker)),
                action_endpoint=EndpointConfig(f"http://127.0.0.1:{port}/webhook", enable_selective_domain=True),
            )
        self.agent: Agent | None = getattr(app.ctx, "agent", None)
        door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{door.getsockname()[1]}/webhooks/gateway/"
        server = await app.create_server(sock=door, return_asyncio_server=True)
        await server.startup()
        await server.start_serving()

    async def _webhook(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.called.append(body["next_action"])
        result = self.act(body)
        if "wait_s" in result:
            await asyncio.sleep(result["wait_s"])
        return web.json_response(result, status=result.get("status", 200))

    def afresh(self) -> "World":
        """Another conversation, and an action server that does its work again."""
        self.act, self.called, self.conversation = answer, [], f"c{next(self.numbers)}"
        return self

    def post(self, body: Any, secret: str | None = SECRET) -> requests.Response:
        headers = {"X-Gateway-Secret": secret} if secret is not None else {}
        return requests.post(f"{self.url}turn", json=body, headers=headers, timeout=60)

    def turn(self, text: str, choice: Json | None = None, channel: str = "web") -> Json:
        """The answer to one message; asserts that there is one."""
        response = self.ask(text, choice, channel)
        assert response.status_code == 200, response.text
        answered: Json = response.json()
        return answered

    def ask(self, text: str, choice: Json | None = None, channel: str = "web") -> requests.Response:
        body = {
            "conversation": self.conversation,
            "message_id": f"m{next(self.numbers)}",
            "channel": channel,
            "text": text,
        }
        return self.post(body | ({"choice": choice} if choice else {}))

    def tap(self, intent: str, **entities: Any) -> Json:
        """Choose an option; the text is its label, as the gateway sends it."""
        values = [{"entity": entity, "value": value} for entity, value in entities.items()]
        return self.turn("A label", {"intent": intent, "entities": values})
