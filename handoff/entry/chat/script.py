"""The script of a conversation: what a customer says, and what must be true of the answers. One YAML file each."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from shop.ground import clock

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
Channel = Literal["web", "sms"]


class BadScript(Exception):
    """The file is no script; the message says what to mend."""


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


Words = Annotated[list[str], BeforeValidator(_listed)]


class Turn(BaseModel):
    """One thing that the customer does, and what is expected of the answer."""

    model_config = ConfigDict(extra="forbid")

    say: str | None = None
    tap: str | None = None
    code: str | None = None
    expect: Words = []
    never: Words = Field([], alias="not")
    options: Words = []
    on: Channel | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> "Turn":
        if sum(done is not None for done in (self.say, self.tap, self.code)) != 1:
            raise ValueError("a turn has one of: say, tap, code")
        return self


class Script(BaseModel):
    """A conversation. `given` and `after` describe the shop before and after, for those who can look into it."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    about: str
    who: Literal["customer", "visitor"] = "customer"
    person: str | None = Field(None, alias="as")
    phone: str | None = None
    channel: Annotated[list[Channel], BeforeValidator(_listed), Field(min_length=1)] = ["web"]
    turns: list[Turn] = Field(min_length=1)
    given: dict[str, Any] = {}
    after: dict[str, Any] = {}

    def on(self, channel: Channel) -> list[Turn]:
        """The turns as they go on this channel."""
        return [turn for turn in self.turns if turn.on in (None, channel)]


def read(path: Path, now: datetime | None = None) -> Script:
    """The script in a file; raises `BadScript`."""
    try:
        return parse(path.read_text(encoding="utf-8"), now)
    except OSError as error:
        raise BadScript(f"{path}: {error.strerror}.") from None
    except BadScript as error:
        raise BadScript(f"{path}: {error}") from None


def parse(text: str, now: datetime | None = None) -> Script:
    try:
        # The base loader leaves every word as it is written: "yes" is what a customer says, and 10.10 is an amount.
        return Script.model_validate(yaml.load(_dated(text, now or clock.now()), yaml.BaseLoader))
    except yaml.YAMLError as error:
        raise BadScript(f"this is not YAML: {error}") from None
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(str(part) for part in wrong["loc"])
        raise BadScript(f"{where or 'the file'}: {wrong['msg']}.") from None


def months_ago(now: datetime, count: int) -> datetime:
    """The middle of that month."""
    day = now.replace(day=15)
    for _ in range(count):
        day = (day.replace(day=1) - timedelta(days=1)).replace(day=15)
    return day


def _dated(text: str, now: datetime) -> str:
    """Dates that are written as seen from today, so that a script never grows old."""
    return re.sub(r"\{(\d+) months? ago\}", lambda found: MONTHS[months_ago(now, int(found[1])).month - 1], text)
