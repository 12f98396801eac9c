"""Offers are made here: to the best agents for a waiting conversation, and to a free agent whatever stands first for them.

An offer is made at the event that makes it possible. Who gets one of the team's gets the first in line that they can take,
whichever conversation the event was about. `offer` and `fill` lock the conversation first and the agent second, always.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Conversation
from handoff.routing import decisions, lanes, offers, policy, presence, ready
from handoff.routing.candidates import Desk
from shop.ground import clock, jobs

LOOK_AHEAD = 20  # how far down the line a free agent is matched at one event


def offer(
    session: Session, conversation: Conversation, *, noted: bool = True, new: bool = False, desk: Desk | None = None
) -> list[str]:
    """Offer a locked conversation that waits, or that fewer have in front of them than the queue wants. Returns who has it
    now and had not. Nobody: it goes on waiting, and unless `noted` is false it is written down why. `new`: it was asked
    for at this moment. `desk`: looked up already, by a rule that goes on with it."""
    if conversation.state == "waiting":
        _relax_if_due(session, conversation)
    desk = desk or Desk(session, [conversation.wants_id] if conversation.wants_id else None)
    if new:
        desk.asks_for_the_first_time(conversation)
    chosen = _choose(session, desk, conversation)
    if chosen:
        _make(session, desk, conversation, chosen)
        return chosen
    if conversation.state == "offered":
        watch(session, conversation)
        return []
    if noted:
        decisions.note(session, desk, conversation)
    for kind, due_at in (("step_due", conversation.step_due_at), ("relax_due", _relaxes_at(conversation))):
        if due_at is not None:
            owe_at(session, conversation, kind, due_at)
    if not conversation.wants_id:
        ready.when_the_team_is_back(session, conversation.queue or "")
    return []


def fill(session: Session, agent_id: str) -> None:
    """An agent has room: offer their own customers who wait, then the first in line of what they serve."""
    desk = Desk(session, [agent_id])
    if agent_id not in desk.people:
        return
    first = lanes.own(session, agent_id)
    if desk.people[agent_id].transfers:
        first += lanes.passed_on(session)
    for conversation_id in first:
        _offer_to(session, desk, agent_id, conversation_id)
    _serve(session, desk, agent_id)


def offer_all(session: Session) -> list[str]:
    """The watchdog's look: offer whatever waits and can be offered, from the head of each lane. Returns which."""
    desk, made = Desk(session), list[str]()
    theirs = (*lanes.in_person(session, lanes.PAGE * LOOK_AHEAD), *lanes.at_the_team(session, lanes.PAGE * LOOK_AHEAD))
    for conversation_id, agent_id in theirs:
        if agent_id in desk.people and _offer_to(session, desk, agent_id, conversation_id):
            made.append(conversation_id)
    for conversation_id in lanes.passed_on(session):
        conversation = states.try_lock(session, conversation_id)
        if conversation is not None and offer(session, conversation, noted=False, desk=desk):
            made.append(conversation_id)
    waiting = [lane for lane, _, _ in lanes.heads(session)]
    for agent_id in desk.ranked() if waiting else ():
        if desk.idle(agent_id) and any(desk.serves(agent_id, lane) for lane in waiting):
            made += filter(None, [_serve(session, desk, agent_id)])
    return made


def has_room(session: Session, agent: Agent, conversation: Conversation) -> bool:
    """Could this agent, who is locked, carry it as well?"""
    load = presence.loads(session, [agent.id])[agent.id]
    return load.units + presence.weight(conversation.channel) <= agent.capacity


def may_take(session: Session, conversation: Conversation, agent: Agent) -> str | None:
    """None: the agent may take it without an offer. Else why not, as a code: answered, theirs, queue, pushed, not_first."""
    if conversation.state not in ("waiting", "offered"):
        return "answered"
    if agent.id in (conversation.wants_id, conversation.representative_id):
        return None
    if conversation.wants_id:
        return "theirs"
    if conversation.state == "offered":
        return "answered"
    rules = policy.current()
    queue = rules.queues.get(conversation.queue or "", rules.default_queue)
    if agent.queues and conversation.queue in rules.queues and conversation.queue not in agent.queues:
        return "queue"
    if not queue.pull:
        return "pushed"
    if not queue.cherry_picking and not _first_for(session, conversation, agent):
        return "not_first"
    return None


def watch(session: Session, conversation: Conversation) -> None:
    """Have the end of the open offers noticed, at the version that the conversation has now."""
    open_ones = offers.open_of(session, conversation.id)
    owe_at(session, conversation, "offer_expired", min(offer.expires_at for offer in open_ones))


def owe_at(session: Session, conversation: Conversation, kind: str, due_at: datetime) -> None:
    """At most one such job for each version of the conversation: a later version makes it void."""
    key = f"{kind}:{conversation.id}:{conversation.version}"
    payload = {"conversation": conversation.id, "version": conversation.version}
    jobs.owe(session, kind, f"timer:{key}", payload, due_at=due_at, key=key)


def relax_due(session: Session, conversation_id: str, version: int) -> None:
    """Nobody with the skills or the language had room in time: from now on whoever serves the queue is asked."""
    conversation = states.lock(session, conversation_id)
    if conversation.state == "waiting" and conversation.version == version:
        offer(session, conversation)


def place_due(session: Session, conversation_id: str, version: int) -> None:
    """A held conversation may have fallen silent: then its place is free."""
    conversation = states.lock(session, conversation_id)
    if conversation.state != "held" or conversation.version != version:
        return
    now, idle = clock.now(), policy.current().capacity.idle
    free_at = conversation.changed_at + idle
    _owe_place(session, conversation, free_at if free_at > now else now + idle)
    if free_at <= now and conversation.held_by:
        fill(session, conversation.held_by)


