"""`make bench`: how long a customer waits for the bot and what a turn costs, beside bare Rasa, and the start."""

import argparse
import json
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import replies, turns
from bench.product import Product


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="make bench",
        description="Starts Rapport and a bare `rasa run` with its REST channel on the same model, asks both the same"
        " questions in turn, and prints the times; then what a turn costs as a conversation grows."
        " Takes about five minutes; needs about 1.5 GB.",
    )
    parser.add_argument("--turns", type=int, default=200, help="questions to each side (default: 200)")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rapport-bench-") as folder:
        with Product(Path(folder)) as product:
            figures: dict[str, Any] = {
                "machine": {"cpu": _cpu(), "cores": _cores(), "python": platform.python_version()},
                "start": product.started,
                "replies": replies.measure(product, options.turns),
            }
        figures["turns"] = turns.measure(product.model)
    start = product.started
    sizes = ", ".join(f"{name} {start[f'{name}_mb']} MB" for name in ("gateway", "rasa", "actions"))
    lines = [
        replies.table(figures["replies"]),
        "",
        turns.table(figures["turns"]),
        "",
        f"Start to ready, model trained before: {start['ready_s']:.1f} s",
        f"Memory: {sizes}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _cores() -> int:
    return len(Path("/proc/cpuinfo").read_text().split("processor\t")) - 1


if __name__ == "__main__":
    main()
