"""`python -m tests.conversations.transcripts` plays the long conversations and writes docs/conversations.md anew."""

import tempfile
from pathlib import Path

from sqlalchemy import create_engine

from handoff.entry.chat.lines import NoAnswer
from handoff.entry.chat.replay import Exchange, Unmet, play
from handoff.entry.chat.script import Script
from tests.conversations import given
from tests.conversations.opened import opened
from tests.conversations.played import Player

DOC = Path(__file__).parents[2] / "docs" / "conversations.md"
BEGIN, END = "<!-- made by `python -m tests.conversations.transcripts` -->\n", "<!-- end -->\n"
LONG = [file for file in given.FILES if file.parent.name == "long"]


def put() -> None:
    """Write them into the document, each under what it is about."""
    before, _, rest = DOC.read_text(encoding="utf-8").partition(BEGIN)
    with tempfile.TemporaryDirectory() as folder:
        product = opened(Path(folder) / "var")
        try:
            product.ready()
            player = Player(product, create_engine(product.database_url))
            told = [_played(player, file) for file in LONG]
        finally:
            product.close()
    DOC.write_text(before + BEGIN + "\n".join(told) + END + rest.partition(END)[2], encoding="utf-8")


def _played(player: Player, file: Path) -> str:
    channel = given.script(file, "web").channel[0]
    script = given.script(file, channel)
    lines = [
        f"\n## {script.about}\n",
        f"{_where(script, channel)}, [{file.stem}](../{file.relative_to(DOC.parents[1])})\n",
    ]
    line, outbox = player.line(script, channel), player.outbox(script, channel)
    try:
        for exchange in play(script, channel, line, outbox):
            lines.append(_told(exchange))
    except (Unmet, NoAnswer) as error:
        lines.append(f"**{error}**\n")
    finally:
        line.close()
        outbox.close()
    return "\n".join(lines)


def _where(script: Script, channel: str) -> str:
    place = "In the web chat" if channel == "web" else "By text message"
    return f"{place}, {'as a visitor' if script.who == 'visitor' else 'known to the shop'}"


def _told(exchange: Exchange) -> str:
    """What the customer did, and what was answered; options as the web shows them."""
    texts = "\n>\n".join("> " + text.replace("\n", "  \n> ") for text in exchange.answer.texts)
    options = " ".join(f"`{label}`" for label in exchange.answer.labels)
    shown = f"\n>\n> {options}" if options and "Reply 1:" not in texts else ""
    return f"**{exchange.did}**\n\n{texts}{shown}\n"


if __name__ == "__main__":
    put()
