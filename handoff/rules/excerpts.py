"""The part of a message that was found, with what was looked for marked: pieces of plain text, never markup."""

from dataclasses import dataclass

from handoff.rules.queries import Query, placed

AROUND = 60  # characters before the first hit
LONGEST = 200


@dataclass(frozen=True)
class Excerpt:
    """`pieces` in order: the text, and whether it was looked for. `found`: how many of the query's phrases it holds."""

    pieces: list[tuple[str, bool]]
    found: int


def of(text: str, query: Query) -> Excerpt:
    """Cut out around the first hit. Without any hit: how the text begins."""
    words = placed(text)
    hits: list[tuple[int, int]] = []
    found = 0
    for at, phrase in enumerate(query.phrases):
        starts = _starts(words, phrase, query.open and at == len(query.phrases) - 1)
        found += bool(starts)
        hits += [(words[i][1], words[i + len(phrase) - 1][2]) for i in starts]
    begins = _begin(text, min((begin for begin, _ in hits), default=0))
    ends = min(len(text), begins + LONGEST)
    return Excerpt(_cut(text, begins, ends, _merged(hits)), found)


def _starts(words: list[tuple[str, int, int]], phrase: tuple[str, ...], goes_on: bool) -> list[int]:
    *whole, last = phrase
    found = []
    for i in range(len(words) - len(phrase) + 1):
        final = words[i + len(phrase) - 1][0]
        if not (final == last or (goes_on and final.startswith(last))):
            continue
        if not whole or [word for word, _, _ in words[i : i + len(whole)]] == whole:
            found.append(i)
    return found


def _begin(text: str, hit: int) -> int:
    """Some words before the hit, and never in the middle of one."""
    if hit <= AROUND:
        return 0
    blank = text.find(" ", hit - AROUND, hit)
    return blank + 1 if blank >= 0 else hit - AROUND


def _merged(hits: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(hits):
        if merged and begin < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged


def _cut(text: str, begins: int, ends: int, hits: list[tuple[int, int]]) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = [("…", False)] if begins else []
    at = begins
    for begin, end in hits:
        if begin >= ends:
            break
        pieces += [(text[at:begin], False), (text[begin : min(end, ends)], True)]
        at = min(end, ends)
    pieces += [(text[at:ends], False)] + ([("…", False)] if ends < len(text) else [])
    return [piece for piece in pieces if piece[0]]
