"""What the shop allows, as data: `policy.yml` or the file that POLICY_FILE names, checked when a process starts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from shop import wording
from shop.ground.settings import BadSetting, Settings

PATH = Path(__file__).with_name("policy.yml")
AT_ONCE = "immediately"

Proof = Literal["phone", "code", "code_always", "signed"]  # the later is the stricter
Role = Literal["agent", "supervisor", "admin", "nobody"]
Tier = Literal["standard", "silver", "gold"]
Kind = Literal["gift_card", "credit_card", "paypal", "unknown"]
Act = Literal["cancel", "return", "exchange", "address", "payment", "items", "account", "elsewhere"]
Rule = Literal["once_per_order", "one_payment", "refund_method", "return_window"]

Count = Annotated[int, Field(ge=1, le=100_000)]
Words = Annotated[str, Field(min_length=1, max_length=200)]


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


class Policy(_Part):
    """The fields are explained in `policy.yml`."""

    plan_minutes: Count
    code_minutes: Count
    proofs: Annotated[dict[Act, Proof], _all_of(Act)]
    codes: Codes
    guesses: Guesses
    fresh_contact_days: Annotated[int, Field(ge=0)]
    refund_days: Annotated[dict[Kind, Words], _all_of(Kind), AfterValidator(_credited)]
    return_window_days: Annotated[dict[Tier, Count | None], _all_of(Tier)]
    return_address: Words
    stale_tracking_days: Count
    waivers: Annotated[dict[Rule, Role], _all_of(Rule)]

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


def load(path: Path) -> Policy:
    """The policy of a file. Raises `BadSetting` with one line that names the field."""
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _bad(path, " ".join(str(error).split())) from None
    if not isinstance(given, dict):
        raise _bad(path, "is no list of fields and values; copy shop/policy.yml and change it")
    try:
        return Policy.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"] if part != "[key]")
        raise _bad(path, f"{field}: {first['msg'].removeprefix('Value error, ')}") from None


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


def _bad(path: Path, what: str) -> BadSetting:
    return BadSetting(f"POLICY_FILE: {path}: {what}. Mend the file.")
