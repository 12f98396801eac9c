"""What the customer hears about waiting. Every word about it is said here, whatever rule brings it about.

On the web the panel shows every change of the place by itself; by text only what matters is told (S12): where they stand
once, that they are among the next, that a promise was broken, and that somebody joined.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import wording
from handoff.models import Agent, Assignment, Conversation
from handoff.routing import moments, standing
from handoff.routing.standing import Standing
from handoff.rules import notices, outbox
from handoff.rules.outbox import Choice
from shop.ground import clock

OWN = ("representative", "deputy")  # stages in which one person is waited for by name
ANYONE, BY_TEXT, MESSAGE = "anyone-now", "text-me", "leave-message"
LABELS = {
    ANYONE: "option_anyone_now",
    BY_TEXT: "option_text_me",
    MESSAGE: "option_leave_message",
    "bot": "option_bot",
    "cancel-request": "option_cancel_request",
}


def asked(
    session: Session,
    conversation: Conversation,
    where: Standing,
    skipped: Mapping[str, str],
    overflow: str | None = None,
) -> None:
    """A person was asked for, and this came of it. `skipped`: who might have been expected, and why they were passed over.
    One message: by text message it is one text."""
    parts = [_excuse(session, conversation, skipped), _where(session, conversation, where)]
    if overflow and where.outcome == standing.IN_LINE:
        parts.append(wording.say(f"overflow_{overflow}"))
    parts.append(notices.by_text(session, conversation, " ".join(parts)))
    _say(session, conversation, parts, first=overflow)


def moved_on(session: Session, conversation: Conversation, why: str) -> None:
    """The person waited for can't join: who is asked now. Silent by text: who comes in the end says so."""
    if conversation.channel == "sms":
        return
    name = _name(session, conversation.representative_id)
    if conversation.wants_id:
        text = wording.say("deputy_asked", representative=name, deputy=_name(session, conversation.wants_id))
    elif _came_from(session, conversation) == "deputy":
        text = wording.say("deputy_passed")
    else:
        text = wording.say("representative_passed", representative=name)
    where = standing.of(session, conversation)
    closed = _where(session, conversation, where) if where.outcome == standing.CLOSED else ""
    _say(session, conversation, [text, closed])


def anyone(session: Session, conversation: Conversation) -> None:
    """They did not want to wait for their own representative."""
    text = _where(session, conversation, standing.of(session, conversation))
    _say(session, conversation, [wording.say("anyone_now"), text])


def still_waiting(session: Session, conversation: Conversation) -> None:
    """They asked again: where they stand."""
    _say(session, conversation, [_where(session, conversation, standing.of(session, conversation), again=True)])


def still_held(session: Session, conversation: Conversation) -> None:
    """They asked again, or want to go on with the bot, while a person answers: who that is."""
    outbox.tell(session, conversation, "still_with_agent", agent=_name(session, conversation.held_by))


def by_text(session: Session, conversation: Conversation) -> None:
    """They need not stay on the page: the place is kept, and a text comes."""
    where = standing.of(session, conversation)
    _say(session, conversation, [wording.say("text_me", when=_when(session, conversation, where))])


def left_message(session: Session, conversation: Conversation) -> None:
    """They need not stay: the answer will be in the thread."""
    where = standing.of(session, conversation)
    _say(session, conversation, [wording.say("leave_message", when=_when(session, conversation, where))])


def overflowed(session: Session, conversation: Conversation, to: str) -> None:
    """It has taken too long here: what they can do instead."""
    _say(session, conversation, [wording.say("waited_long"), wording.say(f"overflow_{to}")], first=to)


def near(session: Session, conversation: Conversation, where: Standing) -> None:
    """By text: they are among the next."""
    if where.range:
        outbox.tell(session, conversation, "sms_near", position=where.place, range=where.range.words)


def late(session: Session, conversation: Conversation) -> None:
    """What was promised did not come true."""
    where = standing.of(session, conversation)
    more = _where(session, conversation, where, again=True)
    if where.range and not where.wanted:
        more = wording.say("late_in_line", position=where.place, range=where.range.words)
    _say(session, conversation, [wording.say("promise_broken"), more])


def joined(session: Session, conversation: Conversation, agent: Agent) -> None:
    """Somebody took it: said in the words of what they were waiting for."""
    key = {"text": "joined_by_text", "message": "joined_message"}.get(conversation.waits_by or "", "joined")
    conversation.waits_by = conversation.promised_at = None  # what was agreed about the wait ends with it
    outbox.tell(session, conversation, key, agent=agent.name)


