"""What customers say of who served them: asked once for each party and stretch, and theirs to change for a while."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Address, Agent, Assignment, Conversation, Message, Rating
from handoff.routing import policy
from handoff.rules import consent, contacts, outbox, quiet
from shop.ground import clock
from shop.ground.db import ring
from shop.ground.errors import Conflict

BOT, AGENT = "bot", "agent"
QUIET = timedelta(minutes=10)  # nobody closes what the bot alone has settled: it is over when nothing is said any more
OPEN_FOR = timedelta(days=7)
ASKED_FOR = timedelta(hours=24)  # so long is "4" in a text an answer to our question
LONGEST = 1000
_SCORE = re.compile(r"\s*([1-5])\s*(?:/\s*5|stars?|\*)?\s*(?:[.!]*\s*|[,:;.!–-]+\s*(\S.*))", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Served:
    """A stretch of a conversation: its number, and who served in it."""

    stretch: int
    parties: dict[str, Agent | None]  # in the order in which they are asked about


def shown(session: Session, conversation: Conversation) -> list[dict[str, Any]]:
    """What can be rated now, and what was said so far."""
    if not policy.current().ratings.web or not _over(conversation):
        return []
    served = _served(session, conversation)
    known = _known(session, conversation.id, served.stretch)
    return [
        {
            "party": party,
            "name": agent.name if agent else outbox.bot().name,
            "score": known[party].score if party in known else None,
            "words": known[party].words if party in known else "",
        }
        for party, agent in served.parties.items()
    ]


def rate(session: Session, conversation: Conversation, party: str, score: int, words: str, channel: str) -> None:
    """Keep the answer, in the place of an earlier one. Raises `Conflict` when there is nothing to be rated any more."""
    served = _served(session, conversation)
    if not _over(conversation) or party not in served.parties or not _asked(channel):
        raise Conflict("This can't be rated any more.", code="rating_closed")
    rating = _known(session, conversation.id, served.stretch).get(party) or _new(conversation, served, party, channel)
    rating.score, rating.words, rating.channel, rating.at = score, words.strip()[:LONGEST], channel, clock.now()
    session.add(rating)
    ring(session, states.bell(conversation.id))  # other tabs show it; the conversation itself has not moved


def due(session: Session, conversation_id: str, version: int) -> None:
    """Ask by text, once, if the conversation is still what was closed: within the hours in which one may text unasked."""
    conversation = states.lock(session, conversation_id)
    if conversation.version != version or conversation.channel != "sms" or not policy.current().ratings.sms:
        return
    served = _served(session, conversation)
    known = _known(session, conversation.id, served.stretch)
    number = session.get_one(Address, conversation.address_id).value
    if known or not served.parties or consent.stopped(session, number) or not _over(conversation):
        return
    now = clock.now()
    allowed = quiet.allowed_from(number, now)
    if allowed is None or (conversation.closed_at and allowed - conversation.closed_at > ASKED_FOR):
        return
    if allowed > now:
        states.owe_rating(session, conversation, allowed)
        return
    if contacts.refusal(session, conversation, number, contacts.RATING):
        return
    party, agent = next(iter(served.parties.items()))
    rating = _new(conversation, served, party, "sms")
    rating.asked_at = now
    session.add(rating)
    seq = outbox.tell(session, conversation, f"rating_{party}", agent=agent.name if agent else "")
    contacts.proactive(session, conversation, seq, contacts.RATING)


def heard(session: Session, conversation: Conversation, text: str) -> bool:
    """Was this text the answer to our question? Only a score, alone or before other words, is one: "2 of them are broken"
    is a new matter."""
    said = _SCORE.fullmatch(text)
    if said is None or conversation.state != "closed" or not policy.current().ratings.sms:
        return False
    served = _served(session, conversation)
    for party, rating in _known(session, conversation.id, served.stretch).items():
        if rating.asked_at and rating.score is None and clock.now() - rating.asked_at <= ASKED_FOR:
            rate(session, conversation, party, int(said[1]), said[2] or "", "sms")
            return True
    return False


def _over(conversation: Conversation) -> bool:
    now = clock.now()
    if conversation.state == "closed":
        return conversation.closed_at is not None and now - conversation.closed_at <= OPEN_FOR
    rests = now - conversation.changed_at
    return conversation.state == "bot" and conversation.last_reply_seq > 0 and QUIET <= rests <= OPEN_FOR


def _asked(channel: str) -> bool:
    asked = policy.current().ratings
    return asked.web if channel == "web" else asked.sms


def _served(session: Session, conversation: Conversation) -> Served:
    """The stretch that is over, or goes on; a person who answered is asked about before the bot."""
    changes = (Assignment.conversation_id == conversation.id, Assignment.to_state == "closed")
    closes = list(
        session.scalars(
            select(Assignment.at).where(*changes, Assignment.from_state != "closed").order_by(Assignment.id)
        )
    )
    if conversation.state == "closed":
        closes = closes[:-1]
    since = closes[-1] if closes else conversation.opened_at - timedelta(seconds=1)
    parties: dict[str, Agent | None] = {}
    agent_id = _last_agent(session, conversation.id, since)
    if agent_id is not None:
        parties[AGENT] = session.get_one(Agent, agent_id)
    if _count(session, conversation.id, since, "bot") and _count(session, conversation.id, since, "customer"):
        parties[BOT] = None
    return Served(len(closes) + 1, parties)


def _last_agent(session: Session, conversation_id: str, since: datetime) -> str | None:
    where = (Message.conversation_id == conversation_id, Message.kind == "agent", Message.at > since)
    return session.scalar(select(Message.agent_id).where(*where).order_by(Message.seq.desc()).limit(1))


def _count(session: Session, conversation_id: str, since: datetime, kind: str) -> int:
    where = (Message.conversation_id == conversation_id, Message.kind == kind, Message.at > since)
    return session.scalar(select(func.count()).where(*where)) or 0


def _known(session: Session, conversation_id: str, stretch: int) -> dict[str, Rating]:
    where = (Rating.conversation_id == conversation_id, Rating.stretch == stretch)
    return {rating.party: rating for rating in session.scalars(select(Rating).where(*where))}


def _new(conversation: Conversation, served: Served, party: str, channel: str) -> Rating:
    agent = served.parties[party]
    return Rating(
        conversation_id=conversation.id,
        stretch=served.stretch,
        party=party,
        agent_id=agent.id if agent else None,
        channel=channel,
    )
