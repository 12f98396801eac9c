"""Two machines that answer each other, or somebody who floods us: their texts are kept, and no bot is asked."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import wording
from handoff.models import Address, Conversation, Message
from handoff.rules import outbox
from shop.ground import clock

WINDOW = timedelta(minutes=10)
MOST = 40  # texts of one number within the window, where nothing else is set
MOST_ALIKE = 6  # of them with the same words: machines say the same again, people hardly


def going_round(session: Session, address_id: int, words: str, most: int = MOST) -> bool:
    """Does this number write more than a person would, or always the same?"""
    here = select(Address.conversation_id).where(Address.id == address_id).scalar_subquery()
    lately = (
        Message.conversation_id == here,
        Message.kind == "customer",
        Message.key.startswith("sms:"),
        Message.at > clock.now() - WINDOW,
    )
    count = select(func.count()).where(*lately)
    return (session.scalar(count) or 0) >= most or (
        session.scalar(count.where(Message.text == words)) or 0
    ) >= MOST_ALIKE


def tell_once(session: Session, conversation: Conversation) -> None:
    """Say so, once an hour at the most: an answer to each would be the loop itself."""
    key = f"loop:{conversation.id}:{clock.now():%Y%m%d%H}"
    if session.scalar(select(Message.id).where(Message.key == key)) is None:
        outbox.say(session, conversation, outbox.system(), wording.say("sms_too_many"), [outbox.person()], key=key)
