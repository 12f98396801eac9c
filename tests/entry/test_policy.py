"""`rapport policy` and `rapport tiers`, as whoever runs the shop meets them."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from handoff.entry import cli
from handoff.routing import policy, review, versions
from handoff.routing.policy import Policy
from shop import policy as shop_policy
from shop.ground.db import Database
from shop.ground.settings import Settings
from tests.conftest import Clock, fresh_sqlite
from tests.handoff import world

SHIPPED = policy.PATH.read_text()
OWN = shop_policy.PATH.read_text()
NOW = datetime(2026, 6, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Rapport = Callable[..., Ran]


@pytest.fixture
def rapport(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Rapport:
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    for name, value in {"RAPPORT_ENV": "development", "VAR_DIR": str(tmp_path), "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["rapport", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        return Ran(int(left.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def shop(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Database]:
    url = fresh_sqlite(sqlite_template, tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    opened = Database(url)
    yield opened
    opened.close()


def written(folder: Path, *changes: tuple[str, str], text: str = SHIPPED) -> Path:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "own.yml"
    path.write_text(text)
    return path


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Policy:
    return policy.load(written(tmp_path, *changes), Settings(_env_file=None).zone)


def test_the_shipped_policy_is_whole_and_how_long_anybody_can_be_passed_is_printed(rapport: Rapport) -> None:
    ran = rapport("policy", "check")
    assert ran.code == 0 and "policy.yml is whole." in ran.out and "Warning" not in ran.out
    rows = {tuple(line.split()[:2]): line for line in ran.out.splitlines() if " min" in line}
    assert set(rows) == {(tier, channel) for tier in ("gold", "silver", "standard") for channel in ("web", "sms")}
    assert rows["standard", "web"].split()[2:] == ["32", "min", "31", "min", "30", "min", "26", "min"]


def test_every_error_is_printed_with_its_line(rapport: Rapport, tmp_path: Path) -> None:
    path = written(tmp_path, ("priority: 100", "priority: high"), ("rest: 1 min", "rest: soon"), ("  sms:", "  fax:"))
    ran = rapport("policy", "check", path)
    lines = ran.err.splitlines()
    assert ran.code == 1 and ran.out == ""
    assert all(line.startswith(f"{path}: line ") for line in lines)
    for field in ("tiers.gold.priority:", "offers.rest:", "channels.fax"):
        assert any(field in line for line in lines)


def test_the_tiers_of_both_policies_agree(rapport: Rapport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "shop.yml"
    own.write_text(
        OWN.replace("  silver: {top_percent: 20}", "  bronze: {orders: 3}").replace("  silver: 45", "  bronze: 45")
    )
    monkeypatch.setenv("POLICY_FILE", str(own))
    ran = rapport("policy", "check")
    assert ran.code == 1
    assert "tiers: bronze is missing here" in ran.err and "tiers: silver: nobody can belong to it" in ran.err
    refused = rapport("gateway")
    assert refused.code == 2 and "ROUTING_FILE: " in refused.err and "bronze is missing here" in refused.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("wait_representative: 2 min\n    wait_deputy: 1 min", "wait_representative: 0 s"), "nobody in particular"),
        (("    priority: 20\n", "    priority: 20\n    raised: 5\n"), "mean nothing where dedicated is false"),
        (("wait_deputy: 1 min", "wait_deputy: 3 min"), "waited for 5 min, an answer is promised in 5 min"),
        (("offer: 2 min", "offer: 3 min"), "channels.sms.offer: stands 3 min, longer than gold waits"),
        (("weight: 2", "weight: 7"), "channels.web.weight: no agent"),
        (("weight: 2", "weight: 5"), "capacity.kept_free: a representative would take nothing by web"),
        (("wait: 10 min, to: general", "wait: 1 min, to: general"), "queues.payments: overflows after 1 min"),
        (("wait: 30 min, to: message", "wait: 30 min, to: payments"), "goes round and round: general to payments"),
        (("hours: always", "hours: {week: {mon: '9:00-17:00'}}"), "goes to general, which is closed at times"),
        (
            ("hours: always", "hours: {week: {mon: '9:00-17:00'}, holidays: [2025-01-01]}"),
            "queues.general.hours: all of its holidays are over",
        ),
    ],
)
def test_what_is_probably_not_meant_is_a_warning(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert list(review.warnings(policy.current(), NOW)) == []
    assert any(said in one for one in review.warnings(changed(tmp_path, change), NOW))


def test_a_policy_is_shown_whole_and_can_be_gone_back_to(rapport: Rapport, shop: Database, tmp_path: Path) -> None:
    assert Policy.model_validate(yaml.safe_load(rapport("policy", "show").out)).digest == policy.current().digest
    other = changed(tmp_path, ("ageing: 10", "ageing: 20"), ("overflow: {wait: 10 min, to: general}", "overflow: null"))
    with shop.transaction() as session:
        versions.current_id(session)
        with policy.using(other):
            versions.current_id(session)
    listed = rapport("policy", "show", "--versions").out.splitlines()
    assert [line.split()[0] for line in listed[1:]] == ["2", "1"]
    assert "ageing: 10 -> 20, queues.payments.overflow: ... -> none" in listed[1] and "(in force)" in listed[2]
    before = rapport("policy", "show", "--version", 2).out
    assert policy.load(written(tmp_path, text=before), Settings(_env_file=None).zone) == other
    assert "no version 9" in rapport("policy", "show", "--version", 9).err


def test_a_tier_is_set_by_hand_shown_and_let_go(rapport: Rapport, shop: Database) -> None:
    with shop.transaction() as session:
        world.customer(session, "Mia", gold=True)
        world.customer(session, "Noah")
    assert rapport("tiers", "show", "mia@example.com").out.startswith("mia: gold. $9,000.00 spent")
    pinned = rapport("tiers", "pin", "noah", "gold", "--why", "Runs a design blog", "--by", "Grace Kim")
    assert pinned.out.splitlines() == [
        "noah: gold. Set by Grace Kim: Runs a design blog",
        "Relationship: new. Has not bought yet",
        f"Spoken to first: 0 of {policy.current().tiers['gold'].proactive_a_month} times in 30 days.",
    ]
    assert "Runs a design blog" in rapport("tiers", "show").out
    assert rapport("tiers", "unpin", "noah").out.startswith("noah: standard. Nothing bought")
    assert "is not set by hand" in rapport("tiers", "unpin", "noah").err
    assert "There is no tier bronze" in rapport("tiers", "pin", "noah", "bronze", "--why", "no").err
