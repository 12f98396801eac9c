"""The web channel over HTTP: a message comes in, the bot's answer goes out, and a person can be had."""

import threading
from typing import Any

from shop.ground import jobs
from tests.handoff import world
from tests.handoff.gateway import SOON_S, Gateway, eventually
from tests.handoff.stub_rasa import StubRasa, Turn, offers, says


def test_a_message_reaches_the_bot_and_its_answer_comes_back(gateway: Gateway, rasa: StubRasa) -> None:
    visitor = gateway.visitor("noah")
    assert visitor.writes("where is my order?", client_id="c1") == 1
    answer = visitor.hears("You said: where is my order?", "bot")
    assert (answer["seq"], answer["author"], answer["options"]) == (2, {"kind": "bot", "name": "Assistant"}, [])
    [asked] = rasa.asked
    assert asked.pop("address").isdigit()
    assert asked == {
        "conversation": visitor.conversation,
        "message_id": f"{visitor.conversation}:1",
        "channel": "web",
        "text": "where is my order?",
        "choice": None,
    }
    assert visitor.messages("customer")[0]["client_id"] == "c1"
    assert "client_id" not in answer


def test_messages_sent_at_once_are_answered_one_after_the_other(gateway: Gateway, rasa: StubRasa) -> None:
    running, most = 0, 0
    counting = threading.Lock()

    def busy(turn: Turn) -> tuple[int, Any]:
        nonlocal running, most
        with counting:
            running += 1
            most = max(most, running)
        reply = says(turn, f"to {turn['text']}")
        with counting:
            running -= 1
        return reply

    rasa.behave = busy
    visitor = gateway.visitor()
    for n in range(6):
        visitor.writes(f"m{n}")
    eventually(lambda: len(visitor.texts("bot")) == 6)
    assert most == 1
    assert rasa.texts() == [f"m{n}" for n in range(6)]
    assert visitor.texts("bot") == [f"to m{n}" for n in range(6)]


def test_the_same_client_id_twice_or_in_parallel_is_one_message_and_one_answer(
    gateway: Gateway, rasa: StubRasa
) -> None:
    visitor = gateway.visitor()
    answers: list[tuple[int, int]] = []

    def post() -> None:
        answer = visitor.post(client_id="same", text="hello")
        answers.append((answer.status_code, answer.json()["seq"]))

    threads = [threading.Thread(target=post) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(202, 1)] * 6
    visitor.hears("You said: hello")
    visitor.writes("last")
    visitor.hears("You said: last")
    assert rasa.texts() == ["hello", "last"]
    other = visitor.post(client_id="same", text="something else")
    assert (other.status_code, other.json()["error"]["code"]) == (409, "client_id_reused")


def test_a_tap_sends_the_choice_once_and_is_stale_afterwards(gateway: Gateway, rasa: StubRasa) -> None:
    rasa.behave = offers
    visitor = gateway.visitor()
    visitor.writes("a coat")
    blue, red = visitor.hears("Which one?")["options"]
    assert set(blue) == {"id", "label"}  # what it means stays here
    visitor.taps(blue["id"])
    eventually(lambda: len(rasa.asked) == 2)
    assert rasa.asked[1]["text"] == "The blue one"
    assert rasa.asked[1]["choice"] == {"intent": "pick", "entities": [{"entity": "n", "value": 1}]}
    stale = visitor.post(option=red["id"])
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "option_stale")


def test_slashes_reach_the_bot_as_words(gateway: Gateway, rasa: StubRasa) -> None:
    visitor = gateway.visitor()
    for text in ("/restart", '/inform{"customer_id": "mia"}', "\u2003/restart", "／restart"):
        visitor.writes(text)
    eventually(lambda: len(rasa.asked) == 4)
    assert [turn["choice"] for turn in rasa.asked] == [None] * 4
    assert visitor.texts("customer")[1] == '/inform{"customer_id": "mia"}'


def test_a_signed_in_customer_has_one_thread_on_every_device(gateway: Gateway) -> None:
    phone, laptop = gateway.visitor("mia"), gateway.visitor("mia")
    assert phone.conversation == laptop.conversation
    phone.writes("from the phone")
    laptop.hears("from the phone")


def test_a_thread_is_read_from_any_number_on(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    for n in range(3):
        visitor.writes(f"m{n}")
    eventually(lambda: len(visitor.messages()) == 6)
    assert [m["seq"] for m in visitor.thread(after=4)["messages"]] == [5, 6]
    assert visitor.thread(after=6)["messages"] == []
    assert visitor.thread(after=999)["messages"] == []


def test_the_whole_way_to_a_person_and_back(gateway: Gateway, rasa: StubRasa) -> None:
    visitor, alice = gateway.visitor("noah"), gateway.agent("alice")
    visitor.writes("hello")
    visitor.hears("You said: hello")
    visitor.taps("person")
    visitor.writes("are you there?")
    item = eventually(lambda: alice.sees(visitor.conversation))
    assert item["customer"] == {"id": "noah", "name": "Noah"}
    alice.takes(visitor.conversation)
    shown = alice.reads(visitor.conversation).json()
    assert [m["text"] for m in shown["messages"]][:2] == ["hello", "You said: hello"]
    assert alice.replies(visitor.conversation, "Alice here, hello!").status_code == 201
    reply = visitor.hears("Alice here")
    assert reply["author"] == {"kind": "agent", "name": "Alice"}
    status = visitor.thread()
    assert (status["state"], status["status"]["agent"]) == ("held", {"name": "Alice", "dedicated": False})
    assert alice.does("hand-back", visitor.conversation).status_code == 200
    visitor.writes("thanks, bot")
    visitor.hears("You said: thanks, bot")
    assert rasa.texts() == ["hello", "thanks, bot"]


def test_the_answer_of_a_turn_during_which_a_person_was_asked_for_is_dropped(gateway: Gateway, rasa: StubRasa) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow(turn: Turn) -> tuple[int, Any]:
        if turn["text"] != "slowly":
            return says(turn, "the next answer")
        asked.set()
        go_on.wait(SOON_S)
        return says(turn, "the late answer")

    rasa.behave = slow
    visitor = gateway.visitor()
    visitor.writes("slowly")
    assert asked.wait(SOON_S)
    visitor.taps("person")
    go_on.set()
    eventually(lambda: not _owed(gateway, visitor.conversation))
    assert visitor.texts("bot") == []
    visitor.taps("cancel-request")
    visitor.writes("next")
    visitor.hears("the next answer")
    assert visitor.texts("bot") == ["the next answer"]


def _owed(gateway: Gateway, conversation: str) -> list[jobs.Job]:
    with gateway.db.transaction() as session:
        return [job for job in world.owed(session, "ask_bot") if job.payload["conversation"] == conversation]
