"""On a page that is written from right to left the chat is mirrored: its style sheets name no left and no right."""

import re

from handoff.tools.assets import WIDGET

DECLARED = re.compile(r"^\s+(?P<name>[\w-]+):\s*(?P<value>[^;{]+);", re.MULTILINE)
SIDES = re.compile(r"(?:^|-)(?:left|right)(?:-|$)")
PART = re.compile(r"[^\s(]+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?")


def one_sided(name: str, value: str) -> bool:
    parts = PART.findall(value)
    if SIDES.search(name) or (name in ("text-align", "float", "clear") and value in ("left", "right")):
        return True
    if name in ("margin", "padding", "inset", "border-width", "border-color"):
        return len(parts) == 4 and parts[1] != parts[3]
    return name == "border-radius" and len(parts) > 1


def test_no_sheet_names_a_side() -> None:
    found = [
        f"{file.name}: {match['name']}: {match['value']}"
        for file in sorted(WIDGET.glob("*.css"))
        for match in DECLARED.finditer(file.read_text(encoding="utf-8"))
        if one_sided(match["name"], match["value"].strip())
    ]
    assert found == []


def test_a_side_is_recognised() -> None:
    assert one_sided("padding-left", "4px") and one_sided("left", "0") and one_sided("text-align", "right")
    assert one_sided("padding", "1px var(--a) 2px max(1px, var(--b))") and one_sided("border-radius", "5px 1px 1px")
    assert not one_sided("padding", "1px var(--a) 2px var(--a)") and not one_sided("margin", "0 auto")
    assert not one_sided("border-start-start-radius", "5px") and not one_sided("text-align", "start")
