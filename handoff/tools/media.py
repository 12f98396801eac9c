"""Fetches what a customer attached to a text: with our credentials from Twilio's host, and from nowhere else with them."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

from shop.ground.settings import Settings

TWILIO = "https://api.twilio.com"
# Where Twilio sends on to: signed addresses of its store, which need no credentials and get none.
STORES = (".twilio.com", ".twiliocdn.com", "s3-external-1.amazonaws.com")
TIMEOUT_S = 10.0
HOPS = 3


@dataclass(frozen=True)
class Fetched:
    """The bytes, and what Twilio calls them."""

    data: bytes
    called: str


@dataclass(frozen=True)
class Gone:
    """It will never be had: not there, too large, or somewhere that we do not go."""

    why: str


@dataclass(frozen=True)
class Later:
    """Not now: try again."""

    why: str


Outcome = Fetched | Gone | Later


class Media:
    """One client for all fetches."""

    def __init__(self, settings: Settings, largest: int, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._home = urlsplit(settings.twilio_api_url or TWILIO)
        self._auth = httpx.BasicAuth(settings.twilio_account_sid, settings.twilio_auth_token)
        self._largest = largest
        local = self._home.hostname in ("127.0.0.1", "localhost", "::1")  # the twin is never behind a proxy
        self._http = httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=not local, transport=transport)

    async def close(self) -> None:
        await self._http.aclose()

    async def fetch(self, url: str) -> Outcome:
        """The file at an address that a webhook named. The first step must be Twilio's API itself."""
        if urlsplit(url)[:2] != self._home[:2]:
            return Gone("not at Twilio")
        try:
            for hop in range(HOPS + 1):
                async with self._http.stream("GET", url, auth=self._auth if hop == 0 else None) as answer:
                    if not answer.is_redirect:
                        return await self._read(answer)
                    url = urljoin(url, answer.headers["location"])
                if not _is_store(url):
                    return Gone("sent on to somewhere that is not Twilio's")
        except httpx.HTTPError as error:
            return Later(type(error).__name__)
        return Gone("sent on too often")

    async def _read(self, answer: httpx.Response) -> Outcome:
        if answer.status_code == 429 or answer.status_code >= 500:
            return Later(str(answer.status_code))
        if answer.status_code != 200:
            return Gone(str(answer.status_code))
        data = bytearray()
        async for chunk in answer.aiter_bytes():
            data += chunk
            if len(data) > self._largest:
                return Gone("too large")
        return Fetched(bytes(data), answer.headers.get("content-type", ""))


def _is_store(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme == "https" and any(
        host == store or (store[0] == "." and host.endswith(store)) for store in STORES
    )
