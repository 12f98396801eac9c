"""The two webhooks of a running gateway: genuine posts are taken once, and nothing else leaves a trace."""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from twilio.request_validator import HMAC_SHA256, RequestValidator

from handoff.http import BODY_LIMIT
from handoff.models import Address, Consent, Conversation, Delivery, DeliveryEvent, File, Message
from handoff.rules import links
from shop.ground.jobs import Job
from tests.sms.door import KEY, KEY_SECRET, OTHER_TOKEN, Door, Form

pytestmark = pytest.mark.slow  # starts a gateway and its twin


def _left(session: Session, form: Form) -> int:
    """How much there is of what a post could leave behind: its message, its number, its report."""
    here = (
        select(Message).where(Message.key == f"sms:{form['MessageSid']}"),
        select(Address).where(Address.value == form["From"]),
        select(Consent).where(Consent.number == form["From"]),
        select(DeliveryEvent).where(DeliveryEvent.sid == form["MessageSid"]),
    )
    return sum(session.scalar(select(func.count()).select_from(rows.subquery())) or 0 for rows in here)


def _meta(session: Session, sid: str) -> dict[str, Any] | None:
    return session.scalars(select(Message.meta).where(Message.key == f"sms:{sid}")).one()


def _turns(session: Session, number: str) -> int:
    address = session.scalars(select(Address).where(Address.value == number)).one()
    lane = Job.lane == f"bot:{address.conversation_id}"
    return session.scalar(select(func.count()).select_from(Job).where(Job.kind == "ask_bot", lane)) or 0


def test_a_genuine_text_is_answered_at_once_and_kept(door: Door) -> None:
    number = door.phone()
    answer = door.post("/sms/inbound", door.form(number, "Where is my order? 😀 + ñ"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml"), answer.text
    assert answer.text.endswith("<Response/>")
    assert door.said(number)[0] == ("customer", "Where is my order? 😀 + ñ")


@pytest.mark.parametrize("path", ["/sms/inbound", "/sms/status"])
@pytest.mark.parametrize("signature", ["absent", "", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "é"])
def test_a_forged_post_is_refused_and_leaves_no_trace(door: Door, path: str, signature: str) -> None:
    form = door.form(door.phone(), MessageStatus="delivered")
    headers = {} if signature == "absent" else {"X-Twilio-Signature": signature.encode()}
    answer = door.http.post(path, content=urlencode(form), headers=headers)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "bad_signature"
    assert "Traceback" not in answer.text
    assert door.read(_left, form) == 0


def test_a_signature_for_another_path_or_body_is_refused(door: Door) -> None:
    form = door.form(door.phone())
    elsewhere = RequestValidator(door.settings.twilio_auth_token).compute_signature(
        f"{door.settings.public_url}/sms/status", form
    )
    assert door.post("/sms/inbound", form, signature=elsewhere).status_code == 403
    assert door.post("/sms/inbound", form, body=urlencode({**form, "Body": "hell"}).encode()).status_code == 403
    assert door.post("/sms/inbound?x=1", form).status_code == 200
    signed_without = RequestValidator(door.settings.twilio_auth_token).compute_signature(
        f"{door.settings.public_url}/sms/inbound", form
    )
    assert door.post("/sms/inbound?x=1", form, signature=signed_without).status_code == 403


def test_either_token_and_a_shared_key_open_the_door_whatever_name_it_is_called_by(door: Door) -> None:
    url, settings_header = f"{door.settings.public_url}/sms/inbound", f"key={KEY},algorithm=HMAC_SHA256"

    def posted(secret: str, algorithm: str = "", **headers: str) -> int:
        form = door.form(door.phone(), "a + b = ñ", SomethingNew="")
        signed = RequestValidator(secret).compute_signature(url, form, *([algorithm] if algorithm else []))
        more = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
        more |= {name.replace("_", "-"): value for name, value in headers.items()}
        return door.http.post("/sms/inbound", content=urlencode(form), headers=more).status_code

    # As behind a proxy: what is signed is PUBLIC_URL, whatever the request itself says.
    assert posted(OTHER_TOKEN, Host="inside.example", X_Forwarded_Proto="https") == 200
    assert posted(KEY_SECRET, HMAC_SHA256, X_Twilio_Webhooks_Signature_Settings=settings_header) == 200
    assert posted(KEY_SECRET, HMAC_SHA256) == 403
    assert posted(OTHER_TOKEN, X_Twilio_Webhooks_Signature_Settings=settings_header) == 403
    assert posted(OTHER_TOKEN, HMAC_SHA256) == 403


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"AccountSid": "AC" + "0" * 32}, 403, "wrong_account"),
        ({"To": "+12025550000"}, 403, "wrong_number"),
        ({"From": "72345"}, 400, "bad_input"),
        ({"From": ""}, 400, "bad_input"),
        ({"MessageSid": "nonsense"}, 400, "bad_input"),
    ],
)
def test_what_is_not_ours_or_no_text_is_refused(door: Door, changed: Form, status: int, code: str) -> None:
    form = door.form(door.phone(), **changed)
    answer = door.post("/sms/inbound", form)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert door.read(_left, form) == 0


