"""The command `rapport`: its sub-commands and what their help says. The work is done in the modules beside this one."""

import importlib.util
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from handoff.entry import articles as help_pages
from handoff.entry import books as book_of_business
from handoff.entry import chat as chatting
from handoff.entry import leave as leave_calendar
from handoff.entry import policy as routing_policy
from handoff.entry import queue as waiting_customers
from handoff.entry import report as reports
from handoff.entry import shop as own_shop
from handoff.entry import simulate as simulation
from handoff.entry import sms as texts
from handoff.entry import staff
from handoff.entry import tiers as customer_tiers
from handoff.entry.processes import ROOT
from handoff.entry.supervisor import CannotStart
from shop.ground import settings
from shop.ground.settings import BadSetting

HELP = """A shop's assistant, and the right person when a person is needed.

Settings come from the environment and from .env; .env.example explains each. Paths in them are taken from the checkout.
RAPPORT_ENV=development (which `make up` sets) makes up what is missing; in production nothing is made up."""

app = typer.Typer(
    help=HELP, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False, rich_markup_mode=None
)
app.add_typer(staff.app, name="agents")
app.add_typer(own_shop.app, name="shop")
app.add_typer(texts.app, name="sms")
app.add_typer(book_of_business.app, name="books")
app.add_typer(leave_calendar.app, name="leave")
app.add_typer(reports.app, name="report")
app.add_typer(routing_policy.app, name="policy")
app.add_typer(customer_tiers.app, name="tiers")
app.add_typer(waiting_customers.app, name="queue")
app.add_typer(help_pages.app, name="articles")
app.command(help=simulation.HELP)(simulation.simulate)
out = Console(highlight=False)
STARTED_IN = Path.cwd()  # `main` goes to the checkout; a file that a person names is meant from here


@app.command()
def up(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print all that the processes print.")] = False,
) -> None:
    """Start everything and keep it running until Ctrl-C.

    Development: migrates, fills the demo shop if it is empty, trains if there is something new to learn, then starts the
    gateway, the action server, Rasa and the twin of the carrier and the mail server. Production: starts the first three
    only, and changes nothing. What each process prints goes to VAR_DIR/logs/<name>.log. A process that dies is started
    again. Exit code 2: something must be mended first, and the last line says what.
    """
    from handoff.entry import up as command

    command.up(settings.load(), out, verbose)


@app.command()
def gateway() -> None:
    """Run the gateway alone: web server and worker. (`rapport up` starts it with the others.)"""
    from handoff.entry import app as command

    command.serve(settings.load())


@app.command()
def actions() -> None:
    """Run the action server alone."""
    from handoff.entry import processes

    environment = {**os.environ, **processes.text_environment(settings.load())}
    os.execve(sys.executable, [sys.executable, "-m", "actions.server"], environment)


@app.command()
def rasa() -> None:
    """Run Rasa alone, with the newest model that was trained here."""
    from handoff.entry import processes, trained

    loaded = settings.load()
    model = trained.current(loaded) or trained.shelf(loaded).newest()
    if model is None:
        raise CannotStart(f"VAR_DIR: {loaded.var_dir}/models holds no model. Run `rapport train`.")
    command = processes.rasa_command(loaded, model)
    os.execve(command[0], command, processes.rasa_environment(loaded))


@app.command()
def twin() -> None:
    """Run the local twin of the carrier and the mail server: texts at /phone, mails at /outbox. Development only."""
    loaded = settings.load()
    if not loaded.development:
        raise CannotStart("RAPPORT_ENV: the twins exist only with RAPPORT_ENV=development.")
    from handoff.twins.serve import serve

    serve(loaded)


@app.command()
def migrate() -> None:
    """Bring the database to this version's revision. Safe to repeat, and from several machines at once."""
    from handoff.entry import migrate as command

    loaded = settings.load()
    out.print(f"{command.where(loaded)} is at revision {command.upgrade(loaded)}.", soft_wrap=True)


@app.command()
def train(
    again: Annotated[bool, typer.Option("--again", help="Train even if nothing changed.")] = False,
    path: Annotated[bool, typer.Option("--path", help="Print only where the model lies, for scripts.")] = False,
) -> None:
    """Train the bot if config.yml, data/, bot/ or shop/text/ changed since the last time."""
    from handoff.entry import train as command

    model, seconds = command.ensure(settings.load(), Console(stderr=True) if path else out, again)
    said = f"Trained in {seconds:.0f} s: {model}" if seconds else f"Nothing new to learn: {model}"
    out.print(str(model) if path else said, soft_wrap=True, markup=False)


@app.command()
def seed() -> None:
    """Fill an empty database with the demo shop: customers, products, orders, staff, articles. Development only."""
    loaded = settings.load()
    if not loaded.development:
        raise CannotStart("RAPPORT_ENV: the demo shop is for RAPPORT_ENV=development.")
    from handoff.entry import migrate as migration
    from handoff.entry import seed as command

    migration.upgrade(loaded)
    filled, articles = command.fill_if_empty(loaded), command.fill_articles(loaded)
    if filled:
        out.print("Filled the demo shop.")
    elif articles:
        out.print("There are customers already: only the demo's articles were loaded.")
    else:
        out.print("There are customers already: nothing was changed.")


@app.command()
def vocabulary() -> None:
    """Write VAR_DIR/vocabulary.json: the product words and options that the bot recognises. Read again while it runs."""
    from handoff.entry import seed as command

    out.print(f"Wrote {command.write_vocabulary(settings.load())}.", soft_wrap=True)


@app.command()
def doctor() -> None:
    """Check this machine and the settings, and say what to do. Exit code 1 if something is wrong."""
    from handoff.entry import doctor as command

    raise typer.Exit(command.report(out))


@app.command(help=chatting.HELP)
def chat(
    url: Annotated[str, typer.Option(help="Where the shop answers; unless given, as the settings say.")] = "",
    customer: Annotated[str, typer.Option(help="Be this customer (e-mail or id), otherwise a visitor.")] = "",
    script: Annotated[Path | None, typer.Option(help="A conversation to replay.")] = None,
    channel: Annotated[str, typer.Option(help="web or sms, for a script that goes on both.")] = "",
) -> None:
    from handoff.entry.chat import command

    command.chat(settings.load(), url, customer, STARTED_IN / script if script else None, channel)


def _mount_nlu() -> None:
    """`rapport nlu ...` brings its own sub-commands."""
    if importlib.util.find_spec("handoff.entry.nlu"):
        app.add_typer(importlib.import_module("handoff.entry.nlu").app, name="nlu")


_mount_nlu()


def main() -> None:
    """Run the command. What a person can mend is one line and exit code 2, never a traceback."""
    os.chdir(ROOT)  # relative paths, .env and Rasa's modules are all meant from here
    try:
        app()
    except (BadSetting, CannotStart) as refused:
        sys.stderr.write(f"rapport: {refused}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
