"""Canned replies over HTTP: read by everybody on staff, written by supervisors, filled for the conversation that is open."""

from handoff.models import Agent
from tests.handoff.gateway import Gateway, eventually

HELLO = {"shortcut": "hello", "title": "Greeting", "texts": {"en": "Hello {customer.first_name}"}}
JSON = {"Content-Type": "application/json"}
URL = "/api/console/canned"


def test_supervisors_write_what_everybody_reads(gateway: Gateway) -> None:
    alice, ben = gateway.agent("alice"), gateway.agent("ben")
    assert ben.http.post(URL, json=HELLO).status_code == 403
    with gateway.db.transaction() as session:
        session.get_one(Agent, "alice").role = "supervisor"
    made = alice.http.post(URL, json=HELLO)
    assert made.status_code == 201
    one = f"{URL}/{made.json()['id']}"
    assert alice.http.post(URL, json=HELLO).json()["error"]["code"] == "shortcut_taken"
    assert alice.http.post(URL, json={**HELLO, "texts": {"en": "{what.ever}"}}).status_code == 400
    change = {**HELLO, "texts": {"en": "Hi"}, "version": 1}
    assert alice.http.put(one, json=change).json()["texts"] == {"en": "Hi"}
    assert alice.http.put(one, json=change).status_code == 409
    listed = ben.http.get(URL).json()
    assert (listed["canned"][0]["texts"]["en"], "order.id" in listed["variables"]) == ("Hi", True)
    assert ben.http.delete(one, headers=JSON).status_code == 403
    assert alice.http.delete(one).status_code == 403
    assert alice.http.delete(one, headers=JSON).status_code == 204
    assert alice.http.delete(one, headers=JSON).status_code == 404
    with gateway.db.transaction() as session:
        session.get_one(Agent, "alice").role = "agent"


def test_what_was_not_filled_in_is_not_sent(gateway: Gateway) -> None:
    dana, mia = gateway.agent("dana"), gateway.visitor("mia")
    mia.taps("person")
    dana.takes(mia.conversation)
    writing = eventually(lambda: dana.reads(mia.conversation).json()["writing"])
    assert writing["variables"]["customer.first_name"] == "Mia"
    assert dana.replies(mia.conversation, "Your order {order.status}").json()["error"]["code"] == "left_open"
    assert dana.replies(mia.conversation, "Braces {like this} are fine").status_code == 201
