"""The client of Rasa's gateway channel. Tells apart what was certainly not asked from what came to nothing."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, Field, ValidationError

# Rasa itself ends a turn after 8 s; a little more, so that its own answer to that arrives.
TURN_TIMEOUT_S = 8.5
CONNECT_TIMEOUT_S = 1.0


class NotAsked(Exception):
    """Rasa was not reached or is not ready: the same question may be asked again."""


class TurnFailed(Exception):
    """Rasa was asked and there is no usable answer: nobody knows how far it got."""


class TurnOption(BaseModel):
    label: str
    choice: dict[str, Any]


class TurnPart(BaseModel):
    text: str = ""
    options: list[TurnOption] = Field(default_factory=list)
    card: dict[str, Any] | None = None

    @property
    def says_something(self) -> bool:
        """A card alone says nothing: by text message it would be nothing at all."""
        return bool(self.text.strip() or self.options)


class TurnHandoff(BaseModel):
    topic: str = "general"
    reason: str = "customer_asked"
    facts: dict[str, Any] = Field(default_factory=dict)


class Turn(BaseModel):
    """The JSON of a bot turn: the fence between the two environments."""

    message_id: str
    parts: list[TurnPart]
    handoff: TurnHandoff | None = None
    challenge: str | None = None
    understood: dict[str, Any] = Field(default_factory=dict)
    request: dict[str, Any] | None = None


class Rasa:
    """One Rasa (or several behind one address)."""

    def __init__(self, url: str, secret: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme])
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"X-Gateway-Secret": secret},
            timeout=httpx.Timeout(TURN_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            limits=httpx.Limits(max_connections=64),
            trust_env=False,
        )

    async def ask(self, body: dict[str, Any]) -> Turn:
        """Ask once. Raises `NotAsked` or `TurnFailed`."""
        try:
            answer = await self._http.post("/webhooks/gateway/turn", json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotAsked(str(error)) from error
        except httpx.HTTPError as error:
            raise TurnFailed(type(error).__name__) from error
        if answer.status_code == 503:
            raise NotAsked("not ready")
        if answer.status_code != 200:
            raise TurnFailed(f"status {answer.status_code}")
        try:
            turn = Turn.model_validate_json(answer.content)
        except ValidationError as error:
            raise TurnFailed("an answer that is none") from error
        if turn.message_id != body["message_id"]:
            raise TurnFailed("an answer to another message")
        if not (any(part.says_something for part in turn.parts) or turn.handoff or turn.challenge):
            raise TurnFailed("an empty answer")
        return turn

    async def listening(self) -> bool:
        """Does anybody answer at this address? Asks nothing."""
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(*self._address), CONNECT_TIMEOUT_S)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True

    async def ready(self) -> bool:
        """Is a model loaded and the channel open?"""
        try:
            answer = await self._http.get("/webhooks/gateway/", timeout=2)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    async def close(self) -> None:
        await self._http.aclose()
