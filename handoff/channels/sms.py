"""The SMS channel: Twilio's two webhooks. What is not signed by Twilio, for our account and our number, is refused."""

import re

from sanic import HTTPResponse

from handoff.http import BODY_LIMIT, Call, Endpoint
from handoff.rules import arrivals, deliveries, doorstep
from handoff.rules.arrivals import Arrived
from handoff.tools import signature
from shop.ground.errors import BadInput, Forbidden, TooLarge

TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'  # we answer later, by a text of our own
MEDIA_AT_MOST = 10
_SID = re.compile(r"[SM]M[0-9a-fA-F]{32}")

Form = dict[str, str]


async def twilio(call: Call) -> Form:
    """The fields of a genuine post of Twilio's. Raises `Forbidden` for any other, before anything is looked at."""
    if len(call.request.body) > BODY_LIMIT:
        raise TooLarge("The body is larger than 64 KB.")
    settings = call.parts.settings
    fields = signature.fields(call.request.body)
    url = settings.public_url + call.request.raw_url.decode("latin-1")
    given = call.request.headers.get("x-twilio-signature")
    known = signature.Secrets(settings.twilio_tokens, settings.twilio_keys)
    secrets, algorithm = known.named(call.request.headers.get(signature.SETTINGS_HEADER))
    if not signature.genuine(secrets, url, fields, given, algorithm):
        raise Forbidden("This is not signed by Twilio for PUBLIC_URL with our token.", code="bad_signature")
    form = dict(fields)
    if form.get("AccountSid") != settings.twilio_account_sid:
        raise Forbidden("This is for another Twilio account.", code="wrong_account")
    return form


def endpoints() -> list[Endpoint]:
    return [
        Endpoint("POST", "/sms/inbound", "A text arrived", _inbound, twilio, media="text/xml", refusals=(400, 403, 413)),
        Endpoint("POST", "/sms/status", "What became of a text of ours", _status, twilio, status=204, refusals=(400, 403, 413)),
    ]  # fmt: skip


async def _inbound(call: Call) -> HTTPResponse:
    form: Form = call.who
    _ours(call, form.get("To", ""))
    text = Arrived(_sid(form), _number(form, "From"), form.get("Body", ""), _media(form), form.get("OptOutType", ""))
    await call.parts.db.write_first(doorstep.keep, text)
    return HTTPResponse(TWIML, content_type="text/xml")


async def _status(call: Call) -> HTTPResponse:
    form: Form = call.who
    _ours(call, form.get("From", ""))
    status, code = form.get("MessageStatus", ""), form.get("ErrorCode", "")
    if not (status.isascii() and 0 < len(status) <= 32):
        raise BadInput("MessageStatus is missing.")
    await call.parts.db.write(
        deliveries.report,
        _sid(form),
        status,
        int(code) if code.isascii() and code.isdigit() and len(code) <= 6 else None,
        to=_number(form, "To"),
        delivery_id=call.number("delivery") or None,
    )
    return HTTPResponse(status=204)


def _ours(call: Call, number: str) -> None:
    if number != call.parts.settings.twilio_from:
        raise Forbidden("This is about another number than TWILIO_FROM.", code="wrong_number")


def _sid(form: Form) -> str:
    sid = form.get("MessageSid", "")
    if not _SID.fullmatch(sid):
        raise BadInput("MessageSid is missing or no sid.")
    return sid


def _number(form: Form, name: str) -> str:
    number = form.get(name, "")
    if not arrivals.is_number(number):
        raise BadInput(f"{name} is not a phone number in E.164.")
    return number


def _media(form: Form) -> tuple[dict[str, str], ...]:
    count = form.get("NumMedia", "")
    numbers = range(min(int(count), MEDIA_AT_MOST) if count.isascii() and count.isdigit() else 0)
    listed = (
        {"url": form.get(f"MediaUrl{n}", ""), "content_type": form.get(f"MediaContentType{n}", "")} for n in numbers
    )
    return tuple(item for item in listed if item["url"])
