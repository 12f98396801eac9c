"""What was brought and is not sent yet is told to who brought it, so that a page that was loaded anew has it still."""

from tests.handoff.gateway import Gateway, Visitor
from tests.handoff.picturing import png


def brings(visitor: Visitor, name: str) -> str:
    sent = {"X-File-Name": name, "Content-Type": "application/octet-stream"}
    answer = visitor.http.post("/api/chat/files", content=png(), headers=sent)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["file"])


def waiting(visitor: Visitor) -> list[str]:
    return [one["file"] for one in visitor.http.get("/api/chat/files").json()["files"]]


def test_it_is_there_until_it_is_sent_and_for_nobody_else(gateway: Gateway) -> None:
    visitor, stranger = gateway.visitor(), gateway.visitor()
    one, other = brings(visitor, "one.png"), brings(visitor, "other.png")
    assert waiting(visitor) == [one, other] and waiting(stranger) == []
    assert visitor.post(text="Look", files=[one]).status_code == 202
    assert waiting(visitor) == [other]
    assert gateway.client().get("/api/chat/files").status_code == 401
