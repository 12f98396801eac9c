"""`python -m bot.nlu benchmark|try|report`: the part of `rapport nlu` that needs Rasa, in Rasa's own environment."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from bot.light import StandIn
from shop.text.weights import WeightsError


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="rapport nlu")
    parser.add_argument("--json", action="store_true")
    commands = parser.add_subparsers(dest="command", required=True)
    bench = commands.add_parser("benchmark")
    bench.add_argument("--config", type=Path, required=True)
    bench.add_argument("--train", type=Path, required=True)
    bench.add_argument("--test", type=Path, required=True)
    trial = commands.add_parser("try")
    trial.add_argument("--model", type=Path, required=True)
    trial.add_argument("text")
    page = commands.add_parser("report")
    page.add_argument("--model", type=Path, required=True)
    page.add_argument("--heldout", type=Path, required=True)
    page.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    try:
        result = _run(given)
    except (OSError, ValueError, WeightsError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    text = json.dumps(result, ensure_ascii=False, indent=1) if given.json else as_words(result)
    sys.stdout.write(text + "\n")
    return 0


def _run(given: argparse.Namespace) -> dict[str, Any]:
    sys.meta_path.insert(0, StandIn())  # no component of ours needs TensorFlow
    if given.command == "benchmark":
        from bot.nlu.benchmark import benchmark

        return benchmark(given.config, given.train, given.test)
    if given.command == "try":
        from bot.nlu.trial import explain

        return explain(given.model, given.text)
    from bot.nlu.report import report

    return report(given.model, given.heldout, given.out)


def as_words(result: dict[str, Any]) -> str:
    """One line a fact; lists indented."""
    lines = []
    for name, value in result.items():
        label = name.replace("_", " ")
        if isinstance(value, list):
            lines.append(f"{label}:" if value else f"{label}: none")
            lines += ["  " + "  ".join(str(part) for part in item.values()) for item in value]
        else:
            lines.append(f"{label}: {value}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
