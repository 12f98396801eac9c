"""A small town over an afternoon: what comes of it keeps the product's promises, and is the same every time."""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.entry import cli
from handoff.routing import policy
from handoff.simulator import files, measures, run, weeks
from handoff.simulator.arrivals import arrivals
from handoff.simulator.measures import Figures
from shop import policy as shop_policy
from shop.ground.settings import BadSetting, Settings

STAFF = files.load(files.Staff, files.AGENTS, "--agents")
TRAFFIC = files.load(files.Traffic, files.TRAFFIC, "--traffic")
# A few hours of a busy day: one representative and one other, more than enough to do.
FEW = STAFF.model_copy(
    update={
        "agents": [
            STAFF.agents[0].model_copy(update={"names": ["Dana"], "shifts": {"mon-sun": "8:00-20:00"}}),
            STAFF.agents[2].model_copy(update={"names": ["Alice"], "shifts": {"mon-sun": "8:00-20:00"}}),
        ],
        "leave": [],
    }
)
HOURS = [0.0] * 9 + [1.0] * 2 + [0.0] * 13
BUSY = TRAFFIC.model_copy(update={"customers": 100, "a_day": 100.0, "hours": HOURS})
CALM = BUSY.model_copy(update={"a_day": 4.0})
# Everything that happens now and then happens often, on a day on which the other representative is on leave.
EVENTFUL = STAFF.model_copy(
    update={
        "agents": [
            STAFF.agents[0].model_copy(update={"names": ["Dana", "Priya"], "shifts": {"mon-sun": "8:00-20:00"}}),
            STAFF.agents[2].model_copy(update={"names": ["Alice", "Ben"], "shifts": {"mon-sun": "8:00-20:00"}}),
        ],
        "leave": [files.Leave(name="Priya", day="mon", deputy="Alice")],
        "claims": 60, "passes_on": 25, "declines_passed_on": 40, "parks": 25, "pauses": 100, "declines": 10, "misses": 10,
    }
)  # fmt: skip
RESTLESS = BUSY.model_copy(
    update={
        "a_day": 50.0, "come_back": 100, "write_again": 40,
        "patience": {channel: files.Lasts(median=timedelta(minutes=2), spread=1) for channel in ("web", "sms")},
    }
)  # fmt: skip


def plan(traffic: files.Traffic = BUSY, seed: int = 1, staff: files.Staff = FEW, days: int = 1) -> run.Plan:
    return run.Plan(policy.current(), shop_policy.current(), staff, traffic, traffic.begins, days=days, seed=seed)


@pytest.fixture(scope="module")
def busy() -> Iterator[Figures]:
    yield weeks.simulate(plan())


def test_nobody_is_forgotten_and_everybody_is_counted(busy: Figures) -> None:
    assert busy.conversations > 90
    assert sum(one.asked for one in busy.tiers.values()) >= busy.conversations
    assert all(one.answered + one.gave_up == one.asked for one in busy.tiers.values())
    assert sum(agent["taken"] for agent in busy.agents.values()) >= sum(one.answered for one in busy.tiers.values())
    assert busy.starved == 0 and busy.whole


def test_dedicated_customers_get_their_representative_or_whoever_is_free(busy: Figures) -> None:
    assert busy.dedicated > 5 and busy.with_free_representative > 3
    assert busy.own_percent is not None and busy.own_percent >= 80
    assert busy.left_waiting == 0


def test_the_better_tier_waits_less_when_there_is_too_much_to_do(busy: Figures) -> None:
    assert busy.told > 15  # there was a line
    assert busy.tiers["gold"].p90_s < busy.tiers["standard"].p90_s
    assert 0 <= busy.gini < 0.4


def test_on_a_day_on_which_everything_happens_nobody_is_forgotten_either() -> None:
    found = weeks.simulate(plan(RESTLESS, staff=EVENTFUL))
    assert found.starved == 0 and found.left_waiting == 0
    assert found.moved.keys() >= {
        "claimed", "transfer", "transfer_offer", "parked", "park_over", "customer_wrote", "declined", "missed",
        "request_withdrawn", "wrote_again", "deputy_offer",
    }  # fmt: skip
    assert found.events["come_back"] and found.events["pause"]
    assert not found.agents["priya"]["taken"]  # on leave


def test_the_same_seed_is_the_same_run_however_many_processes_share_it() -> None:
    alone, together = (weeks.simulate(plan(CALM, days=8), processes) for processes in (1, 2))
    assert alone == together
    assert (alone.days, alone.parts, alone.whole) == (8, 2, True)
    assert alone.conversations > 20


