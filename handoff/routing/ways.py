"""What somebody who waits can do besides waiting: be texted, leave a message, take anyone now. Their place is kept."""

from sqlalchemy.orm import Session

from handoff import states, wording
from handoff.models import Address, Conversation
from handoff.routing import matching, stages, telling
from handoff.rules import outbox, reach

WAITS = ("waiting", "offered")


def of(session: Session, conversation: Conversation) -> list[str]:
    """The ids of the options that are open now, the one that helps most first."""
    if conversation.state not in WAITS:
        return []
    found = [telling.ANYONE] if _waits_for_one(conversation) else []
    if conversation.waits_by is None and conversation.channel == "web":
        if reach.textable(session, conversation):
            found.append(telling.BY_TEXT)
        found.append(telling.MESSAGE)
    return [*found, "bot", "cancel-request"]


def text_me(session: Session, conversation: Conversation, phone: Address | None = None) -> None:
    """A text comes when it is their turn, and they can write by text from then on: to `phone`, where a code just proved it.
    `Conflict` without a number."""
    if _does_not_wait(session, conversation) or conversation.waits_by == "text":
        return
    reach.by_text(session, conversation, wording.say("option_text_me"), phone)
    conversation.waits_by = "text"
    states.note(session, conversation, by="customer", why="text_me", detail={"rule": "waits_by"})
    if conversation.state == "waiting":
        matching.offer(session, conversation)  # by text it takes less of somebody: they may have room for that
    telling.by_text(session, conversation)


def leave_message(session: Session, conversation: Conversation) -> None:
    """They go, and read the answer later."""
    if _does_not_wait(session, conversation) or conversation.waits_by is not None:
        return
    conversation.waits_by = "message"
    states.note(session, conversation, by="customer", why="left_message", detail={"rule": "waits_by"})
    telling.left_message(session, conversation)


def anyone_now(session: Session, conversation: Conversation) -> None:
    """Not only their representative: whoever is free first. The place in line is kept."""
    if _does_not_wait(session, conversation):
        return
    if not _waits_for_one(conversation):
        telling.still_waiting(session, conversation)
        return
    passed, place = conversation.wants_id, stages.Place()
    detail = {"rule": "customer_wish", "from": conversation.stage}
    states.change(
        session, conversation, "waiting", by="customer", why="anyone_now", agent_id=passed, detail=detail,
        **place.columns(),
    )  # fmt: skip
    matching.offer(session, conversation)
    telling.anyone(session, conversation)
    if passed:
        matching.fill(session, passed)


def _waits_for_one(conversation: Conversation) -> bool:
    return conversation.state in WAITS and conversation.stage in stages.OWN


def _does_not_wait(session: Session, conversation: Conversation) -> bool:
    """Then they are told who answers."""
    if conversation.state in ("held", "parked"):
        telling.still_held(session, conversation)
    elif conversation.state not in WAITS:
        outbox.tell(session, conversation, "already_with_bot")
    return conversation.state not in WAITS
