"""The doors of the running product: nothing that writes is open, bad input is told in one shape and leaves no trace."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from twilio.request_validator import RequestValidator

from tests.local import LOCALLY
from tests.system.agent import Agent
from tests.system.api import Api, refused
from tests.system.customer import Customer
from tests.system.product import PATIENCE_S, Product
from tests.system.shopping import Shop
from tests.system.traces import left, nothing_new

pytestmark = pytest.mark.slow
Opens = Callable[..., Customer]
Comes = Callable[[str], Agent]


def test_every_guarded_route_refuses_who_brings_nothing(product: Product, shop: Shop) -> None:
    api = Api(product)
    before = left(shop)
    guarded = [(method, path) for method, path, operation in api.operations() if operation.get("security")]
    open_ones = {(method, path) for method, path, _ in api.operations()} - set(guarded)
    # What is left: asking for a session or whether to invite, signing in, a file or a card by its signed link, a face by its
    # bytes, and demo people, who are only read or minted.
    assert open_ones == {
        ("post", "/api/chat/session"),
        ("post", "/api/chat/invitations"),
        ("post", "/api/console/login"),
        *(("get", f"/demo/{what}") for what in ("customers", "phones", "agents")),
        ("post", "/demo/identity"),
        ("get", "/files/{signed}"),
        ("get", "/api/agents/{name}"),
        ("get", "/c/{token}"),
    }
    stranger = {"Authorization": "Bearer none", "Cookie": "rapport_console=none", "X-Twilio-Signature": "none"}
    for method, path in guarded:
        url = path.replace("{conversation_id}", "c")
        for headers in (
            {},
            stranger,
            stranger | {"Origin": product.url},
            stranger | {"Origin": "https://evil.example"},
        ):
            answer = api.http.request(method, url, headers=headers, json={} if method == "post" else None)
            refused(answer, (401, 403))
            api.fits(method, path, answer)
    nothing_new(shop, before)


def test_another_origin_opens_neither_chat_nor_console(product: Product, shop: Shop, agent: Comes) -> None:
    alice = agent("alice")
    before = left(shop)
    evil = {"Origin": "https://evil.example"}
    http = httpx.Client(base_url=product.url, timeout=PATIENCE_S, **LOCALLY)
    refused(http.post("/api/chat/session", json={}, headers=evil), 403)
    credentials = {"email": "alice@juniperandpine.example", "password": "juniper-pine"}
    refused(http.post("/api/console/login", json=credentials, headers=evil), 403)
    refused(http.post("/api/console/login", json=credentials), 403)
    form = {"Origin": product.url, "Content-Type": "text/plain"}
    refused(http.post("/api/console/login", content=json.dumps(credentials), headers=form), 403)
    # With the cookie, too: it is the browser that sends it along.
    refused(alice.http.post("/api/console/presence", json={"status": "away"}, headers=evil), 403)
    refused(alice.http.post("/api/console/presence", content='{"status":"away"}', headers=form), 403)
    preflight = http.options("/api/chat/messages", headers=evil)
    assert "access-control-allow-origin" not in preflight.headers
    nothing_new(shop, before)


def test_bad_input_is_refused_in_one_shape_and_leaves_nothing(product: Product, shop: Shop, visitor: Opens) -> None:
    customer = visitor()
    customer.asks("hi")
    before = left(shop)
    for body in (
        {"client_id": "a", "text": "x" * 5000},
        {"client_id": "a", "text": ""},
        {"client_id": "a", "text": "  \u3000 "},
        {"client_id": "a", "text": 7},
        {"client_id": "a", "text": ["hi"]},
        {"client_id": "a", "text": {"a": "b"}},
        {"client_id": "a"},
        {"client_id": "a", "text": "hi", "option": "person"},
        {"client_id": "", "text": "hi"},
        {"client_id": "x" * 65, "text": "hi"},
        {"client_id": 3, "text": "hi"},
        {"text": "hi"},
        {"client_id": "a", "option": "no-such-option"},
        {"client_id": "a", "option": 1},
        [],
        "hi",
        None,
    ):
        refused(customer.http.post("/api/chat/messages", json=body))
    for raw in (b"", b"{", b'{"client_id": "a", "text": "hi"', b"\xff\xfe", b"[" * 2000, b"client_id=a&text=hi"):
        refused(customer.http.post("/api/chat/messages", content=raw))
    refused(customer.http.post("/api/chat/messages", content=b'{"text": "' + b"x" * 70_000 + b'"}'), 413)
    for token in (
        "",
        "Bearer",
        f"Bearer {customer.token}x",
        f"Basic {customer.token}",
        f"Bearer {'x' * 4000}",
    ):
        answer = customer.http.post(
            "/api/chat/messages", json={"client_id": "a", "text": "hi"}, headers={"Authorization": token}
        )
        refused(answer, 401)
    for after in ("-1", "x", "1.5", "1" * 40):
        refused(customer.http.get("/api/chat/messages", params={"after": after}), 400)
    for identity in (7, "", "x", "a.b.c", "x" * 5000):
        refused(Api(product).http.post("/api/chat/session", json={"identity": identity}), (400, 401))
    nothing_new(shop, before)


def test_a_forged_or_foreign_text_is_refused(product: Product, shop: Shop) -> None:
    secrets = json.loads((product.var_dir / "secrets.json").read_text())
    person = shop.anyone()
    form = {
        "MessageSid": "SM" + "0" * 32,
        "AccountSid": secrets["twilio_account_sid"],
        "From": person.phone,
        "To": "+15005550006",
        "Body": "",
        "NumMedia": "0",
    }
    before = left(shop)
    url = f"{product.url}/sms/inbound"

    def posted(fields: dict[str, str], token: str, signed_url: str = url) -> httpx.Response:
        signature = RequestValidator(token).compute_signature(signed_url, fields)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
        return httpx.post(url, content=urlencode(fields), headers=headers, timeout=PATIENCE_S, **LOCALLY)

    refused(posted(form, "another token"), 403)
    refused(posted(form, secrets["twilio_auth_token"], "https://elsewhere.example/sms/inbound"), 403)
    refused(posted(form | {"AccountSid": "AC" + "0" * 32}, secrets["twilio_auth_token"]), 403)
    refused(posted(form | {"To": "+15005550007"}, secrets["twilio_auth_token"]), 403)
    refused(posted(form | {"MessageSid": "x"}, secrets["twilio_auth_token"]), 400)
    refused(posted(form | {"From": "SHOP"}, secrets["twilio_auth_token"]), 400)
    nothing_new(shop, before)
    assert (
        posted(form, secrets["twilio_auth_token"]).status_code == 200
    )  # blank fields and all, the genuine one is taken


def test_behind_the_gateway_everything_is_local_and_asks_for_the_secret(product: Product) -> None:
    listening = _listening()
    for port in range(product.port, product.port + 5):
        assert listening[port] == {"0100007F"}, f"port {port} is open to others"
    rasa = httpx.Client(base_url=f"http://127.0.0.1:{product.port + 1}", timeout=PATIENCE_S, **LOCALLY)
    turn = {"conversation": "c", "message_id": "m", "channel": "web", "text": "hi"}
    for headers in ({}, {"X-Gateway-Secret": "guess"}):
        assert rasa.post("/webhooks/gateway/turn", json=turn, headers=headers).status_code == 401
    assert rasa.post("/webhooks/rest/webhook", json={"sender": "c", "message": "/restart"}).status_code == 404
    for method, path in (
        ("GET", "/conversations/c/tracker"),
        ("POST", "/conversations/c/trigger_intent"),
        ("POST", "/model/parse"),
        ("PUT", "/model"),
        ("GET", "/domain"),
    ):
        assert rasa.request(method, path, json={}).status_code in (401, 404, 405), path


def _listening() -> dict[int, set[str]]:
    """The local addresses that each port is listened to on."""
    found: dict[int, set[str]] = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            address, _, port = fields[1].partition(":")
            if fields[3] == "0A":
                found.setdefault(int(port, 16), set()).add(address)
    return found
