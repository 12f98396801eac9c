"""Job `ask_bot`: one turn of the bot for one customer message. Asked once, and never twice."""

from datetime import timedelta
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from handoff.routing import requests
from handoff.rules import bot_turn, outbox
from handoff.rules.bot_turn import Answer, Part, Question
from handoff.tools import meters
from handoff.tools.rasa import NotAsked, Rasa, Turn, TurnFailed
from shop.ground import clock, jobs
from shop.ground.db import Database

log = structlog.get_logger()
SILENCE_S = 8.0  # after this long without the bot the customer is told; 10 s is the promise
RETRY_S, LATER_RETRY_S = 0.5, 3.0
PATIENCE_S = 600.0  # a question older than this is not answered out of the blue


class Parts(Protocol):
    """What this job needs of the wiring."""

    @property
    def db(self) -> Database: ...
    @property
    def rasa(self) -> Rasa: ...


async def run(parts: Parts, job: jobs.Claimed) -> None:
    """Ask, and settle what comes of it. A job that was asked before and not settled is a failed turn."""
    if job.asked_before:
        await parts.db.write(bot_turn.fail, job)
        return
    if not await parts.rasa.listening():  # found out before it counts as asked: a crash here loses nothing
        await parts.db.write(_wait, job)
        return
    question = await parts.db.write(bot_turn.question, job)
    if question is None:
        return
    with meters.TURN_SECONDS.time():
        outcome = await _asked(parts, question)
    meters.TURNS.labels(type(outcome).__name__).inc()
    match outcome:
        case NotAsked():
            log.info("bot_not_reached", message=question.message_id, why=str(outcome))
            await parts.db.write(_wait, job)
        case TurnFailed():
            log.warning("bot_turn_failed", message=question.message_id, why=str(outcome))
            await parts.db.write(bot_turn.fail, job)
        case Turn():
            await parts.db.write(bot_turn.settle, job, _answer(outcome))


async def _asked(parts: Parts, question: Question) -> Turn | NotAsked | TurnFailed:
    try:
        return await parts.rasa.ask(
            {
                "conversation": question.conversation,
                "message_id": question.message_id,
                "channel": question.channel,
                "text": question.text,
                "choice": question.choice,
                "address": question.address,
            }
        )
    except (NotAsked, TurnFailed) as outcome:
        return outcome


def _wait(session: Session, job: jobs.Claimed) -> None:
    """Rasa was not reached: keep the question, tell the customer in time, and end it some day."""
    if bot_turn.wants_person(session, job):
        return bot_turn.fail(session, job)
    now = clock.now()
    waited_s = (now - job.owed_at).total_seconds()
    if waited_s > PATIENCE_S:
        return bot_turn.fail(session, job, "bot_gone")
    told = job.payload.get("excused", False)
    if not told and waited_s >= SILENCE_S:
        bot_turn.excuse(session, job)
        told = True
    pause_s = LATER_RETRY_S if told else RETRY_S
    jobs.later(session, job, now + timedelta(seconds=pause_s), unasked=True, payload={**job.payload, "excused": told})
    return None


def _answer(turn: Turn) -> Answer:
    """The answer in the gateway's own words: a part without text and options says nothing and is left out."""
    parts = [
        Part(part.text, [outbox.Choice(option.label, option.choice) for option in part.options], part.card)
        for part in turn.parts
        if part.says_something
    ]
    asked = turn.handoff
    wish = requests.Wish(asked.topic, asked.reason, asked.facts) if asked else None
    return Answer(parts, wish, turn.challenge, turn.understood, turn.request)
