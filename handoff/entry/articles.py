"""`rapport articles ...`: the help articles come in from a folder, and what is found in them can be looked at."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from handoff.entry.processes import ROOT
from shop.ground import settings

HELP = (
    "Help articles: load them, look at them, ask them a question, measure how well they are found. docs/knowledge.md."
)
STARTED_IN = Path.cwd()  # the command itself works in the checkout
HELDOUT = ROOT / "tests" / "shop" / "knowledge" / "heldout.yml"
app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)
out = Console(highlight=False, markup=False)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def load(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the articles lie, a file each.")]) -> None:
    """Make the articles of DIR the ones there are.

    An article whose words changed gets a new version; one that is gone from DIR is withdrawn. A file that cannot be
    loaded is told in one line - file, reason - and then nothing is loaded at all: exit code 2. The running bot answers
    from the new articles at once.
    """
    from handoff.entry import knowledge as command
    from shop.knowledge.files import BadArticles

    try:
        out.print(command.load(settings.load(), STARTED_IN / folder), soft_wrap=True)
    except BadArticles as refused:
        for line in refused.lines:
            typer.echo(f"rapport: {line}", err=True)
        raise typer.Exit(2) from None


@app.command("list")
def list_() -> None:
    """The articles, with what customers said of the present version; what helped least comes first."""
    from handoff.entry import knowledge as command

    table = Table("Article", "Language", "Version", "Title", "Category", "Helped", "Did not", box=None)
    for one in command.tallies(settings.load()):
        said = (str(one.helped or ""), str(one.not_helped or ""))
        table.add_row(one.slug, one.locale, str(one.version), one.title, one.category, *said)
    out.print(table)


@app.command()
def find(question: Annotated[str, typer.Argument(help="What a customer might ask.")], as_json: Json = False) -> None:
    """The nearest articles with their scores, and whether the bot would answer with the first."""
    from handoff.entry import knowledge as command

    typer.echo(command.find(settings.load(), question, as_json))


@app.command("eval")
def eval_(
    questions: Annotated[
        Path | None, typer.Option(help="Your own questions, in the form of tests/shop/knowledge/heldout.yml.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Put the held-out questions to the articles: recall at 1 and 3, and what is answered that should not be."""
    from handoff.entry import knowledge as command

    typer.echo(command.measure(settings.load(), STARTED_IN / questions if questions else HELDOUT, as_json))
