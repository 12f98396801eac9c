"""Agents come, go away, and lapse: what that does to the conversations they have or are offered."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Conversation, Duty, Offer
from handoff.routing import again, books, clocks, matching, offers, parking, policy, presence, ready, stages, transfer
from shop.ground import clock
from shop.ground.db import ring

KEEP, REPLIES, REQUEUE = "keep", "replies", "requeue"  # what becomes of the conversations of who goes away


def come(session: Session, agent_id: str) -> None:
    """The agent is here for everything: what waits is offered at once."""
    agent = session.get_one(Agent, agent_id)
    _on_duty(session, agent, "online", None)
    agent.seen_at, agent.misses, agent.leaving = clock.now(), 0, None
    session.flush()
    ring(session, states.CONSOLE_BELL)
    ready.in_their_hours(session, agent)
    matching.fill(session, agent_id)


def ready_again(session: Session, agent_id: str) -> None:
    """They could not be asked until now, for a reason that is over: what waits is offered."""
    agent = session.get_one(Agent, agent_id)
    if presence.takes_transfers(agent, clock.now()):
        ready.in_their_hours(session, agent)
        matching.fill(session, agent_id)


def choose(session: Session, agent_id: str, status: str, reason: str = "", conversations: str = KEEP) -> None:
    """The agent says what they are there for: everything, transfers alone, or nothing for a while."""
    if status == "online":
        return come(session, agent_id)
    if status == "transfers":
        session.get_one(Agent, agent_id).seen_at = clock.now()
    return go(session, agent_id, status, reason=reason, conversations=conversations)


def go(
    session: Session, agent_id: str, status: str, why: str = "went_away", *, reason: str = "",
    conversations: str | None = KEEP,
) -> None:  # fmt: skip
    """The agent is not here for everything any more: what was offered to them goes to the next. What they hold is kept, or
    handed over when its customer writes, or given back now; None: as they chose before."""
    agent = session.get_one(Agent, agent_id)
    _on_duty(session, agent, status, reason or None)
    if conversations is not None:
        agent.leaving = REPLIES if conversations == REPLIES else None
    session.flush()
    ring(session, states.CONSOLE_BELL)
    for offer in offers.of(session, agent_id):
        conversation = states.lock(session, offer.conversation_id)
        on_its_way = status == "transfers" and transfer.on_its_way(conversation)
        if conversation.state == "offered" and agent_id in offers.agents(session, conversation.id) and not on_its_way:
            stages.came_to_nothing(session, conversation, agent_id, "rescinded", by="system", why=why)
    _pass_on_own(session, agent_id)
    if status != "transfers":
        transfer.left(session, agent_id)
    if conversations == REQUEUE:
        _give_back(session, agent)
    if status == "transfers":
        ready.in_their_hours(session, agent)
        matching.fill(session, agent_id)  # what is on its way to them may have room now


def heard(session: Session, conversation: Conversation) -> None:
    """The customer wrote to a person: what is parked wakes, and who said so beforehand is relieved while they are away."""
    if conversation.state == "parked":
        parking.wake(session, conversation, by="customer", why="customer_wrote")
    elif conversation.state == "held":
        holder = presence.lock_agent(session, str(conversation.held_by))
        gone = holder.disabled_at is not None or books.on_leave(session, holder.id, clock.now())
        if gone or (holder.leaving == REPLIES and not presence.takes_transfers(holder, clock.now())):
            again.ask_and_tell(
                session, conversation, by="customer", why="holder_away", agent_id=holder.id, name=holder.name
            )
    clocks.recount(session, conversation)


def lapse(session: Session) -> None:
    """No sign of life: away after a while, and offline after a longer one. What they hold goes on when its customer writes,
    unless they chose before to keep it."""
    now = clock.now()
    for agent in presence.lapsed(session, now):
        go(session, agent.id, "away", why="lease_lapsed", reason="connection_lost", conversations=REPLIES)
    for agent in presence.gone(session, now):
        go(session, agent.id, "offline", why="lease_lapsed", conversations=None)


def leave_for_good(session: Session, agent_id: str) -> None:
    """Not on staff any more: nothing is asked of them, and what they have goes to others, set aside or not."""
    go(session, agent_id, "offline", why="left_staff")
    agent = presence.lock_agent(session, agent_id)
    agent.disabled_at = clock.now()
    session.flush()
    theirs = select(Conversation.id).where(Conversation.held_by == agent_id).order_by(Conversation.id)
    for conversation_id in session.scalars(theirs).all():
        conversation = states.lock(session, conversation_id)
        if conversation.state not in ("held", "parked") or conversation.held_by != agent_id:
            continue
        if conversation.state == "held" and conversation.last_customer_seq > conversation.last_reply_seq:
            again.ask_and_tell(session, conversation, by="system", why="left_staff", agent_id=agent_id, name=agent.name)
        else:
            again.ask(session, conversation, by="system", why="left_staff", agent_id=agent_id)


def _pass_on_own(session: Session, agent_id: str) -> None:
    """Who waits for this person alone, as a step on the way to the team, waits for the next."""
    own = Conversation.wants_id == agent_id, Conversation.stage.in_(stages.OWN), Conversation.state == "waiting"
    for conversation_id in session.scalars(select(Conversation.id).where(*own).order_by(Conversation.rank_at)).all():
        conversation = states.lock(session, conversation_id)
        if conversation.state == "waiting" and conversation.wants_id == agent_id and conversation.stage in stages.OWN:
            stages.advance(session, conversation, by="system", why="representative_left")


def _on_duty(session: Session, agent: Agent, status: str, reason: str | None) -> None:
    if agent.status != status:
        session.add(Duty(agent_id=agent.id, status=status, reason=reason))
    agent.status, agent.away_reason = status, reason


def _give_back(session: Session, agent: Agent) -> None:
    held = select(Conversation.id).where(Conversation.held_by == agent.id, Conversation.state == "held")
    for conversation_id in session.scalars(held.order_by(Conversation.id)).all():
        conversation = states.lock(session, conversation_id)
        if conversation.state == "held" and conversation.held_by == agent.id:
            by = f"agent:{agent.id}"
            again.ask_and_tell(session, conversation, by=by, why="given_back", agent_id=agent.id, name=agent.name)


def offer_expired(session: Session, conversation_id: str, version: int) -> None:
    """Nobody took the offer in time. Several in a row, and the agent is set away: they are not there."""
    conversation = states.lock(session, conversation_id)
    if conversation.state != "offered" or conversation.version != version:
        return
    for offer in offers.open_of(session, conversation_id):
        if offer.expires_at <= clock.now():
            _let_pass(session, conversation, offer)


def _let_pass(session: Session, conversation: Conversation, offer: Offer) -> None:
    agent = presence.lock_agent(session, offer.agent_id)
    agent_id = agent.id
    if not offers.full_time(offer):  # their time alone was over: nobody missed anything
        stages.came_to_nothing(session, conversation, agent_id, "rescinded", by="system", why="step_over")
        return matching.fill(session, agent_id)
    agent.misses += 1
    stages.came_to_nothing(session, conversation, agent_id, "missed", by="system", why="missed")
    ready.after_a_rest(session, agent_id)
    if agent.misses >= policy.current().offers.misses_until_away:
        return go(session, agent_id, "away", why="missed")
    return matching.fill(session, agent_id)
