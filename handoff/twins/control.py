"""What the phone and outbox pages call: the thread of a number, a new text from it, the switches, the mails."""

import base64
import binascii
from typing import Any

import httpx
from pydantic import BaseModel, Field, ValidationError
from sanic import Blueprint, HTTPResponse, Request, empty, json, raw

from handoff.tools.live import Doorbell
from handoff.twins.carrier import Carrier, Picture
from handoff.twins.faults import CALLBACKS, LOOK_UP, SEND, BadSwitch
from handoff.twins.rest import E164
from handoff.twins.store import Text
from shop.ground import clock

PICTURE_TYPES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
HEARTBEAT_S = 15.0
CHANGED = frozenset({"twin"})


class Attached(BaseModel):
    """A picture on the phone, in base64."""

    content_type: str
    data: str = Field(max_length=7_000_000)


class FromPhone(BaseModel):
    """A text that a phone sends. `sid` given again is Twilio delivering it again."""

    number: str = Field(pattern=r"^\+[1-9]\d{6,14}$")
    body: str = Field("", max_length=1600)
    pictures: list[Attached] = Field(default_factory=list, max_length=10)
    sid: str = Field("", pattern=r"^([SM]M[0-9a-f]{32})?$")
    copies: int = Field(1, ge=1, le=20)


def blueprint(carrier: Carrier, bell: Doorbell) -> Blueprint:
    """The pages' API. Writes take JSON alone, so that no other site's form can reach them."""
    bp = Blueprint("control", url_prefix="/twin")

    @bp.on_request
    async def only_json(request: Request) -> HTTPResponse | None:
        if (
            request.method in ("POST", "PUT")
            and request.headers.get("content-type", "").split(";")[0] != "application/json"
        ):
            return _bad("application/json, please")
        return None

    @bp.get("/phones")
    async def phones(_: Request) -> HTTPResponse:
        return json(
            {"ours": carrier.settings.twilio_from, "shop": carrier.settings.shop_name, **await _phones(carrier)}
        )

    @bp.get("/thread")
    async def thread(request: Request) -> HTTPResponse:
        number = request.args.get("number", "")
        if not E164.fullmatch(number):
            return _bad("a number such as +12025550123, please")
        texts = [_shown(text) for text in carrier.store.thread(number)]
        return json({"number": number, "opted_out": carrier.store.opted_out(number), "texts": texts})

    @bp.post("/texts")
    async def send(request: Request) -> HTTPResponse:
        try:
            wanted = FromPhone.model_validate_json(request.body)
            pictures = [_picture(attached) for attached in wanted.pictures]
        except (ValidationError, ValueError) as error:
            return _bad(str(error).splitlines()[0])
        if not wanted.body and not pictures:
            return _bad("an empty text cannot be sent")
        text = await carrier.from_phone(wanted.number, wanted.body, pictures, sid=wanted.sid, copies=wanted.copies)
        return json(_shown(text), status=201)

    @bp.get("/media/<sid>")
    async def media(_: Request, sid: str) -> HTTPResponse:
        kept = carrier.store.media(sid)
        return raw(kept[1], content_type=kept[0]) if kept else empty(404)

    @bp.get("/faults")
    async def faults(_: Request) -> HTTPResponse:
        return json(_switches(carrier))

    @bp.put("/faults")
    async def set_faults(request: Request) -> HTTPResponse:
        try:
            carrier.faults.set(dict(request.json))
        except (BadSwitch, TypeError, ValueError) as error:
            return _bad(str(error))
        bell.ring(CHANGED)
        return json(_switches(carrier))

    @bp.get("/mails")
    async def mails(_: Request) -> HTTPResponse:
        return json({"mails": carrier.store.mails(), "now": clock.iso(clock.now())})

    @bp.get("/stream")
    async def stream(request: Request) -> None:
        response = await request.respond(content_type="text/event-stream", headers={"Cache-Control": "no-store"})
        with bell.listening(*CHANGED) as listener:
            await response.send("event: changed\ndata: {}\n\n")
            while True:
                rung = await listener.wait(HEARTBEAT_S)
                await response.send("event: changed\ndata: {}\n\n" if rung else ": still here\n\n")

    return bp


async def _phones(carrier: Carrier) -> dict[str, Any]:
    """The customers' numbers, from the gateway; it may still be starting."""
    url = f"http://127.0.0.1:{carrier.settings.port}/demo/phones"
    recent = carrier.store.recent_numbers(carrier.settings.twilio_from)
    try:
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            answer = await client.get(url)
            answer.raise_for_status()
            return {"phones": answer.json(), "recent": recent, "gateway": True}
    except (httpx.HTTPError, ValueError):
        return {"phones": [], "recent": recent, "gateway": False}


def _shown(text: Text) -> dict[str, Any]:
    return {
        "sid": text.sid, "direction": text.direction, "from": text.sender, "to": text.receiver, "body": text.body,
        "status": text.status, "error_code": text.error_code, "segments": text.segments, "door": text.door,
        "media": text.media, "at": clock.iso(text.created_at),
    }  # fmt: skip


def _switches(carrier: Carrier) -> dict[str, Any]:
    return {"faults": carrier.faults.shown(), "send": SEND, "look_up": sorted(LOOK_UP), "callbacks": CALLBACKS}


def _picture(attached: Attached) -> Picture:
    if attached.content_type not in PICTURE_TYPES:
        raise ValueError(f"a picture is one of {', '.join(sorted(PICTURE_TYPES))}")
    try:
        return Picture(attached.content_type, base64.b64decode(attached.data, validate=True))
    except binascii.Error:
        raise ValueError("the picture is not base64") from None


def _bad(message: str) -> HTTPResponse:
    return json({"error": {"code": "bad_input", "message": message}}, status=400)
