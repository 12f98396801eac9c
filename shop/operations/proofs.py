"""Whether the conversation's proof is enough for a plan, by the policy."""

from datetime import datetime

from sqlalchemy.orm import Session

from shop import policy, wording
from shop.ground.errors import Unauthorised
from shop.identity import Identity, Proof
from shop.records import PlanRow, ProofRow

ELSEWHERE = "elsewhere"  # in a plan's payload: it is settled by another method than the order was paid with


def check(session: Session, who: Identity, plan: PlanRow, now: datetime) -> None:
    """`Unauthorised` (needs_code, needs_sign_in) when the proof is too weak or too old."""
    acts = (plan.operation, ELSEWHERE) if plan.payload.get(ELSEWHERE) else (plan.operation,)
    needed = policy.current().proof(*acts)
    if needed == "signed":
        if who.level < Proof.SIGNED:
            raise Unauthorised(wording.say("needs_sign_in"), code="needs_sign_in")
    elif needed != "phone" and not _coded(session, who, needed == "code_always", now):
        raise Unauthorised(wording.say("needs_code"), code="needs_code")


def _coded(session: Session, who: Identity, always: bool, now: datetime) -> bool:
    """Did a code come back lately, or does the shop's signature stand for it?"""
    if who.level >= Proof.SIGNED and not always:
        return True
    row = session.get(ProofRow, (who.conversation_id, int(Proof.CODE)), populate_existing=True)
    return row is not None and now < row.proved_at + policy.current().code_lasts
