"""`rapport agents ...`: who is on staff, how they sign in, and what each can be asked for. The work is done in `agents`."""

from typing import Annotated

import typer
from rich.table import Table

from handoff.entry.screen import screen

app = typer.Typer(help="The staff: who can sign in to the console.", no_args_is_help=True, rich_markup_mode=None)
out = screen()

Password = Annotated[
    str, typer.Option(help="Asked for, unless given here.", prompt=True, confirmation_prompt=True, hide_input=True)
]


@app.command("list")
def list_() -> None:
    """Who is on staff: name, e-mail, role, size of their book of customers, presence."""
    from handoff.entry import agents, office

    table = Table("Name", "E-mail", "Role", "Book", "Presence", box=None)
    with office.transaction() as session:
        for name, email, role, book, presence in agents.listed(session):
            table.add_row(name, email, role, str(book or ""), presence)
    out.print(table)


@app.command()
def add(
    name: str,
    email: str,
    password: Password,
    role: Annotated[str, typer.Option(help="agent, supervisor or admin")] = "agent",
) -> None:
    """A new agent, who can sign in to the console at once."""
    from handoff.entry import agents, office

    with office.transaction() as session:
        agents.add(session, name, email, role, password)
    out.print(f"{name} can sign in as {email}.")


@app.command()
def password(email: str, password: Password) -> None:
    """A new password; whoever is signed in with the old one is signed out. Lets a disabled agent back in."""
    from handoff.entry import agents, office

    with office.transaction() as session:
        agents.set_password(session, email, password)
    out.print(f"{email} has a new password.")


@app.command()
def disable(email: str) -> None:
    """Sign an agent out for good. What they wrote stays on record under their name."""
    from handoff.entry import agents, office

    with office.transaction() as session:
        customers = agents.disable(session, email)
    out.print(f"{email} can no longer sign in.")
    if customers:
        words = f"{customers} customers are still in their book: rapport books reassign {email}"
        out.print(words, soft_wrap=True)


@app.command()
def totp_reset(email: str) -> None:
    """Take an agent's second factor away, for who lost telephone and recovery codes. Signs them out everywhere.

    Make sure that it is they who ask. Where their role must have one, they set it up anew when they sign in.
    """
    from handoff.entry import agents, office

    with office.transaction() as session:
        had = agents.totp_reset(session, email)
    out.print(f"{email} signs in with the password alone." if had else f"{email} had no second factor.")


@app.command("set")
def set_(
    email: str,
    capacity: Annotated[
        int | None, typer.Option(min=0, help="Units: the policy says what a conversation takes.")
    ] = None,
    room: Annotated[str | None, typer.Option(help="Customers their book can hold; none: only by hand.")] = None,
    deputy: Annotated[str | None, typer.Option(help="Who stands in for them: an e-mail address, or nobody.")] = None,
    queues: Annotated[
        str | None, typer.Option(help="The queues they serve, such as general,payments; none: all.")
    ] = None,
    skills: Annotated[str | None, typer.Option(help="What they know, such as payments,furniture.")] = None,
    languages: Annotated[str | None, typer.Option(help="What they speak, such as en,es.")] = None,
    hours: Annotated[
        str | None,
        typer.Option(help="When they work: 'mon-fri: 9:00-12:30, 13:30-18:00; sat: 10:00-14:00', or always."),
    ] = None,
) -> None:
    """What an agent can be asked for, and when. What is not named stays; without any option it is only shown.

    Hours are in the time zone of the general queue. Outside of them an agent is offered nothing, though they are signed
    in. Skills and languages are what the policy's queues ask for.
    """
    from handoff.entry import agents, office

    with office.transaction() as session:
        lines = agents.describe(
            session, email, capacity=capacity, room=room, deputy=deputy, queues=queues, skills=skills,
            languages=languages, hours=hours,
        )  # fmt: skip
    out.print("\n".join(lines), soft_wrap=True)
