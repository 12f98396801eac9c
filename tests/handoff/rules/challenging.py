"""Who asks for a code, gets it, and says it."""

from sqlalchemy.orm import Session

from handoff.rules import bot_turn, challenges, inbox, sessions, spoken
from handoff.rules.bot_turn import Answer, Part
from handoff.rules.challenges import ToMail
from handoff.rules.inbox import Accepted, Inbound
from handoff.rules.sessions import Opened
from handoff.tools import mailer
from shop import codes, policy
from shop.claims import Claim
from shop.ground import jobs
from tests.conftest import Clock
from tests.handoff import world
from tests.shop.asking import KEY

PHONE, OTHER_PHONE = "+12125550001", "+12125550002"
MIA = Claim(email="mia@example.com")
SHOP = "Juniper & Pine"
TRIES = policy.current().codes.tries
COMES = Answer([Part("If that is right, a code is on its way.")])


def claimed(session: Session, conversation: str, claim: Claim, clock: Clock) -> str:
    """The bot's turn in which the customer is told of a code; the challenge's id."""
    job = jobs.claim(session, 30, ("ask_bot",))
    assert job
    challenge = codes.open_for_claim(session, conversation, claim, bot_turn.message_id(job), clock.time)
    bot_turn.settle(session, job, Answer(COMES.parts, challenge=challenge.id))
    return challenge.id


def asks(session: Session, visitor: Opened, clock: Clock, claim: Claim = MIA) -> str:
    world.writes(session, visitor, "it is me")
    return claimed(session, visitor.conversation, claim, clock)


def sending(session: Session) -> jobs.Claimed:
    job = jobs.claim(session, 30, ("send_code",))
    assert job
    return job


def code_in(words: str) -> str:
    found = spoken.code(words)
    assert found
    return found


def mailed(session: Session) -> str:
    """The worker's next mail with a code; the code."""
    job = sending(session)
    step = challenges.prepare(session, job, KEY, SHOP)
    assert isinstance(step, ToMail)
    challenges.mailed(session, job, mailer.Accepted())
    return code_in(step.text)


def says(session: Session, visitor: Opened, words: str, key: str = "") -> Accepted:
    inbound = Inbound("web", key or f"c-{len(world.said(session, visitor.conversation))}", words)
    return inbox.accept(session, world.address(session, visitor), inbound, key=KEY)


def texts(session: Session, words: str, sid: str, number: str = PHONE) -> Accepted:
    return inbox.accept(session, sessions.open_by_phone(session, number), Inbound("sms", sid, words), key=KEY)


def heard(session: Session, conversation: str) -> dict[str, object]:
    """What the bot is asked about the newest message."""
    message = world.said(session, conversation)[-1]
    assert message.kind == "customer"
    choice = message.choice or {}
    return {"intent": choice.get("intent"), **{e["entity"]: e["value"] for e in choice.get("entities", [])}}
