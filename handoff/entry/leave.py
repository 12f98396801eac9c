"""`rapport leave ...`: the leave calendar."""

from typing import Annotated

import typer
from rich.table import Table

from handoff.entry.screen import screen
from shop.ground import clock

HELP = """The leave calendar. Who is on leave is asked for nothing, whatever the console says of their presence.

Their customers go to the deputy: the one named for the customer, else for this leave, else for the representative;
without any, to the team. Back from leave, an agent begins with a part of their capacity (the policy's `ramp`)."""

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)
out = screen()

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The agent's e-mail address.")]


@app.command()
def add(
    email: Email,
    since: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day, or '2026-07-01 13:00'.")],
    until: Annotated[str, typer.Option("--to", metavar="DAY", help="The last day, which still belongs to it.")],
    deputy: Annotated[str, typer.Option(help="Who stands in during this leave: an agent's e-mail address.")] = "",
    reason: Annotated[str, typer.Option(help="For the calendar; customers never read it.")] = "",
) -> None:
    """A leave, in the shop's time zone; it may have begun.

    When it begins, what was offered to the agent goes to the next. What they hold stays theirs: they should hand it over
    before. Says who stands in, and warns where nobody does.
    """
    from handoff.entry import office
    from handoff.routing import leaves

    with office.transaction() as session:
        agent, zone = office.agent(session, email), office.zone()
        begins, ends = office.moment(since, zone), office.moment(until, zone, last=True)
        stands_in = office.agent_or_none(session, deputy)
        leaves.add(session, agent, begins, ends, reason=reason, deputy=stands_in)
        days = f"{office.shown(begins, zone)} until {office.shown(ends, zone)}"
        out.print(f"{agent.name} is on leave from {days}.", soft_wrap=True)
        for line in leaves.gaps(session, agent, begins, ends, stands_in):
            out.print(line, soft_wrap=True)


@app.command("list")
def list_() -> None:
    """Leaves that are not over, the next to begin first."""
    from handoff.entry import office
    from handoff.models import Agent
    from handoff.routing import leaves

    table = Table("Agent", "From", "Until", "Deputy", "Reason", box=None)
    with office.transaction() as session:
        for leave, agent in leaves.calendar(session, clock.now()):
            deputy = session.get(Agent, leave.deputy_id or agent.deputy_id or "")
            begins, ends = office.shown(leave.since, office.zone()), office.shown(leave.until, office.zone())
            table.add_row(agent.name, begins, ends, deputy.name if deputy else "", leave.reason)
    out.print(table)


@app.command()
def end(email: Email) -> None:
    """Back earlier: the leave they are on ends now. If they are not on leave, the next one is called off."""
    from handoff.entry import office
    from handoff.entry.supervisor import CannotStart
    from handoff.routing import leaves

    with office.transaction() as session:
        agent = office.agent(session, email)
        leave = leaves.end(session, agent)
        if leave is None:
            raise CannotStart(f"{agent.name} has no leave, now or later.")
        called_off = leave.until == leave.since
        out.print(f"{agent.name}'s leave is called off." if called_off else f"{agent.name} is back from leave.")
