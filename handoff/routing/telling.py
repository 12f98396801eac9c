"""What the customer hears about waiting. Every word about it is said here, whatever rule brings it about."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import wording
from handoff.models import Agent, Conversation
from handoff.routing import presence, queues
from handoff.rules import outbox
from shop.ground import clock


def asked(session: Session, conversation: Conversation, chosen: Agent | None, absent: Agent | None = None) -> None:
    """A person was asked for, and this came of it. `absent`: the representative whom the customer might have expected.
    One message: by text message it is one text."""
    excuse = wording.say("representative_offline", representative=absent.name) if absent else ""
    outcome, facts = _outcome(session, conversation, chosen)
    text = f"{excuse} {wording.say(outcome, **facts)}".strip()
    outbox.say(session, conversation, outbox.system(), text, [outbox.cancel_request()])


def moved_on(session: Session, conversation: Conversation, why: str) -> None:
    """The representative can't join: everybody is asked now."""
    name = _representative(session, conversation)
    outbox.tell(session, conversation, "representative_passed", [outbox.cancel_request()], representative=name)


def still_waiting(session: Session, conversation: Conversation) -> None:
    """They asked again: where they stand."""
    stop = [outbox.cancel_request()]
    if conversation.wants_id:
        name = _wanted(session, conversation)
        outbox.tell(session, conversation, "still_asked_representative", stop, representative=name)
    else:
        outbox.tell(session, conversation, "still_waiting", stop, position=queues.position(session, conversation))


def still_held(session: Session, conversation: Conversation) -> None:
    """They asked again, or want to go on with the bot, while a person answers: who that is."""
    holder = session.get_one(Agent, conversation.held_by)
    outbox.tell(session, conversation, "still_with_agent", agent=holder.name)


def _outcome(session: Session, conversation: Conversation, chosen: Agent | None) -> tuple[str, dict[str, object]]:
    """What came of the request: a wording key and its facts."""
    if conversation.wants_id:
        left = (conversation.step_due_at or clock.now()) - clock.now()
        minutes = max(1, round(left.total_seconds() / 60))
        name = _wanted(session, conversation)
        return ("asked_representative" if chosen else "representative_busy"), {
            "representative": name,
            "minutes": minutes,
        }
    if chosen:
        return "asked_team", {}
    if session.scalar(select(func.count()).select_from(Agent).where(presence.here(clock.now()))):
        return "in_line", {"position": queues.position(session, conversation)}
    return "nobody_online", {}


def _wanted(session: Session, conversation: Conversation) -> str:
    return session.get_one(Agent, conversation.wants_id).name


def _representative(session: Session, conversation: Conversation) -> str:
    return session.get_one(Agent, conversation.representative_id).name
