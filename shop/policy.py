"""What the shop allows, as data: `policy.yml` or the file that POLICY_FILE names, checked when a process starts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from shop import wording
from shop.ground import marked
from shop.ground.marked import Problem
from shop.ground.settings import BadSetting, Settings

PATH = Path(__file__).with_name("policy.yml")
AT_ONCE = "immediately"
STANDARD = "standard"  # the tier of whoever belongs to no other

Proof = Literal["phone", "code", "code_always", "signed"]  # the later is the stricter
Role = Literal["agent", "supervisor", "admin", "nobody"]
Kind = Literal["gift_card", "credit_card", "paypal", "unknown"]
Act = Literal["cancel", "return", "exchange", "address", "payment", "items", "account", "elsewhere"]
Rule = Literal["once_per_order", "one_payment", "refund_method", "return_window"]

Count = Annotated[int, Field(ge=1, le=100_000)]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Percent = Annotated[int, Field(ge=0, le=100)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


def _amount(given: object) -> Decimal:
    if not isinstance(given, str | Decimal):
        raise ValueError('write the amount between quotes, such as "1000.00"')
    try:
        return Decimal(given)
    except ArithmeticError:
        raise ValueError(f'{given} is no amount; write one such as "1000.00"') from None


Amount = Annotated[Decimal, BeforeValidator(_amount), Field(ge=0, decimal_places=3)]


def _all_of(keys: object) -> AfterValidator:
    """Every key must be there: what is left out would be decided by accident."""

    def check(given: dict[str, object]) -> dict[str, object]:
        missing = [key for key in get_args(keys) if key not in given]
        if missing:
            raise ValueError(f"{missing[0]} is missing")
        return given

    return AfterValidator(check)


def _credited(days: dict[str, str]) -> dict[str, str]:
    if days["gift_card"] != AT_ONCE:
        raise ValueError(f"gift_card can only be {AT_ONCE!r}: gift cards are credited in the same moment")
    return days


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Codes(_Part):
    lifetime_minutes: Count
    tries: Count
    per_hour: Count


class Guesses(_Part):
    per_15_minutes: Count
    per_day: Count


class TierRule(_Part):
    """Who belongs to a tier: everything that is named must hold."""

    top_percent: Annotated[int, Field(ge=1, le=100)] | None = None
    spent: Amount | None = None
    orders: Count | None = None
    bought_within_days: Count | None = None
    returned_percent: Percent | None = None

    @model_validator(mode="after")
    def _something(self) -> "TierRule":
        if self == TierRule.model_construct():
            raise ValueError("names nothing that must hold")
        return self


class Commitment(_Part):
    """From when on a customer counts as committed."""

    orders: Count
    for_days: Annotated[int, Field(ge=0)]
    bought_within_days: Count
    returned_percent: Percent


class Relationship(_Part):
    returning_orders: Annotated[int, Field(ge=2)]
    committed: Commitment


class Policy(_Part):
    """The fields are explained in `policy.yml`."""

    plan_minutes: Count
    code_minutes: Count
    proofs: Annotated[dict[Act, Proof], _all_of(Act)]
    codes: Codes
    guesses: Guesses
    fresh_contact_days: Annotated[int, Field(ge=0)]
    refund_days: Annotated[dict[Kind, Words], _all_of(Kind), AfterValidator(_credited)]
    tiers: dict[Name, TierRule]
    relationship: Relationship
    return_window_days: dict[Name, Count | None]
    return_address: Words
    stale_tracking_days: Count
    waivers: Annotated[dict[Rule, Role], _all_of(Rule)]

    @model_validator(mode="after")
    def _tiers_agree(self) -> "Policy":
        if STANDARD in self.tiers:
            raise ValueError(f"tiers: {STANDARD} is who belongs to no tier; it has no conditions")
        for name in self.tier_names:
            if name not in self.return_window_days:
                raise ValueError(f"return_window_days: {name} is missing")
        if unknown := [name for name in self.return_window_days if name not in self.tier_names]:
            raise ValueError(f"return_window_days: {unknown[0]} is no tier")
        return self

    @property
    def tier_names(self) -> tuple[str, ...]:
        """All tiers, the best first, with the one of everybody else."""
        return (*self.tiers, STANDARD)

    @property
    def plan_lifetime(self) -> timedelta:
        return timedelta(minutes=self.plan_minutes)

    @property
    def code_lasts(self) -> timedelta:
        return timedelta(minutes=self.code_minutes)

    def proof(self, *acts: str) -> str:
        """The strictest proof that any of these asks for."""
        needed: list[Proof] = [self.proofs[act] for act in acts]  # type: ignore[index]
        return max(needed, key=get_args(Proof).index)

    def refund_when(self, kind: str | None) -> str:
        """When a refund to this kind of method is there: "immediately" or "within 5 to 7 business days"."""
        days = self.refund_days[kind or "unknown"]  # type: ignore[index]
        return days if days == AT_ONCE else wording.say("when_days", days=days)

    def waivable(self, rule: Rule) -> bool:
        return self.waivers[rule] != "nobody"


_started: list[tuple[Policy, ZoneInfo]] = []  # the last one counts


def path(settings: Settings) -> Path:
    """Where the policy lies by these settings."""
    return Path(settings.policy_file) if settings.policy_file else PATH


def check(text: str) -> tuple[Policy | None, list[Problem]]:
    """The policy of a text, or everything that is wrong with it."""
    return marked.check(Policy, text)


def load(path: Path) -> Policy:
    """The policy of a file. Raises `BadSetting` with one line that names the first field that is wrong."""
    try:
        policy, problems = check(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"POLICY_FILE: {path}: {' '.join(str(error).split())}. Mend the setting.") from None
    if policy is None:
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        raise BadSetting(f"POLICY_FILE: {path}: {problems[0]}{more}. Mend the file; `rapport policy check` shows all.")
    return policy


def start(settings: Settings) -> Policy:
    """Read the policy that these settings name, and let everybody in this process go by it. Raises `BadSetting`."""
    policy = load(path(settings))
    _started[:] = [(policy, settings.zone)]
    return policy


def current() -> Policy:
    """The policy of this process."""
    return _now()[0]


def zone() -> ZoneInfo:
    """The shop's time zone, in which the days of the policy end."""
    return _now()[1]


@contextmanager
def using(policy: Policy) -> Iterator[None]:
    """Let everybody in this process go by another policy, for tests and simulations."""
    _started.append((policy, zone()))
    try:
        yield
    finally:
        _started.pop()


def _now() -> tuple[Policy, ZoneInfo]:
    return _started[-1] if _started else _shipped()


@cache
def _shipped() -> tuple[Policy, ZoneInfo]:
    return load(PATH), ZoneInfo(Settings.model_fields["shop_timezone"].default)
