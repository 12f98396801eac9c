"""`rapport books ...`: whose customers they are, what each book is worth, and how customers change hands."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from handoff.entry.screen import screen
from shop.ground import clock

if TYPE_CHECKING:  # commands import what they need themselves: `rapport --help` answers at once
    from sqlalchemy.orm import Session

    from handoff.routing.moves import Plan

HELP = """The book of business: which customer has which representative, and what each book is worth.

A customer of a dedicated tier who has nobody gets the representative whose book is worth least, among those with room
(`rapport agents set EMAIL --room N`). What is changed here counts from a customer's next request on: who talks to
somebody now goes on with them."""

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)
out = screen()

Since = Annotated[
    str,
    typer.Option("--from", metavar="DAY", help="From when on: 2026-07-01, or '2026-07-01 13:00'. Now, if not given."),
]
Why = Annotated[str, typer.Option("--why", help="The reason, kept with the entry.")]


@app.command("list")
def list_(
    email: Annotated[str, typer.Argument(metavar="[EMAIL]", help="One representative: their customers.")] = "",
) -> None:
    """Every book: customers, room, what they spent in twelve months, deputy, leave. With EMAIL: the customers in it.

    An even sharing-out shows in the column "Worth": new customers go to the lowest one that has room. A customer who comes
    or goes on a later day is listed with that day.
    """
    from handoff.entry import office

    with office.transaction() as session:
        out.print(_customers(session, email) if email else _books(session))


@app.command()
def assign(
    customer: Annotated[str, typer.Argument(help="The customer's e-mail address or id.")],
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The representative's e-mail address.")],
    deputy: Annotated[str, typer.Option(help="Who stands in for this customer alone: an agent's e-mail address.")] = "",
    since: Since = "",
    why: Why = "assigned by hand",
) -> None:
    """Give one customer to a representative, whether there is room in the book or not.

    Ends what the book said of the customer until then. A conversation under way stays where it is; the next request goes
    to the new representative.
    """
    from handoff.entry import office
    from handoff.routing import moves

    with office.transaction() as session:
        chosen, at = office.agent(session, email), _from(since)
        stands_in = office.agent_or_none(session, deputy)
        moves.assign(session, office.customer(session, customer), chosen, at, by=office.BY, why=why, deputy=stands_in)
        out.print(f"From {office.shown(at, office.zone())} on {customer} is {chosen.name}'s.", soft_wrap=True)


@app.command()
def reassign(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whose book it is: an agent's e-mail address.")],
    to: Annotated[str, typer.Option(help="Who gets all of them. Without it they are shared out.")] = "",
    since: Since = "",
    why: Why = "book reassigned",
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without it, only the counts are shown.")] = False,
) -> None:
    """Give a whole book to others, because its representative leaves or is away for long.

    Shows who would get how many, and changes nothing until you say --yes. Shared out, each customer goes to the book that
    is worth least by then and has room, the highest spend first; for whom nobody has room stays where they are. For a
    holiday no customer needs to change hands: `rapport leave add` names a deputy.
    """
    from handoff.entry import office
    from handoff.routing import moves

    with office.transaction() as session:
        leaving, at = office.agent(session, email), _from(since)
        planned = moves.plan(session, leaving, office.agent_or_none(session, to), clock.now())
        out.print(_counts(session, planned))
        out.print(_notes(planned), soft_wrap=True)
        if yes:
            moves.carry_out(session, planned, at, by=office.BY, why=why)
            out.print(f"Done: it counts from {office.shown(at, office.zone())} on.", soft_wrap=True)
        elif planned.to:
            out.print("Nothing was changed. The same with --yes does it.")


def _from(since: str) -> datetime:
    from handoff.entry import office

    return office.moment(since, office.zone()) if since else clock.now()


def _books(session: "Session") -> Table:
    from handoff.routing import reports

    table = Table("Representative", "E-mail", "Customers", "Room", "Worth", "Deputy", "On leave until", box=None)
    for shelf in reports.shelves(session, clock.now()):
        room = "by hand" if shelf.room is None else str(shelf.room)
        away = _day(shelf.on_leave_until)
        table.add_row(shelf.name, shelf.email, str(shelf.customers), room, str(shelf.worth), shelf.deputy, away)
    return table


def _customers(session: "Session", email: str) -> Table:
    from handoff.entry import office
    from handoff.routing import reports
    from shop import customers

    table = Table("Customer", "Id", "Spent", "Since", "Until", "Deputy", "Why", box=None)
    found = reports.entries(session, office.agent(session, email), clock.now())
    names = customers.names(session, [entry.customer_id for entry in found])
    for one in found:
        name, spent = names.get(one.customer_id, ""), str(one.spent)
        table.add_row(name, one.customer_id, spent, _day(one.since), _day(one.until), one.deputy, one.why)
    return table


def _day(at: datetime | None) -> str:
    from handoff.entry import office

    return office.shown(at, office.zone()) if at else ""


def _counts(session: "Session", planned: "Plan") -> Table:
    from handoff.models import Agent

    table = Table("Goes to", "Customers", box=None)
    for agent_id, number in planned.counts.items():
        table.add_row(session.get_one(Agent, agent_id).name, str(number))
    return table


def _notes(planned: "Plan") -> str:
    lines = [f"{len(planned.to)} customers change hands."]
    if planned.left:
        lines.append(f"For {len(planned.left)} nobody has room: they stay. See `rapport agents set EMAIL --room N`.")
    if planned.talking:
        lines.append(f"{planned.talking} conversations are under way: they stay with whom they are until settled.")
    return "\n".join(lines)