def test_a_body_that_is_too_large_is_refused(door: Door) -> None:
    form = door.form("72345", "")
    room = BODY_LIMIT - len(urlencode(form))
    fits = door.post("/sms/inbound", {**form, "Body": "a" * room})
    assert (fits.status_code, fits.json()["error"]["message"]) == (400, "From is not a phone number in E.164.")
    over = door.post("/sms/inbound", {**form, "Body": "a" * (room + 1)})
    assert (over.status_code, over.json()["error"]["code"]) == (413, "too_large")


def test_the_same_sid_at_once_and_later_is_one_message_and_one_turn(door: Door) -> None:
    number = door.phone()
    form = door.form(number, "Where is it?")
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: door.post("/sms/inbound", form), range(24)))
    assert {answer.status_code for answer in answers} == {200}
    assert door.post("/sms/inbound", form).status_code == 200
    assert [text for kind, text in door.said(number) if kind == "customer"] == ["Where is it?"]
    assert door.read(_turns, number) <= 1


@pytest.mark.parametrize(
    ("body", "count", "text"),
    [("", 1, "(1 picture or file)"), (" ", 3, "(3 pictures or files)"), ("Look!", 2, "Look!")],
)
def test_pictures_are_a_message_and_none_is_forgotten(door: Door, body: str, count: int, text: str) -> None:
    number = door.phone()
    media = {f"MediaUrl{n}": f"https://api.twilio.com/media/{n}" for n in range(count)}
    types = {f"MediaContentType{n}": "image/png" for n in range(count)}
    form = door.form(number, body, NumMedia=str(count), **media, **types)
    assert door.post("/sms/inbound", form).status_code == 200
    assert door.said(number)[0] == ("customer", text)
    meta = door.read(_meta, form["MessageSid"])
    assert meta is not None
    assert [item["url"] for item in meta["media"]] == list(media.values())


def test_a_picture_is_fetched_from_the_carrier_kept_and_shown_by_a_signed_link(door: Door) -> None:
    number = door.phone()
    png = b"\x89PNG\r\n\x1a\n" + bytes(64)
    pictures = [{"content_type": "image/png", "data": base64.b64encode(png).decode()}] * 2
    door.twin.text(number, "Broken like this", pictures=pictures)
    door.until(lambda: len(door.read(_files, number)) == 2, "both pictures were fetched")
    links.start(door.settings)
    answer = door.http.get(links.to_file(door.read(_files, number)[1]))
    assert (answer.status_code, answer.content) == (200, png)
    headers = answer.headers
    assert (headers["content-type"], headers["x-content-type-options"]) == ("image/png", "nosniff")
    assert headers["content-disposition"].startswith("inline; filename")
    assert "sandbox" in headers["content-security-policy"]
    forged = links.to_file("0" * 32)[:-2] + "xx"
    assert door.http.get(forged).status_code == 404
    assert door.http.get(f"/files/{hashlib.sha256(png).hexdigest()}").status_code == 404


def _files(session: Session, number: str) -> list[str]:
    address = session.scalars(select(Address).where(Address.value == number)).one()
    return list(session.scalars(select(File.id).where(File.conversation_id == address.conversation_id)))


