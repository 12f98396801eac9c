"""Twilio's client: sends one text, or looks one up, and says plainly what came of it.

Sending is not idempotent, so the answer tells apart what certainly did not go out (`Later`, `Refused`), what did
(`Sent`) and what nobody knows (`Uncertain`: a time-out, a 5xx, a connection that broke after the request).
"""

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from shop.ground.settings import Settings

TIMEOUT_S = 10.0  # of one call; the job's lease is 30 s
THREADS = 8
LOOK_UP_AT_MOST = 400  # texts of ours to one number since the one we look for
VALID_AT_LEAST_S, VALID_AT_MOST_S = 5, 14_400  # for so long Twilio may be told to try
_TRIAL_PREFIX = "Sent from your Twilio trial account - "
_FAILURES = (requests.exceptions.RequestException, TwilioException, ValueError)
MEDIA_AT_MOST = 10
T = TypeVar("T")


class Unreachable(Exception):
    """Twilio could not be asked."""


@dataclass(frozen=True)
class Sent:
    """Twilio has it, under this sid."""

    sid: str
    status: str = "queued"


@dataclass(frozen=True)
class Refused:
    """Twilio will not send it. `code` is Twilio's."""

    code: int | None
    message: str


@dataclass(frozen=True)
class Later:
    """It certainly did not go out, and may be tried again."""

    why: str


@dataclass(frozen=True)
class Uncertain:
    """It may have gone out: look it up before it is ever sent again."""

    why: str


@dataclass(frozen=True)
class NotThere:
    """Looked up: Twilio holds no such text."""


@dataclass(frozen=True)
class Held:
    """A text to us that Twilio holds."""

    sid: str
    number: str
    body: str
    media: int
    at: datetime


@dataclass(frozen=True)
class Price:
    """What Twilio took for a text, in millionths of a unit such as USD."""

    sid: str
    micros: int
    unit: str


Outcome = Sent | Refused | Later | Uncertain
Finding = Sent | NotThere | Uncertain


