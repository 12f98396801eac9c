"""Plays a script over a line, and compares each answer with what the script expects."""

from collections.abc import Iterator
from dataclasses import dataclass

from handoff.entry.chat.lines import Answer, Line, Outbox
from handoff.entry.chat.script import Channel, Script, Turn

CODES = ("right", "new", "wrong")


class Unmet(Exception):
    """An expectation that failed; the message says which, and what was said instead."""


@dataclass(frozen=True)
class Exchange:
    """What the customer did, in words, and what came back."""

    number: int
    did: str
    answer: Answer


def play(script: Script, channel: Channel, line: Line, outbox: Outbox | None) -> Iterator[Exchange]:
    """One exchange after the other. Raises `Unmet` after the one that is not as expected, and `NoAnswer`."""
    labels: tuple[str, ...] = ()
    turns = script.on(channel)
    for number, turn in enumerate(turns, start=1):
        if outbox and any(later.code == "new" for later in turns[number : number + 1]):
            outbox.forget()
        did, answer = _do(turn, number, labels, line, outbox)
        yield Exchange(number, did, answer)
        check(turn, number, answer)
        labels = answer.labels


def check(turn: Turn, number: int, answer: Answer) -> None:
    """Raises `Unmet` when the answer is not what the turn expects."""
    said, offered = answer.whole.casefold(), "\n".join(answer.labels).casefold()
    for words in turn.expect:
        if not any(word.strip().casefold() in said for word in words.split("|")):
            raise Unmet(f"turn {number}: expected {words!r} in the answer.")
    for words in turn.never:
        if words.casefold() in said:
            raise Unmet(f"turn {number}: {words!r} must not be in the answer.")
    for words in turn.options:
        if not any(word.strip().casefold() in offered for word in words.split("|")):
            raise Unmet(f"turn {number}: expected an option {words!r}; offered: {_list(answer.labels)}.")


def chosen(labels: tuple[str, ...], words: str, number: int) -> str:
    """The one label that is meant: by its number, as a whole, or by some of its words."""
    if words.isdigit() and 1 <= int(words) <= len(labels):
        return labels[int(words) - 1]
    said = words.casefold()
    for fits in ([one for one in labels if one.casefold() == said], [one for one in labels if said in one.casefold()]):
        if len(fits) == 1:
            return fits[0]
    raise Unmet(f"turn {number}: no single option {words!r} to tap; offered: {_list(labels)}.")


def _do(turn: Turn, number: int, labels: tuple[str, ...], line: Line, outbox: Outbox | None) -> tuple[str, Answer]:
    if turn.say is not None:
        return turn.say, line.say(turn.say)
    if turn.tap is not None:
        label = chosen(labels, turn.tap, number)
        return f"[{label}]", line.tap(label)
    code = _code(str(turn.code), number, outbox)
    return f"{code} ({turn.code})", line.say(code)


def _code(wanted: str, number: int, outbox: Outbox | None) -> str:
    """A wrong code is the right one with its last digit turned, and leaves the right one to be used."""
    if wanted not in CODES:
        return wanted
    if outbox is None:
        raise Unmet(f"turn {number}: a code can be read in development only.")
    if wanted != "wrong":
        return outbox.code()
    code = outbox.peek()
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def _list(labels: tuple[str, ...]) -> str:
    return ", ".join(repr(label) for label in labels) or "none"
