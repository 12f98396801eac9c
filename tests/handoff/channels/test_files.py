"""Files over HTTP, both ways: brought, sent with a message, shown by links; what is refused leaves nothing behind."""

import secrets
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
from sqlalchemy import func, select

from handoff.channels.files import AT_ONCE
from handoff.http import FILE_NAME
from handoff.models import File
from handoff.rules import files
from tests.handoff.channels.test_web_refusals import refusal
from tests.handoff.gateway import SHOP, Gateway, Visitor, eventually
from tests.handoff.picturing import SECRET, exif, jpeg, pdf, png, segment
from tests.handoff.stub_rasa import StubRasa
from tests.local import LOCALLY

BYTES = "application/octet-stream"


def brings(
    http: httpx.Client, data: bytes, name: str = "a.png", path: str = "/api/chat/files", **more: str
) -> httpx.Response:
    return http.post(path, content=data, headers={"Content-Type": BYTES, FILE_NAME: quote(name), **more})


def brought(visitor: Visitor, data: bytes, name: str = "a.png") -> str:
    answer = brings(visitor.http, data, name)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["file"])


def rows(gateway: Gateway) -> int:
    with gateway.db.transaction() as session:
        return session.scalar(select(func.count()).select_from(File)) or 0


def test_a_picture_and_a_paper_travel_with_one_message_and_are_shown_to_both(gateway: Gateway, rasa: StubRasa) -> None:
    visitor = gateway.visitor()
    photo = jpeg(segment(0xE1, b"Exif\0\0" + exif()))
    taken = brings(visitor.http, photo, "../Küche <b>.jpeg").json()
    assert (taken["name"], taken["type"]) == ("Küche b.jpg", "image/jpeg")
    paper = brought(visitor, pdf(b"\nmore"), "bill.html")
    key = secrets.token_hex(8)
    seq = visitor.post(client_id=key, text="Broken", files=[paper, taken["file"]]).json()["seq"]
    assert visitor.post(client_id=key, text="Broken", files=[paper, taken["file"]]).json()["seq"] == seq
    refusal(visitor.post(client_id=key, text="Broken", files=[paper]), 409, "client_id_reused")
    refusal(visitor.post(text="Again", files=[paper]), 400, "unknown_file")
    (shown,) = [message for message in visitor.messages("customer") if message["seq"] == seq]
    assert [(file["name"], file["type"]) for file in shown["files"]] == [
        ("bill.html.pdf", "application/pdf"),
        ("Küche b.jpg", "image/jpeg"),
    ]
    assert "wordless" not in shown
    stranger = httpx.Client(**LOCALLY)
    page, image = (stranger.get(file["url"]) for file in shown["files"])
    assert page.headers["content-disposition"].startswith("attachment") and page.content == pdf()
    assert image.headers["content-disposition"].startswith("inline") and SECRET not in image.content
    for answer in (page, image):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["access-control-allow-origin"] == "*"
    assert stranger.get(shown["files"][0]["url"][:-3]).status_code == 404
    eventually(lambda: [asked for asked in rasa.asked if asked["text"] == "Broken"])


def test_files_alone_are_a_message_and_the_bot_hears_that_something_was_sent(gateway: Gateway, rasa: StubRasa) -> None:
    visitor = gateway.visitor()
    assert visitor.post(files=[brought(visitor, png()), brought(visitor, png())]).status_code == 202
    (shown,) = visitor.messages("customer")
    assert (shown["text"], shown["wordless"], len(shown["files"])) == ("(2 pictures or files)", True, 2)
    eventually(lambda: [asked for asked in rasa.asked if asked["text"] == "(2 pictures or files)"])
    with gateway.db.transaction() as session:
        hashes = set(session.scalars(select(File.sha256).where(File.conversation_id == visitor.conversation)))
    assert len(hashes) == 1  # the same twice lies there once