def test_an_empty_text_is_still_a_message(door: Door) -> None:
    number = door.phone()
    assert door.post("/sms/inbound", door.form(number, "")).status_code == 200
    assert door.said(number)[0] == ("customer", "(an empty text)")


def test_a_text_is_words_whatever_it_looks_like(door: Door) -> None:
    for body in ("/restart", "\u3000/intent{}", "a\x00b", "<script>alert(1)</script>"):
        number = door.phone()
        assert door.post("/sms/inbound", door.form(number, body)).status_code == 200
        assert door.said(number)[0][1] == body.replace("\x00", "").strip()


def test_stop_is_kept_unanswered_and_silences_us_until_start(door: Door) -> None:
    number = door.phone()
    door.twin.text(number, "STOP")
    assert door.said(number) == [("customer", "STOP")]
    assert door.read(_turns, number) == 0
    door.twin.text(number, "Talk to a person")
    door.until(lambda: door.read(_deliveries, number) != [], "an answer was owed")
    door.until(lambda: all(state == "failed" for state, _ in door.read(_deliveries, number)), "nothing may go out")
    assert {code for _, code in door.read(_deliveries, number)} == {21610}
    assert door.twin.received(number) == []
    door.twin.text(number, "START")
    assert [kind for kind, _ in door.said(number)].count("customer") == 3
    assert door.read(_ledger, number) == ["stop", "start"]


def _state(session: Session, number: str) -> str:
    address = session.scalars(select(Address).where(Address.value == number)).one()
    return session.get_one(Conversation, address.conversation_id).state


def _deliveries(session: Session, number: str) -> list[tuple[str, int | None]]:
    rows = session.execute(select(Delivery.state, Delivery.error_code).where(Delivery.to == number))
    return [(state, code) for state, code in rows]


def _ledger(session: Session, number: str) -> list[str]:
    return list(session.scalars(select(Consent.kind).where(Consent.number == number).order_by(Consent.id)))


@pytest.mark.parametrize("callbacks", ["normal", "twice", "reversed", "early"])
def test_an_answer_reaches_the_phone_once_and_is_known_to_have(door: Door, callbacks: str) -> None:
    number = door.phone()
    door.twin.switch(callbacks=callbacks)
    door.twin.text(number, "Talk to a person", copies=3)
    door.until(
        lambda: [state for state, _ in door.read(_deliveries, number)] == ["delivered"], "the text was delivered"
    )
    received = door.twin.received(number)
    assert len(received) == 1
    assert door.said(number)[-1][0] == "system"


def test_a_text_that_failed_says_why(door: Door) -> None:
    number = door.phone()
    door.twin.switch(callbacks="normal", outcome=30005)
    door.twin.text(number, "Talk to a person")
    door.until(lambda: door.read(_deliveries, number) == [("undelivered", 30005)], "the failure was reported")


def test_a_number_answers_the_list_that_it_was_sent(door: Door) -> None:
    """Where the bot fails the gateway says so itself and offers a person as number 1."""
    number = door.phone()
    door.twin.text(number, "Where is my order?")
    door.until(lambda: "Reply 1: Talk to a person" in "".join(door.twin.received(number)), "the option was sent")
    form = door.form(number, "1")
    assert door.post("/sms/inbound", form).status_code == 200
    assert door.post("/sms/inbound", form).status_code == 200
    customers = [text for kind, text in door.said(number) if kind == "customer"]
    assert customers == ["Where is my order?", "1"]
    assert door.read(_state, number) in ("waiting", "offered")


def test_a_report_of_unknown_shape_is_refused(door: Door) -> None:
    form = {"AccountSid": door.settings.twilio_account_sid, "From": door.settings.twilio_from, "To": door.phone()}
    sid = {"MessageSid": "SM" + "f" * 32}
    assert door.post("/sms/status", {**form, **sid}).status_code == 400
    assert door.post("/sms/status", {**form, "MessageStatus": "sent"}).status_code == 400
    assert door.post("/sms/status", {**form, **sid, "MessageStatus": "sent", "From": "+12025550000"}).status_code == 403
    assert door.post("/sms/status", {**form, **sid, "MessageStatus": "sent"}).status_code == 204
    assert door.post("/sms/status?delivery=x", {**form, **sid, "MessageStatus": "sent"}).status_code == 400
