"""One entity found in a text, and how several finds share the text."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

Value = str | int


@dataclass(frozen=True)
class Found:
    """`value` is normalised; `start` and `end` are places in the text as the customer wrote it."""

    entity: str
    value: Value
    start: int
    end: int

    def overlaps(self, other: "Found") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Pattern:
    """A regular expression for an entity. The span is the group `it` where there is one, else the whole match."""

    entity: str
    expression: re.Pattern[str]
    value: Callable[[re.Match[str]], Value | None]

    def find(self, text: str) -> Iterator[Found]:
        for match in self.expression.finditer(text):
            group = "it" if "it" in self.expression.groupindex else 0
            value = self.value(match)
            if value is not None and value != "":
                yield Found(self.entity, value, match.start(group), match.end(group))


def pattern(
    entity: str, expression: str, value: Callable[[re.Match[str]], Value | None] | Value, flags: int = re.IGNORECASE
) -> Pattern:
    """`value` may be a constant or a function of the match; None from the function means: not one after all."""
    return Pattern(entity, re.compile(expression, flags), value if callable(value) else lambda _: value)


def first_come(groups: Iterable[Iterable[Found]]) -> list[Found]:
    """All finds in the order of the text, without those that overlap a find of an earlier group or place."""
    taken: list[Found] = []
    for group in groups:
        for found in group:
            if not any(found.overlaps(other) for other in taken):
                taken.append(found)
    return sorted(taken, key=lambda found: (found.start, found.end))