def test_an_agent_sends_a_file_and_only_who_holds_the_conversation_can(gateway: Gateway) -> None:
    alice, ben, visitor = gateway.agent("alice"), gateway.agent("ben"), gateway.visitor()
    visitor.taps("person")
    alice.takes(visitor.conversation)
    path = f"/api/console/conversations/{visitor.conversation}/files"
    assert brings(ben.http, pdf(), "label.pdf", path).status_code in (404, 409)
    refusal(brings(alice.http, pdf(), "label.pdf", path, Origin="https://evil.example"), 403, "wrong_origin")
    refusal(brings(alice.http, pdf(), "label.pdf", path, **{"Content-Type": "text/plain"}), 403, "not_a_file")
    refusal(brings(alice.http, pdf(), "label.pdf", path.replace(visitor.conversation, "none")), 404)
    label = brings(alice.http, pdf(), "label.pdf", path).json()
    mine = brought(visitor, png())

    def replies(**body: Any) -> httpx.Response:
        url = f"/api/console/conversations/{visitor.conversation}/reply"
        return alice.http.post(url, json={"client_id": secrets.token_hex(8), **body})

    refusal(replies(text=""), 400)
    refusal(replies(text="Yours?", files=[mine]), 400, "unknown_file")  # what the customer is about to send is not hers
    refusal(visitor.post(text="Mine?", files=[label["file"]]), 400, "unknown_file")
    assert replies(text="", files=[label["file"]]).status_code == 201
    (shown,) = visitor.messages("agent")
    assert (shown["files"][0]["name"], shown["wordless"]) == ("label.pdf", True)
    assert alice.reads(visitor.conversation).json()["messages"][-1]["files"][0]["name"] == "label.pdf"


def test_what_is_refused_leaves_nothing_behind(gateway: Gateway) -> None:
    visitor, other = gateway.visitor(), gateway.visitor()
    before, lying = rows(gateway), list(_shelf(gateway))
    refusal(brings(visitor.http, b"<svg onload=alert(1)>"), 400, "file_type")
    refusal(brings(visitor.http, b""), 400, "file_type")
    refusal(brings(visitor.http, png()[:-4]), 400, "file_broken")
    for beyond in (1, 100, files.LARGEST):
        refusal(brings(visitor.http, png() + bytes(files.LARGEST - len(png()) + beyond)), 413, "too_large")
    refusal(brings(gateway.client(), png()), 401)
    refusal(brings(visitor.http, png(), Origin="https://evil.example"), 403, "wrong_origin")
    assert rows(gateway) == before
    assert list(_shelf(gateway)) == lying
    theirs = brought(other, png())
    refusal(visitor.post(text="Not mine", files=[theirs]), 400, "unknown_file")
    refusal(visitor.post(text="None", files=["nothing"]), 400, "unknown_file")
    refusal(visitor.post(option="person", files=[theirs]), 400)
    refusal(visitor.post(text="Twice", files=[theirs, theirs]), 400, "too_many_files")
    refusal(visitor.post(text="", files=[]), 400)
    assert visitor.texts("customer") == []


def test_an_upload_that_is_cut_in_the_middle_leaves_nothing_and_its_place_is_free_again(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    before, lying = rows(gateway), list(_shelf(gateway))
    token = visitor.http.headers["authorization"]
    head = (
        f"POST /api/chat/files HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Length: 90000\r\n\r\n".encode()
    )
    open_lines = []
    for _ in range(AT_ONCE):
        line = socket.create_connection((gateway.settings.host, gateway.settings.port))
        line.sendall(head + png())
        open_lines.append(line)
    eventually(lambda: brings(visitor.http, png()).status_code == 429)
    at = rows(gateway)
    for line in open_lines:
        line.close()
    eventually(lambda: brings(visitor.http, png(5, 5)).status_code == 201)
    assert rows(gateway) == at + 1
    assert len(list(_shelf(gateway))) <= len(lying) + 2
    assert at >= before


def test_a_shop_s_page_may_bring_files(gateway: Gateway) -> None:
    asked = gateway.client(Origin=SHOP).options("/api/chat/files")
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, SHOP)
    assert FILE_NAME in asked.headers["access-control-allow-headers"]


def _shelf(gateway: Gateway) -> Iterator[str]:
    from pathlib import Path

    folder = Path(gateway.settings.files_dir)
    yield from sorted(path.name for path in folder.rglob("*") if path.is_file()) if folder.exists() else []