@given(st.integers(1, 100), st.integers(0, 1000))
def test_weeks_follow_each_other_without_a_gap(days: int, seed: int) -> None:
    parts = weeks.weeks(plan(seed=seed, days=days))
    assert parts[0].begins == TRAFFIC.begins and parts[0].seed == seed
    assert sum(part.days for part in parts) == days
    for one, following in pairwise(parts):
        assert following.begins == one.begins + timedelta(days=one.days)
    assert len({part.seed for part in parts}) == len(parts)


def test_who_ends_it_early_gets_what_was_measured_so_far() -> None:
    told: list[int] = []
    record = run.simulate(plan(BUSY, days=3), told.append, lambda: sum(told) > 20)
    figures = measures.figures(record)
    assert not figures.whole and figures.days < 1
    assert 20 < figures.conversations == sum(told) < 100
    assert figures.starved == 0  # who still waits is not forgotten


def test_who_comes_does_not_depend_on_the_policy() -> None:
    ones, others = (list(arrivals(TRAFFIC, TRAFFIC.begins, 1, 7)) for _ in range(2))
    assert [one.at for one in ones] == [one.at for one in others] == sorted(one.at for one in ones)
    assert 1500 < len(ones) < 2400  # a Monday
    assert [one.at for one in arrivals(TRAFFIC, TRAFFIC.begins, 1, 8)] != [one.at for one in ones]
    assert {one.at.astimezone(ZoneInfo(TRAFFIC.zone)).date() for one in ones} <= {
        TRAFFIC.begins,
        TRAFFIC.begins + timedelta(days=1),
    }


@given(st.lists(st.integers(0, 50), min_size=1, max_size=20))
def test_fairness_is_between_nothing_and_everything(shares: list[int]) -> None:
    found = measures.gini([float(share) for share in shares])
    assert -1e-9 <= found < 1
    assert measures.gini([3.0] * len(shares)) == pytest.approx(0)


lines = st.lists(st.tuples(*(st.integers(0, 60).map(float) for _ in range(3))), max_size=12).map(
    lambda line: [(came, came + waited, bound) for came, waited, bound in line]
)


@given(lines)
def test_who_is_passed_is_whoever_stands_while_a_later_one_is_taken(line: list[tuple[float, float, float]]) -> None:
    by_looking = sum(
        any(later > came + bound and other < taken for later, other, _ in line) for came, taken, bound in line
    )
    assert measures.passed(line) == by_looking


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("traffic", "a_day: 1700", "a_day: many", "a_day: Input should be a valid number"),
        ("traffic", "hours: [0,", "hours: [", "hours: List should have at least 24 items"),
        ("traffic", "median: 25 min", "median: long", "patience.web.median: long is no duration"),
        ("traffic", "zone: America/New_York", "zone: Mars", "zone: Mars is no time zone"),
        ("agents", "names: [Alice, Ben", "names: [Dana, Ben", "agents: dana stands twice"),
        ("agents", '"9:00-13:00"', '"nine"', "agents.0: nine is no interval"),
        ("agents", "name: Priya, day", "name: Nobody, day", "leave: there is no agent Nobody"),
        ("agents", "declines: 1", "declines: 101", "declines: Input should be less than or equal to 100"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    model: Any = {"traffic": files.Traffic, "agents": files.Staff}[file]
    text = {"traffic": files.TRAFFIC, "agents": files.AGENTS}[file].read_text()
    assert old in text
    path = tmp_path / f"{file}.yml"
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(BadSetting, match=rf"^--{file}: .*: line \d+: {said}"):
        files.load(model, path, f"--{file}")


def test_the_command_prints_and_writes_the_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    for name, value in {"RAPPORT_ENV": "development", "VAR_DIR": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    traffic = tmp_path / "traffic.yml"
    text = files.TRAFFIC.read_text().replace("a_day: 1700", "a_day: 15").replace("customers: 3000", "customers: 60")
    traffic.write_text(text)
    figures, picture = tmp_path / "figures.json", tmp_path / "waits.svg"
    files_named = ["--traffic", str(traffic), "--json", str(figures), "--plot", str(picture)]
    monkeypatch.setattr(sys, "argv", ["rapport", "simulate", "--days", "1", "--seed", "3", *files_named])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert not left.value.code
    printed = capsys.readouterr().out
    assert "Served by their own representative" in printed and "Starved:" in printed
    written = json.loads(figures.read_text())
    assert written["conversations"] > 5 and written["starved"] == 0
    drawn = picture.read_text()
    assert drawn.startswith("<svg") and "standard: half within" in drawn and "dana" in drawn
