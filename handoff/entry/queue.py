"""`rapport queue ...`: who waits, why a conversation is where it is, and what is stuck."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from handoff.entry.screen import screen

if TYPE_CHECKING:  # commands import what they need themselves: `rapport --help` answers at once
    from sqlalchemy.orm import Session

    from handoff.models import Conversation

HELP = """Who waits for a person, and why.

The order is that of the queues: the one who is served first stands first. Conversations are named by the beginning of
their id, as listed; the watchdog mends by itself what `rapport queue stuck` shows."""

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)
out = screen()


@app.command("list")
def list_(most: Annotated[int, typer.Option("--most", help="How many to list.")] = 50) -> None:
    """Everybody who waits: queue, tier, for how long, in whose own queue, and who has it in front of them."""
    from handoff.entry import office

    with office.transaction() as session:
        out.print(_waiting(session, most))


@app.command()
def why(conversation: Annotated[str, typer.Argument(help="The conversation's id, or its beginning.")]) -> None:
    """Every decision about a conversation in plain sentences: who was considered, who was passed over and why, by which
    rule, and by which version of the policy."""
    from handoff.entry import office
    from handoff.routing import explain

    with office.transaction() as session:
        for sentence in explain.sentences(session, _id(session, conversation)):
            out.print(sentence, soft_wrap=True)


@app.command()
def stuck() -> None:
    """What sits still now, and what the watchdog mended in the last 24 hours. Exit code 1 if anything is stuck."""
    from handoff.entry import office
    from handoff.routing import watchdog
    from shop.ground import clock

    with office.transaction() as session:
        found, mended = watchdog.find(session), watchdog.repaired(session, clock.now() - timedelta(days=1))
    for one in found:
        out.print(f"{one.kind}: {one.conversation_id}" + (f", with {one.agent_id}" if one.agent_id else ""))
    out.print(f"{len(found)} stuck now." if found else "Nothing is stuck.")
    for reason, number in sorted(mended.items()):
        out.print(f"Mended in 24 hours: {reason}, {number} times")
    if found:
        raise typer.Exit(1)


def _waiting(session: "Session", most: int) -> Table:
    from sqlalchemy import select

    from handoff.models import Conversation

    table = Table("conversation", "queue", "tier", "channel", "waits", "for", "needs", "offered to", box=None)
    rows = session.scalars(
        select(Conversation)
        .where(Conversation.state.in_(("waiting", "offered")))
        .order_by(Conversation.queue, Conversation.rank_at, Conversation.id)
        .limit(most)
    )
    for row in rows:
        table.add_row(*_cells(session, row))
    return table


def _cells(session: "Session", row: "Conversation") -> tuple[str, ...]:
    from handoff.models import Agent
    from handoff.routing import offers
    from shop.ground import clock

    asked = (session.get_one(Agent, agent_id).name for agent_id in offers.agents(session, row.id))
    wanted = session.get_one(Agent, row.wants_id).name if row.wants_id else "the team"
    waits = str(clock.now() - (row.waiting_since or row.changed_at)).partition(".")[0]
    tier, queue = row.tier or "", row.queue or ""
    return row.id[:12], queue, tier, row.channel, waits, wanted, row.needs, ", ".join(asked)


def _id(session: "Session", beginning: str) -> str:
    from sqlalchemy import select

    from handoff.entry.supervisor import CannotStart
    from handoff.models import Conversation

    found = session.scalars(
        select(Conversation.id).where(Conversation.id.startswith(beginning, autoescape=True)).limit(2)
    ).all()
    if len(found) != 1:
        raise CannotStart(f"{'Several conversations begin' if found else 'No conversation begins'} with {beginning}.")
    return found[0]
