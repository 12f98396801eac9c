"""The app around the edges: health, metrics, the description of the API, pages and files."""

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from handoff.entry.app import VERSION
from tests.handoff.gateway import ROOT, SHOP, SOON_S, Gateway

STATIC = ["/widget.js", "/static/tokens.css", "/static/widget/chat.js", "/static/console/main.js", "/console"]


def test_it_is_alive_though_parts_of_it_are_down_and_says_which(gateway: Gateway) -> None:
    assert gateway.client().get("/healthz").json() == {"status": "alive", "version": VERSION}
    ready = gateway.client().get("/readyz")
    assert ready.status_code == 503
    assert ready.json() == {"ready": False, "parts": {"database": "up", "bot": "up", "actions": "down"}}


def test_metrics_are_in_the_words_of_prometheus(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    visitor.writes("hello")
    visitor.hears("You said: hello")
    metrics = gateway.client().get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert 'rapport_bot_turns_total{outcome="Turn"}' in metrics.text
    assert 'rapport_conversations{state="bot"}' in metrics.text
    assert "hello" not in metrics.text


def test_the_api_is_described_by_what_serves_it(gateway: Gateway) -> None:
    document = gateway.client().get("/openapi.json").json()
    assert document == gateway.contract.document
    assert document["openapi"].startswith("3.1.")
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for path, operations in document["paths"].items():
        assert path.startswith("/")
        for operation in operations.values():
            _well_described(document, path, operation)


def _well_described(document: dict[str, Any], path: str, operation: dict[str, Any]) -> None:
    in_path = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"}
    assert in_path == {part.strip("{}") for part in path.split("/") if part.startswith("{")}
    assert operation["summary"]
    assert any(200 <= int(status) < 400 for status in operation["responses"])
    for scheme in operation.get("security", []):
        assert scheme.keys() <= document["components"]["securitySchemes"].keys()
    for reference in _references(operation):
        assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"]


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [found for value in node.values() for found in _references(value)]
    return [found for value in node for found in _references(value)] if isinstance(node, list) else []


ROUTES_OF = (
    "from handoff.entry.app import build; from shop.ground import settings; import sys;"
    "app = build(settings.load(_env_file=None, rapport_env='development', var_dir=sys.argv[1]));"
    "print(*('/' + route.path for route in app.router.routes if route.methods != {'OPTIONS'}))"
)


def test_every_route_that_takes_or_gives_data_is_described(gateway: Gateway, tmp_path: Path) -> None:
    program = [sys.executable, "-c", ROUTES_OF, str(tmp_path)]
    served = set(subprocess.run(program, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split())
    described = {path.replace("{", "<").replace("}", ":str>") for path in gateway.contract.document["paths"]}
    pages = {"/openapi.json", "/healthz", "/readyz", "/metrics", "/widget.js", "/", "/phone", "/outbox"}
    pages |= {"/console", "/console/office"}
    assert described <= served
    assert {path for path in served - described - pages if not path.startswith("/static/")} == set()


@pytest.mark.parametrize("path", STATIC)
def test_files_are_typed_revalidated_and_safe(gateway: Gateway, path: str) -> None:
    answer = gateway.client().get(path)
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"].split(";")[0] in ("text/javascript", "text/css", "text/html")
    again = gateway.client(**{"If-None-Match": answer.headers["etag"]}).get(path)
    assert (again.status_code, again.content) == (304, b"")


def test_the_console_s_page_runs_only_its_own_scripts_and_in_no_frame(gateway: Gateway) -> None:
    page = gateway.client().get("/console")
    policy = dict(rule.split(" ", 1) for rule in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"
    assert "<script>" not in page.text
    assert " style=" not in page.text


def test_a_page_is_served_only_with_its_policy(gateway: Gateway) -> None:
    for path in ("/static/console/index.html", "/static/demo/index.html"):
        assert gateway.client().get(path).status_code == 404


def test_the_widget_can_be_embedded_anywhere_and_the_console_cannot(gateway: Gateway) -> None:
    for path in ("/widget.js", "/static/widget/chat.js", "/static/tokens.css"):
        assert gateway.client(Origin=SHOP).get(path).headers["access-control-allow-origin"] == "*"
    for path in ("/static/console/main.js", "/console", "/openapi.json"):
        assert "access-control-allow-origin" not in gateway.client(Origin=SHOP).get(path).headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/../models.py", "/static/%2e%2e/models.py", "/static/..%2fmodels.py", "/static/widget/../../wording.yml",
        "/static//etc/passwd", "/static/%2fetc%2fpasswd", "/static/..%5cmodels.py", "/static/%00", "/static/",
        "/static/console", "/static/widget/widget.js%00.css", "/static/....//models.py", "/static/../static_secret",
    ],
)  # fmt: skip
def test_nothing_but_our_own_files_leaves_the_house(gateway: Gateway, path: str) -> None:
    port = gateway.settings.port
    with socket.create_connection(("127.0.0.1", port), timeout=SOON_S) as raw:  # no client tidies the path up
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert answer.split(b" ")[1] in (b"400", b"404"), answer[:200]
    assert b'{"error":' in answer
    assert b"root:" not in answer


def test_a_bug_shows_no_more_than_that_it_happened(gateway: Gateway) -> None:
    """The database goes away under a running gateway."""
    visitor = gateway.visitor()
    visitor.http.event_hooks = {}  # a bug is not described
    with gateway.db.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE messages RENAME TO messages_away")
    try:
        answers: list[httpx.Response] = [visitor.post(text="hello"), visitor.http.get("/api/chat/messages")]
    finally:
        with gateway.db.transaction() as session:
            session.connection().exec_driver_sql("ALTER TABLE messages_away RENAME TO messages")
    for answer in answers:
        assert answer.status_code == 500
        assert answer.json() == {
            "error": {"code": "internal", "message": "Something broke on our side. It has been noted."}
        }
