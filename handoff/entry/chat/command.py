"""`rapport chat`: options, the transcript as it is printed, and the exit code."""

from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from handoff.entry.chat import terminal
from handoff.entry.chat.lines import Line, NoAnswer, Outbox, Phone, Web, identity
from handoff.entry.chat.replay import CODES, Exchange, Unmet, play
from handoff.entry.chat.script import BadScript, Channel, Script, read
from handoff.entry.supervisor import CannotStart
from shop.ground.settings import Settings

INDENT = "      "
out = Console(highlight=False, soft_wrap=True)


def chat(loaded: Settings, url: str, customer: str, script: Path | None, channel: str) -> None:
    """By hand, or from a script. Raises `CannotStart`; leaves with 1 when an answer is not as expected."""
    try:
        if script is None:
            where = url or loaded.public_url
            terminal.talk(Web(where, identity(where, customer) if customer else ""), out)
        else:
            replay(read(script), channel, loaded, url, customer)
    except BadScript as error:
        raise CannotStart(str(error)) from None
    except (NoAnswer, Unmet) as error:
        out.print(Text(f"FAILED  {error}", style="bold red"))
        raise typer.Exit(1) from None
    except OSError as error:
        raise CannotStart(f"Nobody answers at {url or loaded.public_url}: {error}. Is it running?") from None


def replay(script: Script, channel: str, loaded: Settings, url: str = "", customer: str = "") -> None:
    """Play a script and print it. Raises `Unmet` and `NoAnswer`."""
    chosen = _channel(script, channel)
    out.print(Text(f"{script.about}  ({script.who}, {chosen})", style="bold"))
    line, outbox = opened(script, chosen, loaded, url, customer)
    try:
        for exchange in play(script, chosen, line, outbox):
            _print(exchange)
        out.print(Text(f"\nOK  {len(script.on(chosen))} turns, all as expected.", style="green"))
    finally:
        line.close()
        if outbox:
            outbox.close()


def opened(script: Script, channel: Channel, loaded: Settings, url: str, customer: str) -> tuple[Line, Outbox | None]:
    """The customer's line, and the outbox that their codes come to."""
    twin = f"http://127.0.0.1:{loaded.twin_port}" if loaded.development else ""
    person = customer or script.person or ""
    needs_codes = any(turn.code in CODES for turn in script.on(channel))
    phone = script.phone or "" if channel == "web" else ""
    outbox = Outbox(twin, person if "@" in person else "", phone) if twin and needs_codes else None
    if channel == "web":
        where = url or loaded.public_url
        return Web(where, identity(where, person) if script.who == "customer" else ""), outbox
    if not twin or not script.phone:
        raise BadScript("a conversation by text needs `phone` and RAPPORT_ENV=development.")
    return Phone(twin, script.phone), outbox


def _channel(script: Script, wanted: str) -> Channel:
    for channel in script.channel:
        if wanted in ("", channel):
            return channel
    raise BadScript(f"this conversation goes on {' and '.join(script.channel)} only.")


def _print(exchange: Exchange) -> None:
    out.print()
    out.print(Text(f"{exchange.number:>3} > {exchange.did}", style="bold cyan"))
    for text in exchange.answer.texts:
        out.print(Text("\n".join(INDENT + line for line in text.splitlines())))
    labels = [label for label in exchange.answer.labels if label not in exchange.answer.texts[-1]]  # a text lists them
    if labels:
        out.print(Text(INDENT + "  ".join(f"[{label}]" for label in labels), style="dim"))
