"""`rapport books`, `rapport leave`, `rapport report` and `rapport agents set`, as whoever runs the shop meets them."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from handoff.entry import cli
from handoff.models import Agent, Wait
from handoff.routing import books, shifts
from shop.ground.db import Database
from shop.ground.settings import Settings
from tests.conftest import Clock, fresh_sqlite
from tests.handoff import world


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Rapport = Callable[..., Ran]


@pytest.fixture
def db(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Database]:
    """Dana has Mia and Noah, Priya has room for one; Alice has no book."""
    url = fresh_sqlite(sqlite_template, tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.setenv("RAPPORT_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SHOP_TIMEZONE", "Europe/Berlin")
    monkeypatch.setenv("COLUMNS", "200")
    opened = Database(url)
    with opened.transaction() as session:
        world.agent(session, "Dana", here=False, room=9)
        world.agent(session, "Priya", here=False, room=1)
        world.agent(session, "Alice", here=False)
        world.book(session, world.customer(session, "Mia", gold=True), "dana")
        world.book(session, world.customer(session, "Noah"), "dana")
    yield opened
    opened.close()


@pytest.fixture
def rapport(db: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Rapport:
    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["rapport", *arguments])
        with pytest.raises(SystemExit) as left:
            cli.main()
        return Ran(int(left.value.code or 0), *capsys.readouterr())

    return run


def _representative(db: Database, customer: str) -> str:
    with db.transaction() as session:
        found = books.representative(session, customer)
        return found.id if found else ""


@pytest.mark.parametrize("command", ["books", "leave", "report"])
def test_each_explains_itself_and_its_commands(rapport: Rapport, command: str) -> None:
    said = rapport(command, "--help")
    assert (said.code, "Commands:" in said.out) == (0, True)


def test_the_books_show_their_worth_and_their_customers(rapport: Rapport) -> None:
    lines = [line.split() for line in rapport("books", "list").out.splitlines()]
    assert lines[1:] == [
        ["Dana", "dana@shop.example", "2", "9", "$9,000.00"],
        ["Priya", "priya@shop.example", "0", "1", "$0.00"],
    ]
    shown = rapport("books", "list", "DANA@shop.example").out.splitlines()
    assert [line.split()[:3] for line in shown[1:]] == [["Mia", "mia", "$9,000.00"], ["Noah", "noah", "$0.00"]]


def test_a_customer_is_given_to_somebody_by_address_or_id(rapport: Rapport, db: Database, clock: Clock) -> None:
    said = rapport("books", "assign", "mia@example.com", "priya@shop.example", "--deputy", "alice@shop.example")
    assert said.out == "From 2026-06-15 14:00 on mia@example.com is Priya's.\n"
    assert _representative(db, "mia") == "priya"
    rapport("books", "assign", "noah", "priya@shop.example", "--from", "2026-06-16")
    assert _representative(db, "noah") == "dana"
    clock.advance(hours=11)
    assert _representative(db, "noah") == "priya"


def test_a_book_is_reassigned_only_when_it_is_said_twice(rapport: Rapport, db: Database) -> None:
    said = rapport("books", "reassign", "dana@shop.example")
    assert "Priya" in said.out
    assert "1 customers change hands." in said.out
    assert "For 1 nobody has room: they stay." in said.out
    assert "Nothing was changed." in said.out
    assert _representative(db, "mia") == "dana"
    assert "Done:" in rapport("books", "reassign", "dana@shop.example", "--yes").out
    assert (_representative(db, "mia"), _representative(db, "noah")) == ("priya", "dana")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("books assign nobody dana@shop.example", "There is no customer nobody."),
        ("books assign mia x@shop.example", "Nobody has the e-mail address x@shop.example"),
        ("books assign mia priya@shop.example --from soon", "soon is no day"),
        ("books reassign dana@shop.example --to dana@shop.example", "These customers are theirs already"),
        ("leave add dana@shop.example --from 2026-07-02 --to 2026-07-01", "A leave ends after it has begun."),
        ("leave end dana@shop.example", "Dana has no leave, now or later."),
        ("agents set dana@shop.example --deputy dana@shop.example", "Nobody stands in for themselves"),
        ("agents set dana@shop.example --queues returns", "returns is no queue"),
        ("agents set dana@shop.example --room few", "few is no room"),
        ("agents set dana@shop.example --hours noon", "Hours: "),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_code_two(rapport: Rapport, command: str, said: str) -> None:
    ran = rapport(*command.split())
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_a_leave_is_planned_in_the_shop_s_days_and_called_off(rapport: Rapport, db: Database, clock: Clock) -> None:
    said = rapport("leave", "add", "dana@shop.example", "--from", "2026-07-01", "--to", "2026-07-14", "--reason", "sea")
    assert "Dana is on leave from 2026-07-01 00:00 until 2026-07-15 00:00." in said.out
    assert "Nobody stands in: 2 customers go to the team" in said.out
    assert "sea" in rapport("leave", "list").out
    clock.advance(days=16)
    assert "2026-07-15" in rapport("books", "list").out
    assert rapport("leave", "end", "dana@shop.example").out == "Dana is back from leave.\n"
    assert rapport("leave", "add", "dana@shop.example", "--from", "2026-08-01", "--to", "2026-08-01").code == 0
    assert rapport("leave", "end", "dana@shop.example").out == "Dana's leave is called off.\n"


def test_what_an_agent_can_be_asked_for_is_set_and_shown(rapport: Rapport, db: Database) -> None:
    given = (
        "--room",
        "40",
        "--deputy",
        "priya@shop.example",
        "--skills",
        "payments, furniture",
        "--languages",
        "en,es",
    )
    shown = rapport("agents", "set", "alice@shop.example", *given, "--hours", "mon-fri: 9:00-12:30, 13:30-18:00").out
    assert "hours      mon-fri: 9:00-12:30, 13:30-18:00" in shown
    with db.transaction() as session:
        alice = session.get_one(Agent, "alice")
        assert (alice.room, alice.deputy_id, alice.skills) == (40, "priya", ["furniture", "payments"])
        assert alice.languages == ["en", "es"]
    shown = rapport(
        "agents", "set", "alice@shop.example", "--room", "none", "--hours", "always", "--skills", "none"
    ).out
    assert "a book by hand alone" in shown
    assert "whenever they are here" in shown
    assert "deputy     Priya" in shown  # what is not named stays


def _served(session: Session, customer: str, by: str, *, free: bool, after: int, clock: Clock) -> None:
    wait = Wait(
        conversation_id=world.asks_for_a_person(session, customer), queue="general", channel="web", tier="gold",
        topic="", reason="", representative_id="dana", representative_free=free, told_high_s=60,
    )  # fmt: skip
    session.add(wait)
    session.flush()
    wait.ended_at = clock.advance(after)
    wait.outcome, wait.agent_id = ("held", by) if by else ("abandoned", None)
    wait.stage = "deputy" if by == "priya" else "team"


def test_the_report_says_who_served_whom_and_whether_promises_were_kept(
    rapport: Rapport, db: Database, clock: Clock
) -> None:
    with db.transaction() as session:
        for by, free, after in (("dana", True, 20), ("dana", False, 30), ("priya", True, 50), ("alice", False, 100)):
            _served(session, "noah", by, free=free, after=after, clock=clock)
        _served(session, "noah", "", free=False, after=400, clock=clock)
    told = json.loads(rapport("report", "dedicated", "--days", "1", "--json").out)
    served = {"requests": 5, "representative": 2, "deputy": 1, "team": 1, "nobody": 1, "free": 2, "own_of_free": 1}
    assert told["all"] == told["each"]["Dana"] == served
    assert (told["median_s"], told["promised"], told["kept"]) == (40, 4, 3)
    shown = rapport("report", "dedicated", "--days", "1").out
    assert ["Dana", "5", "50%", "25%", "25%", "1", "2", "50%"] in [line.split() for line in shown.splitlines()]
    assert "Of 4 who were told a time, 75% were served by then." in shown


def test_who_leaves_for_good_leaves_a_book_behind_and_that_is_said(rapport: Rapport, db: Database) -> None:
    said = rapport("agents", "disable", "dana@shop.example").out
    assert "2 customers are still in their book: rapport books reassign dana@shop.example" in said
    assert rapport("agents", "disable", "alice@shop.example").out == "alice@shop.example can no longer sign in.\n"


def test_the_report_says_how_evenly_the_work_was_shared(db: Database, rapport: Rapport, clock: Clock) -> None:
    assert "Nobody was on shift." in rapport("report", "shifts").out
    with db.transaction() as session:
        shifts.come(session, "alice")
        world.asks_for_a_person(session)
        clock.advance(3600)
        shifts.go(session, "alice", "offline")
    shown = rapport("report", "shifts", "--days", "2")
    assert (shown.code, "2026-06-15" in shown.out, "Alice" in shown.out) == (0, True, True)
    assert "Gini of the load in an hour on shift: 0.00" in shown.out
    [share] = json.loads(rapport("report", "shifts", "--json").out)["each"]
    assert (share["agent"], share["on_shift_s"], share["offers"], share["share"]) == ("Alice", 3600, 1, 0.0)
