"""A routing policy under which nobody is too slow: on a busy machine offers and presence must not lapse in a test."""

from pathlib import Path

import yaml

from handoff.routing import policy

LONG, LONGER = "2 h", "3 h"


def routing_file(folder: Path) -> Path:
    """The product's own policy, but that who is in a test has all the time there is."""
    rules = yaml.safe_load(policy.PATH.read_text(encoding="utf-8"))
    for channel in rules["channels"].values():
        channel["offer"] = LONG
    rules["offers"] |= {"a_minute": 1000}
    rules["presence"] |= {"away_after": LONG, "offline_after": LONGER, "relieved_after": LONGER}
    file = folder / "routing.yml"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(rules), encoding="utf-8")
    return file
