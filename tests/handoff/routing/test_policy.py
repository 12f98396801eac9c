"""The routing policy is whole, or the process does not start and every error is named with its line."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.models import PolicyVersion
from handoff.routing import durations, policy, versions
from handoff.routing.policy import Policy
from shop.ground.db import Database
from shop.ground.settings import BadSetting

ROOT = Path(__file__).parents[3]
SHIPPED = policy.PATH.read_text()
UTC_ZONE = ZoneInfo("UTC")
MINUTE = timedelta(minutes=1)


def wrong(text: str) -> list[str]:
    found, problems = policy.check(text, UTC_ZONE)
    assert (found is None) is bool(problems)
    return [str(problem) for problem in problems]


def changed(*changes: tuple[str, str]) -> str:
    text = SHIPPED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def test_the_shipped_one_is_whole() -> None:
    current = policy.current()
    assert wrong(SHIPPED) == []
    assert current.queue_for("refund_status") == "payments"
    assert current.queue_for("anything") == current.queue_for(None) == "general"
    assert current.queues["general"].push and current.queues["general"].pull
    assert current.head_start(current.points("gold", "web", "customer_asked")) == 10 * MINUTE
    assert current.head_start(current.points("silver", "sms", "customer_asked")) == 2 * MINUTE
    assert current.tiers["gold"].steps == 3 * MINUTE and current.tiers["standard"].steps == 0 * MINUTE


@pytest.mark.parametrize(
    ("change", "words", "said"),
    [
        (("first_reply: 5 min", "first_reply: 3 moons"), "3 moons", "tiers.gold.first_reply: 3 moons is no duration"),
        (("ageing: 10", "ageing: 0"), "ageing: 0", "ageing: Input should be greater than or equal to 1"),
        (("ageing: 10\n", "\n"), "", "ageing: is missing"),
        (("  rest: 1 min\n", ""), "offers:", "offers.rest: is missing"),
        (("breach: 50", "breach: 50\nbreech: 5"), "breech", "breech: is no field that is known here"),
        (("breach: 50", "breach: 50\nbreach: 60"), "breach: 60", "breach: stands twice"),
        (('year: "150.00"', "year: 150.00"), "150.00", "tiers.gold.goodwill_a_year: write the amount between quotes"),
        (("  sms:\n", "  fax:\n"), "  fax:", "channels.fax: Input should be 'web' or 'sms'"),
        (("topics: [payment,", "topics: [] #"), "queues:", "queues: exactly one queue has no topics"),
        (("hours: always", "hours: {week: {mon: 9-5}}"), "9-5", "queues.general.hours: 9-5 is no interval"),
        (("to: general", "to: payments"), "queues:", "queues: payments: what overflows goes to another queue"),
        (("{wait: 10 min, to: general}", "{to: general}"), "{to: general}", "queues.payments.overflow: says when"),
        (("offline_after: 5 min", "offline_after: 1 min"), "presence:", "presence: offline_after must be longer"),
        (("share: 0.5", "share: 1.5"), "share: 1.5", "ramp.share: Input should be less than or equal to 1"),
        (("mode: both", "mode: [both"), "", "while parsing a flow sequence"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(change: tuple[str, str], words: str, said: str) -> None:
    text = changed(change)
    told = wrong(text)
    assert any(said in one for one in told)
    if words:
        assert f"line {line_of(text, words)}: {said}" in next(one for one in told if said in one)


def test_all_errors_are_told_at_once_in_the_order_of_the_lines() -> None:
    text = changed(("priority: 100", "priority: -1"), ("rest: 1 min", "rest: soon"), ("mode: both", "mode: shove"))
    lines = [line_of(text, words) for words in ("priority: -1", "rest: soon", "mode: shove")]
    assert [one.partition(":")[0] for one in wrong(text)] == [f"line {line}" for line in lines]


@pytest.mark.parametrize("text", ["", "- a", "tiers: [", "a: &x\n  b: *y", "a: 2026-13-45", "!!python/object:os.x {}"])
def test_what_is_no_policy_is_told_too(text: str, tmp_path: Path) -> None:
    assert len(wrong(text)) == 1
    path = tmp_path / "policy.yml"
    path.write_text(text)
    with pytest.raises(BadSetting, match=r"^ROUTING_FILE: .*[^\n]*$"):
        policy.load(path, UTC_ZONE)


def test_a_queue_opens_in_the_shops_zone_unless_it_names_one() -> None:
    monday = datetime(2026, 6, 15, tzinfo=UTC)
    for named, opens in (("", 16), ("zone: Europe/Paris, ", 7)):
        text = changed(("hours: always", f"hours: {{{named}week: {{mon: '9:00-17:00'}}}}"))
        found, _ = policy.check(text, ZoneInfo("America/Los_Angeles"))
        assert found and found.queues["general"].hours.next_open(monday) == monday + timedelta(hours=opens)


@given(st.integers(0, 10_000_000))
def test_a_duration_is_written_as_it_is_read(seconds: int) -> None:
    given_ = timedelta(seconds=seconds)
    if seconds < 1_000_000 or seconds % 60 == 0:
        assert durations.read(durations.words(given_)) == given_


points = st.integers(0, 500)


@given(st.lists(points, min_size=4, max_size=4), points, points, points, points, st.integers(1, 50), st.data())
def test_nobody_is_passed_for_longer_than_the_bound(
    tiers: list[int], raised: int, web: int, reason: int, breach: int, ageing: int, data: st.DataObject
) -> None:
    """Whoever comes later than the bound stands behind, however much they have in their favour."""
    shipped = policy.current()
    ours = shipped.model_copy(
        update={
            "ageing": ageing,
            "breach": breach,
            "reasons": {"asked_again": reason},
            "tiers": {
                f"tier{number}": shipped.tiers["gold"].model_copy(update={"priority": priority, "raised": raised})
                for number, priority in enumerate(tiers)
            },
            "channels": {**shipped.channels, "web": shipped.channels["web"].model_copy(update={"priority": web})},
        }
    )
    ways = st.tuples(
        st.sampled_from(sorted(ours.tiers)), st.sampled_from(("web", "sms")), st.sampled_from(("asked_again", "other"))
    )
    mine, theirs = data.draw(ways), data.draw(ways)
    later = ours.bound(*mine) + timedelta(seconds=1)
    most = ours.points(*theirs) + raised + 2 * breach
    assert timedelta(0) - ours.head_start(ours.points(*mine)) <= later - ours.head_start(most)


def test_a_policy_is_one_version_however_often_it_is_gone_by(db: Database) -> None:
    other = policy.current().model_copy(update={"breach": 7})
    with db.transaction() as session:
        first = versions.current_id(session)
        with policy.using(other):
            second = versions.current_id(session)
    with db.transaction() as session:
        assert [versions.current_id(session), versions.current_id(session)] == [first, first]
        with policy.using(Policy.model_validate(other.body)):
            assert versions.current_id(session) == second != first
        assert [version.id for version in versions.listed(session)] == [second, first]
        kept = session.get_one(PolicyVersion, second)
        assert Policy.model_validate(kept.body) == other


def test_a_version_that_was_rolled_back_is_made_again(db: Database) -> None:
    class Failed(Exception):
        pass

    with pytest.raises(Failed), db.transaction() as session:
        versions.current_id(session)
        versions.current_id(session)
        raise Failed
    with db.transaction() as session:
        assert session.get(PolicyVersion, versions.current_id(session)) is not None


def _not_a_file(folder: Path) -> Path:
    return folder / "missing.yml"


def _misspelt(folder: Path) -> Path:
    path = folder / "policy.yml"
    path.write_text(changed(("breach: 50", "breech: 50")))
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "said"), [(_not_a_file, "No such file"), (_misspelt, "line 1: breach: is missing (1 more)")]
)
def test_the_gateway_does_not_start_with_a_wrong_one(tmp_path: Path, make: Callable[[Path], Path], said: str) -> None:
    path = make(tmp_path)
    environment = {"RAPPORT_ENV": "development", "VAR_DIR": str(tmp_path), "ROUTING_FILE": str(path), "PORT": "18660"}
    started = subprocess.run(
        [sys.executable, "-m", "handoff.entry.cli", "gateway"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert started.returncode == 2
    [line] = started.stderr.strip().splitlines()
    assert f"ROUTING_FILE: {path}: " in line and said in line
