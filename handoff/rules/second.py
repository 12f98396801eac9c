"""The second factor of an agent's sign-in: enrolled with a code, replayed by nobody, replaced by recovery codes."""

import base64
import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from handoff.models import Agent, FactorRule, RecoveryCode
from handoff.rules import audit, sealing, totp
from shop.ground import clock
from shop.ground.errors import BadInput, Conflict, Forbidden

CODES = 10


def begin(session: Session, agent_id: str, key: str) -> str:
    """A new secret, which counts once a code of it was entered."""
    agent, secret = session.get_one(Agent, agent_id), totp.new_secret()
    if agent.totp_secret:
        raise Conflict("A second factor is set up already: take it away first.", code="has_second_factor")
    agent.totp_pending = sealing.seal(key, secret)
    return secret


def seal_anew(session: Session, before: str, key: str) -> int:
    """What was sealed with the key before is sealed with this one. Returns of how many agents."""
    done = 0
    sealed = or_(Agent.totp_secret.is_not(None), Agent.totp_pending.is_not(None))
    for agent in session.scalars(select(Agent).where(sealed).order_by(Agent.id).with_for_update()):
        done += any([_sealed_anew(agent, "totp_secret", before, key), _sealed_anew(agent, "totp_pending", before, key)])
    return done


def confirm(session: Session, agent_id: str, key: str, code: str) -> list[str]:
    """From now on signing in asks for it. Returns the recovery codes, which nobody can see again."""
    agent = session.get_one(Agent, agent_id, with_for_update=True)
    if not agent.totp_pending:
        raise Conflict("Begin with the picture first.", code="not_begun")
    step = _step(agent.totp_pending, key, code.strip(), 0)
    if step is None:
        raise BadInput("This code does not fit. Is your telephone's clock right?", code="code")
    agent.totp_secret, agent.totp_pending, agent.totp_step = agent.totp_pending, None, step
    audit.note(session, f"agent:{agent_id}", "second_factor_on", f"agent:{agent_id}")
    return renew_codes(session, agent_id)


def renew_codes(session: Session, agent_id: str) -> list[str]:
    """New recovery codes; the old ones are worth nothing."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent_id))
    codes = [base64.b32encode(secrets.token_bytes(7)).decode()[:10].lower() for _ in range(CODES)]
    session.add_all(RecoveryCode(hash=_hash(agent_id, code), agent_id=agent_id) for code in codes)
    session.flush()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def take(session: Session, agent_id: str, key: str, code: str) -> bool:
    """Is this the code of now, or a recovery code nobody used yet? It is used up thereby."""
    agent = session.get_one(Agent, agent_id, with_for_update=True)
    given = code.strip().replace(" ", "")
    if given.isascii() and given.isdigit():
        step = _step(str(agent.totp_secret), key, given, agent.totp_step)
        agent.totp_step = step or agent.totp_step
        return step is not None
    plain = given.replace("-", "").lower()
    where = RecoveryCode.hash == _hash(agent_id, plain), RecoveryCode.used_at.is_(None)
    used = session.execute(update(RecoveryCode).where(*where).values(used_at=clock.now()))
    if used.rowcount:  # type: ignore[attr-defined]
        audit.note(
            session, f"agent:{agent_id}", "recovery_code_used", f"agent:{agent_id}", left=left(session, agent_id)
        )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def off(session: Session, agent_id: str) -> None:
    """The agent goes without. `Forbidden` where their role must have it."""
    agent = session.get_one(Agent, agent_id)
    if agent.role in roles(session):
        raise Forbidden("Your role signs in with a second factor.", code="required")
    take_away(session, agent, f"agent:{agent_id}")


def take_away(session: Session, agent: Agent, by: str) -> None:
    agent.totp_secret = agent.totp_pending = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent.id))
    audit.note(session, by, "second_factor_off", f"agent:{agent.id}")


def left(session: Session, agent_id: str) -> int:
    """How many recovery codes are unused."""
    where = RecoveryCode.agent_id == agent_id, RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*where)) or 0


def roles(session: Session) -> list[str]:
    """The roles that must have one."""
    return sorted(session.scalars(select(FactorRule.role)))


def require(session: Session, wanted: Sequence[str], by: str) -> None:
    """Of these roles, and of no others. Who has none yet sets it up at the next request."""
    session.execute(delete(FactorRule))
    session.add_all(FactorRule(role=role) for role in sorted(set(wanted)))
    audit.note(session, by, "second_factor_required", "roles", roles=sorted(set(wanted)))


def missing(session: Session, agent: Agent) -> bool:
    """Must this agent set one up before anything else?"""
    return agent.totp_secret is None and session.get(FactorRule, agent.role) is not None


def _sealed_anew(agent: Agent, column: str, before: str, key: str) -> bool:
    """What the key before does not open is this one's already, or was lost earlier."""
    try:
        setattr(agent, column, sealing.seal(key, sealing.unseal(before, getattr(agent, column) or "")))
    except sealing.Broken:
        return False
    return True


def _step(sealed: str, key: str, code: str, after: int) -> int | None:
    """Nothing fits a secret that was sealed with another key: recovery codes and `rapport agents totp-reset` are left."""
    try:
        return totp.fits(sealing.unseal(key, sealed), code, clock.now(), after)
    except sealing.Broken:
        return None


def _hash(agent_id: str, code: str) -> str:
    return hashlib.sha256(f"{agent_id}:{code}".encode()).hexdigest()
