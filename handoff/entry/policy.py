"""`rapport policy ...`: is the routing policy whole, what does it mean for whoever waits, and which was in force when."""

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.table import Table

from handoff.entry.screen import screen
from handoff.entry.supervisor import CannotStart
from shop.ground import settings
from shop.ground.settings import BadSetting, Settings

HELP = (
    """The routing policy: who is put in front of whom. docs/routing.md explains it, handoff/policy.yml each field."""
)
STARTED_IN = Path.cwd()  # the command itself works in the checkout

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)
out = screen(soft_wrap=True)


@app.command()
def check(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="ROUTING_FILE, if not given.")] = None,
) -> None:
    """Every error with its line, or what the policy means: how long anybody can be passed over, at most.

    Reads the shop's policy (POLICY_FILE) as well, which says who belongs to a tier. Exit code 1: something is wrong, and no
    process would start. A warning is about something that is allowed and probably not meant.
    """
    from handoff.routing import policy, review
    from shop import policy as shop_policy
    from shop.ground import clock

    loaded = settings.load()
    where = STARTED_IN / file if file else policy.path(loaded)
    found, problems = policy.check(_text(where), loaded.zone)
    own, own_problems = shop_policy.check(_text(shop_policy.path(loaded)))
    told = [f"{where}: {one}" for one in problems]
    told += [f"{shop_policy.path(loaded)}: {one}" for one in own_problems]
    if found and own:
        told += [f"{where}: {one}" for one in review.disagreements(found, own.tier_names)]
    if told or not found:
        for line in told:
            typer.echo(line, err=True)
        raise typer.Exit(1)
    out.print(f"{where} is whole.\n")
    out.print(_bounds(review.bounds(found)))
    for warning in review.warnings(found, clock.now()):
        out.print(f"Warning: {warning}")


@app.command()
def show(
    versions: Annotated[
        bool, typer.Option("--versions", help="Every policy that was in force, the newest first.")
    ] = False,
    version: Annotated[
        int, typer.Option(metavar="N", help="One of them, as a file: to go back, name it in ROUTING_FILE.")
    ] = 0,
) -> None:
    """The policy in force, with everything that was left out; or those before it."""
    from handoff.entry import office
    from handoff.routing import policy
    from handoff.routing import versions as kept

    if not versions and not version:
        typer.echo(_written(policy.start(settings.load()).body))
        return
    with office.transaction() as session:
        rows = kept.listed(session)
        if version:
            bodies = [row.body for row in rows if row.id == version]
            if not bodies:
                raise CannotStart(f"There is no version {version}: see rapport policy show --versions.")
            typer.echo(_written(bodies[0]))
            return
        in_force = policy.current().digest
        table = Table("Version", "Since", "What changed", box=None)
        for row, before in zip(rows, [*rows[1:], None], strict=True):
            changed = ", ".join(_changes(before.body, row.body)) if before else ""
            mark = " (in force)" if row.digest == in_force else ""
            table.add_row(f"{row.id}{mark}", office.shown(row.at, office.zone()), changed)
        out.print(table)


def _bounds(bounds: list[Any]) -> Table:
    from handoff.routing.durations import words

    reasons = list(dict.fromkeys(bound.reason for bound in bounds))
    table = Table("Tier", "Channel", *reasons, box=None, title_justify="left")
    table.title = "Whoever waits in a team queue is passed by nobody who comes later than this (open hours):"
    for tier, channel in dict.fromkeys((bound.tier, bound.channel) for bound in bounds):
        row = {bound.reason: bound.longest for bound in bounds if (bound.tier, bound.channel) == (tier, channel)}
        table.add_row(tier, channel, *(words(row[reason]) for reason in reasons))
    return table


def _changes(before: dict[str, Any], after: dict[str, Any], path: str = "") -> list[str]:
    """The fields that differ, each as old -> new."""
    found = []
    for key in dict.fromkeys([*before, *after]):
        old, new, name = before.get(key), after.get(key), f"{path}{key}"
        if isinstance(old, dict) and isinstance(new, dict):
            found += _changes(old, new, f"{name}.")
        elif old != new:
            found.append(f"{name}: {_short(old)} -> {_short(new)}")
    return found


def _short(value: object) -> str:
    return "..." if isinstance(value, dict) else "none" if value is None else str(value)


def _written(body: dict[str, Any]) -> str:
    return yaml.safe_dump(body, sort_keys=False, allow_unicode=True, width=120).rstrip()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path}: {' '.join(str(error).split())}.") from None


def agree(settings: Settings) -> None:
    """Start with both policies, or not at all: `BadSetting` where one cannot be read or their tiers do not agree."""
    from handoff.routing import policy, review
    from shop import policy as shop_policy

    for told in review.disagreements(policy.start(settings), shop_policy.start(settings).tier_names):
        raise BadSetting(f"ROUTING_FILE: {policy.path(settings)}: {told}. `rapport policy check` shows all.")
