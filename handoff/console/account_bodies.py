"""Who is signed in, what they are here for, and what belongs to their own account."""

from pydantic import BaseModel, Field

from handoff.http import Body
from handoff.rules import staff

SHORTEST = 10  # a password


class Credentials(Body):
    email: str = Field(min_length=3, max_length=254)
    password: str = Field(min_length=1, max_length=200)
    code: str = Field("", max_length=20)  # of the second factor, or a recovery code


class MemberOut(BaseModel):
    id: str
    name: str
    role: str
    representative: bool
    must_enrol: bool


class SignedIn(BaseModel):
    agent: MemberOut


class Me(BaseModel):
    agent: MemberOut
    presence: str
    away_reason: str | None


class PresenceWish(Body):
    status: str = Field(pattern="^(online|transfers|away|offline)$")
    reason: str = Field("", max_length=60)
    conversations: str = Field("keep", pattern="^(keep|replies|requeue)$")


class Presence(BaseModel):
    presence: str
    away_reason: str | None


class NewPassword(Body):
    password: str = Field(min_length=1, max_length=200)
    new: str = Field(min_length=SHORTEST, max_length=200)


class Password(Body):
    password: str = Field(min_length=1, max_length=200)


class FactorCode(Body):
    code: str = Field(min_length=6, max_length=20)


class Handle(Body):
    id: str = Field("", max_length=64)  # empty: everywhere but here


class SessionOut(BaseModel):
    id: str
    device: str
    address: str
    since: str
    used_at: str
    current: bool


class Account(BaseModel):
    agent: MemberOut
    email: str
    picture: str | None
    second_factor: bool
    required: bool
    codes_left: int
    sessions: list[SessionOut]


class Begun(BaseModel):
    secret: str
    link: str
    picture: str  # an SVG


class RecoveryCodes(BaseModel):
    codes: list[str]


def shown(member: staff.Member) -> MemberOut:
    return MemberOut(
        id=member.id,
        name=member.name,
        role=member.role,
        representative=member.representative,
        must_enrol=member.must_enrol,
    )
