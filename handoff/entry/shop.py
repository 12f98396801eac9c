"""`rapport shop ...`: a whole shop comes in from three files, and goes out into three."""

from pathlib import Path
from typing import Annotated

import typer

from shop.ground import settings

HELP = "Your own shop: its customers, products and orders, as three files. docs/shop-data.md has their format."
STARTED_IN = Path.cwd()  # the command itself works in the checkout
app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)

Source = Annotated[Path, typer.Argument(metavar="DIR", help="Where customers.json, products.json and orders.json lie.")]
Target = Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go; made if it is not there.")]
Check = Annotated[bool, typer.Option("--check", help="Only say whether the files can be imported; change nothing.")]


@app.command("import")
def import_(folder: Source, check: Check = False) -> None:
    """Put the shop that lies in DIR in the place of the one that is there.

    The whole of it, in one transaction: customers, their payment methods, products, orders. Conversations, agents and
    their books of customers, plans and receipts stay. Money is read in SHOP_CURRENCY, times without an offset in
    SHOP_TIMEZONE. VAR_DIR/vocabulary.json is written anew, and the running bot reads it.

    A row that cannot be imported is told in one line - file, row, field, reason - and then nothing is imported at all.
    Neither is it while a plan waits for a customer's yes (ten minutes at most). Exit code 2 in both cases.
    """
    from handoff.entry import transfer as command
    from shop.transfer.problems import BadShop

    try:
        typer.echo(command.bring_in(settings.load(), STARTED_IN / folder, check))
    except BadShop as refused:
        for line in refused.lines:
            typer.echo(f"rapport: {line}", err=True)
        raise typer.Exit(2) from None


@app.command("export")
def export_(folder: Target) -> None:
    """Write the shop that is there into DIR: the files that an import reads.

    All three are of one moment, also while customers are served, and in the order in which their rows were read; an
    import of them gives the same shop again. Files of the same name in DIR are replaced. Exit code 2 when there is money
    in another currency than SHOP_CURRENCY.
    """
    from handoff.entry import transfer as command

    typer.echo(command.take_out(settings.load(), STARTED_IN / folder))
