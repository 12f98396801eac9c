"""The calls of Twilio's REST API that we make, with its shapes, its errors and its Basic authentication."""

import asyncio
import base64
import hmac
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, cast
from urllib.parse import urlencode

from sanic import Blueprint, HTTPResponse, Request, json, raw

from handoff.tools import signature
from handoff.twins.carrier import MAGIC, Carrier
from handoff.twins.store import Text

E164 = re.compile(r"\+[1-9]\d{6,14}")
NEVER_S = 60.0
SEGMENT_PRICE = 0.0083
STARTED = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = {
    20003: "Authenticate", 20404: "The requested resource was not found", 20429: "Too Many Requests", 20500: "Internal Server Error",
    21211: "Invalid 'To' Phone Number", 21408: "Permission to send an SMS has not been enabled for the region",
    21602: "Message body is required.", 21604: "'To' phone number is required.", 21606: "The 'From' phone number is not valid",
    21610: "Attempt to send to unsubscribed recipient", 21612: "The message cannot be sent with the current combination of 'To' and 'From'",
    21614: "'To' number is not a valid mobile number", 21617: "The concatenated message body exceeds the 1600 character limit",
    21642: "Validity Period is out of range",
}  # fmt: skip


def blueprint(carrier: Carrier) -> Blueprint:
    """The REST API over this carrier."""
    bp = Blueprint("twilio", url_prefix=f"/2010-04-01/Accounts/{carrier.settings.twilio_account_sid}")

    @bp.on_request
    async def authenticate(request: Request) -> HTTPResponse | None:
        account, token = carrier.settings.twilio_account_sid, carrier.settings.twilio_auth_token
        wanted = "Basic " + base64.b64encode(f"{account}:{token}".encode()).decode()
        given = request.headers.get("authorization", "")
        return None if hmac.compare_digest(wanted.encode(), given.encode()) else error(401, 20003)

    @bp.post("/Messages.json")
    async def create(request: Request) -> HTTPResponse:
        form = dict(signature.fields(request.body))
        fault = carrier.faults.of_send()
        if fault in ("busy", "broken"):
            return error(429, 20429) if fault == "busy" else error(500, 20500)
        if fault == "silent":
            return await _never()
        refused = _refusal(carrier, form)
        if refused:
            return error(400, refused)
        text = carrier.accept(form["To"], form["Body"])
        if carrier.faults.callbacks == "early":
            await carrier.report(text, form.get("StatusCallback", ""), at_once=True)
        else:
            carrier.report_soon(text, form.get("StatusCallback", ""))
        return await _answered(request, carrier, text, fault)

    @bp.get("/Messages.json")
    async def look_up(request: Request) -> HTTPResponse:
        fault = carrier.faults.of_look_up()
        if fault:
            return (
                await _never() if fault == "silent" else error(*{"busy": (429, 20429), "broken": (500, 20500)}[fault])
            )
        return json(_page(carrier, dict(signature.fields(request.query_string.encode()))))

    @bp.get("/Messages/<name>")
    async def one(_: Request, name: str) -> HTTPResponse:
        text = carrier.store.text(name.removesuffix(".json"))
        return json(resource(carrier, text)) if text else error(404, 20404)

    @bp.get("/Messages/<sid>/Media.json")
    async def attached(_: Request, sid: str) -> HTTPResponse:
        text = carrier.store.text(sid)
        return json(_attached(carrier, text)) if text else error(404, 20404)

    @bp.get("/Messages/<sid>/Media/<media>")
    async def media(_: Request, sid: str, media: str) -> HTTPResponse:
        text, kept = carrier.store.text(sid), carrier.store.media(media)
        if text is None or kept is None or media not in {item["sid"] for item in text.media}:
            return error(404, 20404)
        return raw(kept[1], content_type=kept[0])

    @bp.get("/IncomingPhoneNumbers.json")
    async def numbers(request: Request) -> HTTPResponse:
        ours, wanted = carrier.settings.twilio_from, request.args.get("PhoneNumber", "")
        return json(_numbers(carrier, [ours] if wanted in ("", ours) else []))

    return bp


