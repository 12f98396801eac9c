"""The web chat by hand in a terminal: what is written goes out, what comes in is printed as it comes."""

import json
import threading
from typing import Any

import httpx
from rich.console import Console
from rich.text import Text

from handoff.entry.chat.lines import NoAnswer, Web

STYLES = {"bot": "green", "agent": "magenta", "system": "yellow"}
READ_S = 40.0  # the stream gives a sign of life more often
AGAIN_S = 0.5


class Screen:
    """What was said, and the options that are open."""

    def __init__(self, out: Console) -> None:
        self.out = out
        self.options: list[dict[str, str]] = []
        self.seen = 0

    def show(self, message: dict[str, Any]) -> None:
        """Print a message of the other side; one's own is on the screen already."""
        if message["seq"] <= self.seen:
            return
        self.seen = message["seq"]
        author = message["author"]
        if author["kind"] == "customer":
            return
        self.options = message["options"]
        self.out.print(Text(f"\n{author['name']}  ", style=f"bold {STYLES.get(author['kind'], '')}"))
        self.out.print(Text(message["text"]))
        for number, option in enumerate(self.options, start=1):
            self.out.print(Text(f"  {number}  {option['label']}", style="dim"))

    def wish(self, written: str) -> dict[str, str]:
        """What is sent: the option whose number was typed, or the words."""
        number = int(written) if written.isdigit() and len(written) < 3 else 0
        if 1 <= number <= len(self.options):
            return {"option": self.options[number - 1]["id"]}
        return {"text": written}


def talk(web: Web, out: Console) -> None:
    """Until the customer leaves."""
    screen = Screen(out)
    threading.Thread(target=_listen, args=(web, screen), daemon=True).start()
    out.print(Text("Write, or type the number of an option. Ctrl-D leaves.", style="dim"))
    while (written := _written(out)) is not None:
        if not written.strip():
            continue
        try:
            web.send(**screen.wish(written.strip()))
        except NoAnswer as refused:
            out.print(Text(str(refused), style="red"))
    web.close()


def _written(out: Console) -> str | None:
    try:
        return out.input("[bold cyan]> [/]")
    except (EOFError, KeyboardInterrupt):
        out.print()
        return None


def _listen(web: Web, screen: Screen) -> None:
    """Follow the stream; when it is cut, come back from the last number seen."""
    timeout = httpx.Timeout(READ_S)
    with httpx.Client(base_url=web.http.base_url, headers=web.http.headers, timeout=timeout, trust_env=False) as http:
        while not web.http.is_closed:
            try:
                follow(http, screen)
            except httpx.HTTPError:
                threading.Event().wait(AGAIN_S)


def follow(http: httpx.Client, screen: Screen) -> None:
    """Show what is said until the stream is cut."""
    with http.stream("GET", "/api/chat/stream", params={"after": screen.seen}) as answer:
        event = ""
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name == "event":
                event = value
            elif name == "data" and event == "message":
                screen.show(json.loads(value))