class Texter:
    """The one place that talks to Twilio. Its calls block, so they run in threads of their own."""

    def __init__(self, settings: Settings, timeout_s: float = TIMEOUT_S) -> None:
        self.sender = settings.twilio_from
        self._discards = settings.sms_content_retention == "discard"
        self._obfuscates = settings.sms_address_retention == "obfuscate"
        http = TwilioHttpClient(timeout=timeout_s)
        if http.session is not None:
            # A local twin is never behind the environment's proxy.
            http.session.trust_env = urlsplit(settings.twilio_api_url).hostname not in ("127.0.0.1", "localhost", "::1")
        # Nothing comes from the environment behind the settings' back: account, region or edge.
        account, token = settings.twilio_account_sid or "unset", settings.twilio_auth_token or "unset"
        self._client = Client(account, token, http_client=http, environment={"-": "-"})
        if settings.twilio_api_url:
            self._client.api.base_url = settings.twilio_api_url
        self._threads = ThreadPoolExecutor(THREADS, "texter")

    async def send(self, to: str, body: str, status_url: str, valid_s: float = VALID_AT_MOST_S) -> Outcome:
        """Send one body once; `status_url` is told what becomes of it. What has not gone out after `valid_s` need not."""
        valid = int(min(max(valid_s, VALID_AT_LEAST_S), VALID_AT_MOST_S))
        return await self._off_loop(lambda: self._send(to, body, status_url, valid))

    async def find(self, to: str, body: str, since: datetime, known: Collection[str]) -> Finding:
        """Is there a text of ours to that number with that body since then, other than those whose sids are `known`?"""
        return await self._off_loop(lambda: self._find(to, body, since, frozenset(known)))

    async def received(self, since: datetime) -> list[Held]:
        """The texts to us since then, oldest first. Raises `Unreachable` when Twilio does not tell."""
        return await self._off_loop(lambda: self._received(since))

    async def prices(self, since: datetime) -> list[Price]:
        """What texts of ours since then cost, as far as Twilio knows yet. Raises `Unreachable`."""
        return await self._off_loop(lambda: self._prices(since))

    async def media_of(self, sid: str) -> list[dict[str, str]]:
        """What is attached to a text, as a webhook would have named it. Raises `Unreachable`."""
        return await self._off_loop(lambda: self._media_of(sid))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _off_loop(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def _send(self, to: str, body: str, status_url: str, valid_s: int) -> Outcome:
        kept = {"content_retention": "discard"} if self._discards else {}
        kept |= {"address_retention": "obfuscate"} if self._obfuscates else {}
        try:
            made = self._client.messages.create(
                to=to, from_=self.sender, body=body, status_callback=status_url, validity_period=valid_s, **kept
            )
        except TwilioRestException as error:
            return _of_answer(error)
        except requests.exceptions.ConnectionError as error:
            return Later(_name(error)) if _never_connected(error) else Uncertain(_name(error))
        except _FAILURES as error:
            return Uncertain(_name(error))  # a time-out, or an answer that cannot be read
        return Sent(made.sid, _word(made.status)) if made.sid else Uncertain("an answer without a sid")

    def _received(self, since: datetime) -> list[Held]:
        try:
            listed = list(self._client.messages.stream(to=self.sender, date_sent_after=since, page_size=200))
        except _FAILURES as error:
            raise Unreachable(_name(error)) from error
        held = [
            Held(seen.sid, str(seen.from_), seen.body or "", int(seen.num_media or 0), _utc(seen.date_created))
            for seen in listed
            if seen.sid and seen.date_created and _word(seen.direction) == "inbound"
        ]
        held.reverse()  # Twilio lists the newest first, and tells times to the second
        return sorted(held, key=lambda text: text.at)

    def _prices(self, since: datetime) -> list[Price]:
        try:
            listed = list(self._client.messages.stream(from_=self.sender, date_sent_after=since, page_size=200))
        except _FAILURES as error:
            raise Unreachable(_name(error)) from error
        told = ((seen.sid, _micros(seen.price), _word(seen.price_unit).upper()) for seen in listed if seen.sid)
        return [Price(sid, micros, unit) for sid, micros, unit in told if micros is not None]

    def _media_of(self, sid: str) -> list[dict[str, str]]:
        try:
            listed = self._client.messages(sid).media.list(limit=MEDIA_AT_MOST)
        except _FAILURES as error:
            raise Unreachable(_name(error)) from error
        named = [(str(self._client.api.base_url + (media.uri or "").removesuffix(".json")), media) for media in listed]
        return [{"url": url, "content_type": media.content_type or ""} for url, media in named]

    def _find(self, to: str, body: str, since: datetime, known: frozenset[str]) -> Finding:
        if self._obfuscates:
            return Uncertain("numbers are obfuscated")  # its own report says what became of it
        wanted = {body.strip(), *([""] if self._discards else [])}
        try:
            for seen in self._client.messages.stream(to=to, from_=self.sender, limit=LOOK_UP_AT_MOST, page_size=50):
                created = seen.date_created
                if created is not None and _utc(created) < since:
                    break  # Twilio lists the newest first
                text = (seen.body or "").strip().removeprefix(_TRIAL_PREFIX)
                if text in wanted and seen.sid and seen.sid not in known and _outbound(seen.direction):
                    return Sent(seen.sid, _word(seen.status))
        except _FAILURES as error:
            return Uncertain(_name(error))
        return NotThere()


def _of_answer(error: TwilioRestException) -> Outcome:
    code = int(error.code) if error.code else None
    if error.status == 429 or code in (20429, 21611):
        return Later(f"{error.status} {code or ''}".strip())
    if error.status >= 500:
        return Uncertain(f"{error.status} {code or ''}".strip())
    return Refused(code, str(error.msg))


def _never_connected(error: requests.exceptions.ConnectionError) -> bool:
    """Was the request never written? Only then nothing can have gone out."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | NameResolutionError | ConnectTimeoutError)


def _micros(price: object) -> int | None:
    """Twilio writes what it took as a negative decimal: "-0.00830"."""
    try:
        return abs(int(Decimal(str(price)) * 1_000_000)) if price not in (None, "") else None
    except (ArithmeticError, ValueError):
        return None


def _outbound(direction: object) -> bool:
    return _word(direction).startswith("outbound")


def _word(value: Any) -> str:
    return str(getattr(value, "value", value) or "")


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _name(error: Exception) -> str:
    return type(error).__name__
