"""Why an offer was made, or none: the ranking, the scores, and why each of those ranked better was passed over."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Conversation
from handoff.routing import versions
from handoff.routing.candidates import Desk

NAMED = 20  # how many of those who were passed over are written down by name; of the others, how many for which reason


def detail(session: Session, desk: Desk, conversation: Conversation, chosen: Sequence[str]) -> dict[str, Any]:
    """The decision as it is written down: who was ranked how, and why those ranked better were passed over."""
    refused, passed = desk.refused(conversation)
    known = desk.known(conversation)
    ranked = desk.ranked(known, passed)
    better = ranked[: ranked.index(chosen[-1])] if chosen and chosen[-1] in ranked else ranked
    over = {
        agent_id: desk.against(agent_id, conversation, refused) or "busy"
        for agent_id in better
        if agent_id not in chosen
    }
    found: dict[str, Any] = {
        "policy": versions.current_id(session),
        "rule": _rule(conversation, chosen, known),
        "ranked": list(chosen),
        "passed_over": dict(islice(over.items(), NAMED)),
        "scores": {agent_id: round(desk.people[agent_id].share, 3) for agent_id in chosen},
    }
    for why in islice(over.values(), NAMED, None):
        more = found.setdefault("passed_over_more", {})
        more[why] = more.get(why, 0) + 1
    if not conversation.wants_id and not desk.pushed(conversation.queue or ""):
        found["closed"] = True
    return found


def _rule(conversation: Conversation, chosen: Sequence[str], known: Sequence[str]) -> str:
    if not chosen:
        return "nobody"
    if conversation.wants_id:
        return str(conversation.stage)
    return "known" if chosen[0] in known else "least_loaded"


def note(session: Session, desk: Desk, conversation: Conversation) -> None:
    states.note(session, conversation, by="system", why="nobody_free", detail=detail(session, desk, conversation, ()))
