"""What the web channel refuses: always the same shape, and nothing is stored."""

from typing import Any

import httpx
import jwt
import pytest
from itsdangerous import BadSignature
from sqlalchemy import func, select

from handoff.channels import web
from handoff.models import Conversation, Message
from shop.ground import clock
from tests.handoff.gateway import SHOP, Gateway
from tests.handoff.stub_rasa import StubRasa

ROUTES = [("POST", "/api/chat/messages"), ("GET", "/api/chat/messages"), ("GET", "/api/chat/stream")]


def refusal(answer: httpx.Response, status: int, code: str | None = None) -> None:
    """It is refused in the one shape, without a word about how the program is made."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    error: dict[str, Any] = answer.json()["error"]
    assert answer.json().keys() == {"error"}
    assert error.keys() == {"code", "message"}
    assert error["message"]
    assert code in (None, error["code"])
    assert not any(word in answer.text for word in ("Traceback", 'File \\"', "sqlalchemy", "pydantic"))


def stored(gateway: Gateway) -> tuple[int | None, int | None]:
    with gateway.db.transaction() as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (Conversation, Message)]
    return counts[0], counts[1]


def test_while_the_secret_is_exchanged_a_visitor_is_known_by_either(gateway: Gateway) -> None:
    before, new = gateway.settings, {"identity_secret": "n" * 64}
    during = before.model_copy(update=new | {"identity_secret_before": before.identity_secret})
    after = before.model_copy(update=new)
    old, fresh = (web._serializer(settings).dumps("visitor") for settings in (before, during))
    assert web._serializer(during).loads(old) == web._serializer(after).loads(fresh) == "visitor"
    with pytest.raises(BadSignature):
        web._serializer(after).loads(old)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_token_or_a_wrong_one_opens_nothing(gateway: Gateway, method: str, path: str) -> None:
    token = gateway.visitor().http.headers["authorization"].removeprefix("Bearer ")
    changed = token[:-2] + ("aa" if token[-2:] != "aa" else "bb")
    before = stored(gateway)
    for given in ({}, {"Authorization": f"Bearer {changed}"}, {"Authorization": f"Basic {token}"},
                  {"Authorization": "Bearer"}, {"Authorization": token}, {"Cookie": f"token={token}"}):  # fmt: skip
        answer = gateway.client(**given).request(method, path, json={"client_id": "x", "text": "hello"})
        refusal(answer, 401, "unauthorised")
    refusal(gateway.client().request(method, f"{path}?token={token}", json={}), 401)
    assert stored(gateway) == before


BAD_BODIES: list[bytes] = [
    b"", b"{", b"null", b"[]", b'"text"', b"\xff\xfe", b"client_id=x&text=hello",
    b'{"client_id": "x"}', b'{"text": "hello"}', b'{"client_id": 7, "text": "hello"}',
    b'{"client_id": "x", "text": 7}', b'{"client_id": "x", "text": ["hello"]}', b'{"client_id": "x", "text": null}',
    b'{"client_id": "", "text": "hello"}', b'{"client_id": "' + b"x" * 65 + b'", "text": "hello"}',
    b'{"client_id": "x", "text": ""}', b'{"client_id": "x", "text": " \\n "}',
    b'{"client_id": "x", "text": "' + b"x" * 5000 + b'"}', b'{"client_id": "x", "option": ""}',
    b'{"client_id": "x", "option": {"intent": "person"}}', b'{"client_id": "x", "text": "a", "option": "person"}',
    b'{"client_id": "x", "option": "no-such-option"}', b'{"client_id": "x", "option": "/restart"}',
    b'{"client_id": "x", "text": "zero \\u0000 byte"}', b'{"client_id": "a\\u0000b", "text": "hello"}',
    b'{"client_id": "x", "option": "a\\u0000b"}', b'{"client_id": "x", "text": "\\ud800"}',
    b"[" * 30_000,
]  # fmt: skip


@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: repr(body[:40]))
def test_a_body_that_is_no_message_is_refused_and_nothing_is_stored(
    gateway: Gateway, rasa: StubRasa, body: bytes
) -> None:
    visitor = gateway.visitor()
    before = stored(gateway)
    answer = visitor.http.post("/api/chat/messages", content=body, headers={"Content-Type": "application/json"})
    refusal(answer, 400)
    assert stored(gateway) == before
    assert rasa.asked == []


def test_a_body_larger_than_anybody_needs_is_not_read(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    body = b'{"client_id": "x", "text": "' + b"x" * 200_000 + b'"}'
    try:
        refusal(visitor.http.post("/api/chat/messages", content=body), 413, "too_large")
    except httpx.TransportError:
        pass  # it hung up while we were still sending
    assert visitor.messages() == []


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "1e3", "9" * 30, "१", "1;DROP TABLE messages"])
def test_a_number_that_is_none_is_refused(gateway: Gateway, after: str) -> None:
    visitor = gateway.visitor()
    for path in ("messages", "stream"):
        refusal(visitor.http.get(f"/api/chat/{path}", params={"after": after}), 400, "bad_input")


def _identity(gateway: Gateway, secret: str = "", **changed: Any) -> str:
    now = int(clock.now().timestamp())
    claims = {"sub": "noah", "aud": "rapport", "iat": now, "exp": now + 300, "jti": f"j{changed}{secret}", **changed}
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, secret or gateway.settings.identity_secret, algorithm="HS256")


def test_an_identity_that_the_shop_did_not_sign_for_now_is_refused_in_the_same_words(gateway: Gateway) -> None:
    now = int(clock.now().timestamp())
    none = jwt.encode(
        {"sub": "noah", "aud": "rapport", "iat": now, "exp": now + 300, "jti": "n"}, None, algorithm="none"
    )
    forged = [
        _identity(gateway, secret="f" * 64), _identity(gateway, exp=now - 1), _identity(gateway, iat=now + 900),
        _identity(gateway, aud="somebody else"), _identity(gateway, sub="nobody-we-know"), _identity(gateway, sub=7),
        *(_identity(gateway, **dict[str, Any]({claim: None})) for claim in ("sub", "aud", "exp", "iat", "jti")),
        _identity(gateway, jti=""), none, "", "nonsense", "a.b.c",
    ]  # fmt: skip
    before = stored(gateway)
    answers = [gateway.client().post("/api/chat/session", json={"identity": token}) for token in forged]
    for answer in answers:
        refusal(answer, 401)
    assert len({answer.text for answer in answers}) == 1
    assert stored(gateway) == before


def test_an_identity_opens_one_session(gateway: Gateway) -> None:
    identity = gateway.identity("noah")
    assert gateway.client().post("/api/chat/session", json={"identity": identity}).status_code == 201
    refusal(gateway.client().post("/api/chat/session", json={"identity": identity}), 401, "identity_used")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"identity": 7}', b'{"identity": "' + b"x" * 5000 + b'"}'])
def test_a_session_is_not_opened_by_what_is_no_wish_for_one(gateway: Gateway, body: bytes) -> None:
    refusal(gateway.client().post("/api/chat/session", content=body), 400, "bad_input")


def test_only_the_shop_s_pages_and_our_own_may_call_from_a_browser(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    for origin in (SHOP, gateway.url):
        answer = visitor.http.get("/api/chat/messages", headers={"Origin": origin})
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.headers["vary"] == "Origin"
    for origin in (
        "https://evil.example",
        "null",
        f"{SHOP}.evil.example",
        SHOP.replace("https", "http"),
        f"{SHOP}:8443",
    ):
        for answer in (
            visitor.http.get("/api/chat/messages", headers={"Origin": origin}),
            gateway.client(Origin=origin).post("/api/chat/session", json={}),
        ):
            refusal(answer, 403, "wrong_origin")
            assert "access-control-allow-origin" not in answer.headers


def test_a_preflight_allows_what_the_widget_sends_and_never_cookies(gateway: Gateway) -> None:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    allowed = gateway.client(Origin=SHOP, **asks).options("/api/chat/messages")
    assert allowed.headers["access-control-allow-origin"] == SHOP
    assert allowed.headers["access-control-allow-headers"] == "Authorization, Content-Type, X-File-Name"
    assert "access-control-allow-credentials" not in allowed.headers
    refused = gateway.client(Origin="https://evil.example", **asks).options("/api/chat/messages")
    assert "access-control-allow-origin" not in refused.headers
    console = gateway.client(Origin=SHOP, **asks).options("/api/console/login")
    assert "access-control-allow-origin" not in console.headers


def test_refusals_can_be_read_by_the_shop_s_page(gateway: Gateway) -> None:
    answer = gateway.client(Origin=SHOP).get("/api/chat/messages")
    refusal(answer, 401)
    assert answer.headers["access-control-allow-origin"] == SHOP


def test_other_methods_and_other_paths_are_refused_in_the_same_shape(gateway: Gateway) -> None:
    refusal(gateway.client().get("/api/chat/session"), 405, "method_not_allowed")
    refusal(gateway.client().delete("/api/chat/messages"), 405)
    refusal(gateway.client().get("/api/chat/nothing"), 404, "not_found")
    refusal(gateway.client().get("/nothing/at/all"), 404, "not_found")
