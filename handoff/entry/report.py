"""`rapport report ...`: figures over what happened."""

import json
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from handoff.entry.screen import screen
from shop.ground import clock

if TYPE_CHECKING:  # commands import what they need themselves: `rapport --help` answers at once
    from handoff.routing.reports import Dedicated, Served
    from handoff.routing.shares import Share

app = typer.Typer(help="Figures over what happened.", no_args_is_help=True, rich_markup_mode=None)
out = screen()


@app.callback()
def _reports() -> None:
    """Figures over what happened."""


@app.command()
def dedicated(
    days: Annotated[int, typer.Option(min=1, help="How far back.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """How customers with a representative were served: by her, by a deputy, by the team, or by nobody.

    One line for each representative. "Free" counts the requests that came while she was here with a free place; "own of
    free" is the share of those that she took herself, which is what the shop can ask of itself. The shares of served
    requests leave out what the customer gave up. Below: the wait until somebody took it, and how often that was within
    the time the customer was told.
    """
    from handoff.entry import office
    from handoff.routing import reports

    now = clock.now()
    with office.transaction() as session:
        found = reports.dedicated(session, now - timedelta(days=days), now)
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=2))
        return
    out.print(_table(found))
    out.print(_waits(found), soft_wrap=True)


@app.command()
def ratings(
    days: Annotated[int, typer.Option(min=1, help="How far back.")] = 30,
    words: Annotated[bool, typer.Option("--words", help="With what was said.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """How customers rated those who served them: the assistant, and each agent."""
    from handoff import wording
    from handoff.entry import office
    from handoff.rules import rated

    now = clock.now()
    with office.transaction() as session:
        found = rated.report(session, now - timedelta(days=days), now)
    named = {name or wording.say("bot_name"): scores for name, scores in found.items()}
    if as_json:
        typer.echo(json.dumps({name: {"mean": one.mean, **asdict(one)} for name, one in named.items()}, indent=2))
        return
    if not named:
        out.print("Nobody was rated in this time.")
        return
    table = Table("Who", "Ratings", "Mean", "1", "2", "3", "4", "5", box=None)
    for name, one in named.items():
        table.add_row(name, str(one.number), f"{one.mean:.1f}", *(str(count) for count in one.counts.values()))
    out.print(table)
    if words:
        for name, one in named.items():
            for score, said in one.words:
                out.print(f"{name} {score}: {said}", soft_wrap=True, markup=False, highlight=False)


@app.command()
def shifts(
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days, today included.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """How evenly the work was shared: each agent's days, in the shop's time zone.

    "Offers" are what was put in front of them and what they made of it; "took" is what they took without an offer. "Busy"
    is the time in which they held a conversation, "load" their share of everybody's load that day (units of capacity, for
    as long as they were taken), and "longest wait" the longest they were online with nothing to do and no offer. Below,
    the Gini coefficient of the load in an hour on shift: 0 is even, towards 1 is all on one.
    """
    from handoff.entry import office
    from handoff.routing import shares

    now, zone = clock.now(), office.zone()
    today = now.astimezone(zone).date()
    with office.transaction() as session:
        found = shares.of(session, today - timedelta(days=days - 1), today, zone, now)
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=2, default=str))
        return
    table = Table(
        "Day", "Agent", "On shift", "Offers", "Accepted", "Declined", "Missed", "Took", "Busy", "Load", "Longest wait",
        box=None,
    )  # fmt: skip
    for share in found.each:
        table.add_row(*_share_row(share))
    out.print(table)
    gini = found.gini
    out.print("Nobody was on shift." if gini is None else f"Gini of the load in an hour on shift: {gini:.2f}")


def _share_row(share: "Share") -> tuple[str, ...]:
    counts = (share.offers, share.accepted, share.declined, share.missed, share.taken)
    times = (_hours(share.busy_s), _percent(share.share), _hours(share.longest_wait_s))
    return (share.day.isoformat(), share.agent, _hours(share.on_shift_s), *map(str, counts), *times)


def _hours(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}"


def _table(found: "Dedicated") -> Table:
    table = Table("Representative", "Requests", "Herself", "Deputy", "Team", "Nobody", "Free", "Own of free", box=None)
    for name, served in (*found.each.items(), ("All", found.all)):
        table.add_row(*_row(name, served))
    return table


def _row(name: str, served: "Served") -> tuple[str, ...]:
    shares = (_percent(served.share(part)) for part in ("representative", "deputy", "team"))
    counts = (str(served.nobody), str(served.free), _percent(served.share_of_free))
    return (name, str(served.requests), *shares, *counts)


def _waits(found: "Dedicated") -> str:
    if found.median_s is None or found.p90_s is None:
        return "Nobody was served in this time."
    waits = f"They waited {found.median_s:.0f} s in the middle, nine of ten less than {found.p90_s:.0f} s."
    if not found.promised:
        return waits
    return f"{waits} Of {found.promised} who were told a time, {_percent(found.share_kept)} were served by then."


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"
