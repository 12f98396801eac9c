"""The only door to Rasa: the gateway's turns, with a secret and with a status for everything that can go wrong."""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.turn import Json, Turn, take

TURN_S = 8
TEXT_MAX = 4_000
ID_MAX = 64
CHANNELS = ("web", "sms")
# Intents of Rasa itself that change a conversation; nobody may choose them.
OWN_INTENTS = ("restart", "back", "session_start")

logger = logging.getLogger(__name__)


class BadTurn(ValueError):
    """The gateway asked something that this contract does not know."""


class GatewayInput(InputChannel):  # type: ignore[misc]  # Rasa has no types
    def __init__(self, secret: str) -> None:
        if not secret:
            raise RasaException("GATEWAY_SECRET is empty: set it to the secret that the gateway sends.")
        self.secret = secret.encode()

    @classmethod
    def name(cls) -> str:
        return "gateway"

    @classmethod
    def from_credentials(cls, credentials: Json | None) -> "GatewayInput":
        return cls(str((credentials or {}).get("secret") or ""))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The two routes. `on_new_message` is left aside: it answers to nobody."""
        routes = Blueprint("gateway_webhook")

        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            agent = ready(request)
            return response.json({"status": "ready", "model": agent.model_id}) if agent else not_ready()

        @routes.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            return await self.turn(request)

        return routes

    async def turn(self, request: Request) -> HTTPResponse:
        if not hmac.compare_digest(request.headers.get("X-Gateway-Secret", "").encode(), self.secret):
            return failure(401, "unauthorised", "The secret is missing or wrong.")
        agent = ready(request)
        if not agent:
            return not_ready()
        try:
            turn = turn_of(json_of(request), agent.domain.intents)
        except BadTurn as refused:
            return failure(400, "bad_input", str(refused))
        return await answer(agent, turn)


async def answer(agent: Agent, turn: Turn) -> HTTPResponse:
    try:
        return response.json(await asyncio.wait_for(take(agent, turn), TURN_S))
    except Exception:
        # The edge of this process: whatever broke, the gateway learns that the turn failed and the log says why.
        logger.exception("turn failed: conversation %s, message %s", turn.conversation, turn.message_id)
        return failure(500, "failed", "The turn failed.")


def ready(request: Request) -> Agent | None:
    agent: Agent | None = getattr(request.app.ctx, "agent", None)
    return agent if agent and agent.is_ready() else None


def not_ready() -> HTTPResponse:
    return failure(503, "not_ready", "The model is not loaded.")


def failure(status: int, code: str, message: str) -> HTTPResponse:
    return response.json({"error": {"code": code, "message": message}}, status=status)


def json_of(request: Request) -> Json:
    try:
        body = request.json
    except SanicException as error:
        raise BadTurn("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise BadTurn("The body is not a JSON object.")
    return body


def turn_of(body: Json, intents: list[str]) -> Turn:
    """The turn that the body asks for; BadTurn names the field that is wrong."""
    conversation, message_id = body.get("conversation"), body.get("message_id")
    channel, text, choice = body.get("channel"), body.get("text"), body.get("choice")
    if not isinstance(conversation, str) or not 1 <= len(conversation) <= ID_MAX:
        raise BadTurn(f"conversation: a string of 1 to {ID_MAX} characters.")
    if not isinstance(message_id, str | int) or isinstance(message_id, bool) or not 1 <= len(str(message_id)) <= ID_MAX:
        raise BadTurn(f"message_id: a string of 1 to {ID_MAX} characters or a number.")
    if channel not in CHANNELS:
        raise BadTurn(f"channel: one of {', '.join(CHANNELS)}.")
    if not isinstance(text, str) or len(text) > TEXT_MAX or not (text.strip() or choice):
        raise BadTurn(f"text: a string of 1 to {TEXT_MAX} characters.")
    address = body.get("address")
    return Turn(conversation, message_id, channel, text, choice_of(choice, intents), str(address) if address else None)


def choice_of(choice: object, intents: list[str]) -> Json | None:
    if choice is None:
        return None
    if not isinstance(choice, dict) or choice.get("intent") not in intents or choice["intent"] in OWN_INTENTS:
        raise BadTurn("choice.intent: an intent of the domain.")
    entities = choice.get("entities", [])
    if not isinstance(entities, list) or not all(_is_entity(entity) for entity in entities):
        raise BadTurn('choice.entities: a list of {"entity", "value"}.')
    kept = [{"entity": entity["entity"], "value": entity["value"]} for entity in entities]
    return {"intent": choice["intent"], "entities": kept}


def _is_entity(entity: object) -> bool:
    return isinstance(entity, dict) and isinstance(entity.get("entity"), str) and "value" in entity
