"""A customer wants a person, or no longer does. From the request on the bot is silent, whatever comes of it."""

from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Address, Conversation
from handoff.routing import (
    books,
    clocks,
    gaveup,
    matching,
    offers,
    overflow,
    policy,
    ready,
    stages,
    standing,
    telling,
    versions,
    waits,
)
from handoff.routing.policy import Policy
from handoff.rules import introductions, outbox
from shop import identity, value
from shop.ground import clock

_LOCALE = select(Address.locale).where(Address.id == bindparam("of"))
AGAIN = "asked_again"  # the reason whose points count too when the same is asked a second time


@dataclass(frozen=True)
class Wish:
    """Why a person is wanted: in the bot's words, or in the gateway's own."""

    topic: str = "general"
    reason: str = "customer_asked"
    facts: dict[str, Any] = field(default_factory=dict)


def person(session: Session, conversation: Conversation, wish: Wish, by: str = "customer") -> None:
    """Bring a person: the customer's representative where there is one who is here, else the next free agent."""
    if conversation.state in ("waiting", "offered"):
        telling.still_waiting(session, conversation)
    elif conversation.state in ("held", "parked"):
        telling.still_held(session, conversation)
    else:
        _request(session, conversation, wish, by)


def _request(session: Session, conversation: Conversation, wish: Wish, by: str) -> None:
    rules, now = policy.current(), clock.now()
    wish = replace(wish, topic=introductions.topic(session, conversation, wish.topic))
    who = identity.of(session, conversation.id)
    customer_id = who.customer_id
    tier = _tier(session, rules, customer_id)
    queue, instead = overflow.chosen(session, rules.queue_for(wish.topic))
    place = stages.first(session, customer_id, tier, queue, now)
    added = {}
    if waits.asked_before(session, conversation.id, wish.topic, wish.reason):
        added[AGAIN] = rules.reasons.get(AGAIN, 0)
    if gained := gaveup.points(session, conversation, customer_id):
        added[gaveup.REASON] = gained
    points = rules.points(tier, conversation.channel, wish.reason) + sum(added.values())
    policy_id = versions.current_id(session)
    language = _language(session, conversation, rules, wish)
    states.change(
        session,
        conversation,
        "waiting",
        by=by,
        why=wish.reason,
        detail={
            "rule": "request",
            "policy": policy_id,
            "tier": tier,
            "representative": place.representative_id,
            "skipped": place.skipped,
            "points": points,
            "added": added,
            "channel": conversation.channel,
            "language": language,
            "proof": who.level.name.lower(),
        },
        topic=wish.topic,
        reason=wish.reason,
        facts=wish.facts,
        tier=tier,
        relationship=value.relationship(session, customer_id, now).name if customer_id else "new",
        policy_id=policy_id,
        queue=queue,
        needs=_needs(rules, queue, language),
        representative_id=place.representative_id,
        waiting_since=now,
        rank_at=now - rules.head_start(points),
        **place.columns(),
    )
    if rules.tiers[tier].dedicated and customer_id and place.representative_id is None:
        books.adopt(session, customer_id)  # for the next time: this wait is the team's
    _ask(session, conversation, place, instead)


def _ask(session: Session, conversation: Conversation, place: stages.Place, instead: str | None) -> None:
    """Offer it, write down what it waits for, and say so."""
    asked = matching.offer(session, conversation, new=True)
    where = standing.of(session, conversation)
    wait = waits.begin(session, conversation, representative_free=conversation.representative_id in asked)
    waits.told(session, conversation, wait, where)
    clocks.recount(session, conversation)
    overflow.watch(session, conversation)
    telling.asked(session, conversation, where, place.skipped, instead)


def queue_opens(session: Session, queue: str) -> None:
    """A team is there again: what waits is offered, in the order in which it came."""
    matching.offer_all(session)
    if overflow.waiting(session, queue):
        ready.when_the_team_is_back(session, queue)


def promise_due(session: Session, conversation_id: str, version: int) -> None:
    """The time that was promised has come. Who still waits is told once, and where they stand now."""
    conversation = states.lock(session, conversation_id)
    promised_at = conversation.promised_at
    if conversation.state in ("waiting", "offered") and promised_at and promised_at <= clock.now():
        conversation.promised_at = None
        telling.late(session, conversation)


def give_up(session: Session, conversation: Conversation, words: str) -> None:
    """The customer no longer wants to wait; `words` is the wording key of what they are told."""
    if conversation.state in ("held", "parked"):
        return telling.still_held(session, conversation)
    if conversation.state == "bot":
        outbox.tell(session, conversation, "already_with_bot")
        return None
    asked = offers.agents(session, conversation.id)
    waited = clock.now() - (conversation.waiting_since or clock.now())
    detail = {"waited_s": int(waited.total_seconds())}
    states.change(session, conversation, "bot", by="customer", why="request_withdrawn", detail=detail)
    outbox.tell(session, conversation, words)
    gaveup.watch(session, conversation, waited)
    for agent_id in asked:
        matching.fill(session, agent_id)
    return None


def _tier(session: Session, rules: Policy, customer_id: str | None) -> str:
    found = value.tier(session, customer_id, clock.now()).name if customer_id else None
    return found if found in rules.tiers else next(reversed(rules.tiers))


def _needs(rules: Policy, queue: str, language: str) -> str:
    """The skills of the queue, and the customer's language where it is not the team's."""
    wanted = {*rules.queues[queue].skills, *({language} - {rules.language})}
    return " ".join(sorted(wanted))


def _language(session: Session, conversation: Conversation, rules: Policy, wish: Wish) -> str:
    """As the bot recognised it, else as their browser says, else the team's."""
    locale = session.connection().execute(_LOCALE, {"of": conversation.address_id}).scalar()
    return str(wish.facts.get("language") or locale or rules.language).split("-")[0].lower()
