"""How much a conversation has asked of the customer's patience, and when a person is offered because of it: warmly, once.

Signs are counted in the slot `patience`; a receipt, or a person, begins anew. What was counted goes with the handoff.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from sqlalchemy.orm import Session

from actions import meanings
from actions.turn import Answer, Option, Rule, Said, Turn
from shop import tone, wording

SLOT = "patience"
ENOUGH = 2  # failed attempts, refusals, misses
REMEMBERED = 4  # answers among which one comes again
REFUSAL = re.compile(r"utter_\w+_(not_possible|none|no_other|no_method)|utter_out_of_scope\w*")
DONE = re.compile(r"utter_\w+_done")


@dataclass
class Patience:
    """What was counted so far.

    `misses`: messages in a row that were not understood, the last was `missed_at`; `missed`: all of them, by which words
    rotate. `tries`: answers to the open question that did not help, the last was `tried`; `question`: that which was asked
    last. `answers`: what was asked and answered lately, as fingerprints. `asked`: what the bot asked by itself, as
    `actions.guesses` keeps it. `offered`: the message after which a person was offered. `spoken`: how often each kind of
    small talk was answered.
    """

    heard: str = ""
    misses: int = 0
    missed: int = 0
    missed_at: str = ""
    tries: int = 0
    tried: str = ""
    question: str = ""
    refused: int = 0
    angry: int = 0
    repeated: int = 0
    answers: list[str] = field(default_factory=list)
    asked: dict[str, Any] = field(default_factory=dict)
    offered: str = ""
    wish: str = ""
    spoken: dict[str, int] = field(default_factory=dict)

    @property
    def slot(self) -> dict[str, Any]:
        return {SLOT: asdict(self)}

    def listen(self, turn: Turn) -> None:
        """Count what the message itself tells, once, however many actions answer it."""
        if self.heard == turn.message_id:
            return
        self.heard = turn.message_id
        self.angry += turn.intent == "complain" or (not turn.tapped and tone.strong(turn.text))
        self.wish = turn.intent if turn.intent in meanings.WISHES else self.wish

    def note(self, turn: Turn, said: list[Said], in_a_request: bool = False) -> None:
        """Count what the answer tells. A request asks its questions again by itself; that is no repeated question."""
        if any(DONE.fullmatch(one.response) for one in said):
            self.begin_anew()
        self.refused += any(REFUSAL.fullmatch(one.response) for one in said)
        if said and turn.intent in meanings.WISHES and not turn.tapped and not in_a_request:
            answer = _asked_and_answered(turn, said)
            self.repeated += answer in self.answers
            self.answers = [*self.answers, answer][-REMEMBERED:]

    def try_again(self, turn: Turn) -> None:
        """This message was no answer to the open question."""
        self.tries, self.tried = self.tries + 1, turn.message_id

    def begin_anew(self) -> None:
        """Something succeeded, or somebody else took over: what annoyed before is over. Words go on rotating."""
        kept = Patience(heard=self.heard, missed=self.missed, asked=self.asked, wish=self.wish, spoken=self.spoken)
        self.__dict__.update(kept.__dict__)

    def nth(self, kind: str) -> int:
        """How often this kind of small talk came before; counts this time."""
        before = self.spoken.get(kind, 0)
        self.spoken[kind] = before + 1
        return before

    @property
    def mood(self) -> str | None:
        """The worst that is to be told, as the response that offers a person names it."""
        signs = {
            "angry": self.angry > 0,
            "stuck": self.tries >= ENOUGH or self.misses >= ENOUGH,
            "refused": self.refused >= ENOUGH,
            "repeated": self.repeated > 0,
        }
        return next((sign for sign, seen in signs.items() if seen), None)

    @property
    def facts(self) -> dict[str, Any]:
        """What a person who joins should know, in their words; empty where all went well."""
        told = {
            "mood": wording.say(f"mood_{self.mood}") if self.mood else "",
            "last_wish": meanings.label(self.wish) if self.wish else "",
            "not_understood": max(self.misses, self.tries),
            "refused": self.refused,
        }
        return {name: value for name, value in told.items() if value}


def of(turn: Turn, slots: dict[str, Any] | None = None) -> Patience:
    """What was counted so far, by the last action or by those before. What an older release wrote is left aside."""
    kept = (slots or {}).get(SLOT) or turn.slot(SLOT) or {}
    names = {each.name for each in fields(Patience)}
    return Patience(**{name: value for name, value in kept.items() if name in names})


def heed(rule: Rule) -> Rule:
    """The rule, with signs counted and a person offered when there were enough of them."""

    def heeded(session: Session, turn: Turn) -> Answer:
        answer = rule(session, turn)
        if answer.handoff is not None:
            return answer
        counted = of(turn, answer.slots)
        counted.listen(turn)
        said = list(answer.said)
        counted.note(turn, said)
        return Answer(
            offering(counted, turn, said),
            {**answer.slots, **counted.slot},
            challenge=answer.challenge,
            then=answer.then,
        )

    return heeded


def offering(counted: Patience, turn: Turn, said: list[Said]) -> list[Said]:
    """What is said, with a person offered if that is due: before it, and of a question that was asked again behind the
    answer. The option stands under the answer's own: that is the list which counts by text message."""
    if not said:
        return said
    offer = []
    if counted.mood and not counted.offered:
        counted.offered = turn.message_id
        offer = [Said(f"utter_person_{counted.mood}")]
    if counted.offered == turn.message_id:
        said = [*said[:-1], _with_person(said[-1])]
    return [*said, *offer] if counted.mood == "repeated" else [*offer, *said]


def _with_person(said: Said) -> Said:
    there = any(option.intent == "ask_person" for option in said.options)
    return said if there else replace(said, options=[*said.options, person()])


def person() -> Option:
    return Option(wording.say("option_person"), "ask_person")


def fingerprint(*said: Said) -> str:
    """The same for the same words."""
    told = [[one.response, {name: str(value) for name, value in one.facts.items()}] for one in said]
    return _hashed(told)


def _asked_and_answered(turn: Turn, said: list[Said]) -> str:
    asked = [turn.intent, sorted((mention.entity, str(mention.value)) for mention in turn.mentions)]
    return _hashed([asked, fingerprint(*said)])


def _hashed(what: object) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:12]
