"""What stands before the chat, over HTTP: from the office to the visitor, and from the visitor to the agent."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, update

from handoff.models import Agent, Front, Introduction
from tests.handoff.channels.test_web_refusals import refusal
from tests.handoff.gateway import Gateway

AT = "/api/console/office/front"
STORM = {"text": "A storm: answers take two hours today", "spanish": "Una tormenta: hoy tardamos dos horas"}
ASKED = {
    "on": True,
    "name": True,
    "email": True,
    "topics": [{"topic": "payment", "label": "Paying", "spanish": "Pagos"}],
}


@pytest.fixture
def office(gateway: Gateway) -> Iterator[Gateway]:
    """Ben is an admin and Alice a supervisor; afterwards nothing stands before the chat."""
    with gateway.db.transaction() as session:
        session.execute(update(Agent).where(Agent.id == "ben").values(role="admin"))
        session.execute(update(Agent).where(Agent.id == "alice").values(role="supervisor"))
    yield gateway
    with gateway.db.transaction() as session:
        session.execute(update(Agent).values(role="agent"))
        for model in (Front, Introduction):
            session.execute(delete(model))


def test_a_supervisor_writes_the_notice_and_customers_see_it(office: Gateway) -> None:
    dana, alice = office.agent("dana"), office.agent("alice")
    refusal(dana.http.get(AT), 403, "role")
    refusal(dana.http.post(f"{AT}/notice", json={"version": 0, **STORM}), 403, "role")
    refusal(
        alice.http.post(f"{AT}/notice", json={"version": 0, **STORM, "until": "2020-01-01T00:00:00Z"}), 400, "until"
    )
    refusal(alice.http.post(f"{AT}/notice", json={"version": 0, **STORM, "until": "tomorrow"}), 400, "bad_input")
    evil = {"Origin": "https://evil.example"}
    refusal(alice.http.post(f"{AT}/notice", json={"version": 0, **STORM}, headers=evil), 403, "wrong_origin")
    visitor = office.visitor()
    assert visitor.thread()["status"]["notice"] is None
    written = alice.http.post(f"{AT}/notice", json={"version": 0, **STORM, "until": "2999-01-01T00:00:00+02:00"})
    assert written.status_code == 200 and written.json()["notice"]["shown"] is True
    with visitor.stream() as events:
        assert next(event for event in events if event["event"] == "state")["data"]["status"]["notice"] == STORM
    refusal(alice.http.post(f"{AT}/notice", json={"version": 0, **STORM}), 409, "stale")
    assert alice.http.post(f"{AT}/notice", json={"version": 1, "text": ""}).status_code == 200
    assert visitor.thread()["status"]["notice"] is None
    record = alice.http.get("/api/console/office/record").json()["record"]
    assert [row["action"] for row in record][:2] == ["notice_taken_away", "notice_written"]


def test_what_a_visitor_says_first_steers_and_is_shown_as_not_proved(office: Gateway) -> None:
    alice, ben = office.agent("alice"), office.agent("ben")
    refusal(alice.http.post(f"{AT}/questions", json={"version": 0, **ASKED}), 403, "role")
    asked = ben.http.post(f"{AT}/questions", json={"version": 0, **ASKED})
    assert asked.json()["questions"]["topics"][0]["queue"] == "Payments and refunds"
    assert office.visitor("mia").thread()["status"]["asks"] is None
    visitor = office.visitor()
    assert visitor.thread()["status"]["asks"]["topics"] == ASKED["topics"]
    said = {"name": "Mia", "email": "mia@example.com", "topic": "payment"}
    refusal(visitor.http.post("/api/chat/introduction", json=said | {"email": "mia"}), 400, "email")
    refusal(visitor.http.post("/api/chat/introduction", json=said | {"topic": "other"}), 400, "topic")
    refusal(office.client().post("/api/chat/introduction", json=said), 401)
    for _ in range(2):  # the answer to the first may have been lost
        answer = visitor.http.post("/api/chat/introduction", json=said)
        assert (answer.status_code, answer.json()) == (200, said)
    refusal(visitor.http.post("/api/chat/introduction", json={}), 409, "answered")
    assert visitor.thread()["status"]["asks"] is None
    visitor.taps("person")
    assert visitor.thread()["status"]["queue"] == "payments"
    alice.takes(visitor.conversation)
    at = f"/api/console/conversations/{visitor.conversation}"
    assert alice.http.get(f"{at}/story").json()["introduction"] == said
    shown = alice.http.get(at).json()
    assert (shown["customer"], shown["proof"]["level"], shown["orders"]) == (None, "none", [])
