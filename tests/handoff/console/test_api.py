"""The console over HTTP: agents take, answer and give back conversations; two never have the same."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx

from tests.handoff.gateway import Gateway, events, eventually
from tests.handoff.stub_rasa import StubRasa


def test_who_is_signed_in_and_whether_they_are_a_representative(gateway: Gateway) -> None:
    dana, alice = gateway.agent("dana"), gateway.agent("alice")
    me = dana.http.get("/api/console/me").json()
    assert me == {
        "agent": {"id": "dana", "name": "Dana", "role": "agent", "representative": True, "must_enrol": False},
        "presence": "online",
        "away_reason": None,
    }
    assert not alice.http.get("/api/console/me").json()["agent"]["representative"]


def test_a_gold_customer_is_in_the_own_representative_s_list_alone(gateway: Gateway) -> None:
    alice, dana, visitor = gateway.agent("alice"), gateway.agent("dana"), gateway.visitor("mia")
    visitor.writes("hello")
    visitor.hears("You said: hello")
    visitor.taps("person")
    [item] = eventually(lambda: dana.queue()["dedicated"])
    assert (item["id"], item["customer"]["name"], item["tier"]) == (visitor.conversation, "Mia", "gold")
    assert (item["state"], item["held_by"]) == ("offered", None)
    assert item["offer_expires_at"]
    assert alice.queue() == {"mine": [], "dedicated": [], "general": []}
    shown = dana.reads(visitor.conversation).json()
    assert [message["text"] for message in shown["messages"]][:2] == ["hello", "You said: hello"]
    assert (shown["customer"]["name"], shown["proof"]["level"], shown["can"]) == (
        "Mia",
        "signed",
        ["accept", "decline"],
    )
    dana.takes(visitor.conversation)
    dana.replies(visitor.conversation, "Dana here")
    assert visitor.hears("Dana here")["author"]["name"] == "Dana"


def test_an_absent_representative_is_named_and_the_next_agent_is_asked(gateway: Gateway) -> None:
    alice, visitor = gateway.agent("alice"), gateway.visitor("mia")
    visitor.taps("person")
    visitor.hears("Dana, your representative, isn't available right now")
    assert eventually(lambda: alice.sees(visitor.conversation))["state"] == "offered"


def test_nobody_online_then_somebody_comes(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    visitor.taps("person")
    visitor.hears("Nobody from the team is online right now")
    alice = gateway.agent("alice")
    assert eventually(lambda: alice.sees(visitor.conversation))["state"] == "offered"


def test_of_two_agents_who_claim_at_the_same_moment_one_gets_it(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    visitor.taps("person")
    visitor.hears("Nobody from the team")
    agents = [gateway.agent("alice"), gateway.agent("ben")]
    for agent in agents:
        agent.http.post("/api/console/presence", json={"status": "away"})
    version = eventually(lambda: agents[0].sees(visitor.conversation))["version"]
    answers: list[httpx.Response] = []
    threads = [
        threading.Thread(target=lambda a=a: answers.append(a.does("claim", visitor.conversation, version)))
        for a in agents * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 200
    assert set(codes[1:]) <= {404, 409}  # gone, or not theirs to see any more
    assert sum(bool(agent.queue()["mine"]) for agent in agents) == 1
    assert len([text for text in visitor.texts("system") if "has joined" in text]) == 1


def test_what_changed_since_one_looked_is_a_conflict(gateway: Gateway) -> None:
    alice, visitor = gateway.agent("alice"), gateway.visitor()
    visitor.taps("person")
    alice.takes(visitor.conversation)
    version = alice.reads(visitor.conversation).json()["version"]
    stale = alice.does("close", visitor.conversation, version - 1)
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "conflict")
    done = alice.does("close", visitor.conversation, version, reason="solved")
    assert done.json() == {"id": visitor.conversation, "state": "closed", "version": version + 1}
    assert alice.does("close", visitor.conversation, version).status_code == 409
    assert alice.replies(visitor.conversation, "too late").status_code == 409


def test_a_reply_sent_twice_is_said_once(gateway: Gateway) -> None:
    alice, visitor = gateway.agent("alice"), gateway.visitor()
    visitor.taps("person")
    alice.takes(visitor.conversation)
    first, second = (alice.replies(visitor.conversation, "hello", key="k") for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert alice.replies(visitor.conversation, "other words", key="k").json()["error"]["code"] == "client_id_reused"
    assert visitor.texts("agent") == ["hello"]


def test_a_declined_offer_goes_to_the_next(gateway: Gateway) -> None:
    alice, visitor = gateway.agent("alice"), gateway.visitor()
    visitor.taps("person")
    eventually(lambda: alice.sees(visitor.conversation))
    ben = gateway.agent("ben")
    assert alice.does("decline", visitor.conversation, reason="lunch").status_code == 200
    assert eventually(lambda: ben.sees(visitor.conversation))["state"] == "offered"
    assert alice.sees(visitor.conversation) is None


def test_away_means_no_more_offers(gateway: Gateway) -> None:
    alice, visitor = gateway.agent("alice"), gateway.visitor()
    assert alice.http.post("/api/console/presence", json={"status": "away"}).json()["presence"] == "away"
    visitor.taps("person")
    visitor.hears("Nobody from the team is online")
    assert alice.http.post("/api/console/presence", json={"status": "online"}).json()["presence"] == "online"
    assert eventually(lambda: alice.sees(visitor.conversation))["state"] == "offered"


def test_after_a_close_the_next_words_are_hers_who_closed_it_or_the_bot_s_if_she_left(
    gateway: Gateway, rasa: StubRasa
) -> None:
    alice, visitor = gateway.agent("alice"), gateway.visitor("noah")
    visitor.taps("person")
    alice.takes(visitor.conversation)
    alice.does("close", visitor.conversation)
    visitor.hears("Alice has closed this conversation")
    visitor.writes("one more thing")
    alice.takes(visitor.conversation)
    assert rasa.texts() == []
    alice.does("close", visitor.conversation)
    assert alice.http.post("/api/console/presence", json={"status": "away"}).status_code == 200
    visitor.writes("and another")
    visitor.hears("You said: and another")
    assert rasa.texts() == ["and another"]


def test_the_stream_tells_what_changed_to_whom_it_concerns(gateway: Gateway) -> None:
    alice, dana = gateway.agent("alice"), gateway.agent("dana")
    with (
        alice.http.stream("GET", "/api/console/stream") as to_alice,
        dana.http.stream("GET", "/api/console/stream") as to_dana,
    ):
        hers, danas = events(to_alice), events(to_dana)
        assert next(hers) == {"event": "hello", "data": {"agent": "alice"}}
        assert next(danas)["event"] == "hello"
        gold = gateway.visitor("mia")
        gold.taps("person")
        assert _first(danas, gold.conversation)
        other = gateway.visitor()
        other.taps("person")
        agent, told = (
            (alice, hers) if eventually(lambda: _offered(alice, dana, other.conversation)) is alice else (dana, danas)
        )
        assert _first(told, other.conversation)["data"].keys() == {"id", "version"}
        if agent is alice:
            assert agent.sees(gold.conversation) is None


def _offered(alice: Any, dana: Any, conversation: str) -> Any:
    return next((agent for agent in (alice, dana) if agent.sees(conversation)), None)


def _first(told: Iterator[dict[str, Any]], conversation: str) -> dict[str, Any]:
    return next(event for event in told if event["data"].get("id") == conversation)


def test_the_stream_tells_new_words_and_ends_with_the_session(gateway: Gateway) -> None:
    alice, visitor = gateway.agent("alice"), gateway.visitor()
    visitor.taps("person")
    alice.takes(visitor.conversation)
    with alice.http.stream("GET", "/api/console/stream") as answer:
        told = events(answer)
        assert next(told)["event"] == "hello"
        visitor.writes("are you there?")
        assert _first(told, visitor.conversation)
        gateway.client(Origin=gateway.url, Cookie=_cookie(alice.http)).post("/api/console/logout", json={})
        for _ in told:
            pass  # the gateway hangs up: whoever reads on would read for ever


def _cookie(http: httpx.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in http.cookies.items())
