"""The office: staff, books, leaves, articles and policies; what was not seen is not changed, and who changed it is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Agent, AgentSession, Book
from handoff.routing import hours, policy, versions
from handoff.rules import articles, audit, office, shelves, staff
from handoff.rules import versions as read_versions
from handoff.rules.office import Written
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict, NotFound
from tests.conftest import Clock
from tests.handoff import world

NORA = Written("Nora Quist", "nora@shop.example", "agent", 6, 40, None, (), ("Payments", "payments "), ("es", "en"), "")
BOSS = "agent:boss"


def actions(session: Session) -> list[str]:
    return [row["action"] for row in audit.latest(session)]


def test_an_agent_comes_changes_and_leaves_and_all_of_it_is_on_record(db: Database) -> None:
    with db.transaction() as session:
        boss = world.agent(session, "Boss")
        session.get_one(Agent, boss).role = "admin"
        made = office.add(session, BOSS, NORA, staff.hash_password("long enough"))
        assert (made["skills"], made["languages"], made["hours"]) == (["payments"], ["en", "es"], "")
        token = staff.sign_in(session, made["id"])
        wish = replace(NORA, hours="mon-fri: 9:00-17:00; sat: 10:00-12:00", deputy=boss, capacity=9)
        changed = office.change(session, BOSS, made["id"], made["mark"], wish)
        assert (changed["hours"], changed["deputy"], changed["capacity"]) == (wish.hours, boss, 9)
        assert office.change(session, BOSS, made["id"], changed["mark"], wish)["mark"] == changed["mark"]
        with pytest.raises(Conflict) as stale:
            office.change(session, BOSS, made["id"], made["mark"], NORA)
        assert stale.value.code == "stale"
        gone = office.disable(session, BOSS, made["id"], changed["mark"])
        assert gone["presence"] == "left"
        assert staff.password_hash(session, NORA.email)[0] is None
        assert session.scalars(select(AgentSession)).all() == [] and token
        back = office.set_password(session, BOSS, made["id"], gone["mark"], staff.hash_password("another one"))
        assert back["presence"] == "offline"
        assert actions(session) == ["agent_password", "agent_disabled", "agent_changed", "agent_added"]
        [change] = [row for row in audit.latest(session) if row["action"] == "agent_changed"]
        assert (change["by"], change["subject"], change["detail"]["capacity"]) == ("Boss", "Nora Quist", [6, 9])


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"name": "  "}),
        ("email", {"email": "nobody"}),
        ("email", {"email": "BOSS@shop.example"}),
        ("role", {"role": "king"}),
        ("queues", {"queues": ("nowhere",)}),
        ("deputy", {"deputy": "nobody"}),
        ("hours", {"hours": "someday: 9:00-17:00"}),
        ("hours", {"hours": "mon: 25:00-26:00"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(sqlite_db: Database, field: str, wrong: dict[str, Any]) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Boss")
        with pytest.raises(BadInput) as refused:
            office.add(session, BOSS, replace(NORA, **wrong), "-")
        assert refused.value.code == field


def test_one_admin_always_stays_and_nobody_closes_their_own_account(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        boss = world.agent(session, "Boss")
        session.get_one(Agent, boss).role = "admin"
        seen = office.one(session, boss)
        wish = Written("Boss", seen["email"], "agent", 6, None, None, (), (), (), "")
        with pytest.raises(BadInput):
            office.change(session, BOSS, boss, seen["mark"], wish)
        for by in (BOSS, "agent:other"):
            with pytest.raises(BadInput):
                office.disable(session, by, boss, seen["mark"])


def test_a_book_changes_hands_only_as_it_was_shown(db: Database) -> None:
    with db.transaction() as session:
        for name in ("Dana", "Priya", "Alice"):
            world.agent(session, name, room=10)
        for name in ("Mia", "Noah", "Olga"):
            world.book(session, world.customer(session, name, gold=True), "dana")
        seen = shelves.preview(session, "dana", "")
        assert (sum(row["customers"] for row in seen["counts"]), seen["left"], seen["talking"]) == (3, 0, 0)
        world.book(session, world.customer(session, "Pia", gold=True), "dana")
        with pytest.raises(Conflict):
            shelves.reassign(session, BOSS, "dana", "", "leaves", seen["mark"])
        assert {book.agent_id for book in session.scalars(select(Book))} == {"dana"}
        seen = shelves.preview(session, "dana", "priya")
        shelves.reassign(session, BOSS, "dana", "priya", "leaves", seen["mark"])
        assert [one["customer"]["name"] for one in shelves.entries(session, "priya")] == ["Mia", "Noah", "Olga", "Pia"]
        assert (shelves.entries(session, "dana"), actions(session)) == ([], ["book_reassigned"])
        with pytest.raises(NotFound):
            shelves.entries(session, "nobody")


def test_a_leave_is_told_with_who_stands_in_and_ends_once(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Dana", room=5, deputy=world.agent(session, "Priya"))
        world.book(session, world.customer(session, "Mia"), "dana")
        week = timedelta(days=7)
        notes = shelves.add_leave(session, BOSS, "dana", clock.time, clock.time + week, "", "holiday")
        assert notes == ["Priya stands in for 1 customers."]
        [leave] = shelves.every(session)["leaves"]
        assert (leave["agent"]["name"], leave["deputy"], leave["reason"]) == ("Dana", "Priya", "holiday")
        with pytest.raises(Conflict):
            shelves.add_leave(session, BOSS, "dana", clock.time, clock.time + week, "", "")
        with pytest.raises(Conflict):
            shelves.end_leave(session, BOSS, "priya", leave["id"])
        shelves.end_leave(session, BOSS, "dana", leave["id"])
        with pytest.raises(Conflict):
            shelves.end_leave(session, BOSS, "dana", leave["id"])
        assert (shelves.every(session)["leaves"], actions(session)) == ([], ["leave_ended", "leave_added"])


def test_an_article_is_written_anew_as_the_next_version(db: Database, clock: Clock) -> None:
    def write(seen: str, body: str = "Thirty days.", **other: Any) -> dict[str, Any]:
        given = {"title": "Returns", "category": "orders", "body": body, "asked": ["send it back?"], **other}
        return articles.write(session, BOSS, "returns", "en", seen, **given)

    with db.transaction() as session:
        first = write("")
        clock.advance(1)
        second = write(first["updated_at"], "Sixty days.")
        assert (first["version"], second["version"], second["body"]) == (1, 2, "Sixty days.")
        for stale in (first["updated_at"], ""):
            with pytest.raises(Conflict):
                write(stale)
        clock.advance(1)
        assert write(second["updated_at"], "Sixty days.", asked=[])["version"] == 2  # readers see nothing new
        clock.advance(1)
        away = articles.withdraw(session, BOSS, "returns", "en", articles.one(session, "returns", "en")["updated_at"])
        assert away["withdrawn"] and articles.every(session)[0]["withdrawn"]
        assert not write(away["updated_at"])["withdrawn"]
        for field, wrong in (("title", {"title": " "}), ("body", {"body": "x" * 1001}), ("category", {"category": ""})):
            with pytest.raises(BadInput) as refused:
                write("x", **wrong)
            assert refused.value.code == field


def test_two_policies_side_by_side(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        old = versions.current_id(session)
        with policy.using(policy.current().model_copy(update={"breach": 77})):
            new = versions.current_id(session)
            assert [row["current"] for row in read_versions.every(session)] == [True, False]
        lines = read_versions.between(session, old, new)
        assert [line["text"] for line in lines if line["kind"] == "come"] == ["breach: 77"]
        assert read_versions.between(session, new, new) == []
        with pytest.raises(NotFound):
            read_versions.between(session, old, 99)


WEEKS = st.dictionaries(
    st.sampled_from(hours.DAYS),
    st.tuples(st.integers(0, 23), st.integers(0, 59), st.integers(0, 23), st.integers(0, 59)),
    min_size=1,
)


@given(WEEKS, st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.sampled_from(["America/New_York", "UTC"]))
def test_the_week_that_is_shown_is_when_it_is_open(week: dict[str, Any], at: datetime, zone: str) -> None:
    """Each minute of the next days is open if and only if it lies in a shown span."""
    named = {day: f"{a:02}:{b:02}-{c:02}:{d:02}" for day, (a, b, c, d) in week.items()}
    opens, now = hours.read({"week": named}, ZoneInfo(zone)), at.replace(tzinfo=UTC)
    shown = office.spans(opens, now)
    assert len(shown["days"]) == 7 and shown["open_now"] == opens.is_open(now)
    for n, minute in enumerate(range(13, 7 * 24 * 60, 607)):
        local = datetime.combine(now.astimezone(opens.zone).date(), hours.MIDNIGHT, UTC) + timedelta(minutes=minute)
        moment = local.replace(tzinfo=opens.zone)
        if moment.astimezone(UTC).astimezone(opens.zone).replace(tzinfo=None) != local.replace(tzinfo=None) or n < 0:
            continue  # an hour that is left out when the clock is put forward
        if moment.replace(fold=1).utcoffset() != moment.utcoffset():
            continue  # the hour that strikes twice
        [day] = [one for one in shown["days"] if one["day"] == local.date().isoformat()]
        clock = f"{local:%H:%M}"
        assert any(a <= clock < b for a, b in day["spans"]) == opens.is_open(moment), (clock, day, named)
