"""`rapport tiers ...`: which tier a customer is of and why, and tiers that are set by hand."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from handoff.entry.screen import screen
from shop.ground import clock

if TYPE_CHECKING:  # commands import what they need themselves: `rapport --help` answers at once
    from sqlalchemy.orm import Session

HELP = """Customers' tiers. They come from orders by the rules of the shop's policy (shop/policy.yml, tiers), unless set by
hand."""

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)
out = screen(soft_wrap=True)

Customer = Annotated[str, typer.Argument(help="The customer's e-mail address or id.")]


@app.command()
def show(customer: Annotated[str, typer.Argument(help="An e-mail address or id.", metavar="[CUSTOMER]")] = "") -> None:
    """The tier of one customer and how committed they are, with why. Without CUSTOMER: the tiers that are set by hand."""
    from handoff.entry import office

    with office.transaction() as session:
        if customer:
            _print_one(session, office.customer(session, customer))
        else:
            out.print(_pins(session))


@app.command()
def pin(
    customer: Customer,
    tier: Annotated[str, typer.Argument(help="A tier of the policy, or standard.")],
    why: Annotated[str, typer.Option("--why", help="The reason, shown to agents.")],
    by: Annotated[str, typer.Option("--by", help="Who decided it.")] = "command line",
) -> None:
    """Put a customer into a tier, whatever they buy. A conversation under way keeps the tier it began with."""
    from handoff.entry import office
    from shop import pins

    with office.transaction() as session:
        customer_id = office.customer(session, customer)
        pins.pin(session, customer_id, tier, why, by, clock.now())
        _print_one(session, customer_id)


@app.command()
def unpin(customer: Customer) -> None:
    """Let orders decide again."""
    from handoff.entry import office
    from shop import pins

    with office.transaction() as session:
        customer_id = office.customer(session, customer)
        pins.unpin(session, customer_id, clock.now())
        _print_one(session, customer_id)


def _print_one(session: "Session", customer_id: str) -> None:
    from handoff.rules import contacts
    from shop import value

    tier, relationship = (ask(session, customer_id, clock.now()) for ask in (value.tier, value.relationship))
    out.print(f"{customer_id}: {tier.name}. {tier.why}")
    out.print(f"Relationship: {relationship.name}. {relationship.why}")
    had = contacts.standing(session, contacts.Whom(customer_id))
    out.print(f"Spoken to first: {had.had} of {had.most} times in 30 days.")
    for held in contacts.lately(session, customer_id):
        if held.refused:
            out.print(
                f"Held back on {clock.iso(held.at) if held.at else 'an unknown day'}: {held.kind}. {held.refused}"
            )


def _pins(session: "Session") -> Table:
    from handoff.entry import office
    from shop import pins

    table = Table("Customer", "Tier", "Since", "By", "Why", box=None)
    for one in pins.all_current(session):
        table.add_row(one.customer_id, one.tier, office.shown(one.at, office.zone()), one.by, one.reason)
    return table
