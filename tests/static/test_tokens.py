"""The design tokens keep their promises: enough contrast in both themes, and one dark theme, not two."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "handoff" / "static" / "tokens.css"
BLOCK = re.compile(r"([^{}]+)\{([^{}]*)\}")
DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;]+);")

SURFACES = ("bg", "surface", "surface-2")
TEXT_PAIRS = [
    *((text, surface) for text in ("text", "text-2", "text-3") for surface in SURFACES),
    *((meaning, f"{meaning}-soft") for meaning in ("good", "warn", "bad", "gold")),
    *((meaning, surface) for meaning in ("good", "warn", "bad", "gold", "accent") for surface in ("bg", "surface")),
    ("text", "surface-3"),
    ("text-2", "surface-3"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-accent-soft", "accent-soft"),
]
BOUNDARY_PAIRS = [(line, surface) for line in ("border-strong", "focus") for surface in SURFACES]


def blocks() -> list[tuple[str, dict[str, str]]]:
    """Each rule's selector with its declarations, in the order of the file."""
    css = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(encoding="utf-8"), flags=re.S)
    return [(m[1].strip(), {d[1]: d[2].strip() for d in DECLARATION.finditer(m[2])}) for m in BLOCK.finditer(css)]


def theme(name: str) -> dict[str, str]:
    light = next(values for selector, values in blocks() if selector.startswith(":root,"))
    if name == "light":
        return light
    return light | next(values for selector, values in blocks() if '[data-theme="dark"]' in selector)


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_can_be_read_on_what_it_stands_on(name: str) -> None:
    tokens = theme(name)
    measured = {pair: round(contrast(tokens[f"--rp-{pair[0]}"], tokens[f"--rp-{pair[1]}"]), 2) for pair in TEXT_PAIRS}
    assert {pair: ratio for pair, ratio in measured.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("name", ["light", "dark"])
def test_boundaries_and_the_focus_ring_can_be_seen(name: str) -> None:
    tokens = theme(name)
    measured = {
        pair: round(contrast(tokens[f"--rp-{pair[0]}"], tokens[f"--rp-{pair[1]}"]), 2) for pair in BOUNDARY_PAIRS
    }
    assert {pair: ratio for pair, ratio in measured.items() if ratio < 3} == {}


def test_the_dark_theme_is_the_same_however_it_was_chosen() -> None:
    dark = [values for selector, values in blocks() if values.get("color-scheme") == "dark"]
    assert len(dark) == 2
    assert dark[0] == dark[1]
