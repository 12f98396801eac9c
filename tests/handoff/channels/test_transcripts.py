"""One's own conversation as a file or by mail, and how it was: over HTTP."""

from sqlalchemy import select

from shop.ground.jobs import Job
from shop.ground.settings import Settings
from tests.handoff.channels.test_web_refusals import refusal
from tests.handoff.gateway import Gateway
from tests.handoff.stub_rasa import StubRasa


def test_it_can_be_taken_along_as_text_and_as_a_page(gateway: Gateway, rasa: StubRasa) -> None:
    visitor = gateway.visitor()
    visitor.writes("Is <b>this</b> <script>alert(1)</script> safe?")
    text = visitor.http.get("/api/chat/transcript.txt")
    assert text.status_code == 200 and "You, 20" in text.text and "<script>alert(1)</script>" in text.text
    page = visitor.http.get("/api/chat/transcript.html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text and "<script" not in page.text
    for answer in (text, page):
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["content-security-policy"]
    other = gateway.visitor()
    assert "safe?" not in other.http.get("/api/chat/transcript.txt").text
    refusal(gateway.client().get("/api/chat/transcript.html"), 401)


def test_zone_and_language_are_the_reader_s(gateway: Gateway, settings: Settings) -> None:
    wish = {"zone": "Asia/Tokyo", "locale": "es-MX"}
    opened = gateway.client().post("/api/chat/session", json=wish).json()
    http = gateway.client(Authorization=f"Bearer {opened['token']}")
    http.post("/api/chat/messages", json={"client_id": "a", "text": "Hola"})
    text = http.get("/api/chat/transcript.txt").text
    assert "Usted, " in text and "Horas de Asia/Tokyo." in text and settings.shop_name in text
    assert '<html lang="es">' in http.get("/api/chat/transcript.html").text


def test_by_mail_it_goes_to_the_address_on_file_and_nowhere_else(gateway: Gateway) -> None:
    refusal(gateway.visitor().http.post("/api/chat/transcript", json={"to": "x@evil.example"}), 409, "no_contact")
    mia = gateway.visitor("mia")
    mia.writes("For my files")
    sent = mia.http.post("/api/chat/transcript", json={"to": "x@evil.example"})
    assert (sent.status_code, sent.json()) == (202, {"to": "m•••@example.com"})
    for _ in range(2):
        assert mia.http.post("/api/chat/transcript", json={}).status_code == 202
    refusal(mia.http.post("/api/chat/transcript", json={}), 429)
    with gateway.db.transaction() as session:
        owed = [job.payload["to"] for job in session.scalars(select(Job).where(Job.kind == "send_mail"))]
    assert set(owed) <= {"mia@example.com"}


def test_who_served_is_rated_and_an_agent_sees_her_own_alone(gateway: Gateway) -> None:
    holder, visitor = gateway.agent("alice"), gateway.visitor()
    refusal(visitor.http.post("/api/chat/rating", json={"party": "agent", "score": 5}), 409, "rating_closed")
    visitor.taps("person")
    holder.takes(visitor.conversation)
    holder.replies(visitor.conversation, "Here")
    assert holder.does("close", visitor.conversation).status_code == 200
    (asked,) = [one for one in visitor.thread()["status"]["ratings"] if one["party"] == "agent"]
    assert asked["score"] is None
    for score in (0, 6, "5"):
        refusal(visitor.http.post("/api/chat/rating", json={"party": "agent", "score": score}), 400)
    other = gateway.agent("ben")
    before = other.http.get("/api/console/ratings").json()["number"]
    given = {"party": "agent", "score": 2, "words": "<b>Slow</b>"}
    assert visitor.http.post("/api/chat/rating", json=given).status_code == 200
    assert [one["score"] for one in visitor.thread()["status"]["ratings"] if one["party"] == "agent"] == [2]
    latest = holder.http.get("/api/console/ratings").json()["latest"][0]
    assert (latest["score"], latest["words"], latest["conversation"]) == (2, "<b>Slow</b>", visitor.conversation)
    assert other.http.get("/api/console/ratings").json()["number"] == before
