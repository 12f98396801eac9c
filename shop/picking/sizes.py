"""Bigger and smaller, as far as numbers or well-known steps allow it: "the bigger one", "next size up", "the largest"."""

import re
from collections.abc import Iterable

from shop.picking.mentions import plain

_STEPS = (
    ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"),
    ("mini", "s", "m", "l"),
    ("twin", "full", "queen", "king"),
    ("narrow", "wide"),
    ("short", "tall"),
    ("s", "tall"),
    ("counter height", "bar height"),
    ("hand", "bath", "sheet"),
)
_COUNTS = {
    word: n for n, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)
}
_MORE = re.compile(
    r"\b(?:bigger|larger|taller|longer|wider|higher|(?:one |a |next )?sizes? (?:up|bigger|larger)|size up)\b", re.I
)
_LESS = re.compile(r"\b(?:smaller|shorter|narrower|lower|(?:one |a |next )?sizes? (?:down|smaller)|size down)\b", re.I)
_MOST = re.compile(r"\b(?:biggest|largest|tallest|longest|widest|highest)\b", re.I)
_LEAST = re.compile(r"\b(?:smallest|shortest|narrowest|lowest|tiniest)\b", re.I)
_NEXT = re.compile(r"\b(?:next|one|a) sizes?\b|\bsize (?:up|down)\b", re.I)
RELATIVE = re.compile("|".join(part.pattern for part in (_MORE, _LESS, _MOST, _LEAST)), re.I)


def ladder(values: Iterable[object]) -> list[str]:
    """The values from the smallest to the largest, compared plainly; empty when they have no such order."""
    plains = list(dict.fromkeys(plain(value) for value in values))
    measures = [_measure(value) for value in plains]
    if len(plains) > 1 and all(measures) and len({m[1] for m in measures if m}) == 1:
        return [value for _, value in sorted((m[0], value) for m, value in zip(measures, plains, strict=True) if m)]
    for steps in _STEPS:
        if len(plains) > 1 and set(plains) <= set(steps):
            return [step for step in steps if step in plains]
    return []


def relative(text: str, now: object, values: Iterable[object]) -> list[str]:
    """The values that a text means by "bigger" and the like, seen from the present one; the nearest first."""
    steps = ladder(values)
    here = plain(now)
    if here not in steps:
        return []
    place = steps.index(here)
    if _MOST.search(text):
        return steps[-1:] if place < len(steps) - 1 else []
    if _LEAST.search(text):
        return steps[:1] if place > 0 else []
    if _MORE.search(text):
        found = steps[place + 1 :]
    elif _LESS.search(text):
        found = steps[:place][::-1]
    else:
        return []
    return found[:1] if _NEXT.search(text) else found


def _measure(value: str) -> tuple[tuple[float, ...], str] | None:
    """The numbers of a value and its unit: "8 x 10 ft" is (8, 10) and "x ft"."""
    words = [str(_COUNTS.get(word, word)) for word in re.findall(r"\d+(?:\.\d+)?|[a-z]+", value.lower())]
    numbers = tuple(float(word) for word in words if word[0].isdigit())
    return (numbers, " ".join(word for word in words if not word[0].isdigit())) if numbers else None
