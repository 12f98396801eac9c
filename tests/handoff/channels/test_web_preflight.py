"""What a browser asks before it lets the shop's page call us: only the shop's own pages are told yes."""

import httpx
import pytest

from tests.handoff.gateway import SHOP, SOON_S, Gateway

ROUTES = [("session", "POST"), ("messages", "POST"), ("messages", "GET"), ("stream", "GET")]
ELSEWHERE = "https://elsewhere.example"


def ask(gateway: Gateway, path: str, method: str, origin: str) -> httpx.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    return httpx.options(f"{gateway.url}{path}", headers=headers, trust_env=False, timeout=SOON_S)


@pytest.mark.parametrize(("route", "method"), ROUTES)
def test_the_shops_page_may_call_the_chat(gateway: Gateway, route: str, method: str) -> None:
    answer = ask(gateway, f"/api/chat/{route}", method, SHOP)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Origin" in answer.headers["Vary"]
    assert method in answer.headers["Access-Control-Allow-Methods"].split(", ")
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().replace(" ", "").split(",")
    assert {"authorization", "content-type"} <= set(allowed)
    assert "Access-Control-Allow-Credentials" not in answer.headers  # no cookies, ever


@pytest.mark.parametrize(("route", "method"), ROUTES)
@pytest.mark.parametrize("origin", [ELSEWHERE, "null", f"{SHOP}.elsewhere.example", SHOP.replace("https", "http")])
def test_any_other_page_is_told_nothing(gateway: Gateway, route: str, method: str, origin: str) -> None:
    answer = ask(gateway, f"/api/chat/{route}", method, origin)
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("path", ["/api/console/queue", "/api/console/login", "/sms/inbound", "/demo/identity"])
def test_nothing_but_the_chat_can_be_called_from_elsewhere(gateway: Gateway, path: str) -> None:
    for origin in (SHOP, ELSEWHERE):
        answer = ask(gateway, path, "POST", origin)
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