def choices(ids: Sequence[str]) -> list[Choice]:
    """Options of ours by their ids."""
    return [Choice(wording.say(LABELS[one]), id=one) for one in ids]


def _say(session: Session, conversation: Conversation, parts: list[str], first: str | None = None) -> None:
    """One message, with what matters most to choose from; the widget has all of it beside the thread."""
    ids = {"message": [MESSAGE], "bot": ["bot"]}.get(first or "", [])
    if conversation.channel == "sms" and ids == [MESSAGE]:
        ids = []  # a text is a message already
    if conversation.stage in OWN and conversation.state == "waiting":
        ids.append(ANYONE)
    text = " ".join(part for part in parts if part)
    outbox.say(session, conversation, outbox.system(), text, choices([*ids, "cancel-request"]))


def _excuse(session: Session, conversation: Conversation, skipped: Mapping[str, str]) -> str:
    """Why it is not their representative who comes, if they have one."""
    why = skipped.get("representative")
    if why is None or conversation.representative_id is None:
        return ""
    key = {"on_leave": "representative_on_leave", "outside_hours": "representative_off_hours"}.get(why)
    return wording.say(key or "representative_offline", representative=_name(session, conversation.representative_id))


def _where(session: Session, conversation: Conversation, where: Standing, again: bool = False) -> str:
    """Who it will be, where they stand, how long it takes."""
    facts: dict[str, object] = {"position": where.place, "range": where.range.words if where.range else ""}
    if where.outcome == standing.CLOSED:
        return _closed(session, conversation, where)
    if where.wanted and conversation.stage in OWN:
        return _own(session, conversation, where, facts, again)
    if where.outcome == standing.ASKED:
        return wording.say("still_asked_team" if again else "asked_team")
    if where.outcome == standing.NOBODY:
        return wording.say("still_nobody_online" if again else f"nobody_online{_by_text(conversation)}")
    return wording.say("still_waiting" if again else f"in_line{_by_text(conversation)}", **facts)


def _own(session: Session, conversation: Conversation, where: Standing, facts: dict[str, object], again: bool) -> str:
    deputy = conversation.stage == "deputy"
    facts["deputy" if deputy else "representative"] = where.wanted.name if where.wanted else ""
    if deputy:
        facts["representative"] = _name(session, conversation.representative_id)
    who = "deputy" if deputy else "representative"
    if where.outcome == standing.ASKED:
        return wording.say(f"still_asked_{who}" if again else f"asked_{who}", **facts)
    left = (where.kept_until - clock.now()).total_seconds() if where.kept_until else 0
    minutes = max(1, -int(-left // 60))
    kept = wording.say("one_minutes") if minutes == 1 else wording.say("many_minutes", number=minutes)
    return wording.say(f"{who}_busy", **facts, kept=kept)


def _closed(session: Session, conversation: Conversation, where: Standing) -> str:
    if where.opens_at is None:
        return wording.say(f"nobody_online{_by_text(conversation)}")
    reader = moments.reader(session, conversation)
    facts = {"opens": reader.moment(where.opens_at)}
    if conversation.promised_at is None:
        return wording.say("closed_now", **facts)
    return wording.say(
        f"closed_promise{_by_text(conversation)}",
        **facts,
        promise=reader.until(conversation.promised_at, where.opens_at),
    )


def _when(session: Session, conversation: Conversation, where: Standing) -> str:
    """The end of a sentence such as "you keep your place"."""
    if where.outcome == standing.CLOSED and conversation.promised_at:
        return wording.say(
            "when_promised", promise=moments.reader(session, conversation).moment(conversation.promised_at)
        )
    if where.range:
        return wording.say("when_in_line", position=where.place, range=where.range.words)
    return wording.say("when_soon")


def _came_from(session: Session, conversation: Conversation) -> str | None:
    latest = select(Assignment.detail).where(Assignment.conversation_id == conversation.id)
    detail = session.scalar(latest.order_by(Assignment.id.desc()).limit(1))
    return (detail or {}).get("from")


def _by_text(conversation: Conversation) -> str:
    """The key's ending: a text promises no page to look at."""
    return "_by_text" if conversation.channel == "sms" else ""


def _name(session: Session, agent_id: str | None) -> str:
    return session.get_one(Agent, agent_id).name
