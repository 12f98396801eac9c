"""`rapport nlu ...`: looking at recognition. Rasa lives in its own environment, so the work is done by `bot.nlu` there."""

import subprocess
from pathlib import Path
from typing import Annotated

import typer

from handoff.entry.processes import RASA, ROOT, rasa_environment
from handoff.entry.trained import current, shelf
from shop.ground import settings
from shop.ground.settings import Settings

HELP = "What the bot understands: try a text, measure it, see where it goes wrong."
app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("try")
def try_(text: Annotated[str, typer.Argument(help="What a customer might write.")], as_json: Json = False) -> None:
    """Intent, confidence, runners-up and entities of TEXT, and why the bot would fall back."""
    chosen = settings.load()
    _ask(chosen, as_json, "try", "--model", str(_model(chosen)), "--", text)


@app.command()
def benchmark(
    train: Annotated[Path, typer.Option(help="CSV with sentence,label to learn from.", exists=True, dir_okay=False)],
    test: Annotated[Path, typer.Option(help="CSV with sentence,label to measure on.", exists=True, dir_okay=False)],
    as_json: Json = False,
) -> None:
    """Train the pipeline of config.yml on one CSV file and measure it on another; NO_NODES_DETECTED is out of scope."""
    paths = ("--train", str(train.resolve()), "--test", str(test.resolve()))
    _ask(settings.load(), as_json, "benchmark", "--config", str(ROOT / "config.yml"), *paths)


@app.command()
def report(as_json: Json = False) -> None:
    """Put the held-out sentences to the trained model; write a page and a picture under VAR_DIR/nlu."""
    chosen = settings.load()
    held, out = ROOT / "tests" / "nlu" / "heldout", chosen.var_dir / "nlu"
    _ask(chosen, as_json, "report", "--model", str(_model(chosen)), "--heldout", str(held), "--out", str(out))


def _model(chosen: Settings) -> Path:
    """The model of what lies here now, or else the last one."""
    model = current(chosen) or shelf(chosen).newest()
    if model is None:
        typer.echo("There is no trained model yet: run `rapport train`.", err=True)
        raise typer.Exit(2)
    return model


def _ask(chosen: Settings, as_json: bool, *arguments: str) -> None:
    command = [RASA[0], "-W", "ignore", "-m", "bot.nlu", *(["--json"] if as_json else []), *arguments]
    environment = rasa_environment(chosen) | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, check=False)
    except FileNotFoundError:
        typer.echo(f"{RASA[0]} is missing: run `make setup`.", err=True)
        raise typer.Exit(2) from None
    if done.returncode:
        said = (done.stderr or "").strip().splitlines()
        typer.echo(said[-1] if said else "It failed without a word.", err=True)
        raise typer.Exit(done.returncode if done.returncode in (1, 2) else 1)