def error(status: int, code: int) -> HTTPResponse:
    """An error as Twilio writes one."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return json({"code": code, "message": WORDS[code], "more_info": more, "status": status}, status=status)


def resource(carrier: Carrier, text: Text) -> dict[str, Any]:
    """A text as the API shows it."""
    account = carrier.settings.twilio_account_sid
    uri = f"/2010-04-01/Accounts/{account}/Messages/{text.sid}"
    return {
        "account_sid": account, "api_version": "2010-04-01", "body": text.body, "date_created": format_datetime(text.created_at),
        "date_sent": format_datetime(text.created_at), "date_updated": format_datetime(text.updated_at), "direction": text.direction,
        "error_code": text.error_code, "error_message": WORDS.get(text.error_code or 0), "from": text.sender,
        "messaging_service_sid": None, "num_media": str(len(text.media)), "num_segments": str(text.segments), "price": _price(text),
        "price_unit": "USD", "sid": text.sid, "status": text.status, "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": text.receiver, "uri": f"{uri}.json",
    }  # fmt: skip


def _price(text: Text) -> str | None:
    """Known some time after it was sent, as with Twilio."""
    settled = text.direction.startswith("outbound") and text.status in ("delivered", "undelivered")
    return f"-{text.segments * SEGMENT_PRICE:.5f}" if settled else None


def _refusal(carrier: Carrier, form: dict[str, str]) -> int | None:
    to, body = form.get("To", ""), form.get("Body", "")
    if not to:
        return 21604
    if form.get("From") != carrier.settings.twilio_from:
        return 21606
    if to in MAGIC or not E164.fullmatch(to):
        return MAGIC.get(to, 21211)
    if not body:
        return 21602
    if len(body) + sum(ord(char) > 0xFFFF for char in body) > 1600:
        return 21617
    valid = form.get("ValidityPeriod", "14400")
    if not (valid.isdigit() and 1 <= int(valid) <= 14_400):
        return 21642
    return 21610 if carrier.store.opted_out(to) else None


async def _answered(request: Request, carrier: Carrier, text: Text, fault: str) -> HTTPResponse:
    if fault == "broken_after":
        return error(500, 20500)
    if fault == "silent_after":
        return await _never()
    if fault == "dropped_after":
        # Neither event loop's class is in the type that Sanic gives, but every transport can do it.
        cast(asyncio.WriteTransport, request.transport).abort()
    if fault == "slow":
        await asyncio.sleep(carrier.faults.slow_s)
    return json(resource(carrier, text), status=201)


async def _never() -> HTTPResponse:
    """No answer for so long that every client has given up."""
    await asyncio.sleep(NEVER_S)
    return error(500, 20500)


def _page(carrier: Carrier, query: dict[str, str]) -> dict[str, Any]:
    size = min(max(int(query.get("PageSize", "50")), 1), 1000)
    page = max(int(query.get("Page", "0")), 0)
    after, before = _date(query.get("DateSent>", "")), _date(query.get("DateSent<", ""), whole_day=True)
    if query.get("DateSent"):
        after, before = _date(query["DateSent"]), _date(query["DateSent"], whole_day=True)
    found = carrier.store.texts(
        sender=query.get("From", ""),
        receiver=query.get("To", ""),
        after=after,
        before=before,
        limit=size + 1,
        offset=page * size,
    )
    shown, base = found[:size], f"/2010-04-01/Accounts/{carrier.settings.twilio_account_sid}/Messages.json"
    kept = {name: value for name, value in query.items() if name not in ("Page", "PageSize", "PageToken")}

    def uri(number: int) -> str:
        token = {"PageToken": f"PA{shown[-1].sid}"} if number > page else {}
        return f"{base}?{urlencode({**kept, 'PageSize': size, 'Page': number, **token})}"

    return {
        "first_page_uri": uri(0), "previous_page_uri": uri(page - 1) if page else None, "uri": uri(page), "page": page,
        "next_page_uri": uri(page + 1) if len(found) > size else None, "page_size": size, "start": page * size,
        "end": page * size + max(len(shown) - 1, 0), "messages": [resource(carrier, text) for text in shown],
    }  # fmt: skip


def _attached(carrier: Carrier, text: Text) -> dict[str, Any]:
    """What is attached to a text, on the one page that ten files need."""
    account, at = carrier.settings.twilio_account_sid, format_datetime(text.created_at)
    uri = f"/2010-04-01/Accounts/{account}/Messages/{text.sid}/Media"
    listed = [
        {
            "account_sid": account, "content_type": item["content_type"], "date_created": at, "date_updated": at,
            "parent_sid": text.sid, "sid": item["sid"], "uri": f"{uri}/{item['sid']}.json",
        }
        for item in text.media
    ]  # fmt: skip
    page = f"{uri}.json?PageSize=50&Page=0"
    return {
        "first_page_uri": page, "previous_page_uri": None, "next_page_uri": None, "uri": page, "page": 0, "page_size": 50,
        "start": 0, "end": max(len(listed) - 1, 0), "media_list": listed,
    }  # fmt: skip


def _numbers(carrier: Carrier, numbers: list[str]) -> dict[str, Any]:
    """Our number, set up as it should be: the twin posts to no other address."""
    account, url = carrier.settings.twilio_account_sid, f"{carrier.settings.public_url}/sms/inbound"
    base = f"/2010-04-01/Accounts/{account}/IncomingPhoneNumbers"
    page = f"{base}.json?PageSize=50&Page=0"
    sid = "PN" + account[2:]
    listed = [
        {
            "account_sid": account, "address_requirements": "none", "address_sid": None, "api_version": "2010-04-01",
            "beta": False, "bundle_sid": None, "capabilities": {"voice": False, "sms": True, "mms": True, "fax": False},
            "date_created": format_datetime(STARTED), "date_updated": format_datetime(STARTED), "emergency_address_sid": None,
            "emergency_address_status": "unregistered", "emergency_status": "Inactive", "friendly_name": number,
            "identity_sid": None, "origin": "twilio", "phone_number": number, "sid": sid, "sms_application_sid": "",
            "sms_fallback_method": "POST", "sms_fallback_url": "", "sms_method": "POST", "sms_url": url, "status": "in-use",
            "status_callback": "", "status_callback_method": "POST", "trunk_sid": None, "uri": f"{base}/{sid}.json",
            "voice_application_sid": "", "voice_caller_id_lookup": False, "voice_fallback_method": "POST",
            "voice_fallback_url": "", "voice_method": "POST", "voice_receive_mode": "voice", "voice_url": "",
        }
        for number in numbers
    ]  # fmt: skip
    return {
        "first_page_uri": page, "previous_page_uri": None, "next_page_uri": None, "uri": page, "page": 0, "page_size": 50,
        "start": 0, "end": max(len(listed) - 1, 0), "incoming_phone_numbers": listed,
    }  # fmt: skip


def _date(value: str, *, whole_day: bool = False) -> datetime | None:
    """A date or a moment, as Twilio takes both."""
    if not value:
        return None
    moment = datetime.fromisoformat(value)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment + timedelta(days=1, microseconds=-1) if whole_day and len(value) == 10 else moment
