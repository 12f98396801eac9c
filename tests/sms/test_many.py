"""Large numbers: twenty thousand random texts counted as a reference counts them, hundreds of sends of which a fifth is uncertain."""

import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from sqlalchemy.orm import Session

from handoff.rules import deliveries, segments
from handoff.tools.texter import Finding, Later, NotThere, Outcome, Sent, Uncertain
from shop.ground import jobs
from shop.ground.db import Database
from tests.conftest import Clock
from tests.sms.sending import owe, states

# The default alphabet as the standard lists it, row by row (3GPP TS 23.038, 6.2.1), and its extension (6.2.1.1).
STANDARD = (
    "@£$¥èéùìòÇ\nØø\rÅå" "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ" " !\"#¤%&'()*+,-./" "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO" "PQRSTUVWXYZÄÖÑÜ§" "¿abcdefghijklmno" "pqrstuvwxyzäöñüà"
)  # fmt: skip
EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
# More of them with RAPPORT_TEST_SENDS=5000: that takes minutes.
SENDS = int(os.environ.get("RAPPORT_TEST_SENDS", "600"))
ALPHABETS = (
    "abc ABC 019 @£$¥èé\n_ΔΦ!?",
    "hello {}[]~\\|^€ world",
    "“curly” – ñandú 日本語 ",
    "x😀👍🏽👨‍👩‍👧é́",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa€",
    STANDARD.replace("\x1b", ""),
)


def septets(text: str) -> bytes | None:
    """The text in the default alphabet, or None if it does not fit."""
    places = {char: bytes([place]) for place, char in enumerate(STANDARD) if char != "\x1b"}
    places |= {char: bytes([0x1B, place]) for place, char in EXTENSION.items()}
    return b"".join(places[char] for char in text) if places.keys() >= set(text) else None


def reference(text: str) -> tuple[str, int]:
    """Encode as the air carries it, then cut piece by piece, stepping back where a pair would be torn."""
    wire = septets(text)
    if wire is not None:
        return "gsm7", _pieces(len(wire), 160, 153, lambda at: wire[at - 1] == 0x1B)
    data = text.encode("utf-16-be", "surrogatepass")
    return "ucs2", _pieces(len(data) // 2, 70, 67, lambda at: data[2 * at - 2] & 0xFC == 0xD8)


def _pieces(length: int, single: int, joined: int, torn: Callable[[int], bool]) -> int:
    if length <= single:
        return 1
    count, at = 0, 0
    while at < length:
        end = min(at + joined, length)
        at = end - 1 if end < length and torn(end) else end
        count += 1
    return count


def test_twenty_thousand_random_texts_are_counted_as_the_reference_counts_them() -> None:
    dice = random.Random(9)
    for _ in range(20_000):
        alphabet = "".join(dice.sample(ALPHABETS, dice.randint(1, 2)))
        text = "".join(
            dice.choices(alphabet, k=dice.choice((0, 5, 70, 71, 134, 160, 161, 306, 307, dice.randint(0, 900))))
        )
        counted = segments.count(text)
        assert (counted.encoding, counted.count) == reference(text), text


@dataclass
class Carrier:
    """Twilio with a bad day: of five sends one is answered by nothing, and nobody knows whether it was taken."""

    dice: random.Random
    taken: dict[str, tuple[str, str]] = field(default_factory=dict)  # sid -> number and body

    def send(self, to: str, body: str) -> Outcome:
        fate = self.dice.random()
        if fate < 0.05:
            return Later("429")
        if fate < 0.15:
            return Uncertain("ReadTimeout")
        sid = f"SM{len(self.taken):032x}"
        self.taken[sid] = (to, body)
        return Uncertain("500") if fate < 0.25 else Sent(sid)

    def find(self, to: str, body: str, known: tuple[str, ...]) -> Finding:
        if self.dice.random() < 0.1:
            return Uncertain("500")
        found = (sid for sid, held in self.taken.items() if held == (to, body) and sid not in known)
        sid = next(found, None)
        return Sent(sid) if sid else NotThere()


@pytest.mark.slow
def test_of_many_sends_none_goes_out_twice_and_none_is_lost(sqlite_db: Database, clock: Clock) -> None:
    carrier = Carrier(random.Random(5))
    outcomes: Counter[str] = Counter()
    with sqlite_db.transaction() as session:
        # Three texts a number, two of them with the same words: nothing but time and sid tells those apart.
        for n in range(SENDS):
            owe(session, f"+1202{n // 3:07d}", "Hello" if n % 3 else "Good morning")
        while (due := jobs.next_due(session)) is not None:
            clock.time = max(clock.time, due)
            while (job := jobs.claim(session, 3600, ("deliver",))) is not None:
                outcomes[_one(session, job, carrier)] += 1
        assert Counter(states(session).values()) == {"sent": SENDS}
    received = Counter(carrier.taken.values())
    wanted = Counter((f"+1202{n // 3:07d}", "Hello" if n % 3 else "Good morning") for n in range(SENDS))
    assert received == wanted
    assert outcomes["Uncertain"] >= SENDS // 8


def _one(session: Session, job: jobs.Claimed, carrier: Carrier) -> str:
    step = deliveries.take(session, job)
    if isinstance(step, deliveries.ToSend):
        outcome = carrier.send(step.to, step.body)
        deliveries.sent(session, job, outcome)
        return type(outcome).__name__
    if isinstance(step, deliveries.ToLookUp):
        deliveries.looked_up(session, job, carrier.find(step.to, step.body, step.known))
        return "looked up"
    return "nothing"
