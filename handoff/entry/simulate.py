"""`rapport simulate`: what a policy would do to so many days of traffic."""

import json
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from shop.ground import settings

if TYPE_CHECKING:  # commands import what they need themselves: `rapport --help` answers at once
    from handoff.simulator.measures import Figures

HELP = """What a routing policy would do to so many days of traffic: the real rules, on a clock that jumps.

Customers, agents and their luck are made up from the two files and a seed, the same for every policy: two runs that differ
in the policy alone can be compared. Nothing of the shop is read or changed. Ctrl-C ends it with what was measured so far.
docs/simulator.md."""
STARTED_IN = Path.cwd()  # the command itself works in the checkout
EVERY = 500  # conversations between two lines about how far it is

out = Console(highlight=False, markup=False, soft_wrap=True)


def simulate(
    policy: Annotated[Path | None, typer.Option(metavar="FILE", help="The policy; ROUTING_FILE, if not given.")] = None,
    agents: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Who works when; an example, if not given.")
    ] = None,
    traffic: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Who comes when; an example, if not given.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days.")] = 1,
    processes: Annotated[int, typer.Option(min=1, max=64, help="How many weeks at a time.")] = 1,
    seed: Annotated[int, typer.Option(help="Another one, another luck.")] = 1,
    as_json: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write all figures there.")] = None,
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a picture (SVG) there.")] = None,
) -> None:
    from handoff.routing import policy as routing
    from handoff.simulator import files, run, weeks
    from handoff.simulator.plot import svg
    from shop import policy as shop_policy

    loaded = settings.load()
    shop_policy.start(loaded)
    read = files.load(files.Traffic, STARTED_IN / traffic if traffic else files.TRAFFIC, "--traffic")
    plan = run.Plan(
        policy=routing.load(STARTED_IN / policy if policy else routing.path(loaded), loaded.zone),
        staff=files.load(files.Staff, STARTED_IN / agents if agents else files.AGENTS, "--agents"),
        shop=shop_policy.current(),
        traffic=read,
        begins=read.begins,
        days=days,
        seed=seed,
    )
    figures = weeks.simulate(plan, processes, _said(Console(stderr=True)))
    show(figures)
    if as_json:
        (STARTED_IN / as_json).write_text(json.dumps(figures.as_json(), indent=1) + "\n", encoding="utf-8")
    if plot:
        (STARTED_IN / plot).write_text(svg(figures), encoding="utf-8")


def show(figures: "Figures") -> None:
    """The figures as a person reads them."""
    ended = "" if figures.whole else ", ended before its time"
    out.print(f"{figures.conversations:,} conversations in {figures.days:g} days{ended}\n")
    table = Table(
        "Tier", "Asked", "Gave up", "Half within", "90 % within", "99 % within", "Longest", "In time", box=None
    )
    for name, one in figures.tiers.items():
        waits = (_time(seconds) for seconds in (one.p50_s, one.p90_s, one.p99_s, one.longest_s))
        table.add_row(name, str(one.asked), str(one.gave_up), *waits, _share(one.sla_percent))
    out.print(table)
    free, dedicated = figures.with_free_representative, figures.dedicated
    out.print(
        f"\nServed by their own representative:  {_share(figures.own_percent)} of the {free} (of {dedicated} dedicated)"
    )
    out.print(
        "                                     whose representative was on shift with a free place when they asked"
    )
    out.print(f"Beyond their steps though one is free: {figures.left_waiting}")
    out.print(f"Starved:                             {figures.starved}")
    out.print(f"Told ranges that held:               {_share(figures.covered_percent)} of {figures.told}")
    for lane, (told, percent) in figures.covered_by_lane.items():
        out.print(f"  {lane}: {_share(percent)} of {told}")
    for day, (told, percent) in figures.covered_by_day.items():
        out.print(f"  day {day} of its week: {_share(percent)} of {told}")
    out.print(f"Work between agents:                 Gini {figures.gini}, least to most {figures.least_to_most}")
    agents = Table("Agent", "Hours", "Taken", "Units an hour", box=None)
    for name, agent in figures.agents.items():
        agents.add_row(name, f"{agent['hours']:g}", f"{agent['taken']:g}", f"{agent['units_an_hour']:.2f}")
    out.print(agents)


def _said(console: Console) -> Callable[[int], None]:
    said, began = 0, monotonic()

    def progress(number: int) -> None:
        nonlocal said
        if number // EVERY > said:
            said = number // EVERY
            console.print(f"{number:,} conversations, {(monotonic() - began) / 60:.1f} min", highlight=False)

    return progress


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def _share(percent: float | None) -> str:
    return "none" if percent is None else f"{percent} %"