def keep_place(session: Session, conversation: Conversation) -> None:
    """It is held from now on: notice when nothing is said in it any more."""
    _owe_place(session, conversation, clock.now() + policy.current().capacity.idle)


def _choose(session: Session, desk: Desk, conversation: Conversation) -> list[str]:
    """The agents, locked, who are to have it in front of them: as many as the queue wants. Whoever stands before it in
    line for one of them is offered instead."""
    before, passed = desk.refused(conversation)
    has_it = offers.in_front_of(session, conversation)
    refused = {**before, **dict.fromkeys(has_it, "has_it")}
    wanted, chosen = _wanted(desk, conversation) - len(has_it), list[str]()
    ranked = desk.ranked(desk.known(conversation), passed) if wanted > 0 else []
    able = (agent_id for agent_id in ranked if desk.against(agent_id, conversation, refused) is None)
    for agent_id in _locked(session, able):
        fresh = desk.again(agent_id)
        if fresh.against(agent_id, conversation, refused) is not None:
            continue
        if conversation.wants_id or not _serve(session, fresh, agent_id, before=conversation):
            chosen.append(agent_id)
        if len(chosen) == wanted:
            break
    return chosen


def _locked(session: Session, agent_ids: Iterable[str]) -> Iterator[str]:
    """One agent after the other, locked: first those whom no other event has in hand, then those, once it is done."""
    busy = []
    for agent_id in agent_ids:
        if presence.try_lock(session, agent_id):
            yield agent_id
        else:
            busy.append(agent_id)
    for agent_id in busy:
        presence.wait_for(session, agent_id)
        yield agent_id


def _serve(session: Session, desk: Desk, agent_id: str, before: Conversation | None = None) -> str | None:
    """Offer an agent the first in line that they can take; only what stands before a conversation, if one is given.
    Returns what it was."""
    if desk.people[agent_id].load.offers:
        return None
    line = lanes.in_line(session, lambda lane: desk.serves(agent_id, lane))
    for rank_at, conversation_id in islice(line, LOOK_AHEAD):
        if before is not None and (conversation_id == before.id or rank_at > (before.rank_at or rank_at)):
            return None
        if _offer_to(session, desk, agent_id, conversation_id):
            return conversation_id
    return None


def _offer_to(session: Session, desk: Desk, agent_id: str, conversation_id: str) -> bool:
    """Offer one conversation to one agent, if nobody has it in hand and nothing speaks against it."""
    conversation = states.try_lock(session, conversation_id)
    if conversation is None or conversation.state != "waiting":
        return False
    theirs = agent_id in (conversation.wants_id, conversation.representative_id)
    if not theirs and not desk.pushed(conversation.queue or ""):
        return False  # passed on to a team that takes for itself, or is not there now
    refused, _ = desk.refused(conversation)
    if desk.against(agent_id, conversation, refused) is not None:
        return False
    presence.wait_for(session, agent_id)
    if desk.again(agent_id).against(agent_id, conversation, refused) is not None:
        return False
    _make(session, desk, conversation, [agent_id])
    return True


def _make(session: Session, desk: Desk, conversation: Conversation, chosen: Sequence[str]) -> None:
    now = clock.now()
    expires_at = now + desk.rules.channels[conversation.channel].offer  # type: ignore[index]
    if conversation.step_due_at is not None:
        expires_at = min(expires_at, conversation.step_due_at)
    detail = decisions.detail(session, desk, conversation, chosen)
    others = offers.open_of(session, conversation.id) if conversation.state == "offered" else []
    states.change(
        session,
        conversation,
        "offered",
        by="system",
        why=f"{conversation.stage}_offer",
        agent_id=chosen[0],
        detail=detail,
    )
    offers.make(session, conversation, chosen, expires_at)
    for agent_id in chosen:
        presence.asked(session, agent_id, now)
        desk.took(agent_id, conversation)
        if desk.people[agent_id].load.lately >= desk.rules.offers.a_minute:
            ready.after_many_offers(session, agent_id)
    ends_at = min([expires_at, *(other.expires_at for other in others)])
    owe_at(session, conversation, "offer_expired", ends_at)


def _wanted(desk: Desk, conversation: Conversation) -> int:
    """To how many agents at once."""
    if conversation.wants_id:
        return 1
    queue = conversation.queue or ""
    return desk.rules.queues.get(queue, desk.rules.default_queue).offered_to if desk.pushed(queue) else 0


def _first_for(session: Session, conversation: Conversation, agent: Agent) -> bool:
    """Does it stand first of what this agent serves and knows?"""
    able = {*agent.skills, *(agent.languages or [policy.current().language])}
    line = lanes.in_line(
        session,
        lambda lane: (not agent.queues or lane.queue in agent.queues) and able.issuperset(lane.needs.split()),
    )
    return next((first for _, first in line), conversation.id) == conversation.id


def _relaxes_at(conversation: Conversation) -> datetime | None:
    if not conversation.needs or conversation.wants_id or conversation.waiting_since is None:
        return None
    rules = policy.current()
    return conversation.waiting_since + rules.queues.get(conversation.queue or "", rules.default_queue).relax_after


def _relax_if_due(session: Session, conversation: Conversation) -> None:
    due_at = _relaxes_at(conversation)
    if due_at is not None and due_at <= clock.now():
        detail = {"rule": "relaxed", "needs": conversation.needs}
        states.change(session, conversation, "waiting", by="system", why="relaxed", detail=detail, needs="")


def _owe_place(session: Session, conversation: Conversation, due_at: datetime) -> None:
    key = f"place_due:{conversation.id}:{conversation.version}"
    payload = {"conversation": conversation.id, "version": conversation.version}
    jobs.owe(session, "place_due", f"timer:{key}", payload, due_at=due_at, key=key)
