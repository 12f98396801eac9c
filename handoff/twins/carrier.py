"""Twilio's part of a text's life: taking it, the keywords, and the signed posts to our door."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx
from twilio.request_validator import RequestValidator

from handoff.rules import segments
from handoff.twins.faults import Faults
from handoff.twins.store import Store, Text, new_sid
from shop.ground.settings import Settings

WEBHOOK_TIMEOUT_S = 15.0  # Twilio's
STEP_S = 0.05  # between two status reports

STOP = {"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"}
START = {"START", "YES", "UNSTOP"}
HELP = {"HELP", "INFO"}
SAID = {  # Twilio's own words, sent by Twilio and not by us
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this number."
    " Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help."
    " Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}
# Twilio's magic numbers, and what it answers to a text to them.
MAGIC = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}


@dataclass(frozen=True)
class Picture:
    """What a phone attaches."""

    content_type: str
    data: bytes


@dataclass
class Carrier:
    """Holds the texts and talks to the gateway's door as Twilio would."""

    settings: Settings
    store: Store
    faults: Faults = field(default_factory=Faults)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._signer = RequestValidator(self.settings.twilio_auth_token)
        self._http = httpx.AsyncClient(timeout=WEBHOOK_TIMEOUT_S, trust_env=False)

    async def close(self) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._http.aclose()

    def accept(self, to: str, body: str) -> Text:
        """Take a text of ours."""
        text = Text(
            new_sid("SM"), "outbound-api", self.settings.twilio_from, to, body, "queued", segments.count(body).count
        )
        self.store.add(text)
        return text

    async def report(self, text: Text, url: str, *, at_once: bool = False) -> None:
        """Deliver the text and tell `url` about it, in the order the switches ask for."""
        ending = ("undelivered", self.faults.outcome) if self.faults.outcome else ("delivered", None)
        steps: list[tuple[str, int | None]] = [("sent", None), ending]
        if self.faults.callbacks == "reversed":
            steps.reverse()
        times = {"never": 0, "twice": 2}.get(self.faults.callbacks, 1) if url else 0
        for status, code in steps:
            if not at_once:
                await asyncio.sleep(STEP_S)
            if (status, code) != ("sent", None) or self.faults.callbacks != "reversed":
                self.store.set_status(text.sid, status, code)
            for _ in range(times):
                await self._post(url, self._status_form(text, status, code))

    def report_soon(self, text: Text, url: str) -> None:
        task = asyncio.create_task(self.report(text, url))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def from_phone(
        self, number: str, body: str, pictures: Sequence[Picture] = (), *, sid: str = "", copies: int = 1
    ) -> Text:
        """A phone sends us a text: keep it, answer keywords as Twilio does, and bring it to the gateway's door."""
        text = Text(
            sid or new_sid("MM" if pictures else "SM"), "inbound", number, self.settings.twilio_from, body, "received",
            segments.count(body).count, media=[self._keep(picture) for picture in pictures],
        )  # fmt: skip
        known = self.store.text(text.sid)
        if known is None:
            self.store.add(text)
        keyword = self._keyword(number, body)
        doors = await asyncio.gather(*(self._to_door(text, keyword) for _ in range(copies)))
        self.store.set_door(text.sid, ", ".join(dict.fromkeys(doors)))
        return self.store.text(text.sid) or text

    def _keyword(self, number: str, body: str) -> str:
        word, out = body.strip().upper(), self.store.opted_out(number)
        if word in STOP:
            if not out:
                self._say("STOP", number)
            self.store.opt_out(number)
            return "STOP"
        if word in START and (out or word != "YES"):
            self.store.opt_in(number)
            if out:
                self._say("START", number)
            return "START"
        if word in HELP:
            self._say("HELP", number)
            return "HELP"
        return ""

    def _say(self, keyword: str, number: str) -> None:
        body = SAID[keyword]
        count = segments.count(body).count
        self.store.add(
            Text(new_sid("SM"), "outbound-reply", self.settings.twilio_from, number, body, "delivered", count)
        )

    async def _to_door(self, text: Text, keyword: str) -> str:
        url = f"{self.settings.public_url}/sms/inbound"
        for last in (False, True):
            answer = await self._post(url, self._inbound_form(text, keyword))
            if last or answer != "unreachable":
                return answer
        raise AssertionError("unreachable")

    async def _post(self, url: str, form: list[tuple[str, str]]) -> str:
        """Post it with Twilio's own signature; returns the answer in a word or two."""
        headers = {
            "X-Twilio-Signature": self._signer.compute_signature(url, dict(form)),
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "User-Agent": "TwilioProxy/1.1",
        }
        try:
            answer = await self._http.post(url, content=urlencode(form).encode(), headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return "unreachable"
        except httpx.HTTPError as error:
            return type(error).__name__
        return str(answer.status_code)

    def _inbound_form(self, text: Text, keyword: str) -> list[tuple[str, str]]:
        form = [
            ("ToCountry", "US"), ("ToState", ""), ("SmsMessageSid", text.sid), ("NumMedia", str(len(text.media))),
            ("ToCity", ""), ("FromZip", ""), ("SmsSid", text.sid), ("FromState", ""), ("SmsStatus", "received"),
            ("FromCity", ""), ("Body", text.body), ("FromCountry", "US"), ("To", text.receiver), ("ToZip", ""),
            ("NumSegments", str(text.segments)), ("MessageSid", text.sid), ("AccountSid", self.settings.twilio_account_sid),
            ("From", text.sender), ("ApiVersion", "2010-04-01"),
        ]  # fmt: skip
        for n, media in enumerate(text.media):
            form += [
                (f"MediaContentType{n}", media["content_type"]),
                (f"MediaUrl{n}", self.media_url(text, media["sid"])),
            ]
        if keyword and self.faults.opt_out_type:
            form.append(("OptOutType", keyword))
        return form

    def _status_form(self, text: Text, status: str, code: int | None) -> list[tuple[str, str]]:
        form = [
            ("SmsSid", text.sid), ("SmsStatus", status), ("MessageStatus", status), ("To", text.receiver), ("MessageSid", text.sid),
            ("AccountSid", self.settings.twilio_account_sid), ("From", text.sender), ("ApiVersion", "2010-04-01"),
        ]  # fmt: skip
        return [*form, ("ErrorCode", str(code))] if code else form

    def media_url(self, text: Text, sid: str) -> str:
        account = self.settings.twilio_account_sid
        return f"{self.settings.twilio_api_url}/2010-04-01/Accounts/{account}/Messages/{text.sid}/Media/{sid}"

    def _keep(self, picture: Picture) -> dict[str, str]:
        sid = new_sid("ME")
        self.store.add_media(sid, picture.content_type, picture.data)
        return {"sid": sid, "content_type": picture.content_type}
