"""Passing a conversation on, to a person or a team queue: the receiving side must accept, else it comes back.

While it is on its way it waits in the stage `transfer`: in the own queue of `wants_id`, or in the team queue `queue`.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Conversation
from handoff.routing import again, books, clocks, matching, policy, presence, waits
from handoff.rules import outbox
from shop.ground import clock, jobs
from shop.ground.errors import BadInput, Conflict

STAGE = "transfer"


def to_agent(session: Session, conversation: Conversation, sender: Agent, receiver_id: str, note: str = "") -> None:
    """Pass it on to a colleague. `Conflict` when they can't be asked now."""
    if receiver_id == sender.id:
        raise BadInput("You have this conversation already.")
    receiver = session.get(Agent, receiver_id)
    if receiver is None:
        raise BadInput("There is no such colleague.", code="unknown_agent")
    if not can_be_asked(session, receiver):
        raise Conflict(f"{receiver.name} can't be asked now. Choose somebody else, or a queue.", code="not_here")
    _pass_on(session, conversation, sender, note, wants_id=receiver.id, queue=conversation.queue, needs="")
    outbox.tell(session, conversation, "passed_to_agent", agent=sender.name, to=receiver.name)
    _ask(session, conversation, sender)


def to_queue(session: Session, conversation: Conversation, sender: Agent, queue: str, note: str = "") -> None:
    """Pass it on to whoever serves a team queue. `BadInput` when there is no such queue."""
    rules = policy.current()
    if queue not in rules.queues:
        raise BadInput("There is no such queue.", code="unknown_queue")
    needs = " ".join(sorted(rules.queues[queue].skills))
    _pass_on(session, conversation, sender, note, wants_id=None, queue=queue, needs=needs)
    outbox.tell(session, conversation, "passed_to_queue", agent=sender.name, to=rules.queues[queue].title)
    _ask(session, conversation, sender)


def can_be_asked(session: Session, agent: Agent) -> bool:
    """Could this colleague take a transfer now? Who takes transfers only can, too."""
    return books.available(session, agent, clock.now()) in (None, "transfers")


def come_back(session: Session, conversation: Conversation, *, by: str, why: str, note: str = "") -> None:
    """Nobody took it: its sender has it again; or the team, soon, when the sender has left."""
    receiver, sender_id = conversation.wants_id, conversation.returns_to
    sender = presence.lock_agent(session, sender_id) if sender_id else None
    if sender is None or not presence.is_around(sender, clock.now()):
        name = sender.name if sender else ""
        again.ask(session, conversation, by=by, why=why, agent_id=receiver, note=note)
        outbox.tell(session, conversation, "asked_again", [outbox.cancel_request()], agent=name)
        return
    detail = {"rule": "transfer_returns", "receiver": receiver, **({"note": note} if note else {})}
    states.change(session, conversation, "held", by=by, why=why, agent_id=sender.id, detail=detail, held_by=sender.id)
    matching.keep_place(session, conversation)
    clocks.recount(session, conversation)


def take_back(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """You passed it on, and want it back: as long as nobody has accepted, it is yours."""
    if not on_its_way(conversation) or conversation.returns_to != agent.id:
        raise Conflict("You are not passing this conversation on any more.")
    come_back(session, conversation, by=f"agent:{agent.id}", why="taken_back", note=reason)


def transfer_due(session: Session, conversation_id: str, version: int) -> None:
    """The time to accept is over. Offers and misses meanwhile change nothing about it."""
    conversation = states.lock(session, conversation_id)
    began = conversation.waiting_since
    if on_its_way(conversation) and began and began + policy.current().offers.transfer <= clock.now():
        come_back(session, conversation, by="system", why="transfer_expired")


def left(session: Session, agent_id: str) -> None:
    """An agent can't be asked any more: what is on its way to them alone goes back."""
    waiting = select(Conversation.id).where(
        Conversation.wants_id == agent_id,
        Conversation.stage == STAGE,
        Conversation.state.in_(("waiting", "offered")),
    )
    for conversation_id in session.scalars(waiting).all():
        conversation = states.lock(session, conversation_id)
        if on_its_way(conversation) and conversation.wants_id == agent_id:
            come_back(session, conversation, by="system", why="receiver_left")


def on_its_way(conversation: Conversation) -> bool:
    return conversation.stage == STAGE and conversation.state in ("waiting", "offered")


def _pass_on(
    session: Session, conversation: Conversation, sender: Agent, note: str, *, wants_id: str | None, queue: str | None,
    needs: str,
) -> None:  # fmt: skip
    now = clock.now()
    states.change(
        session, conversation, "waiting", by=f"agent:{sender.id}", why="transfer", agent_id=sender.id,
        detail={"rule": "transfer", "to": wants_id, "queue": queue, "note": note}, stage=STAGE, wants_id=wants_id,
        queue=queue, needs=needs, returns_to=sender.id, step_due_at=None, waiting_since=now,
        rank_at=again.rank_at(conversation, now),
    )  # fmt: skip
    waits.begin(session, conversation)
    clocks.recount(session, conversation)


def _ask(session: Session, conversation: Conversation, sender: Agent) -> None:
    key = f"transfer_due:{conversation.id}:{conversation.version}"
    payload = {"conversation": conversation.id, "version": conversation.version}
    due_at = clock.now() + policy.current().offers.transfer
    jobs.owe(session, "transfer_due", f"timer:{key}", payload, due_at=due_at, key=key)
    matching.offer(session, conversation)
    matching.fill(session, sender.id)
