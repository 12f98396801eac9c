"""What agents do, over HTTP: presence, answering, and every verb of a conversation. Each is refused when the version moved on."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from handoff import states
from handoff.console.account_bodies import Presence, PresenceWish
from handoff.console.guards import PREFIX, agent, writing_agent
from handoff.console.verb_bodies import Changed, CloseIn, Colleagues, ParkIn, ReplyIn, ReplyTaken, TransferIn, Verb
from handoff.http import Body, Call, Endpoint
from handoff.models import Agent, Conversation
from handoff.routing import holding, parking, presence, shifts
from handoff.rules import board, canned, colleagues, files, notes, outbox, staff
from shop.ground.errors import BadInput, Forbidden, NotFound

AT = f"{PREFIX}conversations/<conversation_id:str>"
REFUSALS = (400, 401, 403, 404, 409)
NOTED = ("transfer", "park", "hand-back", "take-over", "close")  # what is said with these stands among the notes

Rule = Callable[[Session, Conversation, Agent, Any], None]


def endpoints() -> list[Endpoint]:
    plain = {verb: rule for verb, rule in holding.VERBS.items() if verb != "seen"}  # that one stands with the signs
    verbs = [(verb, (rule.__doc__ or verb).splitlines()[0], Verb, _plain(verb)) for verb, rule in plain.items()]
    return [
        _posted("presence", "What I am here for", _presence, PresenceWish, Presence, refusals=(400, 401, 403)),
        Endpoint(
            "GET", f"{PREFIX}colleagues", "Who a conversation can be passed on to", _colleagues, agent,
            answer=Colleagues, refusals=(401,),
        ),
        Endpoint("POST", f"{AT}/reply", "Answer the customer", _reply, writing_agent, ReplyIn, ReplyTaken, 201, refusals=REFUSALS),
        *(_changing(*verb) for verb in verbs if verb[0] != "close"),
        _changing("close", "It is settled: with the reason and the tags that the queue asks for", CloseIn, _close),
        _changing("transfer", "Pass it on to a colleague or a queue", TransferIn, _transfer),
        _changing("park", "Set it aside until a time, the customer's word or an order's change", ParkIn, _park),
    ]  # fmt: skip


def _posted(path: str, summary: str, handle: Any, body: type[Body], answer: Any, refusals: tuple[int, ...]) -> Endpoint:
    return Endpoint("POST", f"{PREFIX}{path}", summary, handle, writing_agent, body, answer, refusals=refusals)


def _changing(verb: str, summary: str, body: type[Body], rule: Rule) -> Endpoint:
    async def handle(call: Call, conversation_id: str) -> dict[str, Any]:
        return await call.parts.db.write(_act, verb, rule, call.who.id, conversation_id, call.body)

    return _posted(f"conversations/<conversation_id:str>/{verb}", summary, handle, body, Changed, REFUSALS)


def _act(session: Session, verb: str, rule: Rule, agent_id: str, conversation_id: str, body: Any) -> dict[str, Any]:
    conversation = seen(session, agent_id, conversation_id)
    states.expect(conversation, body.version)
    who = presence.lock_agent(session, agent_id)
    rule(session, conversation, who, body)
    if verb in NOTED:
        said = body.note if isinstance(body, TransferIn | ParkIn) else body.reason
        notes.beside(session, conversation, who, verb, said)
    return {"id": conversation.id, "state": conversation.state, "version": conversation.version}


def _close(session: Session, conversation: Conversation, who: Agent, body: CloseIn) -> None:
    holding.settle(session, conversation, who, code=body.code, tags=body.tags, note=body.reason.strip())


def _plain(verb: str) -> Rule:
    return lambda session, conversation, who, body: holding.VERBS[verb](session, conversation, who, body.reason)


def _transfer(session: Session, conversation: Conversation, who: Agent, body: TransferIn) -> None:
    holding.pass_on(session, conversation, who, to=body.agent, queue=body.queue, note=body.note.strip())


def _park(session: Session, conversation: Conversation, who: Agent, body: ParkIn) -> None:
    wait_for = f"{parking.ORDER}{body.order}" if body.wait_for == "order" else body.wait_for
    holding.park(session, conversation, who, until=body.moment(), wait_for=wait_for, note=body.note.strip())


async def _presence(call: Call) -> dict[str, str | None]:
    wish: PresenceWish = call.body
    return await call.parts.db.write(_choose, call.who.id, wish)


def _choose(session: Session, agent_id: str, wish: PresenceWish) -> dict[str, str | None]:
    shifts.choose(session, agent_id, wish.status, reason=wish.reason.strip(), conversations=wish.conversations)
    now = staff.member(session, session.get_one(Agent, agent_id))
    return {"presence": now.presence, "away_reason": now.away_reason}


async def _colleagues(call: Call) -> dict[str, Any]:
    return await call.parts.db.read(colleagues.of, call.who.id)


async def _reply(call: Call, conversation_id: str) -> dict[str, int]:
    body: ReplyIn = call.body
    return {"seq": await call.parts.db.write(_say, call.who.id, conversation_id, body)}


def _say(session: Session, agent_id: str, conversation_id: str, body: ReplyIn) -> int:
    conversation = seen(session, agent_id, conversation_id)
    text = body.text.strip()
    if not text and not body.files:
        raise BadInput("The reply is empty.")
    if unknown := canned.left_open(text):
        raise BadInput(f"{{{unknown[0]}}} has not been filled in.", code="left_open")
    key = f"agent:{conversation.id}:{agent_id}:{body.client_id}"
    return outbox.seq_of(session, key, text or files.in_words(len(body.files))) or holding.reply(
        session, conversation, presence.lock_agent(session, agent_id), text, key, body.files
    )


def seen(session: Session, agent_id: str, conversation_id: str) -> Conversation:
    """The conversation, locked; `NotFound` for who may not see it, `Forbidden` for who only reads along."""
    conversation = states.lock(session, conversation_id)
    if board.may_act(session, agent_id, conversation):
        return conversation
    if board.may_see(session, agent_id, conversation):
        raise Forbidden("You were mentioned here: you can read along and write notes.", code="reads_along")
    raise NotFound("There is no such conversation.")
