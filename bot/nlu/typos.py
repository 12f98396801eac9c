"""Snaps misspelt words to the words that the bot was trained with, and leaves all others alone."""

import re
from collections import Counter
from collections.abc import Iterable

WORD = re.compile(r"[A-Za-z'][A-Za-z0-9']*")
# What people write on a phone. Slips are left to the speller; these are spellings of their own.
_SHORTHAND = """
u=you|ur=your|r=are|pls=please|plz=please|thx=thanks|tnx=thanks|wat=what|wats=what's|whats=what's|wheres=where's
whens=when's|hows=how's|cant=can't|dont=don't|doesnt=doesn't|didnt=didn't|isnt=isn't|havent=haven't|hasnt=hasn't
wont=won't|im=i'm|ive=i've|wanna=want to|gonna=going to|gotta=have to|gimme=give me|lemme=let me|b4=before
msg=message|ordr=order|acct=account|addr=address|qty=quantity|amt=amount|tmrw=tomorrow|asap=immediately
"""
SHORTHAND = dict(pair.split("=") for line in _SHORTHAND.strip().splitlines() for pair in line.split("|"))
SHORTEST = 4
# From this length on two slips are forgiven, below it one.
LONG = 7


def distance(a: str, b: str, limit: int) -> int:
    """Damerau-Levenshtein distance (swapped neighbours count one), or limit + 1 as soon as it must be more."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]


# Which digits an order has says nothing about the wish.
LONG_NUMBER = re.compile(r"#?\b[wW]?\d{6,12}\b")


def expand(text: str) -> str:
    """Shorthand written out; order ids and other long numbers all alike."""
    alike = LONG_NUMBER.sub("#W1", text)
    return WORD.sub(lambda match: SHORTHAND.get(match.group().lower(), match.group()), alike)


class Speller:
    """Knows shorthand, the words of the training texts (`own`) and common English words; only words outside both are touched."""

    def __init__(self, texts: Iterable[str], common: frozenset[str]) -> None:
        self.own = Counter(word.lower() for text in texts for word in WORD.findall(text))
        self.common = common
        # A word seen once and known nowhere else may itself be a slip: nothing is snapped to it.
        self.targets: dict[str, list[str]] = {}
        for word, count in self.own.items():
            if len(word) >= SHORTEST and (count > 1 or word in common):
                self.targets.setdefault(word[0], []).append(word)
        self.memory: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        return WORD.sub(lambda match: self.word(match.group()), expand(text))

    def word(self, word: str) -> str:
        low = word.lower()
        if len(low) < SHORTEST or low in self.own or low in self.common or low.rstrip("s") in self.common:
            return word
        if low not in self.memory:
            if len(self.memory) > 10_000:  # strangers' words, kept only to save time
                self.memory.clear()
            self.memory[low] = self._nearest(low) or word
        return self.memory[low]

    def _nearest(self, low: str) -> str | None:
        limit = 2 if len(low) >= LONG else 1
        near = [(distance(low, target, limit), -self.own[target], target) for target in self.targets.get(low[0], [])]
        best = min(near, default=(limit + 1, 0, ""))
        return best[2] if best[0] <= limit else None
