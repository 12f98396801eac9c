"""`make bench`: how long a customer waits for the bot and what a turn costs, beside bare Rasa, and the start."""

import argparse
import json
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import console, operations, replies, routing, search, turns, webhook, widget
from bench.product import Product

PARTS = {
    "replies": replies.table,
    "operations": operations.table,
    "turns": turns.table,
    "routing": routing.table,
    "search": search.table,
    "webhook": webhook.table,
    "console": console.table,
    "widget": widget.table,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="make bench",
        description="Starts Rapport and a bare `rasa run` with its REST channel on the same model, asks both the same"
        " questions in turn, and prints the times; then what customers do with their orders, on the demo shop and on one of"
        " 100,000 orders; then what a turn costs as a conversation grows; then how long it takes from an event to the offer"
        " of a conversation to an agent, to find what was said, to take 200 texts a second, and what the chat costs a page that has it."
        " Takes about thirty minutes; needs about 2 GB of memory and 3 GB of disk.",
    )
    parser.add_argument("--turns", type=int, default=200, help="questions to each side (default: 200)")
    parser.add_argument("--conversations", type=int, default=20, help="about orders, on each shop (default: 20)")
    parser.add_argument("--closed", type=int, default=routing.CLOSED, help="conversations that are over, for routing")
    parser.add_argument("--messages", type=int, default=search.MESSAGES, help="messages that are searched")
    parser.add_argument("--only", choices=PARTS, help="one part alone")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    options = parser.parse_args()
    figures = _measured([options.only] if options.only else list(PARTS), options)
    tables = [PARTS[name](figures[name]) for name in PARTS if name in figures]
    if start := figures.get("start"):
        sizes = ", ".join(f"{name} {start[f'{name}_mb']} MB" for name in ("gateway", "rasa", "actions"))
        tables.append(f"Start to ready, model trained before: {start['ready_s']:.1f} s\nMemory: {sizes}")
    sys.stdout.write("\n\n".join(tables) + "\n")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


def _measured(parts: list[str], options: argparse.Namespace) -> dict[str, Any]:
    figures: dict[str, Any] = {"machine": {"cpu": _cpu(), "cores": _cores(), "python": platform.python_version()}}
    with tempfile.TemporaryDirectory(prefix="rapport-bench-") as name:
        folder = Path(name)
        if "routing" in parts:  # needs no product, and has the machine for itself
            figures["routing"] = routing.measure(folder, options.closed)
        if "search" in parts:
            figures["search"] = search.measure(folder, options.messages)
        if "webhook" in parts:
            figures["webhook"] = webhook.measure(folder)
        if "console" in parts:
            figures["console"] = console.measure()
        if "widget" in parts:
            figures["widget"] = widget.measure()
        if set(parts) <= {"routing", "search", "webhook", "console", "widget"}:
            return figures
        with Product(folder / "var", peer="replies" in parts) as product:
            figures["start"] = product.started
            if "replies" in parts:
                figures["replies"] = replies.measure(product, options.turns)
        if "operations" in parts:
            figures["operations"] = operations.measure(
                folder, product.settings.var_dir / "models", options.conversations
            )
        if "turns" in parts:
            figures["turns"] = turns.measure(product.model)
    return figures


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _cores() -> int:
    return len(Path("/proc/cpuinfo").read_text().split("processor\t")) - 1


if __name__ == "__main__":
    main()
